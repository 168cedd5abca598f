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

/* Adds the row's probabilities, and gives the largest one. */
static double add_probabilities(double *sums, const float *x, size_t n, size_t best)
{
    bool ready = are_probabilities(x, n);
    double total = 0;
    for (size_t i = 0; i < n; i++)
        total += ready ? (double)x[i] : exp((double)x[i] - (double)x[best]);
    for (size_t i = 0; i < n; i++)
        sums[i] += (ready ? (double)x[i] : exp((double)x[i] - (double)x[best])) / total;
    return (ready ? (double)x[best] : 1) / total;
}

static size_t largest(const float *x, size_t n)
{
    size_t best = 0;
    for (size_t i = 1; i < n; i++)
        best = x[i] > x[best] ? i : best;
    return best;
}

static shift_status check_label(const shift__capture *capture, size_t r, size_t classes,
                                shift_error *err)
{
    const shift_layer_profile *p = capture->profile;
    shift_error what = SHIFT_ERROR_INIT;
    shift_status status = shift__label_check(&capture->labels, r, classes, p->rows + r + 1, &what);
    return status == SHIFT_OK ? status
                              : shift_error_set(err, status, "%s: %s", p->source, what.message);
}

shift_status shift__predictions_add(const shift__capture *capture, const float *output,
                                    size_t channels, size_t positions, shift_error *err)
{
    shift_layer_profile *p = capture->profile;
    if (channels < 2 || positions != 1)
        return SHIFT_OK;
    shift_status status = SHIFT_OK;
    if (p->classes == 0)
        status = make_room(p, channels, err);
    for (size_t r = 0; status == SHIFT_OK && r < capture->rows; r++) {
        const float *x = output + r * channels;
        size_t best = largest(x, channels);
        double confidence = add_probabilities(p->probability, x, channels, best);
        bool labelled = capture->labels.values != NULL;
        if (labelled)
            status = check_label(capture, r, channels, err);
        bool right = labelled && capture->labels.values[r] == (int64_t)best;
        p->predicted[best]++;
        p->confidence += confidence;
        p->labelled += labelled;
        p->right += right;
        size_t slot = capture->slots[r];
        if (slot == SIZE_MAX)
            continue;
        p->sample_class[slot] = (uint32_t)best;
        p->sample_confidence[slot] = (float)confidence;
        p->sample_right[slot] = right;
    }
    return status;
}
