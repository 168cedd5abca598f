/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What holds of a statistic whatever its formula: which side is called training does not matter to
 * a distance, units and origin do not matter to what has no units, order does not matter to any,
 * and more rows of the same shares make intervals narrower by the root of their number. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sides.h"

/* Equal, or both undefined */
static void assert_near(const char *what, double a, double b, double tolerance)
{
    ck_assert_msg((isnan(a) && isnan(b)) || a == b ||
                      fabs(a - b) <= tolerance * fmax(fmax(fabs(a), fabs(b)), 1e-3),
                  "%s: %.17g is not %.17g", what, a, b);
}

typedef enum relation {
    THE_SAME,
    NEGATED,   /* the value; and its bounds, which change places */
    INVERTED,  /* the same of the logarithm */
    P_VALUE_AS /* of the value nothing is said */
} relation;

static void assert_related(const char *what, relation how, shift__estimate a, shift__estimate b,
                           double tolerance)
{
    assert_near(what, a.tail.log10_p, b.tail.log10_p, tolerance);
    if (how == P_VALUE_AS)
        return;
    double low = how == NEGATED ? -b.high : how == INVERTED ? 1.0 / b.high : b.low;
    double high = how == NEGATED ? -b.low : how == INVERTED ? 1.0 / b.low : b.high;
    double value = how == NEGATED ? -b.value : how == INVERTED ? 1.0 / b.value : b.value;
    assert_near(what, a.value, value, tolerance);
    assert_near(what, a.low, low, tolerance);
    assert_near(what, a.high, high, tolerance);
    ck_assert_msg(isnan(a.low) || (a.low <= a.value && a.value <= a.high), "%s: %g in %g to %g",
                  what, a.value, a.low, a.high);
}

/* Tables with common cells, with rare ones, and with some that one side lacks */
static const char *const tables[][2] = {
    {"a=400 b=300 c=200 d=100", "a=150 b=170 c=105 d=75"},
    {"a=400 b=300 c=8 d=1", "a=170 b=150 c=2 e=3"},
    {"a=50 b=30 c=20", "a=500 b=320 d=80"},
    {"a=900 b=500 c=3 d=2 e=2 f=1 g=1", "a=600 b=700 c=1 d=3 h=2 i=1"},
    {"a=12 b=7", "a=5 b=9"},
    {"a=12 b=7 c=2", "c=30 d=4"},
};
enum { TABLES = sizeof tables / sizeof *tables };

START_TEST(distances_of_categories_do_not_know_which_side_is_training)
{
    static const char *const distances[] = {
        "psi",        "jensen_shannon", "hellinger", "total_variation",  "l_infinity",
        "chi_square", "g_test",         "cramers_v", "chi_square_merged"};
    shift_distribution *x = side_of_counts(tables[_i][0]);
    shift_distribution *y = side_of_counts(tables[_i][1]);
    for (size_t k = 0; k < sizeof distances / sizeof *distances; k++)
        assert_related(distances[k], THE_SAME, estimate_of(distances[k], x, y),
                       estimate_of(distances[k], y, x), 1e-9);
    shift_distribution_free(x);
    shift_distribution_free(y);
}
END_TEST

START_TEST(what_is_new_one_way_is_lost_the_other)
{
    shift_distribution *x = side_of_counts(tables[_i][0]);
    shift_distribution *y = side_of_counts(tables[_i][1]);
    assert_related("new and lost", THE_SAME, estimate_of("new_category_share", x, y),
                   estimate_of("lost_category_share", y, x), 1e-12);
    shift_distribution_free(x);
    shift_distribution_free(y);
}
END_TEST

/* "a=4 b=3" with every count multiplied */
static shift_distribution *multiplied(const char *line, unsigned long long factor)
{
    char text[256] = "";
    size_t used = 0;
    while (*line != '\0') {
        size_t name = strcspn(line, "=") + 1;
        char *end = NULL;
        unsigned long long count = strtoull(line + name, &end, 10);
        used += (size_t)snprintf(text + used, sizeof text - used, "%.*s%llu ", (int)name, line,
                                 count * factor);
        line = end + strspn(end, " ");
    }
    return side_of_counts(text);
}

START_TEST(intervals_shrink_with_the_root_of_the_rows)
{
    static const char *const distances[] = {
        "psi",        "jensen_shannon", "hellinger", "kullback_leibler", "total_variation",
        "l_infinity", "cramers_v"};
    static const char *const lines[2] = {"a=400 b=300 c=200 d=100", "a=100 b=200 c=300 d=150"};
    shift_distribution *x[2] = {multiplied(lines[0], 10), multiplied(lines[0], 1000)};
    shift_distribution *y[2] = {multiplied(lines[1], 10), multiplied(lines[1], 1000)};
    for (size_t k = 0; k < sizeof distances / sizeof *distances; k++) {
        shift__estimate few = estimate_of(distances[k], x[0], y[0]);
        shift__estimate many = estimate_of(distances[k], x[1], y[1]);
        double ratio = (few.high - few.low) / (many.high - many.low);
        ck_assert_msg(fabs(ratio - 10.0) < 0.3, "%s: %g times as wide", distances[k], ratio);
        assert_near(distances[k], few.value, many.value, 0.02);
    }
    for (int i = 0; i < 2; i++) {
        shift_distribution_free(x[i]);
        shift_distribution_free(y[i]);
    }
}
END_TEST

enum { M = 160, N = 90 };

/* Skewed, with ties, and moved a little; in other units where asked for */
static void make_sides(shift_distribution **x, shift_distribution **y, double scale, double origin)
{
    double values[M + N];
    shift__random random;
    shift__random_init(&random, 5, 0);
    fill_normal(&random, values, M + N, 0.0, 0.7);
    for (size_t i = 0; i < M + N; i++) {
        double value = floor(64.0 * exp(values[i] + (i >= M ? 0.25 : 0.0)));
        values[i] = scale * value + origin; /* exactly: scales are powers of two */
    }
    *x = side_of(values, M);
    *y = side_of(values + M, N);
}

START_TEST(numeric_statistics_know_the_sides_only_where_they_should)
{
    static const struct {
        const char *name;
        relation how;
    } rows[] = {{"ks", THE_SAME},
                {"cramer_von_mises", THE_SAME},
                {"anderson_darling", THE_SAME},
                {"wasserstein", THE_SAME},
                {"energy", THE_SAME},
                {"mcc", THE_SAME},
                {"welch_t", NEGATED},
                {"skewness_shift", NEGATED},
                {"kurtosis_shift", NEGATED},
                {"variance_ratio", INVERTED},
                {"mann_whitney", P_VALUE_AS},
                {"brown_forsythe", THE_SAME},
                {"normal_scores", P_VALUE_AS},
                {"klotz", P_VALUE_AS}};
    shift_distribution *x = NULL;
    shift_distribution *y = NULL;
    make_sides(&x, &y, 1.0, 0.0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_related(rows[i].name, rows[i].how, estimate_of(rows[i].name, x, y),
                       estimate_of(rows[i].name, y, x), 1e-8);
    double u = estimate_of("mann_whitney", x, y).value + estimate_of("mann_whitney", y, x).value;
    ck_assert_double_eq(u, (double)M * N);
    shift_distribution_free(x);
    shift_distribution_free(y);
}
END_TEST

START_TEST(what_has_no_units_is_the_same_in_any)
{
    static const char *const names[] = {"ks",
                                        "cramer_von_mises",
                                        "anderson_darling",
                                        "mann_whitney",
                                        "welch_t",
                                        "brown_forsythe",
                                        "normal_scores",
                                        "klotz",
                                        "psi",
                                        "jensen_shannon",
                                        "kullback_leibler",
                                        "hellinger",
                                        "mean_shift",
                                        "total_variation",
                                        "variance_ratio",
                                        "skewness_shift",
                                        "kurtosis_shift",
                                        "wasserstein_normalized",
                                        "out_of_range_share",
                                        "mcc"};
    shift_distribution *x[2] = {NULL, NULL};
    shift_distribution *y[2] = {NULL, NULL};
    make_sides(&x[0], &y[0], 1.0, 0.0);
    make_sides(&x[1], &y[1], 0x1p-6, 1024.0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_related(names[i], THE_SAME, estimate_of(names[i], x[0], y[0]),
                       estimate_of(names[i], x[1], y[1]), 1e-8);
    shift__estimate here = estimate_of("wasserstein", x[0], y[0]);
    shift__estimate there = estimate_of("wasserstein", x[1], y[1]);
    assert_near("wasserstein", here.value, 0x1p6 * there.value, 1e-9);
    assert_near("wasserstein's low", here.low, 0x1p6 * there.low, 1e-9);
    assert_near("wasserstein's high", here.high, 0x1p6 * there.high, 1e-9);
    for (int i = 0; i < 2; i++) {
        shift_distribution_free(x[i]);
        shift_distribution_free(y[i]);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("symmetry");
    TCase *symmetry = tcase_create("symmetry");
    tcase_add_loop_test(symmetry, distances_of_categories_do_not_know_which_side_is_training, 0,
                        TABLES);
    tcase_add_loop_test(symmetry, what_is_new_one_way_is_lost_the_other, 0, TABLES);
    tcase_add_test(symmetry, intervals_shrink_with_the_root_of_the_rows);
    tcase_add_test(symmetry, numeric_statistics_know_the_sides_only_where_they_should);
    tcase_add_test(symmetry, what_has_no_units_is_the_same_in_any);
    suite_add_tcase(suite, symmetry);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
