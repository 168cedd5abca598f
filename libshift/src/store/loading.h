/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading one run back: what the files that do it share. */
#ifndef SHIFT_STORE_LOADING_H
#define SHIFT_STORE_LOADING_H

#include "store/reading.h"

typedef struct shift__reader {
    shift__reading in;
    sqlite3_stmt *subject, *summary, *measurement;
    sqlite3_stmt *curve, *category;
    sqlite3_stmt *layer, *channel_values;
    sqlite3_stmt *course;
    shift__list list; /* of one subject, or of the run */
} shift__reader;

/** shift_store_load() within a transaction of the caller's. */
SHIFT_CHECKED shift_status shift__load_run(shift_store *store, int64_t run_id, shift_report **out,
                                           shift_error *err);

SHIFT_CHECKED shift_status shift__prepare_pictures(shift__reader *from, shift_error *err);
/** Curves and categories of the subject with that id. */
SHIFT_CHECKED shift_status shift__read_pictures(shift__reader *from, int64_t id,
                                                shift_subject *subject, shift_error *err);
/** Attributions and correlations of the run. */
SHIFT_CHECKED shift_status shift__read_joint(shift__reader *from, shift_comparison *comparison,
                                             shift_error *err);
SHIFT_CHECKED shift_status shift__prepare_layers(shift__reader *from, shift_error *err);
/** What the layer with that id has beyond other subjects. */
SHIFT_CHECKED shift_status shift__read_layer(shift__reader *from, int64_t id,
                                             shift_subject *subject, shift_error *err);
/** The network of the run, where it is one of a network; its layers have been read. */
SHIFT_CHECKED shift_status shift__read_network(const shift__reader *from,
                                               shift_comparison *comparison, shift_error *err);
/** Checkpoints of the run; before its subjects. */
SHIFT_CHECKED shift_status shift__read_checkpoints(shift__reader *from,
                                                   shift_comparison *comparison, shift_error *err);
/** Courses of the subject with that id. */
SHIFT_CHECKED shift_status shift__read_courses(shift__reader *from, int64_t id, size_t checkpoints,
                                               shift_subject *subject, shift_error *err);

#endif
