/* `needwatch ledger verify`: says of each county's ledger whether it still proves what it says.
 * Changes nothing. */
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "config.h"
#include "db.h"
#include "db_sync.h"
#include "ledger_store.h"
#include "memory.h"
#include "statement_decide.h"
#include "store_place.h"

struct verifying {
	struct event_base *base;
	struct db *db;
	bool done;
	int32_t *counties;
	size_t count;
	size_t broken;
	char error[300];
};

static int
parse_call(int argc, char **argv, const char **ret_path)
{
	bool verify = false;

	*ret_path = "/etc/needwatch/needwatch.conf";
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--config") == 0 && i + 1 < argc)
			*ret_path = argv[++i];
		else if (strcmp(argv[i], "verify") == 0)
			verify = true;
		else
			return usage_error("ledger", "'%s' is not understood", argv[i]);
	}
	return verify ? EXIT_DONE : usage_error("ledger", "say what to do: verify");
}

static void
on_counties(void *owner, const struct db_result *result)
{
	struct verifying *verifying = owner;

	verifying->done = true;
	snprintf(verifying->error, sizeof(verifying->error), "%s", result->error);
	if (result->status != DB_OK)
		return;
	verifying->count = (size_t)db_result_rows(result);
	verifying->counties = xcalloc(verifying->count + 1, sizeof(*verifying->counties));
	for (size_t i = 0; i < verifying->count; i++)
		verifying->counties[i] = (int32_t)db_int(result, (int)i, 0);
}

static void
print_check(const struct ledger_check *check)
{
	char county[16];

	snprintf(county, sizeof(county), "%06d", (int)check->county);
	printf("%s: ", check->county ? county : "no county");
	if (check->fault[0]) {
		printf("BROKEN: %s\n", check->fault);
		return;
	}
	printf("%lld lines, whole", (long long)check->lines);
	if (check->erased)
		printf("; %lld payloads erased, last %s", (long long)check->erased,
			check->last_erasure);
	putchar('\n');
}

static void
on_verified(void *owner, const struct ledger_check *check, const char *error)
{
	struct verifying *verifying = owner;

	verifying->done = true;
	snprintf(verifying->error, sizeof(verifying->error), "%s", check ? "" : error);
	if (!check)
		return;
	print_check(check);
	verifying->broken += check->fault[0] != '\0';
}

static bool
answered(struct verifying *verifying)
{
	bool came = loop_until(verifying->base, &verifying->done);

	verifying->done = false;
	return came && !verifying->error[0];
}

static int
verify_all(struct verifying *verifying, bool outside)
{
	bool well;

	db_ask(verifying->db, decide_statement(SQL_LEDGER_COUNTIES), NULL, on_counties,
		verifying);
	well = answered(verifying);
	for (size_t i = 0; well && i < verifying->count; i++) {
		ledger_verify(verifying->db, verifying->counties[i], on_verified, verifying);
		well = answered(verifying);
	}
	if (!well) {
		fprintf(stderr, "needwatch ledger: %s%s\n", verifying->error,
			outside ? ""
				: "; if the private store does not run: systemctl start "
				  "needwatch-store");
		return EXIT_WORLD;
	}
	if (!verifying->count)
		printf("the ledger holds no line yet\n");
	return verifying->broken ? EXIT_INPUT : EXIT_DONE;
}

static int
verify(const struct config *config)
{
	struct verifying verifying = {.done = false};
	struct db_config db = {.application = "needwatch ledger"};
	char *error = NULL;
	char *conninfo = store_conninfo(config, SETTING_STORE_CONNECT, &error);
	int code;

	if (!conninfo || !ledger_ready()) {
		fprintf(stderr, "needwatch ledger: %s\n",
			conninfo ? "the system gives no random numbers" : error);
		free(conninfo);
		free(error);
		return EXIT_WORLD;
	}
	db.conninfo = conninfo;
	verifying.base = event_base_new();
	verifying.db = db_new(verifying.base, &db, NULL, NULL, NULL);
	code = verify_all(&verifying, store_is_outside(config));
	db_free(verifying.db);
	event_base_free(verifying.base);
	free(verifying.counties);
	free(conninfo);
	return code;
}

int
command_ledger(int argc, char **argv)
{
	const char *path;
	struct config *config;
	struct diags *diags;
	char *fault = NULL;
	int code = parse_call(argc, argv, &path);

	if (code != EXIT_DONE)
		return code;
	diags = diags_new();
	config = config_read(path, diags, &fault);
	diags_show(diags, false);
	code = EXIT_INPUT;
	if (!config)
		fprintf(stderr, "needwatch ledger: %s\n", fault);
	else if (diags_errors(diags) == 0)
		code = verify(config);
	free(fault);
	config_free(config);
	diags_free(diags);
	return code;
}
