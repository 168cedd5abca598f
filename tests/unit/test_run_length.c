/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Average run lengths: against published tables, against a Markov chain that shares no code with
 * them, and of the detectors themselves. */
#include <check.h>
#include <gsl/gsl_integration.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "failing_memory.h"
#include "monitor/legendre.h"
#include "random_values.h"
#include "shift/shift.h"

typedef struct row {
    bool cusum;
    double parameter, limit, shift, length;
} row;

/* Two-sided charts, as the examples of the R package spc print them beside its own results
 * (man/xcusum.arl.Rd and man/xewma.arl.Rd); the books and papers themselves were not at hand.
 *
 * Lucas and Crosier, Technometrics 24 (1982), table 1; Waldmann, Technometrics 28 (1986), table 6;
 * SAS/QC manual (1999), CUSUM.
 * Lucas and Saccucci, Technometrics 32 (1990), table 3; Crowder, Technometrics 29 (1987), table 1,
 * without shift 1.25, whose 3.95 for weight 1/2 that page takes for a misprint; SAS/QC 8, function
 * EWMAARL, example (seen on SAS's own page too). */
static const row published[] = {
    {true, 0.5, 4, 0, 168},
    {true, 0.5, 4, 0.25, 74.2},
    {true, 0.5, 4, 0.5, 26.6},
    {true, 0.5, 4, 0.75, 13.3},
    {true, 0.5, 4, 1, 8.38},
    {true, 0.5, 4, 1.5, 4.75},
    {true, 0.5, 4, 2, 3.34},
    {true, 0.5, 4, 2.5, 2.62},
    {true, 0.5, 4, 3, 2.19},
    {true, 0.5, 4, 4, 1.71},
    {true, 0.5, 4, 5, 1.31},
    {true, 0.6, 3, -0.2, 65.4},
    {true, 0.25, 8, 2.5, 4.1500826715},
    {false, 0.5, 3.071, 0, 500},
    {false, 0.5, 3.071, 0.25, 255},
    {false, 0.5, 3.071, 0.5, 88.8},
    {false, 0.5, 3.071, 0.75, 35.9},
    {false, 0.5, 3.071, 1, 17.5},
    {false, 0.5, 3.071, 1.5, 6.53},
    {false, 0.5, 3.071, 2, 3.63},
    {false, 0.5, 3.071, 3, 1.93},
    {false, 0.5, 3.071, 5, 1.07},
    {false, 0.03, 2.437, 0, 500},
    {false, 0.03, 2.437, 0.25, 76.7},
    {false, 0.03, 2.437, 0.5, 29.3},
    {false, 0.03, 2.437, 0.75, 17.6},
    {false, 0.03, 2.437, 1, 12.6},
    {false, 0.03, 2.437, 1.5, 8.07},
    {false, 0.03, 2.437, 2, 5.99},
    {false, 0.03, 2.437, 3, 4.03},
    {false, 0.03, 2.437, 5, 2.55},
    {false, 0.5, 2, 0, 26.45},
    {false, 0.5, 2, 0.5, 11.89},
    {false, 0.5, 2, 1, 4.91},
    {false, 0.5, 2, 2, 1.94},
    {false, 0.5, 2, 4, 1.05},
    {false, 0.05, 2, 0, 127.53},
    {false, 0.05, 2, 0.5, 18.97},
    {false, 0.05, 2, 1, 8.38},
    {false, 0.05, 2, 2, 4.04},
    {false, 0.05, 2, 4, 2.15},
    {false, 0.25, 3, 1, 11.154267016},
};

/* Charts without a published row that was seen: the Markov chain alone. Among them the detectors'
 * own slacks and weight, and the limits whose run length is said to be 465 (CUSUM, 5) and 500. */
static const row computed[] = {
    {true, 0.5, 5, 0, 0},      {true, 0.5, 5, 0.25, 0},   {true, 0.5, 5, 0.5, 0},
    {true, 0.5, 5, 1, 0},      {true, 0.5, 5, 2, 0},      {true, 0.25, 8, 0, 0},
    {true, 0.25, 12, 0, 0},    {true, 0.5, 9, 0, 0},      {false, 0.1, 2.814, 0, 0},
    {false, 0.1, 2.814, 1, 0}, {false, 0.2, 2.962, 0, 0}, {false, 0.2, 2.962, 1, 0},
    {false, 0.4, 3.054, 0, 0}, {false, 0.4, 3.054, 1, 0}, {false, 0.1, 4, 0, 0},
};

static double normal_cdf(double x)
{
    return erfc(-x / sqrt(2)) / 2;
}

/* Solve (1 - Q) x = 1, a row of m after the other, and give x[start]. The matrix is an M-matrix:
 * elimination needs no pivots. */
static double solve(double *m, size_t n, size_t start)
{
    double *x = malloc(n * sizeof *x);
    ck_assert_ptr_nonnull(x);
    for (size_t i = 0; i < n; i++)
        x[i] = 1;
    for (size_t k = 0; k < n; k++)
        for (size_t i = k + 1; i < n; i++) {
            double f = m[i * n + k] / m[k * n + k];
            for (size_t j = k; j < n; j++)
                m[i * n + j] -= f * m[k * n + j];
            x[i] -= f * x[k];
        }
    for (size_t k = n; k-- > 0;) {
        for (size_t j = k + 1; j < n; j++)
            x[k] -= m[k * n + j] * x[j];
        x[k] /= m[k * n + k];
    }
    double length = x[start];
    free(x);
    return length;
}

/* Brook and Evans, Biometrika 59 (1972): a one-sided sum is in one of n states of width
 * 2h/(2n - 1), the first of which is at 0. */
static double cusum_chain(double slack, double limit, double shift, size_t n)
{
    double width = 2 * limit / (2 * (double)n - 1);
    double *m = malloc(n * n * sizeof *m);
    ck_assert_ptr_nonnull(m);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            double to = ((double)j - (double)i) * width + slack - shift;
            double p = normal_cdf(to + width / 2) - (j == 0 ? 0 : normal_cdf(to - width / 2));
            m[i * n + j] = (i == j) - p;
        }
    double length = solve(m, n, 0);
    free(m);
    return length;
}

/* The same of an average, as Lucas and Saccucci do: 2n - 1 states between the limits. */
static double ewma_chain(double weight, double limit, double shift, size_t n)
{
    size_t states = 2 * n - 1;
    double width = 2 * limit * sqrt(weight / (2 - weight)) / (double)states;
    double *m = malloc(states * states * sizeof *m);
    ck_assert_ptr_nonnull(m);
    for (size_t i = 0; i < states; i++)
        for (size_t j = 0; j < states; j++) {
            double from = ((double)i - (double)(n - 1)) * width;
            double to = (((double)j - (double)(n - 1)) * width - (1 - weight) * from) / weight;
            double half = width / 2 / weight;
            double p = normal_cdf(to - shift + half) - normal_cdf(to - shift - half);
            m[i * states + j] = (i == j) - p;
        }
    double length = solve(m, states, n - 1);
    free(m);
    return length;
}

/* Brook and Evans' refinement: length(n) = length + b/n + c/n^2, by three chains. */
static double refined(double (*chain)(double, double, double, size_t), const row *r, double shift)
{
    enum { N = 25 };
    double one = chain(r->parameter, r->limit, shift, N);
    double two = chain(r->parameter, r->limit, shift, 2L * N);
    double four = chain(r->parameter, r->limit, shift, 4L * N);
    return (8 * four - 6 * two + one) / 3;
}

static double of_chain(const row *r)
{
    if (!r->cusum)
        return refined(ewma_chain, r, r->shift);
    return 1 / (1 / refined(cusum_chain, r, r->shift) + 1 / refined(cusum_chain, r, -r->shift));
}

static double of_library(const row *r)
{
    return (r->cusum ? shift_run_length_cusum : shift_run_length_ewma)(r->parameter, r->limit,
                                                                       r->shift);
}

START_TEST(run_lengths_are_those_that_were_published)
{
    const row *r = &published[_i];
    ck_assert_msg(fabs(of_library(r) / r->length - 1) < 0.02, "row %d: %g, published %g", _i,
                  of_library(r), r->length);
    ck_assert_msg(fabs(of_chain(r) / of_library(r) - 1) < 1e-3, "row %d: %g, chain %g", _i,
                  of_library(r), of_chain(r));
}
END_TEST

START_TEST(run_lengths_are_those_of_a_markov_chain)
{
    const row *r = &computed[_i];
    ck_assert_msg(fabs(of_chain(r) / of_library(r) - 1) < 1e-3, "row %d: %g, chain %g", _i,
                  of_library(r), of_chain(r));
}
END_TEST

/* The chain itself, one-sided, slack 1/2, limit 3: Brook and Evans' 117.59 (section 4.3), and
 * Waldmann's 1963 and 17.35 (tables 3 and 5), all as man/xcusum.arl.Rd has them. */
START_TEST(the_chain_is_that_of_the_paper)
{
    const row r = {true, 0.5, 3, 0, 0};
    ck_assert_double_eq_tol(refined(cusum_chain, &r, 0) / 117.59, 1, 0.002);
    ck_assert_double_eq_tol(refined(cusum_chain, &r, -0.5) / 1963, 1, 0.002);
    ck_assert_double_eq_tol(refined(cusum_chain, &r, 0.5) / 17.35, 1, 0.002);
}
END_TEST

static size_t until_alarm(shift__random *random, const shift_change_limits *limits, double shift,
                          shift_detector detector)
{
    /* so much is known of the series that its values stand for themselves */
    shift_series_state state = {.n = 1e12, .pairs = 1e12, .before2 = 1e12, .after2 = 1e12};
    shift_change_signal signals[SHIFT_N_DETECTORS];
    size_t n = 0;
    do {
        shift_change_update(&state, limits, shift + random_normal(random), signals);
        n++;
    } while (!signals[detector].changed && n < 100000);
    return n;
}

/* The detectors on normal numbers, in units of the published length; the standard error is about
 * half a per cent. */
START_TEST(detectors_run_as_long_as_was_published)
{
    static const row rows[] = {
        {true, 0.5, 4, 0, 168},        {true, 0.5, 4, 0.5, 26.6},    {true, 0.5, 4, 1, 8.38},
        {true, 0.5, 4, 2, 3.34},       {false, 0.5, 2, 0, 26.45},    {false, 0.5, 3.071, 1, 17.5},
        {false, 0.03, 2.437, 1, 12.6}, {false, 0.05, 2, 0.5, 18.97},
    };
    enum { STRETCHES = 30000 };
    const row *r = &rows[_i];
    shift__random random;
    shift__random_init(&random, 20260131, (uint64_t)_i);
    const shift_change_limits limits = {
        sizeof limits, 0.5, r->limit, 0.25, 1e9, r->parameter, r->limit, 1e-300,
    };
    double sum = 0;
    for (int i = 0; i < STRETCHES; i++)
        sum += (double)until_alarm(&random, &limits, r->shift,
                                   r->cusum ? SHIFT_DETECTOR_CUSUM : SHIFT_DETECTOR_EWMA);
    ck_assert_msg(fabs(sum / STRETCHES / r->length - 1) < 0.02, "row %d: %g, published %g", _i,
                  sum / STRETCHES, r->length);
}
END_TEST

/* By halving alone. Of a run length of 1e9 rounding errors leave eight digits or so. */
static double halved(double (*length)(double, double, double), double parameter, double run_length)
{
    double low = 0.01;
    double high = 1;
    while (high < 1000 && length(parameter, high, 0) < run_length)
        high *= 1.5;
    for (int i = 0; i < 50 && high - low > 1e-9 * high; i++) {
        double middle = (low + high) / 2;
        if (length(parameter, middle, 0) < run_length)
            low = middle;
        else
            high = middle;
    }
    return high;
}

START_TEST(limits_are_those_that_halving_finds)
{
    static const double lengths[] = {2, 2.5, 7, 30, 370, 1e4, 123456, 1e6, 1e9};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        double n = lengths[i];
        shift_change_limits l;
        ck_assert_int_eq(shift_change_limits_set(&l, n, NULL), SHIFT_OK);
        const double found[] = {l.cusum_limit, l.page_limit, l.ewma_limit};
        const double wanted[] = {halved(shift_run_length_cusum, l.cusum_slack, n),
                                 halved(shift_run_length_cusum, l.page_slack, n),
                                 halved(shift_run_length_ewma, l.ewma_weight, n)};
        for (int k = 0; k < 3; k++)
            ck_assert_double_le(fabs(found[k] - wanted[k]), (n > 1e6 ? 1e-7 : 0) * wanted[k]);
    }
}
END_TEST

START_TEST(nodes_are_those_of_gsl)
{
    enum { HALF = SHIFT__LEGENDRE_NODES / 2 };
    gsl_integration_glfixed_table *rule =
        gsl_integration_glfixed_table_alloc(SHIFT__LEGENDRE_NODES);
    for (size_t i = 0; i < HALF; i++) {
        double x = 0;
        double w = 0;
        ck_assert_int_eq(gsl_integration_glfixed_point(-1, 1, HALF + i, &x, &w, rule), 0);
        ck_assert_double_eq(x, shift__legendre[i][0]);
        ck_assert_double_eq(w, shift__legendre[i][1]);
    }
    gsl_integration_glfixed_table_free(rule);
}
END_TEST

/* GSL would end the process: at equations without a solution, and out of memory. */
START_TEST(what_cannot_be_computed_is_no_number)
{
    shift_error err = SHIFT_ERROR_INIT;
    shift_change_limits l = {.size = 1};
    ck_assert_double_nan(shift_run_length_cusum(0.5, 4, 100)); /* the sum never leaves 0 */
    fail_allocation(0);
    ck_assert_double_nan(shift_run_length_ewma(0.1, 3, 0));
    ck_assert(allocation_failed());
    fail_allocation(0);
    ck_assert_int_eq(shift_change_limits_set(&l, 370, &err), SHIFT_ENOMEM);
    ck_assert(allocation_failed());
    ck_assert_uint_eq(l.size, 1);
    fail_allocation(-1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("run_length");
    TCase *tcase = tcase_create("run_length");
    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase, run_lengths_are_those_that_were_published, 0,
                        (int)(sizeof published / sizeof *published));
    tcase_add_loop_test(tcase, run_lengths_are_those_of_a_markov_chain, 0,
                        (int)(sizeof computed / sizeof *computed));
    tcase_add_test(tcase, nodes_are_those_of_gsl);
    tcase_add_test(tcase, what_cannot_be_computed_is_no_number);
    tcase_add_test(tcase, the_chain_is_that_of_the_paper);
    tcase_add_test(tcase, limits_are_those_that_halving_finds);
    tcase_add_loop_test(tcase, detectors_run_as_long_as_was_published, 0, 8);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
