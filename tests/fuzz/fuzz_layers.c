/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes behind a header whose checksum fits: refused, or a layer profile that saves to bytes
 * which load again to the same, that can be asked, and compared with itself. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "network/layer_file.h"

enum { WORK = 1 << 12 }; /* numbers of the sampled rows that are still compared */

static void must(int holds)
{
    if (!holds)
        abort();
}

static void ask(const shift_layer_profile *profile)
{
    size_t work = 0;
    for (size_t i = 0; i < shift_layer_profile_size(profile); i++) {
        shift_layer_facts facts = shift_layer_profile_at(profile, i);
        must(facts.name[0] != '\0' && facts.channels > 0);
        work += facts.channels * profile->sampled;
    }
    for (size_t i = 0; i < shift_layer_profile_classes(profile); i++)
        (void)shift_layer_profile_predicted(profile, i);
    shift_comparison *comparison = NULL;
    if (work < WORK && shift_compare_layers(&comparison, profile, profile, NULL, NULL) == SHIFT_OK)
        shift_comparison_free(comparison);
}

/* NOLINTBEGIN(readability-identifier-naming): the name is libFuzzer's */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    shift_layer_profile *first = NULL;
    if (shift__layers_decode(&first, data, n, "fuzz", NULL) != SHIFT_OK)
        return 0;
    ask(first);
    unsigned char *bytes = NULL;
    size_t size = 0;
    must(shift__layers_encode(first, &bytes, &size, NULL) == SHIFT_OK);
    shift_layer_profile *second = NULL;
    must(shift__layers_decode(&second, bytes, size, "fuzz", NULL) == SHIFT_OK);
    unsigned char *again = NULL;
    size_t size_again = 0;
    must(shift__layers_encode(second, &again, &size_again, NULL) == SHIFT_OK);
    must(size == size_again && memcmp(bytes, again, size) == 0);
    free(bytes);
    free(again);
    shift_layer_profile_free(first);
    shift_layer_profile_free(second);
    return 0;
}
/* NOLINTEND(readability-identifier-naming) */
