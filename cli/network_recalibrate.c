/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Batch Normalization's statistics from production, and what that would give back. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "input.h"
#include "network.h"
#include "print.h"

/* Before and after. */
typedef struct outcome {
    shift_network *network, *adapted;
    shift_layer_profile *before, *after;
} outcome;

/* Scale and shift too, with the statistics that have just been estimated. */
static shift_status adapt_weights(outcome *o, const struct options *options, shift_error *err)
{
    shift_network *further = NULL;
    shift_source *source = NULL;
    shift_status status = shift_source_open(&source, options->operands[1], &options->source, err);
    if (status == SHIFT_OK)
        status =
            shift_network_tent(&further, o->adapted, source, &options->inputs, options->rate, err);
    shift_source_close(source);
    if (status != SHIFT_OK)
        return status;
    shift_network_free(o->adapted);
    o->adapted = further;
    return SHIFT_OK;
}

static shift_status adapt(outcome *o, const struct options *options, shift_error *err)
{
    const char *data = options->operands[1];
    struct options moments = *options;
    moments.layers.moments = true;
    shift_source *source = NULL;
    shift_status status = network_open_telling(&o->network, options->operands[0], options, err);
    if (status == SHIFT_OK)
        status = shift_source_open(&source, data, &options->source, err);
    if (status == SHIFT_OK)
        status = shift_network_recalibrate(&o->adapted, o->network, source, &options->inputs,
                                           options->blend, err);
    shift_source_close(source);
    if (status == SHIFT_OK && options->tent)
        status = adapt_weights(o, options, err);
    if (status == SHIFT_OK)
        status = network_profile_read(&o->before, o->network, data, NULL, &moments, err);
    if (status == SHIFT_OK)
        status = network_profile_read(&o->after, o->adapted, data, NULL, &moments, err);
    return status;
}

static void print_layers(const outcome *o)
{
    printf("%-40s %8s  %-17s  %s\n", "BATCH NORMALIZATION", "CHANNELS", "MEAN SHIFT",
           "VARIANCE RATIO");
    for (size_t i = 0; i < shift_layer_profile_size(o->before); i++) {
        shift_layer_facts before = shift_layer_profile_at(o->before, i);
        shift_layer_facts after = shift_layer_profile_at(o->after, i);
        if (!before.has_bn)
            continue;
        print_text(stdout, before.name, strlen(before.name), 40, 40);
        printf(" %8zu  %6.3f -> %6.3f   %6.3f -> %6.3f\n", before.channels, before.bn_mean_shift,
               after.bn_mean_shift, before.bn_variance_ratio, after.bn_variance_ratio);
    }
}

/* Rows whose prediction changed cannot be counted from shares; the shares' distance is a lower
 * bound. */
static double predictions_moved(const outcome *o)
{
    double sum = 0;
    for (size_t i = 0; i < shift_layer_profile_classes(o->before); i++)
        sum += fabs(shift_layer_profile_predicted(o->before, i) -
                    shift_layer_profile_predicted(o->after, i));
    return 0.5 * sum;
}

/* How far the predicted classes are from equal shares, 0 to 1. */
static double unevenness(const shift_layer_profile *profile)
{
    size_t n = shift_layer_profile_classes(profile);
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += fabs(shift_layer_profile_predicted(profile, i) - 1 / (double)n);
    return 0.5 * sum;
}

static double largest_shift(const shift_layer_profile *profile)
{
    double most = 0;
    for (size_t i = 0; i < shift_layer_profile_size(profile); i++) {
        shift_layer_facts facts = shift_layer_profile_at(profile, i);
        if (facts.has_bn)
            most = fmax(most, hypot(facts.bn_mean_shift, log(facts.bn_variance_ratio)));
    }
    return most;
}

static void warn(const char *text)
{
    (void)fprintf(stderr, "covshift: warning: %s\n", text);
}

/* When adapting is known to hurt: statistics from few rows are noise; without a shift there is only
 * noise to gain; and where classes have other shares than in training, Batch Normalization would
 * take that for a shift of the features (Schneider et al. 2020; Lipton et al. 2018). */
static void print_warnings(const outcome *o)
{
    size_t folded = shift_network_folded_nodes(o->network);
    double rows = (double)shift_layer_profile_rows(o->before);
    double before = shift_layer_profile_accuracy(o->before);
    double after = shift_layer_profile_accuracy(o->after);
    if (folded > 0)
        (void)fprintf(stderr,
                      "covshift: warning: %zu convolution%s a bias and no Batch Normalization "
                      "behind: where one was folded in, there is nothing to recalibrate\n",
                      folded, folded == 1 ? " has" : "s have");
    if (rows < 100)
        warn("fewer than 100 rows: statistics from so few are noise; --blend mixes them with the "
             "stored ones");
    if (largest_shift(o->before) < 0.25)
        warn("the data is hardly shifted for this network: recalibrating is likely to add noise "
             "only");
    if (shift_layer_profile_classes(o->after) > 1 && unevenness(o->after) > 0.3)
        warn("the predicted classes have very uneven shares: if that is so in truth, and not in "
             "training, recalibrating is likely to hurt");
    if (after < before)
        warn("the accuracy became worse");
}

static void print_outcome(const outcome *o)
{
    double before = shift_layer_profile_accuracy(o->before);
    print_layers(o);
    if (!isnan(before))
        printf("\naccuracy %.4g %% -> %.4g %%\n", 100 * before,
               100 * shift_layer_profile_accuracy(o->after));
    if (shift_layer_profile_classes(o->before) > 0)
        printf("%spredicted classes: shares changed by %.3g %%\n", isnan(before) ? "\n" : "",
               100 * predictions_moved(o));
}

static int run(const struct options *options)
{
    if (options->output == NULL)
        return misuse(options->command, "needs -o FILE, the network to write");
    if (input_once(options->operands[1]))
        return misuse(options->command,
                      "PROD is read three times and cannot be standard input or a pipe");
    shift_error err = SHIFT_ERROR_INIT;
    outcome o = {NULL, NULL, NULL, NULL};
    shift_status status = adapt(&o, options, &err);
    if (status == SHIFT_OK)
        status = shift_network_save(o.adapted, options->output, &err);
    if (status == SHIFT_OK) {
        if (!options->quiet && strcmp(options->output, "-") != 0)
            print_outcome(&o);
        print_warnings(&o);
    }
    shift_layer_profile_free(o.before);
    shift_layer_profile_free(o.after);
    shift_network_free(o.adapted);
    shift_network_free(o.network);
    return status == SHIFT_OK ? STATUS_NO_SHIFT : trouble(&err);
}

const struct command network_recalibrate = {
    "network recalibrate",
    "NAME PROD",
    "re-estimate Batch Normalization on production data",
    "Writes the network with the statistics of every Batch Normalization estimated\n"
    "anew from PROD (AdaBN: batches of --batch rows, each normalised by its own), and\n"
    "prints how far the layers are from their statistics before and after. All else\n"
    "in the file stays; external data is taken in. Warns when it is likely to hurt.\n"
    "-o FILE must be given.\n"
    "\n"
    "--method tent also moves scale and shift of every Batch Normalization, with\n"
    "those statistics, one step a batch towards predictions of less entropy (Wang et\n"
    "al. 2021). Neither method looks at labels; --label serves to print the accuracy.\n",
    OPTIONS_READ | OPTIONS_INPUTS | OPTIONS_THREADS | OPTIONS_BLEND | OPTIONS_ADAPT |
        OPTIONS_STORE | OPTIONS_OUTPUT | OPTIONS_QUIET | OPTIONS_MEMORY,
    2,
    2,
    run,
};
