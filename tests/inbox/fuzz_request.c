/* Whatever a browser sends: parsers read within the bytes, and what they read can be said again. The first byte chooses. */
#include "../fuzz.h"

#include "endpoint.h"
#include "request.h"

static void
fuzz_path(const char *text)
{
	const struct endpoint *table;
	struct request_ids ids;
	for (size_t i = endpoints(&table); i-- > 0;) {
		if (path_matches(table[i].path, text, &ids) && (ids.county < 0 || ids.county > 999999 || ids.alert < 0)) {
			abort();
		}
	}
}

static void
fuzz_query(const char *text)
{
	struct list_query query;
	struct keyset again;
	char said[KEYSET_TEXT];
	if (!list_query_parse(text, &query) || !query.after.set) {
		return;
	}
	keyset_format(&query.after, said);
	if (!keyset_parse(said, strlen(said), &again) || again.alert != query.after.alert ||
		again.wake.us != query.after.wake.us || again.level > 4) {
		abort();
	}
}

static void
fuzz_headers(const char *text)
{
	static const char *const hosts[] = {"127.0.0.1", "[::1]"};
	char cookie[COOKIE_LENGTH + 1];
	if (cookie_parse(text, cookie) && strlen(cookie) != COOKIE_LENGTH) {
		abort();
	}
	if (key_valid(text) && strlen(text) > 100) {
		abort();
	}
	host_known(text, hosts, 2);
	origin_is_host(text, "127.0.0.1:8480");
}

static void
fuzz_body(const char *text, size_t length)
{
	json_t *body = body_parse(text, length);
	const char *words;
	int64_t number;
	if (body == NULL) {
		return;
	}
	if (body_text(body, "text", 100, false, &words) && strlen(words) > 100) {
		abort();
	}
	if (body_number(body, "version", 1000, false, &number) && (number < 0 || number > 1000)) {
		abort();
	}
	json_decref(body);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	if (size == 0) {
		return 0;
	}
	char *text = fuzz_text(bytes + 1, size - 1);
	switch (bytes[0] & 3) {
	case 0:
		fuzz_path(text);
		break;
	case 1:
		fuzz_query(text);
		break;
	case 2:
		fuzz_headers(text);
		break;
	default:
		fuzz_body(text, size - 1);
	}
	free(text);
	return 0;
}
