/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "print.h"

#include <stdbool.h>

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
