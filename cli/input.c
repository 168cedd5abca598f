/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One side of a comparison, whatever it is given as. */
#include "input.h"

#include <string.h>
#include <sys/stat.h>

static shift_status read_raw(shift_profile **out, const char *spec, const shift_profile *like,
                             const struct options *options, shift_error *err)
{
    shift_source *source = NULL;
    shift_status status = shift_source_open(&source, spec, &options->source, err);
    if (status != SHIFT_OK)
        return status;
    const shift_schema *schema = like != NULL ? shift_profile_schema(like) : NULL;
    status = shift_profile_read(out, source, schema, &options->schema, &options->profile, err);
    shift_source_close(source);
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
    shift_status status = shift_source_open(&source, spec, &options->source, err);
    if (status != SHIFT_OK)
        return status;
    shift_window_reading reading = {.size = sizeof reading,
                                    .schema = shift_profile_schema(like),
                                    .left_out = &options->schema,
                                    .options = &options->profile,
                                    .rule = &options->by};
    status = shift_profile_windows(source, &reading, sink, err);
    shift_source_close(source);
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
