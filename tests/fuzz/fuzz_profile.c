/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes behind a header whose checksum fits: refused, or a profile that saves to bytes which
 * load again to the same, that can be queried, and merged with itself. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "profile/file.h"

static void must(int holds)
{
    if (!holds)
        abort();
}

static void query(const shift_profile *profile)
{
    for (size_t i = 0; i < shift_schema_size(shift_profile_schema(profile)); i++) {
        const shift__feature *feature = shift__profile_feature(profile, i);
        if (feature->categories != NULL) {
            shift__category_view view;
            must(shift__categories_view(feature->categories, &view, NULL) == SHIFT_OK);
            free(view.categories);
            continue;
        }
        shift__support support;
        must(shift__sketch_support(feature->sketch, &support, NULL) == SHIFT_OK);
        must(support.n == 0 || support.cumulative[support.n - 1] == feature->moments.n);
        double error = shift__sketch_rank_error(feature->sketch);
        must(error >= 0 && error <= 1);
        free(support.points);
        free(support.cumulative);
    }
}

/* NOLINTBEGIN(readability-identifier-naming): the name is libFuzzer's */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    shift_profile *first = NULL;
    if (shift__profile_decode(&first, data, n, "fuzz", NULL) != SHIFT_OK)
        return 0;
    query(first);
    unsigned char *bytes = NULL;
    size_t size = 0;
    must(shift__profile_encode(first, &bytes, &size, NULL) == SHIFT_OK);
    shift_profile *second = NULL;
    must(shift__profile_decode(&second, bytes, size, "fuzz", NULL) == SHIFT_OK);
    unsigned char *again = NULL;
    size_t size_again = 0;
    must(shift__profile_encode(second, &again, &size_again, NULL) == SHIFT_OK);
    must(size == size_again && memcmp(bytes, again, size) == 0);
    if (shift_profile_merge(first, second, NULL) == SHIFT_OK)
        query(first);
    free(bytes);
    free(again);
    shift_profile_free(first);
    shift_profile_free(second);
    return 0;
}
/* NOLINTEND(readability-identifier-naming) */
