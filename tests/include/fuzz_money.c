/* A sum that is read is the same sum when it is written and read again, and never beyond the bounds. */
#include "../fuzz.h"

#include "money.h"

static void
check(struct money money)
{
	char text[MONEY_TEXT_SIZE];
	struct money again;

	if (money.fen > MONEY_MAX || money.fen < -MONEY_MAX)
		abort();
	money_format(money, true, text);
	if (!money_parse_plain(text, &again) || again.fen != money.fen)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char *text = fuzz_text(bytes, size);
	struct money money;

	for (int unit = MONEY_YUAN; unit <= MONEY_FEN; unit++)
		if (money_parse(text, (enum money_unit)unit, &money) == MONEY_OK)
			check(money);
	if (money_parse_plain(text, &money))
		check(money);
	free(text);
	return 0;
}
