/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is kept of distributions for pictures is close to them, and small. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare/curve.h"

enum { MANY = 20000 };

static shift__arena arena;

static void clear(void)
{
    shift__arena_clear(&arena);
}

static shift_subject drawn(const shift_distribution *x, const shift_distribution *y)
{
    shift_subject subject = {.n_categories = 0};
    shift_error err = SHIFT_ERROR_INIT;
    shift_status status = shift__draw(x, y, &arena, &subject, &err);
    ck_assert_msg(status == SHIFT_OK, "%s", err.message);
    return subject;
}

static shift_distribution *of_values(const double *values, size_t n)
{
    shift_distribution *d = NULL;
    ck_assert_int_eq((int)shift_distribution_of_values(&d, values, n, NULL), (int)SHIFT_OK);
    return d;
}

/* The function between the vertices, from the right. */
static double share_at(const shift_curve *curve, double x)
{
    const shift_vertex *v = curve->vertices;
    size_t i = 0;
    while (i + 1 < curve->n && v[i + 1].value <= x)
        i++;
    if (x < v[0].value)
        return 0;
    if (i + 1 == curve->n || !(v[i + 1].value > v[i].value))
        return v[i].share;
    return v[i].share +
           (v[i + 1].share - v[i].share) * (x - v[i].value) / (v[i + 1].value - v[i].value);
}

static void assert_close(const shift_distribution *d, const shift_curve *curve, double bound)
{
    ck_assert_uint_le(curve->n, 138);
    ck_assert(curve->vertices[0].value == d->minimum);
    ck_assert(curve->vertices[curve->n - 1].value == d->maximum);
    ck_assert(curve->vertices[curve->n - 1].share == 1);
    for (size_t i = 0; i < d->n_points; i++) {
        double x = d->points[i];
        ck_assert_double_le(fabs(share_at(curve, x) - shift_distribution_cdf(d, x)), bound);
    }
}

/* Log-normal by inversion of its logistic cousin: a long tail. */
static double skewed(size_t i)
{
    double u = ((double)i + 0.5) / MANY;
    return exp(2 * log(u / (1 - u)));
}

static double half_zero(size_t i)
{
    return i < MANY / 2 ? 0 : (double)i;
}

static double rounded(size_t i)
{
    return floor((double)i / 200);
}

static double (*const shapes[])(size_t i) = {skewed, half_zero, rounded};

START_TEST(a_curve_is_within_a_step_of_the_distribution)
{
    static double values[MANY];
    for (size_t i = 0; i < MANY; i++)
        values[i] = shapes[_i](i);
    shift_distribution *d = of_values(values, MANY);
    shift_subject subject = drawn(d, d);
    assert_close(d, subject.train_curve, 1.0 / 64);
    assert_close(d, subject.prod_curve, 1.0 / 64);
    shift_distribution_free(d);
}
END_TEST

START_TEST(few_values_are_kept_exactly)
{
    static const double values[] = {3, 1, 2, 2, 2, 7};
    shift_distribution *d = of_values(values, 6);
    shift_subject subject = drawn(d, d);
    static const shift_vertex expected[] = {{1, 0},       {1, 1.0 / 6}, {2, 1.0 / 6}, {2, 4.0 / 6},
                                            {3, 4.0 / 6}, {3, 5.0 / 6}, {7, 5.0 / 6}, {7, 1}};
    ck_assert_uint_eq(subject.train_curve->n, 8);
    for (size_t i = 0; i < 8; i++) {
        ck_assert(subject.train_curve->vertices[i].value == expected[i].value);
        ck_assert(subject.train_curve->vertices[i].share == expected[i].share);
    }
    ck_assert_uint_eq(subject.n_categories, 0);
    shift_distribution_free(d);
}
END_TEST

START_TEST(a_side_without_values_has_no_curve)
{
    static const double values[] = {3};
    shift_distribution *one = of_values(values, 1);
    shift_distribution *none = of_values(values, 0);
    shift_subject subject = drawn(one, none);
    ck_assert_ptr_nonnull(subject.train_curve);
    ck_assert_ptr_null(subject.prod_curve);
    shift_distribution_free(one);
    shift_distribution_free(none);
}
END_TEST

static shift_distribution of_categories(const shift_category *categories, size_t n)
{
    shift_distribution d = {.kind = SHIFT_KIND_CATEGORICAL, .n_categories = n};
    d.categories = categories;
    for (size_t i = 0; i < n; i++)
        d.n += categories[i].count;
    return d;
}

START_TEST(the_largest_share_of_either_side_comes_first)
{
    static const shift_category train[] = {{"a", 1, 10}, {"b", 1, 80}, {"d", 1, 10}};
    static const shift_category prod[] = {{"b", 1, 1}, {"c", 1, 6}, {"cc", 2, 3}};
    shift_distribution x = of_categories(train, 3);
    shift_distribution y = of_categories(prod, 3);
    shift_subject subject = drawn(&x, &y);
    static const shift_category_count expected[] = {
        {"b", 80, 1}, {"c", 0, 6}, {"cc", 0, 3}, {"a", 10, 0}, {"d", 10, 0}};
    ck_assert_uint_eq(subject.n_categories, 5);
    for (size_t i = 0; i < 5; i++) {
        ck_assert_str_eq(subject.categories[i]->name, expected[i].name);
        ck_assert_uint_eq(subject.categories[i]->train, expected[i].train);
        ck_assert_uint_eq(subject.categories[i]->prod, expected[i].prod);
    }
    ck_assert_ptr_null(subject.train_curve);
}
END_TEST

START_TEST(many_categories_leave_the_most_frequent)
{
    static char names[100][4];
    static shift_category categories[100];
    for (size_t i = 0; i < 100; i++) {
        (void)snprintf(names[i], sizeof names[i], "%02zu", i);
        categories[i] = (shift_category){names[i], 2, 1 + i * 37 % 100};
    }
    shift_distribution d = of_categories(categories, 100);
    shift_subject subject = drawn(&d, &d);
    ck_assert_uint_eq(subject.n_categories, 12);
    for (size_t i = 0; i < 12; i++)
        ck_assert_uint_eq(subject.categories[i]->train, 100 - i);
}
END_TEST

START_TEST(identifiers_are_not_kept)
{
    static const shift_category names[] = {{"somebody", 8, 1}};
    shift_distribution d = of_categories(names, 1);
    d.kind = SHIFT_KIND_IDENTIFIER;
    ck_assert_uint_eq(drawn(&d, &d).n_categories, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("curve");
    TCase *tcase = tcase_create("curve");
    tcase_add_checked_fixture(tcase, NULL, clear);
    tcase_add_loop_test(tcase, a_curve_is_within_a_step_of_the_distribution, 0, 3);
    tcase_add_test(tcase, few_values_are_kept_exactly);
    tcase_add_test(tcase, a_side_without_values_has_no_curve);
    tcase_add_test(tcase, the_largest_share_of_either_side_comes_first);
    tcase_add_test(tcase, many_categories_leave_the_most_frequent);
    tcase_add_test(tcase, identifiers_are_not_kept);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
