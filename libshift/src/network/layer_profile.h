/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is kept of each layer while a network is run over one side's rows. */
#ifndef SHIFT_NETWORK_LAYER_PROFILE_H
#define SHIFT_NETWORK_LAYER_PROFILE_H

#include "core/memory.h"
#include "core/random.h"
#include "network/histogram.h"
#include "shift/layers.h"

typedef enum shift__site_kind {
    SHIFT__SITE_INPUT = 0,
    SHIFT__SITE_BN,
    SHIFT__SITE_ACTIVATION,
    SHIFT__SITE_OUTPUT
} shift__site_kind;

struct shift__site;

enum { SHIFT__BINS_MOST = 16384 /* for lanes.h: those of a quarter in sixteen bits */ };

/** Sums of one tensor, by channel, exact in double: of differences from `origin`, a value near the
 * mean, because squares of large means would take all digits. */
typedef struct shift__sums {
    double *origin, *first, *second, *minimum, *maximum; /* one each a channel; NULL: not kept */
    uint64_t n;                                          /* values a channel */
} shift__sums;

typedef struct shift__layer {
    char *name, *op;
    shift__site_kind kind;
    bool seen_is_after;
    bool mixed; /* while it is run: an activation that is not one function for a channel */
    bool bn;    /* has the four at the end, by channel, and epsilon */
    size_t channels, positions; /* of the tensor seen; 0 before the first row */
    shift__sums seen;           /* the tensor whose shift is the layer's */
    shift__sums other;          /* of what leaves, where that is the other one and is looked at */
    uint64_t *zero, *saturated; /* activations, by channel: outputs that are 0, inputs that are
                                   saturated; NULL where not known */
    shift__values values;       /* every value, or where there were too many, none */
    shift__histogram histogram; /* of the values, where they are not kept */
    shift__values
        other_values; /* likewise of the other tensor; without bins where it has neither */
    shift__histogram other_histogram;
    float *rows; /* of the sampled rows: for each channel the row's mean difference from the origin,
                    then for each the mean squared difference */
    double *mean, *variance, *scale, *bias;
    double epsilon;
} shift__layer;

struct shift_layer_profile {
    char *source;  /* as the user named it */
    char *network; /* likewise */
    char *hash, *operators;
    char *file;      /* that it was loaded from, or NULL */
    char **inputs;   /* columns of the data that are the network's inputs, in order */
    size_t n_inputs; /* 0: not known, before version 2.2 of the file */
    char *extra; /* while it is in memory: the first column that is no input of the other side, nor
                    the label; or NULL */
    size_t n_extra;  /* how many are so */
    bool bn_batch;   /* Batch Normalization was by the statistics of each batch */
    size_t training; /* nodes of it that the file has in training mode */
    uint64_t bytes;  /* of the network's file */
    uint64_t rows, seed;
    shift__random random; /* of the row sample */
    size_t sampled, most; /* rows in the sample, and room */
    size_t most_values;   /* of a layer, kept one by one */
    shift__layer *layers; /* in forward order */
    size_t n_layers;
    size_t classes;           /* of the first output; 0 where it is no row of classes */
    uint64_t *predicted;      /* rows by class predicted */
    double *probability;      /* sum of probabilities by class */
    double confidence;        /* sum of the largest probability */
    uint64_t labelled, right; /* rows with a label, and those of them that were predicted so */
    uint32_t *sample_class;   /* of the sampled rows: class predicted */
    float *sample_confidence;
    bool *sample_right;
};

/** Room for the sums of one layer whose shape is known. `like` gives origin and bins where another
 * side was run before; otherwise they are set from the first rows. */
SHIFT_CHECKED shift_status shift__layer_begin(shift__layer *layer, const struct shift__site *site,
                                              const shift__layer *like, size_t bins,
                                              shift_error *err);
void shift__layer_clear(shift__layer *layer);
/** Room for the values of a batch, of the tensor seen or the other one. Either they are added to
 * what is kept one by one, and *histogram is NULL; or it is the one that they are to be counted in,
 * when there is room there. `most`: values of the layer that are kept without being counted.
 * EUNSUPPORTED, naming the layer, for SHIFT__CELL_MOST or more of a channel that are to be counted.
 */
SHIFT_CHECKED shift_status shift__layer_room(shift__layer *layer, const shift__image *image,
                                             bool seen, size_t most, shift__histogram **histogram,
                                             shift_error *err);
/** After the last batch: sort the values, where they are kept. */
SHIFT_CHECKED shift_status shift__layer_finish(shift__layer *layer, shift_error *err);

/** Moments by channel of what `sums` has seen; the variance is biased (1/n). */
double shift__sums_mean(const shift__sums *sums, size_t channel);
double shift__sums_variance(const shift__sums *sums, size_t channel);
/** Over all channels together. */
void shift__sums_pooled(const shift__sums *sums, size_t channels, double *mean, double *variance);

#endif
