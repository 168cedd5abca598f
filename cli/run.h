/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `covshift run`: what its files share. */
#ifndef COVSHIFT_RUN_H
#define COVSHIFT_RUN_H

#include "cli.h"

/** A network of the monitor. */
struct job_network {
    const shift_monitor_network *entry; /* in the monitor file */
    char *monitor;                      /* its own, NAME:NETWORK */
    shift_network *network;
    shift_layer_profile *train; /* read when the first day needs it */
};

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
    struct job_network *networks;
    struct job_network *network; /* the one whose turn it is; NULL: the features */
    shift_date today;
    int64_t after; /* windows of runs up to this one are no references within the same day */
    bool told;     /* an alarm or a reminder was raised */
    bool missed;   /* a day had no data, or news were not delivered */
    bool pruned;
    bool untrained; /* the training side could not be read */
    bool late;      /* a day is made up for: that it still has no data is no news */
};

/** What the monitor's patterns mean for the columns of its training side. */
SHIFT_CHECKED shift_status job_resolve(struct job *job, shift_error *err);
/** The options that data are read with: the columns that the file leaves out are no news in
 * production. They borrow from the job. */
struct options job_reading(const struct job *job);
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

/** Where a report of that day goes; that of a network has its name before the ending. The caller
 * frees *path. */
SHIFT_CHECKED shift_status day_report_path(char **path, const struct job *job,
                                           const shift_monitor_report *report, shift_date date,
                                           shift_error *err);

/** EINVAL where a report of that day would be written over what the monitor reads or keeps. */
SHIFT_CHECKED shift_status day_check_reports(const struct job *job, shift_date date,
                                             const struct day_files *files, shift_error *err);

/** Whether such news are enough for a report or a hook. */
bool day_is_wanted(shift_monitor_when when, shift_news news);
/** What became of two things: `err` has the failure of the one, if any, and gets that of the other,
 * `why`, behind it. The first failure's status. */
SHIFT_CHECKED shift_status day_and(shift_status one, shift_status other, const shift_error *why,
                                   shift_error *err);
/** Every report that is wanted, whatever becomes of another one. They read `report` and are not
 * finished before day_end_reports(), which takes NULL too. */
struct day_reports;
SHIFT_CHECKED shift_status day_begin_reports(struct day_reports **out, const struct job *job,
                                             const shift_report *report, shift_date date,
                                             shift_news news, shift_error *err);
SHIFT_CHECKED shift_status day_end_reports(struct day_reports *reports, shift_error *err);

/** What is compared: borrowed. */
struct day_part {
    const shift_profile *profile; /* or, of a network: */
    const shift_layer_profile *layers;
    const char *source; /* as reports name it */
    bool recorded;      /* filled: a failure, if any, came after that */
};

/** Compare, record, report, call hooks. */
SHIFT_CHECKED shift_status day_judge(struct job *job, shift_date date, struct day_part *part,
                                     shift_run *run, shift_error *err);
/** The same with every window of the day's file, as the monitor cuts it. */
SHIFT_CHECKED shift_status day_run_windows(struct job *job, shift_date date,
                                           const struct day_files *files, shift_run *run,
                                           shift_error *err);

/** The same with the network whose turn it is. */
SHIFT_CHECKED shift_status day_run_network(struct job *job, shift_date date,
                                           const struct day_files *files, shift_run *run,
                                           shift_error *err);

/** Load the networks that the monitor names. */
SHIFT_CHECKED shift_status job_open_networks(struct job *job, shift_error *err);
void job_close_networks(struct job *job);
typedef shift_status day_action(struct job *job, shift_date date, shift_error *err);

/** Do with every network, as a monitor of its own, what is done about that day. One that fails is
 * told, and the next one has its turn. */
void job_each_network(struct job *job, shift_date date, day_action *act);

/** Everything about one day, with the monitor's lock held: profile, compare, record, report, call
 * hooks. */
SHIFT_CHECKED shift_status day_run(struct job *job, shift_date date, shift_error *err);

/** Take out of the store what the monitor does not keep, once. */
SHIFT_CHECKED shift_status job_prune(struct job *job, shift_error *err);

/** Call the hooks that could not take the news of earlier runs. */
SHIFT_CHECKED shift_status job_deliver(const struct job *job, shift_error *err);

/** What a period is compared with: the training side itself (*owned is NULL then), or a profile of
 * periods before with the columns of `prod`. *name is what the report calls it, NULL for the
 * training side's own name; the caller frees it and *owned. */
SHIFT_CHECKED shift_status job_reference(const struct job *job, const char *period,
                                         const shift_profile *prod, shift_profile **owned,
                                         char **name, shift_error *err);

#endif
