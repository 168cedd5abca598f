/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _XOPEN_SOURCE 700 /* wcwidth */

#include "plain.h"

#include <string.h>
#include <wchar.h>

/* The character that is shown for `code`, and its columns. */
static uint32_t shown(uint32_t code, bool utf8, int *columns)
{
    *columns = 1;
    if (!utf8)
        return code < 0x20 || code >= 0x7f ? '?' : code;
    if (utf8_is_harmful(code))
        return 0xfffd;
    *columns = code < 0x80 ? 1 : wcwidth((wchar_t)code);
    if (*columns >= 0)
        return code;
    *columns = 1;
    return 0xfffd;
}

/* Whether all of `text` fits. Combining marks take no column, so characters are counted too. */
static bool fits(const char *text, bool utf8, size_t width)
{
    size_t columns = 0;
    size_t characters = 0;
    for (size_t n = 0; *text != '\0'; text += n) {
        int wide = 0;
        (void)shown(utf8_next(text, &n), utf8, &wide);
        columns += (size_t)wide;
        if (columns > width || ++characters > 4 * width)
            return false;
    }
    return true;
}

void plain_add(buffer *b, const char *text, bool utf8, size_t width)
{
    bool whole = fits(text, utf8, width);
    size_t dots = utf8 ? 1 : 3;
    size_t room = whole ? width : width > dots ? width - dots : 0;
    size_t columns = 0;
    size_t characters = 0;
    for (size_t n = 0; *text != '\0' && characters < 4 * width; text += n, characters++) {
        int wide = 0;
        uint32_t code = shown(utf8_next(text, &n), utf8, &wide);
        if (columns + (size_t)wide > room)
            break;
        columns += (size_t)wide;
        utf8_add(b, code);
    }
    if (!whole)
        buffer_text(b, utf8 ? "\xe2\x80\xa6" : "...");
}

size_t plain_width(const char *text)
{
    size_t columns = 0;
    for (size_t n = 0; *text != '\0'; text += n) {
        int wide = 0;
        (void)shown(utf8_next(text, &n), true, &wide);
        columns += (size_t)wide;
    }
    return columns;
}

/* Bytes up to one of `ends`, or as many as fit into `room` columns; their columns in *columns. */
static size_t take_until(const char *text, const char *ends, size_t room, size_t *columns)
{
    size_t bytes = 0;
    *columns = 0;
    for (size_t n = 0; text[bytes] != '\0' && strchr(ends, text[bytes]) == NULL; bytes += n) {
        int wide = 0;
        (void)shown(utf8_next(text + bytes, &n), true, &wide);
        if (*columns + (size_t)wide > room && bytes > 0)
            break;
        *columns += (size_t)wide;
    }
    return bytes;
}

/* Where the words begin that hang together by tabs, but are together too wide for a line, up to
 * their end the tabs are spaces. */
static const char *find_loose(const char *text, size_t line, const char *loose)
{
    size_t columns = 0;
    size_t bytes = take_until(text, " ", line, &columns);
    if (text < loose || text[bytes] == '\0' || text[bytes] == ' ')
        return loose;
    return text + strcspn(text, " ");
}

/* A word with its joints as spaces. */
static void add_word(buffer *b, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        buffer_add(b, text[i] == '\t' ? " " : text + i, 1);
}

void plain_wrap(buffer *b, const char *text, plain_shape shape)
{
    size_t line = shape.width > shape.indent + 8 ? shape.width - shape.indent : 8;
    size_t column = shape.used > shape.indent ? shape.used - shape.indent : 0;
    bool begun = shape.used > shape.indent;
    size_t gap = 0;
    const char *loose = text;
    while (*text != '\0') {
        if (*text == ' ' || *text == '\t') {
            gap += begun ? 1 : 0;
            text++;
            continue;
        }
        size_t columns = 0;
        loose = find_loose(text, line, loose);
        size_t bytes = take_until(text, text < loose ? " \t" : " ", line, &columns);
        if (begun && column + gap + columns > line) {
            buffer_print(b, "\n%*s", (int)shape.indent, "");
            column = 0;
            gap = 0;
        }
        buffer_print(b, "%*s", (int)gap, "");
        add_word(b, text, bytes);
        column += gap + columns;
        text += bytes;
        gap = 0;
        begun = true;
    }
}

static size_t without_spaces(const char *bytes, size_t n)
{
    while (n > 0 && bytes[n - 1] == ' ')
        n--;
    return n;
}

/* Cells and columns of names are padded, a coloured cell inside its colour; what stands at the end
 * of a line need not be. */
void plain_trim(buffer *b)
{
    static const char reset[] = "\033[0m";
    enum { RESET = sizeof reset - 1 };
    size_t kept = 0;
    for (size_t i = 0; i < b->used; i++) {
        if (b->bytes[i] == '\n') {
            kept = without_spaces(b->bytes, kept);
            if (kept > RESET && memcmp(b->bytes + kept - RESET, reset, RESET) == 0) {
                kept = without_spaces(b->bytes, kept - RESET);
                memcpy(b->bytes + kept, reset, RESET);
                kept += RESET;
            }
        }
        b->bytes[kept++] = b->bytes[i];
    }
    b->used = kept;
}
