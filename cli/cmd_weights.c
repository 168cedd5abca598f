/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Importance weights of the training rows, and what they would do. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "input.h"
#include "print.h"

enum {
    WORST = 5, /* features in the table */
    NAME_COLUMNS = 20
};

static bool to_stdout(const struct options *options)
{
    return options->output == NULL || strcmp(options->output, "-") == 0;
}

static void print_methods(FILE *to, const shift_weights *w)
{
    (void)fprintf(to, "%-12s%10s%12s%10s%10s%8s\n", "WEIGHTS", "MEAN GAP", "SPREAD GAP",
                  "EFFECTIVE", "LARGEST", "CLIPPED");
    for (int m = 0; m < SHIFT_WEIGHTINGS; m++) {
        const shift_weighting *by = &w->by[m];
        char spread[16] = "-";
        if (!isnan(by->spread_gap))
            (void)snprintf(spread, sizeof spread, "%.3f", by->spread_gap);
        (void)fprintf(to, "%-12s%10.3f%12s%10.0f%10.3g%8llu\n",
                      shift_weighting_method_name((shift_weighting_method)m), by->mean_gap, spread,
                      by->effective_rows, by->largest, (unsigned long long)by->clipped);
    }
}

/* The features that were furthest apart, without the ones printed before. */
static void print_features(FILE *to, const shift_weights *w)
{
    double above = HUGE_VAL;
    (void)fprintf(to, "\n%-24s%12s%12s%12s\n", "MEAN GAP OF", "UNWEIGHTED", "CLASSIFIER", "ULSIF");
    for (size_t k = 0; k < WORST && k < w->n_features; k++) {
        const shift_weighted_feature *worst = NULL;
        for (size_t i = 0; i < w->n_features; i++) {
            const shift_weighted_feature *f = w->features[i];
            if (f->gap[0] < above && (worst == NULL || f->gap[0] > worst->gap[0]))
                worst = f;
        }
        if (worst == NULL)
            return;
        above = worst->gap[0];
        print_text(to, worst->name, strlen(worst->name), NAME_COLUMNS, NAME_COLUMNS + 4);
        (void)fprintf(to, "%12.3f%12.3f%12.3f\n", worst->gap[0], worst->gap[1], worst->gap[2]);
    }
}

static void print_advice(FILE *to, const shift_weights *w)
{
    for (int m = SHIFT_WEIGHTING_CLASSIFIER; m < SHIFT_WEIGHTINGS; m++) {
        const char *name = shift_weighting_method_name((shift_weighting_method)m);
        double share = w->by[m].effective_rows / (double)w->rows;
        if (w->by[m].mean_gap >= w->by[0].mean_gap)
            (void)fprintf(to, "%s: no better: the weighted means are no closer to production\n",
                          name);
        if (share < 0.1)
            (void)fprintf(to,
                          "%s: %.1f %% of the rows carry the weight: estimates will be noisy; "
                          "--clip makes the weights more even\n",
                          name, 100.0 * share);
    }
    if (w->uncovered >= 0.1)
        (void)fprintf(to,
                      "%.0f %% of production lies where training has next to no rows: no weights "
                      "make up for that\n",
                      100.0 * w->uncovered);
}

static void print_summary(const struct options *options, const shift_weights *w)
{
    FILE *to = to_stdout(options) ? stderr : stdout;
    (void)fprintf(to, "weights of %llu rows of ", (unsigned long long)w->rows);
    print_name(to, options->operands[0]);
    (void)fprintf(to,
                  " by p(prod) / p(train): by %s, calibrated; by uLSIF,\n"
                  "bandwidth %.3g, lambda %.3g\n\n",
                  w->classifier, w->bandwidth, w->lambda);
    print_methods(to, w);
    print_features(to, w);
    (void)fputs("\nGaps are distances of training's means (and log standard deviations) from\n"
                "production's, in standard deviations. EFFECTIVE is (sum w)^2 / sum w^2 rows.\n",
                to);
    print_advice(to, w);
}

static shift_status write_weights(shift_weights *weights, const struct options *options,
                                  shift_error *err)
{
    shift_source *source = NULL;
    shift_output *output = NULL;
    shift_status status = shift_source_open(&source, options->operands[0], &options->source, err);
    if (status == SHIFT_OK)
        status = shift_output_open(&output, options->output != NULL ? options->output : "-", err);
    if (status == SHIFT_OK) {
        shift_sink sink = shift_output_sink(output);
        status = shift_weights_write(weights, source, &sink, err);
    }
    if (status == SHIFT_OK) {
        status = shift_output_commit(output, err);
        output = NULL;
    }
    shift_output_abort(output);
    shift_source_close(source);
    return status;
}

static int run(const struct options *options)
{
    shift_error err = SHIFT_ERROR_INIT;
    shift_profile *train = NULL;
    shift_profile *prod = NULL;
    shift_weights *weights = NULL;
    shift_weights_options wanted = SHIFT_WEIGHTS_OPTIONS_INIT;
    wanted.seed = options->policy.seed;
    wanted.threads = options->policy.threads;
    wanted.clip = options->clip;
    wanted.progress = &options->watch;
    shift_status status = input_rows(options->operands[0], &err);
    if (status == SHIFT_OK)
        status = input_profile(&train, options->operands[0], NULL, options, &err);
    if (status == SHIFT_OK)
        status = input_profile(&prod, options->operands[1], train, options, &err);
    if (status == SHIFT_OK)
        status = shift_weights_new(&weights, train, prod, &wanted, &err);
    if (status == SHIFT_OK)
        status = write_weights(weights, options, &err);
    if (status == SHIFT_OK)
        print_summary(options, weights);
    shift_weights_free(weights);
    shift_profile_free(prod);
    shift_profile_free(train);
    return status == SHIFT_OK ? STATUS_NO_SHIFT : trouble(&err);
}

const struct command cmd_weights = {
    "weights",
    "TRAIN PROD",
    "weights that make training data look like production",
    "Writes, for every row of TRAIN, how much more frequent such rows are in PROD: an\n"
    "estimate of the density ratio, for retraining or for evaluating a model under\n"
    "the shift. CSV with the columns row (1 is the first after the header),\n"
    "classifier (the domain classifier's calibrated odds) and ulsif (Kanamori, Hido &\n"
    "Sugiyama 2009); the mean of each is 1.\n"
    "\n"
    "The summary (on standard error where the weights go to standard output) says how\n"
    "many rows the weights are worth, and whether the weighted means and spreads of\n"
    "training are closer to production's than the unweighted ones. Where the supports\n"
    "do not overlap there are no such weights: exit status 2, and no file.\n"
    "\n"
    "TRAIN is read twice, so it must be a file or a query. PROD may be a saved\n"
    "profile.\n",
    OPTIONS_READ | OPTIONS_KIND | OPTIONS_SKETCH | OPTIONS_OUTPUT | OPTIONS_CLIP | OPTIONS_MEMORY,
    2,
    2,
    run,
};
