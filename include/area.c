/* Area codes as padded numbers; knows no names and no tree. */
#include "area.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* One past the last code below an area of each tier, as a distance from its code. */
static const int64_t tier_width[] = {
	[AREA_NONE] = INT64_C(1000000000000),
	[AREA_PROVINCE] = INT64_C(10000000000),
	[AREA_CITY] = INT64_C(100000000),
	[AREA_COUNTY] = INT64_C(1000000),
	[AREA_TOWN] = INT64_C(1000),
	[AREA_VILLAGE] = INT64_C(1),
};

static const size_t tier_digits[] = {0, 2, 4, 6, 9, 12};

bool
area_parse(const char *text, struct area *ret_area)
{
	size_t length = strspn(text, "0123456789");
	int64_t code = 0;

	if (text[length] != '\0')
		return false;
	if (length != 2 && length != 4 && length != 6 && length != 9 && length != 12)
		return false;
	for (size_t i = 0; i < 12; i++)
		code = code * 10 + (i < length ? text[i] - '0' : 0);
	if (code < INT64_C(100000000000)) /* no province begins with 0 */
		return false;
	ret_area->code = code;
	return true;
}

enum area_tier
area_tier(struct area area)
{
	if (area.code <= 0)
		return AREA_NONE;
	for (int tier = AREA_PROVINCE; tier < AREA_VILLAGE; tier++)
		if (area.code % tier_width[tier] == 0)
			return (enum area_tier)tier;
	return AREA_VILLAGE;
}

struct area
area_up(struct area area, enum area_tier tier)
{
	if (tier == AREA_NONE || area.code <= 0)
		return (struct area){0};
	return (struct area){area.code - area.code % tier_width[tier]};
}

struct area
area_last(struct area area)
{
	return (struct area){area.code + tier_width[area_tier(area)] - 1};
}

bool
area_within(struct area inner, struct area outer)
{
	return inner.code > 0 && outer.code > 0 && inner.code >= outer.code &&
	       inner.code <= area_last(outer).code;
}

void
area_format(struct area area, char ret_text[AREA_TEXT_SIZE])
{
	char full[24];
	size_t length = tier_digits[area_tier(area)];

	snprintf(full, sizeof(full), "%012" PRId64, area.code > 0 ? area.code : 0);
	memcpy(ret_text, full, length);
	ret_text[length] = '\0';
}

int32_t
area_county(struct area area)
{
	if (area_tier(area) < AREA_COUNTY)
		return 0;
	return (int32_t)(area.code / tier_width[AREA_COUNTY]);
}
