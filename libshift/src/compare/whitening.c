/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The whitening transform of a profile, and its use on the rows of a source. */
#include "shift/whitening.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare/joint/moments.h"
#include "compare/statistics/statistic.h"
#include "core/csv_field.h"
#include "core/memory.h"
#include "core/null.h"
#include "profile/label.h"
#include "profile/rows.h"

struct shift_whitening {
    const shift_profile *profile;
    shift_whitening_method method;
    size_t p;
    size_t *columns;
    const char **exclusions; /* one a column of the schema */
    double *mean;
    double *matrix;
};

const char *shift_whitening_method_name(shift_whitening_method method)
{
    static const char *const names[] = {"zca", "pca", "cholesky", "zca-cor"};
    return (size_t)method < sizeof names / sizeof *names ? names[method] : NULL;
}

static const char *const exclusion_names[] = {
    [SHIFT__COLUMN_USED] = NULL,
    [SHIFT__COLUMN_CONSTANT] = "constant",
    [SHIFT__COLUMN_COLLINEAR] = "collinear",
};

static shift_status take_basis(shift_whitening *w, const shift__joint_sides *sides,
                               const shift__numbers *numbers, const shift__basis *basis,
                               shift_error *err)
{
    size_t n = shift_schema_size(shift_profile_schema(w->profile));
    w->p = basis->p;
    shift_status status = shift__alloc(&w->columns, w->p, sizeof *w->columns, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&w->mean, w->p, sizeof *w->mean, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&w->matrix, w->p * w->p, sizeof *w->matrix, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&w->exclusions, n, sizeof(void *), err);
    if (status != SHIFT_OK)
        return status;
    for (size_t i = 0; i < n; i++)
        w->exclusions[i] = "not numeric";
    for (size_t i = 0; i < sides->n_numbers; i++)
        w->exclusions[sides->columns[i].train] = "often missing";
    for (size_t i = 0; i < basis->p_all; i++)
        w->exclusions[sides->columns[numbers->use[i]].train] =
            basis->exclusion[i] == SHIFT__COLUMN_CONSTANT &&
                    shift__joint_beyond(sides, &numbers->use[i], 1)
                ? shift__beyond
                : exclusion_names[basis->exclusion[i]];
    for (size_t i = 0; i < w->p; i++)
        w->columns[i] = sides->columns[numbers->use[basis->columns[i]]].train;
    memcpy(w->mean, basis->center, w->p * sizeof *w->mean);
    return shift__basis_whitening(basis, w->method, w->matrix, err);
}

static shift_status make(shift_whitening *w, const shift__joint_sides *sides,
                         const shift__numbers *numbers, shift_error *err)
{
    const char *name = shift__profile_label(w->profile);
    shift__basis *basis = NULL;
    if (sides->n_numbers == 0)
        return shift_error_set(err, SHIFT_EINVAL, "%s: has no numeric column to whiten", name);
    if (!numbers->found)
        return shift_error_set(err, SHIFT_EUNSUPPORTED,
                               "%s: too many numeric columns (%zu; 512 at most)", name,
                               sides->n_numbers);
    if (numbers->n_use == 0)
        return shift_error_set(err, SHIFT_EINVAL,
                               "%s: every numeric column is missing in more than 20 %% of the rows",
                               name);
    if (numbers->moments[0].n < 2.0)
        return shift_error_set(err, SHIFT_EINVAL,
                               "%s: fewer than two rows are complete in the numeric columns", name);
    shift_status status = shift__basis_new(&basis, numbers->n_use, &numbers->moments[0], err);
    if (status != SHIFT_OK)
        return status;
    if (basis->p == 0)
        status = shift_error_set(err, SHIFT_EINVAL, "%s: %s", name,
                                 shift__joint_beyond(sides, numbers->use, numbers->n_use)
                                     ? "the numeric columns vary beyond the range of numbers"
                                     : "no numeric column varies");
    else if (basis->factor == NULL)
        status = shift_error_set(err, SHIFT_EINVAL,
                                 "%s: %.0f complete rows are too few to whiten %zu numeric columns:"
                                 " expected at least %zu",
                                 name, basis->m, basis->p, basis->p + 2);
    else
        status = take_basis(w, sides, numbers, basis, err);
    shift__basis_free(basis);
    return status;
}

shift_status shift_whitening_new(shift_whitening **out, const shift_profile *profile,
                                 shift_whitening_method method, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, out, profile))
        return SHIFT_EINVAL;
    if (shift_whitening_method_name(method) == NULL)
        return shift_error_set(err, SHIFT_EINVAL, "unknown whitening method %d", (int)method);
    shift_whitening *w = NULL;
    shift__numbers numbers = {0};
    shift__joint_sides sides = {0};
    shift_status status = shift__alloc(&w, 1, sizeof *w, err);
    if (status != SHIFT_OK)
        return status;
    w->profile = profile;
    w->method = method;
    status = shift__joint_sides_init(&sides, profile, profile, err);
    if (status == SHIFT_OK)
        status = shift__numbers_init(&numbers, &sides, true, err);
    if (status == SHIFT_OK)
        status = make(w, &sides, &numbers, err);
    shift__numbers_clear(&numbers);
    shift__joint_sides_clear(&sides);
    if (status != SHIFT_OK) {
        shift_whitening_free(w);
        return status;
    }
    *out = w;
    return SHIFT_OK;
}

void shift_whitening_free(shift_whitening *whitening)
{
    if (whitening == NULL)
        return;
    free(whitening->columns);
    free(whitening->exclusions);
    free(whitening->mean);
    free(whitening->matrix);
    free(whitening);
}

size_t shift_whitening_size(const shift_whitening *whitening)
{
    return whitening != NULL ? whitening->p : 0;
}

size_t shift_whitening_column(const shift_whitening *whitening, size_t i)
{
    return i < shift_whitening_size(whitening) ? whitening->columns[i] : SIZE_MAX;
}

const char *shift_whitening_exclusion(const shift_whitening *whitening, size_t i)
{
    return whitening != NULL && i < shift_schema_size(shift_profile_schema(whitening->profile))
               ? whitening->exclusions[i]
               : NULL;
}

const double *shift_whitening_mean(const shift_whitening *whitening)
{
    return whitening != NULL ? whitening->mean : NULL;
}

const double *shift_whitening_matrix(const shift_whitening *whitening)
{
    return whitening != NULL ? whitening->matrix : NULL;
}

void shift_whitening_apply(const shift_whitening *whitening, const double *x, double *z)
{
    size_t p = x != NULL && z != NULL ? shift_whitening_size(whitening) : 0;
    for (size_t i = 0; i < p; i++) {
        z[i] = 0.0;
        for (size_t j = 0; j < p; j++)
            z[i] += whitening->matrix[i * p + j] * (x[j] - whitening->mean[j]);
    }
}

static shift_status check_columns(const shift_whitening *w, const shift_source *source,
                                  const shift__row_reader *rows, shift_error *err)
{
    for (size_t i = 0; i < w->p; i++)
        if (!shift__row_reader_has(rows, w->columns[i]))
            return shift_error_set(
                err, SHIFT_EINCOMPATIBLE, "%s: has no column \"%s\", which the transform needs",
                shift_source_name(source),
                shift_schema_name(shift_profile_schema(w->profile), w->columns[i]));
    return SHIFT_OK;
}

static char end_of(const shift_whitening *w, size_t i)
{
    return i + 1 < w->p ? ',' : '\n';
}

static shift_status write_header(const shift_whitening *w, const shift_sink *sink, shift_error *err)
{
    shift_status status = SHIFT_OK;
    for (size_t i = 0; status == SHIFT_OK && i < w->p; i++) {
        char component[32];
        const char *name = shift_schema_name(shift_profile_schema(w->profile), w->columns[i]);
        (void)snprintf(component, sizeof component, "PC%zu", i + 1);
        if (w->method == SHIFT_WHITENING_PCA)
            name = component;
        status = shift__csv_text(sink, name, strlen(name), end_of(w, i), err);
    }
    return status;
}

/* x and z: p numbers each */
static shift_status write_batch(const shift_whitening *w, const shift_batch *batch, double *x,
                                const shift_sink *sink, uint64_t *incomplete, shift_error *err)
{
    double *z = x + w->p;
    shift_status status = SHIFT_OK;
    for (size_t r = 0; status == SHIFT_OK && r < batch->rows; r++) {
        bool complete = true;
        for (size_t i = 0; i < w->p; i++) {
            x[i] = batch->columns[w->columns[i]].numbers[r];
            complete &= isfinite(x[i]) != 0;
        }
        shift_whitening_apply(w, x, z);
        *incomplete += !complete;
        if (!complete && w->p == 1) /* an empty line would be no row */
            status = sink->write(sink->context, "\"\"\n", 3, err);
        for (size_t i = 0; status == SHIFT_OK && (complete || w->p > 1) && i < w->p; i++)
            status = shift__csv_number(sink, complete ? z[i] : (double)NAN, end_of(w, i), err);
    }
    return status;
}

shift_status shift_whitening_write(const shift_whitening *whitening, shift_source *source,
                                   const shift_sink *sink, uint64_t *rows, uint64_t *incomplete,
                                   shift_error *err)
{
    if (SHIFT__ANY_NULL(err, whitening, source, sink, rows, incomplete))
        return SHIFT_EINVAL;
    if (sink->write == NULL)
        return shift_error_set(err, SHIFT_EINVAL, "a sink that cannot write");
    shift__row_reader *reading = NULL;
    double *work = NULL;
    shift_batch batch;
    bool end = false;
    *rows = *incomplete = 0;
    shift_status status = shift__alloc(&work, 2 * whitening->p, sizeof *work, err);
    if (status == SHIFT_OK)
        status =
            shift__row_reader_open(&reading, source, shift_profile_schema(whitening->profile), err);
    if (status == SHIFT_OK)
        status = check_columns(whitening, source, reading, err);
    if (status == SHIFT_OK)
        status = write_header(whitening, sink, err);
    while (status == SHIFT_OK) {
        status = shift__row_reader_next(reading, &batch, &end, err);
        if (status != SHIFT_OK || end)
            break;
        *rows += batch.rows;
        status = write_batch(whitening, &batch, work, sink, incomplete, err);
    }
    shift__row_reader_close(reading);
    free(work);
    return status;
}
