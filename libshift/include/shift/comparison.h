/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHIFT_COMPARISON_H
#define SHIFT_COMPARISON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shift/distribution.h"
#include "shift/error.h"
#include "shift/profile.h"
#include "shift/progress.h"
#include "shift/schema.h"

SHIFT_BEGIN_DECLS

/* Plain results. They travel from the comparison into the store and from the store to the
 * reporters. Arrays hold pointers, so that a struct can grow at its end without breaking a reporter
 * that was compiled before. A number that is not there is NaN, a text that is not there NULL. */

typedef enum shift_verdict {
    SHIFT_VERDICT_NONE = 0,     /**< this statistic is reported, it does not decide */
    SHIFT_VERDICT_OK,           /**< no shift that is both real and large enough */
    SHIFT_VERDICT_INCONCLUSIVE, /**< the rows could not have shown a shift of the size that matters
                                 */
    SHIFT_VERDICT_WARN,
    SHIFT_VERDICT_ALERT
} shift_verdict; /**< in rising order, so that the worst of several is the largest */

/** "ok", "inconclusive", "warn", "alert"; NULL for SHIFT_VERDICT_NONE and anything else. Static. */
SHIFT_API const char *shift_verdict_name(shift_verdict verdict);

/** Names of the statistics there are, first those of features, then those of the data set (`mcc` is
 * both); NULL beyond the last. Static. */
SHIFT_API const char *shift_statistic_name(size_t i);

/** One statistic of one subject. */
typedef struct shift_measurement {
    const char *statistic; /**< its name in JSON, SQLite and the monitor file */
    double value;
    double low, high;   /**< 95 % confidence interval, sketch error included */
    double p_value;     /**< may underflow to 0; see log10_p */
    double log10_p;     /**< log10 of the p-value, good beyond the range of doubles */
    double p_adjusted;  /**< over the run, where this statistic is one of the deciding tests */
    double warn, alert; /**< thresholds on the effect, where it is one of the deciding effects */
    shift_verdict verdict;
    const char *reason; /**< why the value is undefined, or which of the two questions failed */
} shift_measurement;

/** What one side of one subject looks like. Shares of text kinds are in `top`. */
typedef struct shift_summary {
    uint64_t n, missing, non_finite, invalid;
    double mean, variance, skewness, kurtosis, minimum, maximum; /**< number kinds */
    double quantiles[7]; /**< at 0.01 0.05 0.25 0.5 0.75 0.95 0.99; number kinds */
    double distinct;     /**< text kinds */
} shift_summary;

#define SHIFT_SUMMARY_QUANTILES                                                                    \
    {                                                                                              \
        1, 5, 25, 50, 75, 95, 99                                                                   \
    } /* in hundredths */

/** One point of a distribution function: the share of values <= `value`. */
typedef struct shift_vertex {
    double value, share;
} shift_vertex;

/**
 * The distribution function of a number kind, compact enough to be recorded: straight lines from
 * vertex to vertex, ascending in both; two vertices of the same value are a jump. It begins at the
 * minimum and ends at (maximum, 1). Exact for up to 64 distinct values, else within 1/64 of the
 * function that it was made from.
 */
typedef struct shift_curve {
    size_t n;
    const shift_vertex *vertices;
} shift_curve;

/** Rows of one category on both sides. */
typedef struct shift_category_count {
    const char *name;
    uint64_t train, prod;
} shift_category_count;

typedef enum shift_subject_type {
    SHIFT_SUBJECT_DATASET = 0,
    SHIFT_SUBJECT_FEATURE,
    SHIFT_SUBJECT_LAYER,
    SHIFT_SUBJECT_CHANNEL
} shift_subject_type;

/** One number for each channel of a layer, as a heat map shows them. */
typedef struct shift_channel_values {
    const char *statistic;
    const double *values; /**< as many as the layer has channels; NaN where undefined */
} shift_channel_values;

/** One number of a layer, or of the data set, at each checkpoint of a training. */
typedef struct shift_course {
    const char *statistic;
    const double *values; /**< one for each checkpoint of the comparison; NaN where undefined */
} shift_course;

/** The data set, a feature, a layer or a channel, with what was measured on it. */
typedef struct shift_subject {
    shift_subject_type type;
    const char *name;
    shift_kind kind; /**< features */
    shift_verdict verdict;
    const char *reason; /**< the verdict in plain words; NULL for an untroubled ok */
    double
        detectable_mean_shift; /**< smallest mean shift, in training standard deviations, that
                                  these rows would have shown with 80 % power; numeric features */
    shift_summary train, prod;
    size_t n_measurements;
    const shift_measurement *const *measurements; /**< in the order of the statistics table */
    const shift_curve *train_curve,
        *prod_curve;     /**< number kinds, NULL where a side has no value; layers: all channels
                            together, those of a Batch Normalization in units of its stored
                            statistics */
    size_t n_categories; /**< the most frequent of either side, no more than 12; not of identifiers
                          */
    const shift_category_count *const *categories; /**< the largest share of either side first */

    /* layers; `train` and `prod` are over all their channels together */
    size_t index;    /**< place in forward order, from 0 */
    const char *op;  /**< "input", an ONNX operator's name, or "output"; NULL for other subjects */
    size_t channels; /**< how many */
    size_t n_channel_values;
    const shift_channel_values *const *channel_values;

    /* traces of a training: layers and the data set */
    size_t n_courses;
    const shift_course *const *courses;
} shift_subject;

/** The effect that a subject is told by: of the measurements that have a threshold, one with the
 * worst verdict, and of these the one that reaches furthest; NULL where none has. `*reach` (NULL is
 * allowed) becomes its distance from no shift over that of its alert threshold, or of warn where
 * that is all there is (1 at the threshold; ratios by their logarithm), or -1 where it is NULL. */
SHIFT_API const shift_measurement *shift_subject_effect(const shift_subject *subject,
                                                        double *reach);

/** The part of a feature in a joint statistic, between 0 and 1. */
typedef struct shift_attribution {
    const char *statistic; /**< "mcc", "whitened_mean" or "whitened_covariance" */
    const char *feature;
    double share;
} shift_attribution;

/** Pearson correlation of two numeric features on both sides; NaN where undefined. */
typedef struct shift_correlation {
    const char *x, *y;
    double train, prod;
} shift_correlation;

typedef enum shift_level {
    SHIFT_LEVEL_INFO = 0,
    SHIFT_LEVEL_WARNING,
    SHIFT_LEVEL_ERROR
} shift_level;

/** "info", "warning" or "error"; static. NULL for anything else. */
SHIFT_API const char *shift_level_name(shift_level level);

/** A finding about the data that is no statistic, such as a column that is not in production. */
typedef struct shift_message {
    shift_level level;
    const char *subject; /**< a feature's name; NULL for the whole run */
    const char *text;
} shift_message;

typedef struct shift_side {
    const char *source; /**< as the user named it */
    uint64_t rows;
} shift_side;

/** The network whose layers were compared. */
typedef struct shift_network_facts {
    const char *name;      /**< as the user named it */
    const char *hash;      /**< of its file: XXH3 of 128 bits in hexadecimal */
    uint64_t bytes;        /**< of its file */
    const char *operators; /**< names of its ONNX operators by the alphabet, a space between */
    const shift_subject *first_shifted;   /**< the first layer that warns or alerts, one of `layers`
                                               of the comparison; NULL where there is none */
    double train_accuracy, prod_accuracy; /**< shares of rows that are classified as their label
                                               says; NaN without labels */
} shift_network_facts;

/** Everything one comparison found. */
typedef struct shift_comparison {
    size_t size; /**< sizeof(shift_comparison) in the library that made it */
    shift_verdict verdict;
    uint64_t seed;
    shift_side train, prod;
    const shift_subject *dataset; /**< never NULL */
    size_t n_features;
    const shift_subject *const *features; /**< in the order of the schema */
    size_t n_messages;
    const shift_message *const *messages;
    size_t n_attributions; /**< by statistic, the largest share first; shares of at least 1 % */
    const shift_attribution *const *attributions;
    size_t n_correlations; /**< all pairs of the features whose correlations changed most, at most
                              20 features, in the order of the schema */
    const shift_correlation *const *correlations;
    size_t n_layers;
    const shift_subject *const *layers; /**< in forward order */
    const shift_network_facts *network; /**< NULL where features were compared */
    size_t n_checkpoints;               /**< of the training that was followed; else 0 */
    const char *const *checkpoints;     /**< their files, in order */
} shift_comparison;

/** A threshold set by the user. */
typedef struct shift_threshold {
    const char *statistic; /**< e.g. "psi" */
    const char *feature;   /**< NULL for every feature */
    double warn, alert;    /**< NaN leaves the default */
} shift_threshold;

/** Whether the rows of a side may depend on those before them, as those of a series in time do:
 * they are then worth fewer independent ones, and p-values that decide and intervals say so. */
typedef enum shift_dependence {
    SHIFT_DEPENDENCE_AUTO = 0, /**< they may, unless they are sorted by something that is no time */
    SHIFT_DEPENDENCE_SERIAL,   /**< they may */
    SHIFT_DEPENDENCE_NONE      /**< they do not */
} shift_dependence;

/**
 * A statistic of the caller's own. It is measured on every feature of its kinds that has values on
 * both sides, stored and reported under its name after the library's; where it has thresholds, it
 * is an effect like others: it raises an alarm where it is large enough and the deciding tests say
 * that the shift is real.
 */
typedef struct shift_custom_statistic {
    const char
        *name;    /**< lower-case letters, digits and '_', none of the library's or given before */
    bool numeric; /**< it applies to numeric features */
    bool categorical;   /**< it applies to categorical and boolean ones */
    double warn, alert; /**< thresholds, reached from below; NaN for none */
    /** Put the value in *value; NaN is "undefined". A failure has filled `err` and ends the
     * comparison. Called by the thread that made the call, which compares all features by itself
     * then; the distributions are borrowed for the call. */
    shift_status (*compute)(void *context, const shift_distribution *train,
                            const shift_distribution *prod, double *value, shift_error *err);
    void *context; /**< given back to `compute` */
} shift_custom_statistic;

typedef struct shift_policy {
    size_t size;       /**< sizeof(shift_policy) */
    double alpha;      /**< level of "is it real", for the whole run; 0.05 by default */
    double fail_share; /**< the data set alerts when this share of its features does; NaN (default):
                          its verdict is the worst of its subjects' */
    uint64_t seed;
    const shift_threshold *thresholds;
    size_t n_thresholds;
    unsigned threads;                         /**< results do not depend on it; 0 means 1 */
    bool no_joint;                            /**< leave out what looks at all features together */
    shift_dependence dependence;              /**< of the rows */
    const shift_custom_statistic *statistics; /**< beside the library's own */
    size_t n_statistics;
    const shift_progress *progress; /**< NULL for none */
    /** Thresholds from what was seen without shift, in force where `thresholds` says nothing. They
     * tell what is unusual, not what matters: rows that can show a shift of the size of the other
     * thresholds are enough, however small these are. */
    const shift_threshold *usual;
    size_t n_usual;
} shift_policy;

#define SHIFT_POLICY_INIT                                                                          \
    {                                                                                              \
        sizeof(shift_policy), 0.05, (double)NAN, 0, 0, 0, 0, false, SHIFT_DEPENDENCE_AUTO, 0, 0,   \
            0, 0, 0                                                                                \
    } /* needs <math.h> */

/**
 * Compare two profiles column by column and decide. The training side's schema counts. `policy` may
 * be NULL. EINVAL for a threshold on an unknown statistic or feature, EINCOMPATIBLE where the two
 * have no column in common. A column that cannot be compared is a finding, not a failure.
 */
SHIFT_API SHIFT_CHECKED shift_status shift_compare(shift_comparison **out,
                                                   const shift_profile *train,
                                                   const shift_profile *prod,
                                                   const shift_policy *policy, shift_error *err);
SHIFT_API void shift_comparison_free(shift_comparison *comparison); /**< NULL is allowed. */

SHIFT_END_DECLS

#endif
