/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every statistic against tests/reference/statistics.txt (scipy and plain definitions), and what
 * must hold for any data: identity, swapped sides, change of unit. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare/decision/decision.h"
#include "sides.h"

typedef struct known_case {
    char name[64];
    bool text;
    shift_distribution *train, *prod;
} known_case;

static void forget_sides(known_case *c)
{
    shift_distribution_free(c->train);
    shift_distribution_free(c->prod);
    c->train = c->prod = NULL;
}

static void check_expectation(const known_case *c, const char *line)
{
    char statistic[64];
    int read = 0;
    ck_assert_int_eq(sscanf(line, "expect %63s %n", statistic, &read), 1);
    char *rest = NULL;
    double value = strtod(line + read, &rest);
    double p = strtod(rest, &rest);
    ck_assert_ptr_ne(rest, line + read);
    shift__estimate e = estimate_of(statistic, c->train, c->prod);
    double tolerance = 1e-11 * fabs(value) + 1e-13;
    ck_assert_msg(fabs(e.value - value) <= tolerance, "%s of %s is %.17g, not %.17g", statistic,
                  c->name, e.value, value);
    if (!isnan(p))
        ck_assert_msg(fabs(e.tail.p - p) <= 1e-6 * p, "p of %s of %s is %.17g, not %.17g",
                      statistic, c->name, e.tail.p, p);
}

static void read_known_line(known_case *c, const char *line)
{
    if (strncmp(line, "case ", 5) == 0) {
        char kind[16];
        forget_sides(c);
        ck_assert_int_eq(sscanf(line, "case %63s %15s", c->name, kind), 2);
        c->text = strcmp(kind, "text") == 0;
    } else if (strncmp(line, "train ", 6) == 0) {
        c->train = c->text ? side_of_counts(line + 6) : side_of_line(line + 6);
    } else if (strncmp(line, "prod ", 5) == 0) {
        c->prod = c->text ? side_of_counts(line + 5) : side_of_line(line + 5);
    } else {
        check_expectation(c, line);
    }
}

START_TEST(statistics_agree_with_reference)
{
    FILE *file = fopen(SHIFT_SOURCE_DIR "/tests/reference/statistics.txt", "r");
    ck_assert_ptr_nonnull(file);
    static char line[65536];
    known_case c = {{0}, false, NULL, NULL};
    int lines = 0;
    for (; fgets(line, sizeof line, file) != NULL; lines++)
        read_known_line(&c, line);
    fclose(file);
    forget_sides(&c);
    ck_assert_int_gt(lines, 200);
}
END_TEST

static bool starts_with_zero(const char *name)
{
    static const char *const distances[] = {"ks",
                                            "wasserstein",
                                            "wasserstein_normalized",
                                            "energy",
                                            "psi",
                                            "jensen_shannon",
                                            "kullback_leibler",
                                            "hellinger",
                                            "mean_shift",
                                            "total_variation",
                                            "skewness_shift",
                                            "kurtosis_shift",
                                            "welch_t",
                                            "brown_forsythe",
                                            "out_of_range_share",
                                            "chi_square",
                                            "g_test",
                                            "cramers_v",
                                            "l_infinity",
                                            "new_category_share",
                                            "missing_rate",
                                            "lost_category_share"};
    for (size_t i = 0; i < sizeof distances / sizeof *distances; i++)
        if (strcmp(name, distances[i]) == 0)
            return true;
    return false;
}

static void check_identity(const shift_distribution *d)
{
    for (size_t i = 0; i < shift__n_statistics; i++) {
        const shift__statistic *s = &shift__statistics[i];
        if ((s->kinds >> d->kind & 1u) == 0)
            continue;
        shift__estimate e = estimate_of(s->name, d, d);
        if (starts_with_zero(s->name))
            ck_assert_msg(e.value == 0.0, "%s of twice the same is %g", s->name, e.value);
        if (strcmp(s->name, "variance_ratio") == 0)
            ck_assert_double_eq(e.value, 1.0);
        ck_assert_msg(isnan(e.tail.p) || e.tail.p > 0.99, "%s of twice the same has p %g", s->name,
                      e.tail.p);
        if (shift__role_of(s, d->kind)->weight > 0.0 && !isnan(e.tail.p))
            ck_assert_double_eq(e.tail.p, 1.0);
    }
}

START_TEST(same_data_have_no_distance)
{
    shift__random random;
    shift__random_init(&random, 7, 0);
    static double x[5000];
    fill_normal(&random, x, 5000, 3.0, 0.7);
    shift_distribution *many = side_of(x, 5000);
    shift_distribution *tied = side_of_line("1 1 1 2 2 3 3 3 3 7 7 0.1");
    shift_distribution *text = side_of_counts("a=3 b=11 c=7 d=1");
    check_identity(many);
    check_identity(tied);
    check_identity(text);
    shift_distribution_free(many);
    shift_distribution_free(tied);
    shift_distribution_free(text);
}
END_TEST

/* docs/methods.md has a row or a paragraph that begins with each name. */
START_TEST(every_statistic_is_documented)
{
    FILE *file = fopen(SHIFT_SOURCE_DIR "/docs/methods.md", "r");
    ck_assert_ptr_nonnull(file);
    bool found[128] = {false};
    char line[4096];
    while (fgets(line, sizeof line, file) != NULL) {
        const char *row = strncmp(line, "| `", 3) == 0 ? line : "";
        size_t n = strcspn(row, "\n") > 2 ? strcspn(row + 2, "|") : 0;
        for (size_t i = 0; shift_statistic_name(i) != NULL; i++) {
            char name[64];
            int size = snprintf(name, sizeof name, "`%s`", shift_statistic_name(i));
            const char *at = n > 0 ? strstr(row + 2, name) : NULL;
            char bold[72];
            (void)snprintf(bold, sizeof bold, "**%s", name);
            found[i] = found[i] || (at != NULL && at + size <= row + 2 + n) ||
                       strncmp(line, bold, strlen(bold)) == 0;
        }
    }
    (void)fclose(file);
    for (size_t i = 0; shift_statistic_name(i) != NULL; i++)
        ck_assert_msg(found[i], "docs/methods.md does not define %s", shift_statistic_name(i));
}
END_TEST

static const char *const symmetric[] = {
    "ks", "cramer_von_mises", "anderson_darling", "brown_forsythe", "wasserstein", "energy"};
static const char *const negated[] = {"welch_t", "skewness_shift", "kurtosis_shift"};
enum { SYMMETRIC = sizeof symmetric / sizeof *symmetric, NEGATED = 3 };

static shift_distribution *first_side(void)
{
    return side_of_line("3 1 4 1 5 9 2 6 5 3 5 8 9 7 9 3 2 3 8 4");
}

static shift_distribution *second_side(void)
{
    return side_of_line("2 7 1 8 2 8 1 8 2 8 4 5 9 0 4.5");
}

START_TEST(swapped_sides_agree)
{
    shift_distribution *x = first_side();
    shift_distribution *y = second_side();
    shift__estimate a = estimate_of(symmetric[_i], x, y);
    shift__estimate b = estimate_of(symmetric[_i], y, x);
    ck_assert_double_eq_tol(a.value, b.value, 1e-14 * fabs(a.value));
    ck_assert_int_eq(isnan(a.tail.p), isnan(b.tail.p));
    if (!isnan(a.tail.p))
        ck_assert_double_eq_tol(a.tail.p, b.tail.p, 1e-12);
    shift_distribution_free(x);
    shift_distribution_free(y);
}
END_TEST

static const char *const symmetric_counts[] = {
    "chi_square",     "g_test",    "chi_square_merged", "cramers_v",  "psi",
    "jensen_shannon", "hellinger", "total_variation",   "l_infinity", "mcc"};
enum { SYMMETRIC_COUNTS = sizeof symmetric_counts / sizeof *symmetric_counts };

START_TEST(swapped_sides_of_categories_agree)
{
    shift_distribution *x = side_of_counts("a=31 b=110 c=70 d=12");
    shift_distribution *y = side_of_counts("a=22 b=57 c=61 d=3 e=1");
    shift__estimate a = estimate_of(symmetric_counts[_i], x, y);
    shift__estimate b = estimate_of(symmetric_counts[_i], y, x);
    ck_assert_double_eq_tol(a.value, b.value, 1e-12 * fabs(a.value));
    ck_assert_double_eq_tol(a.tail.p, b.tail.p, 1e-9 * a.tail.p);
    shift__estimate fresh = estimate_of("new_category_share", x, y);
    shift__estimate lost = estimate_of("lost_category_share", y, x);
    ck_assert_double_eq(fresh.value, lost.value);
    ck_assert_double_eq_tol(fresh.tail.p, lost.tail.p, 1e-12);
    shift_distribution_free(x);
    shift_distribution_free(y);
}
END_TEST

static void check_mcc(shift_distribution *x, shift_distribution *y)
{
    shift__estimate a = estimate_of("mcc", x, y);
    shift__estimate b = estimate_of("mcc", y, x);
    ck_assert_double_eq_tol(a.value, b.value, 1e-12);
    ck_assert_double_eq_tol(a.low, b.low, 1e-12);
    ck_assert_double_eq_tol(a.high, b.high, 1e-12);
    ck_assert_double_eq_tol(a.tail.p, b.tail.p, 1e-3 * a.tail.p);
    shift_distribution_free(x);
    shift_distribution_free(y);
}

/* Odd numbers of rows, and cells of a few rows beside cells of hundreds */
START_TEST(swapped_sides_have_one_mcc)
{
    check_mcc(first_side(), second_side());
    check_mcc(side_of_counts("a=4471 b=1850 c=1420 d=1200 e=1061 f=20 g=7"),
              side_of_counts("a=131 b=60 c=41 d=40 e=30 f=3 h=2"));
}
END_TEST

START_TEST(swapped_sides_change_the_sign)
{
    shift_distribution *x = first_side();
    shift_distribution *y = second_side();
    for (size_t i = 0; i < NEGATED; i++)
        ck_assert_double_eq_tol(estimate_of(negated[i], x, y).value,
                                -estimate_of(negated[i], y, x).value, 1e-14);
    double ratio = estimate_of("variance_ratio", x, y).value;
    ck_assert_double_eq_tol(ratio * estimate_of("variance_ratio", y, x).value, 1.0, 1e-14);
    double u = estimate_of("mann_whitney", x, y).value;
    ck_assert_double_eq(u + estimate_of("mann_whitney", y, x).value, 20.0 * 15.0);
    shift_distribution_free(x);
    shift_distribution_free(y);
}
END_TEST

/* multiplying by a power of two is exact, so all but the distances in units stay the same */
START_TEST(unit_does_not_matter)
{
    shift__random random;
    shift__random_init(&random, 3, 0);
    double x[200];
    double y[150];
    fill_normal(&random, x, 200, 0.0, 1.0);
    fill_normal(&random, y, 150, 0.2, 1.3);
    shift_distribution *x1 = side_of(x, 200);
    shift_distribution *y1 = side_of(y, 150);
    for (int i = 0; i < 200; i++)
        x[i] *= 0x1p-30;
    for (int i = 0; i < 150; i++)
        y[i] *= 0x1p-30;
    shift_distribution *x2 = side_of(x, 200);
    shift_distribution *y2 = side_of(y, 150);
    for (size_t i = 0; i < shift__n_statistics; i++) {
        const shift__statistic *s = &shift__statistics[i];
        if ((s->kinds & SHIFT__NUMERIC) == 0)
            continue;
        shift__estimate a = estimate_of(s->name, x1, y1);
        shift__estimate b = estimate_of(s->name, x2, y2);
        double scale = strcmp(s->name, "wasserstein") == 0 ? 0x1p-30
                       : strcmp(s->name, "energy") == 0    ? 0x1p-15
                                                           : 1.0;
        ck_assert_msg(fabs(a.value * scale - b.value) <= 1e-13 * fabs(b.value), "%s: %g and %g",
                      s->name, a.value, b.value);
    }
    shift_distribution_free(x1);
    shift_distribution_free(y1);
    shift_distribution_free(x2);
    shift_distribution_free(y2);
}
END_TEST

static void check_undefined(const char *statistic, const char *train, const char *prod,
                            const char *reason)
{
    shift_distribution *x = side_of_line(train);
    shift_distribution *y = side_of_line(prod);
    shift__estimate e = estimate_of(statistic, x, y);
    ck_assert(isnan(e.value));
    ck_assert(isnan(e.tail.p));
    ck_assert_ptr_nonnull(e.reason);
    ck_assert_str_eq(e.reason, reason);
    shift_distribution_free(x);
    shift_distribution_free(y);
}

START_TEST(undefined_has_a_reason)
{
    check_undefined("mean_shift", "0.1 0.1 0.1", "1 2 3", "constant in training");
    check_undefined("variance_ratio", "1 2", "3", "fewer than 2 values in production");
    check_undefined("kurtosis_shift", "1 2 3", "3 4 5 6", "fewer than 4 values in training");
    check_undefined("ks", "", "1", "no values in training");
    check_undefined("psi", "1", "", "no values in production");
    check_undefined("welch_t", "2 2", "2 2 2", "constant on both sides");
    check_undefined("anderson_darling", "2 2", "2 2 2", "constant on both sides");
    check_undefined("skewness_shift", "1 2 3", "2 2 2", "constant in production");
    check_undefined("brown_forsythe", "1 2 1 2", "5 6",
                    "all distances from the median are the same");
    /* the median of 0.1 and 0.4 is rounded, and so would be the distances from it */
    check_undefined("brown_forsythe", "0.1 0.4", "0.2 0.9",
                    "all distances from the median are the same");
}
END_TEST

/* Squares of 1e300 and of 1e-300 are no numbers: neither a variance of 0 nor an infinite one. */
START_TEST(beyond_the_range_of_numbers_is_no_value)
{
    static const char *const of_variances[] = {
        "welch_t",        "brown_forsythe", "mean_shift",    "wasserstein_normalized",
        "variance_ratio", "skewness_shift", "kurtosis_shift"};
    static const char *const sides[][2] = {
        {"1e300 -2e300 3e300 4e300 2e300", "5e300 1e300 -1e300 2e300"},
        {"1e-300 2e-300 4e-300 5e-300 7e-300", "2e-300 4e-300 9e-300 5e-300"},
        {"1e-310 2e-310 4e-310 5e-310 7e-310", "2e-310 4e-310 9e-310 5e-310"},
        {"1 2 3 4 1e300", "1 2 3 4 5"}};
    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++)
        for (size_t k = 0; k < sizeof of_variances / sizeof *of_variances; k++)
            check_undefined(of_variances[k], sides[i][0], sides[i][1],
                            "beyond the range of numbers");
    check_undefined("kurtosis_shift", "1e150 2e150 4e150 5e150", "1e150 2e150 4e150 9e150",
                    "beyond the range of numbers");
    shift_distribution *x = side_of_line("1e150 2e150 4e150 5e150");
    shift_distribution *y = side_of_line("2e150 4e150 8e150 10e150");
    ck_assert_double_eq_tol(shift_distribution_variance(x), 10e300 / 3, 1e288);
    shift__estimate e = estimate_of("variance_ratio", x, y);
    ck_assert_double_eq_tol(e.value, 4.0, 1e-14);
    ck_assert(isnan(e.low) && isnan(e.high)); /* of fourth powers */
    shift_distribution_free(x);
    shift_distribution_free(y);
    x = side_of_line("1e-300 2e-300");
    ck_assert_double_nan(shift_distribution_variance(x));
    shift_distribution_free(x);
    x = side_of_line("1e-300 1e-300");
    ck_assert_double_eq(shift_distribution_variance(x), 0.0);
    shift_distribution_free(x);
}
END_TEST

/* Doubles near 1e15 are 1/8 apart, and means are not doubles: without what rounding took from them,
 * the shift would be another. The values are those of the same numbers without 1e15. */
START_TEST(an_offset_does_not_matter)
{
    shift_distribution *x = side_of_line("1e15 1000000000000000.125 1000000000000000.5");
    shift_distribution *y = side_of_line("1000000000000000.125 1000000000000000.25 "
                                         "1000000000000000.625 1000000000000000.75");
    ck_assert_double_eq_tol(estimate_of("mean_shift", x, y).value, 0.8807048459279793, 1e-14);
    ck_assert_double_eq_tol(estimate_of("welch_t", x, y).value, -1.0838622059807224, 1e-14);
    shift_distribution_free(x);
    shift_distribution_free(y);
}
END_TEST

/* An exact p of 2 / C(80, 40), from two lattice paths, and one that doubles cannot hold. */
/* The lattice without its band: every path, step by step, and what it has lost at the ends of ties.
 * Both sides are at most 40 values. */
static double ks_by_all_paths(const shift__pair *pair)
{
    int m = (int)pair->train->n;
    int n = (int)pair->prod->n;
    int distance = 0;
    bool ends[128] = {false};
    for (size_t i = 0; i < pair->n_pooled; i++) {
        int u = (int)pair->train_below[i];
        int v = (int)pair->prod_below[i];
        ends[u + v] = true;
        distance = abs(u * n - v * m) > distance ? abs(u * n - v * m) : distance;
    }
    double lost[41][41] = {{0.0}};
    for (int k = 1; k <= m + n; k++)
        for (int u = k > n ? k - n : 0; u <= m && u <= k; u++) {
            int v = k - u;
            double left = u > 0 ? u * lost[u - 1][v] : 0.0;
            double below = v > 0 ? v * lost[u][v - 1] : 0.0;
            bool far = abs(u * n - v * m) >= distance;
            lost[u][v] = ends[k] && far ? 1.0 : (left + below) / k;
        }
    return lost[m][n];
}

/* With many ties and few, equal sizes and others, near and far */
START_TEST(exact_ks_agrees_with_all_paths)
{
    shift__random random;
    shift__random_init(&random, 12, 0);
    for (int run = 0; run < 400; run++) {
        double values[80];
        size_t m = 1 + (size_t)shift__random_below(&random, 40);
        size_t n = 1 + (size_t)shift__random_below(&random, 40);
        uint64_t levels = 2 + shift__random_below(&random, 60);
        uint64_t moved = shift__random_below(&random, 1 + levels / 2);
        for (size_t i = 0; i < m + n; i++)
            values[i] = (double)(shift__random_below(&random, levels) + (i < m ? 0 : moved));
        shift_distribution *x = side_of(values, m);
        shift_distribution *y = side_of(values + m, n);
        shift__pair *pair = NULL;
        ck_assert_int_eq(shift__pair_new(&pair, x, y, NULL), SHIFT_OK);
        shift__estimate e = estimate_of("ks", x, y);
        double p = e.value > 0.0 ? ks_by_all_paths(pair) : 1.0;
        ck_assert_msg(fabs(e.tail.p - p) <= 1e-13 * p, "%zu and %zu: %.17g, not %.17g", m, n,
                      e.tail.p, p);
        shift__pair_free(pair);
        shift_distribution_free(x);
        shift_distribution_free(y);
    }
}
END_TEST

START_TEST(exact_ks_reaches_far_tails)
{
    static double x[1200];
    static double y[1200];
    for (int i = 0; i < 1200; i++) {
        x[i] = i;
        y[i] = 5000 + i;
    }
    int sizes[] = {40, 1200};
    for (int k = 0; k < 2; k++) {
        double log_splits = 0.0;
        for (int i = 1; i <= sizes[k]; i++)
            log_splits += log10((double)(sizes[k] + i) / i);
        shift_distribution *a = side_of(x, (size_t)sizes[k]);
        shift_distribution *b = side_of(y, (size_t)sizes[k]);
        shift__estimate e = estimate_of("ks", a, b);
        ck_assert_double_eq(e.value, 1.0);
        if (k == 0)
            ck_assert_double_eq_tol(e.tail.log10_p, log10(2.0) - log_splits, 1e-11);
        else
            ck_assert(e.tail.p == 0.0 && e.tail.log10_p < -500.0);
        shift_distribution_free(a);
        shift_distribution_free(b);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("statistics");
    TCase *known = tcase_create("known answers");
    tcase_add_test(known, statistics_agree_with_reference);
    tcase_add_test(known, undefined_has_a_reason);
    tcase_add_test(known, an_offset_does_not_matter);
    tcase_add_test(known, beyond_the_range_of_numbers_is_no_value);
    tcase_add_test(known, exact_ks_reaches_far_tails);
    tcase_add_test(known, exact_ks_agrees_with_all_paths);
    suite_add_tcase(suite, known);
    TCase *properties = tcase_create("properties");
    tcase_add_test(properties, same_data_have_no_distance);
    tcase_add_test(properties, every_statistic_is_documented);
    tcase_add_loop_test(properties, swapped_sides_agree, 0, SYMMETRIC);
    tcase_add_loop_test(properties, swapped_sides_of_categories_agree, 0, SYMMETRIC_COUNTS);
    tcase_add_test(properties, swapped_sides_have_one_mcc);
    tcase_add_test(properties, swapped_sides_change_the_sign);
    tcase_add_test(properties, unit_does_not_matter);
    suite_add_tcase(suite, properties);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
