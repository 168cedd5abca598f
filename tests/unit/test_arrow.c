/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arrow arrays and streams as a source, from a producer made by hand. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "made_arrow.h"
#include "reading.h"
#include "shift/comparison.h"
#include "shift/distribution.h"
#include "shift/profile.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

START_TEST(numbers_of_every_width)
{
    record_batch b = {0};
    const int8_t i8[] = {-128, 127};
    const uint8_t u8[] = {0, 255};
    const int16_t i16[] = {-32768, 32767};
    const uint16_t u16[] = {0, 65535};
    const int32_t i32[] = {INT32_MIN, INT32_MAX};
    const uint32_t u32[] = {7, UINT32_MAX};
    const int64_t i64[] = {INT64_MIN, (INT64_C(1) << 53) + 1};
    const uint64_t u64[] = {3, UINT64_MAX};
    const uint16_t f16[] = {0x3c01, 0x8001};
    const float f32[] = {0.1F, -1e30F};
    const double f64[] = {0.1, -1e300};
    made_add(&b, "i8", "c", 2, i8);
    made_add(&b, "u8", "C", 2, u8);
    made_add(&b, "i16", "s", 2, i16);
    made_add(&b, "u16", "S", 2, u16);
    made_add(&b, "i32", "i", 2, i32);
    made_add(&b, "u32", "I", 2, u32);
    made_add(&b, "i64", "l", 2, i64);
    made_add(&b, "u64", "L", 2, u64);
    made_add(&b, "f16", "e", 2, f16);
    made_add(&b, "f32", "f", 2, f32);
    made_add(&b, "f64", "g", 2, f64);
    made_check(&b, 1, NULL,
               "-128|0|-32768|0|-2147483648|7|-9.2233720368547758e+18|3|1.0009765625|"
               "0.10000000149011612|0.10000000000000001\n"
               "127|255|32767|65535|2147483647|4294967295|9007199254740992|1.8446744073709552e+19|"
               "-5.9604644775390625e-08|-1.0000000150474662e+30|-1.0000000000000001e+300\n");
}
END_TEST

START_TEST(halves_that_are_not_usual)
{
    record_batch b = {0};
    const uint16_t f16[] = {0x0000, 0x7bff, 0x7c00, 0xfc00, 0x7e00, 0x0400, 0x03ff};
    made_add(&b, "x", "e", 7, f16);
    made_check(&b, 1, NULL,
               "0\n65504\n<INF>\n<INF>\n<NA>\n6.103515625e-05\n6.0975551605224609e-05\n");
}
END_TEST

START_TEST(nulls_are_missing_whatever_lies_there)
{
    record_batch b = {0};
    const double x[] = {1.5, 99, (double)NAN, (double)INFINITY};
    const uint8_t bools[] = {0x05};
    const uint8_t valid[] = {0x0d};
    const int32_t offsets[] = {0, 1, 2, 2, 3};
    made_add(&b, "x", "g", 4, x);
    made_nulls(&b, valid, 1);
    made_add(&b, "y", "g", 4, x);
    made_nulls(&b, valid, -1); /* not counted */
    made_add(&b, "ok", "b", 4, bools);
    made_nulls(&b, valid, 1);
    made_add_texts(&b, "name", "u", 4, offsets, "abc");
    made_nulls(&b, valid, 1);
    made_add(&b, "none", "n", 4, NULL);
    made_last(&b)->array.n_buffers = 0;
    made_last(&b)->array.null_count = 4;
    made_check(&b, 1, NULL,
               "1.5|1.5|true|a|<NA>\n<NA>|<NA>|<NA>|<NA>|<NA>\n<NA>|<NA>|true|<NA>|<NA>\n"
               "<INF>|<INF>|false|c|<NA>\n");
}
END_TEST

/* Whoever names the tokens of missing values decides whether NaN is one. */
START_TEST(nan_is_missing_unless_other_tokens_are)
{
    static const char *const tokens[2][1] = {{"n.a."}, {"NaN"}};
    const double x[] = {1, NAN, 3, INFINITY};
    for (size_t i = 0; i < 3; i++) {
        record_batch b = {0};
        made_stream made;
        struct ArrowArrayStream stream;
        shift_source *source = NULL;
        shift_profile *profile = NULL;
        shift_error err = SHIFT_ERROR_INIT;
        shift_distribution *d = NULL;
        shift_source_options options = SHIFT_SOURCE_OPTIONS_INIT;
        if (i < 2) {
            options.missing_tokens = tokens[i];
            options.n_missing_tokens = 1;
        }
        made_add(&b, "x", "g", 4, x);
        made_stream_open(&made, &b, 1, &stream);
        ck_assert_int_eq(shift_source_open_arrow(&source, &stream, "table", &options, &err),
                         SHIFT_OK);
        ck_assert_int_eq(shift_profile_read(&profile, source, NULL, NULL, NULL, &err), SHIFT_OK);
        ck_assert_int_eq(shift_distribution_of_profile(&d, profile, 0, &err), SHIFT_OK);
        ck_assert_uint_eq(d->missing, i == 0 ? 0 : 1);
        ck_assert_uint_eq(d->non_finite, i == 0 ? 2 : 1);
        shift_distribution_free(d);
        shift_profile_free(profile);
        shift_source_close(source);
    }
    ck_assert_int_eq(made_arrow_held, 0);
}
END_TEST

START_TEST(offsets_of_the_array_and_of_the_batch_add_up)
{
    record_batch b = {0};
    const int64_t x[] = {10, 11, 12, 13, 14, 15};
    const uint8_t bools[] = {0x38};
    const uint8_t valid[] = {0x2f};      /* 4 is null */
    const uint8_t whole_rows[] = {0x05}; /* of the batch: 1 is null */
    const int64_t offsets[] = {0, 1, 2, 3, 4, 5, 6};
    made_add(&b, "x", "l", 5, x);
    made_last(&b)->array.offset = 1;
    made_nulls(&b, valid, -1);
    made_add(&b, "ok", "b", 5, bools);
    made_last(&b)->array.offset = 1;
    made_add_texts(&b, "name", "U", 5, offsets, "abcdef");
    made_last(&b)->array.offset = 1;
    b.rows.offset = 1;
    b.rows.length = 4;
    made_check(&b, 1, NULL, "12|false|c\n13|true|d\n<NA>|true|e\n15|true|f\n");
    b.buffers[0] = whole_rows;
    b.rows.offset = 0;
    b.rows.length = 3;
    b.rows.null_count = 1;
    made_check(&b, 1, NULL, "11|false|b\n<NA>|<NA>|<NA>\n13|true|d\n");
}
END_TEST

START_TEST(texts_with_offsets_views_and_dictionaries)
{
    record_batch b = {0};
    const char *part = "..a text beyond twelve bytes..";
    const int64_t sizes[] = {30};
    const int32_t narrow[] = {0, 3, 3, 7, 9};
    const int64_t wide[] = {0, 4, 6, 6, 8};
    const int8_t indices[] = {2, 0, 9, 2};
    const uint8_t valid[] = {0x0b};
    const int32_t words[] = {0, 3, 6, 11};
    const uint64_t places[] = {1, 1, 0, 1};
    const double numbers[] = {2.5, 7};
    char views[4][16] = {{0}};
    const int32_t lengths[4] = {12, 24, 0, 2};
    for (int i = 0; i < 4; i++)
        memcpy(views[i], &lengths[i], sizeof lengths[i]);
    memcpy(views[0] + 4, "twelve bytes", 12);
    memcpy(views[1] + 4, "a te\0\0\0\0\2\0\0\0", 12);
    memcpy(views[3] + 4, "NA", 2);
    made_add_texts(&b, "narrow", "u", 4, narrow, "redNULLok");
    made_add_texts(&b, "wide", "U", 4, wide, "blue  ok");
    made_add_texts(&b, "view", "vu", 4, views, part);
    made_last(&b)->array.n_buffers = 4;
    made_last(&b)->buffers[3] = sizes;
    made_add(&b, "word", "c", 4, indices);
    made_nulls(&b, valid, 1);
    made_dictionary(&b, "u", 3, words, "onetwothree");
    made_add(&b, "value", "L", 4, places);
    made_dictionary(&b, "g", 2, numbers, NULL);
    made_check(&b, 1, NULL,
               "red|blue|twelve bytes|three|7\n<NA>|  |a text beyond twelve byt|one|7\n"
               "<NA>|<NA>|<NA>|<NA>|2.5\nok|ok|<NA>|three|7\n");
}
END_TEST

START_TEST(times_are_seconds)
{
    record_batch b = {0};
    const int32_t days[] = {19723, -1};
    const int64_t milliseconds[] = {INT64_C(1704067200000), -1};
    const int64_t seconds[] = {1704067200, -1};
    const int64_t micro[] = {INT64_C(1704067200000001), -1};
    const int32_t offsets[] = {0, 20, 44};
    const int64_t nano[] = {INT64_C(1704067200123456789), -1};
    made_add(&b, "date", "tdD", 2, days);
    made_add(&b, "date64", "tdm", 2, milliseconds);
    made_add(&b, "s", "tss:", 2, seconds);
    made_add(&b, "ms", "tsm:UTC", 2, milliseconds);
    made_add(&b, "us", "tsu:Europe/Berlin", 2, micro);
    made_add(&b, "ns", "tsn:", 2, nano);
    made_add_texts(&b, "as_text", "u", 2, offsets, "2024-01-01T00:00:00Z1969-12-31T23:59:59.999Z");
    made_check(&b, 1, NULL,
               "1704067200|1704067200|1704067200|1704067200|1704067200.000001|1704067200.1234567|"
               "1704067200\n"
               "-86400|-0.0010000000000000009|-1|-0.0010000000000000009|-1.0000000000287557e-06|"
               "-9.9999997171806854e-10|-0.0010000000000000009\n");
}
END_TEST

START_TEST(decimals_are_rounded_once)
{
    record_batch b = {0};
    const int32_t d32[] = {-12345, 7};
    const int64_t d64[] = {INT64_MIN, 1};
    const uint64_t d128[] = {3, 0, UINT64_MAX - 2, UINT64_MAX};
    const uint64_t d256[] = {1, 0, 0, UINT64_C(1) << 63, 0x0e3fffffffffffff, 0x4b3b4ca85a86c47a,
                             0, 0};
    made_add(&b, "d32", "d:9,2,32", 2, d32);
    made_add(&b, "d64", "d:18,0,64", 2, d64);
    made_add(&b, "d128", "d:38,1", 2, d128);
    made_add(&b, "d256", "d:76,38,256", 2, d256);
    made_check(&b, 1, NULL,
               "-123.45|-9.2233720368547758e+18|0.29999999999999999|-5.7896044618658096e+38\n"
               "0.070000000000000007|1|-0.29999999999999999|1\n");
}
END_TEST

START_TEST(kinds_are_those_of_the_types_or_of_the_values)
{
    record_batch b = {0};
    made_stream made;
    struct ArrowArrayStream stream;
    shift_source *source = NULL;
    shift_schema *schema = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    const uint8_t bools[] = {0};
    const int32_t days[] = {1, 2, 3};
    const int32_t bits[] = {0, 1, 0};
    const double x[] = {1, 2, 3};
    const int32_t offsets[] = {0, 10, 20, 20};
    made_add(&b, "all_false", "b", 3, bools);
    made_add(&b, "day", "tdD", 3, days);
    made_add(&b, "bit", "i", 3, bits);
    made_add(&b, "x", "g", 3, x);
    made_add_texts(&b, "iso", "u", 3, offsets, "2024-01-012024-01-02");
    made_stream_open(&made, &b, 1, &stream);
    ck_assert_int_eq(shift_source_open_arrow(&source, &stream, NULL, NULL, &err), SHIFT_OK);
    ck_assert_str_eq(shift_source_name(source), "arrow");
    ck_assert_int_eq(shift_source_infer(source, NULL, &schema, &err), SHIFT_OK);
    static const shift_kind expected[] = {SHIFT_KIND_BOOLEAN, SHIFT_KIND_TIMESTAMP,
                                          SHIFT_KIND_BOOLEAN, SHIFT_KIND_NUMERIC,
                                          SHIFT_KIND_TIMESTAMP};
    for (size_t i = 0; i < COUNT(expected); i++)
        ck_assert_int_eq(shift_schema_kind(schema, i), expected[i]);
    shift_schema_free(schema);
    shift_source_close(source);
    ck_assert_int_eq(made_arrow_held, 0);
}
END_TEST

START_TEST(numbers_become_categories_and_texts_numbers)
{
    record_batch b = {0};
    const double codes[] = {10, 0.5};
    const int32_t offsets[] = {0, 3, 6};
    const uint8_t bools[] = {0x02};
    const int32_t days[] = {1, 2};
    shift_schema_rule rules[] = {{"code", false, SHIFT_KIND_CATEGORICAL},
                                 {"text", false, SHIFT_KIND_NUMERIC},
                                 {"flag", false, SHIFT_KIND_NUMERIC},
                                 {"label", false, SHIFT_KIND_CATEGORICAL}};
    shift_schema_options options = SHIFT_SCHEMA_OPTIONS_INIT;
    options.rules = rules;
    options.n_rules = 4;
    made_add(&b, "code", "g", 2, codes);
    made_add_texts(&b, "text", "u", 2, offsets, "1.5abc");
    made_add(&b, "flag", "b", 2, bools);
    made_add(&b, "label", "b", 2, bools);
    made_check(&b, 1, &options, "10|1.5|0|false\n0.5|<BAD>|1|true\n");
    b.n = 0;
    made_add(&b, "code", "tdD", 2, days);
    options.n_rules = 1;
    made_check(&b, 1, &options,
               "error: table:1: column \"code\": is categorical, and its Arrow type date32 is a "
               "time");
}
END_TEST

/* Doubles from 2^53 on are those of several whole numbers. */
START_TEST(categories_keep_the_digits_of_long_numbers)
{
    record_batch b = {0};
    const int64_t i64[] = {INT64_MIN, (INT64_C(1) << 53) + 1};
    const uint64_t u64[] = {3, UINT64_MAX};
    const uint64_t d128[] = {UINT64_MAX, UINT64_MAX >> 1, UINT64_MAX - 2, UINT64_MAX};
    const uint8_t indices[] = {1, 0};
    static const char *const names[] = {"i64", "u64", "d128", "key"};
    shift_schema_rule rules[COUNT(names)];
    shift_schema_options options = SHIFT_SCHEMA_OPTIONS_INIT;
    for (size_t i = 0; i < COUNT(names); i++)
        rules[i] = (shift_schema_rule){names[i], false, SHIFT_KIND_CATEGORICAL};
    options.rules = rules;
    options.n_rules = COUNT(names);
    made_add(&b, "i64", "l", 2, i64);
    made_add(&b, "u64", "L", 2, u64);
    made_add(&b, "d128", "d:38,0", 2, d128);
    made_add(&b, "key", "C", 2, indices);
    made_dictionary(&b, "l", 2, i64, NULL);
    made_check(&b, 1, &options,
               "-9223372036854775808|3|170141183460469231731687303715884105727|9007199254740993\n"
               "9007199254740993|18446744073709551615|-3|-9223372036854775808\n");
    b.n = 0;
    made_add(&b, "key", "C", 2, indices);
    made_dictionary(&b, "l", 2, i64, NULL);
    made_check(&b, 1, NULL, "9007199254740992\n-9.2233720368547758e+18\n");
}
END_TEST

START_TEST(unsupported_types_are_named_unless_left_out)
{
    static const char *const types[][2] = {{"z", "binary"},
                                           {"vz", "binary_view"},
                                           {"w:16", "fixed_size_binary"},
                                           {"ttu", "time of day"},
                                           {"tDs", "duration"},
                                           {"tiM", "interval"},
                                           {"+l", "list"},
                                           {"+L", "large_list"},
                                           {"+w:3", "fixed_size_list"},
                                           {"+s", "struct"},
                                           {"+m", "map"},
                                           {"+us:0,1", "union"},
                                           {"+ud:0,1", "union"},
                                           {"+r", "run_end_encoded"},
                                           {"+vl", "list_view"}};
    shift_schema_rule rule = {"odd", true, SHIFT_KIND_NUMERIC};
    shift_schema_options options = SHIFT_SCHEMA_OPTIONS_INIT;
    options.rules = &rule;
    options.n_rules = 1;
    for (size_t i = 0; i < COUNT(types); i++) {
        record_batch b = {0};
        const double x[] = {1, 2, 3};
        char expected[200];
        made_add(&b, "odd", types[i][0], 3, NULL);
        made_add(&b, "x", "g", 3, x);
        (void)snprintf(expected, sizeof expected,
                       "error: table:1: column \"odd\": columns of Arrow type %s cannot be "
                       "profiled; it can be excluded",
                       types[i][1]);
        made_check(&b, 1, NULL, expected);
        made_check(&b, 1, &options, "1\n2\n3\n");
    }
}
END_TEST

/* ---- ownership ---- */

START_TEST(doubles_are_not_copied_where_none_is_missing)
{
    static double x[] = {1, 2, 3, 4};
    static double y[] = {1, 2, (double)NAN, 4};
    record_batch b = {0};
    made_stream made;
    struct ArrowArrayStream stream;
    shift_source *source = NULL;
    shift_schema *schema = NULL;
    shift__block *block = NULL;
    shift_batch batch = {0};
    bool end = false;
    const size_t columns[] = {0, 1};
    shift_error err = SHIFT_ERROR_INIT;
    made_add(&b, "x", "g", 3, x);
    made_last(&b)->array.offset = 1;
    made_add(&b, "y", "g", 3, y);
    made_stream_open(&made, &b, 1, &stream);
    ck_assert_int_eq(shift_source_open_arrow(&source, &stream, "table", NULL, &err), SHIFT_OK);
    ck_assert_int_eq(shift_source_infer(source, NULL, &schema, &err), SHIFT_OK);
    const shift__plan plan = {schema, columns};
    ck_assert_int_eq(shift__block_new(&block, &err), SHIFT_OK);
    ck_assert_int_eq(shift__source_fill(source, block, &end, &err), SHIFT_OK);
    shift__source_convert(source, block, &plan);
    ck_assert_int_eq(shift__source_finish(source, block, &batch, &err), SHIFT_OK);
    ck_assert_ptr_eq(batch.columns[0].numbers, x + 1);
    ck_assert_ptr_ne(batch.columns[1].numbers, y);
    ck_assert_int_eq(made_arrow_held, 2); /* the array, as long as the block is in use */
    ck_assert_int_eq(shift__source_fill(source, block, &end, &err), SHIFT_OK);
    ck_assert(end);
    ck_assert_int_eq(made_arrow_held, 1);
    shift__block_free(block);
    shift_schema_free(schema);
    shift_source_close(source);
    ck_assert_int_eq(made_arrow_held, 0);
}
END_TEST

enum { CHUNKS = 5, CHUNK_ROWS = 10000 };

/* The same numbers as chunks of several sizes, one of them empty, and as a CSV file: the same
 * bytes. */
START_TEST(chunked_stream_gives_the_profile_of_the_file)
{
    static double x[CHUNKS * CHUNK_ROWS];
    static int32_t k[CHUNKS * CHUNK_ROWS];
    static char csv[CHUNKS * CHUNK_ROWS * 32];
    record_batch batches[CHUNKS + 1];
    unsigned char *bytes[3] = {NULL, NULL, NULL};
    shift_distribution *seen[3] = {NULL, NULL, NULL};
    size_t sizes[3] = {0, 0, 0};
    shift_error err = SHIFT_ERROR_INIT;
    size_t n = (size_t)snprintf(csv, sizeof csv, "x,k\n");
    for (size_t i = 0; i < COUNT(x); i++) {
        x[i] = sin((double)i) * 1000;
        k[i] = (int32_t)(i * 7919 % 1000);
        n += (size_t)snprintf(csv + n, sizeof csv - n, "%.17g,%d\n", x[i], (int)k[i]);
    }
    char *path = temporary_file(csv, n);
    memset(batches, 0, sizeof batches);
    for (int threads = 0; threads < 3; threads++) {
        shift_source *source = NULL;
        shift_profile *profile = NULL;
        shift_profile_options options = SHIFT_PROFILE_OPTIONS_INIT;
        made_stream made;
        struct ArrowArrayStream stream;
        options.threads = threads == 2 ? 2 : 1;
        for (size_t c = 0, at = 0; c <= CHUNKS; c++) {
            size_t rows = c == 2 ? 0 : CHUNK_ROWS;
            batches[c].n = 0;
            made_add(&batches[c], "x", "g", (int64_t)rows, x + at);
            made_add(&batches[c], "k", "i", (int64_t)rows, k + at);
            at += rows;
        }
        if (threads == 0) {
            ck_assert_int_eq(shift_source_open(&source, path, NULL, &err), SHIFT_OK);
        } else {
            made_stream_open(&made, batches, CHUNKS + 1, &stream);
            ck_assert_int_eq(shift_source_open_arrow(&source, &stream, path, NULL, &err), SHIFT_OK);
        }
        ck_assert_int_eq(shift_profile_read(&profile, source, NULL, NULL, &options, &err),
                         SHIFT_OK);
        shift_source_close(source);
        ck_assert_int_eq(made_arrow_held, 0);
        ck_assert_uint_eq(shift_profile_rows(profile), COUNT(x));
        ck_assert_int_eq(shift_profile_encode(profile, &bytes[threads], &sizes[threads], &err),
                         SHIFT_OK);
        ck_assert_int_eq(shift_distribution_of_profile(&seen[threads], profile, 0, &err), SHIFT_OK);
        shift_profile_free(profile);
    }
    ck_assert_uint_eq(sizes[1], sizes[2]);
    ck_assert_mem_eq(bytes[1], bytes[2], sizes[1]);
    ck_assert_uint_eq(seen[0]->n_points, seen[1]->n_points);
    ck_assert_mem_eq(seen[0]->points, seen[1]->points, seen[0]->n_points * sizeof(double));
    ck_assert_double_eq_tol(seen[0]->mean, seen[1]->mean, 1e-12);
    ck_assert_double_eq_tol(seen[0]->m4 / seen[1]->m4, 1, 1e-12);
    for (int i = 0; i < 3; i++) {
        free(bytes[i]);
        shift_distribution_free(seen[i]);
    }
    (void)unlink(path);
    free(path);
}
END_TEST

START_TEST(one_array_is_a_source_too)
{
    record_batch b = {0};
    made_stream made;
    struct ArrowArray array;
    struct ArrowSchema schema;
    shift_source *source = NULL;
    shift_profile *profile = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    const double x[] = {1, 2, 3};
    made_add(&b, "x", "g", 3, x);
    made_array(&b, &array);
    made_schema(&made, &b, &schema);
    ck_assert_int_eq(shift_source_open_arrow_array(&source, &array, &schema, "one", NULL, &err),
                     SHIFT_OK);
    ck_assert(array.release == NULL);
    ck_assert(schema.release == NULL);
    ck_assert_int_eq(shift_profile_read(&profile, source, NULL, NULL, NULL, &err), SHIFT_OK);
    ck_assert_uint_eq(shift_profile_rows(profile), 3);
    shift_profile_free(profile);
    shift_source_close(source);
    ck_assert_int_eq(made_arrow_held, 0);
    ck_assert_int_eq(shift_source_open_arrow_array(&source, &array, &schema, "one", NULL, &err),
                     SHIFT_EINVAL);
    made_array(&b, &array);
    made_schema(&made, &b, &schema);
    ck_assert_int_eq(shift_source_open_arrow_array(NULL, &array, &schema, "one", NULL, &err),
                     SHIFT_EINVAL);
    ck_assert(array.release == NULL && schema.release == NULL);
    ck_assert_int_eq(made_arrow_held, 0);
    made_array(&b, &array);
    made_schema(&made, &b, &schema);
    schema.format = "g";
    ck_assert_int_eq(shift_source_open_arrow_array(&source, &array, &schema, "one", NULL, &err),
                     SHIFT_EFORMAT);
    ck_assert_str_eq(err.message, "one: Arrow format \"g\"; record batches (\"+s\") were expected");
    ck_assert_int_eq(made_arrow_held, 0);
}
END_TEST

START_TEST(closing_early_releases_what_is_left)
{
    record_batch batches[2];
    made_stream made;
    struct ArrowArrayStream stream;
    shift_source *source = NULL;
    shift_schema *schema = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    const double x[] = {1, 2, 3};
    memset(batches, 0, sizeof batches);
    made_add(&batches[0], "x", "g", 3, x);
    made_add(&batches[1], "x", "g", 3, x);
    made_stream_open(&made, batches, 2, &stream);
    ck_assert_int_eq(shift_source_open_arrow(&source, &stream, "table", NULL, &err), SHIFT_OK);
    shift_source_close(source);
    ck_assert_int_eq(made_arrow_held, 0);
    made_stream_open(&made, batches, 2, &stream);
    ck_assert_int_eq(shift_source_open_arrow(&source, &stream, "table", NULL, &err), SHIFT_OK);
    ck_assert_int_eq(shift_source_infer(source, NULL, &schema, &err), SHIFT_OK);
    shift_schema_free(schema);
    shift_source_close(source);
    ck_assert_int_eq(made_arrow_held, 0);
}
END_TEST

/* ---- out ---- */

START_TEST(measurements_are_a_stream_that_outlives_them)
{
    static const double train[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    static const double prod[] = {11, 12, 13, 14, 15, 16, 17, 18, 19, 20};
    const shift_column columns[2] = {{train, 0, 0, 0, 0}, {prod, 0, 0, 0, 0}};
    shift_schema *schema = NULL;
    shift_profile *sides[2] = {NULL, NULL};
    shift_comparison *found = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    struct ArrowArrayStream stream = {0};
    ck_assert_int_eq(shift_schema_new(&schema, &err), SHIFT_OK);
    ck_assert_int_eq(shift_schema_add(schema, "x", SHIFT_KIND_NUMERIC, &err), SHIFT_OK);
    for (int i = 0; i < 2; i++) {
        const shift_batch batch = {10, 1, &columns[i]};
        ck_assert_int_eq(shift_profile_new(&sides[i], schema, NULL, &err), SHIFT_OK);
        ck_assert_int_eq(shift_profile_add(sides[i], &batch, &err), SHIFT_OK);
    }
    ck_assert_int_eq(shift_compare(&found, sides[0], sides[1], NULL, &err), SHIFT_OK);
    size_t rows = found->dataset->n_measurements + found->features[0]->n_measurements;
    ck_assert_int_eq(shift_comparison_export_arrow(&stream, found, &err), SHIFT_OK);
    shift_comparison_free(found);
    /* Our own reader is a consumer like another. */
    shift_source *source = NULL;
    shift_schema *names = NULL;
    ck_assert_int_eq(shift_source_open_arrow(&source, &stream, "measured", NULL, &err), SHIFT_OK);
    ck_assert_int_eq(shift_source_infer(source, NULL, &names, &err), SHIFT_OK);
    ck_assert_uint_eq(shift_schema_size(names), 13);
    char *text = read_all(source, names);
    size_t lines = 0;
    for (const char *c = text; *c != '\0'; c++)
        lines += *c == '\n';
    ck_assert_uint_eq(lines, rows);
    ck_assert_ptr_nonnull(strstr(text, "feature|x|ks|1|"));
    ck_assert_ptr_nonnull(strstr(text, "feature|x|mean_shift|"));
    free(text);
    shift_schema_free(names);
    shift_source_close(source);
    ck_assert_int_eq(shift_comparison_export_arrow(&stream, NULL, &err), SHIFT_EINVAL);
    for (int i = 0; i < 2; i++)
        shift_profile_free(sides[i]);
    shift_schema_free(schema);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("arrow");
    TCase *types = tcase_create("types");
    tcase_add_test(types, numbers_of_every_width);
    tcase_add_test(types, halves_that_are_not_usual);
    tcase_add_test(types, nulls_are_missing_whatever_lies_there);
    tcase_add_test(types, nan_is_missing_unless_other_tokens_are);
    tcase_add_test(types, offsets_of_the_array_and_of_the_batch_add_up);
    tcase_add_test(types, texts_with_offsets_views_and_dictionaries);
    tcase_add_test(types, times_are_seconds);
    tcase_add_test(types, decimals_are_rounded_once);
    tcase_add_test(types, kinds_are_those_of_the_types_or_of_the_values);
    tcase_add_test(types, numbers_become_categories_and_texts_numbers);
    tcase_add_test(types, categories_keep_the_digits_of_long_numbers);
    tcase_add_test(types, unsupported_types_are_named_unless_left_out);
    suite_add_tcase(s, types);
    TCase *ownership = tcase_create("ownership");
    tcase_add_test(ownership, doubles_are_not_copied_where_none_is_missing);
    tcase_add_test(ownership, chunked_stream_gives_the_profile_of_the_file);
    tcase_add_test(ownership, one_array_is_a_source_too);
    tcase_add_test(ownership, closing_early_releases_what_is_left);
    suite_add_tcase(s, ownership);
    TCase *out = tcase_create("out");
    tcase_add_test(out, measurements_are_a_stream_that_outlives_them);
    suite_add_tcase(s, out);
    return s;
}

int main(void)
{
    SRunner *runner = srunner_create(suite());
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
