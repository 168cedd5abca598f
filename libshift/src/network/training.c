/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/training.h"

shift_status shift__training_text(shift__arena *arena, const char **out, size_t n, shift_error *err)
{
    return shift__arena_print(
        arena, out, err,
        "%zu Batch Normalization%s in training mode, as an export without "
        "eval() leaves %s: run by the stored statistics, unless by --bn batch",
        n, n == 1 ? " is" : "s are", n == 1 ? "it" : "them");
}
