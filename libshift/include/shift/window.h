/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHIFT_WINDOW_H
#define SHIFT_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shift/error.h"
#include "shift/profile.h"
#include "shift/schema.h"

SHIFT_BEGIN_DECLS

/**
 * The last rows of a process that serves: profiles of panes of `step` rows each, in a ring. A
 * window is due whenever another pane is full. Any thread may call any function below at any time,
 * but for shift_window_free(): each takes the window's one lock. Adding a row holds it for well
 * under a microsecond, taking and snapshots for as long as merging the panes lasts, and writers
 * wait meanwhile.
 */
typedef struct shift_window shift_window;

typedef struct shift_window_options {
    size_t size;   /**< sizeof(shift_window_options) */
    uint64_t rows; /**< of a window, at least 1 */
    uint64_t step; /**< rows from one window to the next: it divides `rows`, at most 1,000 times; or
                      0 for `rows`, so that the windows tumble and do not overlap */
    const shift_profile_options *profile; /**< of its profiles; NULL for the defaults */
} shift_window_options;

#define SHIFT_WINDOW_OPTIONS_INIT                                                                  \
    {                                                                                              \
        sizeof(shift_window_options), 1000, 0, 0                                                   \
    }

/** A window over rows of `schema` (copied). `options` may be NULL: 1,000 rows that tumble. EINVAL
 * for numbers that are not as said above. */
SHIFT_API SHIFT_CHECKED shift_status shift_window_new(shift_window **out,
                                                      const shift_schema *schema,
                                                      const shift_window_options *options,
                                                      shift_error *err);
SHIFT_API void shift_window_free(shift_window *window); /**< NULL is allowed. */
/** As shift_profile_add_row(). On failure the row is not added. */
SHIFT_API SHIFT_CHECKED shift_status shift_window_add_row(shift_window *window,
                                                          const shift_value *values, size_t n,
                                                          shift_error *err);
/** Whether a window has become full since the last one was taken. False for NULL. */
SHIFT_API bool shift_window_due(shift_window *window);
/** The profile of the last full window, which the caller frees; it is due no more. ENODATA where
 * none is due. Windows that fell due in between are passed over. */
SHIFT_API SHIFT_CHECKED shift_status shift_window_take(shift_window *window, shift_profile **out,
                                                       shift_error *err);
/** The profile of the rows of the present window so far, `rows` at most, which the caller frees;
 * ENODATA where there is none. What is due stays due. */
SHIFT_API SHIFT_CHECKED shift_status shift_window_snapshot(shift_window *window,
                                                           shift_profile **out, shift_error *err);
/** Rows that were ever added; 0 for NULL. */
SHIFT_API uint64_t shift_window_rows(shift_window *window);

SHIFT_END_DECLS

#endif
