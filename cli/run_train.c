/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The training side of a monitor, and what its patterns mean for it. */
#include <stdlib.h>
#include <string.h>

#include "input.h"
#include "run.h"

/* Names that outlive the source: the rules borrow them. */
static shift_status resolve(struct job *job, size_t n, const char *(*name)(const void *, size_t),
                            const void *from, shift_error *err)
{
    job->columns = calloc(n > 0 ? n : 1, sizeof *job->columns);
    for (size_t i = 0; job->columns != NULL && i < n; i++, job->n_columns++)
        if ((job->columns[i] = strdup(name(from, i))) == NULL)
            break;
    if (job->columns == NULL || job->n_columns < n)
        return shift_error_set(err, SHIFT_ENOMEM, "out of memory");
    return shift_monitor_resolve(&job->rules, job->monitor, (const char *const *)job->columns, n,
                                 err);
}

static const char *source_name(const void *from, size_t i)
{
    return shift_source_column(from, i);
}

static const char *schema_name(const void *from, size_t i)
{
    return shift_schema_name(from, i);
}

/* The columns of a saved profile are settled; the file may state them all the same. */
static shift_status check_settled(const struct job *job, shift_error *err)
{
    const shift_schema *schema = shift_profile_schema(job->train);
    for (size_t i = 0; i < job->rules->n_columns; i++) {
        const shift_schema_rule *rule = &job->rules->columns[i];
        shift_kind kind = shift_schema_kind(schema, shift_schema_find(schema, rule->column));
        if (input_is_cut_by(job->monitor->by, rule->column))
            continue; /* that is compared then */
        if (rule->exclude || rule->kind != kind)
            return shift_error_set(
                err, SHIFT_EINVAL,
                "%s: %s is a saved profile, in which '%s' is %s: make it anew to "
                "change that",
                job->monitor->file, job->monitor->train, rule->column, shift_kind_name(kind));
    }
    return SHIFT_OK;
}

static shift_status load_saved(struct job *job, shift_error *err)
{
    shift_status status = shift_profile_load(&job->train, job->monitor->train, err);
    if (status != SHIFT_OK)
        return status;
    const shift_schema *schema = shift_profile_schema(job->train);
    status = resolve(job, shift_schema_size(schema), schema_name, schema, err);
    return status == SHIFT_OK ? check_settled(job, err) : status;
}

static shift_status open_raw(shift_source **out, struct job *job, shift_error *err)
{
    shift_status status = shift_source_open(out, job->monitor->train, job->monitor->source, err);
    if (status == SHIFT_OK && job->rules == NULL)
        status = resolve(job, shift_source_columns(*out), source_name, *out, err);
    return status;
}

shift_status job_resolve(struct job *job, shift_error *err)
{
    shift_source *source = NULL;
    if (shift_profile_detect(job->monitor->train))
        return load_saved(job, err);
    shift_status status = open_raw(&source, job, err);
    shift_source_close(source);
    return status;
}

struct options job_reading(const struct job *job)
{
    struct options options = *job->options;
    options.schema.rules = job->rules->columns;
    options.schema.n_rules = job->rules->n_columns;
    return options;
}

shift_status job_train(struct job *job, shift_error *err)
{
    shift_source *source = NULL;
    if (job->train != NULL)
        return SHIFT_OK;
    shift_status status = open_raw(&source, job, err);
    if (status == SHIFT_OK) {
        const struct options options = job_reading(job);
        status =
            shift_profile_read(&job->train, source, NULL, &options.schema, &options.profile, err);
    }
    shift_source_close(source);
    return status;
}

void job_clear(struct job *job)
{
    shift_monitor_rules_free(job->rules);
    for (size_t i = 0; i < job->n_columns; i++)
        free(job->columns[i]);
    free(job->columns);
    shift_profile_free(job->train);
    job_close_networks(job);
    shift_store_close(job->store);
}
