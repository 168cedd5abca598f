/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHIFT_STORE_H
#define SHIFT_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shift/comparison.h"
#include "shift/error.h"
#include "shift/report.h"

SHIFT_BEGIN_DECLS

/** The SQLite file with the recorded runs; docs/formats.md documents its tables. */
typedef struct shift_store shift_store;

typedef enum shift_store_mode {
    SHIFT_STORE_WRITE = 0, /**< create where missing, migrate where older */
    SHIFT_STORE_READ       /**< change nothing; works on read-only media */
} shift_store_mode;

/**
 * Open `path`, or a store in memory where it is ":memory:". ESTORE where the file is no SQLite
 * database, another program's, not writable or damaged; EUNSUPPORTED where a newer version wrote
 * it. Waits for other writers, see docs/formats.md.
 */
SHIFT_API SHIFT_CHECKED shift_status shift_store_open(shift_store **out, const char *path,
                                                      shift_store_mode mode, shift_error *err);
SHIFT_API void shift_store_close(shift_store *store); /**< NULL is allowed. */

/** What is written beside the comparison. */
typedef struct shift_run {
    size_t size;                          /**< sizeof(shift_run) */
    const char *monitor;                  /**< or NULL */
    const char *started_at, *finished_at; /**< UTC, ISO 8601 to the second, ending in Z */
} shift_run;

/** Write one run in one transaction and give its number: all of it is in the store, or nothing. */
SHIFT_API SHIFT_CHECKED shift_status shift_store_record(shift_store *store, const shift_run *run,
                                                        const shift_comparison *comparison,
                                                        int64_t *run_id, shift_error *err);
/** Read a run back; 0 for the last one. ESTORE where there is none. */
SHIFT_API SHIFT_CHECKED shift_status shift_store_load(shift_store *store, int64_t run_id,
                                                      shift_report **out, shift_error *err);
/** Take a run out again, with all that was written for it. ESTORE where there is none. */
SHIFT_API SHIFT_CHECKED shift_status shift_store_remove(shift_store *store, int64_t run_id,
                                                        shift_error *err);
/** Releases what shift_store_load() made, all of it; NULL is allowed. */
SHIFT_API void shift_report_free(shift_report *report);

SHIFT_END_DECLS

#endif
