/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows that a profile keeps: which, how they merge, and that the order does not matter. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "made_batch.h"
#include "profile/file.h"

static shift_profile *sampled(uint64_t seed, uint64_t first, size_t rows, uint32_t size)
{
    shift_profile_options options = SHIFT_PROFILE_OPTIONS_INIT;
    options.seed = seed;
    options.sample_rows = size;
    shift_profile *profile = made_profile(&options);
    made_add(profile, 2, first, rows, 997);
    return profile;
}

/* Timestamps are row numbers, so they tell which rows were taken; 0 where that is missing. */
static size_t rows_of_sample(const shift_profile *profile, uint64_t *numbers)
{
    const shift__sample *sample = shift__profile_sample(profile);
    shift__sample_row *rows = NULL;
    size_t n = 0;
    ck_assert_int_eq(shift__sample_rows(sample, &rows, &n, NULL), SHIFT_OK);
    for (size_t k = 0; k < n; k++) {
        double t = shift__sample_number(sample, rows[k].slot, 3);
        numbers[k] = isnan(t) ? 0 : (uint64_t)(t - 1.7e9);
    }
    free(rows);
    return n;
}

START_TEST(sampled_rows_are_whole)
{
    enum { N = 20000, K = 500 };
    shift_profile *profile = sampled(0, 0, N, K);
    const shift__sample *sample = shift__profile_sample(profile);
    uint64_t numbers[K];
    ck_assert_uint_eq(rows_of_sample(profile, numbers), K);
    shift__sample_row *rows = NULL;
    size_t n = 0;
    ck_assert_int_eq(shift__sample_rows(sample, &rows, &n, NULL), SHIFT_OK);
    for (size_t k = 0; k < n; k++) {
        made_batch *made = made_rows(2, rows[k].row, 1);
        for (size_t c = 0; c < 4; c++) {
            bool present = made->states[c][0] == SHIFT_FIELD_PRESENT;
            const char *text = NULL;
            size_t size = 0;
            if (c == 2) {
                ck_assert(present == shift__sample_text_at(sample, rows[k].slot, c, &text, &size));
                ck_assert(!present ||
                          (size == made->offsets[1] && memcmp(text, made->bytes, size) == 0));
            } else if (present) {
                ck_assert_double_eq(shift__sample_number(sample, rows[k].slot, c),
                                    made->numbers[c][0]);
            } else {
                ck_assert_double_nan(shift__sample_number(sample, rows[k].slot, c));
            }
        }
        made_free(made);
    }
    free(rows);
    shift_profile_free(profile);
}
END_TEST

/* Rows are equally likely, alone and after merging: chi-square over ten tenths of the rows. With 9
 * degrees of freedom, 40 has a probability of 1e-5. */
START_TEST(sample_is_uniform_also_after_merging)
{
    enum { N = 4000, K = 200, SEEDS = 60 };
    double counts[10] = {0};
    double total = 0;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        shift_profile *profile = sampled(seed, 0, _i == 0 ? N : N / 4, K);
        if (_i == 1) {
            shift_profile *rest = sampled(seed, N / 4, N - N / 4, K);
            ck_assert_int_eq(shift_profile_merge(profile, rest, NULL), SHIFT_OK);
            shift_profile_free(rest);
        }
        uint64_t numbers[K];
        size_t n = rows_of_sample(profile, numbers);
        ck_assert_uint_eq(n, K);
        for (size_t k = 0; k < n; k++)
            if (numbers[k] != 0) {
                counts[numbers[k] * 10 / N]++;
                total++;
            }
        shift_profile_free(profile);
    }
    double chi2 = 0;
    for (int i = 0; i < 10; i++)
        chi2 += (counts[i] - total / 10) * (counts[i] - total / 10) / (total / 10);
    ck_assert_double_lt(chi2, 40);
}
END_TEST

/* Two parts with one seed: the places of their sampled rows must not be the same. */
START_TEST(parts_with_one_seed_are_sampled_apart)
{
    enum { N = 5000, K = 200 };
    shift_profile *a = sampled(0, 0, N, K);
    shift_profile *b = sampled(0, N, N, K);
    uint64_t x[K];
    uint64_t y[K];
    ck_assert_uint_eq(rows_of_sample(a, x), K);
    ck_assert_uint_eq(rows_of_sample(b, y), K);
    int same = 0;
    for (size_t i = 0; i < K; i++)
        for (size_t j = 0; j < K; j++)
            same += x[i] != 0 && x[i] == y[j] - N;
    ck_assert_int_lt(same, 30); /* 8 expected */
    shift_profile_free(a);
    shift_profile_free(b);
}
END_TEST

/* Samples of 30 and of 100 rows make one of 30, whichever is merged into the other, out of both. */
START_TEST(a_smaller_sample_decides)
{
    enum { N = 4000 };
    static const uint32_t sizes[][2] = {{100, 30}, {30, 100}};
    uint64_t numbers[30];
    size_t second = 0;
    shift_error err = SHIFT_ERROR_INIT;
    shift_profile *a = sampled(1, 0, N / 2, sizes[_i][0]);
    shift_profile *b = sampled(1, N / 2, N / 2, sizes[_i][1]);
    ck_assert_int_eq(shift_profile_merge(a, b, &err), SHIFT_OK);
    ck_assert_uint_eq(rows_of_sample(a, numbers), 30);
    for (size_t i = 0; i < 30; i++)
        second += numbers[i] >= N / 2;
    ck_assert_uint_ge(second, 3); /* 15 expected */
    ck_assert_uint_le(second, 27);
    shift_profile_free(a);
    shift_profile_free(b);
}
END_TEST

enum { ORDERED = 3, MOST = 300 /* sampled rows */ };

static shift_profile *copy_of(const shift_profile *profile)
{
    unsigned char *bytes = NULL;
    size_t n = 0;
    shift_profile *copy = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    ck_assert_int_eq(shift_profile_encode(profile, &bytes, &n, &err), SHIFT_OK);
    ck_assert_msg(shift_profile_decode(&copy, bytes, n, "copy", &err) == SHIFT_OK, "%s",
                  err.message);
    free(bytes);
    return copy;
}

static int by_size(const void *left, const void *right)
{
    const uint64_t *a = left;
    const uint64_t *b = right;
    return (*a > *b) - (*a < *b);
}

/* Priorities of the sampled rows of all parts, the smallest first. */
static size_t priorities_of(shift_profile *const *parts, size_t n_parts, uint64_t *priorities)
{
    size_t all = 0;
    for (size_t p = 0; p < n_parts; p++) {
        shift__sample_row *rows = NULL;
        size_t n = 0;
        ck_assert_int_eq(shift__sample_rows(shift__profile_sample(parts[p]), &rows, &n, NULL),
                         SHIFT_OK);
        for (size_t k = 0; k < n; k++)
            priorities[all++] = rows[k].priority;
        free(rows);
    }
    qsort(priorities, all, sizeof *priorities, by_size);
    return all;
}

static void merge_in(shift_profile *dst, const shift_profile *src)
{
    shift_error err = SHIFT_ERROR_INIT;
    ck_assert_msg(shift_profile_merge(dst, src, &err) == SHIFT_OK, "%s", err.message);
}

/* As merging a chain, into an empty profile or the first part, or the first part with the rest. */
static shift_profile *merge_by(const shift_profile *const *parts, int tree)
{
    shift_profile_options options = SHIFT_PROFILE_OPTIONS_INIT;
    options.sample_rows = MOST;
    shift_profile *merged = tree == 0 ? made_profile(&options) : copy_of(parts[0]);
    if (tree == 2) {
        shift_profile *rest = copy_of(parts[1]);
        merge_in(rest, parts[2]);
        merge_in(merged, rest);
        shift_profile_free(rest);
        return merged;
    }
    for (size_t i = tree == 0 ? 0 : 1; i < ORDERED; i++)
        merge_in(merged, parts[i]);
    return merged;
}

/* Parts of more rows than a sample has, of as many and of fewer, each as it was filled or saved and
 * loaded, in every order: the rows of smallest priority among theirs. */
START_TEST(a_merged_sample_is_the_same_in_any_order)
{
    static const size_t orders[6][ORDERED] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                              {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    static const struct {
        size_t rows[ORDERED];
        uint32_t sizes[ORDERED];
        size_t n; /* rows sampled of all */
    } cases[] = {{{20000, 60, 50}, {200, 200, 200}, 200},
                 {{200, 7, 90}, {200, 200, 200}, 200},
                 {{30, 250, 5000}, {200, MOST, MOST}, 200},
                 {{10, 20, 30}, {MOST, MOST, MOST}, 60}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        shift_profile *parts[ORDERED];
        uint64_t all[ORDERED * MOST];
        for (size_t p = 0; p < ORDERED; p++) {
            parts[p] = sampled(0, 100000 * p, cases[k].rows[p], cases[k].sizes[p]);
            if ((_i & 1 << p) != 0) {
                shift_profile *filled = parts[p];
                parts[p] = copy_of(filled);
                shift_profile_free(filled);
            }
        }
        ck_assert_uint_ge(priorities_of(parts, ORDERED, all), cases[k].n);
        for (size_t o = 0; o < 18; o++) {
            const shift_profile *ordered[ORDERED]; /* six orders, three trees */
            for (size_t p = 0; p < ORDERED; p++)
                ordered[p] = parts[orders[o % 6][p]];
            shift_profile *merged = merge_by(ordered, (int)(o / 6));
            shift_profile *loaded = copy_of(merged);
            uint64_t got[MOST];
            ck_assert_uint_eq(priorities_of(&loaded, 1, got), cases[k].n);
            ck_assert_mem_eq(got, all, cases[k].n * sizeof *got);
            shift_profile_free(merged);
            shift_profile_free(loaded);
        }
        for (size_t p = 0; p < ORDERED; p++)
            shift_profile_free(parts[p]);
    }
}
END_TEST

START_TEST(no_sample_keeps_no_row)
{
    shift_profile_options options = SHIFT_PROFILE_OPTIONS_INIT;
    options.no_sample = true;
    shift_profile *without = made_profile(&options);
    made_add(without, 1, 0, 100, 100);
    ck_assert_ptr_null(shift__profile_sample(without));
    shift_profile *with = made_profile(NULL);
    made_add(with, 1, 100, 100, 100);
    ck_assert_int_eq(shift_profile_merge(with, without, NULL), SHIFT_OK);
    ck_assert_ptr_null(shift__profile_sample(with));
    shift_profile_free(with);
    shift_profile_free(without);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("row_sample");
    TCase *sample = tcase_create("row sample");
    tcase_add_test(sample, sampled_rows_are_whole);
    tcase_add_loop_test(sample, sample_is_uniform_also_after_merging, 0, 2);
    tcase_add_test(sample, parts_with_one_seed_are_sampled_apart);
    tcase_add_loop_test(sample, a_smaller_sample_decides, 0, 2);
    tcase_add_loop_test(sample, a_merged_sample_is_the_same_in_any_order, 0, 8);
    tcase_add_test(sample, no_sample_keeps_no_row);
    suite_add_tcase(suite, sample);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
