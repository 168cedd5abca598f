/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHIFT_MONITOR_H
#define SHIFT_MONITOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shift/change.h"
#include "shift/comparison.h"
#include "shift/error.h"
#include "shift/source.h"
#include "shift/windows.h"

SHIFT_BEGIN_DECLS

/* The monitor file: one nightly check, from the data to the alarm, in YAML. docs/formats.md has
 * every key. Texts are borrowed from the monitor until it is freed; what is not in the file is NULL
 * or the default that is stated here. */

/** What the file says about the columns that a pattern matches. Later entries win. */
typedef struct shift_monitor_feature {
    const char *pattern; /**< of column names, as in a shell: * ? [a-z] */
    bool exclude;
    bool has_kind;
    shift_kind kind;                   /**< where has_kind */
    const shift_threshold *thresholds; /**< their `feature` is NULL */
    size_t n_thresholds;
    const char *const *statistics; /**< what is recorded beside what decides; NULL for all */
    size_t n_statistics;
    bool has_exclude; /**< `exclude` is said */
} shift_monitor_feature;

/** A network that is run over the day's data after the features, with a monitor of its own for what
 * is remembered, "MONITOR:NAME". */
typedef struct shift_monitor_network {
    const char *name;          /**< unlike that of any other: `network`, of a file without folder
                                    and ending */
    const char *network;       /**< a file that ends in .onnx, or the name of a stored network */
    const char *train;         /**< data, or a saved profile of layers; the monitor's by default */
    const char *label;         /**< the column with the class, which is no input; or NULL */
    const char *const *inputs; /**< columns in the order of the input; NULL for all */
    size_t n_inputs;
} shift_monitor_network;

/** What a run has to tell, in rising order. */
typedef enum shift_news {
    SHIFT_NEWS_DELIVERED = 0, /**< nothing is left to be told */
    SHIFT_NEWS_NONE,          /**< a run, no more */
    SHIFT_NEWS_SOME,          /**< a recovery */
    SHIFT_NEWS_ALARM          /**< an alarm, a reminder or a change point */
} shift_news;

typedef enum shift_monitor_when {
    SHIFT_WHEN_ALWAYS = 0, /**< after every run */
    SHIFT_WHEN_NEWS,       /**< an alarm, a reminder, a change point, a recovery */
    SHIFT_WHEN_ALARM       /**< an alarm, a reminder, a change point */
} shift_monitor_when;

typedef struct shift_monitor_report {
    const char *format; /**< of a reporter */
    const char *path;   /**< with date placeholders */
    shift_monitor_when when;
} shift_monitor_report;

typedef struct shift_monitor_hook {
    const char *command; /**< for sh -c; the JSON report comes on its standard input */
    shift_monitor_when when;
} shift_monitor_hook;

/** News of a run, see shift_alarm_decide(). */
typedef enum shift_notice {
    SHIFT_NOTICE_NONE = 0,
    SHIFT_NOTICE_ALARM,
    SHIFT_NOTICE_REMINDER,
    SHIFT_NOTICE_RECOVERY
} shift_notice;

/** "alarm", "reminder", "recovery"; NULL for none and anything else. Static. */
SHIFT_API const char *shift_notice_name(shift_notice notice);

/** When verdicts become alarms. Everything is counted in runs; what an alarm takes, and a recovery,
 * in those that did not count as inconclusive, see shift_watch. */
typedef struct shift_alarm_policy {
    shift_verdict level; /**< a run counts from this verdict on: SHIFT_VERDICT_ALERT */
    unsigned runs, of;   /**< an alarm takes so many of the last so many runs, this one among them;
                            1 of 1; 64 at most */
    unsigned cooldown;   /**< none in so many runs after a recovery; 0 */
    unsigned remind;     /**< again after so many runs, while it lasts; 7; 0 for never */
    unsigned recover;    /**< over after so many runs below the level; 1 */
} shift_alarm_policy;

/** What came before a run. */
typedef struct shift_alarm_past {
    size_t n;                      /**< verdicts that are known */
    const shift_verdict *verdicts; /**< that counted, the latest first, without this run;
                                        inconclusive ones are passed over */
    shift_notice last;             /**< the last notice */
    uint64_t runs_since;           /**< runs since then, this one among them */
    uint64_t runs_answered;        /**< runs since the last that was acknowledged, this one among
                                        them, where that was not before the notice; else 0 */
} shift_alarm_past;

/** Whether a run with this verdict is news; SHIFT_NOTICE_NONE where a pointer is NULL. */
SHIFT_API shift_notice shift_alarm_decide(const shift_alarm_policy *policy,
                                          const shift_alarm_past *past, shift_verdict verdict);

typedef enum shift_monitor_reference {
    SHIFT_REFERENCE_TRAINING = 0, /**< the training data, for ever */
    SHIFT_REFERENCE_ROLLING,      /**< the last n periods; one is the previous run */
    SHIFT_REFERENCE_WEEKDAY       /**< the last n periods of the same day of the week */
} shift_monitor_reference;

typedef struct shift_monitor {
    size_t size;      /**< sizeof(shift_monitor) in the library that made it */
    const char *file; /**< as it was given */
    const char *name; /**< letters, digits, '.', '_' and '-'; by default the file's own */
    const char *db;   /**< paths are relative to the folder of the file, and made whole here */
    const char *train;
    const char *production;             /**< a path, a glob or a query, with date placeholders */
    unsigned days_ago;                  /**< the default date is so many days before today */
    unsigned late_days;                 /**< how many days before that are looked at again; 0 */
    const shift_source_options *source; /**< never NULL */
    shift_monitor_reference reference;  /**< what production is compared with */
    unsigned n_reference;               /**< periods; until there is one, the training data serve */
    const shift_monitor_feature *features;
    size_t n_features;
    double alpha;      /**< as in shift_policy, with the budget below kept */
    double fail_share; /**< as in shift_policy */
    unsigned history;  /**< thresholds come from so many runs without shift on; 0: never */
    shift_alarm_policy policy;
    double false_alarms; /**< at most so many expected per run; NaN: no budget */
    bool detectors[SHIFT_N_DETECTORS];
    const char *const *watched; /**< statistics whose changes are looked for */
    size_t n_watched;
    double run_length; /**< runs until the detectors, all together, give a false alarm */
    uint64_t seed;
    bool no_joint;
    const shift_monitor_report *reports;
    size_t n_reports;
    const shift_monitor_hook *hooks;
    size_t n_hooks;
    shift_dependence dependence; /**< as in shift_policy */
    const shift_window_rule *by; /**< NULL where a day is one run */
    unsigned keep_days;          /**< runs of older dates are removed; 0 keeps all */
    const shift_monitor_network *networks;
    size_t n_networks;
} shift_monitor;

/**
 * Read a monitor file. EIO where it cannot be read; EFORMAT, with file, line and column, where it
 * is not YAML or a key is unknown (the nearest valid one is named), repeated, missing or has a
 * value that it cannot have.
 */
SHIFT_API SHIFT_CHECKED shift_status shift_monitor_load(shift_monitor **out, const char *path,
                                                        shift_error *err);
SHIFT_API void shift_monitor_free(shift_monitor *monitor); /**< NULL is allowed. */

/** A commented monitor file for data of `schema` in *text, which the caller frees. `train` is the
 * name of the data in it. Columns that are not in `used` (NULL: all are) are written as excluded;
 * `source` (NULL: the default) is how files are read. EINVAL where a text is not UTF-8. */
SHIFT_API SHIFT_CHECKED shift_status shift_monitor_write(char **text, const char *train,
                                                         const shift_schema *schema,
                                                         const shift_schema *used,
                                                         const shift_source_options *source,
                                                         shift_error *err);

/** A day of the proleptic Gregorian calendar, without a time and so without clock changes. */
typedef struct shift_date {
    int year, month, day; /**< 1 to 9999, 1 to 12, 1 to 31 */
} shift_date;

/** "2026-01-31"; false, with *date untouched, where it is no date, or NULL. */
SHIFT_API bool shift_date_parse(const char *text, shift_date *date);
/** ISO 8601 of a valid date: 10 characters and a NUL. Nothing is done where `text` is NULL. */
SHIFT_API void shift_date_print(shift_date date, char text[11]);
/** The date so many days later, or earlier where `days` is negative. */
SHIFT_API shift_date shift_date_add(shift_date date, long days);
/** "400d" as 400; false, with *days untouched, where it is no number of days from 1d to 365000d. */
SHIFT_API bool shift_days_parse(const char *text, unsigned *days);
/** A finite decimal number with a point, whatever the locale: all of the text, without spaces.
 * False, with *number untouched, where it is none, or NULL. */
SHIFT_API bool shift_number_parse(const char *text, double *number);
/** A whole number in decimal digits alone. False, with *count untouched, where it is none, or more
 * than `most`, or NULL. */
SHIFT_API bool shift_count_parse(const char *text, uint64_t most, uint64_t *count);
/** Negative, 0 or positive, as `a` is before, at or after `b`. */
SHIFT_API long shift_date_compare(shift_date a, shift_date b);
/**
 * Put the date into a text with the placeholders of strftime for whole days (%Y %y %m %d %j %b %B
 * %a %A %u %w %V %G %F, and %% for %). EINVAL for another one. The caller frees *out.
 */
SHIFT_API SHIFT_CHECKED shift_status shift_date_expand(char **out, const char *pattern,
                                                       shift_date date, shift_error *err);

/** What the file's patterns come to for given columns. */
typedef struct shift_monitor_rules {
    size_t size;
    const shift_schema_rule *columns; /**< kinds and what is left out, for shift_source_infer() */
    size_t n_columns;
    const shift_threshold *thresholds; /**< for shift_policy */
    size_t n_thresholds;
} shift_monitor_rules;

/** EINVAL, with file, line and column, where a pattern matches no column. The rules borrow from the
 * monitor and from `columns`. */
SHIFT_API SHIFT_CHECKED shift_status shift_monitor_resolve(shift_monitor_rules **out,
                                                           const shift_monitor *monitor,
                                                           const char *const *columns, size_t n,
                                                           shift_error *err);
SHIFT_API void shift_monitor_rules_free(shift_monitor_rules *rules); /**< NULL is allowed. */

/** EINVAL, with file, line and column, where a report is in none of the `n` formats. */
SHIFT_API SHIFT_CHECKED shift_status shift_monitor_check_formats(const shift_monitor *monitor,
                                                                 const char *const *formats,
                                                                 size_t n, shift_error *err);

/**
 * A view of `comparison` with only those measurements that the monitor wants recorded, and those
 * that decide. It borrows everything else from `comparison`; free it before that.
 */
SHIFT_API SHIFT_CHECKED shift_status shift_monitor_select(shift_comparison **out,
                                                          const shift_monitor *monitor,
                                                          const shift_comparison *comparison,
                                                          shift_error *err);
SHIFT_API void shift_monitor_selection_free(shift_comparison *selection); /**< NULL is allowed. */

SHIFT_END_DECLS

#endif
