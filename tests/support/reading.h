/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Read a source to its end and write down what came out, for the tests of src/source. */
#ifndef TESTS_READING_H
#define TESTS_READING_H

#include <stddef.h>

#include "shift/source.h"
#include "source/block.h"

/** A file in the temporary folder with these bytes; the caller unlinks and frees the path. */
char *temporary_file(const void *bytes, size_t n);

/**
 * All rows as text: fields separated by '|', rows by '\n'; numbers as %.17g, missing values as
 * <NA>, non-finite ones as <INF>, invalid ones as <BAD>. After a failure, rows before its block and
 * then "error: " and the message. The caller frees it.
 */
char *read_all(shift_source *source, const shift_schema *schema);

/** Open, infer and read a file; `block_size` 0 for the usual one. A path in a message is written
 * FILE. The caller frees the text. */
char *read_file(const char *path, const shift_source_options *options,
                const shift_schema_options *rules, size_t block_size);
/** The same of a temporary file with these bytes. */
char *read_bytes(const void *bytes, size_t n, const shift_source_options *options,
                 const shift_schema_options *rules, size_t block_size);

#endif
