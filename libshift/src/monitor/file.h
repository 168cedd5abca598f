/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The monitor file as libcyaml loads it, and where in the file a value is. */
#ifndef SHIFT_MONITOR_FILE_H
#define SHIFT_MONITOR_FILE_H

#include <cyaml/cyaml.h>
#include <stdio.h>
#include <yaml.h>

#include "core/memory.h"
#include "shift/monitor.h"

/* Pointers are NULL for what the file does not have. Numbers are texts. */
typedef struct shift__raw_threshold {
    char *statistic, *warn, *alert;
} shift__raw_threshold;

typedef struct shift__raw_feature {
    char *name;
    int *kind;
    int *exclude;
    char **statistics;
    unsigned statistics_count;
    shift__raw_threshold *thresholds;
    unsigned thresholds_count;
} shift__raw_feature;

typedef struct shift__raw_network {
    char *network, *train, *label;
    char **inputs;
    unsigned inputs_count;
} shift__raw_network;

typedef struct shift__raw_production {
    char *source, *by, *days_ago, *late_days, *delimiter;
    char **missing;
    unsigned missing_count;
} shift__raw_production;

typedef struct shift__raw_decision {
    char *alpha, *fail_share, *seed, *history;
    int *joint, *dependence;
} shift__raw_decision;

typedef struct shift__raw_budget {
    char *at_most, *runs;
} shift__raw_budget;

typedef struct shift__raw_policy {
    int *level;
    char *runs, *of, *cooldown, *remind, *recover;
    shift__raw_budget *false_alarms;
} shift__raw_policy;

typedef struct shift__raw_changes {
    int *detectors; /* of shift_detector */
    unsigned detectors_count;
    char **statistics;
    unsigned statistics_count;
    char *run_length;
} shift__raw_changes;

typedef struct shift__raw_output {
    char *format, *to, *run;
    int *when;
} shift__raw_output;

typedef struct shift__raw_monitor {
    char *name, *db, *train;
    shift__raw_production *production;
    shift__raw_feature *features;
    unsigned features_count;
    shift__raw_network *networks;
    unsigned networks_count;
    shift__raw_decision *decision;
    shift__raw_policy *policy;
    shift__raw_changes *changes;
    shift__raw_output *reports;
    unsigned reports_count;
    shift__raw_output *hooks;
    unsigned hooks_count;
    char *keep, *reference;
} shift__raw_monitor;

extern const cyaml_schema_value_t shift__monitor_schema;

/** The text of the file, for errors that are found after it was loaded. */
typedef struct shift__monitor_text {
    const char *path;
    char *bytes;
    size_t n;
    yaml_document_t tree; /* of the bytes, with positions */
} shift__monitor_text;

/** One step into the file: a key, or the place in a sequence. */
typedef struct shift__step {
    const char *key;
    size_t place; /* where key is NULL */
} shift__step;

/** EFORMAT with the position of the value at the end of `steps` (the last one that exists), and its
 * key. */
SHIFT_PRINTF(5, 6)
shift_status shift__monitor_refuse(const shift__monitor_text *text, const shift__step *steps,
                                   size_t n, shift_error *err, const char *format, ...);
/** Whether the file has a list at the end of `steps`, and nothing in it: libcyaml tells that as if
 * it were not there. */
bool shift__monitor_has_empty(const shift__monitor_text *text, const shift__step *steps, size_t n);
/** EFORMAT where it is no YAML, or one that would take long to read. */
SHIFT_CHECKED shift_status shift__monitor_read_tree(shift__monitor_text *text, shift_error *err);
/** EFORMAT at the first key or word that the schema does not have. */
SHIFT_CHECKED shift_status shift__monitor_check_keys(const shift__monitor_text *text,
                                                     shift_error *err);

/** The public view of what was loaded; checks values. */
SHIFT_CHECKED shift_status shift__monitor_convert(shift_monitor *out, const shift__raw_monitor *raw,
                                                  const shift__monitor_text *text,
                                                  shift__arena *arena, shift_error *err);

/** What shift_monitor_load() makes; the public part comes first. */
typedef struct shift__loaded_monitor {
    shift_monitor monitor;
    shift__monitor_text text;
    shift__raw_monitor *raw;
    shift__arena arena;
} shift__loaded_monitor;

/** shift_monitor_load() from an open file; `path` is what it is called. */
SHIFT_CHECKED shift_status shift__monitor_read(shift_monitor **out, const char *path, FILE *file,
                                               shift_error *err);

/** The word of a list that is nearest to `word`, or NULL where none is near. */
const char *shift__nearest(const char *word, const char *const *words, size_t n);

#endif
