/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One production file cut into windows, each of which is a run. */
#include "windows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "input.h"
#include "judge.h"
#include "render.h"

enum { MOST = 10000 };

struct compared {
    char *name;
    shift_comparison *comparison;
    int64_t run; /* once it is recorded */
};

struct comparing {
    const struct options *options;
    const shift_profile *train;
    struct compared *windows;
    size_t n, capacity;
};

static void clear(struct comparing *c)
{
    for (size_t i = 0; i < c->n; i++) {
        free(c->windows[i].name);
        shift_comparison_free(c->windows[i].comparison);
    }
    free(c->windows);
}

static shift_status compare_window(void *context, const char *name, const shift_profile *profile,
                                   shift_error *err)
{
    struct comparing *c = context;
    if (c->n == MOST)
        return shift_error_set(err, SHIFT_EUNSUPPORTED, "more than %d windows: make them longer",
                               (int)MOST);
    if (c->n == c->capacity) {
        size_t capacity = 2 * c->capacity + 16;
        struct compared *larger = realloc(c->windows, capacity * sizeof *larger);
        if (larger == NULL)
            return shift_error_set(err, SHIFT_ENOMEM, "out of memory");
        c->windows = larger;
        c->capacity = capacity;
    }
    struct compared *w = &c->windows[c->n];
    *w = (struct compared){strdup(name), NULL, 0};
    if (w->name == NULL)
        return shift_error_set(err, SHIFT_ENOMEM, "out of memory");
    c->n++;
    return shift_compare(&w->comparison, c->train, profile, &c->options->policy, err);
}

static shift_status compare_all(struct comparing *c, shift_error *err)
{
    const struct options *options = c->options;
    shift_profile *train = NULL;
    shift_status status = input_profile(&train, options->operands[0], NULL, options, err);
    c->train = train;
    if (status == SHIFT_OK)
        status = input_windows(options->operands[1], train, options,
                               &(shift_window_sink){compare_window, c}, err);
    c->train = NULL;
    shift_profile_free(train);
    return status;
}

static shift_status report(struct comparing *c, shift_store *store, const shift_reporter *reporter,
                           shift_error *err)
{
    shift_status status = SHIFT_OK;
    for (size_t i = 0; status == SHIFT_OK && i < c->n; i++) {
        if (c->options->quiet && !judge_is_shift(c->windows[i].comparison->verdict, c->options))
            continue;
        shift_report *loaded = NULL;
        status = shift_store_load(store, c->windows[i].run, &loaded, err);
        if (status == SHIFT_OK)
            status = render_recorded(store, loaded, reporter, c->options, err);
        shift_report_free(loaded);
    }
    return status;
}

/* All of them or none: exit status 2 means that nothing was recorded. */
static shift_status record(struct comparing *c, shift_run *run, const shift_reporter *reporter,
                           shift_error *err)
{
    const struct options *options = c->options;
    shift_store *store = NULL;
    const char *path = options->db != NULL && !options->no_record ? options->db : ":memory:";
    shift_status status = shift_store_open(&store, path, SHIFT_STORE_WRITE, err);
    for (size_t i = 0; status == SHIFT_OK && i < c->n; i++) {
        run->period = c->windows[i].name;
        status = shift_store_record(store, run, c->windows[i].comparison, &c->windows[i].run, err);
    }
    if (status == SHIFT_OK)
        status = report(c, store, reporter, err);
    for (size_t i = 0; status != SHIFT_OK && i < c->n; i++)
        if (c->windows[i].run != 0 &&
            shift_store_remove(store, c->windows[i].run, NULL) != SHIFT_OK)
            judge_left(path, c->windows[i].run);
    shift_store_close(store);
    return status;
}

static shift_status check(struct comparing *c, const shift_reporter *reporter, shift_error *err)
{
    char started[32];
    char finished[32];
    shift_status status = clock_print(started, err);
    if (status == SHIFT_OK)
        status = compare_all(c, err);
    if (status == SHIFT_OK)
        status = clock_print(finished, err);
    shift_run run = {.size = sizeof run, .started_at = started, .finished_at = finished};
    return status == SHIFT_OK ? record(c, &run, reporter, err) : status;
}

static shift_verdict worst(const struct comparing *c)
{
    shift_verdict verdict = SHIFT_VERDICT_NONE;
    for (size_t i = 0; i < c->n; i++)
        if (c->windows[i].comparison->verdict > verdict)
            verdict = c->windows[i].comparison->verdict;
    return verdict;
}

int windows_check(const struct options *options)
{
    shift_error err = SHIFT_ERROR_INIT;
    shift_registry *registry = NULL;
    const shift_reporter *reporter = NULL;
    struct comparing c = {.options = options};
    if (options->output != NULL && strcmp(options->output, "-") != 0)
        return misuse(options->command, "--by makes a report for each window, and -o writes one: "
                                        "record them with --db and use 'covshift report'");
    shift_status status = render_registry(&registry, options, &err);
    if (status == SHIFT_OK)
        status = render_reporter(&reporter, registry, options, &err);
    if (status == SHIFT_OK)
        status = check(&c, reporter, &err);
    shift_registry_close(registry);
    int code = status == SHIFT_OK ? judge_status(worst(&c), options) : trouble(&err);
    clear(&c);
    return code;
}
