/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which shifted feature changes predictions: drift times sensitivity, and what happens where one
 * feature alone is moved back. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "network/inputs.h"

#include "core/null.h"
#include "core/options.h"
#include "network/results.h"
#include "shift/gradients.h"

enum { MOVED_MOST = 32, MEASUREMENTS_MOST = 8 };

typedef struct side {
    shift__held held;
    double mean, sd;      /* of the feature at hand */
    shift__sample column; /* its values, ascending */
} side;

typedef struct feature {
    size_t column;    /* among those that are inputs */
    size_t input, at; /* where it is in a row */
    double sums;      /* of the absolute gradients */
    double sensitivity, ks, area, harm;
    double change,
        changed; /* of predictions where it is moved back; NaN where that was not tried */
} feature;

typedef struct search {
    const shift__graph *graph;
    side train, prod;
    feature *features;
    size_t n;
    bool *wanted;
    size_t logits;
    double *probability; /* by production row: of the class predicted */
    size_t *classes;
    shift__results results;
    shift_error *err;
} search;

/* ---- sensitivity ---- */

static shift_status see(void *context, size_t value, const shift__tensor *gradient,
                        shift_error *err)
{
    const search *s = context;
    (void)err;
    for (size_t i = 0; i < s->n; i++) {
        feature *f = &s->features[i];
        if (s->graph->inputs[f->input] != value)
            continue;
        size_t width = shift__tensor_span(gradient, 1, gradient->rank);
        for (size_t r = 0; r < (size_t)gradient->dims[0]; r++)
            f->sums += fabs((double)shift__floats(gradient)[r * width + f->at]);
    }
    return SHIFT_OK;
}

static shift_status find_sensitivity(search *s)
{
    shift__pass pass = {.graph = s->graph,
                        .kind = SHIFT__CONFIDENCE,
                        .wanted = s->wanted,
                        .see = see,
                        .context = s};
    for (size_t i = 0; i < s->graph->n_inputs; i++)
        s->wanted[s->graph->inputs[i]] = true;
    shift_status status = shift__pass_held(&pass, &s->prod.held, s->err);
    shift__pass_clear(&pass);
    for (size_t i = 0; i < s->n; i++)
        s->features[i].sensitivity = s->features[i].sums / (double)s->prod.held.rows;
    return status;
}

/* ---- drift ---- */

static double value_at(const shift__tensor *input, size_t i)
{
    switch (input->dtype) {
    case SHIFT__FLOAT32:
        return (double)shift__floats(input)[i];
    case SHIFT__INT64:
        return (double)shift__integers(input)[i];
    case SHIFT__BOOL:
        return shift__booleans(input)[i] ? 1 : 0;
    }
    return (double)NAN;
}

static void take_column(side *of, const feature *f)
{
    shift__sample *column = &of->column;
    double first = 0;
    double second = 0;
    column->n = 0;
    for (size_t b = 0; b < of->held.n; b++) {
        const shift__tensor *input = &of->held.batches[b].inputs[f->input];
        size_t width = shift__tensor_span(input, 1, input->rank);
        for (size_t r = 0; r < of->held.batches[b].rows; r++)
            column->values[column->n++] = (float)value_at(input, r * width + f->at);
    }
    double n = (double)column->n;
    for (size_t i = 0; i < column->n; i++)
        first += (double)column->values[i]; /* equal ones add up exactly */
    of->mean = first / n;
    for (size_t i = 0; i < column->n; i++) {
        double d = (double)column->values[i] - of->mean;
        second += d * d;
    }
    of->sd = sqrt(second / n);
    shift__sample_sort(column);
}

/* Both sides of one feature. */
static void take_columns(search *s, const feature *f)
{
    take_column(&s->train, f);
    take_column(&s->prod, f);
}

/* What is not known comes last: a gradient may be infinite where nothing drifts. */
static int more_harmful(const void *a, const void *b)
{
    const feature *x = a;
    const feature *y = b;
    if (isnan(x->harm) != isnan(y->harm))
        return isnan(x->harm) ? 1 : -1;
    if (x->harm < y->harm || x->harm > y->harm)
        return x->harm < y->harm ? 1 : -1;
    return x->column > y->column ? 1 : -1;
}

static void rank(search *s)
{
    for (size_t i = 0; i < s->n; i++) {
        feature *f = &s->features[i];
        take_columns(s, f);
        shift__sample_distances(&s->train.column, &s->prod.column, &f->ks, &f->area);
        f->harm = f->area * f->sensitivity;
    }
    qsort(s->features, s->n, sizeof *s->features, more_harmful);
}

/* ---- moving one feature ---- */

typedef struct moving {
    search *s;
    size_t row; /* of production, where the batch begins */
    double change;
    size_t changed;
} moving;

static shift_status compare_rows(void *context, size_t value, const shift__tensor *logits,
                                 shift_error *err)
{
    moving *m = context;
    (void)value, (void)err;
    for (size_t r = 0; r < (size_t)logits->dims[0]; r++) {
        size_t row = m->row + r;
        size_t class = SIZE_MAX;
        double most = shift__loss_probability(logits, r, &class);
        if (m->s->classes[row] == SIZE_MAX) { /* as it is: what the others are compared with */
            m->s->classes[row] = class;
            m->s->probability[row] = most;
        }
        m->changed += class != m->s->classes[row];
        m->change +=
            fabs(shift__loss_probability(logits, r, &m->s->classes[row]) - m->s->probability[row]);
    }
    return SHIFT_OK;
}

/* Values of one feature of a batch to or from `kept`. */
static void swap_column(const shift__held_batch *batch, const feature *f, float *kept)
{
    const shift__tensor *input = &batch->inputs[f->input];
    size_t width = shift__tensor_span(input, 1, input->rank);
    for (size_t r = 0; r < batch->rows; r++) {
        float x = shift__floats(input)[r * width + f->at];
        shift__floats(input)[r * width + f->at] = kept[r];
        kept[r] = x;
    }
}

/* The feature with the mean and the standard deviation that it has in training. */
static void move_back(const search *s, const shift__held_batch *batch, const feature *f,
                      float *moved)
{
    const shift__tensor *input = &batch->inputs[f->input];
    size_t width = shift__tensor_span(input, 1, input->rank);
    double stretch = s->prod.sd > 0 ? s->train.sd / s->prod.sd : 1;
    for (size_t r = 0; r < batch->rows; r++) {
        double x = (double)shift__floats(input)[r * width + f->at];
        moved[r] = (float)(s->train.mean + (x - s->prod.mean) * stretch);
    }
}

/* One run over production; with `f` moved where it is there. */
static shift_status run_moved(search *s, const feature *f, moving *m)
{
    const shift__execution_options options = {.bn = SHIFT__BN_STORED,
                                              .progress = s->prod.held.progress};
    const shift__tap tap = {s->wanted, compare_rows, m};
    shift__execution *execution = NULL;
    size_t planned = 0;
    float *kept = s->prod.column.values; /* free for it here: as many as there are rows */
    shift_status status = SHIFT_OK;
    for (size_t b = 0; status == SHIFT_OK && b < s->prod.held.n; b++) {
        const shift__held_batch *batch = &s->prod.held.batches[b];
        shift__progress_add(s->prod.held.progress, batch->rows);
        if (batch->rows != planned) {
            shift__execution_free(execution);
            execution = NULL;
            planned = batch->rows;
            status = shift__execution_new(&execution, s->graph, batch->inputs, &options, s->err);
        }
        if (status != SHIFT_OK)
            break;
        if (f != NULL) {
            move_back(s, batch, f, kept);
            swap_column(batch, f, kept);
        }
        status = shift__execution_run(execution, batch->inputs, &tap, s->err);
        if (f != NULL)
            swap_column(batch, f, kept);
        m->row += batch->rows;
    }
    shift__execution_free(execution);
    return status;
}

static shift_status try_feature(search *s, feature *f)
{
    moving m = {.s = s};
    double rows = (double)s->prod.held.rows;
    if (f->harm == 0 || s->prod.held.batches[0].inputs[f->input].dtype != SHIFT__FLOAT32)
        return SHIFT_OK;
    take_columns(s, f);
    shift_status status = run_moved(s, f, &m);
    f->change = m.change / rows;
    f->changed = (double)m.changed / rows;
    return status;
}

static shift_status try_most_harmful(search *s)
{
    memset(s->wanted, 0, s->graph->n_values * sizeof *s->wanted);
    s->wanted[s->logits] = true;
    for (size_t i = 0; i < s->prod.held.rows; i++)
        s->classes[i] = SIZE_MAX;
    shift_status status = run_moved(s, NULL, &(moving){.s = s});
    for (size_t i = 0; status == SHIFT_OK && i < s->n && i < MOVED_MOST; i++)
        status = try_feature(s, &s->features[i]);
    return status;
}

/* ---- results ---- */

static void summarise(const side *of, shift_summary *out)
{
    static const int hundredths[] = SHIFT_SUMMARY_QUANTILES;
    double n = (double)of->column.n;
    out->n = of->column.n;
    out->mean = of->mean;
    out->variance = n > 1 ? of->sd * of->sd * n / (n - 1) : (double)NAN;
    out->minimum = (double)of->column.values[0];
    out->maximum = (double)of->column.values[of->column.n - 1];
    for (size_t i = 0; i < sizeof hundredths / sizeof *hundredths; i++)
        out->quantiles[i] = shift__sample_quantile(&of->column, hundredths[i] / 100.0);
}

static shift_status describe(search *s, const feature *f, const char *name,
                             const shift_subject **out)
{
    shift_subject *subject = NULL;
    shift_status status =
        shift__results_subject(&s->results, &subject, MEASUREMENTS_MOST, s->prod.held.rows);
    if (status != SHIFT_OK)
        return status;
    take_columns(s, f);
    subject->type = SHIFT_SUBJECT_FEATURE;
    subject->kind = SHIFT_KIND_NUMERIC;
    subject->verdict = SHIFT_VERDICT_OK;
    summarise(&s->train, &subject->train);
    summarise(&s->prod, &subject->prod);
    double unit = s->train.sd > 0 ? s->train.sd : (double)NAN;
    const struct {
        const char *statistic;
        double value;
    } all[MEASUREMENTS_MOST] = {
        {"mean_shift", (s->prod.mean - s->train.mean) / unit},
        {"variance_ratio", s->prod.sd * s->prod.sd / (unit * unit)},
        {"ks", f->ks},
        {"wasserstein", f->area},
        {"sensitivity", f->sensitivity},
        {"harm", f->harm},
        {"prediction_change", f->change},
        {"class_change", f->changed},
    };
    *out = subject;
    status = shift__results_text(&s->results, &subject->name, name);
    for (size_t i = 0; status == SHIFT_OK && i < MEASUREMENTS_MOST; i++)
        status = shift__results_measure(&s->results, subject, all[i].statistic, all[i].value, NULL);
    return status;
}

static shift_status describe_all(search *s, shift_comparison *layers, const char *const *names)
{
    const shift_subject **list = NULL;
    s->results = (shift__results){.owner = (shift__comparison_owner *)layers, .err = s->err};
    s->results.arena = &s->results.owner->arena;
    shift_status status = shift__arena_alloc(s->results.arena, &list, s->n, sizeof(void *), s->err);
    for (size_t i = 0; status == SHIFT_OK && i < s->n; i++)
        status = describe(s, &s->features[i], names[s->features[i].column], &list[i]);
    if (status == SHIFT_OK) {
        layers->features = list;
        layers->n_features = s->n;
    }
    return status;
}

/* What all reporters say, of the first few where it is worth saying. */
static shift_status add_messages(search *s, shift_comparison *layers)
{
    enum { TOLD_MOST = 3 };
    const double least = 0.01; /* of the probability */
    size_t n = layers->n_messages;
    const shift_message **list = NULL;
    shift_status status =
        shift__arena_alloc(s->results.arena, &list, n + TOLD_MOST, sizeof(void *), s->err);
    if (status != SHIFT_OK)
        return status;
    if (n > 0)
        memcpy(list, layers->messages, n * sizeof(void *));
    for (size_t i = 0; status == SHIFT_OK && i < s->n && i < TOLD_MOST; i++) {
        const feature *f = &s->features[i];
        shift_message *message = NULL;
        if (isnan(f->change) || f->change < least)
            continue;
        status = shift__arena_alloc(s->results.arena, &message, 1, sizeof *message, s->err);
        if (status != SHIFT_OK)
            return status;
        message->subject = layers->features[i]->name;
        list[n++] = message;
        status = shift__arena_print(s->results.arena, &message->text, s->err,
                                    "moved back alone, it changes the predicted probability by "
                                    "%.2g on average, and the class of %.3g %% of rows",
                                    f->change, 100 * f->changed);
    }
    layers->messages = list;
    layers->n_messages = n;
    return status;
}

/* ---- the whole ---- */

static shift_status hold(side *to, const search *s, shift_source *source,
                         const shift_network_data_options *data)
{
    shift_status status = shift__held_read(&to->held, s->graph, source, data, 0, s->err);
    to->column.every = 1;
    return status == SHIFT_OK ? shift__alloc(&to->column.values, (size_t)to->held.rows,
                                             sizeof *to->column.values, s->err)
                              : status;
}

static shift_status find_features(search *s)
{
    const shift__tensor *inputs = s->prod.held.batches[0].inputs;
    for (size_t i = 0; i < s->graph->n_inputs; i++)
        s->n += shift__tensor_span(&inputs[i], 1, inputs[i].rank);
    shift_status status = shift__alloc(&s->features, s->n, sizeof *s->features, s->err);
    size_t column = 0;
    for (size_t i = 0; status == SHIFT_OK && i < s->graph->n_inputs; i++)
        for (size_t k = 0; k < shift__tensor_span(&inputs[i], 1, inputs[i].rank); k++, column++)
            s->features[column] = (feature){.column = column,
                                            .input = i,
                                            .at = k,
                                            .change = (double)NAN,
                                            .changed = (double)NAN};
    return status;
}

static shift_status make_room(search *s)
{
    size_t rows = (size_t)s->prod.held.rows;
    shift_status status = shift__alloc(&s->wanted, s->graph->n_values, sizeof *s->wanted, s->err);
    if (status == SHIFT_OK)
        status = shift__alloc(&s->classes, rows, sizeof *s->classes, s->err);
    if (status == SHIFT_OK)
        status = shift__alloc(&s->probability, rows, sizeof *s->probability, s->err);
    return status == SHIFT_OK ? shift__loss_logits(s->graph, &s->logits, s->err) : status;
}

static shift_status run(search *s, shift_source *const sides[2],
                        const shift_network_data_options *data)
{
    shift_status status = hold(&s->train, s, sides[0], data);
    if (status == SHIFT_OK)
        status = hold(&s->prod, s, sides[1], data);
    if (status == SHIFT_OK)
        status = find_features(s);
    if (status == SHIFT_OK)
        status = make_room(s);
    if (status == SHIFT_OK)
        status = find_sensitivity(s);
    if (status != SHIFT_OK)
        return status;
    rank(s);
    return try_most_harmful(s);
}

static void clear_side(side *of)
{
    shift__held_clear(&of->held);
    free(of->column.values);
}

shift_status shift_network_harm(shift_comparison *layers, const shift_network *network,
                                shift_source *const sides[2],
                                const shift_network_data_options *data, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, layers, network, sides) || SHIFT__ANY_NULL(err, sides[0], sides[1]))
        return SHIFT_EINVAL;
    search s = {.graph = network->graph, .err = err};
    shift_network_data_options both = SHIFT_NETWORK_DATA_OPTIONS_INIT;
    shift__rows *rows = NULL; /* knows the columns' names */
    shift_status status = SHIFT__OPTIONS_TAKE(&both, data, "shift_network_data_options", err);
    if (status == SHIFT_OK)
        status = shift__rows_new(&rows, s.graph, sides[0], &both, err);
    if (status == SHIFT_OK) {
        both.inputs = shift__rows_inputs(rows).names;
        both.n_inputs = shift__rows_inputs(rows).n;
        status = run(&s, sides, &both);
    }
    if (status == SHIFT_OK)
        status = describe_all(&s, layers, both.inputs);
    if (status == SHIFT_OK)
        status = add_messages(&s, layers);
    shift__rows_free(rows);
    clear_side(&s.train);
    clear_side(&s.prod);
    free(s.features);
    free(s.wanted);
    free(s.classes);
    free(s.probability);
    return status;
}
