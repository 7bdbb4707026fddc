/* Text as people type it, brought to the form in which it is compared and parsed. */
#ifndef NEEDWATCH_FOLD_H
#define NEEDWATCH_FOLD_H

#include <stdbool.h>
#include <stddef.h>

/* Full-width letters, digits and signs become ASCII, U+3000 a blank; NUL padding, a BOM and blanks around
 * go. Bytes of other characters stay. False if the result needs more than `room` with its NUL. */
bool
text_fold(const char *text, size_t length, char *ret_folded, size_t room, size_t *ret_length);

/* The part of `text` without BOM, NUL padding, blanks and U+3000 around; nothing inside changes. */
const char *
text_trim(const char *text, size_t length, size_t *ret_length);

/* What quarantine may keep of a value: a code or a date stays readable, a name or a number does not.
 * Han characters after the first become '*'; of ten digits or more, or of any if the value is
 * `personal`, only the first two stay, and no letter. Writes at most 40 characters. */
#define TEXT_MASK_SIZE 128
void
text_mask(const char *text, size_t length, bool personal, char ret_mask[TEXT_MASK_SIZE]);

#endif
