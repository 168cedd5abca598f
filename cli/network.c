/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A network by its name. */
#include "network.h"

#include <string.h>

shift_status network_open(shift_network **out, const char *name, const struct options *options,
                          shift_error *err)
{
    (void)options;
    size_t n = strlen(name);
    if (n > 5 && strcmp(name + n - 5, ".onnx") == 0)
        return shift_network_load(out, name, err);
    return shift_error_set(err, SHIFT_EINVAL,
                           "network '%s': a file that ends in .onnx was expected", name);
}
