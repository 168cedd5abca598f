/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHIFT_STORE_H
#define SHIFT_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shift/change.h"
#include "shift/comparison.h"
#include "shift/error.h"
#include "shift/monitor.h"
#include "shift/report.h"

SHIFT_BEGIN_DECLS

/** The SQLite file with the recorded runs; docs/formats.md documents its tables. One thread at a
 * time; many stores, also of many processes, may be open on the same file. */
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

/** A series of values of a monitor, and what is known of it. */
typedef struct shift_series {
    shift_subject_type type;
    const char *subject, *statistic;
    shift_series_state state;
} shift_series;

/** A change that a detector has found with a run. */
typedef struct shift_change {
    shift_subject_type type;
    const char *subject, *statistic;
    shift_detector detector;
    bool upward;
    const char *since, *low,
        *high; /**< periods: the most probable first one, 95 % of probability */
} shift_change;

/** What is written beside the comparison. */
typedef struct shift_run {
    size_t size;                          /**< sizeof(shift_run) */
    const char *monitor;                  /**< or NULL */
    const char *started_at, *finished_at; /**< UTC, ISO 8601 to the second, ending in Z */
    const char *period; /**< what production's data are about, e.g. "2026-01-31"; or NULL */
    int64_t attempt;    /**< of shift_store_begin_attempt(), which ends as recorded; or 0 */
    const unsigned char *profile; /**< production's, encoded, to be a reference later; or NULL */
    size_t n_profile;
    size_t keep_profiles; /**< so many of the monitor's last periods keep their profiles, so many of
                               those of the days before this one's, and all of its day and later */
    shift_verdict counted; /**< for alarms */
    shift_notice notice;
    shift_news pending; /**< hooks are still to be called for that */
    const shift_series *series;
    size_t n_series;
    const shift_change *changes;
    size_t n_changes;
    bool keep_weekday; /**< so many periods for each day of the week, and window of the day */
} shift_run;

/** Write one run in one transaction and give its number, from 1 on: all of it is in the store, or
 * nothing. ESTORE where the database refuses or is opened for reading only. */
SHIFT_API SHIFT_CHECKED shift_status shift_store_record(shift_store *store, const shift_run *run,
                                                        const shift_comparison *comparison,
                                                        int64_t *run_id, shift_error *err);
/** What became of an attempt of a monitor to check a period. */
typedef enum shift_outcome {
    SHIFT_OUTCOME_NONE = 0, /**< there was none */
    SHIFT_OUTCOME_RUNNING,  /**< it is at work */
    SHIFT_OUTCOME_RECORDED, /**< a run was recorded */
    SHIFT_OUTCOME_NO_DATA,  /**< production had no data */
    SHIFT_OUTCOME_FAILED,   /**< trouble, which `detail` tells */
    SHIFT_OUTCOME_ABORTED   /**< its process died */
} shift_outcome;

/** "running", "recorded", "no data", "failed", "aborted"; NULL for none and anything else. Static.
 */
SHIFT_API const char *shift_outcome_name(shift_outcome outcome);

/** An attempt without its details. */
typedef struct shift_attempt {
    size_t size;           /**< sizeof(shift_attempt) */
    int64_t id;            /**< 0 where there is none */
    shift_outcome outcome; /**< of the one that got furthest: a recorded one, else the last */
    int64_t run_id;        /**< where it was recorded, and the run not removed; else 0 */
    bool first;            /**< no attempt of the monitor is about an earlier period */
} shift_attempt;

/**
 * Note that a monitor begins to check a period, so that a process that dies leaves a trace: of
 * `run` only `monitor`, `period` and `started_at` count. The caller holds the monitor's lock:
 * attempts of it that are still running have died, become aborted, and are counted in *aborted.
 */
SHIFT_API SHIFT_CHECKED shift_status shift_store_begin_attempt(shift_store *store,
                                                               const shift_run *run,
                                                               int64_t *attempt, size_t *aborted,
                                                               shift_error *err);
/** End an attempt that has recorded no run itself; one that was cut into windows may be recorded.
 * `detail` may be NULL. */
SHIFT_API SHIFT_CHECKED shift_status shift_store_end_attempt(shift_store *store, int64_t attempt,
                                                             shift_outcome outcome,
                                                             const char *finished_at,
                                                             const char *detail, shift_error *err);
/** What became of a period ("2026-01-31") so far, into *out. */
SHIFT_API SHIFT_CHECKED shift_status shift_store_find_attempt(shift_store *store,
                                                              const char *monitor,
                                                              const char *period,
                                                              shift_attempt *out, shift_error *err);
/** Whether a monitor has a run about a period ("2026-01-31"), into *out. */
SHIFT_API SHIFT_CHECKED shift_status shift_store_has_run(shift_store *store, const char *monitor,
                                                         const char *period, bool *out,
                                                         shift_error *err);
/** Read a run back, which the caller frees with shift_report_free(); 0 for the last one. ESTORE
 * where there is none. */
SHIFT_API SHIFT_CHECKED shift_status shift_store_load(shift_store *store, int64_t run_id,
                                                      shift_report **out, shift_error *err);
/** Remove a run, with all that was written for it. ESTORE where there is none. */
SHIFT_API SHIFT_CHECKED shift_status shift_store_remove(shift_store *store, int64_t run_id,
                                                        shift_error *err);
/** Releases what shift_store_load() made, all of it; NULL is allowed. */
SHIFT_API void shift_report_free(shift_report *report);

/** A run whose hooks have not all taken the news. */
typedef struct shift_pending {
    int64_t run_id;
    shift_news news;
} shift_pending;

/** A subject that was shifted when it could last be judged. */
typedef struct shift_suspect {
    shift_subject_type type;
    const char *subject;
    shift_verdict verdict; /**< then: warn or alert */
} shift_suspect;

/** What a monitor knows before it checks a period. */
typedef struct shift_memory {
    size_t size;
    shift_alarm_past past;
    bool newest; /**< no later period has been run */
    size_t n_series;
    const shift_series *series; /**< in the order of type, subject and statistic */
    size_t n_acknowledged;
    const shift_change *acknowledged; /**< only type and subject count */
    size_t n_pending;
    const shift_pending *pending; /**< runs whose hooks have not all taken the news */
    size_t n_suspects;
    const shift_suspect *const *suspects; /**< of the last 256 periods */
    const char *untold_since; /**< the first of the last periods that all counted as inconclusive;
                                   NULL: the last one did not */
    bool again;               /**< the period has been run before */
    /** How the run of the first later period counted, in how many days that is, and the first
     * notice of any later one; where there are none NONE, 0. */
    shift_verdict later_counted;
    unsigned later_days;
    shift_notice later_notice;
} shift_memory;

/** What a monitor knows before it checks `period` ("2026-01-31"), which the caller frees; of a
 * monitor that was never run, nothing. */
SHIFT_API SHIFT_CHECKED shift_status shift_store_memory(shift_store *store, const char *monitor,
                                                        const char *period, shift_memory **out,
                                                        shift_error *err);
SHIFT_API void shift_memory_free(shift_memory *memory); /**< NULL is allowed. */
/** Note that all hooks have taken the news of a run. */
SHIFT_API SHIFT_CHECKED shift_status shift_store_delivered(shift_store *store, int64_t run_id,
                                                           shift_error *err);
/**
 * What is shifted in a run of a monitor is known: until the day `until` it does not count for
 * alarms. Gives the number of subjects; EINVAL where the run has no monitor, nothing in it is
 * shifted, or it is about a later day.
 */
SHIFT_API SHIFT_CHECKED shift_status shift_store_acknowledge(shift_store *store, int64_t run_id,
                                                             const char *until, const char *because,
                                                             size_t *subjects, shift_error *err);

/** The profile that was kept of a run. */
typedef struct shift_kept_profile {
    int64_t run_id;
    const char *period;
    const unsigned char *bytes;
    size_t n;
} shift_kept_profile;

/** Kept profiles, the latest period first. */
typedef struct shift_kept_profiles {
    size_t size; /**< sizeof(shift_kept_profiles) in the library that made it */
    size_t n;
    const shift_kept_profile *const *profiles;
} shift_kept_profiles;

/** Profiles of the last `limit` periods of the monitor before `period`. Where `weekday` is set,
 * only of the same day of the week and, of a day that was cut, the same window: the one that begins
 * at the same time of the day (UTC), or has the same number. */
typedef struct shift_profile_query {
    const char *monitor, *period;
    bool weekday;
    size_t limit;
    int64_t after; /**< windows of the same day count only where their run is later than this one: a
                        day that is run again is not compared with itself, cut otherwise */
} shift_profile_query;

/** Kept profiles, which the caller frees. Of a period that was run several times, the last run
 * counts. */
SHIFT_API SHIFT_CHECKED shift_status shift_store_profiles(shift_store *store,
                                                          const shift_profile_query *query,
                                                          shift_kept_profiles **out,
                                                          shift_error *err);
SHIFT_API void shift_kept_profiles_free(shift_kept_profiles *profiles); /**< NULL is allowed. */

/** One recorded run without what was found in it. */
typedef struct shift_run_entry {
    int64_t id;
    const char *kind;
    const char *monitor; /**< or NULL */
    const char *started_at, *finished_at;
    shift_verdict verdict;
    shift_side train, prod;
    size_t n_features, n_alert, n_warn, n_inconclusive; /**< features or layers */
    const char *period; /**< whose data were judged, such as "2026-01-30", or NULL */
} shift_run_entry;

/** Recorded runs, in that order. */
typedef struct shift_run_list {
    size_t size; /**< sizeof(shift_run_list) in the library that made it */
    size_t n;
    const shift_run_entry *const *runs;
} shift_run_list;

/** The last `limit` runs (0: all), which the caller frees; none is not a failure. */
SHIFT_API SHIFT_CHECKED shift_status shift_store_runs(shift_store *store, size_t limit,
                                                      shift_run_list **out, shift_error *err);
SHIFT_API void shift_run_list_free(shift_run_list *list); /**< NULL is allowed. */

/** Which values over which runs; what is NULL or 0 does not restrict. */
typedef struct shift_history_query {
    size_t size;           /**< sizeof(shift_history_query) */
    const char *subject;   /**< name of a feature (or another subject) */
    const char *statistic; /**< e.g. "psi" */
    const char *monitor;   /**< only runs of this monitor */
    size_t last;           /**< only the last so many runs */
    int64_t like;  /**< only runs of this run's kind, network and monitor, neither recorded after it
                    * nor about a later period */
    bool deciding; /**< only statistics that have a threshold */
    bool runs_only; /**< no series */
    /** Of each subject of this comparison only its shift_subject_effect(), and of others nothing;
     * `subject` and `statistic` are not looked at then. */
    const shift_comparison *effects_of;
    bool series_only; /**< no runs, whose subjects have to be counted; that there is nothing is no
                       * error */
    /** Only these series, of which type, subject and statistic are looked at: of some dozens and
     * more faster than one by one. `subject`, `statistic` and `effects_of` are not looked at then.
     */
    const struct shift_history_series *series;
    size_t n_series;
} shift_history_query;

#define SHIFT_HISTORY_QUERY_INIT                                                                   \
    {                                                                                              \
        sizeof(shift_history_query), 0, 0, 0, 0, 0, false, false, 0, false, 0, 0                   \
    }

/** One statistic of one subject in one run. */
typedef struct shift_history_point {
    int64_t run_id;
    const char *started_at;
    double value, low, high;
    double p_adjusted;
    double warn, alert;
    shift_verdict verdict;         /**< of the statistic */
    shift_verdict subject_verdict; /**< of the subject in that run */
    const char *period;            /**< of the run, or NULL */
} shift_history_point;

/** One statistic of one subject over the runs, the oldest first. */
typedef struct shift_history_series {
    shift_subject_type type;
    const char *subject;
    const char *statistic;
    size_t n;
    const shift_history_point *const *points;
} shift_history_series;

/** A period that a monitor has tried to check, and of which there is no run. */
typedef struct shift_missed {
    const char *monitor, *period; /**< such as "2026-01-30" */
    const char *started_at;       /**< of the last attempt; UTC, ISO 8601 to the second */
    shift_outcome outcome;        /**< of that; running also where its process has died since */
    const char *detail;           /**< what it said, or NULL */
} shift_missed;

/** Series in the order of the type, the subject's name and the statistic's name, by their bytes. */
struct shift_history {
    size_t size; /**< sizeof(shift_history) in the library that made it */
    size_t n;
    const shift_history_series *const *series;
    size_t n_runs;
    const shift_run_entry *const *runs; /**< all that the query takes, the oldest first */
    size_t n_missed;                    /**< 0 with `like` or `series_only` */
    const shift_missed *const *missed;  /**< by period; with `last` not those before the runs */
};

/**
 * What was recorded, as series. Runs of monitors are in the order of what they are about (`period`,
 * and of one period as they were recorded), others in that of their beginning. `query` may be NULL.
 * ESTORE where the store has runs, but no subject or no statistic of that name, or where it knows
 * no monitor of that name.
 */
SHIFT_API SHIFT_CHECKED shift_status shift_store_history(shift_store *store,
                                                         const shift_history_query *query,
                                                         shift_history **out, shift_error *err);
SHIFT_API void shift_history_free(shift_history *history); /**< NULL is allowed. */

/**
 * Remove the runs, and the attempts without one, that are about days before `before`
 * ("2026-01-31"); a run without a period counts by its beginning. `monitor` NULL: of all. The file
 * keeps its size, see shift_store_compact().
 */
SHIFT_API SHIFT_CHECKED shift_status shift_store_prune(shift_store *store, const char *monitor,
                                                       const char *before, size_t *removed,
                                                       shift_error *err);
/** Rewrite the file without its empty space where that is more than a quarter of it. Others wait
 * meanwhile, and the disk needs room for a second copy. */
SHIFT_API SHIFT_CHECKED shift_status shift_store_compact(shift_store *store, shift_error *err);

/** A table with its indices. */
typedef struct shift_table_size {
    const char *name;
    uint64_t bytes;
} shift_table_size;

/** What an examination of the file has found. */
typedef struct shift_store_state {
    size_t size;        /**< sizeof(shift_store_state) in the library that made it */
    const char *damage; /**< NULL where the file is sound; else the members below are 0 */
    uint64_t version, runs, bytes, spare; /**< spare: empty space in the file */
    size_t n_tables; /**< 0 where SQLite was built without the means to measure them */
    const shift_table_size *const *tables; /**< the largest first */
} shift_store_state;

/** Examine all of the file: what SQLite finds, whether it has the tables and columns that this
 * version makes, and whether every run can be loaded. That it is damaged is a finding where it can
 * be read at all. */
SHIFT_API SHIFT_CHECKED shift_status shift_store_check(shift_store *store, shift_store_state **out,
                                                       shift_error *err);
SHIFT_API void shift_store_state_free(shift_store_state *state); /**< NULL is allowed. */
/** Copy the database to `path`, in place of a file there, while others may go on writing. EINVAL
 * where there is something else, or the database itself. */
SHIFT_API SHIFT_CHECKED shift_status shift_store_backup(shift_store *store, const char *path,
                                                        shift_error *err);

/** A network that is kept in the store. */
typedef struct shift_stored_network {
    size_t size;           /**< sizeof(shift_stored_network) */
    const char *name;      /**< what the user calls it */
    const char *hash;      /**< of its file: XXH3 of 128 bits in hexadecimal */
    uint64_t bytes;        /**< of its file */
    const char *operators; /**< names of its ONNX operators by the alphabet, a space between */
    size_t layers;         /**< that a check looks at */
    const char *added_at;  /**< UTC, ISO 8601 to the second, ending in Z */
} shift_stored_network;

/** By name. */
typedef struct shift_network_list {
    size_t size; /**< sizeof(shift_network_list) in the library that made it */
    size_t n;
    const shift_stored_network *const *networks;
} shift_network_list;

/** Keep a network: `bytes` are the network->bytes bytes of its file. ESTORE where there is one of
 * that name, EINVAL where a text of `network` is NULL. */
SHIFT_API SHIFT_CHECKED shift_status shift_store_network_add(shift_store *store,
                                                             const shift_stored_network *network,
                                                             const void *bytes, shift_error *err);
/** The networks that are kept, which the caller frees; none is not a failure. */
SHIFT_API SHIFT_CHECKED shift_status shift_store_networks(shift_store *store,
                                                          shift_network_list **out,
                                                          shift_error *err);
SHIFT_API void shift_network_list_free(shift_network_list *list); /**< NULL is allowed. */
/** The file of a network; the caller frees *bytes. ESTORE where there is none of that name. */
SHIFT_API SHIFT_CHECKED shift_status shift_store_network_bytes(shift_store *store, const char *name,
                                                               void **bytes, size_t *n,
                                                               shift_error *err);
/** Runs of it stay. ESTORE where there is none of that name. */
SHIFT_API SHIFT_CHECKED shift_status shift_store_network_remove(shift_store *store,
                                                                const char *name, shift_error *err);

SHIFT_END_DECLS

#endif
