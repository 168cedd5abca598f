/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "json_text.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { MAX_TEXT = 12000 };

void json_next(buffer *b)
{
    if (b->used > 0 && strchr("[{:,", b->bytes[b->used - 1]) == NULL)
        buffer_text(b, ",");
}

void json_key(buffer *b, const char *key)
{
    json_next(b);
    buffer_text(b, "\"");
    buffer_text(b, key);
    buffer_text(b, "\":");
}

void json_text(buffer *b, const char *text)
{
    buffer harmless = {NULL, 0, 0, false};
    if (text == NULL) {
        buffer_text(b, "null");
        return;
    }
    utf8_add_harmless(&harmless, text, MAX_TEXT);
    buffer_text(b, "\"");
    for (const char *c = harmless.used > 0 ? harmless.bytes : ""; *c != '\0'; c++) {
        if (strchr("\"\\<>&", *c) != NULL)
            buffer_print(b, "\\u%04x", (unsigned)*c);
        else
            buffer_add(b, c, 1);
    }
    buffer_text(b, "\"");
    b->failed |= harmless.failed;
    buffer_free(&harmless);
}

/* Rounding must not take a number beyond the range of doubles. */
void json_number(buffer *b, double value, int digits)
{
    if (isfinite(value))
        buffer_print(b, "%.*g", fabs(value) < 1e300 ? digits : 17, value);
    else
        buffer_text(b, "null");
}

void json_numbers(buffer *b, const double *values, size_t n, int digits)
{
    for (size_t i = 0; i < n; i++) {
        json_next(b);
        json_number(b, values[i], digits);
    }
}

void json_count(buffer *b, uint64_t count)
{
    buffer_print(b, "%" PRIu64, count);
}
