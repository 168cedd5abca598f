/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Format strings: https://arrow.apache.org/docs/format/CDataInterface.html */
#include "source/arrow_type.h"

#include <stdlib.h>
#include <string.h>

enum { DAY = 86400, SCALE_LIMIT = 1000 };

/* The format is all of the string, or of a prefix its beginning. */
typedef struct known_format {
    const char *format, *name;
    size_t width;
    int64_t time_divisor, time_factor;
    shift__arrow_element element;
    bool prefix;
} known_format;

static const known_format formats[] = {
    {"n", "null", 0, 0, 1, SHIFT__ARROW_NULL, false},
    {"b", "bool", 0, 0, 1, SHIFT__ARROW_BOOL, false},
    {"c", "int8", 1, 0, 1, SHIFT__ARROW_I8, false},
    {"C", "uint8", 1, 0, 1, SHIFT__ARROW_U8, false},
    {"s", "int16", 2, 0, 1, SHIFT__ARROW_I16, false},
    {"S", "uint16", 2, 0, 1, SHIFT__ARROW_U16, false},
    {"i", "int32", 4, 0, 1, SHIFT__ARROW_I32, false},
    {"I", "uint32", 4, 0, 1, SHIFT__ARROW_U32, false},
    {"l", "int64", 8, 0, 1, SHIFT__ARROW_I64, false},
    {"L", "uint64", 8, 0, 1, SHIFT__ARROW_U64, false},
    {"e", "float16", 2, 0, 1, SHIFT__ARROW_F16, false},
    {"f", "float32", 4, 0, 1, SHIFT__ARROW_F32, false},
    {"g", "float64", 8, 0, 1, SHIFT__ARROW_F64, false},
    {"u", "utf8", 0, 0, 1, SHIFT__ARROW_TEXT32, false},
    {"U", "large_utf8", 0, 0, 1, SHIFT__ARROW_TEXT64, false},
    {"vu", "string_view", 16, 0, 1, SHIFT__ARROW_VIEW, false},
    {"tdD", "date32", 4, 1, DAY, SHIFT__ARROW_I32, false},
    {"tdm", "date64", 8, 1000, 1, SHIFT__ARROW_I64, false},
    {"tss:", "timestamp[s]", 8, 1, 1, SHIFT__ARROW_I64, true},
    {"tsm:", "timestamp[ms]", 8, 1000, 1, SHIFT__ARROW_I64, true},
    {"tsu:", "timestamp[us]", 8, 1000000, 1, SHIFT__ARROW_I64, true},
    {"tsn:", "timestamp[ns]", 8, 1000000000, 1, SHIFT__ARROW_I64, true},
    {"z", "binary", 0, 0, 1, SHIFT__ARROW_UNSUPPORTED, false},
    {"Z", "large_binary", 0, 0, 1, SHIFT__ARROW_UNSUPPORTED, false},
    {"vz", "binary_view", 0, 0, 1, SHIFT__ARROW_UNSUPPORTED, false},
    {"w:", "fixed_size_binary", 0, 0, 1, SHIFT__ARROW_UNSUPPORTED, true},
    {"tt", "time of day", 0, 0, 1, SHIFT__ARROW_UNSUPPORTED, true},
    {"tD", "duration", 0, 0, 1, SHIFT__ARROW_UNSUPPORTED, true},
    {"ti", "interval", 0, 0, 1, SHIFT__ARROW_UNSUPPORTED, true},
    {"+l", "list", 0, 0, 1, SHIFT__ARROW_UNSUPPORTED, false},
    {"+L", "large_list", 0, 0, 1, SHIFT__ARROW_UNSUPPORTED, false},
    {"+vl", "list_view", 0, 0, 1, SHIFT__ARROW_UNSUPPORTED, false},
    {"+vL", "large_list_view", 0, 0, 1, SHIFT__ARROW_UNSUPPORTED, false},
    {"+w:", "fixed_size_list", 0, 0, 1, SHIFT__ARROW_UNSUPPORTED, true},
    {"+s", "struct", 0, 0, 1, SHIFT__ARROW_UNSUPPORTED, false},
    {"+m", "map", 0, 0, 1, SHIFT__ARROW_UNSUPPORTED, false},
    {"+u", "union", 0, 0, 1, SHIFT__ARROW_UNSUPPORTED, true},
    {"+r", "run_end_encoded", 0, 0, 1, SHIFT__ARROW_UNSUPPORTED, false},
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
