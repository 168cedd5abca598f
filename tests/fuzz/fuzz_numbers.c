/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any text: every way to read a number gives the bits that strtod gives. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "differential.h"

/* NOLINTBEGIN(readability-identifier-naming): the name is libFuzzer's */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    char *why = differential_numbers(data, n);
    if (why != NULL) {
        (void)fprintf(stderr, "%s\n", why);
        abort();
    }
    return 0;
}
/* NOLINTEND(readability-identifier-naming) */
