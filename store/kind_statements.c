/* The statements on the tables of kinds, made from templates; identifiers come from checked
 * names alone. Sends nothing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buffer.h"
#include "db.h"
#include "kind_column.h"
#include "kind_table.h"
#include "memory.h"

struct kind_tables {
	struct arena *arena;
	struct kind_table *tables;
	size_t count;
};

/* ---- columns ---- */

static const struct kind_column common[KIND_COMMON_COLUMNS] = {
	{"county", "integer", true},
	{"source", "smallint", true},
	{"key_hash", "bytea", true},
	{"ordinal", "smallint", true},
	{"version", "integer", true},
	{"gone", "boolean", true},
	{"position", "bigint", true},
	{"person_county", "integer", false},
	{"person", "bigint", false},
	{"household", "bytea", false},
	{"on_day", "date", false},
	{"until_day", "date", false},
	{"area", "bigint", true},
};

static const struct kind_column resident[] = {
	{"rank", "smallint", false},
	{"birth", "date", false},
	{"sex", "\"char\"", false},
	{"register_area", "bigint", false},
	{"residence", "smallint", false},
	{"head", "boolean", false},
};

static const char *
column_type(enum field_type type)
{
	switch (type) {
	case FIELD_MONEY:
	case FIELD_INT:
	case FIELD_PERSON:
		return "bigint";
	case FIELD_FLAG:
		return "boolean";
	case FIELD_DATE:
		return "date";
	case FIELD_CODE:
	case FIELD_TEXT:
		return "text";
	}
	abort();
}

static void
add_column(struct kind_columns *columns, char prefix, const char *name, const char *type)
{
	struct kind_column *column = &columns->at[columns->count++];

	snprintf(column->name, sizeof(column->name), "%c_%s", prefix, name);
	column->type = type;
	column->always = false;
}

void
kind_columns(const struct kind *kind, struct kind_columns *ret_columns)
{
	memcpy(ret_columns->at, common, sizeof(common));
	ret_columns->count = KIND_COMMON_COLUMNS;
	if (!kind) {
		memcpy(ret_columns->at + KIND_COMMON_COLUMNS, resident, sizeof(resident));
		ret_columns->count += (int)(sizeof(resident) / sizeof(*resident));
	}
	for (size_t i = 0; kind && i < kind->field_count; i++) {
		const struct field *field = &kind->fields[i];

		add_column(ret_columns, 'f', field->name, column_type(field->type));
		if (field->type == FIELD_PERSON)
			add_column(ret_columns, 'c', field->name, "integer");
	}
}

const char *
kind_name(const struct kind *kind)
{
	return kind ? kind->name : "resident";
}

void
kind_table_name(const struct kind *kind, struct buffer *ret_sql)
{
	buffer_printf(ret_sql, "needwatch.\"fact_%s\"", kind_name(kind));
}

/* ---- templates: %T the table, %C its columns, %N the same without `f.`, %V a parameter for each, %P id and %Q county of
 * a person field ---- */

/* Not replaced by a later version, as of the bound if there is one. */
#define NOT_REPLACED(bound)                                                                    \
	" and not exists (select from %T n where n.county = f.county and n.source = f.source"  \
	" and n.key_hash = f.key_hash and n.ordinal = f.ordinal and n.version > "              \
	"f.version" bound ")"

#define BOUNDS_JOIN(counties, positions)                                                       \
	" left join unnest(" counties "::int[], " positions                                    \
	"::bigint[]) as b(county, position)"                                                   \
	" on b.county = f.county"
/* The newest version at the bound, unless it is gone. A subquery of its own for each row: it is looked up by the primary
 * key at any size of the table, where an anti-join would read through a table of middling size each time. */
#define BOUNDED \
	" not f.gone and f.version = (select max(n.version) from %T n where n.county = f.county" \
	" and n.source = f.source and n.key_hash = f.key_hash and n.ordinal = f.ordinal" \
	" and n.position <= coalesce(b.position, 9223372036854775807))"

static const char latest_sql[] =
	"select * from (select distinct on (f.county, f.key_hash, f.ordinal) %C"
	" from unnest($2::int[], $3::bytea[]) as k(county, key_hash)"
	" join %T f on f.county = k.county and f.source = $1::smallint and f.key_hash = "
	"k.key_hash"
	" order by f.county, f.key_hash, f.ordinal, f.version desc) as newest where not gone";

static const char persons_sql[] =
	"select %C from unnest($1::int[], $2::bigint[]) as p(county, id)"
	" join %T f on f.person_county = p.county and f.person = p.id" BOUNDS_JOIN(
		"$3", "$4") " where" BOUNDED;

static const char areas_sql[] = "select %C from unnest($1::bigint[]) as a(code) join %T f on "
				"f.area = a.code" BOUNDS_JOIN("$2", "$3") " where" BOUNDED;

static const char households_sql[] =
	"select %C from unnest($1::bytea[]) as h(key) join %T f on f.household = "
	"h.key" BOUNDS_JOIN("$2", "$3") " where f.person is null and" BOUNDED;

/* Whoever holds such a fact: the household of its person, or the one that its key leads to. */
static const char referring_sql[] =
	"select distinct m.household_county, m.household"
	" from unnest($1::int[], $2::bigint[]) as p(county, id)"
	" join %T f on %Q = p.county and %P = p.id"
	" join needwatch.membership m on m.county = f.person_county and m.person = f.person"
	" where not f.gone" NOT_REPLACED(
		"") " and not exists (select from needwatch.membership later where "
		    "later.county = m.county"
		    " and later.person = m.person and later.position > m.position)"
		    " union select l.county, l.household"
		    " from unnest($1::int[], $2::bigint[]) as p(county, id)"
		    " join %T f on %Q = p.county and %P = p.id"
		    " join needwatch.household_link l on l.key_hash = f.household"
		    " where f.person is null and not f.gone" NOT_REPLACED("");

static const char insert_sql[] = "insert into %T (%N) values (%V)";

/* ---- filling in ---- */

static void
add_columns(const struct kind *kind, const char *prefix, struct buffer *sql)
{
	struct kind_columns columns;

	kind_columns(kind, &columns);
	for (int i = 0; i < columns.count; i++)
		buffer_printf(sql, "%s%s\"%s\"", i ? ", " : "", prefix, columns.at[i].name);
}

static void
add_parameters(const struct kind *kind, struct buffer *sql)
{
	struct kind_columns columns;

	kind_columns(kind, &columns);
	for (int i = 1; i <= columns.count; i++)
		buffer_printf(sql, "%s$%d", i > 1 ? ", " : "", i);
}

static void
fill_in(const char *template, const struct kind *kind, const struct field *field,
	struct buffer *sql)
{
	for (const char *at = template; *at; at++) {
		if (*at != '%') {
			buffer_add(sql, at, 1);
			continue;
		}
		at++;
		if (*at == 'T')
			kind_table_name(kind, sql);
		else if (*at == 'C' || *at == 'N')
			add_columns(kind, *at == 'C' ? "f." : "", sql);
		else if (*at == 'V')
			add_parameters(kind, sql);
		else
			buffer_printf(sql, "f.\"%c_%s\"", *at == 'P' ? 'f' : 'c', field->name);
	}
}

/* Names are numbered through the life of the process: those of a former rule set may still be
 * prepared on a connection, and PostgreSQL keeps 63 bytes of a name. */
static struct db_statement *
statement_new(struct arena *arena, const char *word, const char *template,
	const struct kind *kind, const struct field *field)
{
	static unsigned serial;
	struct db_statement *statement = arena_alloc(arena, sizeof(*statement));
	struct buffer sql = {0};

	fill_in(template, kind, field, &sql);
	statement->name =
		arena_printf(arena, "fact%u_%s_%.30s", ++serial, word, kind_name(kind));
	statement->sql = arena_strdup(arena, sql.bytes);
	buffer_free(&sql);
	return statement;
}

static const char *
copy_new(struct arena *arena, const struct kind *kind)
{
	struct buffer sql = {0};
	const char *copy;

	buffer_text(&sql, "copy ");
	kind_table_name(kind, &sql);
	buffer_text(&sql, " (");
	add_columns(kind, "", &sql);
	buffer_text(&sql, ") from stdin (format binary)");
	copy = arena_strdup(arena, sql.bytes);
	buffer_free(&sql);
	return copy;
}

static void
add_referring(struct arena *arena, struct kind_table *table)
{
	const struct kind *kind = table->kind;

	table->referring = arena_array(arena, kind->field_count + 1, sizeof(*table->referring));
	for (size_t i = 0; i < kind->field_count; i++)
		if (kind->fields[i].type == FIELD_PERSON)
			table->referring[table->referring_count++] = statement_new(
				arena, "referring", referring_sql, kind, &kind->fields[i]);
}

static void
table_init(struct arena *arena, struct kind_table *table, const struct kind *kind)
{
	struct kind_columns columns;

	kind_columns(kind, &columns);
	table->kind = kind;
	table->name = kind_name(kind);
	table->columns = columns.count;
	table->copy = copy_new(arena, kind);
	if (columns.count <= DB_PARAMS_MOST)
		table->insert = statement_new(arena, "insert", insert_sql, kind, NULL);
	table->latest = statement_new(arena, "latest", latest_sql, kind, NULL);
	table->persons = statement_new(arena, "persons", persons_sql, kind, NULL);
	if (!kind)
		return;
	if (kind->subject == SUBJECT_AREA)
		table->areas = statement_new(arena, "areas", areas_sql, kind, NULL);
	if (kind->subject == SUBJECT_HOUSEHOLD)
		table->households =
			statement_new(arena, "households", households_sql, kind, NULL);
	add_referring(arena, table);
}

struct kind_tables *
kind_tables_new(const struct kind *const *kinds, size_t count)
{
	struct kind_tables *tables = xcalloc(1, sizeof(*tables));

	tables->arena = arena_new();
	tables->count = count + 1;
	tables->tables = arena_array(tables->arena, tables->count, sizeof(*tables->tables));
	for (size_t i = 0; i <= count; i++)
		table_init(tables->arena, &tables->tables[i], i < count ? kinds[i] : NULL);
	return tables;
}

void
kind_tables_free(struct kind_tables *tables)
{
	if (!tables)
		return;
	arena_free(tables->arena);
	free(tables);
}

size_t
kind_tables_count(const struct kind_tables *tables)
{
	return tables->count;
}

const struct kind_table *
kind_tables_at(const struct kind_tables *tables, size_t index)
{
	return &tables->tables[index];
}

void
kind_tables_note(const struct kind_tables *tables, const struct db_result *result, int row,
	int column, bool *ret_told)
{
	struct db_items names = db_array(result, row, column);

	for (int i = 0; i < names.count; i++) {
		char name[NAME_LIMIT + 1];
		int length, table;
		const uint8_t *bytes = db_next_item(&names, &length);

		if (length < 0 || length > NAME_LIMIT)
			continue;
		memcpy(name, bytes, (size_t)length);
		name[length] = '\0';
		table = kind_tables_find(tables, name);
		if (table >= 0)
			ret_told[table] = true;
	}
}

int
kind_tables_find(const struct kind_tables *tables, const char *name)
{
	for (size_t i = 0; i < tables->count; i++)
		if (strcmp(tables->tables[i].name, name ? name : "resident") == 0)
			return (int)i;
	return -1;
}
