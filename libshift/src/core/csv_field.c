/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/csv_field.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool needs_quotes(const char *text, size_t size)
{
    if (size > 0 && (text[0] == ' ' || text[size - 1] == ' '))
        return true;
    for (size_t i = 0; i < size; i++)
        if (text[i] == ',' || text[i] == '"' || text[i] == '\n' || text[i] == '\r')
            return true;
    return false;
}

shift_status shift__csv_text(const shift_sink *sink, const char *text, size_t size, char end,
                             shift_error *err)
{
    bool quoted = needs_quotes(text, size);
    shift_status status = quoted ? sink->write(sink->context, "\"", 1, err) : SHIFT_OK;
    while (status == SHIFT_OK && quoted && size > 0) {
        const char *quote = memchr(text, '"', size);
        size_t n = quote == NULL ? size : (size_t)(quote - text) + 1;
        status = sink->write(sink->context, text, n, err);
        if (status == SHIFT_OK && quote != NULL)
            status = sink->write(sink->context, "\"", 1, err);
        text += n;
        size -= n;
    }
    if (status == SHIFT_OK && !quoted && size > 0)
        status = sink->write(sink->context, text, size, err);
    char closing[2] = {'"', end};
    if (status == SHIFT_OK)
        status = sink->write(sink->context, closing + !quoted, 1 + (size_t)quoted, err);
    return status;
}

shift_status shift__csv_number(const shift_sink *sink, double number, char end, shift_error *err)
{
    char text[40];
    int n = 0;
    for (int digits = 15; digits <= 17 && !isnan(number); digits++) {
        n = snprintf(text, sizeof text - 1, "%.*g", digits, number);
        if (isinf(number) || strtod(text, NULL) == number)
            break;
    }
    text[n] = end;
    return sink->write(sink->context, text, (size_t)n + 1, err);
}
