/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quantile sketch: exact at first, then within its stated bound whatever the order of the values,
 * added, merged and saved; the sort below it. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "profile/sketch.h"
#include "profile/sort.h"
#include "random_values.h"

enum { MANY = 300000, EXACT = SHIFT__SKETCH_EXACT * SHIFT__SKETCH_WIDTH };

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static shift__sketch *new_sketch(uint64_t seed)
{
    shift__sketch *s = NULL;
    ck_assert_int_eq(shift__sketch_new(&s, seed, SHIFT__SKETCH_WIDTH, false, NULL), SHIFT_OK);
    return s;
}

static void add(shift__sketch *s, const double *x, size_t n)
{
    ck_assert_int_eq(shift__sketch_reserve(s, n, NULL), SHIFT_OK);
    shift__sketch_add(s, x, n);
}

static void add_in_batches(shift__sketch *s, const double *x, size_t n, size_t batch)
{
    for (size_t i = 0; i < n; i += batch)
        add(s, x + i, n - i < batch ? n - i : batch);
}

static void merge(shift__sketch *dst, const shift__sketch *src)
{
    ck_assert_int_eq(shift__sketch_reserve_merge(dst, src, NULL), SHIFT_OK);
    shift__sketch_merge(dst, src);
}

/* The largest |F - F_true| over all x; `sorted` are the true values. */
static double largest_error(const shift__sketch *s, const double *sorted, size_t n)
{
    shift__support f;
    ck_assert_int_eq(shift__sketch_support(s, &f, NULL), SHIFT_OK);
    ck_assert_uint_eq(f.cumulative[f.n - 1], n);
    double largest = 0;
    size_t k = 0;
    for (size_t i = 0; i < n;) {
        double x = sorted[i];
        while (k < f.n && f.points[k] < x)
            k++;
        double below = k > 0 ? (double)f.cumulative[k - 1] : 0;
        largest = fmax(largest, fabs(below - (double)i)); /* just below x */
        while (i < n && sorted[i] == x)
            i++;
        double at = k < f.n && f.points[k] == x ? (double)f.cumulative[k] : below;
        largest = fmax(largest, fabs(at - (double)i));
    }
    for (size_t i = 1; i < f.n; i++) {
        ck_assert_double_lt(f.points[i - 1], f.points[i]);
        ck_assert_uint_lt(f.cumulative[i - 1], f.cumulative[i]);
    }
    free(f.points);
    free(f.cumulative);
    return largest / (double)n;
}

START_TEST(sort_equals_qsort)
{
    enum { N = 20000 };
    static double x[N];
    static double y[N];
    static double scratch[N];
    size_t n = _i == 0 ? 0 : (size_t)1 << _i;
    n = n < N ? n : N;
    for (int shape = 0; shape < 6; shape++) {
        shift__random random;
        shift__random_init(&random, (uint64_t)shape, (uint64_t)_i);
        for (size_t i = 0; i < n; i++) {
            double u = random_normal(&random);
            double shapes[] = {u,     exp(20 * u),         floor(3 * u) + 0.0,
                               1e300, (double)i * -1e-310, 1e15 + floor(1e6 * u)};
            x[i] = y[i] = shapes[shape];
        }
        shift__sort(x, n, scratch);
        qsort(y, n, sizeof *y, by_value);
        ck_assert_mem_eq(x, y, n * sizeof *x);
    }
}
END_TEST

START_TEST(first_values_are_exact)
{
    static double x[EXACT];
    shift__random random;
    shift__random_init(&random, 1, 0);
    for (size_t i = 0; i < EXACT; i++)
        x[i] = floor(5000 * shift__random_uniform(&random)) - 2500;
    shift__sketch *s = new_sketch(0);
    add_in_batches(s, x, EXACT, 1000);
    ck_assert_double_eq(shift__sketch_rank_error(s), 0);
    ck_assert_uint_eq(shift__sketch_count(s), EXACT);
    qsort(x, EXACT, sizeof *x, by_value);
    ck_assert_double_eq(largest_error(s, x, EXACT), 0);
    add(s, x, 1);
    ck_assert_double_gt(shift__sketch_rank_error(s), 0);
    shift__sketch_free(s);
}
END_TEST

START_TEST(negative_zero_is_zero)
{
    double x[2] = {0.0, -0.0};
    shift__sketch *s = new_sketch(0);
    add(s, x, 2);
    shift__support f;
    ck_assert_int_eq(shift__sketch_support(s, &f, NULL), SHIFT_OK);
    ck_assert_uint_eq(f.n, 1);
    ck_assert(!signbit(f.points[0]));
    free(f.points);
    free(f.cumulative);
    shift__sketch_free(s);
}
END_TEST

START_TEST(exact_option_keeps_all)
{
    static double x[MANY];
    for (size_t i = 0; i < MANY; i++)
        x[i] = (double)((i * 7919) % MANY);
    shift__sketch *s = NULL;
    ck_assert_int_eq(shift__sketch_new(&s, 0, SHIFT__SKETCH_WIDTH, true, NULL), SHIFT_OK);
    add_in_batches(s, x, MANY, 5000);
    ck_assert_double_eq(shift__sketch_rank_error(s), 0);
    qsort(x, MANY, sizeof *x, by_value);
    ck_assert_double_eq(largest_error(s, x, MANY), 0);
    shift__sketch_free(s);
}
END_TEST

/* Orders and shapes that make quantile sketches fail. */
enum {
    SHUFFLED,
    SORTED,
    REVERSED,
    ZOOMED_IN,
    BLOCKS,
    CONSTANT,
    FEW_DISTINCT,
    HALF_ZERO,
    HEAVY_TAIL,
    SHAPES
};

static void make_values(double *x, size_t n, int shape, uint64_t seed)
{
    shift__random random;
    shift__random_init(&random, seed, (uint64_t)shape);
    for (size_t i = 0; i < n; i++) {
        double u = shift__random_uniform(&random);
        double zoomed = i % 2 == 0 ? (double)i : (double)(2 * n - i);
        double shapes[SHAPES] = {
            u,  (double)i,     -(double)i,      zoomed,    (double)(i % 1000) + u,
            42, floor(10 * u), u < 0.5 ? 0 : u, pow(u, -8)};
        x[i] = shapes[shape];
    }
}

START_TEST(error_is_within_the_bound)
{
    static double x[MANY];
    static double sorted[MANY];
    double worst = 0;
    double saved_worst = 0;
    for (uint64_t seed = 0; seed < 6; seed++) {
        make_values(x, MANY, _i, seed);
        memcpy(sorted, x, sizeof x);
        qsort(sorted, MANY, sizeof *sorted, by_value);
        shift__sketch *s = new_sketch(seed);
        add_in_batches(s, x, MANY, 4096);
        shift__sketch *saved = NULL;
        ck_assert_int_eq(shift__sketch_shrunk(&saved, s, SHIFT__SKETCH_SIZE, NULL), SHIFT_OK);
        double bound = shift__sketch_rank_error(s);
        double saved_bound = shift__sketch_rank_error(saved);
        ck_assert_double_lt(bound, 0.0015);
        ck_assert_double_lt(saved_bound, 0.003);
        worst = fmax(worst, largest_error(s, sorted, MANY) / bound);
        saved_worst = fmax(saved_worst, largest_error(saved, sorted, MANY) / saved_bound);
        size_t held = saved->n_raw;
        for (size_t h = 1; h <= saved->height; h++)
            held += saved->levels[h].n;
        ck_assert_uint_le(held, SHIFT__SKETCH_SIZE);
        shift__sketch_free(saved);
        shift__sketch_free(s);
    }
    ck_assert_double_le(worst, 1);
    ck_assert_double_le(saved_worst, 1);
    if (_i == SHUFFLED) /* a bound of use, not only a true one */
        ck_assert_double_ge(saved_worst, 0.1);
}
END_TEST

/* At nine ranks, over many seeds: the mean squared error is below the square of the deviation. */
START_TEST(error_deviates_as_bounded)
{
    enum { ROWS = 70000, SEEDS = 40, RANKS = 9 };
    static double x[MANY];
    double squares = 0;
    double bounds = 0;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        make_values(x, ROWS, SHUFFLED, 9);
        shift__sketch *s = new_sketch(seed);
        add_in_batches(s, x, ROWS, 4096);
        shift__support support = {0, NULL, NULL};
        ck_assert_int_eq(shift__sketch_support(s, &support, NULL), SHIFT_OK);
        qsort(x, ROWS, sizeof *x, by_value);
        size_t k = 0;
        for (size_t rank = 1; rank <= RANKS; rank++) {
            size_t below = ROWS / (RANKS + 1) * rank;
            while (k + 1 < support.n && support.points[k + 1] <= x[below - 1])
                k++;
            double off = ((double)support.cumulative[k] - (double)below) / ROWS;
            squares += off * off / (SEEDS * RANKS);
        }
        bounds = fmax(bounds, shift__sketch_rank_deviation(s));
        ck_assert_double_le(shift__sketch_rank_deviation(s), shift__sketch_rank_error(s));
        free(support.points);
        free(support.cumulative);
        shift__sketch_free(s);
    }
    ck_assert_double_gt(squares, 0);
    ck_assert_double_le(sqrt(squares), bounds);
}
END_TEST

START_TEST(saved_size_bounds_the_error_for_any_n)
{
    static double x[MANY];
    static double sorted[MANY];
    make_values(x, MANY, SHUFFLED, 3);
    double bounds = 0;
    for (size_t n = 4000; n <= MANY; n = n * 5 / 4) {
        memcpy(sorted, x, n * sizeof *x);
        qsort(sorted, n, sizeof *sorted, by_value);
        shift__sketch *s = new_sketch(n);
        add_in_batches(s, x, n, 5000);
        shift__sketch *saved = NULL;
        ck_assert_int_eq(shift__sketch_shrunk(&saved, s, SHIFT__SKETCH_SIZE, NULL), SHIFT_OK);
        bounds = fmax(bounds, shift__sketch_rank_error(saved));
        ck_assert_double_le(largest_error(saved, sorted, n), shift__sketch_rank_error(saved));
        shift__sketch_free(saved);
        shift__sketch_free(s);
    }
    ck_assert_double_lt(bounds, 0.003);
}
END_TEST

START_TEST(merge_in_any_grouping_is_within_the_bound)
{
    enum { PARTS = 16 };
    static double x[MANY];
    static double sorted[MANY];
    make_values(x, MANY, _i, 11);
    memcpy(sorted, x, sizeof x);
    qsort(sorted, MANY, sizeof *sorted, by_value);
    shift__random random;
    shift__random_init(&random, 5, (uint64_t)_i);
    for (int round = 0; round < 4; round++) {
        shift__sketch *parts[PARTS];
        size_t at = 0;
        for (size_t p = 0; p < PARTS; p++) {
            size_t n =
                p + 1 == PARTS ? MANY - at : (size_t)shift__random_below(&random, (MANY - at) / 4);
            shift__sketch *part = new_sketch(0);
            add_in_batches(part, x + at, n, 3000);
            at += n;
            parts[p] = part;
            if (round % 2 == 1) { /* as if it had been saved and loaded */
                ck_assert_int_eq(shift__sketch_shrunk(&parts[p], part, 1024, NULL), SHIFT_OK);
                shift__sketch_free(part);
            }
        }
        for (size_t left = PARTS; left > 1; left--) {
            size_t a = (size_t)shift__random_below(&random, left);
            shift__sketch *one = parts[a];
            parts[a] = parts[left - 1];
            size_t b = (size_t)shift__random_below(&random, left - 1);
            merge(parts[b], one);
            shift__sketch_free(one);
        }
        ck_assert_uint_eq(shift__sketch_count(parts[0]), MANY);
        ck_assert_double_le(largest_error(parts[0], sorted, MANY),
                            shift__sketch_rank_error(parts[0]));
        ck_assert_double_lt(shift__sketch_rank_error(parts[0]), round % 2 == 1 ? 0.01 : 0.003);
        shift__sketch_free(parts[0]);
    }
}
END_TEST

START_TEST(small_merges_stay_exact)
{
    double x[3] = {3, 1, 2};
    double y[3] = {2, 5, 4};
    double sorted[6] = {1, 2, 2, 3, 4, 5};
    shift__sketch *a = new_sketch(0);
    shift__sketch *b = new_sketch(0);
    add(a, x, 3);
    add(b, y, 3);
    merge(a, b);
    ck_assert_double_eq(shift__sketch_rank_error(a), 0);
    ck_assert_double_eq(largest_error(a, sorted, 6), 0);
    ck_assert_uint_eq(shift__sketch_count(b), 3);
    shift__sketch_free(a);
    shift__sketch_free(b);
}
END_TEST

static size_t bytes_held(const shift__sketch *s)
{
    size_t held = s->raw_capacity + s->scratch_capacity;
    for (size_t h = 1; h < SHIFT__SKETCH_LEVELS; h++)
        held += s->levels[h].capacity;
    return held * sizeof(double);
}

START_TEST(memory_stays_flat)
{
    static double x[MANY];
    make_values(x, MANY, SHUFFLED, 1);
    shift__sketch *s = new_sketch(0);
    for (int i = 0; i < 40; i++)
        add_in_batches(s, x, MANY, 10000);
    ck_assert_uint_eq(shift__sketch_count(s), (uint64_t)40 * MANY);
    ck_assert_uint_lt(bytes_held(s), 1500000);
    shift__sketch_free(s);
}
END_TEST

/* Of ten thousand sketches each is smaller, with a wider bound that holds all the same. */
START_TEST(many_sketches_are_narrower)
{
    static double x[MANY];
    static double sorted[MANY];
    ck_assert_uint_eq(shift__sketch_width(1), SHIFT__SKETCH_WIDTH);
    ck_assert_uint_eq(shift__sketch_width(2048), SHIFT__SKETCH_WIDTH);
    ck_assert_uint_eq(shift__sketch_width(2049), SHIFT__SKETCH_WIDTH / 2);
    ck_assert_uint_eq(shift__sketch_width(10000), SHIFT__SKETCH_WIDTH_MIN);
    ck_assert_uint_eq(shift__sketch_width(SIZE_MAX), SHIFT__SKETCH_WIDTH_MIN);
    make_values(x, MANY, _i, 7);
    memcpy(sorted, x, sizeof x);
    qsort(sorted, MANY, sizeof *sorted, by_value);
    shift__sketch *s = NULL;
    ck_assert_int_eq(shift__sketch_new(&s, 7, SHIFT__SKETCH_WIDTH_MIN, false, NULL), SHIFT_OK);
    size_t exact = (size_t)SHIFT__SKETCH_EXACT * SHIFT__SKETCH_WIDTH_MIN;
    add_in_batches(s, x, exact, 100);
    ck_assert_double_eq(shift__sketch_rank_error(s), 0);
    add_in_batches(s, x + exact, MANY - exact, 100);
    ck_assert_double_le(largest_error(s, sorted, MANY), shift__sketch_rank_error(s));
    ck_assert_double_lt(shift__sketch_rank_error(s), 0.012);
    ck_assert_uint_lt(bytes_held(s), 120000);
    shift__sketch_free(s);
}
END_TEST

START_TEST(any_saved_size_is_kept_to)
{
    static const size_t sizes[] = {64, 65, 100, 1000, 4096, 65535};
    static double x[MANY];
    make_values(x, MANY, SHUFFLED, 2);
    for (size_t n = 1; n <= MANY; n = n * 3 + 1) {
        shift__sketch *s = new_sketch(n);
        add_in_batches(s, x, n, 7777);
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            shift__sketch *saved = NULL;
            ck_assert_int_eq(shift__sketch_shrunk(&saved, s, sizes[i], NULL), SHIFT_OK);
            uint64_t weight = saved->n_raw;
            size_t held = saved->n_raw;
            for (size_t h = 1; h <= saved->height; h++) {
                weight += (uint64_t)saved->levels[h].n << h;
                held += saved->levels[h].n;
            }
            ck_assert_uint_eq(weight, n);
            ck_assert_uint_le(held, sizes[i]);
            ck_assert(n > sizes[i] || shift__sketch_rank_error(saved) == 0);
            shift__sketch_free(saved);
        }
        shift__sketch_free(s);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sketch");
    TCase *tests = tcase_create("sketch");
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, sort_equals_qsort, 0, 16);
    tcase_add_test(tests, first_values_are_exact);
    tcase_add_test(tests, negative_zero_is_zero);
    tcase_add_test(tests, exact_option_keeps_all);
    tcase_add_loop_test(tests, error_is_within_the_bound, 0, SHAPES);
    tcase_add_test(tests, error_deviates_as_bounded);
    tcase_add_test(tests, saved_size_bounds_the_error_for_any_n);
    tcase_add_loop_test(tests, merge_in_any_grouping_is_within_the_bound, 0, SHAPES);
    tcase_add_test(tests, small_merges_stay_exact);
    tcase_add_test(tests, memory_stays_flat);
    tcase_add_loop_test(tests, many_sketches_are_narrower, 0, SHAPES);
    tcase_add_test(tests, any_saved_size_is_kept_to);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
