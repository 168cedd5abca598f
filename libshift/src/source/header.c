/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The header row. What is not text is refused here, where the message can say what it looks like.
 */
#include "source/header.h"

#include <string.h>

#include "core/utf8.h"
#include "source/lines.h"
#include "source/record.h"

static bool begins_with(const shift__block *block, const char *bytes, size_t n)
{
    return block->size >= n && memcmp(block->bytes, bytes, n) == 0;
}

/* Every other byte NUL: Latin letters in UTF-16 of either byte order. */
static bool looks_like_utf16(const shift__block *block)
{
    size_t n = block->size < 64 ? block->size & ~(size_t)1 : 64;
    size_t nuls[2] = {0, 0};
    for (size_t i = 0; i < n; i++)
        nuls[i % 2] += block->bytes[i] == '\0';
    size_t half = n / 2;
    return n >= 2 && ((nuls[0] * 2 > half && nuls[1] == 0) || (nuls[1] * 2 > half && nuls[0] == 0));
}

/* Of four bytes one that is not NUL, in either byte order. */
static bool looks_like_utf32(const shift__block *block)
{
    size_t quarter = (block->size < 64 ? block->size : 64) / 4;
    size_t nuls[4] = {0, 0, 0, 0};
    for (size_t i = 0; i < 4 * quarter; i++)
        nuls[i % 4] += block->bytes[i] == '\0';
    bool little = nuls[0] == 0 && nuls[2] * 2 > quarter && nuls[3] == quarter;
    bool big = nuls[3] == 0 && nuls[1] * 2 > quarter && nuls[0] == quarter;
    return quarter > 0 && (little || big);
}

static shift_status check_encoding(const shift_source *source, const shift__block *block,
                                   shift_error *err)
{
    if (block->size == 0)
        return shift_error_set(err, SHIFT_ENODATA, "%s: is empty; a header row was expected",
                               source->label);
    if (begins_with(block, "\xff\xfe\0\0", 4) || begins_with(block, "\0\0\xfe\xff", 4) ||
        looks_like_utf32(block))
        return shift_error_set(err, SHIFT_EFORMAT, "%s: is UTF-32; UTF-8 was expected",
                               source->label);
    if (begins_with(block, "\xff\xfe", 2) || begins_with(block, "\xfe\xff", 2) ||
        looks_like_utf16(block))
        return shift_error_set(err, SHIFT_EFORMAT, "%s: is UTF-16; UTF-8 was expected",
                               source->label);
    return SHIFT_OK;
}

/* UTF-8 without control characters but the delimiter; a quoted name may have tabs and line breaks.
 */
static bool is_text(const char *text, size_t n, char delimiter)
{
    const unsigned char *p = (const unsigned char *)text;
    const unsigned char *end = p + n;
    while (p < end) {
        size_t length = shift__utf8_length(p, end);
        bool control = (*p < 0x20 && *p != '\t' && *p != '\n' && *p != '\r') || *p == 0x7f;
        if (length == 0 || (control && *p != (unsigned char)delimiter))
            return false;
        p += length;
    }
    return true;
}

static size_t most_fields(const shift__block *header, char delimiter)
{
    size_t n = 1;
    for (size_t i = 0; i < header->size; i++)
        n += header->bytes[i] == delimiter;
    return n;
}

/* `header` is the record alone. */
static shift_status take_names(shift_source *source, shift__block *header, char delimiter,
                               unsigned long long line, shift_error *err)
{
    size_t n = 0;
    if (!is_text(header->bytes, header->size, delimiter))
        return shift_error_set(err, SHIFT_EFORMAT,
                               "%s:%llu: is not UTF-8 text; a header row was expected",
                               source->label, line);
    shift__dialect dialect = {delimiter, most_fields(header, delimiter)};
    if (!shift__record_split(header, &dialect, 0, header->size, &n))
        return shift__block_failure(source, header, line, err);
    if (n > SHIFT__COLUMN_LIMIT)
        return shift_error_set(err, SHIFT_EUNSUPPORTED,
                               "%s:%llu: the header has %zu columns; at most %d can be read",
                               source->label, line, n, SHIFT__COLUMN_LIMIT);
    shift_status status = SHIFT_OK;
    for (size_t i = 0; status == SHIFT_OK && i < n; i++)
        status = shift__source_add_column(source, header->bytes + header->index[i],
                                          header->index[i + 1] - header->index[i] - 1, err);
    if (status != SHIFT_OK)
        return status;
    shift_error reason = SHIFT_ERROR_INIT;
    status = shift__source_check_columns(source, &reason);
    if (status == SHIFT_EFORMAT)
        return shift_error_set(err, status, "%s:%llu: header: %s", source->label, line,
                               reason.message);
    return status == SHIFT_OK ? status : shift_error_set(err, status, "%s", reason.message);
}

static size_t skip_mark_and_blank_lines(const shift__block *block)
{
    size_t at = begins_with(block, "\xef\xbb\xbf", 3) ? 3 : 0;
    while (at < block->size && (block->bytes[at] == '\n' || block->bytes[at] == '\r'))
        at++;
    return at;
}

shift_status shift__header_read(shift_source *source, const shift__block *block, char delimiter,
                                size_t *used, shift_error *err)
{
    shift__block *header = NULL;
    shift_status status = check_encoding(source, block, err);
    if (status != SHIFT_OK)
        return status;
    size_t at = skip_mark_and_blank_lines(block);
    if (at == block->size)
        return shift_error_set(err, SHIFT_ENODATA, "%s: is empty; a header row was expected",
                               source->label);
    size_t n = shift__record_length(block->bytes + at, block->size - at);
    unsigned long long line = 1 + shift__lines_count(block->bytes, at);
    status = shift__block_new(&header, err);
    if (status == SHIFT_OK)
        status = shift__block_room(header, n, err);
    if (status == SHIFT_OK) {
        memcpy(header->bytes, block->bytes + at, n);
        header->size = n;
        header->unfinished = block->unfinished && at + n == block->size;
        status = take_names(source, header, delimiter, line, err);
    }
    shift__block_free(header);
    *used = at + n;
    return status;
}
