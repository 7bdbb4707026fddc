/* Offices as a tree over areas, and the posts in them: who exists and who is reachable. Immutable once built;
 * decides nothing about alerts. */
#ifndef NEEDWATCH_ORGANISATION_H
#define NEEDWATCH_ORGANISATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "area.h"

struct organisation;

/* The order is the way up. Numbers are stored. X(name, word, Chinese) */
#define TIERS(X) \
	X(GRID, "grid", "网格") \
	X(VILLAGE, "village", "村(社区)") \
	X(TOWN, "town", "镇街") \
	X(COUNTY, "county", "区县") \
	X(CITY, "city", "市") \
	X(PROVINCE, "province", "省")

enum tier {
#define X(name, word, chinese) TIER_##name,
	TIERS(X)
#undef X
	TIER_COUNT
};

#define OFFICE_KINDS(X) \
	X(TERRITORIAL, "territorial", "属地") \
	X(DEPARTMENT, "department", "部门") \
	X(SOCIAL_WORK, "social_work", "社工中心") \
	X(STATION, "station", "承接站点") \
	X(SUPERVISOR, "supervisor", "第三方监督")

enum office_kind {
#define X(name, word, chinese) OFFICE_##name,
	OFFICE_KINDS(X)
#undef X
	OFFICE_KIND_COUNT
};

/* A post is a role at an office. X(name, word, Chinese) */
#define ROLES(X) \
	X(WORKER, "worker", "协办员") \
	X(GRID_WORKER, "grid_worker", "网格员") \
	X(VOLUNTEER, "volunteer", "志愿者") \
	X(SOCIAL_WORKER, "social_worker", "社工") \
	X(TOWN, "town", "镇街经办") \
	X(COUNTY, "county", "区县经办") \
	X(COUNTY_DUTY, "county_duty", "区县值班") \
	X(CITY, "city", "市级经办") \
	X(SUPERVISOR, "supervisor", "监督员") \
	X(ADMINISTRATOR, "administrator", "管理员")

enum role {
#define X(name, word, chinese) ROLE_##name,
	ROLES(X)
#undef X
	ROLE_COUNT
};

enum post_state {
	POST_VACANT,
	POST_PRESENT,
	POST_LEAVE,
};

#define OFFICE_NONE 0
#define ORGANISATION_DEPTH 16 /* a longer way up is a circle in the rows */

struct office {
	int32_t id;     /* > 0 */
	int32_t parent; /* OFFICE_NONE: the root, or a root */
	enum tier tier;
	enum office_kind kind;
	struct area area;
	const char *name;
	bool delegated; /* a town that confirms by itself (delegated confirmation) */
};

struct post {
	int32_t office;
	enum role role;
	enum post_state state;
	int64_t account;         /* of the holder, or 0: an office's shared post */
	int32_t capacity;        /* new alerts a working day; 0: the profile's default */
	int32_t history_opened;  /* alerts of the first load given to it so far */
};

struct post_ref {
	int32_t office;
	enum role role;
};

/* Copies everything. Rows in any order; a parent that is not there makes a root. */
struct organisation *
organisation_new(const struct office *offices, size_t office_count, const struct post *posts,
	size_t post_count);

void
organisation_free(struct organisation *organisation); /* NULL is fine */

/* NULL if unknown. */
const struct office *
organisation_office(const struct organisation *organisation, int32_t office);

const struct office *
organisation_parent(const struct organisation *organisation, const struct office *office);

const struct post *
organisation_post(const struct organisation *organisation, struct post_ref post);

/* The territorial office of that tier over the area; NULL if there is none. */
const struct office *
organisation_at(const struct organisation *organisation, struct area area, enum tier tier);

/* As organisation_at(), else the nearest tier above; NULL if no office covers the area. */
const struct office *
organisation_at_or_above(const struct organisation *organisation, struct area area, enum tier tier);

/* The territorial office of the highest tier, lowest id first; NULL without offices. */
const struct office *
organisation_root(const struct organisation *organisation);

/* True if `inner` is `outer` or lies below it in the tree. */
bool
organisation_below(const struct organisation *organisation, int32_t inner, int32_t outer);

/* Somebody holds that post and is not on leave. */
bool
organisation_reachable(const struct organisation *organisation, struct post_ref post);

/* The role that leads in an office of that tier. */
enum role
tier_role(enum tier tier);

size_t
organisation_offices(const struct organisation *organisation, const struct office **ret_first);

size_t
organisation_posts(const struct organisation *organisation, const struct post **ret_first);

/* One more alert of the first load stands with that post: the only change after building. */
void
organisation_count_history(struct organisation *organisation, struct post_ref post);

const char *
tier_name(enum tier tier);

const char *
tier_chinese(enum tier tier);

const char *
office_kind_name(enum office_kind kind);

const char *
role_name(enum role role);

const char *
role_chinese(enum role role);

/* TIER_COUNT, ROLE_COUNT, OFFICE_KIND_COUNT if there is no such word. */
enum tier
tier_find(const char *name);

enum role
role_find(const char *name);

enum office_kind
office_kind_find(const char *name);

#endif
