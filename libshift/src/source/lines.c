/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ends of lines and records, by quote parity: in well-formed CSV a quote opens a field, closes it,
 * or is one of a doubled pair inside, so a newline lies inside quotes exactly where an odd number
 * of them comes before it. */
#include "source/lines.h"

#include <string.h>

static size_t count_byte(const char *bytes, size_t n, char wanted)
{
    size_t count = 0;
    /* Short sums in bytes are what compilers turn into vector code. */
    while (n > 0) {
        size_t piece = n < 255 ? n : 255;
        unsigned char sum = 0;
        for (size_t i = 0; i < piece; i++)
            sum = (unsigned char)(sum + (bytes[i] == wanted));
        count += sum;
        bytes += piece;
        n -= piece;
    }
    return count;
}

uint64_t shift__lines_count(const char *bytes, size_t n)
{
    uint64_t lines = count_byte(bytes, n, '\n');
    const char *end = bytes + n;
    const char *p = memchr(bytes, '\r', n);
    while (p != NULL) {
        p++;
        lines += p == end || *p != '\n';
        p = memchr(p, '\r', (size_t)(end - p));
    }
    return lines;
}

bool shift__quotes_odd(const char *bytes, size_t n)
{
    const char *first = memchr(bytes, '"', n); /* most blocks have none */
    return first != NULL && count_byte(first, n - (size_t)(first - bytes), '"') % 2 != 0;
}

size_t shift__records_whole(const char *bytes, size_t n)
{
    bool inside = shift__quotes_odd(bytes, n);
    for (size_t i = n; i > 0; i--) {
        char c = bytes[i - 1];
        if (c == '"')
            inside = !inside;
        else if (!inside && (c == '\n' || (c == '\r' && i < n && bytes[i] != '\n')))
            return i;
    }
    return 0;
}

/* High bit of every byte of `x` that is zero; bytes above a zero one may be marked too. */
static uint64_t zero_bytes(uint64_t x)
{
    return (x - UINT64_C(0x0101010101010101)) & ~x & UINT64_C(0x8080808080808080);
}

static bool has_quote_or_newline(const char *bytes)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t x = 0;
    memcpy(&x, bytes, sizeof x);
    return (zero_bytes(x ^ (ones * '"')) | zero_bytes(x ^ (ones * '\n')) |
            zero_bytes(x ^ (ones * '\r'))) != 0;
}

/* From `i` to the next quote or newline, or `n`. */
static size_t skip_text(const char *bytes, size_t i, size_t n)
{
    while (n - i >= 8 && !has_quote_or_newline(bytes + i))
        i += 8;
    while (i < n && bytes[i] != '"' && bytes[i] != '\n' && bytes[i] != '\r')
        i++;
    return i;
}

enum { USUAL_RECORD = 4096 }; /* bytes that are worth a look before the ordinary way */

/* Length of a record without quotes that ends with a newline; 0 where it is another one. */
static size_t plain_length(const char *bytes, size_t n)
{
    const char *newline = memchr(bytes, '\n', n < USUAL_RECORD ? n : USUAL_RECORD);
    if (newline == NULL)
        return 0;
    size_t length = (size_t)(newline - bytes) + 1;
    const char *cr = memchr(bytes, '\r', length);
    bool plain = (cr == NULL || cr + 1 == newline) && memchr(bytes, '"', length) == NULL;
    return plain ? length : 0;
}

size_t shift__record_length(const char *bytes, size_t n)
{
    bool inside = false;
    size_t plain = plain_length(bytes, n);
    if (plain > 0)
        return plain;
    for (size_t i = skip_text(bytes, 0, n); i < n; i = skip_text(bytes, i + 1, n)) {
        if (bytes[i] == '"')
            inside = !inside;
        else if (!inside)
            return i + 1 < n && bytes[i] == '\r' && bytes[i + 1] == '\n' ? i + 2 : i + 1;
    }
    return n;
}
