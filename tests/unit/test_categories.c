/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Category counts: exact below the limit, guaranteed beyond it, bounded in memory. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/random.h"
#include "profile/categories.h"

static shift__categories *new_table(uint32_t limit)
{
    shift__categories *c = NULL;
    ck_assert_int_eq(shift__categories_new(&c, limit, NULL), SHIFT_OK);
    return c;
}

static void add(shift__categories *c, const char *text, size_t size)
{
    ck_assert_int_eq(shift__categories_reserve(c, 1, size, NULL), SHIFT_OK);
    shift__categories_add(c, text, size, 1);
}

static void add_number(shift__categories *c, uint64_t value)
{
    char text[32];
    int size = snprintf(text, sizeof text, "v%llu", (unsigned long long)value);
    add(c, text, (size_t)size);
}

static shift__category_view view_of(const shift__categories *c)
{
    shift__category_view view = {0};
    ck_assert_int_eq(shift__categories_view(c, &view, NULL), SHIFT_OK);
    return view;
}

static uint64_t count_of(const shift__category_view *view, const char *text)
{
    for (size_t i = 0; i < view->n; i++)
        if (view->categories[i].size == strlen(text) &&
            memcmp(view->categories[i].text, text, strlen(text)) == 0)
            return view->categories[i].count;
    return 0;
}

static void merge(shift__categories *dst, const shift__categories *src)
{
    ck_assert_int_eq(shift__categories_reserve_merge(dst, src, NULL), SHIFT_OK);
    shift__categories_merge(dst, src);
}

START_TEST(counts_are_exact_and_in_byte_order)
{
    static const char *const texts[] = {"b", "", "a", "\xff", "b", "aa", "b", "a\0x"};
    static const size_t sizes[] = {1, 0, 1, 1, 1, 2, 1, 3};
    shift__categories *c = new_table(10);
    for (size_t i = 0; i < 8; i++)
        add(c, texts[i], sizes[i]);
    shift__category_view view = view_of(c);
    ck_assert_uint_eq(view.n, 6);
    static const size_t order[] = {1, 2, 7, 5, 0, 3};
    for (size_t i = 0; i < 6; i++) {
        ck_assert_uint_eq(view.categories[i].size, sizes[order[i]]);
        ck_assert_mem_eq(view.categories[i].text, texts[order[i]], sizes[order[i]]);
        ck_assert_uint_eq(view.categories[i].count, order[i] == 0 ? 3 : 1);
    }
    ck_assert_uint_eq(view.other, 0);
    ck_assert_uint_eq(view.error, 0);
    ck_assert_double_eq(view.distinct, 6);
    free(view.categories);
    shift__categories_free(c);
}
END_TEST

START_TEST(numbers_are_told_from_text)
{
    static const char *const numbers[] = {"0", "-1", "+1.5", ".5", "5.", "1e5", "1.25E-10"};
    static const char *const others[] = {"",    "-",  ".",  "e5",  "1e",    "1e+", "0x10",
                                         "nan", "1 ", " 1", "1,5", "1.2.3", "inf"};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        ck_assert_msg(shift__text_is_number(numbers[i], strlen(numbers[i])), "%s", numbers[i]);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        ck_assert_msg(!shift__text_is_number(others[i], strlen(others[i])), "%s", others[i]);
    shift__categories *c = new_table(10);
    add(c, "1", 1);
    add(c, "1.0", 3);
    shift__category_view view = view_of(c);
    ck_assert(view.numeric_text);
    free(view.categories);
    add(c, "one", 3);
    add(c, "2", 1);
    view = view_of(c);
    ck_assert(!view.numeric_text);
    free(view.categories);
    shift__categories_free(c);
}
END_TEST

/* Ten frequent texts among many rare ones, in several orders. */
START_TEST(heavy_hitters_are_within_the_error)
{
    enum { LIMIT = 512, N = 200000, FREQUENT = 10 };
    shift__categories *c = new_table(LIMIT);
    uint64_t truth[FREQUENT] = {0};
    shift__random random;
    shift__random_init(&random, 3, (uint64_t)_i);
    for (uint64_t i = 0; i < N; i++) {
        bool frequent = _i == 0   ? shift__random_below(&random, 5) == 0
                        : _i == 1 ? i < N / 5
                                  : i >= N - N / 5;
        uint64_t value = frequent ? shift__random_below(&random, FREQUENT) : 1000 + i;
        if (frequent)
            truth[value]++;
        add_number(c, value);
    }
    shift__category_view view = view_of(c);
    ck_assert_uint_le(view.n, LIMIT);
    ck_assert_uint_gt(view.error, 0);
    ck_assert_uint_le(view.error, 2 * N / LIMIT);
    uint64_t held = 0;
    for (size_t i = 0; i < view.n; i++)
        held += view.categories[i].count;
    ck_assert_uint_eq(held + view.other, N);
    for (uint64_t v = 0; v < FREQUENT; v++) {
        char text[32];
        (void)snprintf(text, sizeof text, "v%llu", (unsigned long long)v);
        uint64_t count = count_of(&view, text);
        ck_assert_uint_le(count, truth[v]);
        ck_assert_uint_le(truth[v], count + view.error);
    }
    double distinct = N - N / 5.0 + FREQUENT;
    ck_assert_double_le(fabs(view.distinct - distinct), 0.06 * distinct);
    free(view.categories);
    shift__categories_free(c);
}
END_TEST

START_TEST(distinct_estimate_is_within_five_standard_errors)
{
    static const size_t sizes[] = {0, 1, 10, 1000, 10000, 100000, 1000000};
    shift__distinct *d = calloc(1, sizeof *d);
    ck_assert_ptr_nonnull(d);
    size_t n = sizes[_i];
    for (size_t i = 0; i < n; i++) {
        char text[32];
        int size = snprintf(text, sizeof text, "%zu", i);
        shift__distinct_add(d, text, (size_t)size);
    }
    double error = 5 * 1.04 / sqrt((double)SHIFT__DISTINCT_REGISTERS);
    ck_assert_double_le(fabs(shift__distinct_estimate(d) - (double)n), error * (double)n + 0.01);
    free(d);
}
END_TEST

START_TEST(nothing_depends_on_the_key)
{
    shift__categories *a = new_table(300);
    shift__categories *b = new_table(300);
    ck_assert_mem_ne(a->key, b->key, sizeof a->key);
    shift__random random;
    shift__random_init(&random, 1, 1);
    for (int i = 0; i < 50000; i++) {
        uint64_t value = shift__random_below(&random, 1 + shift__random_below(&random, 2000));
        add_number(a, value);
        add_number(b, value);
    }
    shift__category_view x = view_of(a);
    shift__category_view y = view_of(b);
    ck_assert_uint_eq(x.n, y.n);
    ck_assert_uint_eq(x.other, y.other);
    for (size_t i = 0; i < x.n; i++) {
        ck_assert_uint_eq(x.categories[i].count, y.categories[i].count);
        ck_assert_uint_eq(x.categories[i].size, y.categories[i].size);
        ck_assert_mem_eq(x.categories[i].text, y.categories[i].text, x.categories[i].size);
    }
    free(x.categories);
    free(y.categories);
    shift__categories_free(a);
    shift__categories_free(b);
}
END_TEST

START_TEST(long_texts_differ_by_their_hash)
{
    char text[100000];
    memset(text, 'x', sizeof text);
    shift__categories *c = new_table(100);
    add(c, text, SHIFT__CATEGORY_BYTES);
    add(c, text, SHIFT__CATEGORY_BYTES + 1);
    add(c, text, sizeof text);
    text[sizeof text - 1] = 'y';
    add(c, text, sizeof text);
    add(c, text, sizeof text);
    shift__category_view view = view_of(c);
    ck_assert_uint_eq(view.n, 4);
    for (size_t i = 0; i < view.n; i++)
        ck_assert_uint_le(view.categories[i].size, SHIFT__CATEGORY_BYTES);
    ck_assert(!view.numeric_text);
    free(view.categories);
    shift__categories_free(c);
}
END_TEST

/* The beginning that is kept ends with a whole character; what is no UTF-8 is cut anywhere. */
START_TEST(long_texts_are_cut_between_characters)
{
    enum { PREFIX = SHIFT__CATEGORY_BYTES - 32 - 3 };
    char text[400];
    char out[SHIFT__CATEGORY_BYTES];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = i % 2 == 0 ? '\xc3' : '\xa9';
    ck_assert_int_eq((unsigned char)text[PREFIX], 0xa9);
    ck_assert_uint_eq(shift__category_text(out, text, sizeof text), SHIFT__CATEGORY_BYTES - 1);
    ck_assert_mem_eq(out, text, PREFIX - 1);
    ck_assert_mem_eq(out + PREFIX - 1, "...", 3);
    memset(text, '\xa9', sizeof text);
    ck_assert_uint_eq(shift__category_text(out, text, sizeof text), SHIFT__CATEGORY_BYTES);
    ck_assert_mem_eq(out, text, PREFIX);
    ck_assert_mem_eq(out + PREFIX, "...", 3);
}
END_TEST

START_TEST(memory_is_bounded_for_long_distinct_texts)
{
    enum { LIMIT = 1000 };
    char text[SHIFT__CATEGORY_BYTES];
    memset(text, 'x', sizeof text);
    shift__categories *c = new_table(LIMIT);
    for (int i = 0; i < 30000; i++) {
        (void)snprintf(text, 8, "%07d", i);
        add(c, text, sizeof text);
    }
    ck_assert_uint_le(c->text_capacity, (size_t)LIMIT * SHIFT__CATEGORY_BUDGET * 2);
    ck_assert_uint_le(c->counters_capacity, (size_t)LIMIT * 2);
    ck_assert_uint_eq(c->n, 30000);
    shift__categories_free(c);
    c = new_table(1); /* the smallest there is */
    for (int i = 0; i < 100; i++)
        add_number(c, (uint64_t)i % 3);
    ck_assert_uint_le(c->n_counters, 1);
    shift__categories_free(c);
}
END_TEST

START_TEST(merge_equals_single_pass_below_the_limit)
{
    shift__categories *whole = new_table(5000);
    shift__categories *parts[3] = {new_table(5000), new_table(5000), new_table(5000)};
    shift__random random;
    shift__random_init(&random, 2, (uint64_t)_i);
    for (int i = 0; i < 20000; i++) {
        uint64_t value = shift__random_below(&random, 3000);
        add_number(whole, value);
        add_number(parts[shift__random_below(&random, 3)], value);
    }
    merge(parts[(_i + 1) % 3], parts[(_i + 2) % 3]);
    merge(parts[_i % 3], parts[(_i + 1) % 3]);
    shift__category_view x = view_of(whole);
    shift__category_view y = view_of(parts[_i % 3]);
    ck_assert_uint_eq(x.n, y.n);
    ck_assert_uint_eq(y.error, 0);
    for (size_t i = 0; i < x.n; i++) {
        ck_assert_uint_eq(x.categories[i].count, y.categories[i].count);
        ck_assert_mem_eq(x.categories[i].text, y.categories[i].text, x.categories[i].size);
    }
    free(x.categories);
    free(y.categories);
    shift__categories_free(whole);
    for (int i = 0; i < 3; i++)
        shift__categories_free(parts[i]);
}
END_TEST

START_TEST(merge_beyond_the_limit_commutes_and_keeps_the_error)
{
    enum { LIMIT = 200, N = 40000 };
    uint64_t truth = 0;
    shift__categories *tables[2][2];
    for (int side = 0; side < 2; side++)
        for (int copy = 0; copy < 2; copy++)
            tables[side][copy] = new_table(LIMIT);
    shift__random random;
    shift__random_init(&random, 9, 0);
    for (uint64_t i = 0; i < N; i++) {
        uint64_t value = shift__random_below(&random, 4) == 0 ? 7 : i;
        truth += value == 7;
        for (int copy = 0; copy < 2; copy++)
            add_number(tables[i % 3 == 0][copy], value);
    }
    merge(tables[0][0], tables[1][0]);
    merge(tables[1][1], tables[0][1]);
    shift__category_view x = view_of(tables[0][0]);
    shift__category_view y = view_of(tables[1][1]);
    ck_assert_uint_le(x.n, LIMIT);
    ck_assert_uint_eq(x.n, y.n);
    ck_assert_uint_eq(x.error, y.error);
    ck_assert_double_eq(x.distinct, y.distinct);
    ck_assert_uint_le(x.error, 3 * N / LIMIT);
    uint64_t count = count_of(&x, "v7");
    ck_assert_uint_eq(count, count_of(&y, "v7"));
    ck_assert_uint_le(count, truth);
    ck_assert_uint_le(truth, count + x.error);
    free(x.categories);
    free(y.categories);
    for (int side = 0; side < 2; side++)
        for (int copy = 0; copy < 2; copy++)
            shift__categories_free(tables[side][copy]);
}
END_TEST

/* Each side has room for its long texts, both together do not. */
START_TEST(merge_keeps_to_the_room_for_long_texts)
{
    enum { LIMIT = 100, N = 40, ROOM = LIMIT * SHIFT__CATEGORY_BUDGET + SHIFT__CATEGORY_BYTES };
    char text[SHIFT__CATEGORY_BYTES];
    memset(text, 'x', sizeof text);
    shift__categories *parts[2] = {new_table(LIMIT), new_table(LIMIT)};
    for (int i = 0; i < 2 * N; i++) {
        (void)snprintf(text, 8, "%07d", i);
        add(parts[i % 2], text, sizeof text);
    }
    for (int i = 0; i < 5; i++)
        add(parts[i % 2], "often", 5);
    ck_assert_uint_gt(parts[0]->text_size + parts[1]->text_size, ROOM);
    merge(parts[0], parts[1]);
    ck_assert_uint_le(parts[0]->text_size, ROOM);
    shift__category_view view = view_of(parts[0]);
    ck_assert_uint_eq(parts[0]->n, 2 * N + 5);
    ck_assert_uint_gt(view.error, 0);
    ck_assert_uint_le(count_of(&view, "often"), 5);
    ck_assert_uint_ge(count_of(&view, "often") + view.error, 5);
    free(view.categories);
    shift__categories_free(parts[0]);
    shift__categories_free(parts[1]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("categories");
    TCase *tests = tcase_create("categories");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, counts_are_exact_and_in_byte_order);
    tcase_add_test(tests, numbers_are_told_from_text);
    tcase_add_loop_test(tests, heavy_hitters_are_within_the_error, 0, 3);
    tcase_add_loop_test(tests, distinct_estimate_is_within_five_standard_errors, 0, 7);
    tcase_add_test(tests, nothing_depends_on_the_key);
    tcase_add_test(tests, long_texts_differ_by_their_hash);
    tcase_add_test(tests, long_texts_are_cut_between_characters);
    tcase_add_test(tests, memory_is_bounded_for_long_distinct_texts);
    tcase_add_loop_test(tests, merge_equals_single_pass_below_the_limit, 0, 3);
    tcase_add_test(tests, merge_beyond_the_limit_commutes_and_keeps_the_error);
    tcase_add_test(tests, merge_keeps_to_the_room_for_long_texts);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
