/* The office tree in memory, found by id, by area and tier, and by post; decides nothing. */
#include "organisation.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"

struct organisation {
	struct arena *arena;
	struct office *offices; /* by id */
	size_t office_count;
	const struct office **places; /* territorial ones, by tier, area code, id */
	size_t place_count;
	struct post *posts; /* by office, role */
	size_t post_count;
};

static int
office_order(const void *left, const void *right)
{
	int32_t a = ((const struct office *)left)->id;
	int32_t b = ((const struct office *)right)->id;
	return (a > b) - (a < b);
}

static int
place_order(const void *left, const void *right)
{
	const struct office *a = *(const struct office *const *)left;
	const struct office *b = *(const struct office *const *)right;
	if (a->tier != b->tier) {
		return a->tier < b->tier ? -1 : 1;
	}
	if (a->area.code != b->area.code) {
		return a->area.code < b->area.code ? -1 : 1;
	}
	return (a->id > b->id) - (a->id < b->id);
}

static int
post_order(const void *left, const void *right)
{
	const struct post *a = left;
	const struct post *b = right;
	if (a->office != b->office) {
		return a->office < b->office ? -1 : 1;
	}
	return (int)a->role - (int)b->role;
}

static void
copy_offices(struct organisation *organisation, const struct office *offices, size_t count)
{
	struct arena *arena = organisation->arena;
	organisation->offices = arena_array(arena, count + 1, sizeof *offices);
	organisation->places = arena_array(arena, count + 1, sizeof *organisation->places);
	organisation->office_count = count;
	for (size_t i = 0; i < count; i++) {
		organisation->offices[i] = offices[i];
		const char *name = offices[i].name;
		organisation->offices[i].name = arena_strdup(arena, name == NULL ? "" : name);
	}
	qsort(organisation->offices, count, sizeof *offices, office_order);
	for (size_t i = 0; i < count; i++) {
		if (organisation->offices[i].kind == OFFICE_TERRITORIAL) {
			organisation->places[organisation->place_count++] =
				&organisation->offices[i];
		}
	}
	qsort(organisation->places, organisation->place_count, sizeof *organisation->places,
		place_order);
}

struct organisation *
organisation_new(const struct office *offices, size_t office_count, const struct post *posts,
	size_t post_count)
{
	struct arena *arena = arena_new();
	struct organisation *organisation = arena_alloc(arena, sizeof *organisation);
	organisation->arena = arena;
	copy_offices(organisation, offices, office_count);
	organisation->posts = arena_array(arena, post_count + 1, sizeof *posts);
	organisation->post_count = post_count;
	if (post_count > 0) {
		memcpy(organisation->posts, posts, post_count * sizeof *posts);
	}
	qsort(organisation->posts, post_count, sizeof *posts, post_order);
	return organisation;
}

void
organisation_free(struct organisation *organisation)
{
	if (organisation != NULL) {
		arena_free(organisation->arena);
	}
}

const struct office *
organisation_office(const struct organisation *organisation, int32_t office)
{
	struct office key = {.id = office};
	return bsearch(&key, organisation->offices, organisation->office_count, sizeof key,
		office_order);
}

const struct office *
organisation_parent(const struct organisation *organisation, const struct office *office)
{
	return office->parent == OFFICE_NONE ? NULL : organisation_office(organisation, office->parent);
}

static struct post *
find_post(const struct organisation *organisation, struct post_ref post)
{
	struct post key = {.office = post.office, .role = post.role};
	return bsearch(&key, organisation->posts, organisation->post_count, sizeof key, post_order);
}

const struct post *
organisation_post(const struct organisation *organisation, struct post_ref post)
{
	return find_post(organisation, post);
}

void
organisation_count_history(struct organisation *organisation, struct post_ref post)
{
	struct post *found = find_post(organisation, post);
	if (found != NULL) {
		found->history_opened++;
	}
}

static enum area_tier
area_tier_of(enum tier tier)
{
	switch (tier) {
	case TIER_GRID:
	case TIER_VILLAGE:
		return AREA_VILLAGE;
	case TIER_TOWN:
		return AREA_TOWN;
	case TIER_COUNTY:
		return AREA_COUNTY;
	case TIER_CITY:
		return AREA_CITY;
	case TIER_PROVINCE:
	case TIER_COUNT:
		break;
	}
	return AREA_PROVINCE;
}

/* First place not before (tier, code). */
static size_t
place_from(const struct organisation *organisation, enum tier tier, int64_t code)
{
	size_t low = 0;
	size_t high = organisation->place_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct office *place = organisation->places[middle];
		if (place->tier < tier || (place->tier == tier && place->area.code < code)) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

const struct office *
organisation_at(const struct organisation *organisation, struct area area, enum tier tier)
{
	if (area.code == 0 || area_tier(area) < area_tier_of(tier)) {
		return NULL; /* a town's code says nothing about which village */
	}
	struct area place = area_up(area, area_tier_of(tier));
	size_t i = place_from(organisation, tier, place.code);
	if (i == organisation->place_count) {
		return NULL;
	}
	const struct office *office = organisation->places[i];
	return office->tier == tier && office->area.code == place.code ? office : NULL;
}

const struct office *
organisation_at_or_above(const struct organisation *organisation, struct area area, enum tier tier)
{
	for (int t = (int)tier; t < TIER_COUNT; t++) {
		const struct office *office = organisation_at(organisation, area, (enum tier)t);
		if (office != NULL) {
			return office;
		}
	}
	return NULL;
}

const struct office *
organisation_root(const struct organisation *organisation)
{
	if (organisation->place_count == 0) {
		return NULL;
	}
	enum tier tier = organisation->places[organisation->place_count - 1]->tier;
	return organisation->places[place_from(organisation, tier, 0)];
}

bool
organisation_below(const struct organisation *organisation, int32_t inner, int32_t outer)
{
	const struct office *office = organisation_office(organisation, inner);
	for (int depth = 0; office != NULL && depth < ORGANISATION_DEPTH; depth++) {
		if (office->id == outer) {
			return true;
		}
		office = organisation_parent(organisation, office);
	}
	return false;
}

bool
organisation_reachable(const struct organisation *organisation, struct post_ref post)
{
	const struct post *found = find_post(organisation, post);
	return found != NULL && found->state == POST_PRESENT;
}

enum role
tier_role(enum tier tier)
{
	static const enum role roles[TIER_COUNT] = {
		[TIER_GRID] = ROLE_GRID_WORKER,
		[TIER_VILLAGE] = ROLE_WORKER,
		[TIER_TOWN] = ROLE_TOWN,
		[TIER_COUNTY] = ROLE_COUNTY,
		[TIER_CITY] = ROLE_CITY,
		[TIER_PROVINCE] = ROLE_CITY,
	};
	return roles[tier];
}

size_t
organisation_offices(const struct organisation *organisation, const struct office **ret_first)
{
	*ret_first = organisation->offices;
	return organisation->office_count;
}

size_t
organisation_posts(const struct organisation *organisation, const struct post **ret_first)
{
	*ret_first = organisation->posts;
	return organisation->post_count;
}

struct word {
	const char *name;
	const char *chinese;
};

#define X(name, word, chinese) {word, chinese},
static const struct word tiers[] = {TIERS(X){"none", "无"}};
static const struct word office_kinds[] = {OFFICE_KINDS(X){"none", "无"}};
static const struct word roles[] = {ROLES(X){"none", "无"}};
#undef X

static int
word_find(const struct word *words, int count, const char *name)
{
	int i = 0;
	while (i < count && strcmp(words[i].name, name) != 0) {
		i++;
	}
	return i;
}

const char *
tier_name(enum tier tier)
{
	return tiers[tier].name;
}

const char *
tier_chinese(enum tier tier)
{
	return tiers[tier].chinese;
}

const char *
office_kind_name(enum office_kind kind)
{
	return office_kinds[kind].name;
}

const char *
role_name(enum role role)
{
	return roles[role].name;
}

const char *
role_chinese(enum role role)
{
	return roles[role].chinese;
}

enum tier
tier_find(const char *name)
{
	return (enum tier)word_find(tiers, TIER_COUNT, name);
}

enum role
role_find(const char *name)
{
	return (enum role)word_find(roles, ROLE_COUNT, name);
}

enum office_kind
office_kind_find(const char *name)
{
	return (enum office_kind)word_find(office_kinds, OFFICE_KIND_COUNT, name);
}
