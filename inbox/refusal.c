/* The words of refusals, and the remedy for each rule that forbids an action; refuses nothing itself. */
#include "refusal.h"

#include <stddef.h>

static const struct refusal_row rows[] = {
#define X(name, status, word, message, remedy) {status, word, message, remedy},
	REFUSALS(X)
#undef X
};

const struct refusal_row *
refusal_row(enum refusal refusal)
{
	return &rows[refusal];
}

/* 409 makes the page look again: somebody else was faster. */
static const struct {
	enum reason rule;
	int status;
	const char *remedy;
} rules[] = {
	{REASON_NO_ALERT, 404, "请返回列表刷新"},
	{REASON_STALE_VERSION, 409, "页面已更新为最新内容，请看过后再办理"},
	{REASON_SIGNED_ALREADY, 409, "无需再签收，请查看办理经过"},
	{REASON_WRONG_STATE, 409, "请按页面上现在可办理的事项继续"},
	{REASON_WRONG_ROLE, 403, "请由有权限的岗位办理"},
	{REASON_WRONG_OFFICE, 403, "如需参与办理，请联系牵头单位"},
	{REASON_LEAD_SIGNS, 403, "请等待或提醒牵头单位签收"},
	{REASON_NEEDS_ATTEMPTS, 422, "请先分两日以上记录三次“尝试联系”"},
	{REASON_NEEDS_CAUSE, 422, "请选择致困原因后再提交"},
	{REASON_NEEDS_TEXT, 422, "请填写说明后再提交"},
	{REASON_NEEDS_HELP, 422, "请先记录一次“帮扶”或“入户”"},
	{REASON_NEEDS_FIVE_HAVES, 422, "请补齐回访、评估、反馈后再办结"},
	{REASON_NEEDS_OTHER_EVALUATOR, 422, "请由签收人以外的人员评估"},
	{REASON_NEEDS_TARGET, 422, "请选择接收单位后再提交"},
	{REASON_NOBODY_REACHABLE, 422, "请选择有人在岗的单位"},
	{REASON_REOPEN_TOO_LATE, 422, "如有新情况，请通过主动发现渠道上报"},
};

void
refusal_of_reason(enum reason rule, struct refusal_row *ret_row)
{
	*ret_row = (struct refusal_row){422, reason_name(rule), reason_chinese(rule), "请刷新页面后重试"};
	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
		if (rules[i].rule == rule) {
			ret_row->status = rules[i].status;
			ret_row->remedy = rules[i].remedy;
		}
	}
}
