/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Moments: known answers, stability, and merging in any grouping. */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "profile/moments.h"
#include "random_values.h"

static void assert_close(double got, double expected, double relative)
{
    ck_assert_double_le(fabs(got - expected), relative * fabs(expected));
}

START_TEST(nothing_added_has_no_mean)
{
    shift__moments m;
    shift__moments_init(&m);
    ck_assert_uint_eq(m.n, 0);
    ck_assert_double_nan(m.mean);
    ck_assert_double_nan(m.minimum);
    shift__moments_add(&m, NULL, 0);
    ck_assert_double_nan(m.m2);
}
END_TEST

/* NIST StRD NumAcc3 and NumAcc4: 1001 values about a large mean; certified mean 1000000.2 and
 * 10000000.2, standard deviation 0.1. The values are no doubles, hence 1e-8 for the deviation. */
START_TEST(mean_of_numacc_has_fourteen_digits)
{
    double about = _i == 0 ? 1000000 : 10000000;
    double x[1001];
    x[0] = about + 0.2;
    for (int i = 1; i < 1001; i++)
        x[i] = i % 2 == 1 ? about + 0.1 : about + 0.3;
    shift__moments m;
    shift__moments_init(&m);
    shift__moments_add(&m, x, 1001);
    assert_close(m.mean, about + 0.2, 1e-15);
    assert_close(sqrt(m.m2 / 1000), 0.1, 1e-7);
    shift__moments one_by_one;
    shift__moments_init(&one_by_one);
    for (int i = 0; i < 1001; i++)
        shift__moments_add(&one_by_one, &x[i], 1);
    assert_close(one_by_one.mean, about + 0.2, 1e-14);
    assert_close(sqrt(one_by_one.m2 / 1000), 0.1, 1e-7);
}
END_TEST

/* Of 1..n: m2 = n(n^2-1)/12, m3 = 0, m4 = n(n^2-1)(3n^2-7)/240. */
START_TEST(powers_of_a_sequence)
{
    enum { N = 10001 };
    static double x[N];
    for (int i = 0; i < N; i++)
        x[i] = i + 1;
    shift__moments m;
    shift__moments_init(&m);
    shift__moments_add(&m, x, N);
    double n = N;
    assert_close(m.mean, (n + 1) / 2, 1e-15);
    assert_close(m.m2, n * (n * n - 1) / 12, 1e-14);
    ck_assert_double_le(fabs(m.m3), 1e-12 * pow(m.m2, 1.5));
    assert_close(m.m4, n * (n * n - 1) * (3 * n * n - 7) / 240, 1e-14);
    ck_assert_double_eq(m.minimum, 1);
    ck_assert_double_eq(m.maximum, n);
}
END_TEST

START_TEST(constant_data_has_no_spread)
{
    double x[4099];
    for (size_t i = 0; i < 4099; i++)
        x[i] = 0.1;
    shift__moments m;
    shift__moments_init(&m);
    shift__moments_add(&m, x, 4099);
    ck_assert_double_eq(m.mean, 0.1);
    ck_assert_double_eq(m.m2, 0);
    ck_assert_double_eq(m.m4, 0);
}
END_TEST

START_TEST(huge_values_keep_their_mean)
{
    double x[4] = {1.6e308, 1.7e308, 1.6e308, 1.7e308};
    shift__moments m;
    shift__moments_init(&m);
    shift__moments_add(&m, x, 4);
    assert_close(m.mean, 1.65e308, 1e-15);
    ck_assert_double_eq(m.maximum, 1.7e308);
    double y[2] = {-1.7e308, -1.7e308};
    shift__moments_add(&m, y, 2);
    ck_assert(isfinite(m.mean));
    ck_assert_double_eq(m.minimum, -1.7e308);
}
END_TEST

/* Not NaN, which a saved profile may not hold. */
START_TEST(one_huge_value_has_an_infinite_spread)
{
    double x[400];
    for (int i = 0; i < 400; i++)
        x[i] = i;
    x[399] = 1e300;
    shift__moments m;
    shift__moments_init(&m);
    shift__moments_add(&m, x, 400);
    ck_assert(m.m2 == (double)INFINITY);
    shift__moments_add(&m, x, 400);
    ck_assert(m.m2 == (double)INFINITY);
}
END_TEST

START_TEST(merge_equals_single_pass)
{
    enum { N = 20000 };
    static double x[N];
    shift__random random;
    shift__random_init(&random, 7, (uint64_t)_i);
    for (int i = 0; i < N; i++)
        x[i] = 1000 + exp(random_normal(&random));
    shift__moments whole;
    shift__moments_init(&whole);
    shift__moments_add(&whole, x, N);
    shift__moments left;
    shift__moments right;
    shift__moments_init(&left);
    shift__moments_init(&right);
    for (size_t at = 0; at < N;) {
        size_t n = 1 + (size_t)shift__random_below(&random, 700);
        n = n < N - at ? n : N - at;
        shift__moments part;
        shift__moments_init(&part);
        shift__moments_add(&part, x + at, n);
        shift__moments_merge(shift__random_below(&random, 2) == 0 ? &left : &right, &part);
        at += n;
    }
    shift__moments_merge(&left, &right);
    ck_assert_uint_eq(left.n, N);
    assert_close(left.mean, whole.mean, 1e-14);
    assert_close(left.m2, whole.m2, 1e-12);
    assert_close(left.m3, whole.m3, 1e-12);
    assert_close(left.m4, whole.m4, 1e-12);
    ck_assert_double_eq(left.minimum, whole.minimum);
    ck_assert_double_eq(left.maximum, whole.maximum);
    shift__moments empty;
    shift__moments_init(&empty);
    shift__moments_merge(&left, &empty);
    ck_assert_uint_eq(left.n, N);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("moments");
    TCase *values = tcase_create("values");
    tcase_add_test(values, nothing_added_has_no_mean);
    tcase_add_loop_test(values, mean_of_numacc_has_fourteen_digits, 0, 2);
    tcase_add_test(values, powers_of_a_sequence);
    tcase_add_test(values, constant_data_has_no_spread);
    tcase_add_test(values, huge_values_keep_their_mean);
    tcase_add_test(values, one_huge_value_has_an_infinite_spread);
    tcase_add_loop_test(values, merge_equals_single_pass, 0, 5);
    suite_add_tcase(suite, values);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
