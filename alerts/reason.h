/* Why a message goes out, why one does not, and why something was refused: one enumerated table, read by the
 * code, the ledger, the pages and the tests. Numbers are stored: add at the end, never reuse. */
#ifndef NEEDWATCH_REASON_H
#define NEEDWATCH_REASON_H

/* SAYS: something happens and is told. SILENT: nothing is sent, on purpose. REFUSES: an action is not
 * allowed, and this is the rule that forbids it. */
enum reason_sort {
	REASON_SAYS,
	REASON_SILENT,
	REASON_REFUSES,
};

/* X(name, word, sort, Chinese, English) */
#define REASONS(X) \
	X(NONE, "none", SILENT, "无", "none") \
	X(OPENED, "opened", SAYS, "发现新的困难风险", \
		"a household reached a level through a new hit") \
	X(DISCOVERED, "discovered", SAYS, "发现新的待核事项", \
		"a finding was discovered for the first time") \
	X(MERGED, "merged", SILENT, "新情况并入已有预警", "new hits joined the open alert") \
	X(RAISED, "raised", SAYS, "预警等级上升", "the level rose") \
	X(LOWERED, "lowered", SILENT, "预警等级下降，责任人与期限不变", \
		"the level fell; owner and clocks stay") \
	X(UNCHANGED, "unchanged", SILENT, "情况无变化", "nothing changed") \
	X(BELOW_LEVEL, "below_level", SILENT, "未达到预警等级", "no level was reached") \
	X(NO_NEWS, "no_news", SILENT, "均为已知情况，无新发事件", \
		"no hit is newer than the last closure") \
	X(LONG_STANDING, "long_standing", SILENT, "长期状态，三十日内无变化", \
		"only states that began more than 30 days ago") \
	X(COOLED_DOWN, "cooled_down", SILENT, "同一事项核实不属实未满冷却期", \
		"the same rule and event was verified false") \
	X(HISTORY, "history", SILENT, "首次导入的历史情况，列入清单", \
		"history of the first load; listed, no clock") \
	X(HYSTERESIS, "hysteresis", SILENT, "分值仍在缓冲区间内，等级不变", \
		"score within the hysteresis of its level") \
	X(WITHDRAWN_CORRECTED, "withdrawn_corrected", SAYS, "依据数据已更正，签收前撤回", \
		"basis corrected before anyone signed") \
	X(WITHDRAWN_FADED, "withdrawn_faded", SAYS, "依据已过时效，签收前撤回", \
		"basis aged out before anyone signed") \
	X(WITHDRAWN_THRESHOLD, "withdrawn_threshold", SAYS, "阈值或规则调整，签收前撤回", \
		"a threshold or rule changed before signing") \
	X(BASIS_CHANGED, "basis_changed", SAYS, "预警依据发生变化，请人工判断", \
		"the basis changed after signing") \
	X(LEAD, "lead", SAYS, "您单位为牵头责任单位", "your office leads") \
	X(EXECUTES, "executes", SAYS, "您单位负责入户执行", "your office visits and executes") \
	X(COPY_COUNTY_DUTY, "copy_county_duty", SAYS, "红色预警同步告知县级值班", \
		"a red alert is copied to the county's duty") \
	X(COPY_NEXT_TIER, "copy_next_tier", SAYS, "逾期未签收，抄送上一级", \
		"not signed in time: the next tier is copied") \
	X(CLIMBED, "climbed", SAYS, "逾期，牵头责任上移一级", \
		"overdue: the lead moves one tier up") \
	X(TOP_REACHED, "top_reached", SAYS, "逾期且已在最高层级", \
		"overdue, and no higher tier exists") \
	X(REMINDER, "reminder", SAYS, "期限过半提醒", "half of the time has passed") \
	X(OVERDUE, "overdue", SAYS, "期限已过", "a clock ran out") \
	X(MONTH_AGAIN, "month_again", SILENT, "蓝色关注顺延至下月走访", \
		"blue: the next monthly visit is the next chance") \
	X(BLUE_LISTED, "blue_listed", SILENT, "蓝色关注只列入清单", \
		"blue is listed, nobody is called") \
	X(CLOCK_MOVED, "clock_moved", SILENT, "该期限已变更或已停止", \
		"that clock has moved or stopped since") \
	X(OFFICE_MISSING, "office_missing", SAYS, "该层级无责任单位，上移一级", \
		"no office at that tier: one tier up") \
	X(POST_VACANT, "post_vacant", SAYS, "岗位空缺或请假，上移一级", \
		"the post is vacant or on leave: one tier up") \
	X(UNCLAIMED, "unclaimed", SAYS, "居住地不明，进入县级待认领", \
		"no residence: the county's unclaimed pool") \
	X(BY_EMERGENCY, "by_emergency", SAYS, "按事发地派发", \
		"routed by the place of the emergency") \
	X(BY_RESIDENCE, "by_residence", SAYS, "按现居住地派发", "routed by residence") \
	X(BY_REGISTER, "by_register", SAYS, "按户籍地派发", \
		"routed by the household register") \
	X(UNDELIVERABLE, "undeliverable", SAYS, "通知无法送达，上移一级", \
		"a message could not be delivered: one tier up") \
	X(RESIDENCE_MOVED, "residence_moved", SAYS, "居住地变动，改派新居住地", \
		"the household moved before anyone signed") \
	X(RESIDENCE_NOTED, "residence_noted", SAYS, "居住地变动，请决定是否移交", \
		"the household moved after signing") \
	X(STILL_REACHABLE, "still_reachable", SILENT, "责任岗位在岗，不变", \
		"the owner is still reachable") \
	X(QUIET_HOURS, "quiet_hours", SILENT, "夜间免打扰，次晨送达", \
		"held until the morning") \
	X(SPREAD, "spread", SILENT, "首次导入按能力分日派发", \
		"first load: its clock starts on a later day") \
	X(UNKNOWN_YEAR, "unknown_year", SAYS, "期限按周一至周五计算", \
		"no work calendar for the year: Mon-Fri") \
	X(NOBODY_REACHABLE, "nobody_reachable", SAYS, "全线无人在岗", \
		"nobody up to the root is reachable") \
	X(SIGNED, "signed", SAYS, "已签收", "signed") \
	X(VISITED, "visited", SAYS, "已入户", "visited") \
	X(ATTEMPTED, "attempted", SAYS, "已尝试联系", "an attempt was made") \
	X(SCREENED, "screened", SAYS, "开始甄别", "screening began") \
	X(VERIFIED_TRUE, "verified_true", SAYS, "核实属实", "verified: in hardship") \
	X(VERIFIED_FALSE, "verified_false", SAYS, "核实不属实", "verified: not in hardship") \
	X(FOUND_UNREACHABLE, "found_unreachable", SAYS, "多次联系不上", \
		"could not be reached") \
	X(FOUND_MOVED_AWAY, "found_moved_away", SAYS, "已迁离", "moved away") \
	X(FILED, "filed", SAYS, "已建档", "filed") \
	X(DISPOSED, "disposed", SAYS, "已处置", "disposed") \
	X(FOLLOWED, "followed", SAYS, "已跟踪回访", "followed up") \
	X(CLOSED, "closed", SAYS, "已办结", "closed") \
	X(REOPENED, "reopened", SAYS, "重新打开", "reopened") \
	X(TRANSFERRED, "transferred", SAYS, "已移交", "transferred; clocks go on") \
	X(HELPED, "helped", SAYS, "已实施帮扶", "help was given") \
	X(REFERRED, "referred", SAYS, "已转介", "referred") \
	X(EVALUATED, "evaluated", SAYS, "已评估", "evaluated") \
	X(FED_BACK, "fed_back", SAYS, "已反馈", "fed back") \
	X(NOTED, "noted", SILENT, "已备注", "a note was added") \
	X(MERGED_AWAY, "merged_away", SAYS, "已并入另一预警", "merged into another alert") \
	X(NO_ALERT, "no_alert", REFUSES, "没有这条预警", "there is no such alert") \
	X(STALE_VERSION, "stale_version", REFUSES, "预警已被他人更新，请刷新", \
		"somebody else acted first; look again") \
	X(WRONG_STATE, "wrong_state", REFUSES, "当前状态不允许该操作", \
		"not allowed in this state") \
	X(WRONG_ROLE, "wrong_role", REFUSES, "该岗位无权进行此操作", \
		"this post may not do that") \
	X(WRONG_OFFICE, "wrong_office", REFUSES, "由牵头单位办理，您单位知晓即可", \
		"another office leads; this one was not told to do anything") \
	X(SIGNED_ALREADY, "signed_already", REFUSES, "已有人签收", \
		"somebody has signed already") \
	X(NEEDS_ATTEMPTS, "needs_attempts", REFUSES, "联系不上须有三次、分两日以上的记录", \
		"three attempts on two days are needed") \
	X(NEEDS_CAUSE, "needs_cause", REFUSES, "须填写致困原因", "a cause is needed") \
	X(NEEDS_TEXT, "needs_text", REFUSES, "须填写理由", "a reason in words is needed") \
	X(NEEDS_HELP, "needs_help", REFUSES, "政策外帮扶须至少有一项帮扶行动", \
		"off-policy help needs one help action") \
	X(NEEDS_FIVE_HAVES, "needs_five_haves", REFUSES, "办结须五有：台账、交办、跟踪、评估、反馈", \
		"closing needs the five haves") \
	X(NEEDS_OTHER_EVALUATOR, "needs_other_evaluator", REFUSES, "评估人不得为经办人本人", \
		"the handler may not evaluate alone") \
	X(NEEDS_TARGET, "needs_target", REFUSES, "须指定接收单位", \
		"a target office is needed") \
	X(REOPEN_TOO_LATE, "reopen_too_late", REFUSES, "办结超过九十日不可重开", \
		"closed more than 90 days ago") \
	X(PERSON_OPENED, "person_opened", SILENT, "查看了姓名和联系方式", \
		"somebody looked at a member's name and address") \
	X(LEAD_SIGNS, "lead_signs", REFUSES, "由牵头单位签收，签收后您单位即可登记入户", \
		"the office that leads signs; who was told visits after that") \
	X(CANARY, "canary", SAYS, "线路自检", \
		"the canary's beat, answered to needwatchd itself")

/* What an administrator can do about it: shown to administrators alone. X(NAME, Chinese) */
#define REASON_REMEDIES(X) \
	X(UNKNOWN_YEAR, "缺少该年度工作日历。请按国务院办公厅放假通知写成文件，列入 service { calendar } 后运行 needwatch init")

enum reason {
#define X(name, word, sort, chinese, english) REASON_##name,
	REASONS(X)
#undef X
	REASON_COUNT
};

/* "opened", "cooled_down": stable words for JSON, logs and tests. */
const char *
reason_name(enum reason reason);

const char *
reason_chinese(enum reason reason);

const char *
reason_english(enum reason reason);

/* NULL where nothing is an administrator's to do. */
const char *
reason_remedy(enum reason reason);

enum reason_sort
reason_sort(enum reason reason);

/* REASON_COUNT if there is no such word. */
enum reason
reason_find(const char *name);

#endif
