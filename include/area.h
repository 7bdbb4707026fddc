/* Codes of the area tree: province 2, city 4, county 6, town 9, village 12 digits. */
#ifndef NEEDWATCH_AREA_H
#define NEEDWATCH_AREA_H

#include <stdbool.h>
#include <stdint.h>

/* The code padded with zeros to 12 digits, so that a subtree is a range of numbers; 0 = unknown. */
struct area {
	int64_t code;
};

enum area_tier {
	AREA_NONE,
	AREA_PROVINCE,
	AREA_CITY,
	AREA_COUNTY,
	AREA_TOWN,
	AREA_VILLAGE,
};

/* 2, 4, 6, 9 or 12 digits, or any of these padded with zeros to 12; the whole string. */
bool
area_parse(const char *text, struct area *ret_area);

enum area_tier
area_tier(struct area area);

/* The area itself if its tier is `tier` or higher up; unknown stays unknown. */
struct area
area_up(struct area area, enum area_tier tier);

/* Last code of the subtree: `inner` lies in `outer` if outer <= inner <= area_last(outer). */
struct area
area_last(struct area area);

bool
area_within(struct area inner, struct area outer);

/* Shortest form: "990102", "990102001201"; empty when unknown. */
#define AREA_TEXT_SIZE 13
void
area_format(struct area area, char ret_text[AREA_TEXT_SIZE]);

/* 行政区划代码 of the home county as stored in keys: the six digits, 0 when unknown. */
int32_t
area_county(struct area area);

#endif
