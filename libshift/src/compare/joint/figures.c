/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What out-of-fold scores prove.
 *
 * Given the models, the labels of a test fold are under the null hypothesis a random arrangement of
 * its fixed numbers of either side: no model has to be fitted again to permute them. The folds are
 * not independent, though: a pair of rows in different folds speaks twice, once through each one's
 * model. Where scores are sums over such pairs this doubles the variance, and simulations with
 * both learners, 1 to 24 columns and 20 to 3,000 rows found factors from 1.3 to 2.0. So variances
 * are doubled, of the permutations as of the intervals (docs/methods.md). */
#include "compare/joint/domain.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "compare/special.h"
#include "core/memory.h"

static const double double_variance = 2.0;
static const double normal_975 = 1.959963984540054;

double shift__mcc(double k, double true_positives, double false_positives)
{
    double called = true_positives + false_positives;
    if (called <= 0.0 || called >= 2.0 * k)
        return 0.0;
    return (true_positives - false_positives) / sqrt(called * (2.0 * k - called));
}

typedef struct counts {
    size_t train, prod;               /* rows */
    size_t called_train, called_prod; /* of them, called production */
} counts;

static void count_fold(const shift__domain *d, size_t fold, counts *out)
{
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < 2 * d->k; i++) {
        if (d->folds[i] != fold)
            continue;
        bool called = d->scores[i] > 0.5;
        out->train += i < d->k;
        out->prod += i >= d->k;
        out->called_train += called && i < d->k;
        out->called_prod += called && i >= d->k;
    }
}

/* Law of a number of production rows among those called so: of one fold, or of several. */
typedef struct law {
    size_t least;
    size_t n; /* values from `least` on */
    double *probability;
} law;

static double log_choose(double n, double k)
{
    return lgamma(n + 1.0) - lgamma(k + 1.0) - lgamma(n - k + 1.0);
}

/* Hypergeometric */
static shift_status law_of_fold(law *out, const counts *c, shift_error *err)
{
    size_t called = c->called_train + c->called_prod;
    out->least = called > c->train ? called - c->train : 0;
    out->n = (called < c->prod ? called : c->prod) - out->least + 1;
    shift_status status = shift__alloc(&out->probability, out->n, sizeof(double), err);
    double all = log_choose((double)(c->train + c->prod), (double)called);
    for (size_t i = 0; status == SHIFT_OK && i < out->n; i++) {
        double t = (double)(out->least + i);
        out->probability[i] = exp(log_choose((double)c->prod, t) +
                                  log_choose((double)c->train, (double)called - t) - all);
    }
    return status;
}

/* The law of the sum takes the place of `sum`. */
static shift_status law_add(law *sum, const law *other, shift_error *err)
{
    law both = {sum->least + other->least, sum->n + other->n - 1, NULL};
    shift_status status = shift__alloc(&both.probability, both.n, sizeof(double), err);
    if (status != SHIFT_OK)
        return status;
    for (size_t i = 0; i < sum->n; i++)
        for (size_t j = 0; j < other->n; j++)
            both.probability[i + j] += sum->probability[i] * other->probability[j];
    free(sum->probability);
    *sum = both;
    return SHIFT_OK;
}

/* Share of all arrangements of the labels within the folds that call as many of production right,
 * after their deviations from the expected number were stretched to the doubled variance. The
 * arrangement that there is counts, so it is never 0; what a double cannot hold is 1e-300. */
static shift_status permute(const counts *folds, double *p, shift_error *err)
{
    law sum = {0};
    double expected = 0.0;
    double observed = 0.0;
    shift_status status = law_of_fold(&sum, &folds[0], err);
    for (size_t f = 0; status == SHIFT_OK && f < SHIFT__FOLDS; f++) {
        const counts *c = &folds[f];
        expected += (double)(c->called_train + c->called_prod) * (double)c->prod /
                    (double)(c->train + c->prod);
        observed += (double)c->called_prod;
        law next = {0};
        if (f > 0)
            status = law_of_fold(&next, c, err);
        if (f > 0 && status == SHIFT_OK)
            status = law_add(&sum, &next, err);
        free(next.probability);
    }
    double bound = expected + (observed - expected) / sqrt(double_variance) - 1e-9;
    double tail = 0.0;
    for (size_t i = sum.n; status == SHIFT_OK && i-- > 0 && (double)(sum.least + i) >= bound;)
        tail += sum.probability[i];
    free(sum.probability);
    *p = tail < 1e-300 ? 1e-300 : fmin(tail, 1.0);
    return status;
}

/* Delta method on Fisher's z of the coefficient, from rates with one added to each count so that
 * perfect separation of a few rows is not taken for certainty. */
void shift__mcc_interval(double n_train, double n_prod, double called_train, double called_prod,
                         double limits[2])
{
    double t = (called_prod + 1.0) / (n_prod + 2.0);
    double f = (called_train + 1.0) / (n_train + 2.0);
    double s = t + f;
    double q = s * (2.0 - s);
    double mcc = (t - f) / sqrt(q);
    double bend = (t - f) * (1.0 - s) / (q * sqrt(q));
    double by_t = 1.0 / sqrt(q) - bend;
    double by_f = -1.0 / sqrt(q) - bend;
    double variance = by_t * by_t * t * (1.0 - t) / (n_prod + 2.0) +
                      by_f * by_f * f * (1.0 - f) / (n_train + 2.0);
    double half = normal_975 * sqrt(double_variance * variance) / (1.0 - mcc * mcc);
    limits[0] = tanh(atanh(mcc) - half);
    limits[1] = tanh(atanh(mcc) + half);
}

shift_status shift__mcc_figure(const shift__domain *d, shift__domain_figure *out, shift_error *err)
{
    counts folds[SHIFT__FOLDS];
    counts all = {0};
    for (size_t f = 0; f < SHIFT__FOLDS; f++) {
        count_fold(d, f, &folds[f]);
        all.called_train += folds[f].called_train;
        all.called_prod += folds[f].called_prod;
    }
    double k = (double)d->k;
    double limits[2];
    out->value = shift__mcc(k, (double)all.called_prod, (double)all.called_train);
    shift__mcc_interval(k, k, (double)all.called_train, (double)all.called_prod, limits);
    out->low = limits[0] < out->value ? limits[0] : out->value;
    out->high = limits[1] > out->value ? limits[1] : out->value;
    return permute(folds, &out->p, err);
}

typedef struct ranked {
    double score;
    size_t row;
} ranked;

static int by_score(const void *a, const void *b)
{
    const ranked *x = a;
    const ranked *y = b;
    if (x->score != y->score)
        return x->score < y->score ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

/* Rows of the other side that lie below each row, ties counting half (DeLong et al. 1988). The sum
 * of d^3 - d over blocks of d tied rows goes to *ties. */
static void place(const ranked *rows, size_t k, double *placement, double *ties)
{
    size_t below[2] = {0, 0};
    *ties = 0.0;
    for (size_t i = 0; i < 2 * k;) {
        size_t tied[2] = {0, 0};
        size_t end = i;
        for (; end < 2 * k && rows[end].score == rows[i].score; end++)
            tied[rows[end].row >= k]++;
        for (size_t j = i; j < end; j++) {
            size_t other = rows[j].row < k;
            placement[rows[j].row] = (double)below[other] + 0.5 * (double)tied[other];
        }
        double d = (double)(end - i);
        *ties += d * d * d - d;
        below[0] += tied[0];
        below[1] += tied[1];
        i = end;
    }
}

static double variance_of(const double *x, size_t n)
{
    double mean = 0.0;
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        mean += x[i] / (double)n;
    for (size_t i = 0; i < n; i++)
        sum += (x[i] - mean) * (x[i] - mean);
    return sum / ((double)n - 1.0);
}

/* Delta method on the logit. Perfect separation has no variance of its own and no logit: one row in
 * k + 2 counts as misplaced then, as in shift__mcc_interval(). */
static void auc_limits(double auc, double variance, double k, shift__domain_figure *out)
{
    double a = fmin(fmax(auc, 1.0 / (k + 2.0)), (k + 1.0) / (k + 2.0));
    double least = a * (1.0 - a) / k;
    double v = double_variance * (variance > least ? variance : least);
    double half = normal_975 * sqrt(v) / (a * (1.0 - a));
    double low = 1.0 / (1.0 + exp(half - log(a / (1.0 - a))));
    double high = 1.0 / (1.0 + exp(-half - log(a / (1.0 - a))));
    out->low = low < auc ? low : auc;
    out->high = high > auc ? high : auc;
}

shift_status shift__auc_figure(const shift__domain *d, shift__domain_figure *out, shift_error *err)
{
    size_t k = d->k;
    ranked *rows = NULL;
    double *placement = NULL;
    shift_status status = shift__alloc(&rows, 2 * k, sizeof *rows, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&placement, 2 * k, sizeof *placement, err);
    if (status != SHIFT_OK)
        goto out;
    for (size_t i = 0; i < 2 * k; i++)
        rows[i] = (ranked){d->scores[i], i};
    qsort(rows, 2 * k, sizeof *rows, by_score);
    double ties = 0.0;
    place(rows, k, placement, &ties);
    double n = (double)k;
    double auc = 0.0;
    for (size_t i = k; i < 2 * k; i++)
        auc += placement[i];
    auc /= n * n;
    out->value = auc;
    double variance = (variance_of(placement, k) + variance_of(placement + k, k)) / (n * n * n);
    auc_limits(auc, variance, n, out);
    /* of the Mann-Whitney test, with its correction for ties */
    double null_variance = ((2.0 * n + 1.0) - ties / (2.0 * n * (2.0 * n - 1.0))) / (12.0 * n * n);
    out->p = null_variance > 0.0
                 ? shift__tail_normal((auc - 0.5) / sqrt(double_variance * null_variance)).p
                 : 1.0;
out:
    free(rows);
    free(placement);
    return status;
}
