/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One side of a comparison, whatever it is given as. */
#include "input.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

bool input_is_cut_by(const shift_window_rule *by, const char *column)
{
    return by != NULL && by->size > 0 && by->kind == SHIFT_WINDOW_VALUES &&
           strcmp(by->column, column) == 0;
}

static bool is_named(const struct options *options, const char *column)
{
    for (size_t i = 0; i < options->schema.n_rules; i++)
        if (strcmp(options->schema.rules[i].column, column) == 0)
            return true;
    return false;
}

/* The user's rules, and of a column that cuts windows, unless they name it, that it is left out: it
 * would be shifted in each window. The caller frees *owned. */
static shift_status rules_for(shift_schema_options *out, shift_schema_rule **owned,
                              const struct options *options, const shift_source *source,
                              shift_error *err)
{
    size_t n = options->schema.n_rules;
    size_t i = 0;
    *out = options->schema;
    *owned = NULL;
    while (i < shift_source_columns(source) &&
           !input_is_cut_by(&options->by, shift_source_column(source, i)))
        i++;
    if (i == shift_source_columns(source) || is_named(options, options->by.column))
        return SHIFT_OK;
    *owned = calloc(n + 1, sizeof **owned);
    if (*owned == NULL)
        return shift_error_set(err, SHIFT_ENOMEM, "out of memory");
    if (n > 0)
        memcpy(*owned, options->schema.rules, n * sizeof **owned);
    (*owned)[n] = (shift_schema_rule){options->by.column, true, SHIFT_KIND_NUMERIC};
    out->rules = *owned;
    out->n_rules = n + 1;
    return SHIFT_OK;
}

static shift_status read_raw(shift_profile **out, const char *spec, const shift_profile *like,
                             const struct options *options, shift_error *err)
{
    shift_source *source = NULL;
    shift_schema_options rules;
    shift_schema_rule *owned = NULL;
    shift_status status = shift_source_open(&source, spec, &options->source, err);
    if (status != SHIFT_OK)
        return status;
    const shift_schema *schema = like != NULL ? shift_profile_schema(like) : NULL;
    status = rules_for(&rules, &owned, options, source, err);
    if (status == SHIFT_OK)
        status = shift_profile_read(out, source, schema, &rules, &options->profile, err);
    shift_source_close(source);
    free(owned);
    return status;
}

shift_status input_profile(shift_profile **out, const char *spec, const shift_profile *like,
                           const struct options *options, shift_error *err)
{
    if (!shift_profile_detect(spec))
        return read_raw(out, spec, like, options, err);
    if (like == NULL && (options->schema.n_rules > 0 || options->schema.n_only > 0))
        return shift_error_set(err, SHIFT_EINVAL,
                               "%s: is a saved profile, whose columns are settled: --kind, "
                               "--exclude and --only were for 'covshift profile'",
                               spec);
    return shift_profile_load(out, spec, err);
}

shift_status input_windows(const char *spec, const shift_profile *like,
                           const struct options *options, const shift_window_sink *sink,
                           shift_error *err)
{
    shift_source *source = NULL;
    if (shift_profile_detect(spec))
        return shift_error_set(err, SHIFT_EINVAL,
                               "%s: is a saved profile, which cannot be cut into windows", spec);
    shift_schema_options rules;
    shift_schema_rule *owned = NULL;
    shift_status status = shift_source_open(&source, spec, &options->source, err);
    if (status != SHIFT_OK)
        return status;
    shift_window_reading reading = {.size = sizeof reading,
                                    .schema = shift_profile_schema(like),
                                    .left_out = &rules,
                                    .options = &options->profile,
                                    .rule = &options->by};
    status = rules_for(&rules, &owned, options, source, err);
    if (status == SHIFT_OK)
        status = shift_profile_windows(source, &reading, sink, err);
    shift_source_close(source);
    free(owned);
    return status;
}

bool input_once(const char *spec)
{
    struct stat info;
    return strcmp(spec, "-") == 0 ||
           (stat(spec, &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode));
}

shift_status input_rows(const char *spec, shift_error *err)
{
    if (input_once(spec))
        return shift_error_set(err, SHIFT_EINVAL,
                               "%s can be read once only: expected a file or a query",
                               strcmp(spec, "-") == 0 ? "standard input" : spec);
    if (shift_profile_detect(spec))
        return shift_error_set(err, SHIFT_EINVAL,
                               "%s: is a saved profile, which does not have every row: expected a "
                               "file or a query",
                               spec);
    return SHIFT_OK;
}
