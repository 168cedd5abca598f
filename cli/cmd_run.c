/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What cron calls: everything a monitor file says, for one day or several. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "lock.h"
#include "print.h"
#include "render.h"
#include "run.h"

/* The days to run, from the first to the last, and how many days before it are made up for. */
struct span {
    shift_date first, last;
    unsigned late;
};

static shift_status find_span(struct span *out, struct job *job, shift_error *err)
{
    const struct options *options = job->options;
    shift_status status = clock_today(&job->today, err);
    if (status != SHIFT_OK)
        return status;
    bool given = options->has_date || options->has_from || options->has_to;
    shift_date usual = shift_date_add(job->today, -(long)job->monitor->days_ago);
    out->last = options->has_date ? options->date : options->has_to ? options->to : usual;
    out->first = options->has_from ? options->from : out->last;
    out->late = given ? 0 : job->monitor->late_days;
    if (shift_date_compare(out->first, out->last) > 0)
        return shift_error_set(err, SHIFT_EINVAL, "--from is after %s",
                               options->has_to ? "--to" : "the day of today's run");
    if (job->monitor->keep_days == 0)
        return SHIFT_OK;
    shift_date kept = shift_date_add(job->today, -(long)job->monitor->keep_days);
    while (out->late > 0 &&
           shift_date_compare(shift_date_add(out->first, -(long)out->late), kept) < 0)
        out->late--;
    if (shift_date_compare(out->first, kept) < 0)
        return shift_error_set(err, SHIFT_EINVAL,
                               "%s keeps %u days only, so earlier ones are not run",
                               job->monitor->file, job->monitor->keep_days);
    return SHIFT_OK;
}

/* Whether a day's file has come since the day was tried, or the program was not called. */
static shift_status is_late(bool *late, const struct job *job, const char *monitor, shift_date date,
                            shift_error *err)
{
    char period[11];
    shift_attempt attempt;
    struct day_files files = {NULL, NULL, 0};
    *late = false;
    shift_date_print(date, period);
    shift_status status = shift_store_find_attempt(job->store, monitor, period, &attempt, err);
    if (status != SHIFT_OK || attempt.outcome == SHIFT_OUTCOME_RECORDED ||
        (attempt.id == 0 && attempt.first))
        return status;
    status = day_find(&files, job->monitor, date, err);
    *late = status == SHIFT_OK && files.n > 0;
    day_clear(&files);
    return status;
}

/* A day is recorded once, unless it is asked for again. */
static shift_status run_once(struct job *job, shift_date date, shift_error *err)
{
    char period[11];
    shift_attempt attempt;
    shift_date_print(date, period);
    shift_status status =
        shift_store_find_attempt(job->store, job->monitor->name, period, &attempt, err);
    if (status != SHIFT_OK)
        return status;
    if (attempt.outcome != SHIFT_OUTCOME_RECORDED || job->options->again)
        return day_run(job, date, err);
    if (!job->options->quiet)
        (void)fprintf(stderr, "covshift: monitor %s, %s: already recorded; --again repeats it\n",
                      job->monitor->name, period);
    return SHIFT_OK;
}

/* A day that is made up for: that its data are still not there is no news. */
static shift_status run_late(struct job *job, shift_date date, shift_error *err)
{
    bool late = false;
    shift_status status = is_late(&late, job, job->monitor->name, date, err);
    job->late = true;
    if (status == SHIFT_OK && late)
        status = day_run(job, date, err);
    job->late = false;
    return status;
}

/* The features first; networks are run over days that are recorded. */
static shift_status run_day(struct job *job, shift_date date, day_action *act, shift_error *err)
{
    char period[11];
    shift_attempt attempt;
    shift_status status = act(job, date, err);
    shift_date_print(date, period);
    shift_status found = shift_store_find_attempt(job->store, job->monitor->name, period, &attempt,
                                                  status == SHIFT_OK ? err : NULL);
    if (found == SHIFT_OK && attempt.outcome == SHIFT_OUTCOME_RECORDED)
        job_each_network(job, date, act);
    return status == SHIFT_OK ? found : status;
}

/* What fails is told, and no reason not to go on. */
static void tell_and_go_on(struct job *job, shift_status status, const shift_error *err)
{
    if (status == SHIFT_OK)
        return;
    (void)trouble(err);
    job->missed = true;
}

/* Days that share the training side and the database fail together. */
static bool is_hopeless(const struct job *job, shift_status status)
{
    return job->untrained || status == SHIFT_ESTORE || status == SHIFT_ENOMEM ||
           status == SHIFT_ECANCELLED;
}

/* A day that fails keeps no other one from being run, unless that would fail likewise. */
static shift_status run_days(struct job *job, const struct span *span, shift_error *err)
{
    for (shift_date date = shift_date_add(span->first, -(long)span->late);
         shift_date_compare(date, span->last) <= 0; date = shift_date_add(date, 1)) {
        shift_error own = SHIFT_ERROR_INIT;
        bool late = shift_date_compare(date, span->first) < 0;
        shift_status status = run_day(job, date, late ? run_late : run_once, &own);
        if (status != SHIFT_OK && !late && is_hopeless(job, status)) {
            *err = own;
            return status;
        }
        tell_and_go_on(job, status, &own);
    }
    return SHIFT_OK;
}

static void deliver(struct job *job)
{
    shift_error err = SHIFT_ERROR_INIT;
    tell_and_go_on(job, job_deliver(job, &err), &err);
}

static shift_status run_locked(struct job *job, const struct span *span, shift_error *err)
{
    int lock = -1;
    shift_status status = lock_take(&lock, job->monitor, job->options->wait, err);
    if (status != SHIFT_OK)
        return status;
    status = shift_store_open(&job->store, job->monitor->db, SHIFT_STORE_WRITE, err);
    if (status == SHIFT_OK)
        deliver(job);
    if (status == SHIFT_OK)
        status = run_days(job, span, err);
    if (status == SHIFT_OK)
        status = job_prune(job, err);
    (void)close(lock);
    return status;
}

static void say_name(const char *before, const char *name, const char *after)
{
    printf("%s", before);
    print_name(stdout, name);
    printf("%s\n", after);
}

static bool has_folder(char *path)
{
    char *slash = strrchr(path, '/');
    if (slash == NULL || slash == path)
        return true;
    *slash = '\0';
    bool there = access(path, F_OK) == 0;
    *slash = '/';
    return there;
}

static void say_report(char *path, shift_monitor_when when)
{
    static const char *const words[] = {"", " if there is news", " on an alarm"};
    say_name("            write ", path, words[when]);
    if (!has_folder(path))
        printf("              not possible, its folder is not there\n");
}

static shift_status say_reports(const struct job *job, shift_date date,
                                const struct day_files *files, shift_error *err)
{
    shift_status status = day_check_reports(job, date, files, err);
    for (size_t i = 0; status == SHIFT_OK && i < job->monitor->n_reports; i++) {
        char *path = NULL;
        status = day_report_path(&path, job, &job->monitor->reports[i], date, err);
        if (status == SHIFT_OK)
            say_report(path, job->monitor->reports[i].when);
        free(path);
    }
    return status;
}

/* What keeps a day from being compared, or how it is. */
static const char *note_on(const struct job *job, const struct day_files *files, bool recorded)
{
    if (recorded)
        return ": already recorded";
    if (files->n == 0)
        return ": no file is there";
    if (job->monitor->by == NULL)
        return "";
    return files->n == 1 ? " window by window" : ": not possible, one file is cut into windows";
}

static shift_status is_recorded(bool *recorded, const struct job *job, const char *monitor,
                                const char *period, shift_error *err)
{
    shift_attempt attempt = {.outcome = SHIFT_OUTCOME_FAILED};
    shift_status status = SHIFT_OK;
    if (job->store != NULL)
        status = shift_store_find_attempt(job->store, monitor, period, &attempt, err);
    *recorded = attempt.outcome == SHIFT_OUTCOME_RECORDED && (job->late || !job->options->again);
    return status;
}

static shift_status say_network(const struct job *job, struct job_network *network, shift_date date,
                                const struct day_files *files, shift_error *err)
{
    char period[11];
    bool recorded = false;
    struct job own = *job;
    own.network = network;
    shift_date_print(date, period);
    shift_status status = is_recorded(&recorded, job, network->monitor, period, err);
    if (status != SHIFT_OK)
        return status;
    say_name("            run ", network->entry->network, recorded ? ": already recorded" : "");
    return recorded ? SHIFT_OK : say_reports(&own, date, files, err);
}

static shift_status say_day(const struct job *job, shift_date date, shift_error *err)
{
    char period[11];
    bool recorded = false;
    struct day_files files = {NULL, NULL, 0};
    shift_date_print(date, period);
    shift_status status = is_recorded(&recorded, job, job->monitor->name, period, err);
    if (status == SHIFT_OK)
        status = day_find(&files, job->monitor, date, err);
    if (status != SHIFT_OK) {
        day_clear(&files);
        return status;
    }
    printf("%s  compare%s\n", period, note_on(job, &files, recorded));
    for (size_t i = 0; i < files.n; i++)
        say_name("              ", files.names[i], "");
    if (files.n > 0 && !recorded)
        status = say_reports(job, date, &files, err);
    for (size_t i = 0; files.n > 0 && status == SHIFT_OK && i < job->monitor->n_networks; i++)
        status = say_network(job, &job->networks[i], date, &files, err);
    day_clear(&files);
    return status;
}

/* Whether the features of a day are late, or where they are recorded one of its networks. */
static shift_status is_any_late(bool *late, const struct job *job, shift_date date,
                                shift_error *err)
{
    char period[11];
    bool recorded = false;
    shift_date_print(date, period);
    shift_status status = is_late(late, job, job->monitor->name, date, err);
    if (status == SHIFT_OK)
        status = is_recorded(&recorded, job, job->monitor->name, period, err);
    for (size_t i = 0; status == SHIFT_OK && recorded && !*late && i < job->monitor->n_networks;
         i++)
        status = is_late(late, job, job->networks[i].monitor, date, err);
    return status;
}

/* Days before that are made up for, as far as the database says so. */
static shift_status say_late(struct job *job, const struct span *span, shift_error *err)
{
    shift_status status = SHIFT_OK;
    job->late = true;
    for (unsigned ago = span->late; job->store != NULL && status == SHIFT_OK && ago > 0; ago--) {
        shift_date date = shift_date_add(span->first, -(long)ago);
        bool late = false;
        status = is_any_late(&late, job, date, err);
        if (status == SHIFT_OK && late)
            status = say_day(job, date, err);
    }
    job->late = false;
    return status;
}

/* Which days it has; one that an older version wrote is brought up to date by the run itself. */
static shift_status look_into_store(struct job *job, shift_error *err)
{
    if (access(job->monitor->db, F_OK) != 0)
        return SHIFT_OK;
    shift_status status = shift_store_open(&job->store, job->monitor->db, SHIFT_STORE_READ, err);
    if (status != SHIFT_EUNSUPPORTED)
        return status;
    (void)fprintf(stderr, "covshift: warning: which days are recorded is not known: %s\n",
                  err->message);
    return SHIFT_OK;
}

static void say_reference(const shift_monitor *m)
{
    bool weekday = m->reference == SHIFT_REFERENCE_WEEKDAY;
    if (m->reference == SHIFT_REFERENCE_TRAINING)
        return;
    if (m->n_reference > 1)
        printf("reference   the last %u %s", m->n_reference,
               weekday ? "of the same day of the week" : "periods");
    else
        printf("reference   the last %s", weekday ? "of the same day of the week" : "period");
    printf(", train where there is none\n");
}

/* Everything that can be checked without reading data; of the database only which days it has. */
static shift_status say(struct job *job, const struct span *span, shift_error *err)
{
    const shift_monitor *m = job->monitor;
    static const char *const words[] = {"after every run", "if there is news", "on an alarm"};
    say_name("monitor     ", m->name, "");
    say_name("train       ", m->train, "");
    say_reference(m);
    say_name("record in   ", m->db, "");
    for (size_t i = 0; i < m->n_networks; i++) {
        printf("network     %s: ", job->networks[i].monitor);
        print_name(stdout, m->networks[i].network);
        say_name(", train ", m->networks[i].train, "");
    }
    for (size_t i = 0; i < m->n_hooks; i++) {
        printf("hook        %s: ", words[m->hooks[i].when]);
        say_name("", m->hooks[i].command, "");
    }
    if (m->keep_days > 0)
        printf("keep        %u days\n", m->keep_days);
    shift_status status = look_into_store(job, err);
    if (status == SHIFT_OK)
        status = say_late(job, span, err);
    for (shift_date date = span->first;
         status == SHIFT_OK && shift_date_compare(date, span->last) <= 0;
         date = shift_date_add(date, 1))
        status = say_day(job, date, err);
    return status;
}

/* The monitor's settings take the place of the command line's. */
static struct options settings(const struct options *given, const shift_monitor *monitor)
{
    struct options options = *given;
    options.source = *monitor->source;
    options.profile.seed = options.policy.seed = monitor->seed;
    options.policy.alpha = monitor->alpha;
    options.policy.fail_share = monitor->fail_share;
    options.policy.no_joint = monitor->no_joint;
    options.policy.dependence = monitor->dependence;
    options.db = monitor->db;
    return options;
}

/* A format that is misspelt is told before anything is run. */
static shift_status check_formats(const struct job *job, shift_error *err)
{
    size_t n = 0;
    const char **names = calloc(shift_registry_size(job->registry) + 1, sizeof *names);
    if (names == NULL)
        return shift_error_set(err, SHIFT_ENOMEM, "out of memory");
    for (size_t i = 0; i < shift_registry_size(job->registry); i++) {
        const shift_reporter *reporter = shift_registry_at(job->registry, i).reporter;
        if (reporter != NULL)
            names[n++] = reporter->name;
    }
    shift_status status = shift_monitor_check_formats(job->monitor, names, n, err);
    free(names);
    return status;
}

static shift_status work(struct job *job, shift_error *err)
{
    struct span span;
    shift_status status = find_span(&span, job, err);
    if (status == SHIFT_OK)
        status = check_formats(job, err);
    if (status == SHIFT_OK)
        status = job_resolve(job, err);
    if (status == SHIFT_OK)
        status = job_open_networks(job, err);
    if (status != SHIFT_OK)
        return status;
    return job->options->dry_run ? say(job, &span, err) : run_locked(job, &span, err);
}

static int run(const struct options *given)
{
    shift_error err = SHIFT_ERROR_INIT;
    shift_monitor *monitor = NULL;
    shift_registry *registry = NULL;
    struct options options;
    struct job job = {.options = &options};
    if (given->has_date && (given->has_from || given->has_to))
        return misuse(given->command, "--date is one day, --from and --to are several");
    if (given->has_to && !given->has_from)
        return misuse(given->command, "--to needs --from");
    shift_status status = shift_monitor_load(&monitor, given->operands[0], &err);
    if (status == SHIFT_OK)
        status = render_registry(&registry, given, &err);
    if (status == SHIFT_OK) {
        options = settings(given, monitor);
        job.monitor = monitor;
        job.registry = registry;
        status = work(&job, &err);
    }
    job_clear(&job);
    shift_registry_close(registry);
    shift_monitor_free(monitor);
    if (status != SHIFT_OK)
        return trouble(&err);
    return job.missed ? STATUS_TROUBLE : job.told ? STATUS_SHIFT : STATUS_NO_SHIFT;
}

const struct command cmd_run = {
    "run",
    "MONITOR.yaml",
    "do what a monitor file says, every night",
    "Checks the data of one day, as the monitor file says, which 'covshift init'\n"
    "writes: compares, records, reports, calls hooks; then runs each of its networks\n"
    "over the day and does the same with their layers. Days whose files came late are\n"
    "made up for first. A day is recorded once. Two runs of one monitor never\n"
    "overlap. A day without data is a line on stderr, and recorded as such.\n"
    "\n"
    "Exit status: 0 nothing to tell, 1 an alarm, 2 trouble or no data.\n",
    OPTIONS_DATES | OPTIONS_THREADS | OPTIONS_RENDER | OPTIONS_QUIET | OPTIONS_PLUGIN |
        OPTIONS_MEMORY,
    1,
    1,
    run,
};
