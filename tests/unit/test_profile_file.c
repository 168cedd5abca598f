/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file of a profile: what is saved is loaded, and nothing else is. */
#include <check.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "made_batch.h"
#include "profile/file.h"
#include "random_values.h"
#include "scratch.h"

static char path[512];

static void make_path(void)
{
    (void)snprintf(path, sizeof path, "%s/x.profile", scratch_make());
}

static void put_file(const unsigned char *bytes, size_t n)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(write(file, bytes, n), (ssize_t)n);
    ck_assert_int_eq(close(file), 0);
}

static unsigned char *get_file(size_t *n)
{
    struct stat about;
    ck_assert_int_eq(stat(path, &about), 0);
    *n = (size_t)about.st_size;
    unsigned char *bytes = malloc(*n + 1);
    ck_assert_ptr_nonnull(bytes);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(read(file, bytes, *n), (ssize_t)*n);
    ck_assert_int_eq(close(file), 0);
    return bytes;
}

static shift_profile *small_profile(size_t rows, const shift_profile_options *options)
{
    shift_profile *profile = made_profile(options);
    made_add(profile, 1, 0, rows, 50000);
    ck_assert_int_eq(shift__profile_name(profile, "some.csv", 8, NULL), SHIFT_OK);
    ck_assert_int_eq(shift__profile_add_extra(profile, "more", 4, NULL), SHIFT_OK);
    return profile;
}

static void assert_saved_loaded_saved(const shift_profile *profile)
{
    make_path();
    shift_error err = SHIFT_ERROR_INIT;
    ck_assert_int_eq(shift_profile_save(profile, path, NULL), SHIFT_OK);
    ck_assert(shift_profile_detect(path));
    size_t n = 0;
    unsigned char *first = get_file(&n);
    shift_profile *loaded = NULL;
    ck_assert_msg(shift_profile_load(&loaded, path, &err) == SHIFT_OK, "%s", err.message);
    ck_assert_int_eq(shift_profile_save(loaded, path, NULL), SHIFT_OK);
    size_t n_again = 0;
    unsigned char *again = get_file(&n_again);
    ck_assert_uint_eq(n, n_again);
    ck_assert_mem_eq(first, again, n);
    ck_assert_uint_eq(shift_profile_rows(loaded), shift_profile_rows(profile));
    ck_assert_str_eq(shift_profile_source(loaded), "some.csv");
    ck_assert_uint_eq(shift_profile_extras(loaded), 1);
    ck_assert_str_eq(shift_profile_extra(loaded, 0), "more");
    for (size_t i = 0; i < 4; i++) {
        const shift__feature *x = shift__profile_feature(profile, i);
        const shift__feature *y = shift__profile_feature(loaded, i);
        ck_assert_int_eq(x->kind, y->kind);
        ck_assert_uint_eq(x->rows, y->rows);
        ck_assert_uint_eq(x->missing, y->missing);
        ck_assert_uint_eq(x->non_finite, y->non_finite);
        ck_assert_uint_eq(x->invalid, y->invalid);
        ck_assert_str_eq(shift_schema_name(shift_profile_schema(profile), i),
                         shift_schema_name(shift_profile_schema(loaded), i));
        if (i != 2 && x->moments.n > 0)
            ck_assert_mem_eq(&x->moments, &y->moments, sizeof x->moments);
    }
    free(first);
    free(again);
    shift_profile_free(loaded);
    scratch_remove();
}

START_TEST(save_load_save_gives_the_same_bytes)
{
    static const size_t rows[] = {0, 1, 2, 1000, 5000, 65536, 150000};
    shift_profile_options options = SHIFT_PROFILE_OPTIONS_INIT;
    options.exact = _i % 3 == 1;
    options.no_sample = _i % 3 == 2;
    options.categories = _i % 3 == 2 ? 40 : 0;
    shift_profile *profile = small_profile(rows[_i / 3], &options);
    assert_saved_loaded_saved(profile);
    shift_profile_free(profile);
}
END_TEST

START_TEST(saving_does_not_change_a_profile)
{
    make_path();
    shift_profile *profile = small_profile(150000, NULL);
    size_t n = 0;
    size_t m = 0;
    ck_assert_int_eq(shift_profile_save(profile, path, NULL), SHIFT_OK);
    unsigned char *first = get_file(&n);
    ck_assert_int_eq(shift_profile_save(profile, path, NULL), SHIFT_OK);
    unsigned char *second = get_file(&m);
    ck_assert_uint_eq(n, m);
    ck_assert_mem_eq(first, second, n);
    free(first);
    free(second);
    shift_profile_free(profile);
    scratch_remove();
}
END_TEST

START_TEST(exact_files_keep_every_value)
{
    make_path();
    shift_profile_options options = SHIFT_PROFILE_OPTIONS_INIT;
    options.exact = true;
    shift_profile *profile = small_profile(100000, &options);
    shift_profile *loaded = NULL;
    ck_assert_int_eq(shift_profile_save(profile, path, NULL), SHIFT_OK);
    ck_assert_int_eq(shift_profile_load(&loaded, path, NULL), SHIFT_OK);
    const shift__sketch *sketch = shift__profile_feature(loaded, 0)->sketch;
    ck_assert_double_eq(shift__sketch_rank_error(sketch), 0);
    ck_assert_uint_eq(sketch->n_raw, shift__profile_feature(profile, 0)->moments.n);
    shift_profile_free(profile);
    shift_profile_free(loaded);
    scratch_remove();
}
END_TEST

/* Parts that were saved and loaded merge as well as parts that were not. */
START_TEST(loaded_profiles_merge)
{
    make_path();
    shift_profile *whole = NULL;
    for (uint64_t part = 0; part < 4; part++) {
        shift_profile *profile = made_profile(NULL);
        made_add(profile, 1, part * 40000, 40000, 40000);
        ck_assert_int_eq(shift_profile_save(profile, path, NULL), SHIFT_OK);
        shift_profile_free(profile);
        shift_profile *loaded = NULL;
        ck_assert_int_eq(shift_profile_load(&loaded, path, NULL), SHIFT_OK);
        if (whole == NULL) {
            whole = loaded;
            continue;
        }
        ck_assert_int_eq(shift_profile_merge(whole, loaded, NULL), SHIFT_OK);
        shift_profile_free(loaded);
    }
    ck_assert_uint_eq(shift_profile_rows(whole), 160000);
    const shift__sketch *sketch = shift__profile_feature(whole, 0)->sketch;
    ck_assert_double_lt(shift__sketch_rank_error(sketch), 0.003);
    ck_assert_uint_eq(shift__profile_sample(whole)->n >= 4096, 1);
    ck_assert_int_eq(shift__profile_name(whole, "some.csv", 8, NULL), SHIFT_OK);
    ck_assert_int_eq(shift__profile_add_extra(whole, "more", 4, NULL), SHIFT_OK);
    scratch_remove();
    assert_saved_loaded_saved(whole);
    shift_profile_free(whole);
}
END_TEST

static shift_status load_bytes(const unsigned char *bytes, size_t n)
{
    put_file(bytes, n);
    shift_profile *profile = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    shift_status status = shift_profile_load(&profile, path, &err);
    ck_assert_msg((status == SHIFT_OK) == (profile != NULL), "%s", err.message);
    ck_assert(status == SHIFT_OK || strstr(err.message, path) != NULL);
    shift_profile_free(profile);
    return status;
}

START_TEST(any_truncation_and_any_addition_is_refused)
{
    make_path();
    shift_profile *profile = small_profile(60, NULL);
    ck_assert_int_eq(shift_profile_save(profile, path, NULL), SHIFT_OK);
    shift_profile_free(profile);
    size_t n = 0;
    unsigned char *bytes = get_file(&n);
    for (size_t cut = 0; cut < n; cut++)
        ck_assert_int_eq(load_bytes(bytes, cut), SHIFT_EFORMAT);
    bytes[n] = 0;
    ck_assert_int_eq(load_bytes(bytes, n + 1), SHIFT_EFORMAT);
    ck_assert_int_eq(load_bytes(bytes, n), SHIFT_OK);
    free(bytes);
    scratch_remove();
}
END_TEST

START_TEST(any_flipped_bit_is_refused)
{
    make_path();
    shift_profile *profile = small_profile(30, NULL);
    ck_assert_int_eq(shift_profile_save(profile, path, NULL), SHIFT_OK);
    shift_profile_free(profile);
    size_t n = 0;
    unsigned char *bytes = get_file(&n);
    for (size_t i = 0; i < n; i++) {
        bytes[i] ^= (unsigned char)(1u << (i % 8));
        shift_status status = load_bytes(bytes, n);
        ck_assert(status == SHIFT_EFORMAT || (status == SHIFT_EUNSUPPORTED && i < 10));
        bytes[i] ^= (unsigned char)(1u << (i % 8));
    }
    free(bytes);
    scratch_remove();
}
END_TEST

/* As above, with a checksum that fits: what a hostile file does. It must not crash, and what is
 * taken must be a profile that can be worked with. */
START_TEST(hostile_bytes_do_no_harm)
{
    make_path();
    shift_profile_options options = SHIFT_PROFILE_OPTIONS_INIT;
    options.sketch_size = 64;
    options.categories = 20;
    options.sample_rows = 10;
    shift_profile *profile = small_profile(400, &options);
    unsigned char *bytes = NULL;
    size_t n = 0;
    ck_assert_int_eq(shift__profile_encode(profile, &bytes, &n, NULL), SHIFT_OK);
    shift__random random;
    shift__random_init(&random, 77, (uint64_t)_i);
    size_t taken = 0;
    for (int round = 0; round < 4000; round++) {
        unsigned char *copy = malloc(n);
        ck_assert_ptr_nonnull(copy);
        memcpy(copy, bytes, n);
        size_t cut = round % 4 == 0 ? (size_t)shift__random_below(&random, n) : n;
        for (uint64_t k = 0; k <= shift__random_below(&random, 3); k++)
            copy[shift__random_below(&random, n)] = (unsigned char)shift__random_next(&random);
        shift_profile *loaded = NULL;
        shift_error err = SHIFT_ERROR_INIT;
        shift_status status = shift__profile_decode(&loaded, copy, cut, "x", &err);
        ck_assert_msg(status == SHIFT_OK || status == SHIFT_EFORMAT, "%s", err.message);
        free(copy);
        if (status != SHIFT_OK)
            continue;
        taken++;
        made_batch *made = made_rows(3, 0, 100);
        ck_assert_uint_eq(shift_schema_size(shift_profile_schema(loaded)), 4);
        if (shift_profile_merge(loaded, profile, NULL) == SHIFT_OK)
            ck_assert_int_eq(shift_profile_add(loaded, &made->batch, NULL), SHIFT_OK);
        unsigned char *again = NULL;
        size_t n_again = 0;
        ck_assert_int_eq(shift__profile_encode(loaded, &again, &n_again, NULL), SHIFT_OK);
        free(again);
        made_free(made);
        shift_profile_free(loaded);
    }
    ck_assert_uint_gt(taken, 10); /* bytes of values may well differ */
    free(bytes);
    shift_profile_free(profile);
    scratch_remove();
}
END_TEST

START_TEST(other_files_are_told_apart)
{
    make_path();
    static const char csv[] = "a,b\n1,2\n";
    put_file((const unsigned char *)csv, sizeof csv - 1);
    ck_assert(!shift_profile_detect(path));
    shift_profile *profile = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    ck_assert_int_eq(shift_profile_load(&profile, path, &err), SHIFT_EFORMAT);
    ck_assert_ptr_nonnull(strstr(err.message, "is not a saved profile"));
    ck_assert_int_eq(unlink(path), 0);
    ck_assert(!shift_profile_detect(path));
    ck_assert_int_eq(shift_profile_load(&profile, path, &err), SHIFT_EIO);
    ck_assert_int_eq(mkdir(path, 0700), 0);
    ck_assert(!shift_profile_detect(path));
    ck_assert_int_eq(shift_profile_load(&profile, path, &err), SHIFT_EIO);
    ck_assert_int_eq(rmdir(path), 0);
    scratch_remove();
}
END_TEST

START_TEST(a_newer_format_is_said_to_be_newer)
{
    make_path();
    shift_profile *profile = small_profile(10, NULL);
    ck_assert_int_eq(shift_profile_save(profile, path, NULL), SHIFT_OK);
    shift_profile_free(profile);
    size_t n = 0;
    unsigned char *bytes = get_file(&n);
    bytes[8] = 2;
    ck_assert_int_eq(load_bytes(bytes, n), SHIFT_EUNSUPPORTED);
    free(bytes);
    scratch_remove();
}
END_TEST

static uint64_t checksum(const unsigned char *bytes, size_t n)
{
    return XXH3_64bits_withSeed(bytes + 28, n - 28, XXH3_64bits(bytes, 20));
}

/* A file of minor version 7 with a field 99 after everything else. */
START_TEST(fields_of_a_newer_minor_version_are_kept)
{
    static const unsigned char field[] = {0x9a, 0x06, 3, 'n', 'e', 'w'}; /* 99, 3 bytes */
    make_path();
    shift_profile *profile = small_profile(10, NULL);
    ck_assert_int_eq(shift_profile_save(profile, path, NULL), SHIFT_OK);
    shift_profile_free(profile);
    size_t n = 0;
    unsigned char *bytes = get_file(&n);
    unsigned char *newer = calloc(n + sizeof field, 1);
    ck_assert_ptr_nonnull(newer);
    memcpy(newer, bytes, n);
    memcpy(newer + n, field, sizeof field);
    n += sizeof field;
    newer[10] = 7;
    for (int i = 0; i < 8; i++)
        newer[12 + i] = (unsigned char)((n - 28) >> (8 * i));
    for (int i = 0; i < 8; i++)
        newer[20 + i] = (unsigned char)(checksum(newer, n) >> (8 * i));
    put_file(newer, n);
    shift_profile *loaded = NULL;
    ck_assert_int_eq(shift_profile_load(&loaded, path, NULL), SHIFT_OK);
    ck_assert_int_eq(shift_profile_save(loaded, path, NULL), SHIFT_OK);
    size_t n_again = 0;
    unsigned char *again = get_file(&n_again);
    ck_assert_uint_eq(n_again, n);
    ck_assert_mem_eq(again, newer, n);
    made_add(loaded, 1, 0, 5, 5); /* what it said was of other rows */
    ck_assert_int_eq(shift_profile_save(loaded, path, NULL), SHIFT_OK);
    free(again);
    again = get_file(&n_again);
    ck_assert_uint_eq(again[10], bytes[10]);
    ck_assert_mem_ne(again + n_again - sizeof field, field, sizeof field);
    free(again);
    free(newer);
    free(bytes);
    shift_profile_free(loaded);
    scratch_remove();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("profile file");
    TCase *good = tcase_create("what is saved is loaded");
    tcase_set_timeout(good, 60);
    tcase_add_loop_test(good, save_load_save_gives_the_same_bytes, 0, 21);
    tcase_add_test(good, saving_does_not_change_a_profile);
    tcase_add_test(good, exact_files_keep_every_value);
    tcase_add_test(good, loaded_profiles_merge);
    tcase_add_test(good, fields_of_a_newer_minor_version_are_kept);
    suite_add_tcase(suite, good);
    TCase *bad = tcase_create("nothing else is");
    tcase_set_timeout(bad, 60);
    tcase_add_test(bad, any_truncation_and_any_addition_is_refused);
    tcase_add_test(bad, any_flipped_bit_is_refused);
    tcase_add_loop_test(bad, hostile_bytes_do_no_harm, 0, 3);
    tcase_add_test(bad, other_files_are_told_apart);
    tcase_add_test(bad, a_newer_format_is_said_to_be_newer);
    suite_add_tcase(suite, bad);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
