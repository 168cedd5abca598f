/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the user said about columns, applied to what was inferred. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "source/infer.h"
#include "source/storage.h"

enum { NAME_LIMIT = 64 }; /* longer names are not worth a guess */

static size_t smallest(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;
    return least < c ? least : c;
}

static int lower(char c)
{
    return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

/* Levenshtein distance, letters compared in any case. */
static size_t distance(const char *a, size_t n, const char *b, size_t m)
{
    size_t row[NAME_LIMIT + 1];
    for (size_t j = 0; j <= m; j++)
        row[j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t above = row[j];
            row[j] = smallest(row[j] + 1, row[j - 1] + 1,
                              diagonal + (lower(a[i - 1]) != lower(b[j - 1])));
            diagonal = above;
        }
    }
    return row[m];
}

/* The column whose name is nearest, or NULL where none is near. */
static const char *nearest(const shift_source *source, const char *name)
{
    size_t n = strlen(name);
    const char *best = NULL;
    size_t least = n / 3 + 2; /* a third of the letters, and one, may be wrong */
    for (size_t i = 0; n <= NAME_LIMIT && i < source->n_columns; i++) {
        size_t m = strlen(source->columns[i]);
        size_t d = m <= NAME_LIMIT ? distance(name, n, source->columns[i], m) : least;
        if (d < least && d < n) {
            least = d;
            best = source->columns[i];
        }
    }
    return best;
}

static shift_status unknown_column(const shift_source *source, const char *name, shift_error *err)
{
    const char *near = NULL;
    if (name == NULL)
        return shift_error_set(err, SHIFT_EINVAL, "%s: the column of a rule is NULL",
                               source->label);
    near = nearest(source, name);
    if (near != NULL)
        return shift_error_set(err, SHIFT_EINVAL,
                               "%s: there is no column \"%s\"; did you mean \"%s\"?", source->label,
                               name, near);
    return shift_error_set(err, SHIFT_EINVAL, "%s: there is no column \"%s\"", source->label, name);
}

typedef struct choice {
    shift_kind kind;
    bool keep;
} choice;

static shift_status apply(choice *choices, const shift_source *source, const shift_schema *all,
                          const shift_schema_options *options, shift_error *err)
{
    for (size_t i = 0; options->only != NULL && i < source->n_columns; i++)
        choices[i].keep = false;
    for (size_t i = 0; options->only != NULL && i < options->n_only; i++) {
        size_t c = shift_schema_find(all, options->only[i]);
        if (c == SIZE_MAX)
            return unknown_column(source, options->only[i], err);
        choices[c].keep = true;
    }
    for (size_t i = 0; i < options->n_rules; i++) {
        const shift_schema_rule *rule = &options->rules[i];
        size_t c = shift_schema_find(all, rule->column);
        if (c == SIZE_MAX)
            return unknown_column(source, rule->column, err);
        if (rule->exclude)
            choices[c].keep = false;
        else
            choices[c].kind = rule->kind;
    }
    return SHIFT_OK;
}

static shift_status keep_chosen(shift_schema *schema, const shift_source *source,
                                const choice *choices, shift_error *err)
{
    for (size_t i = 0; i < source->n_columns; i++) {
        if (!choices[i].keep)
            continue;
        shift_status status = shift_schema_add(schema, source->columns[i], choices[i].kind, err);
        if (status != SHIFT_OK)
            return status;
    }
    if (shift_schema_size(schema) == 0)
        return shift_error_set(err, SHIFT_EINVAL, "%s: every column is excluded", source->label);
    return SHIFT_OK;
}

shift_status shift__schema_build(shift_schema **out, const shift_source *source,
                                 const shift_kind *kinds, const shift_schema_options *options,
                                 shift_error *err)
{
    choice *choices = NULL;
    shift_schema *all = NULL;
    shift_schema *schema = NULL;
    shift_status status = shift__alloc(&choices, source->n_columns, sizeof *choices, err);
    if (status == SHIFT_OK)
        status = shift_schema_new(&all, err);
    for (size_t i = 0; status == SHIFT_OK && i < source->n_columns; i++) {
        choices[i] = (choice){kinds[i], true};
        status = shift_schema_add(all, source->columns[i], kinds[i], err);
    }
    if (status == SHIFT_OK)
        status = apply(choices, source, all, options, err);
    if (status == SHIFT_OK)
        status = shift_schema_new(&schema, err);
    if (status == SHIFT_OK)
        status = keep_chosen(schema, source, choices, err);
    free(choices);
    shift_schema_free(all);
    if (status != SHIFT_OK) {
        shift_schema_free(schema);
        return status;
    }
    *out = schema;
    return SHIFT_OK;
}
