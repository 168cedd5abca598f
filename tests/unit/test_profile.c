/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The profile: counts and co-moments against plain computations; merging; reading. */
#include <check.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "made_batch.h"
#include "profile/file.h"
#include "profile/kernels.h"
#include "random_values.h"
#include "scratch.h"

static void assert_close(double got, double expected, double relative)
{
    ck_assert_double_le(fabs(got - expected), relative * fabs(expected));
}

START_TEST(counts_add_up)
{
    shift_profile *profile = made_profile(NULL);
    made_add(profile, 1, 0, 5000, 700);
    ck_assert_uint_eq(shift_profile_rows(profile), 5000);
    made_batch *made = made_rows(1, 0, 5000);
    for (size_t i = 0; i < 4; i++) {
        const shift__feature *f = shift__profile_feature(profile, i);
        uint64_t counts[4] = {0};
        for (size_t r = 0; r < 5000; r++)
            counts[made->states[i][r]]++;
        ck_assert_uint_eq(f->rows, 5000);
        ck_assert_uint_eq(f->missing, counts[SHIFT_FIELD_MISSING]);
        ck_assert_uint_eq(f->non_finite, counts[SHIFT_FIELD_NON_FINITE]);
        ck_assert_uint_eq(f->invalid, counts[SHIFT_FIELD_INVALID]);
        if (i == 2)
            ck_assert_uint_eq(f->categories->n, counts[0]);
        else
            ck_assert_uint_eq(f->moments.n, counts[0]);
        if (i != 2)
            ck_assert_uint_eq(shift__sketch_count(f->sketch), counts[0]);
    }
    ck_assert_uint_gt(shift__profile_feature(profile, 0)->invalid, 0);
    made_free(made);
    shift_profile_free(profile);
}
END_TEST

START_TEST(a_wrong_batch_adds_nothing)
{
    shift_profile *profile = made_profile(NULL);
    made_batch *made = made_rows(1, 0, 10);
    shift_error err = SHIFT_ERROR_INIT;
    double kept = made->numbers[3][4];
    switch (_i) {
    case 0:
        made->batch.n_columns = 3;
        break;
    case 1:
        made->columns[0].numbers = NULL;
        break;
    case 2:
        made->states[3][4] = SHIFT_FIELD_PRESENT;
        made->numbers[3][4] = INFINITY;
        break;
    case 3:
        made->states[1][9] = 4;
        break;
    default:
        made->states[2][5] = SHIFT_FIELD_PRESENT;
        made->columns[2].end = made->offsets; /* row 5 ends where it begins; row 6 before */
        made->offsets[5]++;
        made->columns[2].begin = made->offsets + 1;
        break;
    }
    ck_assert_int_eq(shift_profile_add(profile, &made->batch, &err), SHIFT_EINVAL);
    ck_assert_uint_gt(strlen(err.message), 0);
    ck_assert_uint_eq(shift_profile_rows(profile), 0);
    ck_assert_uint_eq(shift__profile_feature(profile, 0)->rows, 0);
    made->numbers[3][4] = kept;
    made_free(made);
    shift_profile_free(profile);
}
END_TEST

START_TEST(options_are_checked)
{
    shift_schema *schema = made_schema();
    shift_profile *profile = NULL;
    shift_profile_options options = SHIFT_PROFILE_OPTIONS_INIT;
    options.sketch_size = 63;
    ck_assert_int_eq(shift_profile_new(&profile, schema, &options, NULL), SHIFT_EINVAL);
    options.sketch_size = 65536;
    ck_assert_int_eq(shift_profile_new(&profile, schema, &options, NULL), SHIFT_EINVAL);
    options.sketch_size = 64;
    options.categories = UINT32_MAX;
    ck_assert_int_eq(shift_profile_new(&profile, schema, &options, NULL), SHIFT_EINVAL);
    ck_assert_ptr_null(profile);
    shift_schema_free(schema);
}
END_TEST

/* Against a plain two-pass computation over the complete rows. */
START_TEST(comoments_are_those_of_complete_rows)
{
    enum { N = 3000 };
    made_batch *made = made_rows(4, 0, N);
    double mean[2] = {0};
    double n = 0;
    for (int pass = 0; pass < 1; pass++)
        for (size_t r = 0; r < N; r++)
            if (made->states[0][r] == 0 && made->states[1][r] == 0) {
                n++;
                mean[0] += (made->numbers[0][r] - mean[0]) / n;
                mean[1] += (made->numbers[1][r] - mean[1]) / n;
            }
    double products[3] = {0};
    for (size_t r = 0; r < N; r++)
        if (made->states[0][r] == 0 && made->states[1][r] == 0) {
            double a = made->numbers[0][r] - mean[0];
            double b = made->numbers[1][r] - mean[1];
            products[0] += a * a;
            products[1] += a * b;
            products[2] += b * b;
        }
    made_free(made);
    shift_profile *whole = made_profile(NULL);
    made_add(whole, 4, 0, N, 1111);
    shift_profile *part = made_profile(NULL);
    made_add(part, 4, 0, 1000, 1000);
    shift_profile *rest = made_profile(NULL);
    made_add(rest, 4, 1000, N - 1000, 600);
    ck_assert_int_eq(shift_profile_merge(rest, part, NULL), SHIFT_OK);
    const shift__comoments *both[2] = {shift__profile_comoments(whole),
                                       shift__profile_comoments(rest)};
    for (int k = 0; k < 2; k++) {
        ck_assert_uint_eq(both[k]->p, 2);
        ck_assert_double_eq((double)both[k]->n, n);
        for (int i = 0; i < 2; i++)
            ck_assert_double_le(fabs(both[k]->mean[i] - mean[i]), 1e-12 * (1 + fabs(mean[i])));
        for (int i = 0; i < 3; i++)
            assert_close(both[k]->products[i], products[i], 1e-12);
    }
    shift_profile_free(whole);
    shift_profile_free(part);
    shift_profile_free(rest);
}
END_TEST

/* ---- kernels ---- */

START_TEST(kernels_agree_with_their_twins)
{
    enum { N = 512, P = 11 };
    static double x[(P + 1) * N];
    shift__random random;
    shift__random_init(&random, 8, 0);
    for (size_t i = 0; i < (size_t)P * N; i++)
        x[i] = random_normal(&random) * exp(5 * random_normal(&random));
    size_t last = 0;
    while (shift__kernels_at(last + 1) != NULL)
        last++;
    const shift__kernels *plain = shift__kernels_at(last);
    for (size_t k = 0; k < last; k++) {
        const shift__kernels *fast = shift__kernels_at(k);
        for (size_t n = 1; n < 200; n++) {
            shift__sums a = shift__sum_range_by(fast, x + n, n);
            shift__sums b = shift__sum_range_by(plain, x + n, n);
            ck_assert_mem_eq(&a, &b, sizeof a);
            shift__powers c = shift__sum_powers_by(fast, x + n, n, 0.1);
            shift__powers d = shift__sum_powers_by(plain, x + n, n, 0.1);
            ck_assert_mem_eq(&c, &d, sizeof c);
        }
        for (size_t p = 1; p <= P; p++) {
            double out[2][P * (P + 1) / 2] = {{0}};
            shift__cross_products_by(fast, x, N, p, N - 8 * p, out[0]);
            shift__cross_products_by(plain, x, N, p, N - 8 * p, out[1]);
            ck_assert_mem_eq(out[0], out[1], sizeof out[0]);
        }
    }
}
END_TEST

/* A reader of an empty part gives an empty batch first, and threads of 0 are one: nothing of that
 * is in the bytes. */
START_TEST(an_empty_batch_changes_nothing)
{
    unsigned char *bytes[2] = {NULL, NULL};
    size_t n[2] = {0, 0};
    made_batch *rows = made_rows(3, 0, 500);
    made_batch *none = made_rows(3, 0, 500);
    none->batch.rows = 0;
    for (int i = 0; i < 2; i++) {
        shift_profile_options options = SHIFT_PROFILE_OPTIONS_INIT;
        options.threads = i == 0 ? 1 : 0;
        options.sample_rows = 100;
        shift_profile *profile = made_profile(&options);
        if (i > 0)
            ck_assert_int_eq(shift_profile_add(profile, &none->batch, NULL), SHIFT_OK);
        ck_assert_int_eq(shift_profile_add(profile, &rows->batch, NULL), SHIFT_OK);
        ck_assert_int_eq(shift__profile_encode(profile, &bytes[i], &n[i], NULL), SHIFT_OK);
        shift_profile_free(profile);
    }
    ck_assert_uint_eq(n[0], n[1]);
    ck_assert_mem_eq(bytes[0], bytes[1], n[0]);
    free(bytes[0]);
    free(bytes[1]);
    made_free(rows);
    made_free(none);
}
END_TEST

/* ---- merging ---- */

START_TEST(merge_equals_single_pass)
{
    enum { N = 9000 };
    shift_profile *whole = made_profile(NULL);
    made_add(whole, 1, 0, N, 1000);
    shift_profile *parts[3];
    for (int i = 0; i < 3; i++) {
        parts[i] = made_profile(NULL);
        made_add(parts[i], 1, (uint64_t)i * N / 3, N / 3, 1000);
    }
    int first = _i % 3;
    ck_assert_int_eq(shift_profile_merge(parts[(first + 1) % 3], parts[(first + 2) % 3], NULL),
                     SHIFT_OK);
    ck_assert_int_eq(shift_profile_merge(parts[first], parts[(first + 1) % 3], NULL), SHIFT_OK);
    const shift_profile *merged = parts[first];
    ck_assert_uint_eq(shift_profile_rows(merged), N);
    for (size_t i = 0; i < 4; i++) {
        const shift__feature *x = shift__profile_feature(whole, i);
        const shift__feature *y = shift__profile_feature(merged, i);
        ck_assert_uint_eq(x->rows, y->rows);
        ck_assert_uint_eq(x->missing, y->missing);
        ck_assert_uint_eq(x->invalid, y->invalid);
        if (i == 2)
            continue;
        assert_close(y->moments.mean, x->moments.mean, i == 0 ? 1e-11 : 1e-13);
        assert_close(y->moments.m2, x->moments.m2, 1e-12);
        shift__support a;
        shift__support b;
        ck_assert_int_eq(shift__sketch_support(x->sketch, &a, NULL), SHIFT_OK);
        ck_assert_int_eq(shift__sketch_support(y->sketch, &b, NULL), SHIFT_OK);
        ck_assert_uint_eq(a.n, b.n);
        ck_assert_mem_eq(a.points, b.points, a.n * sizeof *a.points);
        ck_assert_mem_eq(a.cumulative, b.cumulative, a.n * sizeof *a.cumulative);
        free(a.points);
        free(a.cumulative);
        free(b.points);
        free(b.cumulative);
    }
    shift_profile_free(whole);
    for (int i = 0; i < 3; i++)
        shift_profile_free(parts[i]);
}
END_TEST

static shift_profile *of_columns(const char *first, shift_kind kind, const char *second)
{
    shift_schema *schema = NULL;
    shift_profile *profile = NULL;
    ck_assert_int_eq(shift_schema_new(&schema, NULL), SHIFT_OK);
    ck_assert_int_eq(shift_schema_add(schema, first, kind, NULL), SHIFT_OK);
    if (second != NULL)
        ck_assert_int_eq(shift_schema_add(schema, second, SHIFT_KIND_NUMERIC, NULL), SHIFT_OK);
    ck_assert_int_eq(shift_profile_new(&profile, schema, NULL, NULL), SHIFT_OK);
    shift_schema_free(schema);
    return profile;
}

START_TEST(different_schemas_are_refused_by_name)
{
    shift_profile *a = of_columns("x", SHIFT_KIND_NUMERIC, "y");
    shift_profile *others[3] = {of_columns("x", SHIFT_KIND_NUMERIC, NULL),
                                of_columns("x", SHIFT_KIND_NUMERIC, "z"),
                                of_columns("x", SHIFT_KIND_CATEGORICAL, "y")};
    static const char *const named[3] = {"\"y\"", "\"y\"",
                                         "\"x\" is numeric in one and categorical"};
    for (int i = 0; i < 3; i++) {
        shift_error err = SHIFT_ERROR_INIT;
        ck_assert_int_eq(shift_profile_merge(a, others[i], &err), SHIFT_EINCOMPATIBLE);
        ck_assert_msg(strstr(err.message, named[i]) != NULL, "%s", err.message);
        ck_assert_int_eq(shift_profile_merge(others[i], a, &err), SHIFT_EINCOMPATIBLE);
        shift_profile_free(others[i]);
    }
    ck_assert_int_eq(shift_profile_merge(a, a, NULL), SHIFT_EINVAL);
    shift_profile_free(a);
}
END_TEST

START_TEST(columns_in_another_order_merge)
{
    shift_profile *a = of_columns("x", SHIFT_KIND_NUMERIC, "y");
    shift_profile *b = of_columns("y", SHIFT_KIND_NUMERIC, "x");
    double low[2] = {1, 2};
    double high[2] = {10, 30};
    shift_column xy[2] = {{.numbers = low}, {.numbers = high}};
    shift_column yx[2] = {{.numbers = high}, {.numbers = low}};
    shift_batch ab = {2, 2, xy};
    shift_batch ba = {2, 2, yx};
    ck_assert_int_eq(shift_profile_add(a, &ab, NULL), SHIFT_OK);
    ck_assert_int_eq(shift_profile_add(b, &ba, NULL), SHIFT_OK);
    ck_assert_int_eq(shift_profile_merge(a, b, NULL), SHIFT_OK);
    ck_assert_double_eq(shift__profile_feature(a, 0)->moments.mean, 1.5);
    ck_assert_double_eq(shift__profile_feature(a, 1)->moments.mean, 20);
    const shift__comoments *c = shift__profile_comoments(a);
    ck_assert_double_eq(c->products[0], 1);
    ck_assert_double_eq(c->products[1], 20);
    ck_assert_double_eq(c->products[2], 400);
    shift_profile_free(a);
    shift_profile_free(b);
}
END_TEST

/* ---- reading ---- */

static char path[512];

static void write_csv(size_t rows)
{
    (void)snprintf(path, sizeof path, "%s/data.csv", scratch_make());
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_gt(fprintf(file, "a,b,c,extra\n"), 0);
    shift__random random;
    shift__random_init(&random, 6, 0);
    for (size_t r = 0; r < rows; r++) {
        double a = random_normal(&random);
        uint64_t k = shift__random_below(&random, 1000);
        if (r == 4)
            ck_assert_int_gt(fprintf(file, "bad,1,x,0\n"), 0);
        else if (k < 20)
            ck_assert_int_gt(fprintf(file, "NA,%.17g,\"q%llu\",1\n", a, (unsigned long long)k), 0);
        else
            ck_assert_int_gt(fprintf(file, "%.6f,%llu,t%llu,1\n", a, (unsigned long long)k,
                                     (unsigned long long)(k / 10)),
                             0);
    }
    ck_assert_int_eq(fclose(file), 0);
}

static shift_status read_csv(shift_profile **out, const char *second, unsigned threads,
                             shift_error *err)
{
    shift_schema *schema = NULL;
    ck_assert_int_eq(shift_schema_new(&schema, NULL), SHIFT_OK);
    ck_assert_int_eq(shift_schema_add(schema, second, SHIFT_KIND_NUMERIC, NULL), SHIFT_OK);
    ck_assert_int_eq(shift_schema_add(schema, "gone", SHIFT_KIND_CATEGORICAL, NULL), SHIFT_OK);
    if (strcmp(second, "none") != 0) {
        ck_assert_int_eq(shift_schema_add(schema, "c", SHIFT_KIND_CATEGORICAL, NULL), SHIFT_OK);
        ck_assert_int_eq(shift_schema_add(schema, "b", SHIFT_KIND_NUMERIC, NULL), SHIFT_OK);
    }
    shift_profile_options options = SHIFT_PROFILE_OPTIONS_INIT;
    options.threads = threads;
    shift_source *source = NULL;
    ck_assert_int_eq(shift_source_open(&source, path, NULL, NULL), SHIFT_OK);
    shift_status status = shift_profile_read(out, source, schema, NULL, &options, err);
    shift_source_close(source);
    shift_schema_free(schema);
    return status;
}

START_TEST(a_source_is_read_by_name)
{
    write_csv(1000);
    shift_profile *profile = NULL;
    ck_assert_int_eq(read_csv(&profile, "a", 1, NULL), SHIFT_OK);
    ck_assert_uint_eq(shift_profile_rows(profile), 1000);
    ck_assert_str_eq(shift_profile_source(profile), path);
    ck_assert(!shift_profile_absent(profile, 0));
    ck_assert(shift_profile_absent(profile, 1));
    ck_assert_uint_eq(shift__profile_feature(profile, 1)->missing, 1000);
    ck_assert_uint_eq(shift_profile_extras(profile), 1);
    ck_assert_str_eq(shift_profile_extra(profile, 0), "extra");
    const shift__feature *a = shift__profile_feature(profile, 0);
    ck_assert_uint_eq(a->invalid, 1);
    ck_assert_uint_eq(a->invalid_line, 6);
    ck_assert_str_eq(a->invalid_text, "bad");
    ck_assert_uint_gt(a->missing, 0);
    ck_assert_uint_eq(a->moments.n, 999 - a->missing);
    shift_profile_free(profile);
    scratch_remove();
}
END_TEST

START_TEST(bytes_do_not_depend_on_threads)
{
    write_csv(150000);
    unsigned char *first = NULL;
    size_t n_first = 0;
    for (unsigned threads = 1; threads <= 5; threads += 1) {
        shift_profile *profile = NULL;
        ck_assert_int_eq(read_csv(&profile, "a", threads, NULL), SHIFT_OK);
        ck_assert_double_gt(shift__sketch_rank_error(shift__profile_feature(profile, 0)->sketch),
                            0);
        unsigned char *bytes = NULL;
        size_t n = 0;
        ck_assert_int_eq(shift__profile_encode(profile, &bytes, &n, NULL), SHIFT_OK);
        if (threads == 1) {
            first = bytes;
            n_first = n;
        } else {
            ck_assert_uint_eq(n, n_first);
            ck_assert_mem_eq(bytes, first, n);
            free(bytes);
        }
        shift_profile_free(profile);
    }
    free(first);
    scratch_remove();
}
END_TEST

START_TEST(what_cannot_be_profiled_is_said)
{
    write_csv(0);
    shift_profile *profile = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    ck_assert_int_eq(read_csv(&profile, "a", 2, &err), SHIFT_ENODATA);
    ck_assert_ptr_nonnull(strstr(err.message, "has a header but no rows"));
    ck_assert_int_eq(read_csv(&profile, "none", 2, &err), SHIFT_EINCOMPATIBLE);
    ck_assert_ptr_null(profile);
    scratch_remove();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("profile");
    TCase *adding = tcase_create("adding");
    tcase_add_test(adding, counts_add_up);
    tcase_add_loop_test(adding, a_wrong_batch_adds_nothing, 0, 5);
    tcase_add_test(adding, an_empty_batch_changes_nothing);
    tcase_add_test(adding, options_are_checked);
    tcase_add_test(adding, comoments_are_those_of_complete_rows);
    tcase_add_test(adding, kernels_agree_with_their_twins);
    suite_add_tcase(suite, adding);
    TCase *merging = tcase_create("merging");
    tcase_add_loop_test(merging, merge_equals_single_pass, 0, 3);
    tcase_add_test(merging, different_schemas_are_refused_by_name);
    tcase_add_test(merging, columns_in_another_order_merge);
    suite_add_tcase(suite, merging);
    TCase *reading = tcase_create("reading");
    tcase_set_timeout(reading, 60);
    tcase_add_test(reading, a_source_is_read_by_name);
    tcase_add_test(reading, bytes_do_not_depend_on_threads);
    tcase_add_test(reading, what_cannot_be_profiled_is_said);
    suite_add_tcase(suite, reading);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
