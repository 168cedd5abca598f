/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "made_arrow.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reading.h"

int made_arrow_held;

static void release_array(struct ArrowArray *array)
{
    ck_assert(array->release != NULL);
    array->release = NULL;
    made_arrow_held--;
}

static void release_schema(struct ArrowSchema *schema)
{
    ck_assert(schema->release != NULL);
    schema->release = NULL;
    made_arrow_held--;
}

static void release_child(struct ArrowArray *array)
{
    (void)array;
    ck_abort_msg("a child is released by its parent, not by who reads it");
}

static void release_child_schema(struct ArrowSchema *schema)
{
    (void)schema;
    ck_abort_msg("a child is released by its parent, not by who reads it");
}

void made_add(record_batch *batch, const char *name, const char *format, int64_t length,
              const void *data)
{
    made_column *column = &batch->columns[batch->n++];
    *column = (made_column){.name = name, .format = format};
    column->buffers[1] = data;
    column->array = (struct ArrowArray){
        .length = length, .n_buffers = 2, .buffers = column->buffers, .release = release_child};
    batch->rows.length = length;
}

made_column *made_last(record_batch *batch)
{
    return &batch->columns[batch->n - 1];
}

void made_nulls(record_batch *batch, const uint8_t *bits, int64_t nulls)
{
    made_last(batch)->buffers[0] = bits;
    made_last(batch)->array.null_count = nulls;
}

void made_add_texts(record_batch *batch, const char *name, const char *format, int64_t length,
                    const void *offsets, const char *bytes)
{
    made_add(batch, name, format, length, offsets);
    made_last(batch)->buffers[2] = bytes;
    made_last(batch)->array.n_buffers = 3;
}

void made_dictionary(record_batch *batch, const char *format, int64_t length, const void *offsets,
                     const void *bytes)
{
    made_column *column = made_last(batch);
    column->dictionary_format = format;
    column->dictionary_buffers[1] = offsets;
    column->dictionary_buffers[2] = bytes;
    column->dictionary = (struct ArrowArray){.length = length,
                                             .n_buffers = bytes != NULL ? 3 : 2,
                                             .buffers = column->dictionary_buffers,
                                             .release = release_child};
    column->array.dictionary = &column->dictionary;
}

void made_array(record_batch *batch, struct ArrowArray *out)
{
    for (size_t i = 0; i < batch->n; i++)
        batch->children[i] = &batch->columns[i].array;
    *out = batch->rows;
    out->n_buffers = batch->rows.n_buffers != 0 ? batch->rows.n_buffers : 1;
    out->buffers = batch->buffers;
    out->n_children = batch->rows.n_children != 0 ? batch->rows.n_children : (int64_t)batch->n;
    out->children = batch->children;
    out->release = release_array;
    made_arrow_held++;
}

void made_schema(made_stream *stream, const record_batch *batch, struct ArrowSchema *out)
{
    for (size_t i = 0; i < batch->n; i++) {
        const made_column *column = &batch->columns[i];
        stream->children[i] = &stream->columns[i];
        stream->columns[i] = (struct ArrowSchema){
            .name = column->name, .format = column->format, .release = release_child_schema};
        stream->dictionaries[i] = (struct ArrowSchema){.format = column->dictionary_format,
                                                       .release = release_child_schema};
        if (column->dictionary_format != NULL)
            stream->columns[i].dictionary = &stream->dictionaries[i];
    }
    *out = (struct ArrowSchema){.format = "+s",
                                .n_children = (int64_t)batch->n,
                                .children = stream->children,
                                .release = release_schema};
    made_arrow_held++;
}

static int get_schema(struct ArrowArrayStream *from, struct ArrowSchema *out)
{
    made_stream *stream = from->private_data;
    if (stream->fail_schema != 0)
        return stream->fail_schema;
    made_schema(stream, &stream->batches[0], out);
    return 0;
}

static int get_next(struct ArrowArrayStream *from, struct ArrowArray *out)
{
    made_stream *stream = from->private_data;
    if (stream->fail_at >= 0 && stream->next == (size_t)stream->fail_at)
        return EIO;
    if (stream->next == stream->n)
        memset(out, 0, sizeof *out);
    else
        made_array(&stream->batches[stream->next++], out);
    return 0;
}

static const char *get_last_error(struct ArrowArrayStream *from)
{
    (void)from;
    return "the cable was cut";
}

static void release_stream(struct ArrowArrayStream *stream)
{
    ck_assert(stream->release != NULL);
    stream->release = NULL;
    made_arrow_held--;
}

void made_stream_open(made_stream *stream, record_batch *batches, size_t n,
                      struct ArrowArrayStream *out)
{
    *stream = (made_stream){.batches = batches, .n = n, .fail_at = -1};
    *out = (struct ArrowArrayStream){.get_schema = get_schema,
                                     .get_next = get_next,
                                     .get_last_error = get_last_error,
                                     .release = release_stream,
                                     .private_data = stream};
    made_arrow_held++;
}

char *made_read(record_batch *batches, size_t n, const shift_schema_options *rules)
{
    made_stream made;
    struct ArrowArrayStream stream;
    shift_source *source = NULL;
    shift_schema *schema = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    char *out = NULL;
    made_stream_open(&made, batches, n, &stream);
    shift_status status = shift_source_open_arrow(&source, &stream, "table", NULL, &err);
    ck_assert(stream.release == NULL);
    if (status == SHIFT_OK)
        status = shift_source_infer(source, rules, &schema, &err);
    if (status == SHIFT_OK)
        out = read_all(source, schema);
    else
        out = strdup(err.message);
    shift_schema_free(schema);
    shift_source_close(source);
    ck_assert_int_eq(made_arrow_held, 0);
    return out;
}

void made_check(record_batch *batches, size_t n, const shift_schema_options *rules,
                const char *expected)
{
    char *out = made_read(batches, n, rules);
    ck_assert_str_eq(out, expected);
    free(out);
}
