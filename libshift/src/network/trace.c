/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checkpoints of one network: how the inputs of its layers move while it is trained. Of the values
 * themselves those of the first and the last checkpoint are kept. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "network/ics.h"

#include "core/null.h"
#include "core/options.h"
#include "network/inputs.h"
#include "network/layer_statistics.h"
#include "network/results.h"
#include "shift/checkpoints.h"

enum { COURSES_MOST = 24 };

static const char *const input_courses[] = {
    "mean",
    "variance",
    "p15",
    "p50",
    "p85",
    "unit0_p15",
    "unit0_p50",
    "unit0_p85",
    "ks",
    "wasserstein",
    "mean_shift",
    "variance_ratio",
    "divergence",
    "ks_first",
    "wasserstein_first",
    "mean_shift_first",
    "variance_ratio_first",
    "divergence_first",
    "bn_mean_shift",
    "bn_variance_ratio",
    "bn_divergence",
    "saturation",
    "dead_share",
};
static const char *const weight_courses[] = {"ics_l2", "ics_cosine", "gradient_norm"};
static const char *const dataset_courses[] = {"loss", "accuracy"};

/* Where the distances to one checkpoint begin among the courses of an input. */
enum { BEFORE = 8, FIRST = 13, STORED = 18, SATURATION = 21 };

/* The numbers of one layer at one checkpoint, in the order of its courses. */
typedef struct point {
    double values[COURSES_MOST];
} point;

typedef struct traced {
    char *name, *op;
    bool weights;
} traced;

struct shift_trace {
    shift__held held;
    char *data, *label; /* what `held` borrows */
    bool bn_batch, no_ics;
    const shift_network *last;    /* borrowed from the caller */
    size_t training;              /* nodes in training mode, of the checkpoint with most */
    shift__inputs first, current; /* `first` is empty as long as it is `current` */
    traced *layers;               /* in forward order, the data set in front */
    size_t n_layers;
    size_t n_weights; /* of them */
    char **checkpoints;
    size_t n, capacity;
    point *points; /* of each checkpoint the layers */
    size_t points_capacity;
};

/* ---- layers ---- */

static shift_status add_layer(shift_trace *t, const char *name, const char *op, shift_error *err)
{
    traced *layer = &t->layers[t->n_layers++];
    *layer = (traced){.name = NULL};
    shift_status status = shift__text_copy(&layer->name, name, strlen(name), err);
    return status == SHIFT_OK ? shift__text_copy(&layer->op, op, strlen(op), err) : status;
}

static shift_status find_layers(shift_trace *t, const shift__graph *graph, shift_error *err)
{
    const shift__inputs *inputs = &t->current;
    size_t i = 0;
    shift_status status =
        shift__alloc(&t->layers, graph->n_nodes + inputs->n + 1, sizeof *t->layers, err);
    if (status == SHIFT_OK)
        status = add_layer(t, "dataset", "", err);
    for (size_t node = 0; status == SHIFT_OK && node < graph->n_nodes; node++) {
        for (; status == SHIFT_OK && i < inputs->n && inputs->list[i].node == node; i++)
            status = add_layer(t, inputs->list[i].layer.name, inputs->list[i].layer.op, err);
        if (status != SHIFT_OK || t->no_ics || !shift__ics_has(graph, node))
            continue;
        status = add_layer(t, graph->nodes[node].name, graph->nodes[node].op->name, err);
        t->layers[t->n_layers - 1].weights = true;
        t->n_weights++;
    }
    return status;
}

/* ---- one checkpoint ---- */

static void put_distances(const shift__input *x, const shift__input *y, double out[5])
{
    if (x->broken || y->broken)
        return;
    shift__sample_distances(&x->all, &y->all, &out[0], &out[1]);
    shift__drift drift =
        shift__drift_from_train(&x->layer, &y->layer, shift__layer_regular(&x->layer), NULL);
    out[2] = drift.mean_shift;
    out[3] = exp(drift.log_ratio);
    out[4] = drift.divergence;
}

static void put_input(const shift_trace *t, size_t i, const shift__input *before, point *p)
{
    const shift__input *now = &t->current.list[i];
    if (now->broken)
        return;
    double *v = p->values;
    shift__sums_pooled(&now->layer.seen, now->layer.channels, &v[0], &v[1]);
    for (int k = 0; k < 3; k++) {
        static const double shares[] = {0.15, 0.5, 0.85};
        v[2 + k] = shift__sample_quantile(&now->all, shares[k]);
        v[5 + k] = shift__sample_quantile(&now->unit0, shares[k]);
    }
    if (before != NULL) {
        put_distances(before, now, &v[BEFORE]);
        put_distances(t->first.n > 0 ? &t->first.list[i] : before, now, &v[FIRST]);
    }
    if (now->layer.bn) {
        shift__drift drift = shift__drift_from_stored(&now->layer, NULL);
        v[STORED] = drift.mean_shift;
        v[STORED + 1] = exp(drift.log_ratio);
        v[STORED + 2] = drift.divergence;
    }
    v[SATURATION] = shift__share_of(&now->layer, now->layer.saturated);
    v[SATURATION + 1] = shift__dead_share(&now->layer, now->layer.saturated);
}

static void put_checkpoint(const shift_trace *t, const shift__inputs *before, const shift__ics *ics,
                           point *points)
{
    const shift__loss_sums *sums = &t->current.sums;
    size_t input = 0;
    size_t weight = 0;
    for (size_t i = 0; i < t->n_layers; i++)
        for (size_t k = 0; k < COURSES_MOST; k++)
            points[i].values[k] = NAN;
    points[0].values[0] = sums->loss / (double)sums->rows;
    if (t->label != NULL)
        points[0].values[1] = (double)sums->right / (double)sums->rows;
    for (size_t i = 1; i < t->n_layers; i++) {
        if (!t->layers[i].weights) {
            put_input(t, input, before != NULL ? &before->list[input] : NULL, &points[i]);
            input++;
        } else if (ics->n > 0) {
            const shift__ics_layer *layer = &ics->layers[weight++];
            points[i].values[0] = layer->l2;
            points[i].values[1] = layer->cosine;
            points[i].values[2] = layer->before;
        }
    }
}

/* Room for one checkpoint more, which does not count before all of it is there. */
static shift_status make_room(shift_trace *t, const char *name, shift_error *err)
{
    shift_status status =
        shift__array_grow(&t->checkpoints, &t->capacity, t->n + 1, sizeof *t->checkpoints, err);
    if (status == SHIFT_OK)
        status = shift__array_grow(&t->points, &t->points_capacity, (t->n + 1) * t->n_layers,
                                   sizeof *t->points, err);
    return status == SHIFT_OK ? shift__text_copy(&t->checkpoints[t->n], name, strlen(name), err)
                              : status;
}

static void take_last(shift_trace *t, const shift_network *checkpoint)
{
    size_t training = shift_network_training_nodes(checkpoint);
    t->last = checkpoint;
    t->training = training > t->training ? training : t->training;
}

/* What was current is kept as the first where it is, or released. */
static void move_on(shift_trace *t, shift__inputs *now, const shift_network *checkpoint,
                    const shift__ics *ics)
{
    shift__inputs before = t->current;
    t->current = *now;
    put_checkpoint(t, &before, ics, t->points + t->n * t->n_layers);
    if (t->first.n == 0)
        t->first = before;
    else
        shift__inputs_clear(&before);
    take_last(t, checkpoint);
    t->n++;
}

shift_status shift_trace_add(shift_trace *trace, const shift_network *checkpoint, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, trace, checkpoint))
        return SHIFT_EINVAL;
    shift__inputs now = {.n = 0};
    shift__ics ics = {.n = 0};
    shift__progress_enter(trace->held.progress);
    shift_status status = shift__same_network(trace->last->graph, checkpoint->graph, err);
    if (status == SHIFT_OK)
        status = shift__inputs_run(&now, checkpoint->graph, &trace->held, err);
    if (status == SHIFT_OK && trace->n_weights > 0)
        status = shift__ics_run(&ics, trace->last->graph, checkpoint->graph, &trace->held,
                                trace->bn_batch ? SHIFT__BN_BATCH : SHIFT__BN_STORED, err);
    if (status == SHIFT_OK)
        status = make_room(trace, checkpoint->file->name, err);
    if (status == SHIFT_OK)
        move_on(trace, &now, checkpoint, &ics);
    else
        shift__inputs_clear(&now);
    shift__ics_clear(&ics);
    return status;
}

/* ---- beginning and end ---- */

static shift_status read_rows(shift_trace *t, const shift__graph *graph, shift_source *source,
                              const shift_network_data_options *data, uint64_t most,
                              shift_error *err)
{
    const char *name = shift_source_name(source);
    const char *label = data != NULL ? data->label : NULL;
    shift_status status = shift__held_read(&t->held, graph, source, data, most, err);
    if (status == SHIFT_OK && t->held.rows == 0)
        return shift_error_set(err, SHIFT_EFORMAT, "%s: has no rows", name);
    if (status == SHIFT_OK)
        status = shift__text_copy(&t->data, name, strlen(name), err);
    if (status == SHIFT_OK && label != NULL)
        status = shift__text_copy(&t->label, label, strlen(label), err);
    t->held.data = t->data;
    t->held.label = t->label;
    return status;
}

shift_status shift_trace_new(shift_trace **out, const shift_network *first, shift_source *source,
                             const shift_network_data_options *data,
                             const shift_trace_options *options, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, out, first, source))
        return SHIFT_EINVAL;
    shift_trace_options complete = SHIFT_TRACE_OPTIONS_INIT;
    shift_trace *t = NULL;
    shift_status status = SHIFT__OPTIONS_TAKE(&complete, options, "shift_trace_options", err);
    if (status == SHIFT_OK)
        status = shift__alloc(&t, 1, sizeof *t, err);
    if (status != SHIFT_OK)
        return status;
    t->bn_batch = complete.bn_batch;
    t->no_ics = complete.no_ics;
    take_last(t, first);
    status = read_rows(t, first->graph, source, data, complete.rows, err);
    if (status == SHIFT_OK)
        status = shift__inputs_run(&t->current, first->graph, &t->held, err);
    if (status == SHIFT_OK)
        status = find_layers(t, first->graph, err);
    if (status == SHIFT_OK)
        status = make_room(t, first->file->name, err);
    if (status != SHIFT_OK) {
        shift_trace_free(t);
        return status;
    }
    put_checkpoint(t, NULL, &(shift__ics){.n = 0}, t->points);
    t->n = 1;
    *out = t;
    return SHIFT_OK;
}

void shift_trace_free(shift_trace *t)
{
    if (t == NULL)
        return;
    shift__held_clear(&t->held);
    shift__inputs_clear(&t->first);
    shift__inputs_clear(&t->current);
    for (size_t i = 0; i < t->n_layers; i++) {
        free(t->layers[i].name);
        free(t->layers[i].op);
    }
    for (size_t i = 0; i < t->n; i++)
        free(t->checkpoints[i]);
    free(t->layers);
    free(t->checkpoints);
    free(t->points);
    free(t->data);
    free(t->label);
    free(t);
}

/* ---- results ---- */

static void summarise(const shift__input *input, shift_summary *out)
{
    static const int hundredths[] = SHIFT_SUMMARY_QUANTILES;
    double n = (double)input->all.seen;
    if (input->broken)
        return;
    shift__sums_pooled(&input->layer.seen, input->layer.channels, &out->mean, &out->variance);
    out->variance = n > 1 ? out->variance * n / (n - 1) : NAN;
    out->minimum = (double)input->all.values[0];
    out->maximum = (double)input->all.values[input->all.n - 1];
    for (size_t i = 0; i < sizeof hundredths / sizeof *hundredths; i++)
        out->quantiles[i] = shift__sample_quantile(&input->all, hundredths[i] / 100.0);
}

/* The names of a layer's courses. */
static const char *const *courses_of(const shift_trace *t, size_t layer, size_t *n)
{
    if (layer == 0) {
        *n = sizeof dataset_courses / sizeof *dataset_courses;
        return dataset_courses;
    }
    *n = t->layers[layer].weights ? sizeof weight_courses / sizeof *weight_courses
                                  : sizeof input_courses / sizeof *input_courses;
    return t->layers[layer].weights ? weight_courses : input_courses;
}

/* Course `k`, or NULL where it has no value at any checkpoint. */
static shift_status new_course(shift__results *results, const shift_trace *t, size_t layer,
                               size_t k, shift_course **out)
{
    double *values = NULL;
    bool any = false;
    shift_status status =
        shift__arena_alloc(results->arena, &values, t->n, sizeof *values, results->err);
    *out = NULL;
    for (size_t i = 0; status == SHIFT_OK && i < t->n; i++) {
        values[i] = t->points[i * t->n_layers + layer].values[k];
        any = any || !isnan(values[i]);
    }
    if (status == SHIFT_OK && any)
        status = shift__arena_alloc(results->arena, out, 1, sizeof **out, results->err);
    if (status == SHIFT_OK && any)
        (*out)->values = values;
    return status;
}

static shift_status describe_courses(shift__results *results, const shift_trace *t, size_t layer,
                                     shift_subject *subject)
{
    size_t n = 0;
    const char *const *names = courses_of(t, layer, &n);
    const shift_course **list = NULL;
    shift_status status =
        shift__arena_alloc(results->arena, &list, n, sizeof(void *), results->err);
    for (size_t k = 0; status == SHIFT_OK && k < n; k++) {
        shift_course *course = NULL;
        status = new_course(results, t, layer, k, &course);
        if (status != SHIFT_OK || course == NULL)
            continue;
        course->statistic = names[k];
        list[subject->n_courses++] = course;
        status = shift__results_measure(results, subject, names[k], course->values[t->n - 1], NULL);
    }
    subject->courses = list;
    return status;
}

static shift_status describe(shift__results *results, const shift_trace *t, size_t layer,
                             shift_subject **out)
{
    shift_status status = shift__results_subject(results, out, COURSES_MOST, t->held.rows);
    if (status != SHIFT_OK)
        return status;
    shift_subject *subject = *out;
    subject->type = layer == 0 ? SHIFT_SUBJECT_DATASET : SHIFT_SUBJECT_LAYER;
    subject->verdict = SHIFT_VERDICT_OK;
    status = shift__results_text(results, &subject->name, t->layers[layer].name);
    if (status == SHIFT_OK && layer > 0)
        status = shift__results_text(results, &subject->op, t->layers[layer].op);
    return status == SHIFT_OK ? describe_courses(results, t, layer, subject) : status;
}

static shift_status describe_layers(shift__results *results, const shift_trace *t)
{
    shift_comparison *view = &results->owner->view;
    shift_subject *subject = NULL;
    const shift_subject **layers = NULL;
    size_t input = 0;
    shift_status status = describe(results, t, 0, &subject);
    view->dataset = subject;
    if (status == SHIFT_OK)
        status =
            shift__arena_alloc(results->arena, &layers, t->n_layers, sizeof(void *), results->err);
    for (size_t i = 1; status == SHIFT_OK && i < t->n_layers; i++) {
        status = describe(results, t, i, &subject);
        if (status != SHIFT_OK)
            break;
        layers[i - 1] = subject;
        subject->index = i - 1;
        subject->channels = 1;
        if (t->layers[i].weights)
            continue;
        summarise(&t->first.list[input], &subject->train);
        summarise(&t->current.list[input++], &subject->prod);
    }
    view->layers = layers;
    view->n_layers = t->n_layers - 1;
    return status;
}

static shift_status name_checkpoints(shift__results *results, const shift_trace *t)
{
    const char **names = NULL;
    shift_comparison *view = &results->owner->view;
    shift_status status =
        shift__arena_alloc(results->arena, &names, t->n, sizeof *names, results->err);
    for (size_t i = 0; status == SHIFT_OK && i < t->n; i++)
        status = shift__results_text(results, &names[i], t->checkpoints[i]);
    view->checkpoints = names;
    view->n_checkpoints = t->n;
    return status;
}

shift_status shift_trace_compare(shift_comparison **out, const shift_trace *trace, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, out, trace))
        return SHIFT_EINVAL;
    shift__results results;
    if (trace->n < 2)
        return shift_error_set(err, SHIFT_EINVAL,
                               "a trace needs two checkpoints or more, there is %zu", trace->n);
    shift_status status = shift__results_begin(&results, err);
    if (status != SHIFT_OK)
        return status;
    shift_comparison *view = &results.owner->view;
    view->verdict = SHIFT_VERDICT_OK;
    view->train.rows = trace->held.rows;
    status = shift__results_text(&results, &view->train.source, trace->data);
    view->prod = view->train;
    if (status == SHIFT_OK)
        status = shift__results_network(&results, trace->last,
                                        trace->points[(trace->n - 1) * trace->n_layers].values[1]);
    if (status == SHIFT_OK)
        status = name_checkpoints(&results, trace);
    if (status == SHIFT_OK)
        status = describe_layers(&results, trace);
    if (status == SHIFT_OK)
        status =
            shift__results_notes(&results, trace->training, trace->label != NULL, trace->bn_batch);
    if (status != SHIFT_OK) {
        shift_comparison_free(view);
        return status;
    }
    *out = view;
    return SHIFT_OK;
}
