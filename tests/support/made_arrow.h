/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A producer of Arrow data by hand, as correct or as wrong as a test wants it. It counts what it
 * was asked to release, and fails the test where that happens twice. */
#ifndef TESTS_MADE_ARROW_H
#define TESTS_MADE_ARROW_H

#include "shift/arrow.h"

enum { MADE_COLUMNS = 24, MADE_BUFFERS = 6 };

/** One column: what its schema and its array say. The buffers belong to the test. */
typedef struct made_column {
    const char *name, *format;
    struct ArrowArray array;
    const void *buffers[MADE_BUFFERS];
    const char *dictionary_format; /* NULL where it has no dictionary */
    struct ArrowArray dictionary;
    const void *dictionary_buffers[MADE_BUFFERS];
} made_column;

/** Record batches of the same columns. */
typedef struct record_batch {
    made_column columns[MADE_COLUMNS];
    size_t n;
    struct ArrowArray rows;
    const void *buffers[1];
    struct ArrowArray *children[MADE_COLUMNS];
} record_batch;

/** A stream of them. */
typedef struct made_stream {
    record_batch *batches;
    size_t n, next;
    int fail_at;     /* get_next() of this number fails, from 0; -1 for none */
    int fail_schema; /* what get_schema() returns */
    struct ArrowSchema columns[MADE_COLUMNS], dictionaries[MADE_COLUMNS], schema;
    struct ArrowSchema *children[MADE_COLUMNS];
} made_stream;

/** Structs that were given away and not yet released. */
extern int made_arrow_held;

/** A column with data, without nulls. */
void made_add(record_batch *batch, const char *name, const char *format, int64_t length,
              const void *data);
/** The column added last. */
made_column *made_last(record_batch *batch);
/** Its nulls. */
void made_nulls(record_batch *batch, const uint8_t *bits, int64_t nulls);
/** A column of texts. */
void made_add_texts(record_batch *batch, const char *name, const char *format, int64_t length,
                    const void *offsets, const char *bytes);
/** The dictionary of the column added last. */
void made_dictionary(record_batch *batch, const char *format, int64_t length, const void *offsets,
                     const void *bytes);

/** Give the batch, or the stream of batches, away. */
void made_array(record_batch *batch, struct ArrowArray *out);
void made_schema(made_stream *stream, const record_batch *batch, struct ArrowSchema *out);
void made_stream_open(made_stream *stream, record_batch *batches, size_t n,
                      struct ArrowArrayStream *out);

/** All rows of a stream of the batches as read_all() writes them, or the complaint; nothing is held
 * afterwards. The caller frees it. */
char *made_read(record_batch *batches, size_t n, const shift_schema_options *rules);
/** made_read() gives this. */
void made_check(record_batch *batches, size_t n, const shift_schema_options *rules,
                const char *expected);

#endif
