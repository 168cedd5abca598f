/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a network's outputs are judged by, and its gradient in them. */
#ifndef SHIFT_NETWORK_LOSS_H
#define SHIFT_NETWORK_LOSS_H

#include "network/graph.h"

typedef enum shift__loss_kind {
    SHIFT__CROSS_ENTROPY = 0, /* -log p of the label, or of the most likely class */
    SHIFT__ENTROPY,           /* of the predicted probabilities (Wang et al. 2021) */
    SHIFT__CONFIDENCE         /* the probability of the most likely class */
} shift__loss_kind;

/** The rows of a batch, and the classes that they belong to. */
typedef struct shift__labels {
    const int64_t *values; /* one a row, or NULL */
    const char *column;    /* its name, for messages; NULL where it is not known */
    size_t rows;
} shift__labels;

/** EFORMAT, naming row (from 1) and column, for a label that is none of the classes. */
SHIFT_CHECKED shift_status shift__label_check(const shift__labels *labels, size_t r, size_t classes,
                                              uint64_t row, shift_error *err);

/** Sums over rows. */
typedef struct shift__loss_sums {
    double loss;
    uint64_t rows, right; /* right: the most likely class is the label */
} shift__loss_sums;

/**
 * The value that holds the logits: what enters the last Softmax, LogSoftmax or Sigmoid, else the
 * network's first output. EUNSUPPORTED where the output is no float.
 */
SHIFT_CHECKED shift_status shift__loss_logits(const shift__graph *graph, size_t *value,
                                              shift_error *err);

/**
 * The gradient of the sum over rows of the loss. `logits` has a row of classes for each row; a
 * single number is the log odds of class 1 against class 0. `labels` may have no values. `sums` are
 * added to, and sums->rows counts the rows before these for messages. EFORMAT for a label that is
 * no class, EUNSUPPORTED where logits are not labels->rows rows of classes.
 */
SHIFT_CHECKED shift_status shift__loss_gradient(shift__loss_kind kind, const shift__tensor *logits,
                                                const shift__labels *labels,
                                                shift__tensor *gradient, shift__loss_sums *sums,
                                                shift_error *err);
/** The probability of a class in row `r` of logits that shift__loss_gradient() takes; of the most
 * likely one, which is set, where *class is SIZE_MAX. */
double shift__loss_probability(const shift__tensor *logits, size_t r, size_t *class);

#endif
