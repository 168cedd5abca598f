/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reports of a day. Each is rendered and written by a thread of its own, while the database is
 * read for the next one, or old runs are taken out of it. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "lock.h"
#include "network.h"
#include "overwrite.h"
#include "render.h"
#include "run.h"

struct document {
    struct options options;
    const shift_reporter *reporter;
    char *path;
    shift_report report; /* with the history that this reporter asks for */
    shift_history *history;
    pthread_t thread;
    bool running;
    shift_status status;
    shift_error err;
};

static void *make(void *context)
{
    struct document *d = context;
    d->status = render_report(&d->report, d->reporter, &d->options, &d->err);
    return NULL;
}

static void end(struct document *d)
{
    if (d->running)
        (void)pthread_join(d->thread, NULL);
    d->running = false;
}

static bool collide(const struct document *a, const struct document *b)
{
    return a->reporter == b->reporter || strcmp(a->path, b->path) == 0;
}

/* Wait for those before it: a reporter is not called by two threads at a time, of two documents in
 * one place the later one stays, and --threads counts, of which this one goes on. */
static void wait_turn(struct document *documents, size_t n)
{
    const struct document *next = &documents[n];
    unsigned threads = 2;
    for (size_t i = n; i-- > 0;)
        if (documents[i].running &&
            (collide(&documents[i], next) || ++threads > next->options.policy.threads))
            end(&documents[i]);
}

static void begin(struct document *d)
{
    bool alone = d->options.policy.threads < 2;
    d->running = !alone && pthread_create(&d->thread, NULL, make, d) == 0;
    if (!d->running)
        (void)make(d);
}

static shift_status prepare(struct document *d, const struct job *job,
                            const shift_monitor_report *wanted, const shift_report *report,
                            shift_date date)
{
    shift_error *err = &d->err;
    d->options = *job->options;
    d->options.format = wanted->format;
    shift_status status = day_report_path(&d->path, job, wanted, date, err);
    d->options.output = d->path;
    if (status == SHIFT_OK)
        status = render_reporter(&d->reporter, job->registry, &d->options, err);
    if (status == SHIFT_OK)
        status = render_past(&d->history, job->store, report, d->reporter, err);
    memcpy(&d->report, report, report->size < sizeof d->report ? report->size : sizeof d->report);
    d->report.history = d->history;
    return status;
}

static shift_status check_kept(const char *path, const struct job *job, const char *lock,
                               const struct day_files *files, shift_error *err)
{
    const shift_monitor *m = job->monitor;
    shift_status status = overwrite_check_database(path, m->db, err);
    if (status == SHIFT_OK)
        status = overwrite_check(path, lock, "the lock", err);
    if (status == SHIFT_OK)
        status = overwrite_check(path, m->file, "the monitor file", err);
    if (status == SHIFT_OK)
        status = overwrite_check(path, m->train, "the training data", err);
    for (size_t i = 0; status == SHIFT_OK && i < m->n_networks; i++) {
        if (network_is_file(m->networks[i].network))
            status = overwrite_check(path, m->networks[i].network, "the network", err);
        if (status == SHIFT_OK)
            status = overwrite_check(path, m->networks[i].train, "the training data", err);
    }
    for (size_t i = 0; status == SHIFT_OK && i < files->n; i++)
        status = overwrite_check(path, files->names[i], "the data", err);
    return status;
}

shift_status day_check_reports(const struct job *job, shift_date date,
                               const struct day_files *files, shift_error *err)
{
    char *lock = lock_path(job->monitor);
    shift_status status =
        lock != NULL ? SHIFT_OK : shift_error_set(err, SHIFT_ENOMEM, "out of memory");
    for (size_t i = 0; status == SHIFT_OK && i < job->monitor->n_reports; i++) {
        char *path = NULL;
        status = day_report_path(&path, job, &job->monitor->reports[i], date, err);
        if (status == SHIFT_OK)
            status = check_kept(path, job, lock, files, err);
        free(path);
    }
    free(lock);
    return status;
}

struct day_reports {
    size_t n;
    struct document documents[];
};

shift_status day_begin_reports(struct day_reports **out, const struct job *job,
                               const shift_report *report, shift_date date, shift_news news,
                               shift_error *err)
{
    size_t n = job->monitor->n_reports;
    struct day_reports *reports = calloc(1, sizeof *reports + n * sizeof *reports->documents);
    if (reports == NULL)
        return shift_error_set(err, SHIFT_ENOMEM, "out of memory");
    reports->n = n;
    for (size_t i = 0; i < n; i++) {
        struct document *d = &reports->documents[i];
        if (!day_is_wanted(job->monitor->reports[i].when, news))
            continue;
        d->status = prepare(d, job, &job->monitor->reports[i], report, date);
        if (d->status != SHIFT_OK)
            continue;
        wait_turn(reports->documents, i);
        begin(d);
    }
    *out = reports;
    return SHIFT_OK;
}

shift_status day_end_reports(struct day_reports *reports, shift_error *err)
{
    shift_status status = SHIFT_OK;
    for (size_t i = 0; reports != NULL && i < reports->n; i++) {
        struct document *d = &reports->documents[i];
        end(d);
        status = day_and(status, d->status, &d->err, err);
        shift_history_free(d->history);
        free(d->path);
    }
    free(reports);
    return status;
}
