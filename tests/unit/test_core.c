/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Core: error text, checked memory, random numbers, schema, pool, whole-or-nothing output. */
#include <check.h>
#include <fcntl.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <xxhash.h>

#include "core/budget.h"
#include "core/memory.h"
#include "core/pool.h"
#include "core/random.h"
#include "shift/error.h"
#include "shift/output.h"
#include "shift/schema.h"

START_TEST(message_carries_no_control_character)
{
    shift_error err;
    ck_assert_int_eq(shift_error_set(&err, SHIFT_EINVAL, "a\033[2Jb\n\xc2\x9b"), SHIFT_EINVAL);
    ck_assert_int_eq(err.status, SHIFT_EINVAL);
    ck_assert_str_eq(err.message, "a?[2Jb???");
}
END_TEST

START_TEST(long_message_is_cut_between_characters)
{
    shift_error err;
    char text[2000];
    for (size_t shift = 0; shift < 4; shift++) {
        memset(text, 'x', shift);
        for (size_t i = shift; i + 3 < sizeof text; i += 3)
            memcpy(text + i, "\xe2\x82\xac", 4); /* the euro sign */
        ck_assert_int_eq(shift_error_set(&err, SHIFT_EIO, "%s", text), SHIFT_EIO);
        size_t n = strlen(err.message);
        ck_assert_uint_gt(n, sizeof err.message - 5);
        ck_assert_uint_eq((n - shift) % 3, 0);
    }
}
END_TEST

START_TEST(error_may_be_null)
{
    ck_assert_int_eq(shift_error_set(NULL, SHIFT_EIO, "x"), SHIFT_EIO);
}
END_TEST

START_TEST(array_grows_and_refuses_overflow)
{
    uint64_t *numbers = NULL;
    size_t capacity = 0;
    for (size_t n = 1; n <= 1000; n++) {
        ck_assert_int_eq(shift__array_grow(&numbers, &capacity, n, sizeof *numbers, NULL),
                         SHIFT_OK);
        numbers[n - 1] = n;
    }
    ck_assert_uint_ge(capacity, 1000);
    ck_assert_uint_eq(numbers[0] + numbers[999], 1001);
    uint64_t *before = numbers;
    ck_assert_int_eq(shift__array_grow(&numbers, &capacity, SIZE_MAX / 4, sizeof *numbers, NULL),
                     SHIFT_ENOMEM);
    ck_assert_ptr_eq(before, numbers);
    free(numbers);
}
END_TEST

START_TEST(a_budget_is_spent_once)
{
    shift__budget budget = shift__budget_for(1000, 16);
    ck_assert_uint_eq(budget.left, 16000 + 65536);
    ck_assert_ptr_null(shift__budget_take(&budget, budget.left + 1));
    void *memory = shift__budget_take(&budget, 80000);
    ck_assert_ptr_nonnull(memory);
    shift__budget_free(NULL, memory);
    ck_assert_uint_eq(budget.left, 1536);
    ck_assert_ptr_null(shift__budget_take(&budget, 1537));
    ck_assert(!budget.no_memory);
    memory = shift__budget_take(&budget, 0);
    ck_assert_ptr_nonnull(memory);
    shift__budget_free(&budget, memory);
    ck_assert_uint_ge(shift__budget_for(SIZE_MAX, 64).left, SIZE_MAX / 2); /* and did not wrap */
}
END_TEST

START_TEST(arena_gives_zeroed_aligned_memory)
{
    shift__arena arena = SHIFT__ARENA_INIT;
    for (size_t i = 1; i < 200; i++) {
        unsigned char *bytes = NULL;
        ck_assert_int_eq(shift__arena_alloc(&arena, &bytes, i * 37, 1, NULL), SHIFT_OK);
        ck_assert_uint_eq((uintptr_t)bytes % 16, 0);
        for (size_t j = 0; j < i * 37; j++)
            ck_assert_uint_eq(bytes[j], 0);
        memset(bytes, 0xff, i * 37);
    }
    const char *text = NULL;
    ck_assert_int_eq(shift__arena_print(&arena, &text, NULL, "%s %d", "a", 7), SHIFT_OK);
    ck_assert_str_eq(text, "a 7");
    ck_assert_int_eq(shift__arena_alloc(&arena, &text, SIZE_MAX / 2, 16, NULL), SHIFT_ENOMEM);
    shift__arena_clear(&arena);
}
END_TEST

/* Vectors of the authors' reference code for splitmix64 (seed 1234567) and xoshiro256** (state
 * 1, 2, 3, 4). */
START_TEST(random_numbers_are_the_published_ones)
{
    ck_assert_uint_eq(shift__mix(1234567), 6457827717110365317u);
    shift__random random = {{1, 2, 3, 4}};
    const uint64_t expected[] = {11520, 0, 1509978240, 1215971899390074240};
    for (size_t i = 0; i < 4; i++)
        ck_assert_uint_eq(shift__random_next(&random), expected[i]);
}
END_TEST

START_TEST(random_below_is_uniform)
{
    shift__random random;
    shift__random_init(&random, 7, 1);
    int counts[6] = {0};
    for (int i = 0; i < 60000; i++)
        counts[shift__random_below(&random, 6)]++;
    double chi_square = 0;
    for (int i = 0; i < 6; i++)
        chi_square += pow(counts[i] - 10000, 2) / 10000;
    ck_assert_double_lt(chi_square, 20.5); /* 0.999 quantile with 5 degrees of freedom */
}
END_TEST

START_TEST(schema_finds_ten_thousand_columns)
{
    shift_schema *schema = NULL;
    shift_schema *copy = NULL;
    ck_assert_int_eq(shift_schema_new(&schema, NULL), SHIFT_OK);
    ck_assert_uint_eq(shift_schema_find(schema, "x"), SIZE_MAX);
    char name[16];
    for (size_t i = 0; i < 10000; i++) {
        (void)snprintf(name, sizeof name, "c%zu", i);
        ck_assert_int_eq(shift_schema_add(schema, name, SHIFT_KIND_NUMERIC, NULL), SHIFT_OK);
    }
    ck_assert_int_eq(shift_schema_copy(&copy, schema, NULL), SHIFT_OK);
    shift_schema_free(schema);
    for (size_t i = 0; i < 10000; i++) {
        (void)snprintf(name, sizeof name, "c%zu", i);
        ck_assert_uint_eq(shift_schema_find(copy, name), i);
    }
    ck_assert_uint_eq(shift_schema_find(copy, "c10000"), SIZE_MAX);
    shift_schema_free(copy);
}
END_TEST

enum { MET = 1024, LOOKUPS = 20 * MET, SLOTS = 2 * MET };

/* Names of columns; where they `meet`, all in one slot of a table that has no key. */
static shift_schema *schema_of(char (*names)[24], bool meet)
{
    shift_schema *schema = NULL;
    ck_assert_int_eq(shift_schema_new(&schema, NULL), SHIFT_OK);
    for (size_t i = 0, n = 0; n < MET; i++) {
        int size = snprintf(names[n], sizeof names[n], "%zx", i);
        if (meet && (XXH3_64bits(names[n], (size_t)size) & (SLOTS - 1)) != 0)
            continue;
        ck_assert_int_eq(shift_schema_add(schema, names[n++], SHIFT_KIND_NUMERIC, NULL), SHIFT_OK);
    }
    return schema;
}

/* The processor's time that finding them all takes, some times. */
static clock_t time_to_find(const shift_schema *schema, char (*names)[24])
{
    clock_t least = 0;
    for (int k = 0; k < 5; k++) {
        size_t found = 0;
        clock_t begin = clock();
        for (size_t i = 0; i < LOOKUPS; i++)
            found += shift_schema_find(schema, names[i % MET]) == i % MET;
        clock_t took = clock() - begin;
        ck_assert_uint_eq(found, LOOKUPS);
        least = k == 0 || took < least ? took : least;
    }
    return least;
}

START_TEST(schema_cannot_be_made_slow_by_its_names)
{
    static char names[2][MET][24];
    clock_t times[2];
    for (int meet = 0; meet < 2; meet++) {
        shift_schema *schema = schema_of(names[meet], meet != 0);
        times[meet] = time_to_find(schema, names[meet]);
        shift_schema_free(schema);
    }
    ck_assert_int_lt(times[1], 10 * times[0] + 1000); /* without a key some hundred times */
}
END_TEST

START_TEST(schema_refuses_empty_and_repeated_names)
{
    shift_schema *schema = NULL;
    shift_error err;
    ck_assert_int_eq(shift_schema_new(&schema, NULL), SHIFT_OK);
    ck_assert_int_eq(shift_schema_add(schema, "", SHIFT_KIND_NUMERIC, &err), SHIFT_EINVAL);
    ck_assert_int_eq(shift_schema_add(schema, "a", SHIFT_KIND_NUMERIC, &err), SHIFT_OK);
    ck_assert_int_eq(shift_schema_add(schema, "a", SHIFT_KIND_BOOLEAN, &err), SHIFT_EINVAL);
    ck_assert_str_eq(err.message, "columns 1 and 2 are both named \"a\"");
    ck_assert_uint_eq(shift_schema_size(schema), 1);
    shift_schema_free(schema);
}
END_TEST

START_TEST(kinds_have_names)
{
    for (shift_kind kind = SHIFT_KIND_NUMERIC; kind <= SHIFT_KIND_IDENTIFIER; kind++) {
        shift_kind parsed = SHIFT_KIND_NUMERIC;
        ck_assert(shift_kind_parse(shift_kind_name(kind), &parsed));
        ck_assert_int_eq(parsed, kind);
    }
    shift_kind untouched = SHIFT_KIND_BOOLEAN;
    ck_assert(!shift_kind_parse("number", &untouched));
    ck_assert_int_eq(untouched, SHIFT_KIND_BOOLEAN);
}
END_TEST

static void add_index(void *context, size_t i)
{
    ((size_t *)context)[i] += i + 1;
}

START_TEST(pool_runs_every_index_once)
{
    static size_t hits[5000];
    memset(hits, 0, sizeof hits);
    shift__pool *pool = NULL;
    ck_assert_int_eq(shift__pool_new(&pool, (unsigned)_i, NULL), SHIFT_OK);
    for (size_t round = 0; round < 20; round++)
        shift__pool_run(pool, 5000, add_index, hits);
    shift__pool_run(pool, 0, add_index, hits);
    for (size_t i = 0; i < 5000; i++)
        ck_assert_uint_eq(hits[i], 20 * (i + 1));
    shift__pool_free(pool);
}
END_TEST

static char folder[] = "/tmp/shift-core-XXXXXX";

static void make_folder(void)
{
    memcpy(folder, "/tmp/shift-core-XXXXXX", sizeof folder);
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

static size_t read_file(const char *path, char *bytes, size_t n)
{
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return SIZE_MAX;
    size_t got = fread(bytes, 1, n, file);
    (void)fclose(file);
    return got;
}

START_TEST(output_appears_only_when_committed)
{
    make_folder();
    char path[64];
    char bytes[16] = {0};
    (void)snprintf(path, sizeof path, "%s/out", folder);
    shift_output *output = NULL;
    ck_assert_int_eq(shift_output_open(&output, path, NULL), SHIFT_OK);
    ck_assert_int_eq(shift_output_write(output, "old", 3, NULL), SHIFT_OK);
    ck_assert_uint_eq(read_file(path, bytes, sizeof bytes), SIZE_MAX);
    ck_assert_int_eq(shift_output_commit(output, NULL), SHIFT_OK);
    ck_assert_int_eq(shift_output_open(&output, path, NULL), SHIFT_OK);
    ck_assert_int_eq(shift_output_write(output, "new", 3, NULL), SHIFT_OK);
    shift_output_abort(output);
    ck_assert_uint_eq(read_file(path, bytes, sizeof bytes), 3);
    ck_assert_str_eq(bytes, "old");
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(rmdir(folder), 0); /* nothing else was left behind */
}
END_TEST

START_TEST(output_carries_large_writes)
{
    make_folder();
    char path[64];
    (void)snprintf(path, sizeof path, "%s/out", folder);
    shift_output *output = NULL;
    ck_assert_int_eq(shift_output_open(&output, path, NULL), SHIFT_OK);
    char *bytes = malloc(200000);
    ck_assert_ptr_nonnull(bytes);
    memset(bytes, 'x', 200000);
    ck_assert_int_eq(shift_output_write(output, "a", 1, NULL), SHIFT_OK);
    ck_assert_int_eq(shift_output_write(output, bytes, 200000, NULL), SHIFT_OK);
    ck_assert_int_eq(shift_output_write(output, "b", 1, NULL), SHIFT_OK);
    ck_assert_int_eq(shift_output_commit(output, NULL), SHIFT_OK);
    free(bytes);
    struct stat info;
    ck_assert_int_eq(stat(path, &info), 0);
    ck_assert_int_eq(info.st_size, 200002);
    (void)unlink(path);
    (void)rmdir(folder);
}
END_TEST

START_TEST(output_refuses_what_cannot_be_written)
{
    shift_output *output = NULL;
    shift_error err;
    ck_assert_int_eq(shift_output_open(&output, "/tmp", &err), SHIFT_EIO);
    ck_assert_str_eq(err.message, "/tmp: cannot write: Is a directory");
    ck_assert_int_eq(shift_output_open(&output, "/no/such/folder/x", &err), SHIFT_EIO);
    ck_assert_str_eq(err.message, "/no/such/folder/x: cannot create: No such file or directory");
    ck_assert_int_eq(shift_output_open(&output, "/dev/full", &err), SHIFT_OK);
    ck_assert_int_eq(shift_output_write(output, "x", 1, &err), SHIFT_OK);
    ck_assert_int_eq(shift_output_commit(output, &err), SHIFT_EIO);
    ck_assert_str_eq(err.message, "/dev/full: cannot write: No space left on device");
}
END_TEST

START_TEST(output_to_a_descriptor_goes_on_where_it_stands)
{
    make_folder();
    char path[64];
    char name[64];
    char bytes[16] = {0};
    shift_output *output = NULL;
    shift_error err;
    (void)snprintf(path, sizeof path, "%s/out", folder);
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, "1", 1), 1);
    (void)snprintf(name, sizeof name, "/dev/fd/%d", fd);
    ck_assert_int_eq(shift_output_open(&output, name, NULL), SHIFT_OK);
    ck_assert(!shift_output_is_terminal(output) && !shift_output_is_terminal(NULL));
    ck_assert_int_eq(shift_output_write(output, "2", 1, NULL), SHIFT_OK);
    ck_assert_int_eq(shift_output_commit(output, NULL), SHIFT_OK);
    ck_assert_int_eq(write(fd, "3", 1), 1);
    ck_assert_uint_eq(read_file(path, bytes, sizeof bytes), 3);
    ck_assert_str_eq(bytes, "123");
    /* as a library's own files are */
    ck_assert_int_eq(fcntl(fd, F_SETFD, FD_CLOEXEC), 0);
    ck_assert_int_eq(shift_output_open(&output, name, &err), SHIFT_EIO);
    ck_assert_ptr_nonnull(strstr(err.message, "cannot open for writing: Bad file descriptor"));
    (void)close(fd);
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

static Suite *core_suite(void)
{
    Suite *suite = suite_create("core");
    TCase *errors = tcase_create("errors and memory");
    tcase_add_test(errors, message_carries_no_control_character);
    tcase_add_test(errors, long_message_is_cut_between_characters);
    tcase_add_test(errors, error_may_be_null);
    tcase_add_test(errors, array_grows_and_refuses_overflow);
    tcase_add_test(errors, a_budget_is_spent_once);
    tcase_add_test(errors, arena_gives_zeroed_aligned_memory);
    suite_add_tcase(suite, errors);
    TCase *random = tcase_create("random numbers");
    tcase_add_test(random, random_numbers_are_the_published_ones);
    tcase_add_test(random, random_below_is_uniform);
    suite_add_tcase(suite, random);
    TCase *schema = tcase_create("schema");
    tcase_add_test(schema, schema_finds_ten_thousand_columns);
    tcase_add_test(schema, schema_cannot_be_made_slow_by_its_names);
    tcase_add_test(schema, schema_refuses_empty_and_repeated_names);
    tcase_add_test(schema, kinds_have_names);
    suite_add_tcase(suite, schema);
    TCase *pool = tcase_create("pool");
    tcase_add_loop_test(pool, pool_runs_every_index_once, 0, 9);
    suite_add_tcase(suite, pool);
    TCase *output = tcase_create("output");
    tcase_add_test(output, output_appears_only_when_committed);
    tcase_add_test(output, output_carries_large_writes);
    tcase_add_test(output, output_refuses_what_cannot_be_written);
    tcase_add_test(output, output_to_a_descriptor_goes_on_where_it_stands);
    suite_add_tcase(suite, output);
    return suite;
}

int main(void)
{
    SRunner *runner = srunner_create(core_suite());
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
