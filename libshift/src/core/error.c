/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Error text. Messages carry names out of files, so nothing in them may control a terminal. */
#include "shift/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* C0 and DEL, and the C1 controls in their UTF-8 form (0xC2 0x80 to 0x9F). */
static void make_harmless(char *text)
{
    for (unsigned char *c = (unsigned char *)text; *c != 0; c++) {
        if (*c < 0x20 || *c == 0x7f)
            *c = '?';
        else if (c[0] == 0xc2 && c[1] >= 0x80 && c[1] <= 0x9f)
            c[0] = c[1] = '?';
    }
}

/* A cut must not leave half a UTF-8 character behind. */
static void drop_partial_character(char *text, size_t n)
{
    size_t start = n;
    while (start > 0 && n - start < 4 && ((unsigned char)text[start - 1] & 0xc0) == 0x80)
        start--;
    if (start == 0)
        return;
    unsigned char lead = (unsigned char)text[start - 1];
    size_t needed = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
    if (needed > 1 && n - (start - 1) < needed)
        text[start - 1] = '\0';
}

shift_status shift_error_set(shift_error *err, shift_status status, const char *format, ...)
{
    if (err == NULL)
        return status;
    err->status = status;
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(err->message, sizeof err->message, format, arguments);
    va_end(arguments);
    if (n < 0)
        err->message[0] = '\0';
    else if ((size_t)n >= sizeof err->message)
        drop_partial_character(err->message, sizeof err->message - 1);
    make_harmless(err->message);
    return status;
}
