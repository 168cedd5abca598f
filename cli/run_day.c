/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One day of a monitor, from its files to its hooks. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "hook.h"
#include "input.h"
#include "news.h"
#include "render.h"
#include "run.h"

/* The parts of a day are profiled one by one and merged. */
static shift_status read_production(shift_profile **out, const struct job *job,
                                    const struct day_files *files, shift_error *err)
{
    const struct options options = job_reading(job);
    shift_profile *all = NULL;
    shift_status status = SHIFT_OK;
    for (size_t i = 0; status == SHIFT_OK && i < files->n; i++) {
        shift_profile *part = NULL;
        status = input_profile(&part, files->names[i], job->train, &options, err);
        if (status == SHIFT_ENODATA && files->n > 1) {
            status = SHIFT_OK; /* an empty part; where all are, the last one says so */
            if (all == NULL && i + 1 == files->n)
                status = SHIFT_ENODATA;
        } else if (status == SHIFT_OK && all == NULL) {
            all = part;
            part = NULL;
        } else if (status == SHIFT_OK) {
            status = shift_profile_merge(all, part, err);
        }
        shift_profile_free(part);
    }
    if (status != SHIFT_OK) {
        shift_profile_free(all);
        return status;
    }
    *out = all;
    return SHIFT_OK;
}

/* What one day comes to. */
struct result {
    shift_comparison *comparison;
    const shift_profile *prod;
    shift_profile *reference; /* NULL: the training side */
    char *reference_name;
    shift_memory *memory;
    shift_watch *watch;
    shift_news news;
};

static void result_clear(struct result *result)
{
    shift_comparison_free(result->comparison);
    shift_profile_free(result->reference);
    free(result->reference_name);
    shift_watch_free(result->watch);
    shift_memory_free(result->memory);
}

static shift_status compare_features(struct result *out, const struct job *job, const char *period,
                                     shift_error *err)
{
    shift_policy policy = job->options->policy;
    shift_threshold *usual = NULL;
    policy.thresholds = job->rules->thresholds;
    policy.n_thresholds = job->rules->n_thresholds;
    shift_status status =
        job_reference(job, period, out->prod, &out->reference, &out->reference_name, err);
    if (status == SHIFT_OK)
        status = shift_watch_thresholds(&usual, &policy.n_usual, job->monitor, out->memory, err);
    policy.usual = usual;
    if (status == SHIFT_OK)
        status =
            shift_compare(&out->comparison, out->reference != NULL ? out->reference : job->train,
                          out->prod, &policy, err);
    free(usual);
    return status;
}

static shift_status compare(struct result *out, const struct job *job, const struct day_part *part,
                            const char *period, shift_error *err)
{
    shift_status status =
        shift_store_memory(job->store, job->monitor->name, period, &out->memory, err);
    if (status != SHIFT_OK)
        return status;
    if (job->network != NULL)
        return shift_compare_layers(&out->comparison, job->network->train, part->layers,
                                    &job->options->policy, err);
    return compare_features(out, job, period, err);
}

/* What the comparison means after those before it. */
static shift_status watch(struct result *result, const struct job *job, const char *period,
                          shift_error *err)
{
    shift_status status =
        shift_watch_run(&result->watch, job->monitor, result->memory, result->comparison, err);
    if (status == SHIFT_OK)
        status = shift_watch_locate(result->watch, job->store, period, result->comparison, err);
    if (status != SHIFT_OK)
        return status;
    shift_notice notice = result->watch->notice;
    result->news = result->watch->n_changes > 0 || notice == SHIFT_NOTICE_ALARM ||
                           notice == SHIFT_NOTICE_REMINDER
                       ? SHIFT_NEWS_ALARM
                   : notice == SHIFT_NOTICE_RECOVERY ? SHIFT_NEWS_SOME
                                                     : SHIFT_NEWS_NONE;
    return SHIFT_OK;
}

bool day_is_wanted(shift_monitor_when when, shift_news news)
{
    static const shift_news least[] = {SHIFT_NEWS_NONE, SHIFT_NEWS_SOME, SHIFT_NEWS_ALARM};
    return news >= least[when];
}

static shift_status print_report(const struct job *job, shift_report *report, shift_news news,
                                 shift_error *err)
{
    const shift_reporter *reporter = NULL;
    if (job->options->quiet && !day_is_wanted(SHIFT_WHEN_NEWS, news))
        return SHIFT_OK;
    shift_status status = render_reporter(&reporter, job->registry, job->options, err);
    return status == SHIFT_OK ? render_recorded(job->store, report, reporter, job->options, err)
                              : status;
}

shift_status day_and(shift_status one, shift_status other, const shift_error *why, shift_error *err)
{
    if (other == SHIFT_OK)
        return one;
    if (one == SHIFT_OK)
        return shift_error_set(err, other, "%s", why->message);
    const shift_error first = *err;
    return shift_error_set(err, one, "%s; %s", first.message, why->message);
}

/* Every hook is called, whatever becomes of another one. */
static shift_status call_hooks(const struct job *job, const shift_report *report, shift_news news,
                               shift_error *err)
{
    const shift_reporter *json = NULL;
    char *bytes = NULL;
    size_t n = 0;
    shift_status status = shift_registry_find(job->registry, "json", &json, err);
    if (status == SHIFT_OK)
        status = render_bytes(&bytes, &n, report, json, err);
    for (size_t i = 0; bytes != NULL && i < job->monitor->n_hooks; i++) {
        const shift_monitor_hook *hook = &job->monitor->hooks[i];
        if (!day_is_wanted(hook->when, news))
            continue;
        shift_error own = SHIFT_ERROR_INIT;
        shift_status called = hook_run(hook->command, bytes, n, &own);
        status = day_and(status, called, &own, err);
    }
    free(bytes);
    return status;
}

static bool has_hooks(const shift_monitor *monitor, shift_news news)
{
    for (size_t i = 0; i < monitor->n_hooks; i++)
        if (day_is_wanted(monitor->hooks[i].when, news))
            return true;
    return false;
}

/* The news stay pending until every hook has taken them. */
static shift_status deliver(const struct job *job, const shift_report *report, shift_news news,
                            shift_error *err)
{
    if (!has_hooks(job->monitor, news))
        return SHIFT_OK;
    shift_status status = call_hooks(job, report, news, err);
    return status == SHIFT_OK ? shift_store_delivered(job->store, report->run_id, err) : status;
}

/* Hooks may read the reports, so these are finished first. */
static shift_status tell(struct job *job, int64_t run_id, shift_date date, shift_news news,
                         shift_error *err)
{
    enum { PRINTED, BEGUN, PRUNED, WRITTEN, DELIVERED, N };
    shift_report *report = NULL;
    struct day_reports *writing = NULL;
    shift_error e[N] = {SHIFT_ERROR_INIT};
    shift_error all = SHIFT_ERROR_INIT;
    shift_status status = shift_store_load(job->store, run_id, &report, &e[0]);
    if (status != SHIFT_OK)
        return shift_error_set(err, status, "run %lld is recorded, but %s", (long long)run_id,
                               e[0].message);
    job->told = job->told || news == SHIFT_NEWS_ALARM;
    shift_status results[N];
    results[PRINTED] = print_report(job, report, news, &e[PRINTED]);
    results[BEGUN] = day_begin_reports(&writing, job, report, date, news, &e[BEGUN]);
    results[PRUNED] = job_prune(job, &e[PRUNED]);
    results[WRITTEN] = day_end_reports(writing, &e[WRITTEN]);
    results[DELIVERED] = deliver(job, report, news, &e[DELIVERED]);
    for (int i = 0; i < N; i++)
        status = day_and(status, results[i], &e[i], &all);
    if (status != SHIFT_OK)
        (void)shift_error_set(err, status, "run %lld is recorded, but %s", (long long)run_id,
                              all.message);
    shift_report_free(report);
    return status;
}

shift_status job_prune(struct job *job, shift_error *err)
{
    char before[11];
    size_t removed = 0;
    if (job->monitor->keep_days == 0 || job->pruned)
        return SHIFT_OK;
    job->pruned = true;
    shift_date_print(shift_date_add(job->today, -(long)job->monitor->keep_days), before);
    return shift_store_prune(job->store, job->monitor->name, before, &removed, err);
}

shift_status job_deliver(const struct job *job, shift_error *err)
{
    shift_memory *memory = NULL;
    shift_status status = shift_store_memory(job->store, job->monitor->name, "", &memory, err);
    for (size_t i = 0; status == SHIFT_OK && i < memory->n_pending; i++) {
        shift_report *report = NULL;
        shift_error own = SHIFT_ERROR_INIT;
        int64_t run_id = memory->pending[i].run_id;
        status = shift_store_load(job->store, run_id, &report, &own);
        if (status == SHIFT_OK)
            status = deliver(job, report, memory->pending[i].news, &own);
        if (status != SHIFT_OK)
            (void)shift_error_set(err, status, "monitor %s: run %lld is recorded, but %s",
                                  job->monitor->name, (long long)run_id, own.message);
        shift_report_free(report);
    }
    shift_memory_free(memory);
    return status;
}

/* Profiles are kept only where they will be a reference. */
static shift_status encode(const struct job *job, const struct result *result, shift_run *run,
                           unsigned char **bytes, shift_error *err)
{
    const shift_monitor *m = job->monitor;
    if (m->reference == SHIFT_REFERENCE_TRAINING)
        return SHIFT_OK;
    shift_status status = shift_profile_encode(result->prod, bytes, &run->n_profile, err);
    run->profile = *bytes;
    run->keep_profiles = (size_t)m->n_reference + 1; /* the last day may be run again */
    run->keep_weekday = m->reference == SHIFT_REFERENCE_WEEKDAY;
    return status;
}

static void note_watch(shift_run *run, const struct job *job, const struct result *result)
{
    const shift_watch *w = result->watch;
    run->counted = w->counted;
    run->notice = w->notice;
    run->series = w->series;
    run->n_series = w->n_series;
    run->changes = w->changes;
    run->n_changes = w->n_changes;
    run->pending = has_hooks(job->monitor, result->news) ? result->news : SHIFT_NEWS_DELIVERED;
}

static shift_status record(struct job *job, const struct result *result, const char *source,
                           shift_run *run, int64_t *run_id, shift_error *err)
{
    char finished[32];
    struct news_text news = {NULL, NULL, NULL, 0};
    unsigned char *bytes = NULL;
    shift_comparison *selection = NULL;
    shift_status status = clock_print(finished, err);
    if (status == SHIFT_OK)
        status = encode(job, result, run, &bytes, err);
    if (status == SHIFT_OK)
        status = shift_monitor_select(&selection, job->monitor, result->comparison, err);
    if (status == SHIFT_OK) {
        run->finished_at = finished;
        note_watch(run, job, result);
        const char *since = result->memory->untold_since;
        status = news_add(selection, job->monitor, result->watch,
                          since != NULL ? since : run->period, &news, err);
    }
    if (status == SHIFT_OK) {
        selection->prod.source = source;
        if (result->reference_name != NULL)
            selection->train.source = result->reference_name;
        status = shift_store_record(job->store, run, selection, run_id, err);
    }
    run->finished_at = NULL;
    run->profile = NULL;
    free(bytes);
    news_clear(&news);
    shift_monitor_selection_free(selection);
    return status;
}

/* An attempt that came to nothing says why. */
static void give_up(const struct job *job, int64_t attempt, shift_status status,
                    const shift_error *why)
{
    char now[32];
    shift_outcome outcome = status == SHIFT_ENODATA ? SHIFT_OUTCOME_NO_DATA : SHIFT_OUTCOME_FAILED;
    if (attempt == 0 || clock_print(now, NULL) != SHIFT_OK)
        return;
    shift_error err = SHIFT_ERROR_INIT;
    if (shift_store_end_attempt(job->store, attempt, outcome, now, why->message, &err) != SHIFT_OK)
        (void)trouble(&err);
}

static shift_status begin(const struct job *job, shift_run *run, shift_error *err)
{
    size_t aborted = 0;
    shift_status status = shift_store_begin_attempt(job->store, run, &run->attempt, &aborted, err);
    if (status == SHIFT_OK && aborted > 0)
        (void)fprintf(stderr, "covshift: monitor %s: the last run was aborted\n", run->monitor);
    return status;
}

shift_status day_judge(struct job *job, shift_date date, struct day_part *part, shift_run *run,
                       shift_error *err)
{
    struct result result = {.news = SHIFT_NEWS_NONE, .prod = part->profile};
    int64_t run_id = 0;
    shift_status status = compare(&result, job, part, run->period, err);
    if (status == SHIFT_OK)
        status = watch(&result, job, run->period, err);
    shift_news news = result.news;
    if (status == SHIFT_OK)
        status = record(job, &result, part->source, run, &run_id, err);
    result_clear(&result);
    if (status != SHIFT_OK)
        return status;
    run->attempt = 0; /* it has ended */
    part->recorded = true;
    return tell(job, run_id, date, news, err);
}

static shift_status run_whole(struct job *job, shift_date date, const struct day_files *files,
                              shift_run *run, shift_error *err)
{
    shift_profile *prod = NULL;
    shift_status status = read_production(&prod, job, files, err);
    if (status == SHIFT_OK)
        status = day_judge(job, date, &(struct day_part){.profile = prod, .source = files->wanted},
                           run, err);
    shift_profile_free(prod);
    return status;
}

static shift_status run_features(struct job *job, shift_date date, const struct day_files *files,
                                 shift_run *run, shift_error *err)
{
    shift_status status = job_train(job, err);
    job->untrained = status != SHIFT_OK;
    if (status != SHIFT_OK)
        return status;
    return job->monitor->by != NULL ? day_run_windows(job, date, files, run, err)
                                    : run_whole(job, date, files, run, err);
}

static shift_status run_attempt(struct job *job, shift_date date, shift_run *run, shift_error *err)
{
    struct day_files files = {NULL, NULL, 0};
    shift_status status = begin(job, run, err);
    if (status != SHIFT_OK)
        return status;
    status = day_find(&files, job->monitor, date, err);
    if (status == SHIFT_OK)
        status = day_check_reports(job, date, &files, err);
    if (status == SHIFT_OK && files.n == 0)
        status = shift_error_set(err, SHIFT_ENODATA, "%s: there is no such file", files.wanted);
    if (status == SHIFT_OK && job->network != NULL)
        status = day_run_network(job, date, &files, run, err);
    else if (status == SHIFT_OK)
        status = run_features(job, date, &files, run, err);
    if (status != SHIFT_OK)
        give_up(job, run->attempt, status, err);
    day_clear(&files);
    return status;
}

shift_status day_run(struct job *job, shift_date date, shift_error *err)
{
    char period[11];
    char started[32];
    shift_error why = SHIFT_ERROR_INIT;
    shift_date_print(date, period);
    shift_status status = clock_print(started, &why);
    shift_run run = {
        .size = sizeof run,
        .monitor = job->monitor->name,
        .started_at = started,
        .period = period,
    };
    if (status == SHIFT_OK)
        status = run_attempt(job, date, &run, &why);
    if (status == SHIFT_OK)
        return SHIFT_OK;
    if (status == SHIFT_ENODATA && job->late)
        return SHIFT_OK;
    if (status == SHIFT_ENODATA) {
        (void)fprintf(stderr, "covshift: monitor %s, %s: no data: %s\n", run.monitor, period,
                      why.message);
        job->missed = true;
        return SHIFT_OK;
    }
    return shift_error_set(err, status, "monitor %s, %s: %s", run.monitor, period, why.message);
}
