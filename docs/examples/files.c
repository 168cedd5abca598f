/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compare two CSV files by the library alone and print what has shifted: embed TRAIN PROD */
#include <stdio.h>

#include <shift/shift.h>

static shift_status profile_file(shift_profile **out, const char *path, const shift_profile *like,
                                 shift_error *err)
{
    shift_source *source = NULL;
    shift_status status = shift_source_open(&source, path, NULL, err);
    if (status == SHIFT_OK) {
        const shift_schema *schema = like != NULL ? shift_profile_schema(like) : NULL;
        status = shift_profile_read(out, source, schema, NULL, NULL, err);
    }
    shift_source_close(source);
    return status;
}

static void print_shifted(const shift_comparison *comparison)
{
    for (size_t i = 0; i < comparison->n_features; i++) {
        const shift_subject *feature = comparison->features[i];
        if (feature->verdict >= SHIFT_VERDICT_WARN)
            printf("%s: %s (%s)\n", feature->name, shift_verdict_name(feature->verdict),
                   feature->reason != NULL ? feature->reason : "");
    }
}

int main(int argc, char **argv)
{
    shift_error err = SHIFT_ERROR_INIT;
    shift_profile *train = NULL;
    shift_profile *prod = NULL;
    shift_comparison *comparison = NULL;
    if (argc != 3)
        return 2;
    shift_status status = profile_file(&train, argv[1], NULL, &err);
    if (status == SHIFT_OK)
        status = profile_file(&prod, argv[2], train, &err);
    if (status == SHIFT_OK)
        status = shift_compare(&comparison, train, prod, NULL, &err);
    if (status == SHIFT_OK)
        print_shifted(comparison);
    else
        (void)fprintf(stderr, "%s\n", err.message);
    shift_comparison_free(comparison);
    shift_profile_free(prod);
    shift_profile_free(train);
    return status == SHIFT_OK ? 0 : 2;
}
