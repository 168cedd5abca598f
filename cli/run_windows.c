/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A day whose file is cut: each window is a run. Windows of values have a monitor each, so that
 * what is remembered of one value is not held against another. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "input.h"
#include "run.h"

struct cutting {
    struct job *job;
    shift_date date;
    const struct day_files *files;
    const shift_run *run; /* what all windows share */
    size_t n;             /* windows so far */
    shift_error untold;   /* the first failure to tell of a window that is recorded */
};

static char *join(const char *a, const char *between, const char *b, const char *end)
{
    size_t size = strlen(a) + strlen(between) + strlen(b) + strlen(end) + 1;
    char *text = malloc(size);
    if (text != NULL)
        (void)snprintf(text, size, "%s%s%s%s", a, between, b, end);
    return text;
}

/* Windows that an aborted attempt has recorded are not recorded twice. A hook that fails keeps none
 * of the others from being judged. */
static shift_status judge(struct cutting *c, struct day_part *part, shift_run *run, struct job *job,
                          shift_error *err)
{
    bool there = false;
    shift_status status = shift_store_has_run(job->store, run->monitor, run->period, &there, err);
    if (status != SHIFT_OK || (there && !job->options->again))
        return status;
    status = day_judge(job, c->date, part, run, err);
    c->job->told = job->told;
    if (status == SHIFT_OK || !part->recorded)
        return status;
    if (c->untold.status == SHIFT_OK)
        c->untold = *err;
    return SHIFT_OK;
}

static shift_status run_window(void *context, const char *name, const shift_profile *profile,
                               shift_error *err)
{
    struct cutting *c = context;
    shift_run run = *c->run;
    struct job job = *c->job;
    shift_monitor monitor = *job.monitor;
    char number[32];
    (void)snprintf(number, sizeof number, "#%06zu", ++c->n);
    const char *which = monitor.by->kind == SHIFT_WINDOW_TIME ? name : number;
    bool values = monitor.by->kind == SHIFT_WINDOW_VALUES;
    char *period = join(run.period, values ? "" : " ", values ? "" : which, "");
    char *own = join(monitor.name, ":", name, "");
    char *source = join(c->files->wanted, " (", name, ")");
    shift_status status = SHIFT_OK;
    if (period == NULL || own == NULL || source == NULL)
        status = shift_error_set(err, SHIFT_ENOMEM, "out of memory");
    if (values)
        monitor.name = own;
    job.monitor = &monitor;
    run.monitor = monitor.name;
    run.period = period;
    run.attempt = 0;
    if (status == SHIFT_OK)
        status =
            judge(c, &(struct day_part){.profile = profile, .source = source}, &run, &job, err);
    free(period);
    free(own);
    free(source);
    return status;
}

/* A day that is run again may be cut otherwise, so that its earlier windows overlap the new ones.
 */
static shift_status find_last_run(struct job *job, shift_error *err)
{
    shift_run_list *list = NULL;
    if (!job->options->again)
        return SHIFT_OK;
    shift_status status = shift_store_runs(job->store, 1, &list, err);
    if (status == SHIFT_OK && list->n > 0)
        job->after = list->runs[0]->id;
    shift_run_list_free(list);
    return status;
}

shift_status day_run_windows(struct job *job, shift_date date, const struct day_files *files,
                             shift_run *run, shift_error *err)
{
    char now[32];
    struct cutting c = {job, date, files, run, 0, SHIFT_ERROR_INIT};
    struct options options = job_reading(job);
    shift_window_sink sink = {run_window, &c};
    options.by = *job->monitor->by;
    if (files->n > 1)
        return shift_error_set(err, SHIFT_EINVAL,
                               "%s: %zu files match, and one file is cut into windows",
                               files->wanted, files->n);
    shift_status status = find_last_run(job, err);
    if (status == SHIFT_OK)
        status = input_windows(files->names[0], job->train, &options, &sink, err);
    if (status == SHIFT_OK)
        status = clock_print(now, err);
    if (status == SHIFT_OK)
        status = shift_store_end_attempt(job->store, run->attempt, SHIFT_OUTCOME_RECORDED, now,
                                         NULL, err);
    if (status != SHIFT_OK)
        return status;
    run->attempt = 0;
    if (c.untold.status != SHIFT_OK)
        *err = c.untold;
    return c.untold.status;
}
