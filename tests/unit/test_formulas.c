/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Variances, limits and p-values against other ways to them: all choices of production from the
 * pool, influence functions by numeric derivatives, raw moments, GSL's quantiles. */
#include <check.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "compare/conditional.h"
#include "compare/distribution.h"
#include "compare/interval.h"
#include "compare/pair.h"
#include "sides.h"

static void assert_relative(double a, double b, double tolerance)
{
    ck_assert_msg(fabs(a - b) <= tolerance * fmax(fabs(a), fabs(b)), "%.17g is not %.17g", a, b);
}

/* Central moment of values with weights that add up to 1 */
static double central(const double *values, const double *weights, size_t n, int order)
{
    double mean = 0.0;
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        mean += weights[i] * values[i];
    for (size_t i = 0; i < n; i++)
        sum += weights[i] * pow(values[i] - mean, order);
    return sum;
}

static double skewness_of(const double *values, const double *weights, size_t n)
{
    return central(values, weights, n, 3) / pow(central(values, weights, n, 2), 1.5);
}

static double kurtosis_of(const double *values, const double *weights, size_t n)
{
    return central(values, weights, n, 4) / pow(central(values, weights, n, 2), 2.0);
}

typedef double figure(const double *values, const double *weights, size_t n);

enum { MOST_ROWS = 2000 };

/* n times the variance of a figure: the mean square of what a little more weight on one of the
 * values does to it. */
static double variance_by_influence(figure *of, const double *values, size_t n)
{
    static const double little = 1e-5;
    static double weights[MOST_ROWS];
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        double both[2];
        for (int side = 0; side < 2; side++) {
            double more = side == 0 ? -little : little;
            for (size_t j = 0; j < n; j++)
                weights[j] = (1.0 - more) / (double)n + (i == j ? more : 0.0);
            both[side] = of(values, weights, n);
        }
        double influence = (both[1] - both[0]) / (2.0 * little);
        sum += influence * influence;
    }
    return sum / (double)n;
}

static double with_equal_weights(figure *of, const double *values, size_t n)
{
    static double weights[MOST_ROWS];
    for (size_t i = 0; i < n; i++)
        weights[i] = 1.0 / (double)n;
    return of(values, weights, n);
}

/* Quantiles of a skewed law, in no order */
static void fill_skewed(double *out, size_t n, double shift)
{
    for (size_t i = 0; i < n; i++)
        out[i * 7 % n] = exp(0.4 * gsl_cdf_ugaussian_Pinv(((double)i + 0.5) / (double)n)) + shift;
}

typedef struct sides {
    double values[2][MOST_ROWS];
    size_t n[2];
    shift_distribution *d[2];
    shift__pair *pair;
} sides;

/* `n` of training and of production, no multiples of 7 */
static void make(sides *s, size_t m, size_t n, double shift)
{
    s->n[0] = m;
    s->n[1] = n;
    for (int side = 0; side < 2; side++) {
        fill_skewed(s->values[side], s->n[side], side == 0 ? 0.0 : shift);
        s->d[side] = side_of(s->values[side], s->n[side]);
    }
    s->pair = NULL;
    ck_assert_int_eq(shift__pair_new(&s->pair, s->d[0], s->d[1], NULL), SHIFT_OK);
}

static void release(sides *s)
{
    shift__pair_free(s->pair);
    shift_distribution_free(s->d[0]);
    shift_distribution_free(s->d[1]);
}

/* ... and how much more it is taken for: see shape.c */
static double larger_variance(figure *of, const sides *s)
{
    double most = 0.0;
    for (int side = 0; side < 2; side++) {
        double n = (double)s->n[side];
        double b2 = with_equal_weights(kurtosis_of, s->values[side], s->n[side]);
        double raised = 1.0 + 50.0 * b2 / n + 4.0 * sqrt(b2 / n);
        most = fmax(most, raised * variance_by_influence(of, s->values[side], s->n[side]));
    }
    return most * (1.0 / (double)s->n[0] + 1.0 / (double)s->n[1]);
}

START_TEST(variances_of_the_shape_are_those_of_its_influence)
{
    static sides s;
    make(&s, 300, 170, 0.5);
    assert_relative(s.pair->skewness_variance, larger_variance(skewness_of, &s), 1e-5);
    assert_relative(s.pair->kurtosis_variance, larger_variance(kurtosis_of, &s), 1e-5);
    release(&s);
}
END_TEST

START_TEST(what_samples_miss_is_by_raw_moments)
{
    static sides s;
    make(&s, 130, 400, 0.0);
    double far = 2.0 / 130.0; /* the share that lies at 5 */
    static const double normal[] = {1.0, 0.0, 1.0, 0.0, 3.0};
    double raw[5];
    for (int k = 0; k < 5; k++)
        raw[k] = (1.0 - far) * normal[k] + far * pow(5.0, k);
    double m2 = raw[2] - raw[1] * raw[1];
    double m3 = raw[3] - 3.0 * raw[1] * raw[2] + 2.0 * pow(raw[1], 3.0);
    double m4 =
        raw[4] - 4.0 * raw[1] * raw[3] + 6.0 * raw[1] * raw[1] * raw[2] - 3.0 * pow(raw[1], 4.0);
    assert_relative(s.pair->skewness_unseen, m3 / pow(m2, 1.5), 1e-12);
    assert_relative(s.pair->kurtosis_unseen, m4 / (m2 * m2) - 3.0, 1e-12);
    release(&s);
}
END_TEST

/* Of ln s^2: by kurtosis, less the part that n - 1 makes up for; more where tails are heavy. */
static double log_variance_error(const double *values, size_t rows)
{
    double n = (double)rows;
    double b2 = with_equal_weights(kurtosis_of, values, rows);
    double taken = b2 > 3.0 ? b2 * (1.0 + 4.0 * (b2 - 3.0) / n) : b2;
    return sqrt((taken - (n - 3.0) / (n - 1.0)) / n);
}

START_TEST(spreads_are_student_quantiles)
{
    static const size_t rows[][2] = {{3, 4}, {8, 11}, {30, 24}, {900, 1900}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        static sides s;
        make(&s, rows[i][0], rows[i][1], 1.0);
        double errors[2];
        for (int side = 0; side < 2; side++) {
            errors[side] = log_variance_error(s.values[side], s.n[side]);
            assert_relative(shift__log_variance_error(s.d[side]), errors[side], 1e-9);
        }
        double dof = fmax(2.0 / pow(fmax(errors[0], errors[1]), 2.0), 3.0);
        assert_relative(shift__spread_quantile(s.d[0], s.d[1]), gsl_cdf_tdist_Pinv(0.975, dof),
                        2e-3);
        release(&s);
    }
}
END_TEST

START_TEST(ratio_of_variances_has_the_error_of_its_logarithm)
{
    static sides s;
    make(&s, 200, 333, 0.0);
    for (size_t i = 0; i < s.n[1]; i++)
        s.values[1][i] *= 1.3;
    shift_distribution *wider = side_of(s.values[1], s.n[1]);
    shift__estimate e = estimate_of("variance_ratio", s.d[0], wider);
    double m = (double)s.n[0];
    double n = (double)s.n[1];
    double x = log_variance_error(s.values[0], s.n[0]);
    double y = log_variance_error(s.values[1], s.n[1]);
    double deviation = sqrt(fmax(x * x * m, y * y * n) * (m + n) / (m * n));
    assert_relative(e.low * e.high, e.value * e.value, 1e-12);
    assert_relative(log(e.high / e.value), SHIFT__Z_ROUGH * deviation, 1e-9);
    double p = 2.0 * gsl_cdf_ugaussian_Q(fabs(log(e.value)) / deviation);
    assert_relative(e.tail.log10_p, log10(p), 1e-9);
    shift_distribution_free(wider);
    release(&s);
}
END_TEST

START_TEST(difference_of_means_has_the_error_of_both_and_of_the_unit)
{
    static sides s;
    make(&s, 1500, 800, 0.25);
    shift__estimate e = estimate_of("mean_shift", s.d[0], s.d[1]);
    double m = (double)s.n[0];
    double n = (double)s.n[1];
    double sd = sqrt(with_equal_weights(kurtosis_of, s.values[0], s.n[0])); /* of z^2, and 1 */
    sd = sqrt(sd * sd - 1.0);
    double skewness = with_equal_weights(skewness_of, s.values[0], s.n[0]);
    /* (y - x) / s: x enters by -z, s by -d (z^2 - 1) / 2, and the two go together as z^3 does */
    double from_train = 1.0 + e.value * skewness + 0.25 * e.value * e.value * sd * sd;
    double ratio = shift_distribution_variance(s.d[1]) / shift_distribution_variance(s.d[0]);
    double half = shift__spread_quantile(s.d[0], s.d[1]) * sqrt(from_train / m + ratio / n);
    assert_relative(e.high - e.value, half, 1e-3);
    assert_relative(e.value - e.low, half, 1e-3);
    release(&s);
}
END_TEST

enum { POOL = 11, PART = 4 };

/* Moments of production's sum over all choices of its rows from the pool */
static void moments_of_choices(const double *pool, double *moments)
{
    double sums[500];
    size_t n = 0;
    for (unsigned chosen = 0; chosen < 1U << POOL; chosen++) {
        double sum = 0.0;
        int rows = 0;
        for (unsigned i = 0; i < POOL; i++)
            if ((chosen >> i & 1U) != 0) {
                sum += pool[i];
                rows++;
            }
        if (rows == PART)
            sums[n++] = sum;
    }
    ck_assert_uint_eq(n, 330);
    static double weights[500];
    moments[0] = 0.0;
    for (size_t i = 0; i < n; i++) {
        weights[i] = 1.0 / (double)n;
        moments[0] += sums[i] / (double)n;
    }
    moments[1] = central(sums, weights, n, 2);
    moments[2] = skewness_of(sums, weights, n);
}

START_TEST(difference_of_means_has_the_moments_of_all_choices)
{
    double pool[POOL];
    double part[2][POOL];
    size_t n[2] = {0, 0};
    double sum = 0.0;
    for (int i = 0; i < POOL; i++) {
        pool[i] = exp(0.35 * i);
        int side = i % 8 < 3 && n[1] < PART;
        part[side][n[side]++] = pool[i];
        sum += side == 1 ? pool[i] : 0.0;
    }
    ck_assert_uint_eq(n[1], PART);
    double moments[3];
    moments_of_choices(pool, moments);
    shift_distribution *x = side_of(part[0], n[0]);
    shift_distribution *y = side_of(part[1], n[1]);
    shift__tail tail = shift__tail_of_choices(
        shift__tail_pearson3((sum - moments[0]) / sqrt(moments[1]), moments[2]), POOL - PART, PART);
    assert_relative(estimate_of("mean_shift", x, y).tail.log10_p, tail.log10_p, 1e-9);
    shift_distribution_free(x);
    shift_distribution_free(y);
}
END_TEST

/* a and b as told, and `other` values of categories without a counter, up to 3 of each */
static shift_distribution *counted(uint64_t a, uint64_t b, uint64_t other)
{
    shift_category categories[] = {{"a", 1, a}, {"b", 1, b}};
    shift__category_view view = {categories, b > 0 ? 2 : 1, other, other > 0 ? 3 : 0, 2.0, false};
    shift_distribution *d = NULL;
    ck_assert_int_eq(shift__distribution_of_categories(&d, &view, NULL), SHIFT_OK);
    return d;
}

static void assert_interval(shift__estimate e, double value, double low, double high)
{
    assert_relative(e.value, value, 1e-12);
    assert_relative(e.low, low, 1e-12);
    assert_relative(e.high, high, 1e-12);
    ck_assert(isnan(e.tail.p));
}

START_TEST(what_has_no_counter_may_be_new_or_not)
{
    shift_distribution *all = counted(60, 0, 0);
    shift_distribution *some = counted(50, 30, 20);
    /* 30 of b are new for sure; of the 20, nobody knows */
    assert_interval(estimate_of("new_category_share", all, some), 0.5,
                    shift__interval_share(30, 100).low, shift__interval_share(50, 100).high);
    assert_interval(estimate_of("lost_category_share", some, all), 0.5,
                    shift__interval_share(30, 100).low, shift__interval_share(50, 100).high);
    /* a and b may be among what the other side has no counter for */
    shift_distribution *fewer = counted(0, 0, 40);
    assert_interval(estimate_of("new_category_share", fewer, some), 0.8, 0.0, 1.0);
    shift_distribution_free(all);
    shift_distribution_free(some);
    shift_distribution_free(fewer);
}
END_TEST

START_TEST(what_has_no_counter_is_no_category_that_changed)
{
    shift_distribution *x = counted(60, 40, 0);
    shift_distribution *y = counted(500, 300, 200);
    double deviation = sqrt(0.4 * 0.6 / 100 + 0.3 * 0.7 / 1000); /* of b, which changes as much */
    shift__estimate e = estimate_of("l_infinity", x, y);
    assert_relative(e.value, 0.1, 1e-12);
    ck_assert_double_eq(e.low, 0.0);
    deviation = fmax(deviation, sqrt(0.6 * 0.4 / 100 + 0.5 * 0.5 / 1000));
    assert_relative(e.high, 0.1 + SHIFT__Z * deviation + 3.0 / 1000, 1e-12);
    shift_distribution_free(x);
    shift_distribution_free(y);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("formulas");
    TCase *formulas = tcase_create("formulas");
    tcase_add_test(formulas, variances_of_the_shape_are_those_of_its_influence);
    tcase_add_test(formulas, what_samples_miss_is_by_raw_moments);
    tcase_add_test(formulas, spreads_are_student_quantiles);
    tcase_add_test(formulas, ratio_of_variances_has_the_error_of_its_logarithm);
    tcase_add_test(formulas, difference_of_means_has_the_error_of_both_and_of_the_unit);
    tcase_add_test(formulas, difference_of_means_has_the_moments_of_all_choices);
    tcase_add_test(formulas, what_has_no_counter_may_be_new_or_not);
    tcase_add_test(formulas, what_has_no_counter_is_no_category_that_changed);
    suite_add_tcase(suite, formulas);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
