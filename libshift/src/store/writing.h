/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing one run: what the files that do it share. */
#ifndef SHIFT_STORE_WRITING_H
#define SHIFT_STORE_WRITING_H

#include "store/store.h"

/** The statements of a transaction. */
typedef struct shift__writer {
    shift_store *store;
    sqlite3_stmt *run, *subject, *summary, *measurement, *message;
    sqlite3_stmt *curve, *category, *attribution, *correlation;
    sqlite3_stmt *layer, *channel_values, *network;
    sqlite3_stmt *checkpoint, *course;
    int64_t run_id;
    int64_t ordinal; /* of the next subject */
} shift__writer;

/** Parameters of one row, bound from left to right; the first failure stays. */
typedef struct shift__record {
    sqlite3_stmt *statement;
    int column;
    int code;
} shift__record;

void shift__put_integer(shift__record *r, int64_t value);
/** Counts fit; a seed above INT64_MAX wraps around and comes back by the same cast. */
void shift__put_count(shift__record *r, uint64_t value);
/** SQLite turns NaN into NULL itself, and keeps infinities. */
void shift__put_real(shift__record *r, double value);
/** NULL for NULL. Borrowed until the row is inserted; so are bytes. */
void shift__put_text(shift__record *r, const char *text);
void shift__put_bytes(shift__record *r, const unsigned char *bytes, size_t n);
SHIFT_CHECKED shift_status shift__insert(const shift__writer *w, shift__record *r,
                                         shift_error *err);

/** Curves and categories of the subject with that id. */
SHIFT_CHECKED shift_status shift__insert_pictures(const shift__writer *w, int64_t subject,
                                                  const shift_subject *from, shift_error *err);
/** Attributions and correlations of the run. */
SHIFT_CHECKED shift_status shift__insert_joint(const shift__writer *w,
                                               const shift_comparison *comparison,
                                               shift_error *err);
/** What a layer has beyond other subjects. */
SHIFT_CHECKED shift_status shift__insert_layer(const shift__writer *w, int64_t subject,
                                               const shift_subject *layer, shift_error *err);
/** The network of the run. */
SHIFT_CHECKED shift_status shift__insert_network(const shift__writer *w,
                                                 const shift_network_facts *network,
                                                 shift_error *err);
/** Courses of the subject with that id, over as many checkpoints as the run has. */
SHIFT_CHECKED shift_status shift__insert_courses(const shift__writer *w, int64_t subject,
                                                 const shift_subject *from, size_t checkpoints,
                                                 shift_error *err);
SHIFT_CHECKED shift_status shift__insert_checkpoints(const shift__writer *w,
                                                     const shift_comparison *comparison,
                                                     shift_error *err);

#endif
