/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two arrays: have the values of a feature shifted? */
#include <stdio.h>

#include <shift/shift.h>

int main(void)
{
    static const double train[] = {5.1, 4.9, 4.7, 4.6, 5.0, 5.4, 4.6, 5.0,
                                   4.4, 4.9, 5.4, 4.8, 4.8, 4.3, 5.8, 5.7};
    static const double prod[] = {7.0, 6.4, 6.9, 5.5, 6.5, 5.7, 6.3, 4.9,
                                  6.6, 5.2, 5.0, 5.9, 6.0, 6.1, 5.6, 6.7};
    const shift_column columns[2] = {{train, 0, 0, 0, 0}, {prod, 0, 0, 0, 0}};
    const shift_batch batches[2] = {{16, 1, &columns[0]}, {16, 1, &columns[1]}};
    shift_error err = SHIFT_ERROR_INIT;
    shift_schema *schema = NULL;
    shift_profile *sides[2] = {NULL, NULL};
    shift_comparison *found = NULL;
    shift_status status = shift_schema_new(&schema, &err);
    if (status == SHIFT_OK)
        status = shift_schema_add(schema, "sepal_length", SHIFT_KIND_NUMERIC, &err);
    for (int i = 0; status == SHIFT_OK && i < 2; i++) {
        status = shift_profile_new(&sides[i], schema, NULL, &err);
        if (status == SHIFT_OK)
            status = shift_profile_add(sides[i], &batches[i], &err);
    }
    if (status == SHIFT_OK)
        status = shift_compare(&found, sides[0], sides[1], NULL, &err);
    if (status == SHIFT_OK)
        (void)printf("%s: %s\n", found->features[0]->name, shift_verdict_name(found->verdict));
    else
        (void)fprintf(stderr, "%s\n", err.message);
    shift_comparison_free(found);
    shift_profile_free(sides[0]);
    shift_profile_free(sides[1]);
    shift_schema_free(schema);
    return status == SHIFT_OK ? 0 : 2;
}
