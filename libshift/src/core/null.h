/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Public functions refuse NULL where it is not allowed. */
#ifndef SHIFT_CORE_NULL_H
#define SHIFT_CORE_NULL_H

#include <stdbool.h>
#include <stddef.h>

#include "shift/error.h"

/** Whether one of `n` pointers is NULL; then `err` says which of the function's arguments, out of
 * their names with commas between. */
bool shift__any_null(shift_error *err, const char *function, const char *names,
                     const void *const *pointers, size_t n);

#define SHIFT__ANY_NULL(err, ...)                                                                  \
    shift__any_null(err, __func__, #__VA_ARGS__, (const void *const[]){__VA_ARGS__},               \
                    sizeof((const void *const[]){__VA_ARGS__}) / sizeof(void *))

#endif
