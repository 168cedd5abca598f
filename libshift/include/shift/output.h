/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHIFT_OUTPUT_H
#define SHIFT_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "shift/error.h"
#include "shift/reporter.h"

SHIFT_BEGIN_DECLS

/**
 * A file that appears whole or not at all: written beside its place, synced and renamed when it is
 * committed; removed when it is not.
 */
typedef struct shift_output shift_output;

/** A file that will be `path`; ended by shift_output_commit() or shift_output_abort(). "-" is
 * standard output, which is written as it comes, as are devices, pipes and what the process was
 * given open (/dev/stdout, /dev/fd/N, links to them). EIO where the folder is not writable. */
SHIFT_API SHIFT_CHECKED shift_status shift_output_open(shift_output **out, const char *path,
                                                       shift_error *err);
/** Append `n` bytes; `bytes` may be NULL where there are none. EIO where the disk takes no more:
 * the output can then only be aborted. */
SHIFT_API SHIFT_CHECKED shift_status shift_output_write(shift_output *output, const char *bytes,
                                                        size_t n, shift_error *err);
/** Sync, rename and release. On failure the old file is still there, and the output released. */
SHIFT_API SHIFT_CHECKED shift_status shift_output_commit(shift_output *output, shift_error *err);
/** Drop what was written and release; NULL is allowed. */
SHIFT_API void shift_output_abort(shift_output *output);
/** Whether a terminal gets what is written, under whatever name; false for NULL. */
SHIFT_API bool shift_output_is_terminal(const shift_output *output);
/** A sink that writes there, for a reporter: 80 columns, no colour, UTF-8. It is used before the
 * output ends. */
SHIFT_API shift_sink shift_output_sink(shift_output *output);

SHIFT_END_DECLS

#endif
