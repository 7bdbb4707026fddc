/* `needwatch account add|list|disable|link`: who may sign in to the inbox, as whom, and how. Works on the store as its owner;
 * takes no password from the command line. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "area.h"
#include "buffer.h"
#include "clock.h"
#include "command.h"
#include "config.h"
#include "db_sync.h"
#include "identity.h"
#include "organisation.h"
#include "sign_in.h"
#include "statement.h"
#include "store_place.h"

#define NAME_MOST 64
#define PASSWORD_LEAST 10 /* GB/T 22239-2019 8.1.4.1 asks for complexity; length does more */
#define PASSWORD_MOST 200
#define LINK_MINUTES 60
#define LINK_MINUTES_MOST 10080 /* a week: whoever finds an older link must not get in */

struct account_call {
	const char *verb;
	const char *name;
	const char *office;
	const char *role;
	const char *label;
	const char *path;
	long minutes;
	bool detail;
	bool opens;
	bool password;
};

static int
fail(enum command_exit code, const char *what)
{
	fprintf(stderr, "needwatch account: %s\n", what);
	return code;
}

/* ---- the call ---- */

static const struct {
	const char *name;
	size_t member;
} texts[] = {
	{"--office", offsetof(struct account_call, office)},
	{"--role", offsetof(struct account_call, role)},
	{"--label", offsetof(struct account_call, label)},
	{"--config", offsetof(struct account_call, path)},
};

static const struct {
	const char *name;
	size_t member;
} flags[] = {
	{"--detail", offsetof(struct account_call, detail)},
	{"--opens", offsetof(struct account_call, opens)},
	{"--password-stdin", offsetof(struct account_call, password)},
};

static bool
take_flag(struct account_call *call, const char *option)
{
	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++)
		if (strcmp(flags[i].name, option) == 0) {
			*(bool *)((char *)call + flags[i].member) = true;
			return true;
		}
	return false;
}

static bool
take_text(struct account_call *call, const char *option, const char *value)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (strcmp(texts[i].name, option) == 0) {
			*(const char **)((char *)call + texts[i].member) = value;
			return true;
		}
	if (strcmp(option, "--minutes") != 0)
		return false;
	call->minutes = strtol(value, NULL, 10);
	return true;
}

static int
parse_call(int argc, char **argv, struct account_call *call)
{
	*call = (struct account_call){.path = "/etc/needwatch/needwatch.conf", .minutes = LINK_MINUTES};
	for (int i = 1; i < argc; i++) {
		if (argv[i][0] == '-') {
			if (take_flag(call, argv[i]))
				continue;
			if (i + 1 == argc || !take_text(call, argv[i], argv[i + 1]))
				return usage_error("account", "'%s' is not understood", argv[i]);
			i++;
		} else if (!call->verb) {
			call->verb = argv[i];
		} else if (!call->name) {
			call->name = argv[i];
		} else {
			return usage_error("account", "one account at a time");
		}
	}
	if (!call->verb)
		return usage_error("account", "say what to do: add, list, disable or link");
	if (!call->name && strcmp(call->verb, "list") != 0)
		return usage_error("account", "say the name of the account");
	if (call->minutes < 1 || call->minutes > LINK_MINUTES_MOST)
		return usage_error("account", "--minutes takes 1 to %d", LINK_MINUTES_MOST);
	return EXIT_DONE;
}

/* ---- add ---- */

/* Signs that are typed alike everywhere: letters, digits, . _ - and whatever is no ASCII. */
static bool
name_right(const char *name)
{
	size_t length = strlen(name);

	for (size_t i = 0; i < length; i++)
		if ((signed char)name[i] > 0 && !isalnum((unsigned char)name[i]) && !strchr("._-", name[i]))
			return false;
	return length > 0 && length <= NAME_MOST;
}

/* The first line; the caller wipes and frees it. NULL: told why. */
static char *
read_password(void)
{
	char line[PASSWORD_MOST + 3];
	char *password = NULL;
	size_t length;

	setvbuf(stdin, NULL, _IONBF, 0); /* no copy of it stays in a buffer */
	if (!fgets(line, sizeof(line), stdin))
		line[0] = '\0';
	length = strcspn(line, "\r\n");
	line[length] = '\0';
	if (length < PASSWORD_LEAST || length > PASSWORD_MOST)
		fprintf(stderr, "needwatch account: a password has %d to %d bytes; it is read from standard input\n",
			PASSWORD_LEAST, PASSWORD_MOST);
	else
		password = strdup(line);
	explicit_bzero(line, sizeof(line));
	return password;
}

struct place {
	int32_t office;
	char name[200];
	enum tier tier;
};

/* Up to five digits are an office's id; six and more the area of a territorial office. */
static bool
find_office(struct db_sync *sync, const char *told, struct place *ret_place)
{
	struct db_params params = {0};
	struct area area = {0};
	size_t digits = strspn(told, "0123456789");
	bool id = digits > 0 && digits <= 5 && told[digits] == '\0';
	const struct db_result *rows;

	if (!id && !area_parse(told, &area))
		return false;
	if (id) {
		db_add_int(&params, strtol(told, NULL, 10));
		db_add_null(&params);
	} else {
		db_add_null(&params);
		db_add_int(&params, area.code);
	}
	rows = db_sync_ask_statement(sync, statement(STATEMENT_ACCOUNT_OFFICE), &params);
	if (rows->status != DB_OK || db_result_rows(rows) != 1)
		return false;
	ret_place->office = (int32_t)db_int(rows, 0, 0);
	snprintf(ret_place->name, sizeof(ret_place->name), "%s", db_text(rows, 0, 1));
	ret_place->tier = (enum tier)db_int(rows, 0, 2);
	return true;
}

/* A role that leads belongs to its tier; the others may be anywhere. */
static bool
role_fits(enum role role, enum tier tier)
{
	switch (role) {
	case ROLE_WORKER:
		return tier <= TIER_VILLAGE;
	case ROLE_TOWN:
		return tier == TIER_TOWN;
	case ROLE_COUNTY:
	case ROLE_COUNTY_DUTY:
		return tier == TIER_COUNTY;
	case ROLE_CITY:
		return tier >= TIER_CITY;
	case ROLE_GRID_WORKER:
	case ROLE_VOLUNTEER:
	case ROLE_SOCIAL_WORKER:
	case ROLE_SUPERVISOR:
	case ROLE_ADMINISTRATOR:
	case ROLE_COUNT:
		break;
	}
	return true;
}

static int
insert_account(struct db_sync *sync, const struct account_call *call, const struct place *place,
	const char *hash)
{
	struct db_params params = {0};
	const struct db_result *rows;

	db_add_text(&params, call->name);
	db_add_text(&params, call->label ? call->label : call->name);
	db_add_text(&params, hash);
	db_add_int(&params, place->office);
	db_add_int(&params, role_find(call->role));
	db_add_bool(&params, call->detail);
	db_add_bool(&params, call->opens);
	db_add_instant(&params, clock_real());
	rows = db_sync_ask_statement(sync, statement(STATEMENT_ACCOUNT_ADD), &params);
	if (db_result_is(rows, SQLSTATE_UNIQUE))
		return fail(EXIT_INPUT, "there is an account of that name; names are not given twice");
	if (rows->status != DB_OK)
		return fail(EXIT_WORLD, rows->error);
	printf("account %s (%lld) at %s, %s%s%s\n", call->name, (long long)db_int(rows, 0, 0), place->name,
		role_chinese(role_find(call->role)), call->detail ? ", sees sensitive fields" : "",
		call->opens ? ", opens names and addresses" : "");
	if (!hash)
		printf("it has no password: `needwatch account link %s` lets it in\n", call->name);
	return EXIT_DONE;
}

static int
check_place(struct db_sync *sync, const struct account_call *call, struct place *ret_place)
{
	if (!find_office(sync, call->office, ret_place)) {
		fprintf(stderr, "needwatch account: no office '%s'%s%s: give an area code of 6, 9 or 12 digits, or"
			" an office's id\n", call->office, *db_sync_error(sync) ? ": " : "", db_sync_error(sync));
		return *db_sync_error(sync) ? EXIT_WORLD : EXIT_INPUT;
	}
	if (!role_fits(role_find(call->role), ret_place->tier)) {
		fprintf(stderr, "needwatch account: role %s does not fit %s, an office of tier %s\n", call->role,
			ret_place->name, tier_name(ret_place->tier));
		return EXIT_INPUT;
	}
	if (call->detail && ret_place->tier < TIER_TOWN)
		return fail(EXIT_INPUT, "a village never sees diagnosis, kind of disability or custody: leave out"
			" --detail");
	return EXIT_DONE;
}

static int
add(struct db_sync *sync, const struct account_call *call)
{
	struct place place;
	char *password = NULL;
	char *hash = NULL;
	int code;

	if (!call->office || !call->role)
		return usage_error("account", "add needs --office and --role");
	if (!name_right(call->name))
		return fail(EXIT_INPUT, "a name has up to 64 bytes: letters, digits, . _ -");
	if (role_find(call->role) == ROLE_COUNT)
		return usage_error("account", "no role '%s'", call->role);
	code = check_place(sync, call, &place);
	if (code != EXIT_DONE)
		return code;
	if (call->password) {
		password = read_password();
		if (!password)
			return EXIT_INPUT;
		hash = password_hash(password);
		explicit_bzero(password, strlen(password));
		free(password);
		if (!hash)
			return fail(EXIT_WORLD, "no memory to hash the password (64 MiB)");
	}
	code = insert_account(sync, call, &place, hash);
	free(hash);
	return code;
}

/* ---- list, disable, link ---- */

static int
list(struct db_sync *sync)
{
	const struct db_result *rows = db_sync_ask_statement(sync, statement(STATEMENT_ACCOUNT_LIST), NULL);

	if (rows->status != DB_OK)
		return fail(EXIT_WORLD, rows->error);
	for (int row = 0; row < db_result_rows(rows); row++) {
		int64_t role = db_int(rows, row, 4);

		printf("%lld\t%s\t%s\t%s\t%s%s%s%s%s\n", (long long)db_int(rows, row, 0), db_text(rows, row, 1),
			db_text(rows, row, 2), db_text(rows, row, 3),
			role >= 0 && role < ROLE_COUNT ? role_name((enum role)role) : "?",
			db_bool(rows, row, 5) ? " detail" : "", db_bool(rows, row, 6) ? " opens" : "",
			db_bool(rows, row, 8) ? "" : " no-password", db_bool(rows, row, 7) ? " DISABLED" : "");
	}
	return EXIT_DONE;
}

static int
disable(struct db_sync *sync, const struct account_call *call)
{
	struct db_params params = {0};
	const struct db_result *rows;

	db_add_text(&params, call->name);
	db_add_instant(&params, clock_real());
	rows = db_sync_ask_statement(sync, statement(STATEMENT_ACCOUNT_DISABLE), &params);
	if (rows->status != DB_OK)
		return fail(EXIT_WORLD, rows->error);
	if (db_result_rows(rows) == 0)
		return fail(EXIT_INPUT, "no account of that name");
	printf("account %s is disabled; its sessions and links have ended\n", call->name);
	return EXIT_DONE;
}

/* As a browser reaches it: by the first configured name, behind TLS; else on this machine. */
static void
print_link(const struct config *config, const char *token)
{
	size_t count;
	const char *const *hosts = config_list(config, SETTING_SERVICE_WEB_HOSTS, &count);
	const char *address = config_text(config, SETTING_SERVICE_WEB_ADDRESS);
	bool any = strcmp(address, "0.0.0.0") == 0 || strcmp(address, "::") == 0;

	if (count > 0)
		printf("https://%s/#/link/%s\n", hosts[0], token);
	else
		printf("http://%s:%d/#/link/%s\n", any ? "localhost" : address,
			(int)config_number(config, SETTING_SERVICE_WEB_PORT), token);
}

static int
make_link(struct db_sync *sync, const struct config *config, const struct account_call *call)
{
	struct db_params params = {0};
	char token[SIGN_IN_TOKEN + 1];
	uint8_t hash[SIGN_IN_HASH];
	const struct db_result *rows;

	sign_in_token_new(token);
	sign_in_hash("link", token, hash);
	db_add_text(&params, call->name);
	db_add_bytes(&params, hash, sizeof(hash));
	db_add_instant(&params, (struct instant){clock_real().us + call->minutes * 60 * US_PER_SECOND});
	rows = db_sync_ask_statement(sync, statement(STATEMENT_ACCOUNT_LINK), &params);
	if (rows->status != DB_OK)
		return fail(EXIT_WORLD, rows->error);
	if (db_result_rows(rows) == 0)
		return fail(EXIT_INPUT, "no account of that name, or it is disabled");
	print_link(config, token);
	explicit_bzero(token, sizeof(token));
	return EXIT_DONE;
}

/* ---- the command ---- */

static int
run(const struct config *config, const struct account_call *call)
{
	char *error = NULL;
	char *conninfo = store_conninfo(config, SETTING_STORE_OWNER_CONNECT, &error);
	struct db_sync *sync = conninfo ? db_sync_open(conninfo, NULL, "needwatch account", &error) : NULL;
	int code;

	if (!sync)
		code = fail(EXIT_WORLD, error);
	else if (strcmp(call->verb, "add") == 0)
		code = add(sync, call);
	else if (strcmp(call->verb, "list") == 0)
		code = list(sync);
	else if (strcmp(call->verb, "disable") == 0)
		code = disable(sync, call);
	else
		code = make_link(sync, config, call);
	db_sync_close(sync);
	free(conninfo);
	free(error);
	return code;
}

static bool
verb_known(const char *verb)
{
	return strcmp(verb, "add") == 0 || strcmp(verb, "list") == 0 || strcmp(verb, "disable") == 0 ||
	       strcmp(verb, "link") == 0;
}

int
command_account(int argc, char **argv)
{
	struct account_call call;
	struct diags *diags;
	struct config *config;
	char *fault = NULL;
	int code = parse_call(argc, argv, &call);

	if (code != EXIT_DONE)
		return code;
	if (!verb_known(call.verb))
		return usage_error("account", "'%s' is none of add, list, disable, link", call.verb);
	if (!identity_ready())
		return fail(EXIT_WORLD, "the system gives no random numbers");
	diags = diags_new();
	config = config_read(call.path, diags, &fault);
	diags_show(diags, false);
	if (!config)
		code = fail(EXIT_INPUT, fault);
	else
		code = diags_errors(diags) ? EXIT_INPUT : run(config, &call);
	config_free(config);
	diags_free(diags);
	free(fault);
	return code;
}
