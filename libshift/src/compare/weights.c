/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Importance weights of the rows of a training source, in one pass over it, and what they do. */
#include "shift/weights.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare/joint/ratio.h"
#include "core/csv_field.h"
#include "core/memory.h"
#include "core/null.h"
#include "core/options.h"
#include "profile/label.h"
#include "profile/rows.h"

static const double most_uncovered = 0.5;

const char *shift_weighting_method_name(shift_weighting_method method)
{
    static const char *const names[] = {"unweighted", "classifier", "ulsif"};
    return (size_t)method < sizeof names / sizeof *names ? names[method] : NULL;
}

/* The public struct comes first, so that its address is the owner's. */
typedef struct owner {
    shift_weights view;
    shift__arena arena;
    shift__ratio *ratio;
    double clip;
} owner;

void shift_weights_free(shift_weights *weights)
{
    if (weights == NULL)
        return;
    owner *o = (owner *)(void *)weights;
    shift__ratio_free(o->ratio);
    shift__arena_clear(&o->arena);
    free(o);
}

/* Sums over rows, of one encoded column under one set of weights. */
typedef struct sums {
    double w, wx, wxx;
} sums;

typedef struct weighing {
    const shift__ratio *ratio;
    const shift_sink *sink;
    double clip;
    double scale[SHIFT_WEIGHTINGS]; /* makes the sample's mean weight 1 */
    double total[SHIFT_WEIGHTINGS], squares[SHIFT_WEIGHTINGS];
    sums *sums[SHIFT_WEIGHTINGS]; /* one a column */
    float *values;                /* encoded rows of a batch */
    double *weights[SHIFT_WEIGHTINGS];
    size_t values_capacity, weights_capacity[SHIFT_WEIGHTINGS];
    shift_weights *out;
} weighing;

static void add(sums *s, double w, double x)
{
    s->w += w;
    s->wx += w * x;
    s->wxx += w * x * x;
}

static shift_status room_for(weighing *g, size_t rows, shift_error *err)
{
    shift_status status = shift__array_grow(
        &g->values, &g->values_capacity, rows * g->ratio->encoder->columns, sizeof *g->values, err);
    for (int m = 0; status == SHIFT_OK && m < SHIFT_WEIGHTINGS; m++)
        status = shift__array_grow(&g->weights[m], &g->weights_capacity[m], rows,
                                   sizeof *g->weights[m], err);
    return status;
}

/* Unscaled weights of encoded training rows, the first of which is row `first`. */
static shift_status weigh(weighing *g, uint64_t first, const shift__table *rows, shift_error *err)
{
    for (size_t i = 0; i < rows->rows; i++)
        g->weights[SHIFT_WEIGHTING_NONE][i] = 1.0;
    shift_status status =
        shift__ratio_odds(g->ratio, 0, first, rows, g->weights[SHIFT_WEIGHTING_CLASSIFIER], err);
    if (status == SHIFT_OK)
        status = shift__ratio_ulsif(g->ratio, rows, g->weights[SHIFT_WEIGHTING_ULSIF], err);
    return status;
}

static shift_status find_scales(weighing *g, shift_error *err)
{
    const shift__ratio *ratio = g->ratio;
    shift__table sample = {ratio->values, ratio->each, ratio->encoder->columns};
    shift_status status = room_for(g, ratio->each, err);
    if (status == SHIFT_OK)
        status = shift__ratio_ulsif(ratio, &sample, g->weights[SHIFT_WEIGHTING_ULSIF], err);
    if (status != SHIFT_OK)
        return status;
    double odds = 0.0;
    double ulsif = 0.0;
    for (size_t i = 0; i < ratio->each; i++) {
        odds += shift__calibrated_odds(&ratio->calibration, ratio->domain->scores[i]);
        ulsif += g->weights[SHIFT_WEIGHTING_ULSIF][i];
    }
    g->scale[SHIFT_WEIGHTING_NONE] = 1.0;
    g->scale[SHIFT_WEIGHTING_CLASSIFIER] = (double)ratio->each / odds;
    g->scale[SHIFT_WEIGHTING_ULSIF] = ulsif > 0.0 ? (double)ratio->each / ulsif : 0.0;
    return SHIFT_OK;
}

static void count_row(weighing *g, size_t row)
{
    size_t columns = g->ratio->encoder->columns;
    for (int m = 0; m < SHIFT_WEIGHTINGS; m++) {
        shift_weighting *by = &g->out->by[m];
        double w = g->weights[m][row] * g->scale[m];
        by->clipped += w > g->clip;
        w = w > g->clip ? g->clip : w;
        g->weights[m][row] = w;
        g->total[m] += w;
        g->squares[m] += w * w;
        by->largest = w > by->largest ? w : by->largest;
        for (size_t c = 0; c < columns; c++) {
            double x = (double)g->values[row * columns + c];
            if (!isnan(x))
                add(&g->sums[m][c], w, x);
        }
    }
}

static shift_status write_batch(weighing *g, const shift_batch *batch, shift_error *err)
{
    shift_status status = room_for(g, batch->rows, err);
    if (status != SHIFT_OK)
        return status;
    shift__encode_batch(g->ratio->encoder, 0, batch, g->values);
    shift__table rows = {g->values, batch->rows, g->ratio->encoder->columns};
    status = weigh(g, g->out->rows, &rows, err);
    for (size_t i = 0; status == SHIFT_OK && i < batch->rows; i++) {
        char line[96];
        count_row(g, i);
        g->out->rows++;
        int n = snprintf(line, sizeof line, "%llu,%.9g,%.9g\n", (unsigned long long)g->out->rows,
                         g->weights[SHIFT_WEIGHTING_CLASSIFIER][i],
                         g->weights[SHIFT_WEIGHTING_ULSIF][i]);
        status = g->sink->write(g->sink->context, line, (size_t)n, err);
    }
    return status;
}

static shift_status write_rows(weighing *g, shift_source *source, shift_error *err)
{
    static const char header[] = "row,classifier,ulsif\n";
    const shift_profile *train = g->ratio->sides.train;
    shift__row_reader *rows = NULL;
    shift_batch batch;
    bool end = false;
    shift_status status = shift__row_reader_open(&rows, source, shift_profile_schema(train), err);
    if (status == SHIFT_OK)
        status = g->sink->write(g->sink->context, header, sizeof header - 1, err);
    while (status == SHIFT_OK) {
        status = shift__row_reader_next(rows, &batch, &end, err);
        if (status != SHIFT_OK || end)
            break;
        status = write_batch(g, &batch, err);
    }
    shift__row_reader_close(rows);
    if (status == SHIFT_OK && g->out->rows != shift_profile_rows(train))
        status =
            shift_error_set(err, SHIFT_EFORMAT, "%s: has %llu rows now, %llu when it was profiled",
                            shift_source_name(source), (unsigned long long)g->out->rows,
                            (unsigned long long)shift_profile_rows(train));
    return status;
}

/* Sums of production's sampled rows. */
static void add_production(const shift__ratio *ratio, sums *prod)
{
    size_t columns = ratio->encoder->columns;
    for (size_t i = ratio->each; i < 2 * ratio->each; i++)
        for (size_t c = 0; c < columns; c++) {
            double x = (double)ratio->values[i * columns + c];
            if (!isnan(x))
                add(&prod[c], 1.0, x);
        }
}

static double mean_of(const sums *s)
{
    return s->wx / s->w;
}

static double spread_of(const sums *s)
{
    return sqrt(fmax(s->wxx / s->w - mean_of(s) * mean_of(s), 0.0));
}

/* The gap of one column; 0 where it does not vary. The rank that codes rare levels has no mean that
 * means anything. */
static double gap_of(const shift__encoding *e, size_t column, const sums *x, const sums *y,
                     double sd)
{
    bool is_rank = e->levels != NULL && column + 1 == e->columns && e->n_levels >= e->columns;
    double gap = fabs(mean_of(x) - mean_of(y)) / sd;
    return is_rank || !(sd > 0.0) || isnan(gap) ? 0.0 : gap;
}

static void compare_feature(const weighing *g, const sums *prod, size_t feature, int method,
                            double *gap, double *spread)
{
    const shift__encoding *e = &g->ratio->encoder->encodings[feature];
    *gap = 0.0;
    *spread = (double)NAN;
    for (size_t c = 0; c < e->columns; c++) {
        const sums *none = &g->sums[SHIFT_WEIGHTING_NONE][e->begin + c];
        const sums *x = &g->sums[method][e->begin + c];
        const sums *y = &prod[e->begin + c];
        double share = none->wx / none->w;
        double sd = e->levels == NULL
                        ? 1.0 /* standardised */
                        : sqrt(0.5 * (share * (1.0 - share) + mean_of(y) * (1.0 - mean_of(y))));
        *gap = fmax(*gap, gap_of(e, c, x, y, sd));
        if (e->levels == NULL)
            *spread = log(spread_of(x) / spread_of(y));
    }
}

static shift_status compare_moments(const weighing *g, shift__arena *arena, shift_error *err)
{
    const shift__joint_sides *sides = &g->ratio->sides;
    shift_weights *out = g->out;
    const shift_weighted_feature **features = NULL;
    sums *prod = NULL;
    shift_status status =
        shift__arena_alloc(arena, &features, sides->n_columns, sizeof(void *), err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(arena, &prod, g->ratio->encoder->columns, sizeof *prod, err);
    if (status == SHIFT_OK)
        add_production(g->ratio, prod);
    double spreads[SHIFT_WEIGHTINGS] = {0.0};
    size_t spread_features[SHIFT_WEIGHTINGS] = {0};
    for (size_t i = 0; status == SHIFT_OK && i < sides->n_columns; i++) {
        shift_weighted_feature *feature = NULL;
        const char *name = sides->columns[i].name;
        status = shift__arena_alloc(arena, &feature, 1, sizeof *feature, err);
        if (status == SHIFT_OK)
            status = shift__arena_text(arena, &feature->name, name, strlen(name), err);
        for (int m = 0; status == SHIFT_OK && m < SHIFT_WEIGHTINGS; m++) {
            double spread = 0.0;
            compare_feature(g, prod, i, m, &feature->gap[m], &spread);
            out->by[m].mean_gap += feature->gap[m] * feature->gap[m];
            spreads[m] += isfinite(spread) ? spread * spread : 0.0;
            spread_features[m] += isfinite(spread) != 0;
        }
        features[i] = feature;
    }
    for (int m = 0; m < SHIFT_WEIGHTINGS; m++) {
        out->by[m].mean_gap = sqrt(out->by[m].mean_gap / (double)sides->n_columns);
        out->by[m].spread_gap = sqrt(spreads[m] / (double)spread_features[m]);
        out->by[m].mean = g->total[m] / (double)out->rows;
        out->by[m].effective_rows = g->total[m] * g->total[m] / g->squares[m];
    }
    out->features = features;
    out->n_features = sides->n_columns;
    return status;
}

static shift_status fill(weighing *g, shift_source *source, shift__arena *arena, shift_error *err)
{
    shift_status status = SHIFT_OK;
    for (int m = 0; status == SHIFT_OK && m < SHIFT_WEIGHTINGS; m++)
        status = shift__arena_alloc(arena, &g->sums[m], g->ratio->encoder->columns,
                                    sizeof *g->sums[m], err);
    if (status == SHIFT_OK)
        status = find_scales(g, err);
    if (status == SHIFT_OK)
        status = write_rows(g, source, err);
    if (status == SHIFT_OK)
        status = compare_moments(g, arena, err);
    free(g->values);
    for (int m = 0; m < SHIFT_WEIGHTINGS; m++)
        free(g->weights[m]);
    return status;
}

static shift_status fit(owner *o, const shift_profile *train, const shift_profile *prod,
                        const shift_weights_options *options, shift_error *err)
{
    shift__ratio_settings settings = {options->seed, options->threads, options->progress};
    o->clip = options->clip;
    if (!(options->clip >= 1.0))
        return shift_error_set(err, SHIFT_EINVAL, "clip is %g, expected 1 at least", options->clip);
    shift_status status = shift__ratio_new(&o->ratio, train, prod, &settings, err);
    if (status == SHIFT_OK && o->ratio->uncovered > most_uncovered)
        return shift_error_set(
            err, SHIFT_EINCOMPATIBLE,
            "the supports do not overlap: %.0f %% of %s lies where fewer than 0.5 %% of the rows "
            "of %s are, and no weights can stand in for what is not there",
            100.0 * o->ratio->uncovered, shift__profile_label(prod), shift__profile_label(train));
    if (status == SHIFT_OK)
        status = shift__ratio_fit_ulsif(o->ratio, err);
    if (status != SHIFT_OK)
        return status;
    o->view = (shift_weights){.size = sizeof o->view,
                              .classifier = o->ratio->domain->learner->name,
                              .uncovered = o->ratio->uncovered,
                              .bandwidth = o->ratio->ulsif->bandwidth,
                              .lambda = o->ratio->ulsif->lambda};
    return SHIFT_OK;
}

shift_status shift_weights_new(shift_weights **out, const shift_profile *train,
                               const shift_profile *prod, const shift_weights_options *options,
                               shift_error *err)
{
    if (SHIFT__ANY_NULL(err, out, train, prod))
        return SHIFT_EINVAL;
    shift_weights_options complete = SHIFT_WEIGHTS_OPTIONS_INIT;
    owner *o = NULL;
    shift_status status = SHIFT__OPTIONS_TAKE(&complete, options, "shift_weights_options", err);
    if (status == SHIFT_OK)
        status = shift__alloc(&o, 1, sizeof *o, err);
    if (status != SHIFT_OK)
        return status;
    status = fit(o, train, prod, &complete, err);
    if (status != SHIFT_OK) {
        shift_weights_free(&o->view);
        return status;
    }
    *out = &o->view;
    return SHIFT_OK;
}

shift_status shift_weights_write(shift_weights *weights, shift_source *source,
                                 const shift_sink *sink, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, weights, source, sink))
        return SHIFT_EINVAL;
    if (sink->write == NULL)
        return shift_error_set(err, SHIFT_EINVAL, "a sink that cannot write");
    owner *o = (owner *)(void *)weights;
    weighing g = {.ratio = o->ratio, .sink = sink, .clip = o->clip, .out = weights};
    shift__progress_enter(o->ratio->progress);
    weights->rows = 0;
    memset(weights->by, 0, sizeof weights->by);
    return fill(&g, source, &o->arena, err);
}
