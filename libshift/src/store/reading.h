/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of the database into plain results. The file may be damaged or edited by hand, so what it
 * says is checked. */
#ifndef SHIFT_STORE_READING_H
#define SHIFT_STORE_READING_H

#include "core/memory.h"
#include "store/store.h"

/** What is read into, and from where. */
typedef struct shift__reading {
    shift_store *store;
    shift__arena *arena;
    int64_t run_id; /* for messages */
} shift__reading;

/** Columns of one row, taken from left to right. */
typedef struct shift__row {
    sqlite3_stmt *statement;
    int column;
} shift__row;

int64_t shift__take_integer(shift__row *row);
uint64_t shift__take_count(shift__row *row);
double shift__take_real(shift__row *row); /* NaN for NULL */
/** Borrowed until the next step; NULL for NULL. */
const char *shift__take_word(shift__row *row);
/** A copy in the arena; NULL for NULL. */
SHIFT_CHECKED shift_status shift__take_text(const shift__reading *in, shift__row *row,
                                            const char **out, shift_error *err);
/** For columns that are NOT NULL: a damaged file may hold NULL all the same. */
SHIFT_CHECKED shift_status shift__take_required(const shift__reading *in, shift__row *row,
                                                const char **out, shift_error *err);
SHIFT_CHECKED shift_status shift__take_verdict(const shift__reading *in, shift__row *row,
                                               shift_verdict *out, shift_error *err);
SHIFT_CHECKED shift_status shift__take_type(const shift__reading *in, shift__row *row,
                                            shift_subject_type *out, shift_error *err);
/** A blob of `n` numbers, copied into the arena; EFORMAT where it has another length. */
SHIFT_CHECKED shift_status shift__take_doubles(const shift__reading *in, shift__row *row, size_t n,
                                               const double **out, shift_error *err);
/** The failure of a row that says what it must not. */
shift_status shift__damaged(const shift__reading *in, const char *what, const char *word,
                            shift_error *err);

/** True while there is a row; at the end, or at a failure, the statement is ready for the next use.
 */
bool shift__next(const shift__reading *in, sqlite3_stmt *statement, shift_status *status,
                 shift_error *err);

/** Pointers of a list whose length is not known yet. */
typedef struct shift__list {
    const void **items;
    size_t n, capacity;
} shift__list;

SHIFT_CHECKED shift_status shift__list_add(shift__list *list, const void *item, shift_error *err);
/** The list as an array of the arena, through `out`, a pointer to an array of pointers; the list is
 * empty afterwards. */
SHIFT_CHECKED shift_status shift__list_take(shift__list *list, const shift__reading *in, void *out,
                                            size_t *n, shift_error *err);
void shift__list_clear(shift__list *list);

/** The periods without a run of a monitor (NULL: of all), and of the one it is a part of, from the
 * period `from` (NULL: the first) on: fills the members of `out` that are about them. */
SHIFT_CHECKED shift_status shift__store_missed(const shift__reading *in, const char *monitor,
                                               const char *from, shift_history *out,
                                               shift_error *err);

/** Connect where the file has been made meanwhile. *any is false where there are no tables to ask:
 * a writer's file may not exist yet, or be empty. */
SHIFT_CHECKED shift_status shift__store_has_tables(shift_store *store, bool *any, shift_error *err);

#endif
