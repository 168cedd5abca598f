/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/predictions.h"

#include <math.h>

static shift_status make_room(shift_layer_profile *p, size_t classes, shift_error *err)
{
    p->classes = classes;
    shift_status status = shift__alloc(&p->predicted, classes, sizeof *p->predicted, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&p->probability, classes, sizeof *p->probability, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&p->sample_class, p->most, sizeof *p->sample_class, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&p->sample_confidence, p->most, sizeof *p->sample_confidence, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&p->sample_right, p->most, sizeof *p->sample_right, err);
    return status;
}

/* A network that ends in Softmax gives probabilities, others give logits, of which log
 * probabilities are a case. */
static bool are_probabilities(const float *x, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        if (x[i] < 0)
            return false;
        sum += (double)x[i];
    }
    return fabs(sum - 1) < 1e-4;
}

/* What the probabilities are in proportion to is left in `x`. Gives the proportion. */
static double find_probabilities(float *x, size_t n, size_t best)
{
    bool ready = are_probabilities(x, n);
    float top = x[best];
    double total = 0;
    for (size_t i = 0; i < n; i++) {
        x[i] = ready ? x[i] : expf(x[i] - top);
        total += (double)x[i];
    }
    return 1 / total;
}

static size_t largest(const float *x, size_t n)
{
    size_t best = 0;
    for (size_t i = 1; i < n; i++)
        best = x[i] > x[best] ? i : best;
    return best;
}

shift_status shift__predictions_find(shift__capture_batch *batch, shift_error *err)
{
    shift_status status = shift__array_grow(&batch->predicted, &batch->n_predicted, batch->rows,
                                            sizeof *batch->predicted, err);
    for (size_t r = 0; status == SHIFT_OK && r < batch->rows; r++) {
        float *x = batch->output + r * batch->classes;
        size_t best = largest(x, batch->classes);
        batch->predicted[r] =
            (shift__prediction){best, find_probabilities(x, batch->classes, best)};
    }
    return status;
}

static shift_status check_label(const shift__capture_batch *batch, size_t r, shift_error *err)
{
    const shift_layer_profile *p = batch->capture->profile;
    shift_error what = SHIFT_ERROR_INIT;
    shift_status status =
        shift__label_check(&batch->labels, r, batch->classes, batch->before + r + 1, &what);
    return status == SHIFT_OK ? status
                              : shift_error_set(err, status, "%s: %s", p->source, what.message);
}

shift_status shift__predictions_add(const shift__capture_batch *batch, shift_error *err)
{
    shift_layer_profile *p = batch->capture->profile;
    size_t classes = batch->classes;
    shift_status status = SHIFT_OK;
    if (p->classes == 0)
        status = make_room(p, classes, err);
    for (size_t r = 0; status == SHIFT_OK && r < batch->rows; r++) {
        const float *x = batch->output + r * classes;
        size_t best = batch->predicted[r].best;
        double scale = batch->predicted[r].scale;
        double confidence = (double)x[best] * scale;
        for (size_t i = 0; i < classes; i++)
            p->probability[i] += (double)x[i] * scale;
        bool labelled = batch->labels.values != NULL;
        if (labelled)
            status = check_label(batch, r, err);
        bool right = labelled && batch->labels.values[r] == (int64_t)best;
        p->predicted[best]++;
        p->confidence += confidence;
        p->labelled += labelled;
        p->right += right;
        size_t slot = batch->slots[r];
        if (slot == SIZE_MAX)
            continue;
        p->sample_class[slot] = (uint32_t)best;
        p->sample_confidence[slot] = (float)confidence;
        p->sample_right[slot] = right;
    }
    return status;
}
