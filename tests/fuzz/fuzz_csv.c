/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes, any size of blocks: every kernel gives the fields that libcsv alone gives. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "differential.h"

/* NOLINTBEGIN(readability-identifier-naming): the name is libFuzzer's */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    char *why = differential_csv(data, n);
    if (why != NULL) {
        (void)fprintf(stderr, "%s\n", why);
        abort();
    }
    return 0;
}
/* NOLINTEND(readability-identifier-naming) */
