/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each peer would say of one feature with its defaults. */
#include "peers.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ours.h"

enum { CHUNKS = 10, MOST_BINS = 512 };

static double value(const peer_case *c, const char *statistic)
{
    return measurement_of(c->feature, statistic)->value;
}

static double p_value(const peer_case *c, const char *statistic)
{
    double p = measurement_of(c->feature, statistic)->p_value;
    return isnan(p) ? 1.0 : p;
}

static void count_levels(const table *t, size_t column, double *counts)
{
    for (size_t r = 0; r < t->rows; r++)
        counts[t->levels[column][r]] += 1.0;
}

/* Chi-square goodness of fit to the shares of training, taken as exact */
static double goodness_p(const peer_case *c)
{
    double x[MANY_LEVELS] = {0.0};
    double y[MANY_LEVELS] = {0.0};
    count_levels(c->train, c->column, x);
    count_levels(c->prod, c->column, y);
    double sum = 0.0;
    double cells = 0.0;
    for (size_t k = 0; k < MANY_LEVELS; k++) {
        double expected = x[k] * (double)c->prod->rows / (double)c->train->rows;
        if (x[k] == 0.0 && y[k] > 0.0)
            return 0.0;
        cells += x[k] > 0.0;
        sum += x[k] > 0.0 ? (y[k] - expected) * (y[k] - expected) / expected : 0.0;
    }
    return cells < 2.0 ? 1.0 : gsl_cdf_chisq_Q(sum, cells - 1.0);
}

static bool evidently(const peer_case *c)
{
    bool few = c->train->rows <= 1000;
    if (!is_category(c->column))
        return few ? p_value(c, "ks") <= 0.05 : value(c, "wasserstein_normalized") >= 0.1;
    return few ? goodness_p(c) <= 0.05 : value(c, "jensen_shannon") * sqrt(log(2.0)) >= 0.1;
}

static bool alibi(const peer_case *c)
{
    const char *test = is_category(c->column) ? "chi_square" : "ks";
    return p_value(c, test) < 0.05 / (double)c->columns;
}

static bool whylogs(const peer_case *c)
{
    return (is_category(c->column) ? goodness_p(c) : p_value(c, "ks")) < 0.05;
}

/* Cramer's V with Bergsma's correction, categories below 1 % of training merged */
static double corrected_v(const peer_case *c)
{
    double x[MANY_LEVELS] = {0.0};
    double y[MANY_LEVELS] = {0.0};
    count_levels(c->train, c->column, x);
    count_levels(c->prod, c->column, y);
    double m = (double)c->train->rows;
    double n = (double)c->prod->rows;
    double rest[2] = {0.0, 0.0};
    double sum = 0.0;
    double cells = 0.0;
    for (size_t k = 0; k <= MANY_LEVELS; k++) {
        bool last = k == MANY_LEVELS;
        if (!last && x[k] / m < 0.01) {
            rest[0] += x[k];
            rest[1] += y[k];
            continue;
        }
        double a = last ? rest[0] : x[k];
        double b = last ? rest[1] : y[k];
        if (a + b == 0.0)
            continue;
        sum += (a / m - b / n) * (a / m - b / n) / (a + b);
        cells += 1.0;
    }
    double total = m + n;
    double square = m * n * sum / total - (cells - 1.0) / (total - 1.0);
    double k_least = cells - (cells - 1.0) * (cells - 1.0) / (total - 1.0) - 1.0;
    double least = fmin(k_least, 1.0 - 1.0 / (total - 1.0));
    return least > 0.0 ? sqrt(fmax(square, 0.0) / least) : 0.0;
}

static bool deepchecks(const peer_case *c)
{
    return is_category(c->column) ? corrected_v(c) > 0.2 : value(c, "ks") > 0.2;
}

static double distinct_deciles(const peer_case *c)
{
    double levels[MANY_LEVELS] = {0.0};
    double cells = 0.0;
    if (!is_category(c->column)) {
        /* ten bins, fewer where deciles coincide: Poisson has steps, zeros fill nine of ten */
        static const double bins[SET_NUMBERS] = {10, 10, 10, 10, 10, 10, 10, 6, 2, 10};
        return bins[c->column % SET];
    }
    count_levels(c->train, c->column, levels);
    for (size_t k = 0; k < MANY_LEVELS; k++)
        cells += levels[k] > 0.0;
    return cells;
}

static bool scouter(const peer_case *c)
{
    double dof = fmax(distinct_deciles(c) - 1.0, 1.0);
    return value(c, "psi") > gsl_cdf_chisq_Qinv(0.05, dof) / (double)c->prod->rows;
}

/* Shares of a column over the bins that NannyML lays on training */
typedef struct bins {
    size_t n;
    double low, width; /* equal-width bins of numbers */
    bool levels;       /* the distinct values are the bins */
} bins;

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Doane's number of bins (numpy.histogram_bin_edges) between the extremes */
static bins doane(const double *x, size_t n)
{
    double low = x[0];
    double high = x[0];
    double mean = 0.0;
    for (size_t r = 0; r < n; r++) {
        low = fmin(low, x[r]);
        high = fmax(high, x[r]);
        mean += x[r] / (double)n;
    }
    double m2 = 0.0;
    double m3 = 0.0;
    for (size_t r = 0; r < n; r++) {
        m2 += (x[r] - mean) * (x[r] - mean) / (double)n;
        m3 += pow(x[r] - mean, 3.0) / (double)n;
    }
    double sg1 = sqrt(6.0 * ((double)n - 2.0) / (((double)n + 1.0) * ((double)n + 3.0)));
    double wanted = 1.0 + log2((double)n) + log2(1.0 + fabs(m3 / pow(m2, 1.5)) / sg1);
    size_t count = (size_t)ceil(wanted);
    return (bins){count < MOST_BINS ? count : MOST_BINS, low, (high - low) / ceil(wanted), false};
}

static bins lay_bins(const peer_case *c)
{
    if (is_category(c->column))
        return (bins){MANY_LEVELS, 0.0, 1.0, true};
    const double *x = c->train->numbers[c->column];
    size_t n = c->train->rows;
    double *sorted = malloc(n * sizeof *sorted);
    size_t distinct = n;
    if (sorted != NULL) {
        memcpy(sorted, x, n * sizeof *sorted);
        qsort(sorted, n, sizeof *sorted, compare_doubles);
        distinct = 1;
        for (size_t r = 1; r < n; r++)
            distinct += sorted[r] != sorted[r - 1];
    }
    free(sorted);
    if (distinct <= 50 && (double)distinct / (double)n <= 0.1)
        return (bins){MANY_LEVELS, 0.0, 1.0, false}; /* small whole numbers: one bin each */
    return doane(x, n);
}

/* Shares of rows [from, to); the last one is what lies in no bin */
static void shares(const bins *b, const table *t, size_t column, size_t from, size_t to,
                   double *out)
{
    memset(out, 0, (b->n + 1) * sizeof *out);
    double one = 1.0 / (double)(to - from);
    for (size_t r = from; r < to; r++) {
        double place =
            b->levels ? t->levels[column][r] : (t->numbers[column][r] - b->low) / b->width;
        bool top = place == (double)b->n;
        bool inside = place >= 0.0 && (place < (double)b->n || top);
        out[!inside ? b->n : top ? b->n - 1 : (size_t)place] += one;
    }
}

static double jensen_shannon(const double *p, const double *q, size_t n)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        double middle = 0.5 * (p[i] + q[i]);
        sum += p[i] > 0.0 ? p[i] * log2(p[i] / middle) : 0.0;
        sum += q[i] > 0.0 ? q[i] * log2(q[i] / middle) : 0.0;
    }
    return sqrt(fmax(0.5 * sum, 0.0));
}

/* Distances of ten chunks of a table from all of training */
static void chunk_distances(const peer_case *c, const bins *b, const table *t, double *out)
{
    double all[MOST_BINS + 1];
    double part[MOST_BINS + 1];
    shares(b, c->train, c->column, 0, c->train->rows, all);
    for (size_t k = 0; k < CHUNKS; k++) {
        shares(b, t, c->column, t->rows * k / CHUNKS, t->rows * (k + 1) / CHUNKS, part);
        out[k] = jensen_shannon(all, part, b->n + 1);
    }
}

static double largest(const double *x)
{
    double most = x[0];
    for (size_t k = 1; k < CHUNKS; k++)
        most = fmax(most, x[k]);
    return most;
}

static bool nannyml_constant(const peer_case *c)
{
    bins b = lay_bins(c);
    double d[CHUNKS];
    chunk_distances(c, &b, c->prod, d);
    return largest(d) > 0.1;
}

static bool nannyml_spread(const peer_case *c)
{
    bins b = lay_bins(c);
    double d[CHUNKS];
    chunk_distances(c, &b, c->train, d);
    double mean = 0.0;
    double square = 0.0;
    for (size_t k = 0; k < CHUNKS; k++)
        mean += d[k] / CHUNKS;
    for (size_t k = 0; k < CHUNKS; k++)
        square += (d[k] - mean) * (d[k] - mean) / CHUNKS;
    chunk_distances(c, &b, c->prod, d);
    return largest(d) > mean + 3.0 * sqrt(square);
}

/* Q(t) of the Kolmogorov distribution, t >= 0.3 */
static double kolmogorov(double t)
{
    double sum = 0.0;
    for (int k = 1; k <= 20; k++)
        sum += (k % 2 == 1 ? 2.0 : -2.0) * exp(-2.0 * k * k * t * t);
    return t < 0.3 ? 1.0 : sum;
}

/* Bonferroni over all tests: three of each numeric feature, one of each categorical one */
static bool bonferroni(const peer_case *c)
{
    double tests = 0.0;
    for (size_t i = 0; i < c->columns; i++)
        tests += is_category(i) ? 1.0 : 3.0;
    double level = 0.05 / tests;
    if (is_category(c->column))
        return p_value(c, "chi_square") < level;
    double m = (double)c->train->rows;
    double n = (double)c->prod->rows;
    return kolmogorov(sqrt(m * n / (m + n)) * value(c, "ks")) < level ||
           p_value(c, "welch_t") < level || p_value(c, "brown_forsythe") < level;
}

const peer peers[] = {
    {"Evidently",
     "train rows <= 1000: KS p <= 0.05, chi-square goodness of fit p <= 0.05; else Wasserstein/sd "
     ">= 0.1, JS distance in nats >= 0.1 (evidentlyai/evidently a4aa4c2)",
     evidently, false},
    {"NannyML, constant",
     "JS distance > 0.1 in one of 10 chunks of production, Doane's bins (NannyML/nannyml 013274c)",
     nannyml_constant, false},
    {"NannyML, spread",
     "the same beyond mean + 3 sd of 10 chunks of training (NannyML/nannyml 4c86ee3)",
     nannyml_spread, false},
    {"alibi-detect",
     "KS or chi-square p < 0.05 / features (TabularDrift, correction=\"bonferroni\")", alibi,
     false},
    {"deepchecks",
     "KS D > 0.2; Cramer's V > 0.2, bias-corrected, categories below 1 % merged "
     "(deepchecks/deepchecks 9d6820f, without its margin filter)",
     deepchecks, false},
    {"whylogs", "KS p < 0.05; chi-square goodness of fit p < 0.05 (whylabs/whylogs 15a6aa9)",
     whylogs, false},
    {"scouter",
     "PSI over deciles or categories > chi-square quantile(0.95, bins - 1) / production rows "
     "(demml/scouter, PsiChiSquareThreshold)",
     scouter, false},
    {"Bonferroni",
     "the least p of KS (limit law), Welch's and Brown & Forsythe's test, or chi-square, < 0.05 / "
     "all tests of the run (data/calibration/bar.py)",
     bonferroni, true},
};
const size_t n_peers = sizeof peers / sizeof *peers;
