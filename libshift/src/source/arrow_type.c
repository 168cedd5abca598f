/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Format strings: https://arrow.apache.org/docs/format/CDataInterface.html */
#include "source/arrow_type.h"

#include <stdlib.h>
#include <string.h>

enum { DAY = 86400, SCALE_LIMIT = 1000 };

typedef struct known_format {
    const char *format; /* all of it, or where `prefix` its beginning */
    bool prefix;
    const char *name;
    shift__arrow_element element;
    size_t width;
    int64_t time_divisor, time_factor;
} known_format;

static const known_format formats[] = {
    {"n", false, "null", SHIFT__ARROW_NULL, 0, 0, 1},
    {"b", false, "bool", SHIFT__ARROW_BOOL, 0, 0, 1},
    {"c", false, "int8", SHIFT__ARROW_I8, 1, 0, 1},
    {"C", false, "uint8", SHIFT__ARROW_U8, 1, 0, 1},
    {"s", false, "int16", SHIFT__ARROW_I16, 2, 0, 1},
    {"S", false, "uint16", SHIFT__ARROW_U16, 2, 0, 1},
    {"i", false, "int32", SHIFT__ARROW_I32, 4, 0, 1},
    {"I", false, "uint32", SHIFT__ARROW_U32, 4, 0, 1},
    {"l", false, "int64", SHIFT__ARROW_I64, 8, 0, 1},
    {"L", false, "uint64", SHIFT__ARROW_U64, 8, 0, 1},
    {"e", false, "float16", SHIFT__ARROW_F16, 2, 0, 1},
    {"f", false, "float32", SHIFT__ARROW_F32, 4, 0, 1},
    {"g", false, "float64", SHIFT__ARROW_F64, 8, 0, 1},
    {"u", false, "utf8", SHIFT__ARROW_TEXT32, 0, 0, 1},
    {"U", false, "large_utf8", SHIFT__ARROW_TEXT64, 0, 0, 1},
    {"vu", false, "string_view", SHIFT__ARROW_VIEW, 16, 0, 1},
    {"tdD", false, "date32", SHIFT__ARROW_I32, 4, 1, DAY},
    {"tdm", false, "date64", SHIFT__ARROW_I64, 8, 1000, 1},
    {"tss:", true, "timestamp[s]", SHIFT__ARROW_I64, 8, 1, 1},
    {"tsm:", true, "timestamp[ms]", SHIFT__ARROW_I64, 8, 1000, 1},
    {"tsu:", true, "timestamp[us]", SHIFT__ARROW_I64, 8, 1000000, 1},
    {"tsn:", true, "timestamp[ns]", SHIFT__ARROW_I64, 8, 1000000000, 1},
    {"z", false, "binary", SHIFT__ARROW_UNSUPPORTED, 0, 0, 1},
    {"Z", false, "large_binary", SHIFT__ARROW_UNSUPPORTED, 0, 0, 1},
    {"vz", false, "binary_view", SHIFT__ARROW_UNSUPPORTED, 0, 0, 1},
    {"w:", true, "fixed_size_binary", SHIFT__ARROW_UNSUPPORTED, 0, 0, 1},
    {"tt", true, "time of day", SHIFT__ARROW_UNSUPPORTED, 0, 0, 1},
    {"tD", true, "duration", SHIFT__ARROW_UNSUPPORTED, 0, 0, 1},
    {"ti", true, "interval", SHIFT__ARROW_UNSUPPORTED, 0, 0, 1},
    {"+l", false, "list", SHIFT__ARROW_UNSUPPORTED, 0, 0, 1},
    {"+L", false, "large_list", SHIFT__ARROW_UNSUPPORTED, 0, 0, 1},
    {"+vl", false, "list_view", SHIFT__ARROW_UNSUPPORTED, 0, 0, 1},
    {"+vL", false, "large_list_view", SHIFT__ARROW_UNSUPPORTED, 0, 0, 1},
    {"+w:", true, "fixed_size_list", SHIFT__ARROW_UNSUPPORTED, 0, 0, 1},
    {"+s", false, "struct", SHIFT__ARROW_UNSUPPORTED, 0, 0, 1},
    {"+m", false, "map", SHIFT__ARROW_UNSUPPORTED, 0, 0, 1},
    {"+u", true, "union", SHIFT__ARROW_UNSUPPORTED, 0, 0, 1},
    {"+r", false, "run_end_encoded", SHIFT__ARROW_UNSUPPORTED, 0, 0, 1},
};

/* "d:PRECISION,SCALE" or "d:PRECISION,SCALE,BITS" */
static bool read_decimal(const char *format, shift__arrow_type *out)
{
    char *end = NULL;
    long precision = strtol(format + 2, &end, 10);
    if (end == format + 2 || *end != ',' || precision < 1)
        return false;
    const char *digits = end + 1;
    long scale = strtol(digits, &end, 10);
    if (end == digits || scale < -SCALE_LIMIT || scale > SCALE_LIMIT)
        return false;
    long bits = 128;
    if (*end == ',')
        bits = strtol(end + 1, &end, 10);
    if (*end != '\0' || (bits != 32 && bits != 64 && bits != 128 && bits != 256))
        return false;
    *out = (shift__arrow_type){.element = SHIFT__ARROW_DECIMAL,
                               .width = (size_t)bits / 8,
                               .time_factor = 1,
                               .scale = (int)scale,
                               .name = "decimal"};
    return true;
}

static bool read_format(const char *format, shift__arrow_type *out)
{
    if (strncmp(format, "d:", 2) == 0)
        return read_decimal(format, out);
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        const known_format *known = &formats[i];
        size_t n = strlen(known->format);
        if (strncmp(format, known->format, n) != 0 || (!known->prefix && format[n] != '\0'))
            continue;
        *out = (shift__arrow_type){.element = known->element,
                                   .width = known->width,
                                   .time_divisor = known->time_divisor,
                                   .time_factor = known->time_factor,
                                   .name = known->name};
        return true;
    }
    return false;
}

static bool is_integer(shift__arrow_element element)
{
    return element >= SHIFT__ARROW_I8 && element <= SHIFT__ARROW_U64;
}

shift_status shift__arrow_type_read(shift__arrow_type *out, const struct ArrowSchema *schema,
                                    shift_error *err)
{
    if (schema->format == NULL)
        return shift_error_set(err, SHIFT_EFORMAT, "it has no format");
    if (!read_format(schema->format, out))
        return shift_error_set(err, SHIFT_EFORMAT, "\"%.40s\" is not the format of an Arrow type",
                               schema->format);
    if (schema->dictionary == NULL)
        return SHIFT_OK;
    shift__arrow_type index = *out;
    if (!is_integer(index.element) || index.time_divisor != 0)
        return shift_error_set(err, SHIFT_EFORMAT, "%s cannot be the index of a dictionary",
                               index.name);
    if (schema->dictionary->dictionary != NULL) {
        *out = (shift__arrow_type){.element = SHIFT__ARROW_UNSUPPORTED,
                                   .name = "dictionary of dictionaries"};
        return SHIFT_OK;
    }
    shift_status status = shift__arrow_type_read(out, schema->dictionary, err);
    out->is_index = true;
    out->index.element = index.element;
    out->index.width = index.width;
    return status;
}
