/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "print.h"

#include <stdbool.h>

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
        (void)fputc(byte < 0x20 || byte == 0x7F ? '?' : byte, to);
    }
    (void)fprintf(to, "%*s", (int)(used < width ? width - used : 0), "");
}
