/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is said about columns: absent, extra, unreadable, empty, constant, of another kind. */
#include "compare/findings.h"

#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "compare/distribution.h"
#include "profile/feature.h"

/* The text is copied by the caller or static. */
static shift_status add(shift__findings *f, shift_level level, const char *subject,
                        const char *text, shift_error *err)
{
    shift_message *message = NULL;
    shift_status status = shift__arena_alloc(f->arena, &message, 1, sizeof *message, err);
    if (status == SHIFT_OK)
        status = shift__array_grow(&f->list, &f->capacity, f->n + 1, sizeof(void *), err);
    if (status != SHIFT_OK)
        return status;
    message->level = level;
    message->text = text;
    status = shift__arena_text(f->arena, &message->subject, subject,
                               subject == NULL ? 0 : strlen(subject), err);
    if (status == SHIFT_OK)
        f->list[f->n++] = message;
    return status;
}

shift_status shift__findings_add(shift__findings *findings, shift_level level, const char *subject,
                                 const char *text, shift_error *err)
{
    return add(findings, level, subject, text, err);
}

static shift_status report_invalid(shift__findings *f, const shift__column *c,
                                   const shift__feature *feature, const char *side,
                                   shift_error *err)
{
    const char *text = NULL;
    uint64_t values = feature->rows - feature->missing;
    shift_status status = SHIFT_OK;
    if (feature->invalid_line > 0)
        status = shift__arena_print(
            f->arena, &text, err,
            "%" PRIu64 " of %" PRIu64
            " values in %s do not parse as %s; the first, in line %" PRIu64 ", is \"%.*s\"",
            feature->invalid, values, side, shift_kind_name(feature->kind), feature->invalid_line,
            (int)sizeof feature->invalid_text, feature->invalid_text);
    else
        status = shift__arena_print(f->arena, &text, err,
                                    "%" PRIu64 " of %" PRIu64 " values in %s do not parse as %s",
                                    feature->invalid, values, side, shift_kind_name(feature->kind));
    return status == SHIFT_OK ? add(f, SHIFT_LEVEL_WARNING, c->name, text, err) : status;
}

/* Numbers of up to 64 bits, such as keys and hashes, which a double rounds. */
static bool is_rounded(const shift_distribution *d)
{
    double most = fmax(fabs(d->minimum), fabs(d->maximum));
    return d->kind == SHIFT_KIND_NUMERIC && d->n > 0 && most > 0x1p53 && most <= 0x1p64;
}

static shift_status report_side(shift__findings *f, const shift__column *c, bool is_train,
                                shift_error *err)
{
    const char *side = is_train ? "training" : "production";
    const shift__feature *feature = is_train ? shift__profile_feature(c->train, c->train_column)
                                             : shift__profile_feature(c->prod, c->prod_column);
    shift_status status = SHIFT_OK;
    if (feature->invalid > 0)
        status = report_invalid(f, c, feature, side, err);
    const char *text = NULL;
    if (status == SHIFT_OK && feature->non_finite > 0) {
        status = shift__arena_print(f->arena, &text, err, "%" PRIu64 " values in %s are not finite",
                                    feature->non_finite, side);
        if (status == SHIFT_OK)
            status = add(f, SHIFT_LEVEL_WARNING, c->name, text, err);
    }
    const shift_distribution *d = is_train ? c->x : c->y;
    if (status == SHIFT_OK && d->n == 0)
        status = add(f, SHIFT_LEVEL_WARNING, c->name,
                     is_train ? "no values in training" : "no values in production", err);
    if (status == SHIFT_OK && is_rounded(d))
        status = add(f, SHIFT_LEVEL_INFO, c->name,
                     is_train ? "beyond 2^53 in training: whole numbers there are rounded"
                              : "beyond 2^53 in production: whole numbers there are rounded",
                     err);
    if (status == SHIFT_OK && d->n > 1 && shift__distribution_is_constant(d))
        status = add(f, SHIFT_LEVEL_INFO, c->name,
                     is_train ? "constant in training" : "constant in production", err);
    return status;
}

static shift_status report_kinds(shift__findings *f, const shift__column *c, shift_error *err)
{
    shift_kind x = shift__profile_feature(c->train, c->train_column)->kind;
    shift_kind y = shift__profile_feature(c->prod, c->prod_column)->kind;
    if (x == y)
        return SHIFT_OK;
    const char *text = NULL;
    shift_status status = shift__arena_print(f->arena, &text, err,
                                             "%s in training, but profiled as %s in production%s",
                                             shift_kind_name(x), shift_kind_name(y),
                                             c->y->n == 0 ? ": its values cannot be compared" : "");
    return status == SHIFT_OK ? add(f, SHIFT_LEVEL_WARNING, c->name, text, err) : status;
}

shift_status shift__findings_column(shift__findings *findings, const shift__column *column,
                                    shift_error *err)
{
    shift_status status = report_side(findings, column, true, err);
    if (status != SHIFT_OK)
        return status;
    shift_kind kind = column->x->kind;
    if (kind == SHIFT_KIND_TIMESTAMP || kind == SHIFT_KIND_IDENTIFIER)
        status =
            add(findings, SHIFT_LEVEL_INFO, column->name,
                kind == SHIFT_KIND_TIMESTAMP ? "timestamp: only its missing values are judged"
                                             : "identifier: only its missing values are judged",
                err);
    if (status != SHIFT_OK)
        return status;
    if (column->prod_column == SIZE_MAX || shift_profile_absent(column->prod, column->prod_column))
        return add(findings, SHIFT_LEVEL_WARNING, column->name, "column missing from production",
                   err);
    status = report_kinds(findings, column, err);
    return status == SHIFT_OK ? report_side(findings, column, false, err) : status;
}

shift_status shift__findings_extras(shift__findings *findings, const shift_profile *train,
                                    const shift_profile *prod, shift_error *err)
{
    static const char *const text = "extra column in production: not compared";
    shift_status status = SHIFT_OK;
    const shift_schema *theirs = shift_profile_schema(prod);
    for (size_t i = 0; status == SHIFT_OK && i < shift_schema_size(theirs); i++)
        if (shift_schema_find(shift_profile_schema(train), shift_schema_name(theirs, i)) ==
            SIZE_MAX)
            status = add(findings, SHIFT_LEVEL_INFO, shift_schema_name(theirs, i), text, err);
    for (size_t i = 0; status == SHIFT_OK && i < shift_profile_extras(prod); i++)
        status = add(findings, SHIFT_LEVEL_INFO, shift_profile_extra(prod, i), text, err);
    return status;
}

shift_status shift__findings_join(shift__findings *to, const shift__findings *from,
                                  shift_error *err)
{
    shift_status status =
        shift__array_grow(&to->list, &to->capacity, to->n + from->n, sizeof(void *), err);
    for (size_t i = 0; status == SHIFT_OK && i < from->n; i++)
        to->list[to->n++] = from->list[i];
    return status;
}

static shift_status append(shift__finding_list *list, const void *item, shift_error *err)
{
    shift_status status =
        shift__array_grow(&list->items, &list->capacity, list->n + 1, sizeof *list->items, err);
    if (status == SHIFT_OK)
        list->items[list->n++] = item;
    return status;
}

shift_status shift__findings_attribute(shift__findings *findings, shift_attribution attribution,
                                       shift_error *err)
{
    shift_attribution *copy = NULL;
    shift_status status = shift__arena_alloc(findings->arena, &copy, 1, sizeof *copy, err);
    if (status != SHIFT_OK)
        return status;
    *copy = attribution;
    status = shift__arena_text(findings->arena, &copy->feature, attribution.feature,
                               strlen(attribution.feature), err);
    return status == SHIFT_OK ? append(&findings->attributions, copy, err) : status;
}

shift_status shift__findings_correlate(shift__findings *findings, shift_correlation correlation,
                                       shift_error *err)
{
    shift_correlation *copy = NULL;
    shift_status status = shift__arena_alloc(findings->arena, &copy, 1, sizeof *copy, err);
    if (status != SHIFT_OK)
        return status;
    *copy = correlation;
    status =
        shift__arena_text(findings->arena, &copy->x, correlation.x, strlen(correlation.x), err);
    if (status == SHIFT_OK)
        status =
            shift__arena_text(findings->arena, &copy->y, correlation.y, strlen(correlation.y), err);
    return status == SHIFT_OK ? append(&findings->correlations, copy, err) : status;
}

/* Through `out`, a pointer to an array of pointers. */
static shift_status take(const shift__findings *findings, const void *const *items, size_t n,
                         void *out, shift_error *err)
{
    const void **array = NULL;
    shift_status status = shift__arena_alloc(findings->arena, &array, n, sizeof *array, err);
    if (status != SHIFT_OK)
        return status;
    if (n > 0)
        memcpy(array, items, n * sizeof *array);
    memcpy(out, &array, sizeof array);
    return SHIFT_OK;
}

shift_status shift__findings_take(shift__findings *findings, shift_comparison *comparison,
                                  shift_error *err)
{
    const void *const *messages = (const void *const *)findings->list;
    const shift__finding_list *shares = &findings->attributions;
    const shift__finding_list *pairs = &findings->correlations;
    shift_status status = take(findings, messages, findings->n, &comparison->messages, err);
    if (status == SHIFT_OK)
        status = take(findings, shares->items, shares->n, &comparison->attributions, err);
    if (status == SHIFT_OK)
        status = take(findings, pairs->items, pairs->n, &comparison->correlations, err);
    comparison->n_messages = findings->n;
    comparison->n_attributions = shares->n;
    comparison->n_correlations = pairs->n;
    return status;
}

void shift__findings_clear(shift__findings *findings)
{
    free(findings->list);
    free(findings->attributions.items);
    free(findings->correlations.items);
}
