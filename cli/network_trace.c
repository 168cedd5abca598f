/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A series of training checkpoints: how the inputs of its layers drift, and internal covariate
 * shift. */
#include <glob.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "network.h"
#include "shift/checkpoints.h"

/* Checkpoint k against the one before, and against the first. For k of 0 both are against itself.
 */
typedef struct trace {
    size_t n;
    char *const *paths;
    shift_comparison **steps, **totals;
} trace;

static void trace_clear(trace *t)
{
    for (size_t i = 0; t->steps != NULL && t->totals != NULL && i < t->n; i++) {
        shift_comparison_free(t->steps[i]);
        shift_comparison_free(t->totals[i]);
    }
    free(t->steps);
    free(t->totals);
}

static shift_status compare_pair(shift_comparison **out, const char *before, const char *after,
                                 const struct options *options, bool no_ics, shift_error *err)
{
    shift_network *networks[2] = {NULL, NULL};
    shift_source *source = NULL;
    const char *data = options->operands[options->n_operands - 1];
    shift_drift_options drift = SHIFT_DRIFT_OPTIONS_INIT;
    drift.rows = options->rows;
    drift.bn_batch = options->layers.bn_batch;
    drift.no_ics = no_ics;
    shift_status status = network_open(&networks[0], before, options, err);
    if (status == SHIFT_OK)
        status = network_open(&networks[1], after, options, err);
    if (status == SHIFT_OK)
        status = shift_source_open(&source, data, &options->source, err);
    if (status == SHIFT_OK)
        status = shift_network_drift(out, (const shift_network *const[]){networks[0], networks[1]},
                                     source, &options->inputs, &drift, err);
    shift_source_close(source);
    shift_network_free(networks[1]);
    shift_network_free(networks[0]);
    return status;
}

static shift_status follow(trace *t, const struct options *options, shift_error *err)
{
    shift_status status = SHIFT_OK;
    t->steps = calloc(t->n, sizeof(void *));
    t->totals = calloc(t->n, sizeof(void *));
    if (t->steps == NULL || t->totals == NULL)
        return shift_error_set(err, SHIFT_ENOMEM, "out of memory");
    for (size_t i = 0; status == SHIFT_OK && i < t->n; i++) {
        const char *before = t->paths[i > 0 ? i - 1 : 0];
        status = compare_pair(&t->steps[i], before, t->paths[i], options, i == 0, err);
        if (status == SHIFT_OK)
            status = compare_pair(&t->totals[i], t->paths[0], t->paths[i], options, true, err);
    }
    return status;
}

/* ---- tables ---- */

static double value_of(const shift_subject *subject, const char *statistic)
{
    for (size_t i = 0; i < subject->n_measurements; i++)
        if (strcmp(subject->measurements[i]->statistic, statistic) == 0)
            return subject->measurements[i]->value;
    return NAN;
}

static const shift_subject *layer_named(const shift_comparison *comparison, const char *name)
{
    for (size_t i = 0; comparison != NULL && i < comparison->n_layers; i++)
        if (strcmp(comparison->layers[i]->name, name) == 0)
            return comparison->layers[i];
    return NULL;
}

static const char *file_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static int name_width(const trace *t)
{
    size_t most = strlen("checkpoint");
    for (size_t i = 0; i < t->n; i++)
        most = strlen(file_of(t->paths[i])) > most ? strlen(file_of(t->paths[i])) : most;
    return most < 40 ? (int)most : 40;
}

static void print_numbers(const double *values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (isnan(values[i]))
            printf("  %10s", "-");
        else
            printf("  %10.4g", values[i]);
    printf("\n");
}

static void print_site(const trace *t, const char *name, const char *op)
{
    int width = name_width(t);
    printf("\n%s (%s): its input\n%-*s  %10s  %10s  %10s  %10s  %10s  %10s  %10s  %10s\n", name, op,
           width, "checkpoint", "mean", "sd", "p15", "p50", "p85", "w1 before", "w1 first",
           "ks before");
    for (size_t i = 0; i < t->n; i++) {
        const shift_subject *step = layer_named(t->steps[i], name);
        const shift_subject *total = layer_named(t->totals[i], name);
        if (step == NULL || total == NULL)
            continue;
        const double values[] = {step->prod.mean,
                                 sqrt(step->prod.variance),
                                 value_of(step, "p15"),
                                 value_of(step, "p50"),
                                 value_of(step, "p85"),
                                 i > 0 ? value_of(step, "wasserstein") : NAN,
                                 i > 0 ? value_of(total, "wasserstein") : NAN,
                                 i > 0 ? value_of(step, "ks") : NAN};
        printf("%-*s", width, file_of(t->paths[i]));
        print_numbers(values, sizeof values / sizeof *values);
    }
}

static void print_weights(const trace *t, const char *name, const char *op)
{
    int width = name_width(t);
    printf("\n%s (%s): internal covariate shift\n%-*s  %10s  %10s  %10s\n", name, op, width,
           "up to", "gradient", "change", "cosine");
    for (size_t i = 1; i < t->n; i++) {
        const shift_subject *step = layer_named(t->steps[i], name);
        if (step == NULL)
            continue;
        const double values[] = {value_of(step, "gradient_norm"), value_of(step, "ics_l2"),
                                 value_of(step, "ics_cosine")};
        printf("%-*s", width, file_of(t->paths[i]));
        print_numbers(values, sizeof values / sizeof *values);
    }
}

static void print_trace(const trace *t)
{
    const shift_comparison *last = t->steps[t->n - 1];
    for (size_t i = 0; last != NULL && i < last->n_layers; i++) {
        const shift_subject *layer = last->layers[i];
        if (isnan(value_of(layer, "ics_l2")))
            print_site(t, layer->name, layer->op);
        else
            print_weights(t, layer->name, layer->op);
    }
}

/* ---- side by side ---- */

/* Mean over the layers that have the statistic; `scaled` divides by the gradient's norm. */
static double mean_over_layers(const shift_comparison *step, const char *statistic, bool scaled)
{
    double total = 0;
    size_t n = 0;
    for (size_t i = 0; step != NULL && i < step->n_layers; i++) {
        double value = value_of(step->layers[i], statistic);
        if (scaled)
            value /= value_of(step->layers[i], "gradient_norm");
        if (!isfinite(value))
            continue;
        total += value;
        n++;
    }
    return n > 0 ? total / (double)n : NAN;
}

static void print_versus(const trace *a, const trace *b)
{
    static const struct {
        const char *heading, *statistic;
        bool scaled;
    } rows[] = {{"drift of layer inputs (ks)", "ks", false},
                {"change of the gradient, relative", "ics_l2", true},
                {"cosine of the gradients", "ics_cosine", false}};
    size_t n = a->n > b->n ? a->n : b->n;
    printf("\nSide by side, means over layers\n");
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        printf("\n%s\n%-6s  %10s  %10s\n", rows[r].heading, "step", "series", "versus");
        for (size_t i = 1; i < n; i++) {
            const double values[] = {
                i < a->n ? mean_over_layers(a->steps[i], rows[r].statistic, rows[r].scaled) : NAN,
                i < b->n ? mean_over_layers(b->steps[i], rows[r].statistic, rows[r].scaled) : NAN};
            printf("%-6zu", i);
            print_numbers(values, 2);
        }
    }
}

/* ---- the command ---- */

/* Each step is a run, so that the history of a layer is its way through the training. */
static shift_status record(const trace *t, const struct options *options, shift_error *err)
{
    shift_store *store = NULL;
    char now[32];
    if (options->db == NULL || options->no_record)
        return SHIFT_OK;
    shift_status status = clock_print(now, err);
    if (status == SHIFT_OK)
        status = shift_store_open(&store, options->db, SHIFT_STORE_WRITE, err);
    for (size_t i = 1; status == SHIFT_OK && i < t->n; i++) {
        shift_run run = {.size = sizeof run, .started_at = now, .finished_at = now};
        int64_t id = 0;
        status = shift_store_record(store, &run, t->steps[i], &id, err);
    }
    shift_store_close(store);
    return status;
}

static shift_status follow_versus(trace *other, glob_t *found, const struct options *options,
                                  shift_error *err)
{
    if (glob(options->versus, 0, NULL, found) != 0 || found->gl_pathc < 2)
        return shift_error_set(err, SHIFT_EINVAL,
                               "--versus '%s': two checkpoints or more were expected",
                               options->versus);
    other->n = found->gl_pathc;
    other->paths = found->gl_pathv;
    return follow(other, options, err);
}

static int run(const struct options *options)
{
    if (strcmp(options->operands[options->n_operands - 1], "-") == 0)
        return misuse(options->command, "DATA is read more than once and cannot be standard input");
    shift_error err = SHIFT_ERROR_INIT;
    trace t = {.n = options->n_operands - 1, .paths = options->operands};
    trace other = {.n = 0};
    glob_t found = {.gl_pathc = 0};
    shift_status status = follow(&t, options, &err);
    if (status == SHIFT_OK && options->versus != NULL)
        status = follow_versus(&other, &found, options, &err);
    if (status == SHIFT_OK)
        status = record(&t, options, &err);
    if (status == SHIFT_OK) {
        print_trace(&t);
        if (options->versus != NULL)
            print_versus(&t, &other);
    }
    trace_clear(&t);
    trace_clear(&other);
    if (options->versus != NULL)
        globfree(&found);
    return status == SHIFT_OK ? STATUS_NO_SHIFT : trouble(&err);
}

const struct command network_trace = {
    "network trace",
    "CHECKPOINT... DATA",
    "follow the layers of a network through its training",
    "The checkpoints, in order, are two or more ONNX files of one network. Prints by\n"
    "layer, on the rows of DATA: of the input of every Batch Normalization and\n"
    "activation, mean, standard deviation, 15th, 50th and 85th percentile, its\n"
    "distance from the checkpoint before (w1: Wasserstein, ks: Kolmogorov-Smirnov)\n"
    "and from the first (w1); of every layer with weights, internal covariate shift:\n"
    "how much the gradient in them changes, and the cosine of the angle between the\n"
    "two, when the layers before it are those of the next checkpoint (Santurkar et\n"
    "al. 2018). Without --label, the class that the network itself thinks most likely\n"
    "is taken.\n"
    "\n"
    "With --db each step is recorded as a run, and 'covshift history --subject LAYER'\n"
    "has that layer's way. --versus 'PATTERN' compares with another series, e.g. one\n"
    "without Batch Normalization; its files are those of the pattern, by the\n"
    "alphabet.\n",
    OPTIONS_READ | OPTIONS_INPUTS | OPTIONS_BN | OPTIONS_ROWS | OPTIONS_VERSUS | OPTIONS_STORE |
        OPTIONS_RECORD,
    3,
    SIZE_MAX,
    run,
};
