/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Attributes by name. One that nobody asks for is refused in the end: it could change what the node
 * means. */
#include "network/attribute.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "network/initializer.h"

/* AttributeProto.AttributeType of the standard. */
enum {
    TYPE_FLOAT = 1,
    TYPE_INT = 2,
    TYPE_STRING = 3,
    TYPE_TENSOR = 4,
    TYPE_FLOATS = 6,
    TYPE_INTS = 7,
    TYPE_STRINGS = 8
};

enum { ATTRIBUTES_MAX = 64 };

shift_status shift__attributes_refuse(shift__attributes *a, const char *format, ...)
{
    if (a->status != SHIFT_OK)
        return a->status;
    char what[300];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    a->status = shift_error_set(a->err, SHIFT_EFORMAT, "%s", what);
    return a->status;
}

static const Onnx__AttributeProto *find(shift__attributes *a, const char *name)
{
    for (size_t i = 0; a->proto != NULL && i < a->proto->n_attribute && i < ATTRIBUTES_MAX; i++) {
        const Onnx__AttributeProto *attribute = a->proto->attribute[i];
        if (attribute->name != NULL && strcmp(attribute->name, name) == 0) {
            a->read |= UINT64_C(1) << i;
            return attribute;
        }
    }
    return NULL;
}

/* The attribute, if it is there with the type expected. Very old files have no types. */
static const Onnx__AttributeProto *find_typed(shift__attributes *a, const char *name, int type,
                                              const char *expected)
{
    const Onnx__AttributeProto *attribute = find(a, name);
    if (attribute == NULL || !attribute->has_type || attribute->type == type)
        return attribute;
    (void)shift__attributes_refuse(a, "attribute '%s' has type %d; %s was expected", name,
                                   (int)attribute->type, expected);
    return NULL;
}

bool shift__attribute_given(shift__attributes *a, const char *name)
{
    return find(a, name) != NULL;
}

int64_t shift__attribute_int(shift__attributes *a, const char *name, int64_t otherwise)
{
    const Onnx__AttributeProto *attribute = find_typed(a, name, TYPE_INT, "an integer");
    return attribute != NULL ? attribute->i : otherwise;
}

float shift__attribute_float(shift__attributes *a, const char *name, float otherwise)
{
    const Onnx__AttributeProto *attribute = find_typed(a, name, TYPE_FLOAT, "a number");
    return attribute != NULL ? attribute->f : otherwise;
}

const char *shift__attribute_text(shift__attributes *a, const char *name, const char *otherwise)
{
    const Onnx__AttributeProto *attribute = find_typed(a, name, TYPE_STRING, "text");
    if (attribute == NULL)
        return otherwise;
    const char *text = NULL;
    static const char empty[] = "";
    const char *bytes = attribute->s.len > 0 ? (const char *)attribute->s.data : empty;
    shift_status status = shift__arena_text(a->arena, &text, bytes, attribute->s.len, a->err);
    if (status != SHIFT_OK && a->status == SHIFT_OK)
        a->status = status;
    return text != NULL ? text : empty;
}

shift__ints shift__attribute_ints(shift__attributes *a, const char *name)
{
    shift__ints out = {.given = false};
    const Onnx__AttributeProto *attribute = find_typed(a, name, TYPE_INTS, "a list of integers");
    if (attribute == NULL)
        return out;
    if (attribute->n_ints > SHIFT__INTS_MAX) {
        (void)shift__attributes_refuse(a, "attribute '%s' has %zu numbers; at most %d are possible",
                                       name, attribute->n_ints, (int)SHIFT__INTS_MAX);
        return out;
    }
    out.given = true;
    out.n = attribute->n_ints;
    if (out.n > 0)
        memcpy(out.values, attribute->ints, out.n * sizeof out.values[0]);
    return out;
}

bool shift__attribute_tensor(shift__attributes *a, const char *name, shift__tensor *out)
{
    const Onnx__AttributeProto *attribute = find_typed(a, name, TYPE_TENSOR, "a tensor");
    if (attribute == NULL || a->status != SHIFT_OK)
        return false;
    if (attribute->t == NULL) {
        (void)shift__attributes_refuse(a, "attribute '%s' has no tensor", name);
        return false;
    }
    a->status = shift__initializer_read(out, a->file, attribute->t, name, a->err);
    return a->status == SHIFT_OK;
}

bool shift__attribute_list(shift__attributes *a, const char *name, shift__tensor *out)
{
    const Onnx__AttributeProto *attribute = find(a, name);
    if (attribute == NULL || a->status != SHIFT_OK)
        return false;
    bool floats = attribute->type == TYPE_FLOATS;
    if (!floats && attribute->type != TYPE_INTS) {
        (void)shift__attributes_refuse(a, "attribute '%s' is no list of numbers", name);
        return false;
    }
    size_t n = floats ? attribute->n_floats : attribute->n_ints;
    shift__tensor list = {
        .dtype = floats ? SHIFT__FLOAT32 : SHIFT__INT64, .rank = 1, .dims = {(int64_t)n}};
    a->status = shift__tensor_alloc(&list, a->err);
    if (a->status != SHIFT_OK)
        return false;
    if (n > 0 && floats)
        memcpy(list.data, attribute->floats, n * sizeof attribute->floats[0]);
    else if (n > 0)
        memcpy(list.data, attribute->ints, n * sizeof attribute->ints[0]);
    *out = list;
    return true;
}

bool shift__attribute_expect_texts(shift__attributes *a, const char *name,
                                   const char *const *expected, size_t n)
{
    const Onnx__AttributeProto *attribute = find_typed(a, name, TYPE_STRINGS, "a list of texts");
    for (size_t i = 0; attribute != NULL && i < attribute->n_strings; i++) {
        const ProtobufCBinaryData *text = &attribute->strings[i];
        const char *wanted = expected[i % n];
        if (text->len != strlen(wanted) || memcmp(text->data, wanted, text->len) != 0) {
            (void)shift__attributes_refuse(a, "attribute '%s': '%.*s' is not supported", name,
                                           (int)(text->len < 40 ? text->len : 40),
                                           text->data != NULL ? (const char *)text->data : "");
            return false;
        }
    }
    return true;
}

void *shift__attributes_alloc(shift__attributes *a, size_t size)
{
    void *memory = NULL;
    if (a->status == SHIFT_OK)
        a->status = shift__arena_alloc(a->arena, &memory, 1, size, a->err);
    return memory;
}

shift_status shift__attributes_status(shift__attributes *a)
{
    size_t n = a->proto != NULL ? a->proto->n_attribute : 0;
    if (n > ATTRIBUTES_MAX)
        return shift__attributes_refuse(a, "%zu attributes", n);
    for (size_t i = 0; i < n; i++)
        if ((a->read >> i & 1) == 0)
            return shift__attributes_refuse(
                a, "attribute '%s' is unknown or given twice",
                a->proto->attribute[i]->name != NULL ? a->proto->attribute[i]->name : "");
    return a->status;
}
