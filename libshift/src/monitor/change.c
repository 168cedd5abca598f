/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The detectors, on values that are standardised by those before them. */
#include "shift/change.h"

#include <math.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

/* Pairs of neighbours before the first value that is judged; the recent ones come to them */
enum { FEWEST = SHIFT_CHANGE_FIRST - SHIFT_CHANGE_RECENT };

static const char *const names[] = {"cusum", "page_hinkley", "ewma", "adwin"};

const char *shift_detector_name(shift_detector detector)
{
    return (size_t)detector < SHIFT_N_DETECTORS ? names[detector] : NULL;
}

static void learn_pair(shift_series_state *s, double before, double after)
{
    double x = before - s->before;
    double y = after - s->after;
    s->pairs++;
    s->before += x / s->pairs;
    s->after += y / s->pairs;
    s->before2 += x * (before - s->before);
    s->product += x * (after - s->after);
    s->after2 += y * (after - s->after);
}

/* The recent values wait before they say how neighbours correlate, as a change of the level looks
 * like correlation, and would hide itself. */
static void learn(shift_series_state *s, double value)
{
    size_t n = (size_t)fmin(s->n, SHIFT_CHANGE_RECENT);
    s->n++;
    if (n == SHIFT_CHANGE_RECENT) {
        learn_pair(s, s->recent[0], s->recent[1]);
        memmove(s->recent, s->recent + 1, (--n) * sizeof *s->recent);
    }
    s->recent[n] = value;
}

/* How neighbours correlate at most: least squares, Kendall's (1954, Biometrika 41) bias, and as
 * many standard errors as keep the run lengths where the level has to be learned beside it. */
static double correlation(const shift_series_state *s)
{
    const double errors = 1.25;
    double n = s->pairs + 1;
    double rho = s->product / s->before2;
    double error = sqrt(fmax(1 - rho * rho, 1 / n) / n);
    return fmin(fmax(rho + (1 + 3 * rho) / n + errors * error, 0), 0.999);
}

/* Hawkins' self-starting score of what a value is away from its prediction by the one before it:
 * distributed as Student's t, and its normal score as a standard normal number, independent of the
 * scores before, if the correlation were known. */
static double standardise(const shift_series_state *s, double value)
{
    if (s->pairs < FEWEST || !(s->before2 > 0))
        return (double)NAN;
    double rho = correlation(s);
    shift_series_state all = *s;
    for (size_t i = 1; i < SHIFT_CHANGE_RECENT; i++)
        learn_pair(&all, s->recent[i - 1], s->recent[i]);
    double freedom = all.pairs - 2;
    double variance = (all.after2 - 2 * rho * all.product + rho * rho * all.before2) / freedom;
    if (!(variance > 0))
        return (double)NAN;
    double away = s->recent[SHIFT_CHANGE_RECENT - 1] - all.before;
    double t = (value - all.after - rho * away) /
               sqrt(variance * (1 + 1 / all.pairs + away * away / all.before2));
    /* by the nearer tail, which does not round to 1 */
    double score = -gsl_cdf_ugaussian_Pinv(gsl_cdf_tdist_Q(fabs(t), freedom));
    if (!(score < 37))
        score = 37;
    return t < 0 ? -score : score;
}

void shift_change_calm(shift_series_state *state, double value)
{
    if (state == NULL || !isfinite(value))
        return;
    double d = value - state->calm_mean;
    state->calm_n++;
    state->calm_mean += d / state->calm_n;
    state->calm_m2 += d * (value - state->calm_mean);
}

double shift_change_bound(const shift_series_state *state, double sds)
{
    if (state == NULL || state->calm_n < 2)
        return (double)NAN;
    double n = state->calm_n;
    return state->calm_mean + sds * sqrt(state->calm_m2 / (n - 1) * (1 + 1 / n));
}

/* One side of a cumulative sum; *runs counts since it left 0. */
static bool add_up(double *sum, double *runs, double step, double limit)
{
    *sum += step;
    *runs += 1;
    if (*sum <= 0)
        *sum = *runs = 0;
    return *sum > limit;
}

static void cusum(shift_series_state *s, const shift_change_limits *l, double u,
                  shift_change_signal *out)
{
    for (int side = 0; side < 2; side++) {
        double step = (side == 0 ? u : -u) - l->cusum_slack;
        if (add_up(&s->cusum[side], &s->cusum_runs[side], step, l->cusum_limit))
            *out = (shift_change_signal){true, side == 0, (size_t)s->cusum_runs[side]};
    }
}

/* Against the mean of the scores so far, as Page and Hinkley do: the sum less its minimum is a
 * cumulative sum that restarts at 0. */
static void page_hinkley(shift_series_state *s, const shift_change_limits *l, double u,
                         shift_change_signal *out)
{
    s->page_n++;
    s->page_mean += (u - s->page_mean) / s->page_n;
    for (int side = 0; side < 2; side++) {
        double d = side == 0 ? u - s->page_mean : s->page_mean - u;
        if (add_up(&s->page[side], &s->page_runs[side], d - l->page_slack, l->page_limit))
            *out = (shift_change_signal){true, side == 0, (size_t)s->page_runs[side]};
    }
}

static void ewma(shift_series_state *s, const shift_change_limits *l, double u,
                 shift_change_signal *out)
{
    double before = s->ewma;
    s->ewma += l->ewma_weight * (u - s->ewma);
    s->ewma_runs = before * s->ewma > 0 ? s->ewma_runs + 1 : 1;
    if (fabs(s->ewma) > l->ewma_limit * sqrt(l->ewma_weight / (2 - l->ewma_weight)))
        *out = (shift_change_signal){true, s->ewma > 0, (size_t)s->ewma_runs};
}

/* A value enters the exponential histogram: two of a full level's buckets become one of the next.
 */
static void adwin_insert(shift_series_state *s, double value)
{
    double carried = value;
    for (int level = 0; level < SHIFT_ADWIN_LEVELS; level++) {
        double *sums = s->adwin_sum[level];
        size_t n = (size_t)s->adwin_n[level];
        if (n < SHIFT_ADWIN_BUCKETS) {
            sums[n] = carried;
            s->adwin_n[level]++;
            return;
        }
        double merged = sums[0] + sums[1];
        memmove(sums, sums + 2, (SHIFT_ADWIN_BUCKETS - 2) * sizeof *sums);
        sums[SHIFT_ADWIN_BUCKETS - 2] = carried;
        s->adwin_n[level] = SHIFT_ADWIN_BUCKETS - 1;
        carried = merged;
    }
}

/* Bifet and Gavalda's cut for values of known variance 1 whose means are normal: how far the means
 * of two parts may differ. */
static double adwin_bound(double level, double total, double n0, double n1)
{
    return sqrt(2 * (1 / n0 + 1 / n1) * log(2 * log(total) / level));
}

/* Every cut between two buckets, from the oldest on. */
static void adwin(shift_series_state *s, const shift_change_limits *l, double u,
                  shift_change_signal *out)
{
    adwin_insert(s, u);
    double total = 0;
    double sum = 0;
    for (int level = 0; level < SHIFT_ADWIN_LEVELS; level++)
        for (size_t i = 0; i < (size_t)s->adwin_n[level]; i++) {
            total += ldexp(1, level);
            sum += s->adwin_sum[level][i];
        }
    double n0 = 0;
    double sum0 = 0;
    for (int level = SHIFT_ADWIN_LEVELS - 1; level >= 0; level--)
        for (size_t i = 0; i < (size_t)s->adwin_n[level]; i++) {
            n0 += ldexp(1, level);
            sum0 += s->adwin_sum[level][i];
            double n1 = total - n0;
            if (n1 < 1)
                return;
            double d = (sum - sum0) / n1 - sum0 / n0;
            if (fabs(d) > adwin_bound(l->adwin_level, total, n0, n1))
                *out = (shift_change_signal){true, d > 0, (size_t)n1};
        }
}

void shift_change_update(shift_series_state *state, const shift_change_limits *limits, double value,
                         shift_change_signal signals[SHIFT_N_DETECTORS])
{
    if (signals == NULL)
        return;
    memset(signals, 0, SHIFT_N_DETECTORS * sizeof *signals);
    if (state == NULL || limits == NULL || !isfinite(value))
        return;
    double u = standardise(state, value);
    if (!isnan(u)) {
        cusum(state, limits, u, &signals[SHIFT_DETECTOR_CUSUM]);
        page_hinkley(state, limits, u, &signals[SHIFT_DETECTOR_PAGE_HINKLEY]);
        ewma(state, limits, u, &signals[SHIFT_DETECTOR_EWMA]);
        adwin(state, limits, u, &signals[SHIFT_DETECTOR_ADWIN]);
    }
    learn(state, value);
}
