/* The inside of the journal: its own files include this, nobody else. */
#ifndef NEEDWATCH_JOURNAL_PARTS_H
#define NEEDWATCH_JOURNAL_PARTS_H

#include "arena.h"
#include "buffer.h"
#include "db.h"
#include "journal.h"
#include "kind_table.h"
#include "lookup.h"
#include "statement.h"

/* ---- the batch ---- */

enum record_says {
	SAYS_NOTHING, /* it could not be read */
	SAYS_FACTS,
	SAYS_GONE,
	SAYS_REPLACED, /* the same key came again */
};

/* What is done with a record. */
enum record_fate {
	FATE_NONE,
	FATE_NEW,
	FATE_CHANGED,
	FATE_GONE,
};

struct batch_record {
	struct identity_hash key;
	struct identity_hash content;
	enum record_says says;
	bool faulty; /* it goes to quarantine */
	struct journal_fault fault;
	uint32_t first_fact;
	uint32_t fact_count;
	/* Of one attempt to write it. */
	enum record_fate fate;
	int32_t version; /* the one to be written */
	int32_t county;  /* where its facts lie: the home county of its first subject */
	int32_t county_before;
	bool gone_before;
};

#define CARD_NAME 1
#define CARD_ADDRESS 2
#define CARD_PHONE 4

struct batch_person {
	struct identity_hash hash; /* of the number, or of the record */
	struct citizen citizen;
	int64_t known; /* by his id: neither number nor hash */
	int32_t known_county;
	bool unidentified;
	struct identity_card card; /* texts in the batch's arena */
	int holds;                 /* CARD_... */
	struct area residence;
	struct area register_area;
	struct area source_area;
	/* Of one attempt. */
	bool needed;
	bool made;    /* by it */
	bool renewed; /* more is known of him than his box holds */
	int32_t home; /* index, or -1: not found yet */
};

/* A cell that names a person: his id is written into the fields when it is known. */
struct mention {
	size_t at; /* in batch.fields */
	int32_t person;
};

struct batch_fact {
	const struct kind *kind; /* NULL: resident */
	uint32_t record;
	int32_t person;
	struct identity_hash household;
	bool has_household;
	int16_t ordinal;
	int16_t rank; /* resident */
	struct area area;
	struct day on;
	struct day until;
	size_t fields; /* in batch.fields: what follows the common columns of a row of COPY */
	size_t fields_length;
	uint32_t first_mention;
	uint32_t mention_count;
	/* Of one attempt. */
	int table;
};

struct journal_batch {
	const struct identity_keys *keys;
	char *source;
	struct area area;
	enum journal_way way;
	struct arena *arena;
	struct batch_record *records;
	size_t record_count;
	size_t record_room;
	size_t live; /* not replaced */
	struct batch_person *persons;
	size_t person_count;
	size_t person_room;
	struct batch_fact *facts;
	size_t fact_count;
	size_t fact_room;
	struct mention *mentions;
	size_t mention_count;
	size_t mention_room;
	struct buffer fields;
	struct buffer key; /* of the record added last, as the source has it */
	struct lookup record_of;
	struct lookup person_of;
	const char *cursor;
	const char *batch_number;
	bool loaded;
};

/* Index of the record that holds, or -1. */
int64_t
batch_find(const struct journal_batch *batch, const struct identity_hash *key);

/* ---- rows of COPY ---- */

/* The common columns of a fact. */
struct row_head {
	int32_t county;
	int16_t source;
	const struct identity_hash *key;
	int16_t ordinal;
	int32_t version;
	bool gone;
	int64_t position;
	int32_t person_county;
	int64_t person;                        /* 0: nobody */
	const struct identity_hash *household; /* or NULL */
	struct day on;
	struct day until;
	struct area area;
};

void
row_add_head(struct buffer *rows, int columns, const struct row_head *head);

/* A version that says that the fact is told no more. */
void
row_add_gone(struct buffer *rows, int columns, const struct row_head *head);

/* What a kind has besides the common columns; person cells are mentioned and left open. */
void
row_add_cells(
	struct journal_batch *batch, const struct kind *kind, const struct journal_cell *cells);

void
row_add_resident(struct buffer *rows, const struct journal_resident *resident);

/* Writes a person into a cell that was left open. */
void
row_set_mention(char *cell, int64_t person, int32_t county);

struct run;

/* The facts of the batch and what they replace, table by table. */
void
row_write_facts(struct run *run);

/* ---- a run: one batch on its way into the journal, from its beginning to its end ---- */

/* Whose household somebody is. */
struct seat {
	int32_t county;
	int64_t household; /* 0: nobody's yet */
	bool resolved;
	int16_t rank; /* of the link that says so; -1: none */
};

/* Somebody the run has met, by the id. */
struct home {
	int32_t county;
	int64_t person;
	struct seat now;
	struct seat next;
	int64_t spare; /* an id for a household of his own; 0: none */
	bool made;     /* by this run */
	bool looked;   /* `now` is known */
	bool referred; /* some fact names him */
	bool touched;
	bool member;      /* a register says something else of him than before */
	bool alone;       /* he stands under no key any more */
	int32_t linked;   /* candidate by which he has a household already; -1: none */
	int32_t stronger; /* candidate that wins; -1: none */
};

/* A household or an area, and the county whose position stamps it. */
struct mark {
	int32_t county;
	int64_t id;
};

/* A source's household key and the household it leads to. */
struct link {
	struct identity_hash hash;
	int32_t county;
	int64_t household;
	int64_t spare;      /* an id for it, if it leads nowhere yet */
	bool found;         /* it stands in the store */
	bool peopled;       /* somebody lives there, or has */
	bool settled;       /* county and household are decided */
	bool fresh;         /* the household is made by this run */
	bool moved;         /* it led to another household, where nobody lived */
	struct mark before; /* that one */
	struct area area;   /* of a fact told by the key alone */
};

/* A register's word on where somebody lives. */
struct candidate {
	int32_t home;
	int32_t link;
	int16_t rank;
	int64_t order; /* later is larger */
	bool told;     /* by this batch */
};

/* A fact that holds until this run replaces it. */
struct old_fact {
	uint32_t record;
	int table;
	int32_t county;
	int16_t ordinal;
	int32_t home; /* or -1 */
	bool has_household;
	struct identity_hash household;
	struct area area;
};

struct marks {
	struct mark *at;
	size_t count;
	size_t room;
	struct lookup of;
};

struct head {
	int32_t county;
	int64_t position;
};

enum run_fault {
	RUN_WELL,
	RUN_KNOWN, /* the optimistic way met a key that is known */
	RUN_AGAIN, /* somebody else was in the way: the same again may succeed */
	RUN_FAILED,
};

typedef void (*run_take)(struct run *run, const struct db_result *result, int number);

struct question {
	run_take take; /* NULL: nothing is to be read */
	int number;    /* for `take` */
};

struct run {
	struct journal *journal;
	struct journal_batch *batch;
	struct instant now;
	struct db_session *session;
	bool borrowed; /* the session is somebody else's */
	bool careful;  /* keys are looked up before they are written */
	size_t step;
	bool ending; /* its commit was asked */
	enum run_fault fault;
	char error[300];
	struct journal_count count;
	struct question *asked; /* answers come in their order */
	size_t asked_count;
	size_t asked_room;
	size_t answered;

	struct arena *arena; /* of one attempt */
	struct kind_tables *tables;
	int16_t source;
	bool quarantine_before; /* the source had records in quarantine */
	bool *kind_known;       /* by table: the source is known to have written it */
	uint32_t *order;        /* records by key */
	size_t order_count;
	bool looked;      /* some keys are looked up: their fates are not known before */
	uint32_t *wanted; /* persons to be made, by hash */
	struct home *homes;
	size_t home_count;
	size_t home_room;
	struct lookup home_of;
	struct link *links;
	size_t link_count;
	size_t link_room;
	struct lookup link_of;
	struct candidate *candidates;
	size_t candidate_count;
	size_t candidate_room;
	struct old_fact *olds;
	size_t old_count;
	size_t old_room;
	struct marks households;
	struct marks areas;
	struct head *heads;
	size_t head_count;
};

/* Asks within the run's transaction; `take` is called if all is well. */
void
run_ask(struct run *run, const struct db_statement *statement, struct db_params *params,
	run_take take, int number);

/* Rows of COPY into a table; `insert` writes one of them, and NULL if the table is too wide for that. `rows` is emptied. */
void
run_write(struct run *run, const struct db_statement *insert, const char *copy,
	struct buffer *rows);

void
run_fail(struct run *run, enum run_fault fault, const char *error);

/* Room for one more, in the run's arena. */
void *
run_grow(struct run *run, void *old, size_t count, size_t *room, size_t size);

/* The steps, in order; each asks and returns. A step is taken when all that was asked before is answered, or at once if it
 * rests on none of these answers: then both are one round trip. */
struct run_step {
	void (*ask)(struct run *run);
	bool (*early)(const struct run *run); /* NULL: never */
};

extern const struct run_step run_steps[];
extern const size_t run_step_count;

/* Goes back: the next step is the one of this function. */
void
run_back_to(struct run *run, void (*step)(struct run *run));

/* ---- journal_home.c: persons and their home county ---- */

void
home_look(struct run *run); /* a step: numbers are looked up */

void
home_make(struct run *run); /* a step: whoever is not known is made */

void
home_look_old(struct run *run); /* a step: persons of replaced facts */

void
home_write(struct run *run); /* boxes of the new, and of those of whom more is known */

/* The home of a person known by the id; added if it is not there. */
int32_t
home_of(struct run *run, int32_t county, int64_t person);

static inline struct home *
home_of_person_row(const struct run *run, const struct batch_person *person)
{
	return &run->homes[person->home];
}

static inline struct home *
home_of_person(const struct run *run, int32_t person)
{
	return person < 0 ? NULL : &run->homes[run->batch->persons[person].home];
}

/* ---- journal_member.c: households ---- */

void
member_read(struct run *run); /* a step: what registers say of the persons concerned */

void
member_look(struct run *run); /* a step: household keys are looked up */

void
member_make(struct run *run); /* a step: decides, and makes the keys that are new */

void
member_write(struct run *run); /* households */

void
member_write_seats(struct run *run); /* memberships, stamped */

/* A membership is to be written. */
bool
home_is_seated(const struct home *home);

/* He lived in another household before. */
bool
home_has_moved(const struct home *home);

/* The link of a household key; -1 if nobody asked for it. */
int32_t
link_find(const struct run *run, const struct identity_hash *hash);

/* ---- journal_touch.c: who is concerned, positions, marks ---- */

void
touch_collect(struct run *run); /* a step: households and areas; asks who refers to them */

void
touch_lock(struct run *run); /* a step: positions */

void
touch_check(struct run *run); /* a step: has somebody else moved them meanwhile? */

void
touch_write(struct run *run);

int64_t
touch_position(const struct run *run, int32_t county);

/* ---- journal_quarantine.c ---- */

void
quarantine_write(struct run *run);

/* ---- journal_write.c ---- */

static inline bool
fact_is_live(const struct run *run, const struct batch_fact *fact)
{
	enum record_fate fate = run->batch->records[fact->record].fate;

	return fate == FATE_NEW || fate == FATE_CHANGED;
}

/* ---- journal_compare.c ---- */

/* A piece of keys on its way. */
struct flush {
	struct flush *next;
	struct buffer rows;
	struct db_session *session;
};

/* The keys of the source that were seen since the comparison began. */
struct compare {
	struct buffer rows;  /* of COPY, not sent */
	size_t waiting;      /* rows in it */
	struct flush *first; /* to be copied, in their order */
	size_t under_way;    /* pieces that are not committed yet */
	int64_t sent;        /* rows that were committed */
	bool open;
	bool settled;    /* it is over, and nothing had vanished */
	bool asked;      /* somebody waits for the last piece */
	char error[300]; /* the first that went wrong */
};

/* Forgets the pieces under way. */
void
compare_drop(struct compare *compare);

/* Keys that a write has stored while a comparison was open. */
void
compare_note(struct journal *journal, const struct journal_batch *batch);

/* ---- journal.c ---- */

enum journal_call {
	CALL_NONE,
	CALL_START,
	CALL_WRITE,
	CALL_KEEP,
	CALL_OPEN,
	CALL_COMPARE,
	CALL_RETRACT,
	CALL_QUARANTINE,
};

struct journal {
	struct store *store;
	char *source;
	struct area area;
	enum journal_call call;
	void *owner;
	union {
		journal_on_start start;
		journal_on_written written;
		journal_on_compared compared;
		journal_on_done done;
	} answer;
	int16_t id;   /* of the source; 0: not known yet */
	int overlaps; /* batches for which keys are looked up first, after one that met a known
			 key */
	struct run run;
	int attempts;
	struct compare compare;
	struct journal_batch *retracting; /* a page of vanished keys */
	journal_on_written retract_answer;
	void *retract_owner;
	struct instant now;
	struct journal_count retracted; /* so far */
	int64_t known;
	struct identity_hash last_key;
	bool past_first; /* last_key holds */
	struct identity_hash *quarantine;
	size_t quarantine_count;
	struct lookup quarantine_of;
};

/* Begins a run for `journal->answer.written`; the caller has set the call. */
void
journal_run(struct journal *journal, struct journal_batch *batch, struct instant now);

#endif
