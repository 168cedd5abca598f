/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `covshift run`: what its files share. */
#ifndef COVSHIFT_RUN_H
#define COVSHIFT_RUN_H

#include "cli.h"

/** A monitor at work. */
struct job {
    const struct options *options; /* of the command line, with the monitor's put in */
    const shift_monitor *monitor;
    const shift_registry *registry;
    shift_store *store;
    shift_profile *train; /* read when the first day needs it */
    shift_monitor_rules *rules;
    char **columns; /* names that the rules borrow */
    size_t n_columns;
    bool told;   /* an alarm or a reminder was raised */
    bool missed; /* a day had no data, or news were not delivered */
    bool late;   /* a day is made up for: that it still has no data is no news */
};

/** What the monitor's patterns mean for the columns of its training side. */
SHIFT_CHECKED shift_status job_resolve(struct job *job, shift_error *err);
/** Read the training side, once. */
SHIFT_CHECKED shift_status job_train(struct job *job, shift_error *err);
void job_clear(struct job *job);

/** Files or the query of one day. */
struct day_files {
    char *wanted; /* the pattern, for that day */
    char **names;
    size_t n; /* 0: nothing is there */
};

SHIFT_CHECKED shift_status day_find(struct day_files *out, const shift_monitor *monitor,
                                    shift_date date, shift_error *err);
void day_clear(struct day_files *files);

/** What is compared: borrowed. */
struct day_part {
    const shift_profile *profile;
    const char *source; /* as reports name it */
};

/** Compare, record, report, call hooks. */
SHIFT_CHECKED shift_status day_judge(struct job *job, shift_date date, const struct day_part *part,
                                     shift_run *run, shift_error *err);
/** The same with every window of the day's file, as the monitor cuts it. */
SHIFT_CHECKED shift_status day_run_windows(struct job *job, shift_date date,
                                           const struct day_files *files, shift_run *run,
                                           shift_error *err);

/** Everything about one day, with the monitor's lock held: profile, compare, record, report, call
 * hooks. */
SHIFT_CHECKED shift_status day_run(struct job *job, shift_date date, shift_error *err);

/** Call the hooks that could not take the news of earlier runs. */
SHIFT_CHECKED shift_status job_deliver(const struct job *job, shift_error *err);

/** What a period is compared with: the training side itself (*owned is NULL then), or a profile of
 * periods before. *name is what the report calls it, NULL for the training side's own name; the
 * caller frees it and *owned. */
SHIFT_CHECKED shift_status job_reference(const struct job *job, const char *period,
                                         shift_profile **owned, char **name, shift_error *err);

#endif
