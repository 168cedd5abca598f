/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/options.h"

#include <string.h>

/* No struct of options will ever have so many bytes. */
enum { LARGEST = 4096 };

shift_status shift__options_take(void *to, size_t size, const void *from, const char *name,
                                 shift_error *err)
{
    size_t given = 0;
    if (from == NULL)
        return SHIFT_OK;
    memcpy(&given, from, sizeof given);
    if (given <= sizeof given || given > LARGEST)
        return shift_error_set(err, SHIFT_EINVAL,
                               "%s: its size is %zu: it was not set by the _INIT macro", name,
                               given);
    for (size_t i = size; i < given; i++)
        if (((const unsigned char *)from)[i] != 0)
            return shift_error_set(err, SHIFT_EUNSUPPORTED,
                                   "%s: a member is set that this version of the library does not "
                                   "have",
                                   name);
    memcpy(to, from, given < size ? given : size);
    memcpy(to, &size, sizeof size);
    return SHIFT_OK;
}
