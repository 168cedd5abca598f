/* SPDX-License-Identifier: GPL-3.0-or-later */
#define __STDC_WANT_IEC_60559_BFP_EXT__ /* strfromd */

#include "words.h"

#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

/* Room for `n` more bytes and the NUL. */
static bool reserve(buffer *b, size_t n)
{
    if (b->failed || n >= SIZE_MAX / 4 || b->used >= SIZE_MAX / 4)
        b->failed = true;
    if (b->failed || b->used + n < b->capacity)
        return !b->failed;
    size_t capacity = b->used + n + b->used / 2 + 64;
    char *bytes = realloc(b->bytes, capacity);
    if (bytes == NULL) {
        b->failed = true;
        return false;
    }
    b->bytes = bytes;
    b->capacity = capacity;
    return true;
}

void buffer_add(buffer *b, const char *bytes, size_t n)
{
    if (!reserve(b, n))
        return;
    memcpy(b->bytes + b->used, bytes, n);
    b->used += n;
    b->bytes[b->used] = '\0';
}

void buffer_text(buffer *b, const char *text)
{
    if (text != NULL)
        buffer_add(b, text, strlen(text));
}

/* Mostly there is room already, and what is printed need not be printed again. */
void buffer_print(buffer *b, const char *format, ...)
{
    enum { COMMON = 64 };
    va_list arguments;
    va_list again;
    if (!reserve(b, COMMON))
        return;
    va_start(arguments, format);
    va_copy(again, arguments);
    size_t room = b->capacity - b->used;
    int n = vsnprintf(b->bytes + b->used, room, format, arguments);
    va_end(arguments);
    if (n >= 0 && (size_t)n >= room && reserve(b, (size_t)n + 1))
        (void)vsnprintf(b->bytes + b->used, (size_t)n + 1, format, again);
    va_end(again);
    if (n < 0)
        b->failed = true;
    if (!b->failed)
        b->used += (size_t)n;
}

void buffer_reset(buffer *b)
{
    b->used = 0;
    if (b->bytes != NULL)
        b->bytes[0] = '\0';
}

void buffer_free(buffer *b)
{
    free(b->bytes);
    *b = (buffer){NULL, 0, 0, false};
}

shift_status buffer_write(const buffer *b, const shift_sink *sink, shift_error *err)
{
    if (b->failed)
        return shift_error_set(err, SHIFT_ENOMEM, "out of memory while rendering");
    return b->used > 0 ? sink->write(sink->context, b->bytes, b->used, err) : SHIFT_OK;
}

/* Length by the first byte, and the range of the second: the second is where overlong forms,
 * surrogates and values beyond U+10FFFF show (RFC 3629, section 4). */
static size_t lead(unsigned char first, unsigned char *low, unsigned char *high)
{
    *low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    *high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (first >= 0xc2 && first <= 0xdf)
        return 2;
    if (first >= 0xe0 && first <= 0xef)
        return 3;
    return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

uint32_t utf8_next(const char *text, size_t *length)
{
    const unsigned char *c = (const unsigned char *)text;
    *length = *c != 0 ? 1 : 0;
    if (*c < 0x80)
        return *c;
    unsigned char low = 0;
    unsigned char high = 0;
    size_t n = lead(*c, &low, &high);
    if (n == 0 || c[1] < low || c[1] > high)
        return 0xfffd;
    uint32_t code = *c & (0x7fu >> n);
    for (size_t i = 1; i < n; i++) {
        if ((c[i] & 0xc0) != 0x80)
            return 0xfffd;
        code = code << 6 | (c[i] & 0x3fu);
    }
    *length = n;
    return code;
}

void utf8_add(buffer *b, uint32_t code)
{
    char bytes[4] = {(char)code};
    size_t n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (n > 1)
        bytes[0] = (char)((0xf00u >> n & 0xf0u) | code >> 6 * (n - 1));
    for (size_t i = 1; i < n; i++)
        bytes[i] = (char)(0x80u | (code >> 6 * (n - 1 - i) & 0x3fu));
    buffer_add(b, bytes, n);
}

void utf8_add_valid(buffer *b, const char *text)
{
    for (size_t n = 0; *text != '\0'; text += n)
        utf8_add(b, utf8_next(text, &n));
}

/* Controls; separators that break lines; marks that are invisible or turn the direction of writing
 * (Unicode Bidirectional Algorithm, UAX 9, section 2); tags and variation selectors. */
bool utf8_is_harmful(uint32_t code)
{
    static const struct {
        uint32_t first, last;
    } ranges[] = {
        {0x0000, 0x001f}, {0x007f, 0x009f}, {0x00ad, 0x00ad}, {0x061c, 0x061c},
        {0x180e, 0x180e}, {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f},
        {0xfe00, 0xfe0f}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe0fff},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (code >= ranges[i].first && code <= ranges[i].last)
            return true;
    return false;
}

void utf8_add_harmless(buffer *b, const char *text, size_t most)
{
    size_t before_last = b->used;
    for (size_t n = 0, i = 0; *text != '\0'; text += n, i++) {
        if (i == most) {
            b->used = before_last;
            buffer_text(b, "\xe2\x80\xa6");
            return;
        }
        before_last = b->used;
        uint32_t code = utf8_next(text, &n);
        utf8_add(b, utf8_is_harmful(code) ? 0xfffd : code);
    }
}

static void leave_locale(locale_t ours, locale_t theirs)
{
    (void)uselocale(theirs);
    freelocale(ours);
}

/* The C library prepares for it at the first character, and without memory reads bytes instead. */
static bool reads_utf8(void)
{
    mbstate_t state = {0};
    return mbrlen("\xe2\x80\xa6", 3, &state) == 3;
}

static shift_status enter_locale(locale_t *ours, locale_t *theirs, shift_error *err)
{
    *ours = newlocale(LC_ALL_MASK, "C.UTF-8", (locale_t)0);
    if (*ours == (locale_t)0)
        return shift_error_set(err, SHIFT_EPLUGIN, "the locale C.UTF-8 is not there");
    *theirs = uselocale(*ours);
    if (reads_utf8())
        return SHIFT_OK;
    leave_locale(*ours, *theirs);
    return shift_error_set(err, SHIFT_ENOMEM, "out of memory while rendering");
}

shift_status in_own_locale(write_report *write, const shift_report *report, const shift_sink *sink,
                           shift_error *err)
{
    locale_t ours = (locale_t)0;
    locale_t theirs = (locale_t)0;
    shift_status status = enter_locale(&ours, &theirs, err);
    if (status != SHIFT_OK)
        return status;
    status = write(report, sink, err);
    leave_locale(ours, theirs);
    return status;
}

shift_status history_in_own_locale(write_history *write, const shift_history *history,
                                   const shift_sink *sink, shift_error *err)
{
    locale_t ours = (locale_t)0;
    locale_t theirs = (locale_t)0;
    shift_status status = enter_locale(&ours, &theirs, err);
    if (status != SHIFT_OK)
        return status;
    status = write(history, sink, err);
    leave_locale(ours, theirs);
    return status;
}

void number_add(buffer *b, double value)
{
    static const char *const formats[] = {"%.15g", "%.16g", "%.17g"};
    char text[32];
    for (int i = 0; i < 3; i++) {
        (void)strfromd(text, sizeof text, formats[i], value);
        if (i == 2 || strtod(text, NULL) == value)
            break;
    }
    buffer_text(b, text);
}

const shift_measurement *measurement_of(const shift_subject *subject, const char *statistic)
{
    for (size_t i = 0; i < subject->n_measurements; i++)
        if (strcmp(subject->measurements[i]->statistic, statistic) == 0)
            return subject->measurements[i];
    return NULL;
}
