/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arrow producers that fail, or do not do what the specification says. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "made_arrow.h"
#include "shift/profile.h"
#include "source/block.h"
#include "source/storage.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

START_TEST(producers_that_fail)
{
    record_batch batches[2];
    made_stream made;
    struct ArrowArrayStream stream;
    shift_source *source = NULL;
    shift_profile *profile = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    const double x[] = {1, 2, 3};
    memset(batches, 0, sizeof batches);
    made_add(&batches[0], "x", "g", 3, x);
    made_add(&batches[1], "x", "g", 3, x);
    made_stream_open(&made, batches, 2, &stream);
    made.fail_at = 1;
    ck_assert_int_eq(shift_source_open_arrow(&source, &stream, "table", NULL, &err), SHIFT_OK);
    ck_assert_int_eq(shift_profile_read(&profile, source, NULL, NULL, NULL, &err), SHIFT_EIO);
    ck_assert_str_eq(err.message,
                     "table: the producer of the Arrow stream failed: the cable was cut");
    shift_source_close(source);
    source = NULL;
    made_stream_open(&made, batches, 2, &stream);
    made.fail_schema = ENOMEM;
    ck_assert_int_eq(shift_source_open_arrow(&source, &stream, "table", NULL, &err), SHIFT_ENOMEM);
    ck_assert_ptr_null(source);
    ck_assert_int_eq(made_arrow_held, 0);
    ck_assert_int_eq(shift_source_open_arrow(&source, &stream, "table", NULL, &err), SHIFT_EINVAL);
    ck_assert_int_eq(shift_source_open_arrow(&source, NULL, "table", NULL, &err), SHIFT_EINVAL);
    made_stream_open(&made, batches, 2, &stream);
    stream.get_next = NULL;
    ck_assert_int_eq(shift_source_open_arrow(&source, &stream, "table", NULL, &err), SHIFT_EINVAL);
    ck_assert_int_eq(made_arrow_held, 0);
}
END_TEST

typedef struct lie {
    void (*tell)(record_batch *b);
    const char *expected;
} lie;

static void long_length(record_batch *b)
{
    b->rows.length = INT64_MAX;
}
static void negative_length(record_batch *b)
{
    b->rows.length = -1;
}
static void negative_offset(record_batch *b)
{
    b->rows.offset = -5;
}
static void long_child(record_batch *b)
{
    b->columns[0].array.length = INT64_MAX - 3;
}
static void short_child(record_batch *b)
{
    b->columns[1].array.length = 2;
}
static void beyond_child(record_batch *b)
{
    b->rows.offset = INT64_C(1) << 40;
}
static void overflowing_offset(record_batch *b)
{
    b->columns[0].array.offset = INT64_MAX;
}
static void fewer_children(record_batch *b)
{
    b->rows.n_children = 1;
}
static void more_children(record_batch *b)
{
    b->rows.n_children = INT64_C(1) << 60;
}
static void more_buffers(record_batch *b)
{
    b->columns[0].array.n_buffers = 3;
}
static void no_buffers(record_batch *b)
{
    b->columns[0].array.buffers = NULL;
}
static void no_data(record_batch *b)
{
    b->columns[0].buffers[1] = NULL;
}
static void no_offsets(record_batch *b)
{
    b->columns[1].buffers[1] = NULL;
}
static void no_bytes(record_batch *b)
{
    b->columns[1].buffers[2] = NULL;
}
static void nulls_without_bitmap(record_batch *b)
{
    b->columns[0].array.null_count = 2;
}
static void too_many_nulls(record_batch *b)
{
    b->columns[0].array.null_count = 77;
}
static void released_child(record_batch *b)
{
    b->columns[0].array.release = NULL;
}
static void descending_offsets(record_batch *b)
{
    static const int32_t offsets[] = {0, 3, 1, 4};
    b->columns[1].buffers[1] = offsets;
}
static void negative_offsets(record_batch *b)
{
    static const int32_t offsets[] = {-7, 1, 2, 3};
    b->columns[1].buffers[1] = offsets;
}
static void huge_text(record_batch *b)
{
    static const int32_t offsets[] = {0, 1, INT32_MAX, INT32_MAX};
    b->columns[1].buffers[1] = offsets;
}
static void index_beyond(record_batch *b)
{
    static const int32_t indices[] = {0, 3, 1};
    b->columns[2].buffers[1] = indices;
}
static void index_negative(record_batch *b)
{
    static const int32_t indices[] = {0, -1, 1};
    b->columns[2].buffers[1] = indices;
}
static void no_dictionary(record_batch *b)
{
    b->columns[2].array.dictionary = NULL;
}
static void bad_dictionary(record_batch *b)
{
    b->columns[2].dictionary.n_buffers = 1;
}
static void children_of_a_number(record_batch *b)
{
    b->columns[0].array.n_children = 4;
}
static void view_out_of_parts(record_batch *b)
{
    static const int32_t view[12] = {13, 0, 7, 0};
    b->columns[3].buffers[1] = view;
}
static void view_out_of_its_part(record_batch *b)
{
    static const int32_t view[12] = {13, 0, 0, INT32_MAX};
    b->columns[3].buffers[1] = view;
}
static void view_of_negative_length(record_batch *b)
{
    static const int32_t view[12] = {-13, 0, 0, 0};
    b->columns[3].buffers[1] = view;
}
static void view_without_sizes(record_batch *b)
{
    b->columns[3].buffers[3] = NULL;
}
static void batch_with_buffers(record_batch *b)
{
    b->rows.n_buffers = 2;
}

static const lie lies[] = {
    {long_length, "table: record batch 1: 9223372036854775807 rows from 0 on"},
    {negative_length, "table: record batch 1: -1 rows from 0 on"},
    {negative_offset, "table: record batch 1: 3 rows from -5 on"},
    {long_child, "table: record batch 1: column \"x\": an array of 9223372036854775804 values from "
                 "0 on"},
    {short_child, "table: record batch 1: column \"name\": an array of 2 values; at least 3 were "
                  "expected"},
    {beyond_child, "table: record batch 1: column \"x\": an array of 3 values; at least "
                   "1099511627779 were expected"},
    {overflowing_offset, "table: record batch 1: column \"x\": an array of 3 values from "
                         "9223372036854775807 on"},
    {fewer_children, "table: record batch 1: 1 columns; the schema has 4"},
    {more_children, "table: record batch 1: 1152921504606846976 columns; the schema has 4"},
    {more_buffers, "table: record batch 1: column \"x\": an array of 3 buffers; 2 were expected"},
    {no_buffers, "table: record batch 1: column \"x\": an array without buffers"},
    {no_data, "table: record batch 1: column \"x\": an array of 3 values without their buffer"},
    {no_offsets, "table: record batch 1: column \"name\": an array of 3 values without their "
                 "buffer"},
    {no_bytes, "table: column \"name\": a text from byte 0 to 1 of nothing"},
    {nulls_without_bitmap, "table: record batch 1: column \"x\": 2 nulls without a bitmap"},
    {too_many_nulls, "table: record batch 1: column \"x\": 3 values, of which 77 are null"},
    {released_child, "table: record batch 1: column \"x\": an array that was released"},
    {descending_offsets, "table: column \"name\": a text from byte 3 to 1"},
    {negative_offsets, "table: column \"name\": a text from byte -7 to 1"},
    {huge_text, "table: column \"name\": a text of 2147483646 bytes; at most 16 MiB can be read"},
    {index_beyond, "table: column \"word\": index 3 of a dictionary of 3 values"},
    {index_negative, "table: column \"word\": index -1 of a dictionary of 3 values"},
    {no_dictionary, "table: record batch 1: column \"word\": indices without their dictionary"},
    {bad_dictionary, "table: record batch 1: column \"word\": an array of 1 buffers; 3 were "
                     "expected"},
    {children_of_a_number, "table: record batch 1: column \"x\": an array with children; it cannot "
                           "have any"},
    {view_out_of_parts, "table: column \"view\": a text in buffer 7 of 1"},
    {view_out_of_its_part, "table: column \"view\": a text of 13 bytes at byte 2147483647 of 30"},
    {view_of_negative_length, "table: column \"view\": a text of -13 bytes"},
    {view_without_sizes,
     "table: record batch 1: column \"view\": an array without the sizes of its "
     "texts"},
    {batch_with_buffers, "table: record batch 1: 2 buffers; a struct has 1"},
};

static void make_honest(record_batch *b)
{
    static const double x[] = {1, 2, 3};
    static const int32_t offsets[] = {0, 1, 2, 3};
    static const int32_t indices[] = {0, 2, 1};
    static const int32_t views[12] = {13, 0, 0, 2, 1, 'z', 0, 0, 0, 0, 0, 0};
    static const int64_t sizes[] = {30};
    made_add(b, "x", "g", 3, x);
    made_add_texts(b, "name", "u", 3, offsets, "abc");
    made_add(b, "word", "i", 3, indices);
    made_dictionary(b, "u", 3, offsets, "pqr");
    made_add_texts(b, "view", "vu", 3, views, "..a text beyond twelve bytes..");
    made_last(b)->array.n_buffers = 4;
    made_last(b)->buffers[3] = sizes;
}

START_TEST(what_is_not_as_specified_is_refused)
{
    record_batch b = {0};
    make_honest(&b);
    made_check(&b, 1, NULL, "1|a|p|a text beyond\n2|b|r|z\n3|c|q|<NA>\n");
    lies[_i].tell(&b);
    made_check(&b, 1, NULL, lies[_i].expected);
}
END_TEST

/* The same in the second batch, which inference does not look at the whole of. */
START_TEST(lies_of_later_batches_are_found_by_who_profiles)
{
    record_batch batches[2];
    made_stream made;
    struct ArrowArrayStream stream;
    shift_source *source = NULL;
    shift_profile *profile = NULL;
    shift_schema *schema = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    memset(batches, 0, sizeof batches);
    make_honest(&batches[0]);
    make_honest(&batches[1]);
    lies[_i].tell(&batches[1]);
    made_stream_open(&made, batches, 2, &stream);
    ck_assert_int_eq(shift_schema_new(&schema, &err), SHIFT_OK);
    for (size_t i = 0; i < batches[0].n; i++)
        ck_assert_int_eq(shift_schema_add(schema, batches[0].columns[i].name,
                                          i == 0 ? SHIFT_KIND_NUMERIC : SHIFT_KIND_CATEGORICAL,
                                          &err),
                         SHIFT_OK);
    ck_assert_int_eq(shift_source_open_arrow(&source, &stream, "table", NULL, &err), SHIFT_OK);
    shift_status status = shift_profile_read(&profile, source, schema, NULL, NULL, &err);
    ck_assert(status == SHIFT_EFORMAT || status == SHIFT_EUNSUPPORTED);
    ck_assert_ptr_null(profile);
    shift_schema_free(schema);
    shift_source_close(source);
    ck_assert_int_eq(made_arrow_held, 0);
}
END_TEST

enum { VIEWS = 64 };

/* `n` columns of views of one text of `size` bytes. */
static void make_views(record_batch *b, int n, int32_t size, const char *text)
{
    static int32_t views[VIEWS * 4];
    static int64_t sizes[1];
    static const char *const names[] = {"a", "b"};
    sizes[0] = size;
    for (size_t r = 0; r < VIEWS; r++)
        views[r * 4] = size;
    for (int c = 0; c < n; c++) {
        made_add_texts(b, names[c], "vu", VIEWS, views, text);
        made_last(b)->array.n_buffers = 4;
        made_last(b)->buffers[3] = sizes;
    }
}

/* What is copied at once does not grow with the number of views of one large text. */
START_TEST(views_of_one_large_text)
{
    enum { LARGE = 1 << 20 };
    record_batch b = {0};
    made_stream made;
    struct ArrowArrayStream stream;
    shift_source *source = NULL;
    shift__block *block = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    bool end = false;
    size_t rows = 0;
    char *text = calloc(1, LARGE);
    ck_assert_ptr_nonnull(text);
    memset(text, 'x', LARGE);
    make_views(&b, 1, LARGE, text);
    made_stream_open(&made, &b, 1, &stream);
    ck_assert_int_eq(shift_source_open_arrow(&source, &stream, "table", NULL, &err), SHIFT_OK);
    ck_assert_int_eq(shift__block_new(&block, &err), SHIFT_OK);
    for (;;) {
        ck_assert_int_eq(shift__source_fill(source, block, &end, &err), SHIFT_OK);
        if (end)
            break;
        ck_assert_uint_eq(block->rows, SHIFT__ROW_LIMIT / LARGE);
        rows += block->rows;
    }
    ck_assert_uint_eq(rows, VIEWS);
    shift__block_free(block);
    shift_source_close(source);
    free(text);
}
END_TEST

START_TEST(a_row_of_views_is_no_longer_than_a_row_of_a_file)
{
    enum { LARGE = 9 << 20 };
    record_batch b = {0};
    char *text = calloc(1, LARGE);
    ck_assert_ptr_nonnull(text);
    memset(text, 'x', LARGE);
    make_views(&b, 2, LARGE, text);
    made_check(&b, 1, NULL,
               "table: record batch 1: row 1: texts of 18874368 bytes together; at most 16 MiB can "
               "be read");
    free(text);
}
END_TEST

START_TEST(schemas_that_are_not_as_specified)
{
    static const char *const formats[] = {"",      "x",     "gg",        "d:",         "d:10",
                                          "d:10,", "d:0,2", "d:10,2,77", "d:10,99999", "+",
                                          "ts",    "ts?:",  "uu"};
    const double x[] = {1, 2, 3};
    for (size_t i = 0; i < COUNT(formats); i++) {
        record_batch b = {0};
        char expected[120];
        made_add(&b, "x", formats[i], 3, x);
        (void)snprintf(expected, sizeof expected,
                       "table: column \"x\": \"%s\" is not the format of an Arrow type",
                       formats[i]);
        made_check(&b, 1, NULL, expected);
    }
    record_batch b = {0};
    made_add(&b, "x", NULL, 3, x);
    made_check(&b, 1, NULL, "table: column \"x\": it has no format");
    b.n = 0;
    made_check(&b, 1, NULL, "table: the Arrow schema has 0 columns");
    made_add(&b, NULL, "g", 3, x);
    made_check(&b, 1, NULL, "table: column 1 has no name");
    b.n = 0;
    made_add(&b, "x", "g", 3, x);
    made_add(&b, "x", "g", 3, x);
    made_check(&b, 1, NULL, "table: columns 1 and 2 are both named \"x\"");
    b.n = 0;
    made_add(&b, "x", "g", 3, x);
    made_dictionary(&b, "u", 3, x, "");
    made_check(&b, 1, NULL, "table: column \"x\": float64 cannot be the index of a dictionary");
}
END_TEST

static struct ArrowSchema nested;

static int get_nested(struct ArrowArrayStream *from, struct ArrowSchema *out)
{
    made_stream *stream = from->private_data;
    made_schema(stream, &stream->batches[0], out);
    stream->dictionaries[0].dictionary = &nested;
    return 0;
}

static int get_released(struct ArrowArrayStream *from, struct ArrowSchema *out)
{
    made_stream *stream = from->private_data;
    made_schema(stream, &stream->batches[0], out);
    out->release(out);
    return 0;
}

static int get_released_column(struct ArrowArrayStream *from, struct ArrowSchema *out)
{
    made_stream *stream = from->private_data;
    made_schema(stream, &stream->batches[0], out);
    stream->columns[0].release = NULL;
    return 0;
}

static int get_too_many(struct ArrowArrayStream *from, struct ArrowSchema *out)
{
    made_stream *stream = from->private_data;
    made_schema(stream, &stream->batches[0], out);
    out->n_children = INT64_MAX;
    return 0;
}

START_TEST(schemas_that_cannot_be_walked_are_refused)
{
    static const struct {
        int (*get)(struct ArrowArrayStream *stream, struct ArrowSchema *out);
        shift_status status;
        const char *message;
    } schemas[] = {
        {get_released, SHIFT_EFORMAT, "table: the Arrow schema was released"},
        {get_released_column, SHIFT_EFORMAT, "table: column 1 of the Arrow schema was released"},
        {get_too_many, SHIFT_EUNSUPPORTED,
         "table: the Arrow schema has 9223372036854775807 columns; at most 10000 can be read"}};
    record_batch b = {0};
    made_stream made;
    struct ArrowArrayStream stream;
    shift_source *source = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    const int32_t x[] = {0, 1, 0};
    made_add(&b, "x", "i", 3, x);
    made_stream_open(&made, &b, 1, &stream);
    stream.get_schema = schemas[_i].get;
    ck_assert_int_eq(shift_source_open_arrow(&source, &stream, "table", NULL, &err),
                     schemas[_i].status);
    ck_assert_str_eq(err.message, schemas[_i].message);
    ck_assert_int_eq(made_arrow_held, 0);
}
END_TEST

START_TEST(dictionaries_of_dictionaries_are_unsupported)
{
    record_batch b = {0};
    made_stream made;
    struct ArrowArrayStream stream;
    shift_source *source = NULL;
    shift_profile *profile = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    const int32_t x[] = {0, 1, 0};
    made_add(&b, "x", "i", 3, x);
    made_dictionary(&b, "i", 2, x, NULL);
    made_stream_open(&made, &b, 1, &stream);
    stream.get_schema = get_nested;
    ck_assert_int_eq(shift_source_open_arrow(&source, &stream, "table", NULL, &err), SHIFT_OK);
    ck_assert_int_ne(shift_profile_read(&profile, source, NULL, NULL, NULL, &err), SHIFT_OK);
    ck_assert_str_eq(err.message, "table:1: column \"x\": columns of Arrow type dictionary of "
                                  "dictionaries cannot be profiled; it can be excluded");
    shift_source_close(source);
    ck_assert_int_eq(made_arrow_held, 0);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("arrow_hostile");
    TCase *hostile = tcase_create("hostile");
    tcase_add_test(hostile, producers_that_fail);
    tcase_add_loop_test(hostile, what_is_not_as_specified_is_refused, 0, (int)COUNT(lies));
    tcase_add_loop_test(hostile, lies_of_later_batches_are_found_by_who_profiles, 0,
                        (int)COUNT(lies));
    tcase_add_test(hostile, views_of_one_large_text);
    tcase_add_test(hostile, a_row_of_views_is_no_longer_than_a_row_of_a_file);
    tcase_add_test(hostile, schemas_that_are_not_as_specified);
    tcase_add_loop_test(hostile, schemas_that_cannot_be_walked_are_refused, 0, 3);
    tcase_add_test(hostile, dictionaries_of_dictionaries_are_unsupported);
    suite_add_tcase(s, hostile);
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
