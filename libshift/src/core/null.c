/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/null.h"

#include <string.h>

bool shift__any_null(shift_error *err, const char *function, const char *names,
                     const void *const *pointers, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t size = strcspn(names, ",");
        if (pointers[i] == NULL) {
            (void)shift_error_set(err, SHIFT_EINVAL, "%s(): %.*s is NULL", function, (int)size,
                                  names);
            return true;
        }
        names += size;
        names += strspn(names, ", ");
    }
    return false;
}
