/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A data set in parts: whatever tree they are merged by, they are the whole, and none of them
 * counts twice. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/random.h"
#include "made_batch.h"
#include "profile.pb-c.h"
#include "profile/file.h"

enum { ROWS = 60000, PARTS = 12, COLUMNS = 4, TEXTS = 2 /* which column */ };

static shift_profile *named_part(const char *name, uint64_t first, size_t rows)
{
    shift_profile_options options = SHIFT_PROFILE_OPTIONS_INIT;
    options.part = name;
    shift_profile *profile = made_profile(&options);
    made_add(profile, 1, first, rows, 7000);
    return profile;
}

/* As another machine would get it. */
static shift_profile *sent(shift_profile *profile)
{
    unsigned char *bytes = NULL;
    size_t n = 0;
    shift_profile *received = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    ck_assert_int_eq(shift_profile_encode(profile, &bytes, &n, NULL), SHIFT_OK);
    ck_assert_msg(shift_profile_decode(&received, bytes, n, "x", &err) == SHIFT_OK, "%s",
                  err.message);
    free(bytes);
    shift_profile_free(profile);
    return received;
}

typedef struct tree {
    shift_profile *parts[PARTS];
    size_t n;
} tree;

/* Cut anywhere, some parts of no rows; some of them sent. */
static void plant(tree *t, shift__random *random)
{
    uint64_t at = 0;
    for (size_t p = 0; p < PARTS; p++) {
        char name[32];
        (void)snprintf(name, sizeof name, "part-%05zu", p);
        size_t rows =
            p + 1 == PARTS ? ROWS - at : (size_t)shift__random_below(random, (ROWS - at) / 4);
        t->parts[p] = named_part(name, at, p == 3 ? 0 : rows);
        at += p == 3 ? 0 : rows;
        if (shift__random_below(random, 2) == 0)
            t->parts[p] = sent(t->parts[p]);
    }
    t->n = PARTS;
}

/* Merge any two until one is left; some of the nodes are sent on. */
static shift_profile *fell(tree *t, shift__random *random)
{
    for (; t->n > 1; t->n--) {
        size_t a = (size_t)shift__random_below(random, t->n);
        shift_profile *one = t->parts[a];
        t->parts[a] = t->parts[t->n - 1];
        size_t b = (size_t)shift__random_below(random, t->n - 1);
        shift_error err = SHIFT_ERROR_INIT;
        ck_assert_msg(shift_profile_merge(t->parts[b], one, &err) == SHIFT_OK, "%s", err.message);
        shift_profile_free(one);
        if (shift__random_below(random, 3) == 0)
            t->parts[b] = sent(t->parts[b]);
    }
    return t->parts[0];
}

static double skewness(const shift__moments *m)
{
    return sqrt((double)m->n) * m->m3 / pow(m->m2, 1.5);
}

static void assert_same_moments(const shift__moments *x, const shift__moments *y)
{
    ck_assert_uint_eq(x->n, y->n);
    ck_assert_mem_eq(&x->minimum, &y->minimum, sizeof x->minimum);
    ck_assert_mem_eq(&x->maximum, &y->maximum, sizeof x->maximum);
    ck_assert_double_eq_tol(x->mean, y->mean, 1e-12 * (fabs(x->mean) + sqrt(x->m2 / (double)x->n)));
    ck_assert_double_eq_tol(x->m2, y->m2, 1e-11 * x->m2);
    ck_assert_double_eq_tol(x->m4, y->m4, 1e-10 * x->m4);
    ck_assert_double_eq_tol(skewness(x), skewness(y), 1e-9);
}

/* Against the sketch that kept every value. */
static void assert_within_bound(const shift__sketch *merged, const shift__sketch *all)
{
    shift__support a;
    shift__support b;
    ck_assert_double_eq(shift__sketch_rank_error(all), 0);
    ck_assert_int_eq(shift__sketch_support(merged, &a, NULL), SHIFT_OK);
    ck_assert_int_eq(shift__sketch_support(all, &b, NULL), SHIFT_OK);
    ck_assert_uint_eq(a.cumulative[a.n - 1], b.cumulative[b.n - 1]);
    double n = (double)b.cumulative[b.n - 1];
    double worst = 0;
    size_t k = 0; /* of the first point of `a` beyond the value */
    for (size_t i = 0; i < b.n; i++) {
        while (k < a.n && a.points[k] <= b.points[i])
            k++;
        double rank = k > 0 ? (double)a.cumulative[k - 1] : 0;
        worst = fmax(worst, fabs(rank - (double)b.cumulative[i]) / n);
    }
    ck_assert_double_le(worst, shift__sketch_rank_error(merged));
    ck_assert_double_lt(shift__sketch_rank_error(merged), 0.01);
    free(a.points);
    free(a.cumulative);
    free(b.points);
    free(b.cumulative);
}

static void assert_same_categories(const shift__categories *x, const shift__categories *y)
{
    shift__category_view a;
    shift__category_view b;
    ck_assert_int_eq(shift__categories_view(x, &a, NULL), SHIFT_OK);
    ck_assert_int_eq(shift__categories_view(y, &b, NULL), SHIFT_OK);
    ck_assert_uint_eq(a.n, b.n);
    ck_assert_uint_eq(a.other + a.error + b.other + b.error, 0);
    for (size_t i = 0; i < a.n; i++) {
        ck_assert_uint_eq(a.categories[i].count, b.categories[i].count);
        ck_assert_uint_eq(a.categories[i].size, b.categories[i].size);
        ck_assert_mem_eq(a.categories[i].text, b.categories[i].text, a.categories[i].size);
    }
    free(a.categories);
    free(b.categories);
}

static void assert_is(const shift_profile *merged, const shift_profile *whole)
{
    ck_assert_uint_eq(shift_profile_rows(merged), ROWS);
    for (size_t i = 0; i < COLUMNS; i++) {
        const shift__feature *x = shift__profile_feature(whole, i);
        const shift__feature *y = shift__profile_feature(merged, i);
        ck_assert_uint_eq(x->rows, y->rows);
        ck_assert_uint_eq(x->missing, y->missing);
        ck_assert_uint_eq(x->non_finite, y->non_finite);
        ck_assert_uint_eq(x->invalid, y->invalid);
        if (i == TEXTS) {
            assert_same_categories(x->categories, y->categories);
            continue;
        }
        assert_same_moments(&x->moments, &y->moments);
        assert_within_bound(y->sketch, x->sketch);
    }
    const shift__comoments *c = shift__profile_comoments(whole);
    const shift__comoments *d = shift__profile_comoments(merged);
    ck_assert_uint_eq(c->n, d->n);
    for (size_t i = 0; i < c->p * (c->p + 1) / 2; i++)
        ck_assert_double_eq_tol(c->products[i], d->products[i],
                                1e-10 * (fabs(c->products[0]) + fabs(c->products[2])));
}

static void assert_parts(const shift_profile *merged)
{
    ck_assert_uint_eq(shift_profile_parts(merged), PARTS);
    uint64_t sum = 0;
    for (size_t p = 0; p < PARTS; p++) {
        char name[32];
        uint64_t rows = 0;
        (void)snprintf(name, sizeof name, "part-%05zu", p);
        ck_assert_str_eq(shift_profile_part(merged, p, &rows), name);
        sum += rows;
    }
    ck_assert_uint_eq(sum, ROWS);
}

/* What is drawn does not depend on the tree either. */
static void assert_same_sample(const shift_profile *a, const shift_profile *b)
{
    shift__sample_row *x = NULL;
    shift__sample_row *y = NULL;
    size_t n = 0;
    size_t m = 0;
    ck_assert_int_eq(shift__sample_rows(shift__profile_sample(a), &x, &n, NULL), SHIFT_OK);
    ck_assert_int_eq(shift__sample_rows(shift__profile_sample(b), &y, &m, NULL), SHIFT_OK);
    ck_assert_uint_eq(n, SHIFT__SAMPLE_ROWS);
    ck_assert_uint_eq(m, n);
    for (size_t k = 0; k < n; k++) {
        ck_assert_uint_eq(x[k].priority, y[k].priority);
        double of_a = shift__sample_number(shift__profile_sample(a), x[k].slot, 3);
        double of_b = shift__sample_number(shift__profile_sample(b), y[k].slot, 3);
        ck_assert_mem_eq(&of_a, &of_b, sizeof of_a);
    }
    free(x);
    free(y);
}

START_TEST(any_tree_of_parts_is_the_whole)
{
    shift_profile_options options = SHIFT_PROFILE_OPTIONS_INIT;
    options.exact = true;
    shift_profile *whole = made_profile(&options);
    made_add(whole, 1, 0, ROWS, 7000);
    shift_profile *merged[2];
    for (uint64_t order = 0; order < 2; order++) { /* the same parts by two trees */
        shift__random cuts;
        shift__random orders;
        tree t;
        shift__random_init(&cuts, 3, (uint64_t)_i);
        shift__random_init(&orders, 4 + order, (uint64_t)_i);
        plant(&t, &cuts);
        merged[order] = fell(&t, &orders);
        assert_is(merged[order], whole);
        assert_parts(merged[order]);
    }
    assert_same_sample(merged[0], merged[1]);
    shift_profile_free(merged[0]);
    shift_profile_free(merged[1]);
    shift_profile_free(whole);
}
END_TEST

static void assert_bytes(const shift_profile *profile, const unsigned char *expected, size_t n)
{
    unsigned char *bytes = NULL;
    size_t m = 0;
    ck_assert_int_eq(shift_profile_encode(profile, &bytes, &m, NULL), SHIFT_OK);
    ck_assert_uint_eq(m, n);
    ck_assert_mem_eq(bytes, expected, n);
    free(bytes);
}

START_TEST(a_part_that_is_there_already_is_refused_and_nothing_is_changed)
{
    shift_profile *whole = named_part("b", 0, 100);
    shift_profile *more = named_part("d", 100, 100);
    shift_profile *again = named_part("d", 100, 90); /* a run again need not be the same */
    ck_assert_int_eq(shift_profile_merge(whole, more, NULL), SHIFT_OK);
    more = sent(more);
    whole = sent(whole);
    unsigned char *before = NULL;
    size_t n = 0;
    ck_assert_int_eq(shift_profile_encode(whole, &before, &n, NULL), SHIFT_OK);
    shift_profile *const twice[] = {more, again};
    for (size_t i = 0; i < 2; i++) {
        shift_error err = SHIFT_ERROR_INIT;
        ck_assert_int_eq(shift_profile_merge(whole, twice[i], &err), SHIFT_EINCOMPATIBLE);
        ck_assert_str_eq(err.message,
                         "profiles do not merge: part \"d\" is in both, and would count twice");
        assert_bytes(whole, before, n);
        ck_assert_int_eq(shift_profile_merge(twice[i], whole, &err), SHIFT_EINCOMPATIBLE);
    }
    free(before);
    shift_profile_free(whole);
    shift_profile_free(more);
    shift_profile_free(again);
}
END_TEST

START_TEST(parts_without_a_name_merge_as_before)
{
    shift_profile *a = named_part(NULL, 0, 100);
    shift_profile *b = named_part(NULL, 0, 100);
    shift_profile *c = named_part("c", 0, 100);
    ck_assert_int_eq(shift_profile_merge(a, b, NULL), SHIFT_OK);
    ck_assert_uint_eq(shift_profile_parts(a), 0);
    ck_assert_int_eq(shift_profile_merge(a, c, NULL), SHIFT_OK);
    ck_assert_uint_eq(shift_profile_parts(a), 1);
    ck_assert_uint_eq(shift_profile_rows(a), 300);
    uint64_t rows = 0;
    ck_assert_str_eq(shift_profile_part(a, 0, &rows), "c");
    ck_assert_uint_eq(rows, 100);
    shift_profile_free(a);
    shift_profile_free(b);
    shift_profile_free(c);
}
END_TEST

static uint64_t smallest_priority(const char *name)
{
    shift_profile *profile = named_part(name, 0, 6000);
    shift__sample_row *rows = NULL;
    size_t n = 0;
    ck_assert_int_eq(shift__sample_rows(shift__profile_sample(profile), &rows, &n, NULL), SHIFT_OK);
    uint64_t priority = rows[0].priority;
    free(rows);
    shift_profile_free(profile);
    return priority;
}

/* Or the same row numbers would be drawn from all of them. */
START_TEST(parts_that_begin_alike_are_sampled_by_their_names)
{
    ck_assert_uint_eq(smallest_priority(NULL), smallest_priority(NULL));
    ck_assert_uint_eq(smallest_priority("a"), smallest_priority("a"));
    ck_assert_uint_ne(smallest_priority("a"), smallest_priority("b"));
    ck_assert_uint_ne(smallest_priority("a"), smallest_priority(NULL));
}
END_TEST

START_TEST(names_have_limits)
{
    char name[300];
    memset(name, 'n', sizeof name);
    static const size_t sizes[] = {0, 1, 255, 256};
    for (size_t i = 0; i < 4; i++) {
        shift_profile_options options = SHIFT_PROFILE_OPTIONS_INIT;
        char *copy = strndup(name, sizes[i]);
        shift_schema *schema = made_schema();
        shift_profile *profile = NULL;
        options.part = copy;
        shift_status status = shift_profile_new(&profile, schema, &options, NULL);
        free(copy); /* it was copied */
        ck_assert_int_eq(status, i == 0 || i == 3 ? SHIFT_EINVAL : SHIFT_OK);
        if (profile != NULL)
            profile = sent(profile);
        if (profile != NULL)
            ck_assert_uint_eq(strlen(shift_profile_part(profile, 0, NULL)), sizes[i]);
        shift_profile_free(profile);
        shift_schema_free(schema);
    }
}
END_TEST

START_TEST(there_are_so_many_parts_and_no_more)
{
    shift_profile *a = named_part(NULL, 0, 1);
    shift_profile *b = named_part(NULL, 0, 1);
    char name[16];
    for (unsigned i = 0; i < SHIFT__PARTS_MAX; i++) {
        int n = snprintf(name, sizeof name, "%06u", i);
        shift__parts *to = i % 2 == 0 ? &a->parts : &b->parts;
        ck_assert_int_eq(shift__parts_append(to, name, (size_t)n, 0, NULL), SHIFT_OK);
    }
    ck_assert_int_eq(shift_profile_merge(a, b, NULL), SHIFT_OK);
    a = sent(a);
    ck_assert_uint_eq(shift_profile_parts(a), SHIFT__PARTS_MAX);
    for (size_t i = 0; i < SHIFT__PARTS_MAX; i++) {
        (void)snprintf(name, sizeof name, "%06zu", i);
        ck_assert_str_eq(shift_profile_part(a, i, NULL), name);
    }
    unsigned char *bytes = NULL;
    size_t n = 0;
    ck_assert_int_eq(shift_profile_encode(a, &bytes, &n, NULL), SHIFT_OK);
    ck_assert_uint_lt(n, (size_t)6 * SHIFT__PARTS_MAX); /* names share their beginnings */
    free(bytes);
    shift_profile *one_more = named_part("one more", 0, 1);
    ck_assert_int_eq(shift_profile_merge(a, one_more, NULL), SHIFT_EUNSUPPORTED);
    ck_assert_uint_eq(shift_profile_parts(a), SHIFT__PARTS_MAX);
    shift_profile_free(a);
    shift_profile_free(b);
    shift_profile_free(one_more);
}
END_TEST

/* A table of parts as a hostile file would have it: first "aa" of 60 rows, then what is given. */
typedef struct hostile {
    uint32_t shared, rest;
    uint64_t rows;
    const char *text;
    const char *why; /* NULL: is good */
} hostile;

static const hostile tables[] = {
    {1, 1, 40, "aab", NULL},
    {0, 1, 40, "aab", NULL},
    {1, 1, 41, "aab", "parts of more rows"},
    {1, 1, UINT64_MAX, "aab", "parts of more rows"},
    {2, 0, 0, "aa", "out of order"},  /* "aa" again */
    {0, 1, 0, "aaa", "out of order"}, /* "a" */
    {3, 1, 0, "aab", "beyond its end"},
    {1, 9, 0, "aab", "beyond its end"},
    {UINT32_MAX, UINT32_MAX, 0, "aab", "beyond its end"},
    {1, 1, 0, "aabc", "text after the last part"},
};

START_TEST(damaged_tables_of_parts_are_refused)
{
    const hostile *h = &tables[_i];
    shift_profile *profile = named_part(NULL, 0, 100);
    unsigned char *bytes = NULL;
    size_t n = 0;
    ck_assert_int_eq(shift__profile_encode(profile, &bytes, &n, NULL), SHIFT_OK);
    Shift__File__Profile *message = shift__file__profile__unpack(NULL, n, bytes);
    ck_assert_ptr_nonnull(message);
    free(bytes);
    uint64_t rows[2] = {60, h->rows};
    uint32_t shared[2] = {0, h->shared};
    uint32_t rest[2] = {2, h->rest};
    char text[8];
    Shift__File__Categories parts = SHIFT__FILE__CATEGORIES__INIT;
    parts.n_counts = parts.n_shared = parts.n_rest = 2;
    parts.counts = rows;
    parts.shared = shared;
    parts.rest = rest;
    parts.text.len = (size_t)snprintf(text, sizeof text, "%s", h->text);
    parts.text.data = (uint8_t *)text;
    message->parts = &parts;
    bytes = malloc(shift__file__profile__get_packed_size(message));
    ck_assert_ptr_nonnull(bytes);
    n = shift__file__profile__pack(message, bytes);
    message->parts = NULL;
    shift__file__profile__free_unpacked(message, NULL);
    shift_profile *loaded = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    shift_status status = shift__profile_decode(&loaded, bytes, n, "x", &err);
    ck_assert_int_eq(status, h->why == NULL ? SHIFT_OK : SHIFT_EFORMAT);
    ck_assert_msg(h->why == NULL || strstr(err.message, h->why) != NULL, "%s", err.message);
    free(bytes);
    shift_profile_free(loaded);
    shift_profile_free(profile);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("parts");
    TCase *merging = tcase_create("merging");
    tcase_set_timeout(merging, 60);
    tcase_add_loop_test(merging, any_tree_of_parts_is_the_whole, 0, 4);
    tcase_add_test(merging, a_part_that_is_there_already_is_refused_and_nothing_is_changed);
    tcase_add_test(merging, parts_without_a_name_merge_as_before);
    tcase_add_test(merging, parts_that_begin_alike_are_sampled_by_their_names);
    suite_add_tcase(suite, merging);
    TCase *limits = tcase_create("limits");
    tcase_add_test(limits, names_have_limits);
    tcase_add_test(limits, there_are_so_many_parts_and_no_more);
    tcase_add_loop_test(limits, damaged_tables_of_parts_are_refused, 0,
                        sizeof tables / sizeof *tables);
    suite_add_tcase(suite, limits);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
