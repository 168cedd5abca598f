/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Column names and kinds. A table of hashes makes looking a name up cheap with ten thousand
 * columns. */
#include "shift/schema.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "core/key.h"
#include "core/memory.h"
#include "core/null.h"

typedef struct schema_column {
    char *name;
    shift_kind kind;
} schema_column;

struct shift_schema {
    schema_column *columns;
    size_t n, capacity;
    size_t *slots; /* index + 1 of a column, 0 for free; a power of two, at most half full */
    size_t n_slots;
    uint64_t key; /* of the hash */
};

static const char *const kind_names[] = {"numeric", "categorical", "boolean", "timestamp",
                                         "identifier"};

const char *shift_kind_name(shift_kind kind)
{
    return (size_t)kind < sizeof kind_names / sizeof *kind_names ? kind_names[kind] : NULL;
}

bool shift_kind_parse(const char *name, shift_kind *kind)
{
    for (size_t i = 0; name != NULL && kind != NULL && i < sizeof kind_names / sizeof *kind_names;
         i++)
        if (strcmp(name, kind_names[i]) == 0) {
            *kind = (shift_kind)i;
            return true;
        }
    return false;
}

bool shift_kind_is_number(shift_kind kind)
{
    return kind == SHIFT_KIND_NUMERIC || kind == SHIFT_KIND_TIMESTAMP;
}

shift_status shift_schema_new(shift_schema **out, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, out))
        return SHIFT_EINVAL;
    shift_status status = shift__alloc(out, 1, sizeof **out, err);
    if (status == SHIFT_OK)
        shift__key_draw(&(*out)->key, sizeof(*out)->key);
    return status;
}

void shift_schema_free(shift_schema *schema)
{
    if (schema == NULL)
        return;
    for (size_t i = 0; i < schema->n; i++)
        free(schema->columns[i].name);
    free(schema->columns);
    free(schema->slots);
    free(schema);
}

/* The slot of `name`: its own, or the free one where it belongs. */
static size_t slot_of(const shift_schema *schema, const char *name)
{
    size_t mask = schema->n_slots - 1;
    size_t i = (size_t)XXH3_64bits_withSeed(name, strlen(name), schema->key) & mask;
    while (schema->slots[i] != 0 && strcmp(schema->columns[schema->slots[i] - 1].name, name) != 0)
        i = (i + 1) & mask;
    return i;
}

static shift_status grow_slots(shift_schema *schema, shift_error *err)
{
    if (2 * (schema->n + 1) <= schema->n_slots)
        return SHIFT_OK;
    size_t n_slots = schema->n_slots != 0 ? 2 * schema->n_slots : 16;
    size_t *slots = NULL;
    shift_status status = shift__alloc(&slots, n_slots, sizeof *slots, err);
    if (status != SHIFT_OK)
        return status;
    free(schema->slots);
    schema->slots = slots;
    schema->n_slots = n_slots;
    for (size_t i = 0; i < schema->n; i++)
        schema->slots[slot_of(schema, schema->columns[i].name)] = i + 1;
    return SHIFT_OK;
}

shift_status shift_schema_add(shift_schema *schema, const char *name, shift_kind kind,
                              shift_error *err)
{
    if (SHIFT__ANY_NULL(err, schema, name))
        return SHIFT_EINVAL;
    if (*name == '\0')
        return shift_error_set(err, SHIFT_EINVAL, "column %zu has no name", schema->n + 1);
    if (shift_kind_name(kind) == NULL)
        return shift_error_set(err, SHIFT_EINVAL, "column \"%s\" is of unknown kind %d", name,
                               (int)kind);
    shift_status status = grow_slots(schema, err);
    if (status == SHIFT_OK)
        status = shift__array_grow(&schema->columns, &schema->capacity, schema->n + 1,
                                   sizeof *schema->columns, err);
    if (status != SHIFT_OK)
        return status;
    size_t slot = slot_of(schema, name);
    if (schema->slots[slot] != 0)
        return shift_error_set(err, SHIFT_EINVAL, "columns %zu and %zu are both named \"%s\"",
                               schema->slots[slot], schema->n + 1, name);
    schema_column *column = &schema->columns[schema->n];
    status = shift__text_copy(&column->name, name, strlen(name), err);
    if (status != SHIFT_OK)
        return status;
    column->kind = kind;
    schema->slots[slot] = ++schema->n;
    return SHIFT_OK;
}

shift_status shift_schema_copy(shift_schema **out, const shift_schema *from, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, out, from))
        return SHIFT_EINVAL;
    shift_schema *copy = NULL;
    shift_status status = shift_schema_new(&copy, err);
    for (size_t i = 0; status == SHIFT_OK && i < from->n; i++)
        status = shift_schema_add(copy, from->columns[i].name, from->columns[i].kind, err);
    if (status != SHIFT_OK) {
        shift_schema_free(copy);
        return status;
    }
    *out = copy;
    return SHIFT_OK;
}

size_t shift_schema_size(const shift_schema *schema)
{
    if (schema == NULL)
        return 0;
    return schema->n;
}

const char *shift_schema_name(const shift_schema *schema, size_t i)
{
    if (i >= shift_schema_size(schema))
        return NULL;
    return schema->columns[i].name;
}

shift_kind shift_schema_kind(const shift_schema *schema, size_t i)
{
    if (i >= shift_schema_size(schema))
        return SHIFT_KIND_NUMERIC;
    return schema->columns[i].kind;
}

size_t shift_schema_find(const shift_schema *schema, const char *name)
{
    if (schema == NULL || name == NULL)
        return SIZE_MAX;
    if (schema->n == 0)
        return SIZE_MAX;
    return schema->slots[slot_of(schema, name)] - 1; /* 0 - 1 is SIZE_MAX */
}
