/* Reads a line's row and writes it for the pages; shows nothing that the row does not hold. */
#include "alert_line.h"

#include "alert.h"
#include "alert_row.h"
#include "arena.h"
#include "call.h"
#include "map.h"

/* LINE_COLUMNS of store/statements_inbox.def, in their order. */
enum column {
	COLUMN_COUNTY,
	COLUMN_ID,
	COLUMN_LANE,
	COLUMN_STATE,
	COLUMN_LEVEL,
	COLUMN_SCORE,
	COLUMN_BECAUSE,
	COLUMN_FINDINGS,
	COLUMN_STAGE,
	COLUMN_DUE,
	COLUMN_OWNER_OFFICE,
	COLUMN_OWNER_ROLE,
	COLUMN_TOWN,
	COLUMN_VILLAGE,
	COLUMN_RESIDENCE,
	COLUMN_FACE,
	COLUMN_HOUSEHOLD,
	COLUMN_PEOPLE,
	COLUMN_OPENED,
	COLUMN_HISTORY,
	COLUMN_BASIS_CHANGED,
	COLUMN_VERSION,
	COLUMN_WAKE
};

static const char *
lane_chinese(enum finding_kind lane)
{
	static const char *const words[] = {
		[FINDING_RISK] = "困难风险",
		[FINDING_POLICY_GAP] = "应享未享",
		[FINDING_EXIT_REVIEW] = "动态退出复核",
		[FINDING_SUPERVISION] = "履职监督",
	};
	return words[lane];
}

const char *
office_name(const struct call *call, int32_t office)
{
	const struct office *found = organisation_office(call->map->policy.organisation, office);
	return found == NULL ? "" : found->name;
}

#define NUMBER(column) cell_number(result, row, column, 0)

/* "柏溪镇金秋社区"; where the area table does not know it, the office over it stands in. */
static const char *
place_of(const struct call *call, const struct db_result *result, int row)
{
	const char *town = db_text(result, row, COLUMN_TOWN);
	const char *village = db_text(result, row, COLUMN_VILLAGE);
	if (village != NULL) {
		return arena_printf(call->arena, "%s%s", town == NULL ? "" : town, village);
	}
	struct area residence = {NUMBER(COLUMN_RESIDENCE)};
	const struct office *office =
		organisation_at_or_above(call->map->policy.organisation, residence, TIER_VILLAGE);
	return office == NULL ? "" : office->name;
}

static void
write_due(struct buffer *out, const struct db_result *result, int row)
{
	enum stage stage = (enum stage)NUMBER(COLUMN_STAGE);
	json_key(out, "due");
	if (db_null(result, row, COLUMN_DUE)) {
		json_text(out, NULL);
		return;
	}
	json_open(out, '{');
	json_member_text(out, "stage", stage_name(stage));
	json_member_text(out, "stage_word", stage_chinese(stage));
	json_member_moment(out, "at", db_instant(result, row, COLUMN_DUE));
	json_close(out, '}');
}

static void
write_words(struct buffer *out, const struct db_result *result, int row)
{
	enum level level = (enum level)NUMBER(COLUMN_LEVEL);
	enum finding_kind lane = (enum finding_kind)NUMBER(COLUMN_LANE);
	enum alert_state state = (enum alert_state)NUMBER(COLUMN_STATE);
	json_member_text(out, "level", level_name(level));
	json_member_text(out, "level_word", level_chinese(level));
	json_member_text(out, "lane", finding_kind_name(lane));
	json_member_text(out, "lane_word", lane_chinese(lane));
	json_member_text(out, "state", alert_state_name(state));
	json_member_text(out, "state_word", alert_state_chinese(state));
}

static void
write_where(struct call *call, const struct db_result *result, int row)
{
	struct buffer *out = &call->out;
	int32_t office = (int32_t)NUMBER(COLUMN_OWNER_OFFICE);
	const char *face = db_text(result, row, COLUMN_FACE);
	json_key(out, "owner");
	json_open(out, '{');
	json_member_id(out, "id", office);
	json_member_text(out, "name", office_name(call, office));
	json_member_text(out, "role_word", role_chinese((enum role)NUMBER(COLUMN_OWNER_ROLE)));
	json_close(out, '}');
	json_member_text(out, "place", place_of(call, result, row));
	json_member_text(out, "household", face != NULL ? face
		: arena_printf(call->arena, "户%lld", (long long)NUMBER(COLUMN_HOUSEHOLD)));
	json_member(out, "people", NUMBER(COLUMN_PEOPLE));
	json_member_flag(out, "mine", office == call->account.office->id);
}

void
alert_line_write(struct call *call, const struct db_result *result, int row)
{
	struct buffer *out = &call->out;
	const char *because = db_text(result, row, COLUMN_BECAUSE);
	int64_t findings = NUMBER(COLUMN_FINDINGS);
	json_open(out, '{');
	json_member_alert(out, (int32_t)NUMBER(COLUMN_COUNTY), NUMBER(COLUMN_ID));
	write_words(out, result, row);
	json_member(out, "score", NUMBER(COLUMN_SCORE));
	json_member_text(out, "because", because == NULL ? "" : because);
	json_member(out, "more", findings > 1 ? findings - 1 : 0);
	write_due(out, result, row);
	write_where(call, result, row);
	json_member_moment(out, "opened", db_instant(result, row, COLUMN_OPENED));
	json_member_flag(out, "history", db_bool(result, row, COLUMN_HISTORY));
	json_member_flag(out, "basis_changed", db_bool(result, row, COLUMN_BASIS_CHANGED));
	json_member(out, "version", NUMBER(COLUMN_VERSION));
	json_close(out, '}');
}

struct keyset
alert_line_key(const struct db_result *result, int row)
{
	return (struct keyset){.set = true,
		.level = (int)NUMBER(COLUMN_LEVEL),
		.wake = db_instant(result, row, COLUMN_WAKE),
		.county = (int32_t)NUMBER(COLUMN_COUNTY),
		.alert = NUMBER(COLUMN_ID)};
}
