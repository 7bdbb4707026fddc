/* Every answer that is a no: its status, its stable word, and what people read. Knows no request. */
#ifndef NEEDWATCH_REFUSAL_H
#define NEEDWATCH_REFUSAL_H

#include "reason.h"

/* X(name, status, word, what is wrong, what to do) */
#define REFUSALS(X) \
	X(FOREIGN_HOST, 421, "foreign_host", "本服务不以这个地址对外提供", \
		"请使用单位公布的网址；管理员可在配置 web_hosts 中添加名称") \
	X(MALFORMED, 400, "malformed", "请求的格式不正确", "请刷新页面后重试") \
	X(TOO_LARGE, 413, "too_large", "提交的内容过长", "请缩短说明后重试") \
	X(NO_SUCH_PLACE, 404, "no_such_place", "没有这个页面或接口", "请从首页重新进入") \
	X(NO_SUCH_METHOD, 405, "no_such_method", "这个接口不支持该操作", "请刷新页面后重试") \
	X(FOREIGN_PAGE, 403, "foreign_page", "请求不是从本系统页面发出的", \
		"请在本系统页面内操作；如页面已打开很久，请刷新") \
	X(SIGNED_OUT, 401, "signed_out", "登录已失效", "请重新登录") \
	X(WRONG_PASSWORD, 401, "wrong_password", "用户名或密码不正确", \
		"请核对后重试；忘记密码请联系本单位管理员") \
	X(WRONG_LINK, 401, "wrong_link", "登录链接已失效", "链接只能使用一次；请联系管理员重新发放") \
	X(LOCKED, 429, "locked", "登录尝试次数过多，已暂时锁定", "请十五分钟后再试，或请管理员发放一次性登录链接") \
	X(CROWDED, 503, "crowded", "现在登录的人太多", "请稍等片刻再试") \
	X(OFFICE_GONE, 403, "office_gone", "账号所属单位已不存在", "请联系管理员调整账号") \
	X(NO_KEY, 400, "no_key", "缺少操作编号（Idempotency-Key）", "请刷新页面后重试") \
	X(NO_SUCH_ALERT, 404, "no_such_alert", "没有这条预警，或不在您单位职责范围", "请返回列表刷新") \
	X(NO_SUCH_PERSON, 404, "no_such_person", "这条预警的家庭中没有这名成员", "请刷新页面后重试") \
	X(NO_SUCH_ACTION, 400, "no_such_action", "没有这种操作", "请刷新页面后重试") \
	X(NO_SUCH_CAUSE, 422, "no_such_cause", "致困原因不在可选范围内", "请从列表中选择") \
	X(NUMBER_IN_TEXT, 422, "number_in_text", "说明中含有身份证号码", "请删去号码后再提交") \
	X(NOT_ENTITLED, 403, "not_entitled", "您的账号无权查看姓名和联系方式", "确需查看的，请联系管理员授权") \
	X(NEEDS_REASON, 422, "needs_reason", "须填写查看理由", "请选择或填写理由后重试") \
	X(ALERT_ENDED, 409, "alert_ended", "预警已办结，不能再查看姓名和联系方式", "确有需要的，请先重开预警") \
	X(WHY_ENDED, 409, "why_ended", "预警已办结，不再说明这户现在的情况", "确有需要的，请先重开预警") \
	X(NO_WHY, 503, "no_why", "监测服务现在不能说明这户的情况", "预警可照常办理；请稍后再看") \
	X(NO_BOX, 404, "no_box", "来源没有提供这名成员的姓名和联系方式", "请按地址或线索核实") \
	X(BOX_SHUT, 500, "box_shut", "密封的个人信息无法打开", "请联系系统管理员检查密钥") \
	X(BUSY, 503, "busy", "同时办理的人较多，没有提交成功", "请重试；重试不会重复办理") \
	X(STORE_AWAY, 503, "store_away", "数据库暂时连不上", "请稍后重试；仍不行请联系系统管理员") \
	X(BROKEN, 500, "broken", "服务器内部出错，没有完成", "请稍后重试；仍不行请联系系统管理员")

enum refusal {
#define X(name, status, word, message, remedy) REFUSAL_##name,
	REFUSALS(X)
#undef X
	REFUSAL_COUNT
};

struct refusal_row {
	int status;
	const char *word;
	const char *message;
	const char *remedy;
};

const struct refusal_row *
refusal_row(enum refusal refusal);

/* A rule of decide() that forbids an action: the word is the reason's. `ret_row` is filled in. */
void
refusal_of_reason(enum reason rule, struct refusal_row *ret_row);

#endif
