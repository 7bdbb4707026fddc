/* Whatever stands in a number's column: a valid number stays valid, and is found in a text. */
#include "../fuzz.h"

#include "citizen.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char *text = fuzz_text(bytes, size), folded[64], mask[CITIZEN_MASK_SIZE];
	struct citizen citizen = citizen_parse(text, size), again;

	if (citizen.number[0]) {
		again = citizen_parse(citizen.number, strlen(citizen.number));
		if (again.class != CITIZEN_VALID || strcmp(again.number, citizen.number) != 0 ||
			!citizen_in_text(citizen.number, 18))
			abort();
		citizen_mask(citizen.number, mask);
	}
	citizen_in_text(text, size);
	name_fold(text, size, folded, sizeof(folded));
	name_mask(text, size, folded, sizeof(folded));
	free(text);
	return 0;
}
