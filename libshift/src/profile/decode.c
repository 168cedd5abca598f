/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bytes to profile. The bytes may come from anyone: whatever the rest of the library relies on is
 * checked here, and memory is taken in proportion to the bytes. */
#include "profile/decode.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/budget.h"
#include "core/memory.h"
#include "core/utf8.h"
#include "profile/file.h"

enum {
    UNKNOWN_MAX = 64, /* fields of one message */
    /* A byte of a file can ask for a message of a hundred; honest ones need less than 16 for one.
     */
    MEMORY_PER_BYTE = 16
};

shift_status shift__refuse(const shift__decoding *d, const char *format, ...)
{
    char what[256];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    return shift_error_set(d->err, SHIFT_EFORMAT, "%s: damaged profile: %s", d->name, what);
}

/* ---- text ---- */

/* Text without NUL; UTF-8 where it will be printed as a name. */
static bool is_name(ProtobufCBinaryData text)
{
    size_t i = 0;
    while (i < text.len) {
        size_t length = shift__utf8_length(text.data + i, text.data + text.len);
        if (text.data[i] == 0 || length == 0)
            return false;
        i += length;
    }
    return true;
}

bool shift__has_nul(ProtobufCBinaryData text)
{
    return text.len > 0 && memchr(text.data, 0, text.len) != NULL;
}

/* ---- the whole ---- */

static shift_status decode_schema(const shift__decoding *d, const Shift__File__Profile *message,
                                  shift_schema **out)
{
    if (message->n_columns == 0 || message->n_columns > SHIFT__FILE_COLUMNS_MAX)
        return shift__refuse(d, "%zu columns", message->n_columns);
    shift_schema *schema = NULL;
    shift_status status = shift_schema_new(&schema, d->err);
    for (size_t i = 0; status == SHIFT_OK && i < message->n_columns; i++) {
        const Shift__File__Column *column = message->columns[i];
        char *name = NULL;
        if (column->kind > SHIFT_KIND_IDENTIFIER)
            status = shift__refuse(d, "unknown kind %u", (unsigned)column->kind);
        else if (!is_name(column->name))
            status = shift__refuse(d, "a column name that is not UTF-8");
        if (status == SHIFT_OK)
            status =
                shift__text_copy(&name, (const char *)column->name.data, column->name.len, d->err);
        if (status == SHIFT_OK)
            status = shift_schema_add(schema, name, (shift_kind)column->kind, d->err);
        if (status == SHIFT_EINVAL)
            status = shift__refuse(d, "a column name that is empty or repeated");
        free(name);
    }
    if (status != SHIFT_OK) {
        shift_schema_free(schema);
        return status;
    }
    *out = schema;
    return SHIFT_OK;
}

static shift_status start_profile(const shift__decoding *d, const Shift__File__Profile *message,
                                  shift_profile **out)
{
    const Shift__File__Options *o = message->options;
    if (o == NULL || o->sketch_size < SHIFT__SKETCH_SIZE_MIN ||
        o->sketch_size > SHIFT__SKETCH_SIZE_MAX || o->categories == 0 ||
        o->categories > SHIFT__CATEGORIES_MAX || o->sample_rows == 0)
        return shift__refuse(d, "options that cannot be");
    shift_profile_options options = SHIFT_PROFILE_OPTIONS_INIT;
    options.seed = o->seed;
    options.sketch_size = o->sketch_size;
    options.categories = o->categories;
    options.sample_rows = o->sample_rows;
    options.exact = o->exact;
    options.no_sample = o->no_sample;
    shift_schema *schema = NULL;
    shift_status status = decode_schema(d, message, &schema);
    if (status == SHIFT_OK)
        status = shift_profile_new(out, schema, &options, d->err);
    shift_schema_free(schema);
    return status;
}

static shift_status decode_names(const shift__decoding *d, const Shift__File__Profile *message)
{
    if (shift__has_nul(message->source))
        return shift__refuse(d, "a source name with a NUL");
    if (message->n_extras > SHIFT__FILE_COLUMNS_MAX)
        return shift__refuse(d, "%zu columns beyond the schema", message->n_extras);
    shift_status status = shift__profile_name(d->profile, (const char *)message->source.data,
                                              message->source.len, d->err);
    if (status == SHIFT_OK)
        status = shift__text_copy(&d->profile->file, d->name, strlen(d->name), d->err);
    for (size_t i = 0; status == SHIFT_OK && i < message->n_extras; i++) {
        if (!is_name(message->extras[i]) || message->extras[i].len == 0)
            return shift__refuse(d, "a column name that is not UTF-8");
        status = shift__profile_add_extra(d->profile, (const char *)message->extras[i].data,
                                          message->extras[i].len, d->err);
    }
    return status;
}

static shift_status decode_parts(const shift__decoding *d, const Shift__File__Categories *m)
{
    if (m == NULL)
        return SHIFT_OK;
    if (m->n_counts != m->n_shared || m->n_counts != m->n_rest || m->n_counts > SHIFT__PARTS_MAX)
        return shift__refuse(d, "a table of parts that do not fit");
    char buffer[SHIFT__CATEGORY_BYTES] = {0};
    shift_category last = {buffer, 0, 0};
    size_t at = 0;
    uint64_t left = d->profile->rows;
    shift_status status = SHIFT_OK;
    for (size_t i = 0; status == SHIFT_OK && i < m->n_counts; i++) {
        status = shift__decode_text(d, m, i, &at, &last);
        if (status != SHIFT_OK)
            return status;
        if (last.size == 0 || last.size > SHIFT__PART_BYTES || memchr(buffer, 0, last.size) != NULL)
            return shift__refuse(d, "a part without a proper name");
        if (m->counts[i] > left)
            return shift__refuse(d, "parts of more rows than there are");
        left -= m->counts[i];
        status = shift__parts_append(&d->profile->parts, buffer, last.size, m->counts[i], d->err);
    }
    if (status == SHIFT_OK && at != m->text.len)
        return shift__refuse(d, "text after the last part");
    return status;
}

/* Fields of `message` that this version does not know. */
static shift_status keep_unknown(const shift__decoding *d, const ProtobufCMessage *message,
                                 size_t column)
{
    shift_profile *p = d->profile;
    if (message->n_unknown_fields > UNKNOWN_MAX)
        return shift__refuse(d, "%u unknown fields", message->n_unknown_fields);
    for (unsigned i = 0; i < message->n_unknown_fields; i++) {
        const ProtobufCMessageUnknownField *field = &message->unknown_fields[i];
        /* protobuf-c reads the number 0 in two bytes, and refuses what it writes of it itself. */
        if (field->tag == 0)
            return shift__refuse(d, "a field without a number");
        shift_status status = shift__array_grow(&p->unknown, &p->unknown_capacity, p->n_unknown + 1,
                                                sizeof *p->unknown, d->err);
        unsigned char *data = NULL;
        if (status == SHIFT_OK)
            status = shift__alloc(&data, field->len, 1, d->err);
        if (status != SHIFT_OK)
            return status;
        if (field->len > 0)
            memcpy(data, field->data, field->len);
        p->unknown[p->n_unknown++] =
            (shift__unknown){column, field->tag, (unsigned)field->wire_type, field->len, data};
    }
    return SHIFT_OK;
}

static shift_status decode_message(const shift__decoding *d, const Shift__File__Profile *message)
{
    shift_status status = decode_names(d, message);
    if (status == SHIFT_OK && message->rows > (uint64_t)INT64_MAX)
        status = shift__refuse(d, "too many rows");
    if (status != SHIFT_OK)
        return status;
    d->profile->rows = message->rows;
    status = decode_parts(d, message->parts);
    for (size_t i = 0; status == SHIFT_OK && i < message->n_columns; i++) {
        status = shift__decode_column(d, message->columns[i], i);
        if (status == SHIFT_OK)
            status = keep_unknown(d, &message->columns[i]->base, i);
    }
    if (status == SHIFT_OK)
        status = keep_unknown(d, &message->base, SIZE_MAX);
    if (status == SHIFT_OK)
        status = shift__decode_comoments(d, message->comoments);
    if (status == SHIFT_OK)
        status = shift__decode_sample(d, message->sample);
    return status;
}

shift_status shift__profile_decode(shift_profile **out, const unsigned char *bytes, size_t n,
                                   const char *name, shift_error *err)
{
    shift__decoding d = {name, NULL, err};
    shift__budget budget = shift__budget_for(n, MEMORY_PER_BYTE);
    ProtobufCAllocator allocator = {shift__budget_take, shift__budget_free, &budget};
    Shift__File__Profile *message = shift__file__profile__unpack(&allocator, n, bytes);
    if (budget.no_memory) {
        if (message != NULL)
            shift__file__profile__free_unpacked(message, &allocator);
        return shift_error_set(err, SHIFT_ENOMEM, "%s: out of memory", name);
    }
    if (message == NULL)
        return shift__refuse(&d, "its content is not a profile's");
    shift_status status = start_profile(&d, message, &d.profile);
    if (status == SHIFT_OK && d.profile != NULL)
        status = decode_message(&d, message);
    shift__file__profile__free_unpacked(message, &allocator);
    if (status != SHIFT_OK) {
        shift_profile_free(d.profile);
        return status;
    }
    *out = d.profile;
    return SHIFT_OK;
}
