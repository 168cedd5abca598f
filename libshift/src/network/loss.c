/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/loss.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

shift_status shift__loss_logits(const shift__graph *graph, size_t *value, shift_error *err)
{
    *value = graph->outputs[0];
    size_t producer = graph->values[*value].producer;
    if (graph->values[*value].constant)
        return shift_error_set(err, SHIFT_EUNSUPPORTED,
                               "%s: its output does not depend on its input", graph->file->name);
    if (producer == SIZE_MAX)
        return SHIFT_OK;
    static const char *const last[] = {"Softmax", "LogSoftmax", "Sigmoid"};
    for (size_t i = 0; i < sizeof last / sizeof *last; i++)
        if (strcmp(graph->nodes[producer].op->name, last[i]) == 0)
            *value = graph->nodes[producer].in[0];
    return SHIFT_OK;
}

/* Probabilities of a row; the index of the largest. One number is turned into two classes. */
static size_t softmax(const float *z, size_t n, double *p)
{
    size_t best = 0;
    double total = 0;
    for (size_t i = 1; i < n; i++)
        best = z[i] > z[best] ? i : best;
    for (size_t i = 0; i < n; i++)
        total += p[i] = exp((double)z[i] - (double)z[best]);
    for (size_t i = 0; i < n; i++)
        p[i] /= total;
    return best;
}

static double log_probability(const float *z, size_t n, size_t class)
{
    double most = (double)z[class];
    double total = 0;
    for (size_t i = 0; i < n; i++)
        most = fmax(most, (double)z[i]);
    for (size_t i = 0; i < n; i++)
        total += exp((double)z[i] - most);
    return (double)z[class] - most - log(total);
}

static double entropy(const double *p, size_t n)
{
    double total = 0;
    for (size_t i = 0; i < n; i++)
        total -= p[i] > 0 ? p[i] * log(p[i]) : 0;
    return total;
}

/* The loss of one row, and its gradient in `p`, which holds the probabilities. */
static double one_row(shift__loss_kind kind, const float *z, size_t n, size_t class, double *p)
{
    double loss = 0;
    switch (kind) {
    case SHIFT__CROSS_ENTROPY:
        loss = -log_probability(z, n, class);
        p[class] -= 1;
        break;
    case SHIFT__ENTROPY:
        loss = entropy(p, n);
        for (size_t i = 0; i < n; i++)
            p[i] *= p[i] > 0 ? -(log(p[i]) + loss) : 0;
        break;
    case SHIFT__CONFIDENCE:
        loss = p[class];
        for (size_t i = 0; i < n; i++)
            p[i] = loss * ((i == class ? 1 : 0) - p[i]);
        break;
    }
    return loss;
}

shift_status shift__label_check(const shift__labels *labels, size_t r, size_t classes, uint64_t row,
                                shift_error *err)
{
    int64_t label = labels->values[r];
    bool named = labels->column != NULL;
    if (label >= 0 && (uint64_t)label < classes)
        return SHIFT_OK;
    return shift_error_set(err, SHIFT_EFORMAT,
                           "row %" PRIu64 "%s%s%s: the label is none of the network's classes, the "
                           "whole numbers from 0 to %zu",
                           row, named ? ", column \"" : "", named ? labels->column : "",
                           named ? "\"" : "", classes - 1);
}

static shift_status check_shape(const shift__tensor *logits, size_t rows, size_t *width,
                                shift_error *err)
{
    enum { CLASSES_MOST = 1 << 16 };
    char text[SHIFT__SHAPE_TEXT];
    *width = logits->rank > 0 ? shift__tensor_span(logits, 1, logits->rank) : 0;
    bool plain = logits->rank > 0 && (size_t)logits->dims[0] == rows;
    plain = plain && (logits->rank <= 2 || shift__tensor_span(logits, 2, logits->rank) == 1);
    if (logits->dtype == SHIFT__FLOAT32 && plain && *width > 0 && *width <= CLASSES_MOST)
        return SHIFT_OK;
    return shift_error_set(err, SHIFT_EUNSUPPORTED,
                           "the output has shape %s for %zu rows; a row of classes for each row of "
                           "data was expected",
                           shift__shape_text(logits, text), rows);
}

shift_status shift__loss_gradient(shift__loss_kind kind, const shift__tensor *logits,
                                  const shift__labels *labels, shift__tensor *gradient,
                                  shift__loss_sums *sums, shift_error *err)
{
    size_t width = 0;
    double *p = NULL;
    shift_status status = check_shape(logits, labels->rows, &width, err);
    size_t classes = width == 1 ? 2 : width;
    if (status == SHIFT_OK)
        status = shift__alloc(&p, classes, sizeof *p, err);
    for (size_t r = 0; status == SHIFT_OK && r < labels->rows; r++) {
        const float *z = shift__floats(logits) + r * width;
        float *to = shift__floats(gradient) + r * width;
        const float odds[] = {0, z[0]};
        z = width == 1 ? odds : z;
        size_t class = softmax(z, classes, p);
        sums->rows++;
        if (labels->values != NULL) {
            status = shift__label_check(labels, r, classes, sums->rows, err);
            sums->right += (size_t)labels->values[r] == class;
        }
        if (status == SHIFT_OK && labels->values != NULL && kind == SHIFT__CROSS_ENTROPY)
            class = (size_t)labels->values[r];
        sums->loss += one_row(kind, z, classes, class, p);
        for (size_t i = 0; i < width; i++)
            to[i] = (float)p[width == 1 ? 1 : i];
    }
    free(p);
    return status;
}

double shift__loss_probability(const shift__tensor *logits, size_t r, size_t *class)
{
    size_t width = shift__tensor_span(logits, 1, logits->rank);
    const float *z = shift__floats(logits) + r * width;
    const float odds[] = {0, z[0]};
    size_t classes = width == 1 ? 2 : width;
    z = width == 1 ? odds : z;
    if (*class == SIZE_MAX) {
        *class = 0;
        for (size_t i = 1; i < classes; i++)
            *class = z[i] > z[*class] ? i : *class;
    }
    return exp(log_probability(z, classes, *class));
}
