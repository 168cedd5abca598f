/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/verdict_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "network/training.h"

enum { PREDICTION_SHIFT, CONFIDENCE_CHANGE, ACCURACY_CHANGE, PREDICTIONS };

static const char *const names[PREDICTIONS] = {"prediction_shift", "confidence_change",
                                               "accuracy_change"};

/* Half the sum of the differences of the shares of classes predicted: total variation. */
static double prediction_shift(const shift_layer_profile *x, const shift_layer_profile *y)
{
    double sum = 0;
    for (size_t c = 0; c < x->classes; c++)
        sum += fabs((double)x->predicted[c] / (double)x->rows -
                    (double)y->predicted[c] / (double)y->rows);
    return 0.5 * sum;
}

/* The same of rows exchanged between the sides. */
static double exchanged_shift(const uint64_t *counts, const uint64_t *all, size_t classes,
                              double first, double second)
{
    double sum = 0;
    for (size_t c = 0; c < classes; c++)
        sum += fabs((double)counts[c] / first - (double)(all[c] - counts[c]) / second);
    return 0.5 * sum;
}

static uint32_t class_of(const shift_layer_profile *x, const shift_layer_profile *y, size_t r)
{
    return r < x->sampled ? x->sample_class[r] : y->sample_class[r - x->sampled];
}

/* The row that the smaller side has in place i of exchange b; b = 0 is what was seen. */
static size_t row_at(const shift__permutations *p, size_t b, size_t i)
{
    size_t k = p->nx < p->ny ? p->nx : p->ny;
    if (b > 0)
        return p->drawn[(b - 1) * k + i];
    return p->nx < p->ny ? i : p->nx + i;
}

static shift_status permute_classes(const shift_layer_profile *x, const shift_layer_profile *y,
                                    const shift__permutations *p, double *out, shift_error *err)
{
    uint64_t *counts = NULL;
    uint64_t *all = NULL;
    shift_status status = shift__alloc(&counts, x->classes, sizeof *counts, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&all, x->classes, sizeof *all, err);
    size_t k = p->nx < p->ny ? p->nx : p->ny;
    size_t n = p->nx + p->ny;
    size_t reached = 0;
    double seen = 0;
    for (size_t r = 0; status == SHIFT_OK && r < n; r++)
        all[class_of(x, y, r)]++;
    for (size_t b = 0; status == SHIFT_OK && b <= SHIFT__PERMUTATIONS; b++) {
        memset(counts, 0, x->classes * sizeof *counts);
        for (size_t i = 0; i < k; i++)
            counts[class_of(x, y, row_at(p, b, i))]++;
        double d = exchanged_shift(counts, all, x->classes, (double)k, (double)(n - k));
        seen = b == 0 ? d : seen;
        reached += b > 0 && d >= seen * (1 - 1e-12);
    }
    *out = (double)(reached + 1) / (SHIFT__PERMUTATIONS + 1);
    free(counts);
    free(all);
    return status;
}

/* p-value of the difference of the means of a number that was kept of each sampled row */
static shift_status permute_number(const shift_layer_profile *x, const shift_layer_profile *y,
                                   const shift__permutations *p, bool right, double *out,
                                   shift_error *err)
{
    double *a = NULL;
    double *b = NULL;
    shift_status status = shift__alloc(&a, x->sampled, sizeof *a, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&b, y->sampled, sizeof *b, err);
    for (size_t i = 0; status == SHIFT_OK && i < x->sampled; i++)
        a[i] = right ? (double)x->sample_right[i] : (double)x->sample_confidence[i];
    for (size_t i = 0; status == SHIFT_OK && i < y->sampled; i++)
        b[i] = right ? (double)y->sample_right[i] : (double)y->sample_confidence[i];
    if (status == SHIFT_OK)
        *out = shift__permute_means(p, a, b);
    free(a);
    free(b);
    return status;
}

static void set(shift_measurement *m, double value, double p)
{
    m->value = value;
    m->p_value = p;
    m->log10_p = log10(p);
}

static shift_status measure_predictions(const shift__layer_bench *b, const shift__permutations *p,
                                        shift_measurement *all, shift_error *err)
{
    const shift_layer_profile *x = b->train;
    const shift_layer_profile *y = b->prod;
    double p_value = 1;
    if (x->classes == 0 || x->classes != y->classes) {
        for (size_t i = 0; i < PREDICTIONS; i++)
            all[i].reason = "the output is no row of classes";
        return SHIFT_OK;
    }
    shift_status status = permute_classes(x, y, p, &p_value, err);
    set(&all[PREDICTION_SHIFT], prediction_shift(x, y), p_value);
    if (status == SHIFT_OK)
        status = permute_number(x, y, p, false, &p_value, err);
    set(&all[CONFIDENCE_CHANGE], y->confidence / (double)y->rows - x->confidence / (double)x->rows,
        p_value);
    if (status != SHIFT_OK || x->labelled == 0 || y->labelled == 0) {
        all[ACCURACY_CHANGE].reason = "no labels";
        return status;
    }
    status = permute_number(x, y, p, true, &p_value, err);
    set(&all[ACCURACY_CHANGE],
        (double)y->right / (double)y->labelled - (double)x->right / (double)x->labelled, p_value);
    return status;
}

static shift_status new_dataset(const shift__layer_bench *b, shift_subject **out,
                                shift_measurement **measurements, shift_error *err)
{
    shift_subject *s = NULL;
    const shift_measurement **list = NULL;
    shift_status status = shift__arena_alloc(b->arena, &s, 1, sizeof *s, err);
    if (status == SHIFT_OK)
        status =
            shift__arena_alloc(b->arena, measurements, PREDICTIONS, sizeof **measurements, err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(b->arena, &list, PREDICTIONS, sizeof(void *), err);
    if (status != SHIFT_OK)
        return status;
    double nan = (double)NAN;
    for (size_t i = 0; i < PREDICTIONS; i++) {
        (*measurements)[i] = (shift_measurement){
            names[i], nan, nan, nan, nan, nan, nan, nan, nan, SHIFT_VERDICT_NONE, NULL};
        list[i] = &(*measurements)[i];
    }
    *s = (shift_subject){.type = SHIFT_SUBJECT_DATASET,
                         .name = "dataset",
                         .detectable_mean_shift = nan,
                         .train.n = b->train->rows,
                         .prod.n = b->prod->rows,
                         .n_measurements = PREDICTIONS,
                         .measurements = list};
    *out = s;
    return SHIFT_OK;
}

/* The worst layer counts, unless the user counts layers. */
static shift_status judge(const shift__layer_bench *b, const shift_policy *policy,
                          const shift_comparison *view, shift_subject *dataset, shift_error *err)
{
    size_t n = 0;
    size_t alerts = 0;
    size_t shifted = 0;
    dataset->verdict = SHIFT_VERDICT_OK;
    for (size_t i = 0; i < view->n_layers; i++) {
        shift_verdict verdict = view->layers[i]->verdict;
        n += verdict != SHIFT_VERDICT_NONE;
        alerts += verdict == SHIFT_VERDICT_ALERT;
        shifted += verdict >= SHIFT_VERDICT_WARN;
        dataset->verdict = verdict > dataset->verdict ? verdict : dataset->verdict;
    }
    bool spared = alerts > 0 && (double)alerts < policy->fail_share * (double)n;
    if (spared)
        dataset->verdict = SHIFT_VERDICT_WARN;
    if (shifted == 0)
        return SHIFT_OK;
    return shift__arena_print(b->arena, &dataset->reason, err,
                              "%zu of %zu layers shifted, the first is %s%s", shifted, n,
                              view->network->first_shifted->name,
                              spared ? "; fewer alert than the share that fails" : "");
}

shift_status shift__network_verdict(shift__layer_bench *b, const shift_policy *policy,
                                    const shift_comparison *view, const shift__permutations *p,
                                    shift_subject **out, shift_error *err)
{
    shift_measurement *measurements = NULL;
    shift_status status = new_dataset(b, out, &measurements, err);
    if (status == SHIFT_OK)
        status = measure_predictions(b, p, measurements, err);
    return status == SHIFT_OK ? judge(b, policy, view, *out, err) : status;
}

/* The class whose share of the predictions changed most, where that is no chance. */
static shift_status find_prediction(shift__findings *findings, const shift__layer_bench *b,
                                    const shift_subject *dataset, shift_error *err)
{
    const shift_measurement *m = dataset->measurements[PREDICTION_SHIFT];
    const shift_layer_profile *x = b->train;
    const shift_layer_profile *y = b->prod;
    const char *text = NULL;
    double most = -1;
    size_t class = 0;
    if (!(m->p_value <= 0.05))
        return SHIFT_OK;
    for (size_t c = 0; c < x->classes; c++) {
        double d = fabs((double)x->predicted[c] / (double)x->rows -
                        (double)y->predicted[c] / (double)y->rows);
        class = d > most ? c : class;
        most = d > most ? d : most;
    }
    shift_status status = shift__arena_print(
        b->arena, &text, err,
        "%.3g %% of the predictions went to other classes; class %zu: %.3g %% to %.3g %%",
        100 * m->value, class, 100 * (double)x->predicted[class] / (double)x->rows,
        100 * (double)y->predicted[class] / (double)y->rows);
    if (status != SHIFT_OK)
        return status;
    return shift__findings_add(findings, SHIFT_LEVEL_INFO, NULL, text, err);
}

static shift_status find_confidence(shift__findings *findings, const shift__layer_bench *b,
                                    const shift_subject *dataset, shift_error *err)
{
    const shift_measurement *m = dataset->measurements[CONFIDENCE_CHANGE];
    const char *text = NULL;
    if (!(m->p_value <= 0.05) || fabs(m->value) < 0.01)
        return SHIFT_OK;
    shift_status status = shift__arena_print(
        b->arena, &text, err, "the largest probability went from %.2g to %.2g on average",
        b->train->confidence / (double)b->train->rows, b->prod->confidence / (double)b->prod->rows);
    if (status != SHIFT_OK)
        return status;
    return shift__findings_add(findings, SHIFT_LEVEL_INFO, NULL, text, err);
}

/* Training rows ought to be near the statistics that were stored from them. */
static shift_status find_stale(shift__findings *findings, const shift__layer_bench *b,
                               shift_error *err)
{
    size_t n = 0;
    size_t stale = 0;
    size_t worst = 0;
    double most = 0;
    for (size_t i = 0; i < b->train->n_layers; i++) {
        const shift__layer *layer = &b->train->layers[i];
        if (!layer->bn)
            continue;
        double shift = shift__drift_from_stored(layer, NULL).mean_shift;
        n++;
        stale += shift > 0.25;
        worst = shift > most ? i : worst;
        most = shift > most ? shift : most;
    }
    if (stale == 0)
        return SHIFT_OK;
    const char *text = NULL;
    shift_status status = shift__arena_print(b->arena, &text, err,
                                             "already the training rows are off the stored "
                                             "statistics in %zu of %zu Batch Normalizations "
                                             "(mean shift %.2g here): other preprocessing than in "
                                             "training, or statistics that lag behind "
                                             "the weights",
                                             stale, n, most);
    if (status != SHIFT_OK)
        return status;
    const char *name = NULL;
    status = shift__arena_text(b->arena, &name, b->train->layers[worst].name,
                               strlen(b->train->layers[worst].name), err);
    if (status != SHIFT_OK)
        return status;
    return shift__findings_add(findings, SHIFT_LEVEL_WARNING, name, text, err);
}

static shift_status find_training(shift__findings *findings, const shift__layer_bench *b,
                                  shift_error *err)
{
    const char *text = NULL;
    if (b->prod->training == 0 || b->prod->bn_batch)
        return SHIFT_OK;
    shift_status status = shift__training_text(b->arena, &text, b->prod->training, err);
    return status == SHIFT_OK ? shift__findings_add(findings, SHIFT_LEVEL_WARNING, NULL, text, err)
                              : status;
}

static shift_status find_extra(shift__findings *findings, const shift__layer_bench *b,
                               shift_error *err)
{
    const shift_layer_profile *prod = b->prod;
    const char *name = NULL;
    const char *text = "extra column in production: no input of the network in training";
    if (prod->n_extra == 0)
        return SHIFT_OK;
    shift_status status = shift__arena_text(b->arena, &name, prod->extra, strlen(prod->extra), err);
    if (status == SHIFT_OK && prod->n_extra > 1)
        status = shift__arena_print(b->arena, &text, err,
                                    "the first of %zu extra columns in production: no inputs of "
                                    "the network in training",
                                    prod->n_extra);
    return status == SHIFT_OK ? shift__findings_add(findings, SHIFT_LEVEL_INFO, name, text, err)
                              : status;
}

shift_status shift__network_findings(shift__findings *findings, const shift__layer_bench *b,
                                     const shift_subject *dataset, shift_error *err)
{
    shift_status status = find_training(findings, b, err);
    if (status == SHIFT_OK)
        status = find_extra(findings, b, err);
    if (status == SHIFT_OK)
        status = find_stale(findings, b, err);
    if (status == SHIFT_OK)
        status = find_prediction(findings, b, dataset, err);
    return status == SHIFT_OK ? find_confidence(findings, b, dataset, err) : status;
}
