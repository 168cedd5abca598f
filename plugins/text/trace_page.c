/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trace_page.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "gradients.h"
#include "plain.h"

/* How a course is shown. */
typedef struct column {
    const char *heading, *statistic;
    bool root; /* the square root */
} column;

/* In the order of importance: as many as the terminal has room for. */
static const column input_columns[] = {
    {"mean", "mean", false},
    {"sd", "variance", true},
    {"p15", "p15", false},
    {"p50", "p50", false},
    {"p85", "p85", false},
    {"w1 last", "wasserstein", false},
    {"w1 first", "wasserstein_first", false},
    {"ks last", "ks", false},
    {"ks first", "ks_first", false},
    {"saturat.", "saturation", false},
};
static const column weight_columns[] = {
    {"gradient", "gradient_norm", false},
    {"change", "ics_l2", false},
    {"cosine", "ics_cosine", false},
};
static const column dataset_columns[] = {{"loss", "loss", false}, {"accuracy", "accuracy", false}};

enum { INPUTS = 10, WEIGHTS = 3, DATASET = 2, WIDTH = 8 };

typedef struct page {
    buffer *out;
    const shift_comparison *trace;
    const shift_sink *sink;
    size_t names; /* width of the checkpoints' names */
} page;

static const char *file_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static void add_name(const page *p, const char *name)
{
    buffer text = {NULL, 0, 0, false};
    plain_add(&text, name, p->sink->utf8, p->names);
    size_t width = text.used > 0 ? plain_width(text.bytes) : 0;
    buffer_print(p->out, "%s%*s", text.used > 0 ? text.bytes : "",
                 (int)(p->names > width ? p->names - width : 0), "");
    p->out->failed |= text.failed;
    buffer_free(&text);
}

static size_t name_width(const shift_comparison *trace, const shift_sink *sink)
{
    size_t most = strlen("checkpoint");
    size_t room = sink->width / 5 > most ? sink->width / 5 : most;
    for (size_t i = 0; i < trace->n_checkpoints; i++) {
        size_t n = strlen(file_of(trace->checkpoints[i]));
        most = n > most ? n : most;
    }
    return most < room ? most : room;
}

static void add_number(buffer *b, double value)
{
    char text[32];
    for (int digits = 3; digits > 0; digits--)
        if (snprintf(text, sizeof text, "%.*g", digits, value) <= WIDTH)
            break;
    buffer_print(b, " %*s", WIDTH, isnan(value) ? "-" : text);
}

static void add_table(const page *p, const shift_subject *subject, const column *columns, size_t n)
{
    size_t room = (p->sink->width - p->names) / (WIDTH + 1);
    n = n < room ? n : room;
    add_name(p, "checkpoint");
    for (size_t k = 0; k < n; k++)
        buffer_print(p->out, " %*s", WIDTH, columns[k].heading);
    buffer_text(p->out, "\n");
    for (size_t i = 0; i < p->trace->n_checkpoints; i++) {
        add_name(p, file_of(p->trace->checkpoints[i]));
        for (size_t k = 0; k < n; k++) {
            const double *values = course_of(subject, columns[k].statistic);
            double value = values != NULL ? values[i] : (double)NAN;
            add_number(p->out, columns[k].root ? sqrt(value) : value);
        }
        buffer_text(p->out, "\n");
    }
}

static void add_layer(const page *p, const shift_subject *layer)
{
    bool weights = course_of(layer, "ics_l2") != NULL;
    buffer_text(p->out, "\n");
    plain_add(p->out, layer->name, p->sink->utf8, p->sink->width - 1);
    buffer_text(p->out, "\n  ");
    plain_add(p->out, layer->op, p->sink->utf8, p->sink->width - 30);
    buffer_print(p->out, ": %s\n", weights ? "internal covariate shift" : "its input");
    if (weights)
        add_table(p, layer, weight_columns, WEIGHTS);
    else
        add_table(p, layer, input_columns, INPUTS);
}

/* ---- side by side ---- */

/* Mean at one checkpoint over the layers that have the course; `over`, or NULL, divides. */
static double mean_over_layers(const shift_comparison *trace, size_t at, const char *statistic,
                               const char *over)
{
    double total = 0;
    size_t n = 0;
    for (size_t i = 0; at < trace->n_checkpoints && i < trace->n_layers; i++) {
        const double *values = course_of(trace->layers[i], statistic);
        const double *scale = over != NULL ? course_of(trace->layers[i], over) : NULL;
        double value = values != NULL ? values[at] : (double)NAN;
        value = scale != NULL ? value / scale[at] : value;
        if (!isfinite(value))
            continue;
        total += value;
        n++;
    }
    return n > 0 ? total / (double)n : (double)NAN;
}

static void add_versus(const page *p, const shift_comparison *other)
{
    static const struct {
        const char *heading, *statistic, *over;
    } rows[] = {{"drift of layer inputs, ks to the one before", "ks", NULL},
                {"change of the gradient, relative to it", "ics_l2", "gradient_norm"},
                {"cosine of the gradients", "ics_cosine", NULL}};
    size_t a = p->trace->n_checkpoints;
    size_t b = other->n_checkpoints;
    buffer_text(p->out, "\nSide by side, means over layers\n  series  ");
    plain_add(p->out, p->trace->checkpoints[0], p->sink->utf8, p->sink->width - 14);
    buffer_text(p->out, " ...\n  versus  ");
    plain_add(p->out, other->checkpoints[0], p->sink->utf8, p->sink->width - 14);
    buffer_text(p->out, " ...\n");
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        buffer_print(p->out, "\n%s\n%-6s %*s %*s\n", rows[r].heading, "step", WIDTH, "series",
                     WIDTH, "versus");
        for (size_t i = 1; i < (a > b ? a : b); i++) {
            buffer_print(p->out, "%-6zu", i);
            add_number(p->out, mean_over_layers(p->trace, i, rows[r].statistic, rows[r].over));
            add_number(p->out, mean_over_layers(other, i, rows[r].statistic, rows[r].over));
            buffer_text(p->out, "\n");
        }
    }
}

void trace_add_tables(buffer *b, const shift_report *report, const shift_sink *sink)
{
    const shift_comparison *trace = report->comparison;
    const page p = {b, trace, sink, name_width(trace, sink)};
    add_table(&p, trace->dataset, dataset_columns,
              course_of(trace->dataset, "accuracy") != NULL ? DATASET : DATASET - 1);
    for (size_t i = 0; i < trace->n_layers; i++)
        add_layer(&p, trace->layers[i]);
    if (report->against != NULL && is_trace(report->against->comparison))
        add_versus(&p, report->against->comparison);
}
