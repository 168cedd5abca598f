/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHIFT_ERROR_H
#define SHIFT_ERROR_H

#include "shift/export.h"

SHIFT_BEGIN_DECLS

/** What went wrong, as far as a caller would act differently on it; the detail is in the message.
 */
typedef enum shift_status {
    SHIFT_OK = 0,
    SHIFT_ENOMEM,        /**< out of memory */
    SHIFT_EINVAL,        /**< a wrong argument or option */
    SHIFT_EIO,           /**< a file could not be opened, read or written */
    SHIFT_EFORMAT,       /**< input that is not what it should be: malformed CSV, damaged profile */
    SHIFT_EINCOMPATIBLE, /**< two objects that do not fit together, e.g. profiles to be merged */
    SHIFT_EUNSUPPORTED,  /**< well formed, but from a newer version or beyond a documented limit */
    SHIFT_ESTORE,        /**< the database refused */
    SHIFT_EPLUGIN,       /**< a reporter could not be loaded or failed */
    SHIFT_ENODATA,       /**< a source that is well formed but has no rows, or nothing at all */
    SHIFT_ECANCELLED     /**< the caller's shift_progress said so */
} shift_status;

/** Filled by a failing call; owned by the caller, who may pass NULL where only the status counts.
 */
typedef struct shift_error {
    shift_status status;
    char message[512]; /**< one line, NUL-ended, without a newline; names file, row and column */
} shift_error;

#define SHIFT_ERROR_INIT                                                                           \
    {                                                                                              \
        SHIFT_OK,                                                                                  \
        {                                                                                          \
            0                                                                                      \
        }                                                                                          \
    }

/**
 * Write a message into `err` (NULL is allowed) and return `status`, so that a failure is one
 * statement. A message that is too long is cut. Control characters become '?', so that a hostile
 * name cannot reach a terminal.
 */
SHIFT_API SHIFT_PRINTF(3, 4) shift_status
    shift_error_set(shift_error *err, shift_status status, const char *format, ...);

SHIFT_END_DECLS

#endif
