/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Profiling a source. A step works on three sets of blocks at once: one is filled, in the order of
 * the file; one that was filled in the step before is split and converted; and of one that was
 * converted every column takes its values, in order. Each of these is a task, or many, for any
 * thread, and they meet between the steps only. So nothing depends on the number of threads. */
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "core/null.h"
#include "core/options.h"
#include "core/pool.h"
#include "profile/state.h"
#include "source/block.h"

/* Blocks that go through together. */
typedef struct stage {
    shift__block **blocks;
    shift_batch *batches; /* of the blocks, once they are finished */
    size_t n;             /* blocks in use */
} stage;

enum { STAGES = 3 };

typedef struct reading {
    shift_source *source;
    const shift_schema_options *rules; /* the user's, or NULL */
    shift_profile *profile;
    shift_schema *inferred; /* owned; NULL where the caller gave one */
    size_t *columns;        /* of the plan */
    shift__plan plan;
    shift__pool *pool;
    size_t n_blocks; /* of a stage */
    stage storage[STAGES];
    stage *filling, *converting, *adding;
    bool end;               /* of the source */
    shift_error fill_error; /* why it ended, unless it is all read */
} reading;

static void close_reading(reading *r)
{
    for (size_t k = 0; k < STAGES; k++) {
        for (size_t i = 0; r->storage[k].blocks != NULL && i < r->n_blocks; i++)
            shift__block_free(r->storage[k].blocks[i]);
        free(r->storage[k].blocks);
        free(r->storage[k].batches);
    }
    free(r->columns);
    shift__pool_free(r->pool);
    shift_schema_free(r->inferred);
    shift_profile_free(r->profile);
}

/* The source's names as a schema, for its index: there may be ten thousand. */
static shift_status names_of(const shift_source *source, shift_schema **out, shift_error *err)
{
    shift_schema *names = NULL;
    shift_status status = shift_schema_new(&names, err);
    for (size_t i = 0; status == SHIFT_OK && i < shift_source_columns(source); i++)
        status = shift_schema_add(names, shift_source_column(source, i), SHIFT_KIND_NUMERIC, err);
    if (status != SHIFT_OK) {
        shift_schema_free(names);
        return status;
    }
    *out = names;
    return SHIFT_OK;
}

/* The source in messages. */
static const char *label(const shift_source *source)
{
    const char *name = shift_source_name(source);
    return strcmp(name, "-") == 0 ? "standard input" : name;
}

/* Left out by the user's rules, and so not in the schema on purpose. */
static bool is_left_out(const shift_schema_options *rules, const char *name)
{
    for (size_t i = 0; i < rules->n_rules; i++)
        if (rules->rules[i].exclude && rules->rules[i].column != NULL &&
            strcmp(rules->rules[i].column, name) == 0)
            return true;
    for (size_t i = 0; i < rules->n_only; i++)
        if (rules->only[i] != NULL && strcmp(rules->only[i], name) == 0)
            return false;
    return rules->n_only > 0;
}

static shift_status note_extras(shift_profile *profile, const shift_schema *names,
                                const shift_schema_options *rules, shift_error *err)
{
    for (size_t i = 0; i < shift_schema_size(names); i++) {
        const char *name = shift_schema_name(names, i);
        if (shift_schema_find(profile->schema, name) != SIZE_MAX || is_left_out(rules, name))
            continue;
        shift_status status = shift__profile_add_extra(profile, name, strlen(name), err);
        if (status != SHIFT_OK)
            return status;
    }
    return SHIFT_OK;
}

shift_status shift__profile_match(shift_profile *profile, const shift_source *source,
                                  size_t *columns, shift_error *err)
{
    shift_schema *names = NULL;
    size_t n = shift_schema_size(profile->schema);
    shift_status status = names_of(source, &names, err);
    size_t found = 0;
    for (size_t i = 0; status == SHIFT_OK && i < n; i++) {
        columns[i] = shift_schema_find(names, shift_schema_name(profile->schema, i));
        profile->features[i].absent = columns[i] == SIZE_MAX;
        found += columns[i] != SIZE_MAX;
    }
    if (status == SHIFT_OK && found == 0)
        status = shift_error_set(err, SHIFT_EINCOMPATIBLE,
                                 "%s: has none of the %zu expected columns, e.g. \"%s\"",
                                 label(source), n, shift_schema_name(profile->schema, 0));
    shift_schema_free(names);
    return status;
}

shift_status shift__profile_match_extras(shift_profile *profile, const shift_source *source,
                                         const shift_schema_options *left_out, shift_error *err)
{
    shift_schema *names = NULL;
    shift_schema_options complete = SHIFT_SCHEMA_OPTIONS_INIT;
    shift_status status = SHIFT__OPTIONS_TAKE(&complete, left_out, "shift_schema_options", err);
    if (status == SHIFT_OK)
        status = names_of(source, &names, err);
    if (status == SHIFT_OK)
        status = note_extras(profile, names, &complete, err);
    shift_schema_free(names);
    return status;
}

/* Which columns of the source serve those of the schema. */
static shift_status make_plan(reading *r, shift_error *err)
{
    shift_status status =
        shift__alloc(&r->columns, shift_schema_size(r->plan.schema), sizeof *r->columns, err);
    if (status == SHIFT_OK)
        status = shift__profile_match(r->profile, r->source, r->columns, err);
    r->plan.columns = r->columns;
    /* Columns that were left out on purpose are not extra: only a schema from elsewhere has any. */
    if (status == SHIFT_OK && r->inferred == NULL)
        status = shift__profile_match_extras(r->profile, r->source, r->rules, err);
    return status;
}

static shift_status open_stage(stage *s, size_t n, shift_error *err)
{
    shift_status status = shift__alloc(&s->blocks, n, sizeof(void *), err);
    if (status == SHIFT_OK)
        status = shift__alloc(&s->batches, n, sizeof *s->batches, err);
    for (size_t i = 0; status == SHIFT_OK && i < n; i++)
        status = shift__block_new(&s->blocks[i], err);
    return status;
}

static shift_status open_reading(reading *r, const shift_profile_options *options, shift_error *err)
{
    const char *name = shift_source_name(r->source);
    shift_status status = shift_profile_new(&r->profile, r->plan.schema, options, err);
    if (status == SHIFT_OK)
        status = shift__profile_name(r->profile, name, strlen(name), err);
    if (status == SHIFT_OK)
        status = make_plan(r, err);
    if (status != SHIFT_OK)
        return status;
    r->n_blocks = r->profile->options.threads;
    r->filling = &r->storage[0];
    r->converting = &r->storage[1];
    r->adding = &r->storage[2];
    status = shift__pool_new(&r->pool, r->profile->options.threads, err);
    for (size_t k = 0; status == SHIFT_OK && k < STAGES; k++)
        status = open_stage(&r->storage[k], r->n_blocks, err);
    return status;
}

static void fill(reading *r)
{
    stage *s = r->filling;
    s->n = 0;
    while (s->n < r->n_blocks && !r->end) {
        r->fill_error.status =
            shift__source_fill(r->source, s->blocks[s->n], &r->end, &r->fill_error);
        r->end = r->end || r->fill_error.status != SHIFT_OK;
        s->n += !r->end;
    }
}

static void run_task(void *context, size_t i)
{
    reading *r = context;
    if (i == 0)
        fill(r);
    else if (i <= r->converting->n)
        shift__source_convert(r->source, r->converting->blocks[i - 1], &r->plan);
    else
        shift__profile_add_part(r->profile, r->adding->batches, r->adding->n,
                                i - 1 - r->converting->n);
}

/* What was converted is next to be added. */
static shift_status finish(reading *r, shift_error *err)
{
    stage *s = r->converting;
    shift_status status = SHIFT_OK;
    for (size_t i = 0; status == SHIFT_OK && i < s->n; i++)
        status = shift__source_finish(r->source, s->blocks[i], &s->batches[i], err);
    if (status == SHIFT_OK && s->n > 0)
        status = shift__profile_begin(r->profile, s->batches, s->n, err);
    return status;
}

static shift_status read_step(reading *r, shift_error *err)
{
    size_t parts = r->adding->n > 0 ? shift__profile_parts(r->profile) : 0;
    shift__pool_run(r->pool, 1 + r->converting->n + parts, run_task, r);
    shift_status status = finish(r, err);
    stage *added = r->adding;
    r->adding = r->converting;
    r->converting = r->filling;
    r->filling = added;
    return status;
}

static shift_status tell(const reading *r, shift_error *err)
{
    const shift_progress *progress = r->profile->options.progress;
    if (progress == NULL || progress->step == NULL ||
        progress->step(progress->context, r->profile->rows, 0))
        return SHIFT_OK;
    return shift_error_set(err, SHIFT_ECANCELLED, "%s: reading was cancelled", label(r->source));
}

static shift_status read_all(reading *r, shift_error *err)
{
    shift_status status = SHIFT_OK;
    do
        status = read_step(r, err);
    while (status == SHIFT_OK && (status = tell(r, err)) == SHIFT_OK &&
           (!r->end || r->converting->n > 0 || r->adding->n > 0));
    if (status == SHIFT_OK && r->fill_error.status != SHIFT_OK)
        status = shift_error_set(err, r->fill_error.status, "%s", r->fill_error.message);
    return status;
}

/* The first text that a column could not take, cut to what is kept of it. */
static void note_invalid(reading *r)
{
    for (size_t i = 0; i < shift_schema_size(r->plan.schema); i++) {
        shift__feature *feature = &r->profile->features[i];
        const char *text = NULL;
        uint64_t line = 0;
        if (!shift__source_first_invalid(r->source, i, &line, &text))
            continue;
        size_t size = strlen(text);
        if (size >= sizeof feature->invalid_text) {
            size = sizeof feature->invalid_text - 1;
            while (size > 0 && ((unsigned char)text[size] & 0xc0) == 0x80)
                size--; /* not within a UTF-8 character */
        }
        feature->invalid_line = line;
        memcpy(feature->invalid_text, text, size);
        feature->invalid_text[size] = '\0';
    }
}

shift_status shift_profile_read(shift_profile **out, shift_source *source,
                                const shift_schema *schema, const shift_schema_options *infer,
                                const shift_profile_options *options, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, out, source))
        return SHIFT_EINVAL;
    reading r = {.source = source, .rules = infer};
    shift_status status = SHIFT_OK;
    if (schema == NULL)
        status = shift_source_infer(source, infer, &r.inferred, err);
    r.plan.schema = schema != NULL ? schema : r.inferred;
    if (status == SHIFT_OK)
        status = open_reading(&r, options, err);
    if (status == SHIFT_OK)
        status = read_all(&r, err);
    if (status == SHIFT_OK && r.profile->rows == 0)
        status = shift_error_set(err, SHIFT_ENODATA, "%s: has a header but no rows", label(source));
    if (status == SHIFT_OK) {
        note_invalid(&r);
        r.profile->options.progress = NULL; /* of this call only */
        *out = r.profile;
        r.profile = NULL;
    }
    close_reading(&r);
    return status;
}
