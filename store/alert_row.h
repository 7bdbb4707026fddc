/* Alerts between rows of the store and memory. Sends nothing, decides nothing. */
#ifndef NEEDWATCH_ALERT_ROW_H
#define NEEDWATCH_ALERT_ROW_H

#include <stdint.h>

#include "alert.h"
#include "db_result.h"

struct arena;
struct buffer;

/* A cell as a number; `null` where there is none. */
int64_t
cell_number(const struct db_result *result, int row, int column, int64_t null);

/* A row of the statements with ALERT_COLUMNS. Clocks and told list come apart. */
struct alert *
alert_read(const struct db_result *result, int row, struct arena *arena);

/* A row of plan_clocks into its alert. */
void
alert_read_clock(const struct db_result *result, int row, struct alert *alert);

/* Appends one row of plan_told to its alert. */
void
alert_read_told(const struct db_result *result, int row, struct alert *alert, struct arena *arena);

/* A row of plan_hits from column `first` on. */
struct alert_hit
alert_read_hit(const struct db_result *result, int row, int first, struct arena *arena);

/* Objects for the plan_write_* statements, each with its json_item(). */
void
alert_write(const struct alert *alert, struct buffer *out);

void
alert_write_clocks(const struct alert *alert, struct buffer *out);

void
alert_write_told(const struct alert *alert, size_t first, struct buffer *out);

void
alert_write_hit(const struct alert_file *file, const struct alert_hit *hit, struct buffer *out);

/* Members of an object. INSTANT_NONE and DAY_NONE are null. */
void
json_member(struct buffer *out, const char *key, int64_t number);

void
json_member_text(struct buffer *out, const char *key, const char *text);

void
json_member_moment(struct buffer *out, const char *key, struct instant instant);

#endif
