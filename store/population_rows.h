/* Rows of the store on their way into a population. Asks for nothing: population_read.c alone uses it. */
#ifndef NEEDWATCH_POPULATION_ROWS_H
#define NEEDWATCH_POPULATION_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "identity.h"
#include "population_read.h"

struct db_params;
struct db_result;
struct kind_table;
struct kind_tables;
struct population_rows;

/* Both are borrowed until the rows are freed or finished. */
struct population_rows *
population_rows_new(const struct kind_tables *tables, const struct household_ref *households,
	size_t count);

/* What was built is thrown away. NULL is fine. */
void
population_rows_free(struct population_rows *rows);

/* ---- results of statements_population.def and kind_table.h; each is usable ---- */

void
population_rows_take_heads(struct population_rows *rows, const struct db_result *result);

void
population_rows_take_sources(struct population_rows *rows, const struct db_result *result);

void
population_rows_take_members(struct population_rows *rows, const struct db_result *result);

void
population_rows_take_persons(struct population_rows *rows, const struct db_result *result);

void
population_rows_take_links(struct population_rows *rows, const struct db_result *result);

/* Columns as kind_table.c says; of a kind or of `resident`. */
void
population_rows_take_facts(struct population_rows *rows, size_t table, const struct db_result *result);

/* ---- parameters of the next statements ---- */

/* Has any source ever told facts of the table's kind? Else it need not be asked. Known once the sources are in. */
bool
population_rows_told(const struct population_rows *rows, size_t table);

size_t
population_rows_members(const struct population_rows *rows);

/* Persons named by facts of members who are not members; complete once the members' facts are in. */
size_t
population_rows_referred(const struct population_rows *rows);

size_t
population_rows_links(const struct population_rows *rows);

/* Counties and persons, as two arrays. */
void
population_rows_add_members(const struct population_rows *rows, struct db_params *params);

void
population_rows_add_referred(const struct population_rows *rows, struct db_params *params);

/* Keys of households. */
void
population_rows_add_links(const struct population_rows *rows, struct db_params *params);

/* The areas of the households and all above them; complete once the members' `resident` rows are in. */
void
population_rows_add_areas(const struct population_rows *rows, struct db_params *params);

/* Frees the rows. `ret_reads`: one per household asked for, in that order. */
struct population_builder *
population_rows_finish(struct population_rows *rows, const struct journal_bound *bounds,
	size_t bound_count, struct household_read *ret_reads);

#endif
