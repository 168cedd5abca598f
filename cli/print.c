/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "print.h"

#include <stdint.h>
#include <string.h>

/* C0 and DEL, and the first byte of a C1 control in UTF-8 (0xC2 0x80 to 0x9F). */
static bool is_control(const char *text, size_t left)
{
    const unsigned char *c = (const unsigned char *)text;
    return c[0] < 0x20 || c[0] == 0x7F ||
           (c[0] == 0xC2 && left > 1 && c[1] >= 0x80 && c[1] <= 0x9F);
}

void print_text(FILE *to, const char *text, size_t n, size_t columns, size_t width)
{
    size_t used = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned char byte = (unsigned char)text[i];
        bool continues = (byte & 0xC0) == 0x80;
        if (!continues && used == columns) {
            (void)fputs("...", to);
            used += 3;
            break;
        }
        used += !continues;
        bool control = is_control(text + i, n - i);
        (void)fputc(control ? '?' : byte, to);
        i += control && byte == 0xC2;
    }
    (void)fprintf(to, "%*s", (int)(used < width ? width - used : 0), "");
}

void print_name(FILE *to, const char *name)
{
    print_text(to, name, strlen(name), SIZE_MAX, 0);
}

/* Bytes of a sequence that sets colours, or 0. */
static size_t colour_sequence(const char *text, size_t left)
{
    size_t n = 2;
    if (left < 3 || text[0] != '\033' || text[1] != '[')
        return 0;
    while (n < left && (text[n] == ';' || (text[n] >= '0' && text[n] <= '9')))
        n++;
    return n < left && text[n] == 'm' ? n + 1 : 0;
}

void tame(char *text, size_t n, bool colours)
{
    for (size_t i = 0; i < n; i++) {
        size_t kept = colours ? colour_sequence(text + i, n - i) : 0;
        if (kept > 0) {
            i += kept - 1;
        } else if (text[i] != '\n' && text[i] != '\t' && is_control(text + i, n - i)) {
            bool two = (unsigned char)text[i] == 0xC2;
            text[i] = '?';
            if (two)
                text[++i] = '?';
        }
    }
}

static shift_status write_tamed(void *context, const char *bytes, size_t n, shift_error *err)
{
    const shift_sink *inner = context;
    char part[4096];
    shift_status status = SHIFT_OK;
    for (size_t size = 0; status == SHIFT_OK && n > 0; bytes += size, n -= size) {
        size = n < sizeof part ? n : sizeof part;
        if (size < n && (unsigned char)bytes[size - 1] == 0xC2)
            size--; /* the other half of it decides */
        memcpy(part, bytes, size);
        tame(part, size, false);
        status = inner->write(inner->context, part, size, err);
    }
    return status;
}

shift_sink tame_sink(shift_sink *inner, const shift_output *output)
{
    shift_sink sink = *inner;
    if (!shift_output_is_terminal(output))
        return sink;
    sink.context = inner;
    sink.write = write_tamed;
    return sink;
}
