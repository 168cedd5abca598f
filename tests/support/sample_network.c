/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A network of nine layers whose shift enters at the third, as a check might find it. */
#include <math.h>
#include <string.h>

#include "sample.h"

enum { LAYERS = 9, STATISTICS = 9, CHANNELS = 4, CHANNEL_STATISTICS = 2 };

static const struct {
    const char *name, *op;
    double shift, ratio, saturation, saturated; /* in production, and how much more than before */
    shift_verdict verdict;
    const char *reason;
} layers[LAYERS] = {
    {"input", "input", 0.03, 1.05, (double)NAN, (double)NAN, SHIFT_VERDICT_OK, NULL},
    {"/0/BatchNormalization", "BatchNormalization", 0.06, 1.07, (double)NAN, (double)NAN,
     SHIFT_VERDICT_OK, "mean shift 0.06 is significant (adjusted p 1e-05), but smaller than 0.1"},
    {"/3/BatchNormalization", "BatchNormalization", 0.82, 2.4, (double)NAN, (double)NAN,
     SHIFT_VERDICT_ALERT, "mean shift 0.82, alert from 0.25; significant (adjusted p 3e-64)"},
    {"/4/Sigmoid", "Sigmoid", 0.41, 1.3, 0.31, 0.24, SHIFT_VERDICT_ALERT,
     "mean shift 0.41, alert from 0.25; significant (adjusted p 3e-64)"},
    {"/6/BatchNormalization", "BatchNormalization", 0.39, 1.6, (double)NAN, (double)NAN,
     SHIFT_VERDICT_ALERT, "mean shift 0.39, alert from 0.25; significant (adjusted p 1e-40)"},
    {"/7/Sigmoid", "Sigmoid", 0.19, 1.2, 0.05, 0.004, SHIFT_VERDICT_WARN,
     "mean shift 0.19, warn from 0.1; significant (adjusted p 2e-12)"},
    {"/9/Gelu", "Gelu", 0.2, 1.2, 0.2, 0.01, SHIFT_VERDICT_INCONCLUSIVE,
     "mean shift 0.2 is large, but not significant (p 0.2)"},
    {"/10/LeakyRelu", "LeakyRelu", 0.02, 1.01, 0, 0, SHIFT_VERDICT_OK, NULL},
    {"logits", "output", 0.3, 1.5, (double)NAN, (double)NAN, SHIFT_VERDICT_ALERT,
     "mean shift 0.3, alert from 0.25; significant (adjusted p 1e-30)"},
};

/* Room for the comparison, filled anew by every call. */
static struct {
    shift_comparison comparison;
    shift_network_facts network;
    shift_subject dataset, subjects[LAYERS];
    const shift_subject *list[LAYERS];
    shift_measurement measurements[LAYERS][STATISTICS];
    const shift_measurement *measurement_lists[LAYERS][STATISTICS];
    double values[LAYERS][CHANNEL_STATISTICS][CHANNELS];
    shift_channel_values channels[LAYERS][CHANNEL_STATISTICS];
    const shift_channel_values *channel_lists[LAYERS][CHANNEL_STATISTICS];
} s;

static shift_summary summary_of(uint64_t n, double mean, double sd)
{
    shift_summary summary = {.n = n,
                             .mean = mean,
                             .variance = sd * sd,
                             .skewness = (double)NAN,
                             .kurtosis = (double)NAN,
                             .minimum = mean - 3 * sd,
                             .maximum = mean + 3 * sd,
                             .distinct = (double)NAN};
    for (size_t i = 0; i < sizeof summary.quantiles / sizeof *summary.quantiles; i++)
        summary.quantiles[i] = (double)NAN;
    return summary;
}

static void measure_layer(size_t i)
{
    const double values[STATISTICS] = {layers[i].shift,
                                       layers[i].ratio,
                                       layers[i].shift * 1.1,
                                       layers[i].ratio * 1.1,
                                       layers[i].shift * layers[i].shift,
                                       layers[i].saturation,
                                       layers[i].saturated,
                                       i == 3 ? 0.125 : 0,
                                       i > 1 ? layers[i].shift / layers[i - 1].shift : (double)NAN};
    static const char *const names[STATISTICS] = {
        "mean_shift", "variance_ratio",    "bn_mean_shift", "bn_variance_ratio", "bn_divergence",
        "saturation", "saturation_change", "dead_share",    "amplification"};
    for (size_t k = 0; k < STATISTICS; k++) {
        bool decides = k == 0;
        s.measurements[i][k] = (shift_measurement){
            .statistic = names[k],
            .value = values[k],
            .low = values[k] * 0.9,
            .high = values[k] * 1.1,
            .p_value = decides ? 1e-66 : (double)NAN,
            .log10_p = decides ? -66 : (double)NAN,
            .p_adjusted = decides ? pow(10, -100 * layers[i].shift) : (double)NAN,
            .warn = decides ? 0.1 : (double)NAN,
            .alert = decides ? 0.25 : (double)NAN,
            .verdict = decides ? layers[i].verdict : SHIFT_VERDICT_NONE,
            .reason = isnan(values[k]) ? "no activation" : NULL};
        s.measurement_lists[i][k] = &s.measurements[i][k];
    }
}

static void add_channels(size_t i)
{
    static const char *const names[CHANNEL_STATISTICS] = {"mean_shift", "bn_mean_shift"};
    for (size_t k = 0; k < CHANNEL_STATISTICS; k++) {
        for (size_t c = 0; c < CHANNELS; c++)
            s.values[i][k][c] =
                c == 3 ? (double)NAN : layers[i].shift * (c == 1 ? -1 : 1 + 0.1 * (double)k);
        s.channels[i][k] = (shift_channel_values){names[k], s.values[i][k]};
        s.channel_lists[i][k] = &s.channels[i][k];
    }
}

static void add_layer(size_t i)
{
    double mean = 0.5 * (double)i;
    s.subjects[i] = (shift_subject){
        .type = SHIFT_SUBJECT_LAYER,
        .name = layers[i].name,
        .verdict = layers[i].verdict,
        .reason = layers[i].reason,
        .detectable_mean_shift = 0.11,
        .train = summary_of(4800, mean, 2),
        .prod = summary_of(2000, mean + 2 * layers[i].shift, 2 * sqrt(layers[i].ratio)),
        .n_measurements = STATISTICS,
        .measurements = s.measurement_lists[i],
        .index = i,
        .op = layers[i].op,
        .channels = CHANNELS,
        .n_channel_values = CHANNEL_STATISTICS,
        .channel_values = s.channel_lists[i]};
    s.list[i] = &s.subjects[i];
    measure_layer(i);
    add_channels(i);
}

const shift_comparison *sample_network(void)
{
    memset(&s, 0, sizeof s);
    for (size_t i = 0; i < LAYERS; i++)
        add_layer(i);
    s.dataset = (shift_subject){.type = SHIFT_SUBJECT_DATASET,
                                .name = "dataset",
                                .verdict = SHIFT_VERDICT_ALERT,
                                .reason = "4 of 9 layers alert",
                                .detectable_mean_shift = (double)NAN,
                                .train = summary_of(1200, (double)NAN, (double)NAN),
                                .prod = summary_of(500, (double)NAN, (double)NAN)};
    s.network = (shift_network_facts){.name = "digits.onnx",
                                      .hash = "0123456789abcdef0123456789abcdef",
                                      .bytes = 23112,
                                      .operators = "BatchNormalization Gemm Sigmoid",
                                      .first_shifted = s.list[2],
                                      .train_accuracy = 0.9825,
                                      .prod_accuracy = 0.612};
    s.comparison = (shift_comparison){.size = sizeof s.comparison,
                                      .verdict = SHIFT_VERDICT_ALERT,
                                      .seed = 42,
                                      .train = {"train.csv", 1200},
                                      .prod = {"today.csv", 500},
                                      .dataset = &s.dataset,
                                      .n_layers = LAYERS,
                                      .layers = s.list,
                                      .network = &s.network};
    return &s.comparison;
}

/* ---- the trace of a training ---- */

enum { CHECKPOINTS = 3, TRACED = 2 };

static const char *const checkpoints[CHECKPOINTS] = {"run/epoch0.onnx", "run/epoch1.onnx",
                                                     "run/\"epoch, 2\".onnx"};
static const double losses[CHECKPOINTS] = {2.3, 0.5, (double)INFINITY};
static const double means[CHECKPOINTS] = {0.25, -0.5, (double)NAN};
static const double variances[CHECKPOINTS] = {1, 4, (double)NAN};
static const double steps[CHECKPOINTS] = {(double)NAN, 0.125, (double)NAN};
static const double changes[CHECKPOINTS] = {(double)NAN, 0.01, (double)INFINITY};
static const double norms[CHECKPOINTS] = {(double)NAN, 0.5, (double)INFINITY};
static const shift_course courses[] = {{"loss", losses},        {"mean", means},
                                       {"variance", variances}, {"ks", steps},
                                       {"ics_l2", changes},     {"gradient_norm", norms}};
static const shift_course *const dataset_courses[] = {&courses[0]};
static const shift_course *const input_courses[] = {&courses[1], &courses[2], &courses[3]};
static const shift_course *const weight_courses[] = {&courses[4], &courses[5]};

const shift_comparison *sample_trace(void)
{
    static shift_subject dataset, traced[TRACED];
    static const shift_subject *const list[TRACED] = {&traced[0], &traced[1]};
    static const shift_measurement loss = {
        "loss",      (double)INFINITY, (double)NAN, (double)NAN,        (double)NAN, (double)NAN,
        (double)NAN, (double)NAN,      (double)NAN, SHIFT_VERDICT_NONE, NULL};
    static const shift_measurement *const measured[] = {&loss};
    static shift_comparison trace;
    trace = *sample_network();
    dataset = *trace.dataset;
    dataset.verdict = SHIFT_VERDICT_OK;
    dataset.reason = NULL;
    dataset.n_measurements = 1;
    dataset.measurements = measured;
    dataset.n_courses = 1;
    dataset.courses = dataset_courses;
    for (size_t i = 0; i < TRACED; i++) {
        traced[i] = *trace.layers[i + 1];
        traced[i].index = i;
        traced[i].verdict = SHIFT_VERDICT_OK;
        traced[i].reason = NULL;
        traced[i].n_channel_values = 0;
        traced[i].n_measurements = 0;
    }
    traced[0].n_courses = 3;
    traced[0].courses = input_courses;
    traced[1].op = "Gemm";
    traced[1].n_courses = 2;
    traced[1].courses = weight_courses;
    s.network.first_shifted = NULL;
    trace.verdict = SHIFT_VERDICT_OK;
    trace.dataset = &dataset;
    trace.layers = list;
    trace.n_layers = TRACED;
    trace.prod = trace.train;
    trace.checkpoints = checkpoints;
    trace.n_checkpoints = CHECKPOINTS;
    return &trace;
}
