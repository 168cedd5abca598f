/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random bytes through the fast path and through libcsv alone, random decimals through the number
 * kernels and through strtod. The fuzz targets do the same for longer. */
#include <check.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/random.h"
#include "differential.h"

enum { SIZE = 4096 };

typedef struct bytes {
    unsigned char data[SIZE];
    size_t n;
} bytes;

static void put(bytes *b, unsigned c)
{
    if (b->n < SIZE)
        b->data[b->n++] = (unsigned char)c;
}

static void put_plain(bytes *b, shift__random *random)
{
    static const char letters[] = "ab 0.-\t'\xc3\xa4";
    size_t n = shift__random_below(random, shift__random_below(random, 30) == 0 ? 150 : 8);
    for (size_t i = 0; i < n; i++)
        put(b, (unsigned char)letters[shift__random_below(random, sizeof letters - 1)]);
}

static void put_quoted(bytes *b, shift__random *random)
{
    static const char letters[] = "ab,;\n\r x";
    size_t n = shift__random_below(random, 12);
    put(b, '"');
    for (size_t i = 0; i < n; i++) {
        if (shift__random_below(random, 5) == 0) {
            put(b, '"');
            put(b, '"');
        } else {
            put(b, (unsigned char)letters[shift__random_below(random, sizeof letters - 1)]);
        }
    }
    put(b, '"');
}

static void put_row(bytes *b, size_t columns, unsigned delimiter, unsigned quoted,
                    shift__random *random)
{
    static const char *const ends[] = {"\n", "\n", "\n", "\r\n", "\r", "\n\n"};
    for (size_t c = 0; c < columns; c++) {
        if (c > 0)
            put(b, delimiter);
        if (shift__random_below(random, 100) < quoted)
            put_quoted(b, random);
        else
            put_plain(b, random);
    }
    const char *end = ends[shift__random_below(random, sizeof ends / sizeof *ends)];
    while (*end != '\0')
        put(b, (unsigned char)*end++);
}

/* Mostly well-formed text, then a few bytes of it changed. */
static void make_csv(bytes *b, shift__random *random)
{
    static const unsigned quoted[] = {0, 2, 30, 100};
    static const unsigned char changes[] = "\"\n\r,;a\0 ";
    unsigned choice = (unsigned)shift__random_below(random, 64);
    unsigned share = quoted[shift__random_below(random, 4)];
    size_t rows = shift__random_below(random, 40);
    b->n = 0;
    put(b, choice);
    for (size_t r = 0; r < rows; r++)
        put_row(b, 1 + choice % 4, choice / 4 % 2 != 0 ? ';' : ',', share, random);
    size_t n = shift__random_below(random, 3) == 0 ? shift__random_below(random, 4) : 0;
    for (size_t i = 0; i < n && b->n > 1; i++)
        b->data[1 + shift__random_below(random, b->n - 1)] =
            changes[shift__random_below(random, sizeof changes - 1)];
    if (shift__random_below(random, 4) == 0 && b->n > 1)
        b->n = 1 + shift__random_below(random, b->n - 1);
}

static void fail_with(char *why)
{
    char message[1200];
    if (why == NULL)
        return;
    (void)snprintf(message, sizeof message, "%s", why);
    free(why);
    ck_abort_msg("%s", message);
}

START_TEST(fast_path_gives_the_fields_of_libcsv)
{
    shift__random random;
    shift__random_init(&random, 4, (uint64_t)_i);
    for (int i = 0; i < 1500; i++) {
        bytes b;
        make_csv(&b, &random);
        fail_with(differential_csv(b.data, b.n));
    }
}
END_TEST

START_TEST(fast_path_and_libcsv_agree_on_noise)
{
    static const unsigned char letters[] = "aaaaaaaaaaaa,,,,\n\n\n\n\"\"\r;\0";
    shift__random random;
    shift__random_init(&random, 5, (uint64_t)_i);
    for (int i = 0; i < 1500; i++) {
        bytes b = {.n = 0};
        size_t n = shift__random_below(&random, 400);
        put(&b, (unsigned)shift__random_below(&random, 256));
        for (size_t k = 0; k < n; k++)
            put(&b, letters[shift__random_below(&random, sizeof letters - 1)]);
        fail_with(differential_csv(b.data, b.n));
    }
}
END_TEST

static void put_number(bytes *b, shift__random *random)
{
    char text[64];
    double scale = (shift__random_uniform(random) - 0.5) *
                   (double)(UINT64_C(1) << shift__random_below(random, 40));
    switch (shift__random_below(random, 5)) {
    case 0:
        (void)snprintf(text, sizeof text, "%.*f", (int)shift__random_below(random, 20), scale);
        break;
    case 1:
        (void)snprintf(text, sizeof text, "%.17g", scale);
        break;
    case 2:
        (void)snprintf(text, sizeof text, "%.17g", shift__random_uniform(random) * 1e-4);
        break;
    case 3:
        (void)snprintf(text, sizeof text, "%lld",
                       (long long)(shift__random_next(random) >> shift__random_below(random, 64)));
        break;
    default:
        (void)snprintf(text, sizeof text, "%s", shift__random_below(random, 2) != 0 ? "NA" : "");
        break;
    }
    for (const char *p = text; *p != '\0'; p++)
        put(b, (unsigned char)*p);
}

START_TEST(number_kernels_have_the_bits_of_strtod)
{
    static const unsigned char letters[] = "0123456789.-+e ,";
    shift__random random;
    shift__random_init(&random, 6, (uint64_t)_i);
    for (int i = 0; i < 2000; i++) {
        bytes b = {.n = 0};
        for (int k = 0; k < 150; k++) {
            put_number(&b, &random);
            put(&b, ',');
        }
        for (int k = 0; k < i % 8; k++)
            b.data[shift__random_below(&random, b.n)] =
                letters[shift__random_below(&random, sizeof letters - 1)];
        fail_with(differential_numbers(b.data, b.n));
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("differential");
    TCase *tcase = tcase_create("differential");
    tcase_set_timeout(tcase, 240);
    tcase_add_loop_test(tcase, fast_path_gives_the_fields_of_libcsv, 0, 4);
    tcase_add_loop_test(tcase, fast_path_and_libcsv_agree_on_noise, 0, 2);
    tcase_add_loop_test(tcase, number_kernels_have_the_bits_of_strtod, 0, 2);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
