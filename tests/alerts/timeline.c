/* timeline FILE.t: plays a timeline and compares every plan with the lines below its event. With --print it
 * writes the file back with the plans as they are. The words of a timeline stand in organisation.inc and below. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "story.h"

enum {
	WORDS = 16
};

struct player {
	struct story story;
	const char *file;
	int line;
	bool print;
	bool failed;
	struct story_hit hits[STORY_HITS];
	size_t hit_count;
	/* The event that waits for its hits; kind EVENT_KIND_COUNT: none. */
	struct alert_event event;
	struct assessment facts;
	struct event_assessed assessed;
	struct instant now;
	struct buffer expected;
	struct buffer actual;
	int event_line;
};

static void
fail(const struct player *player, const char *what, const char *word)
{
	fprintf(stderr, "%s:%d: %s '%s'\n", player->file, player->line, what, word);
	exit(2);
}

static struct day
day_word(const struct player *player, const char *word)
{
	struct day day;
	if (!day_parse(word, &day)) {
		fail(player, "not a date:", word);
	}
	return day;
}

static struct area
area_word(const struct player *player, const char *word)
{
	struct area area = {0};
	if (strcmp(word, "-") != 0 && !area_parse(word, &area)) {
		fail(player, "not an area:", word);
	}
	return area;
}

static enum level
level_word(const struct player *player, const char *word)
{
	for (int level = LEVEL_NONE; level <= LEVEL_RED; level++) {
		if (strcmp(level_name((enum level)level), word) == 0) {
			return (enum level)level;
		}
	}
	fail(player, "not a level:", word);
	return LEVEL_NONE;
}

/* The value of word KEY=VALUE, or NULL. */
static char *
option(char **words, const char *key)
{
	size_t length = strlen(key);
	for (; *words != NULL; words++) {
		if (strncmp(*words, key, length) == 0 && (*words)[length] == '=') {
			return *words + length + 1;
		}
	}
	return NULL;
}

static bool
flag(char **words, const char *key)
{
	for (; *words != NULL; words++) {
		if (strcmp(*words, key) == 0) {
			return true;
		}
	}
	return false;
}

static int32_t
office_word(const struct player *player, const char *word)
{
	const struct story *story = &player->story;
	for (size_t i = 0; i < story->office_count; i++) {
		if (strcmp(story->offices[i].name, word) == 0) {
			return story->offices[i].id;
		}
	}
	fail(player, "no such office:", word);
	return 0;
}

/* office NAME TIER AREA [under=NAME] [delegated] */
static void
add_office(struct player *player, char **words)
{
	struct story *story = &player->story;
	char *under = option(words, "under");
	story->offices[story->office_count] = (struct office){
		.id = (int32_t)story->office_count + 1,
		.parent = under == NULL ? OFFICE_NONE : office_word(player, under),
		.tier = tier_find(words[2]),
		.area = area_word(player, words[3]),
		.name = arena_strdup(story->arena, words[1]),
		.delegated = flag(words, "delegated"),
	};
	story->office_count++;
}

static enum post_state
post_state_word(const char *word)
{
	return strcmp(word, "present") == 0 ? POST_PRESENT
		: strcmp(word, "leave") == 0 ? POST_LEAVE : POST_VACANT;
}

/* post NAME ROLE present|leave|vacant [capacity=N] */
static void
set_post(struct player *player, char **words)
{
	struct story *story = &player->story;
	struct post post = {.office = office_word(player, words[1]),
		.role = role_find(words[2]),
		.state = post_state_word(words[3])};
	char *capacity = option(words, "capacity");
	post.capacity = capacity == NULL ? 0 : atoi(capacity);
	for (size_t i = 0; i < story->post_count; i++) {
		if (story->posts[i].office == post.office && story->posts[i].role == post.role) {
			story->posts[i] = post;
			return;
		}
	}
	story->posts[story->post_count++] = post;
}

static void
set_calendar(struct player *player, char **words)
{
	struct story *story = &player->story;
	if (strcmp(words[0], "year") == 0) {
		story->years[story->year_count++] = atoi(words[1]);
		return;
	}
	story->days[story->day_count++] = (struct calendar_row){
		day_word(player, words[1]), strcmp(words[0], "workday") == 0};
}

/* hit RULE KEY event WINDOW ON POINTS | state SINCE ON POINTS | absent - ON POINTS, then [floor=LEVEL]
 * [sensitive] */
static void
add_hit(struct player *player, char **words)
{
	struct story_hit *hit = &player->hits[player->hit_count++];
	struct arena *arena = player->story.arena;
	bool event = strcmp(words[3], "event") == 0;
	char *floor = option(words, "floor");
	*hit = (struct story_hit){
		.face = {.id = arena_strdup(arena, words[1]),
			.name = "规则",
			.family = "",
			.category = "",
			.need = "",
			.kind = player->story.file.lane,
			.floor = floor == NULL ? LEVEL_NONE : level_word(player, floor),
			.sensitive = flag(words, "sensitive"),
			.window_days = event ? atoi(words[4]) : 0},
		.hit = {.event_key = strcmp(words[2], "-") == 0 ? "" : arena_strdup(arena, words[2]),
			.on = day_word(player, words[5]),
			.points = atoi(words[6])},
	};
	hit->hit.since = hit->hit.on;
	if (strcmp(words[3], "state") == 0) {
		hit->hit.since = day_word(player, words[4]);
	} else if (!event) {
		hit->hit.since.n = DAY_NONE;
	}
}

/* at T assessed SCORE LEVEL AREA [history] [day] [rules] [register=AREA] [emergency=AREA] */
static void
begin_assessed(struct player *player, char **words)
{
	char *from = option(words, "register");
	char *emergency = option(words, "emergency");
	player->facts = (struct assessment){
		.household = "h7",
		.as_of = instant_day(player->now),
		.score = atoi(words[3]),
		.level = level_word(player, words[4]),
		.area = area_word(player, words[5]),
		.class = "general",
	};
	player->assessed = (struct event_assessed){
		.history = flag(words, "history"),
		.cause = flag(words, "rules") ? ASSESSED_RULES
			: flag(words, "day") ? ASSESSED_DAY : ASSESSED_TOUCHED,
		.register_area = from == NULL ? (struct area){0} : area_word(player, from),
		.emergency_area = emergency == NULL ? (struct area){0} : area_word(player, emergency),
	};
	player->event = (struct alert_event){.id = "e", .kind = EVENT_ASSESSED};
}

/* at T action ACTION OFFICE ROLE ACCOUNT [text=] [cause=] [disposition=] [target=OFFICE] [version=N] */
static void
begin_action(struct player *player, char **words)
{
	char *disposition = option(words, "disposition");
	char *target = option(words, "target");
	char *version = option(words, "version");
	struct arena *arena = player->story.arena;
	char *text = option(words, "text");
	char *cause = option(words, "cause");
	player->event = (struct alert_event){.id = "e",
		.kind = EVENT_ACTION,
		.action = {
			.action = action_find(words[3]),
			.actor = {office_word(player, words[4]), role_find(words[5])},
			.account = atoi(words[6]),
			.text = text == NULL ? NULL : arena_strdup(arena, text),
			.cause = cause == NULL ? NULL : arena_strdup(arena, cause),
			.disposition = disposition == NULL ? DISPOSITION_NONE
							   : disposition_find(disposition),
			.target = target == NULL ? OFFICE_NONE : office_word(player, target),
			.version = version == NULL ? 0 : atoi(version),
		}};
}

/* at T due: the clock that comes next; at T due STAGE: the end of that clock. */
static void
begin_due(struct player *player, char **words)
{
	const struct alert *alert = player->story.file.alert;
	enum stage stage = STAGE_SIGN;
	if (alert == NULL) {
		fail(player, "no alert is there for", words[2]);
	}
	struct instant at = alert_wake(alert, &stage);
	if (words[3] != NULL) {
		stage = stage_find(words[3]);
		at = alert->clocks[stage].due;
	}
	player->event = (struct alert_event){
		.id = "e", .kind = EVENT_DUE, .due = {.stage = stage, .at = at}};
}

static void
begin(struct player *player, char **words)
{
	char text[40];
	snprintf(text, sizeof text, "%s:00+08:00", words[1]);
	if (!instant_parse(text, &player->now)) {
		fail(player, "not a time:", words[1]);
	}
	player->event_line = player->line;
	player->hit_count = 0;
	if (strcmp(words[2], "assessed") == 0) {
		begin_assessed(player, words);
	} else if (strcmp(words[2], "action") == 0) {
		begin_action(player, words);
	} else if (strcmp(words[2], "due") == 0) {
		begin_due(player, words);
	} else if (strcmp(words[2], "undeliverable") == 0) {
		player->event = (struct alert_event){.id = "e",
			.kind = EVENT_UNDELIVERABLE,
			.undeliverable = {{office_word(player, words[3]), role_find(words[4])}, "log"}};
	} else if (strcmp(words[2], "post_changed") == 0) {
		set_post(player, words + 2);
		story_policy(&player->story);
		player->event = (struct alert_event){.id = "e", .kind = EVENT_POST_CHANGED};
	} else {
		fail(player, "no such event:", words[2]);
	}
}

static void
finish(struct player *player)
{
	if (player->event.kind == EVENT_KIND_COUNT) {
		return;
	}
	struct story *story = &player->story;
	if (story->organisation == NULL) {
		story_policy(story);
	}
	if (player->event.kind == EVENT_ASSESSED) {
		struct event_assessed assessed =
			story_assessment(story, player->hits, player->hit_count, player->facts);
		assessed.history = player->assessed.history;
		assessed.cause = player->assessed.cause;
		assessed.register_area = player->assessed.register_area;
		assessed.emergency_area = player->assessed.emergency_area;
		player->event.assessed = assessed;
	}
	buffer_clear(&player->actual);
	plan_print(story_put(story, &player->event, player->now), story->organisation,
		&player->actual);
	const char *expected = player->expected.bytes == NULL ? "" : player->expected.bytes;
	if (player->print) {
		char *copy = arena_strdup(story->arena, player->actual.bytes);
		for (char *rest, *line = strtok_r(copy, "\n", &rest); line != NULL;
			line = strtok_r(NULL, "\n", &rest)) {
			printf("> %s\n", line);
		}
	} else if (strcmp(expected, player->actual.bytes) != 0) {
		fprintf(stderr, "%s:%d: expected\n%sbut it is\n%s", player->file,
			player->event_line, expected, player->actual.bytes);
		player->failed = true;
	}
	buffer_clear(&player->expected);
	player->event.kind = EVENT_KIND_COUNT;
}

static void
play_words(struct player *player, char **words)
{
	if (strcmp(words[0], "office") == 0) {
		add_office(player, words);
	} else if (strcmp(words[0], "post") == 0) {
		set_post(player, words);
	} else if (strcmp(words[0], "hit") == 0) {
		add_hit(player, words);
	} else if (strcmp(words[0], "at") == 0) {
		begin(player, words);
	} else if (strcmp(words[0], "lane") == 0) {
		player->story.file.lane = strcmp(words[1], "policy_gap") == 0 ? FINDING_POLICY_GAP
			: strcmp(words[1], "exit_review") == 0 ? FINDING_EXIT_REVIEW
			: FINDING_SUPERVISION;
	} else {
		set_calendar(player, words);
	}
}

static void
play_file(struct player *player, const char *name, bool main)
{
	static char line[1000];
	FILE *file = fopen(name, "r");
	if (file == NULL) {
		fail(player, "cannot open", name);
	}
	while (fgets(line, sizeof line, file) != NULL) {
		player->line += main;
		bool expected = line[0] == '>';
		char *words[WORDS + 1] = {NULL};
		size_t count = 0;
		if (expected) {
			buffer_text(&player->expected, line + 2);
			continue;
		}
		if (strncmp(line, "hit", 3) != 0) {
			finish(player);
		}
		if (main && player->print) {
			fputs(line, stdout);
		}
		char *hash = strchr(line, '#');
		if (hash != NULL) {
			*hash = '\0';
		}
		char *rest = NULL;
		for (char *word = strtok_r(line, " \t\n", &rest); word != NULL && count < WORDS;
			word = strtok_r(NULL, " \t\n", &rest)) {
			words[count++] = word;
		}
		if (count > 0) {
			play_words(player, words);
		}
	}
	fclose(file);
}

int
main(int argc, char **argv)
{
	struct player player = {.event = {.kind = EVENT_KIND_COUNT}};
	player.print = argc > 2 && strcmp(argv[2], "--print") == 0;
	player.file = argc > 1 ? argv[1] : "";
	story_open(&player.story);
	play_file(&player, "organisation.inc", false);
	play_file(&player, player.file, true);
	finish(&player);
	story_close(&player.story);
	buffer_free(&player.expected);
	buffer_free(&player.actual);
	return player.failed ? 1 : 0;
}
