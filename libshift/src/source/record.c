/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libcsv splits one record into fields. They are written back over the record, one byte apart, so
 * that a field is an extent of the block whether or not it was quoted. */
#include "source/record.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "source/lines.h"

struct shift__csv {
    struct csv_parser parser;
    char *record; /* as it was before its fields are written over it */
    size_t record_capacity;
    bool has_quotes; /* otherwise its fields lie where they belong */
    size_t fields;   /* of the record so far */
    size_t limit;    /* fields that have room in the index */
    uint32_t *index;
    char *bytes;
    size_t at; /* where the next field goes */
};

/* A field's spaces are its own; libcsv would trim them otherwise. Where there are none it need not
 * ask this of every byte. */
static int is_no_space(unsigned char c)
{
    (void)c;
    return 0;
}

void shift__csv_free(struct shift__csv *csv)
{
    if (csv == NULL)
        return;
    csv_free(&csv->parser);
    free(csv->record);
    free(csv);
}

static shift_status make_parser(shift__block *block, char delimiter, shift_error *err)
{
    if (block->csv == NULL) {
        struct shift__csv *csv = NULL;
        shift_status status = shift__alloc(&csv, 1, sizeof *csv, err);
        if (status != SHIFT_OK)
            return status;
        if (csv_init(&csv->parser, CSV_STRICT | CSV_STRICT_FINI) != 0) {
            free(csv);
            return shift_error_set(err, SHIFT_EINVAL, "libcsv cannot be initialised");
        }
        csv_set_blk_size(&csv->parser, 4096);
        block->csv = csv;
    }
    csv_set_delim(&block->csv->parser, (unsigned char)delimiter);
    return SHIFT_OK;
}

static void take_field(void *field, size_t n, void *context)
{
    struct shift__csv *csv = context;
    if (csv->fields++ >= csv->limit)
        return;
    if (csv->has_quotes && csv->fields > 1)
        csv->bytes[csv->at - 1] = ' ';
    if (csv->has_quotes && n > 0)
        memcpy(csv->bytes + csv->at, field, n);
    csv->at += n + 1;
    csv->index[csv->fields] = (uint32_t)csv->at;
}

static void take_row(int newline, void *context)
{
    (void)newline;
    (void)context;
}

/* Where the quoted field that holds byte `at` of a record, or ended right before it, began. */
static bool find_opening(const char *record, size_t at, size_t *opening)
{
    bool inside = false;
    bool any = false;
    for (size_t i = 0; i < at; i++) {
        if (record[i] != '"')
            continue;
        if (!inside) {
            *opening = i;
            any = true;
        }
        inside = !inside;
        if (!inside && i + 1 < at && record[i + 1] == '"') {
            inside = true; /* doubled */
            i++;
        }
    }
    return any && (inside || (at > 0 && record[at - 1] == '"'));
}

static void fail_at(shift__block *block, size_t begin, size_t at, const char *message)
{
    const char *record = block->csv->record;
    size_t opening = 0;
    uint64_t before = shift__lines_count(block->bytes, begin);
    shift__block_fail(block, SHIFT_EFORMAT, "%s", message);
    block->failure.has_line = true;
    block->failure.line = before + shift__lines_count(record, at);
    if (find_opening(record, at, &opening)) {
        block->failure.has_opened = true;
        block->failure.opened_line = before + shift__lines_count(record, opening);
    }
}

/* A record that libcsv refused at byte `at`. */
static void fail_record(shift__block *block, size_t begin, size_t n, size_t at)
{
    const char *record = block->csv->record;
    size_t opening = 0;
    if (csv_error(&block->csv->parser) != CSV_EPARSE)
        shift__block_fail(block, SHIFT_ENOMEM, "out of memory for libcsv");
    else if (at < n && find_opening(record, at, &opening))
        fail_at(block, begin, at,
                "text behind a closing quote, where a delimiter or a doubled quote was expected");
    else
        fail_at(block, begin, at, "a quote inside a field that does not begin with one");
    /* Its state is undefined now. */
    shift__csv_free(block->csv);
    block->csv = NULL;
}

static void fail_unclosed(shift__block *block, size_t begin, size_t n)
{
    const char *record = block->csv->record;
    size_t opening = 0;
    (void)find_opening(record, n, &opening);
    shift__block_fail(block, SHIFT_EFORMAT, "a quote is opened and not closed %s",
                      block->unfinished ? "within 16 MiB" : "before the end");
    block->failure.has_line = true;
    block->failure.line =
        shift__lines_count(block->bytes, begin) + shift__lines_count(record, opening);
    shift__csv_free(block->csv);
    block->csv = NULL;
}

static void fail_too_long(shift__block *block, size_t begin)
{
    shift__block_fail(block, SHIFT_EUNSUPPORTED, "row is longer than %d MiB",
                      SHIFT__ROW_LIMIT >> 20);
    block->failure.has_line = true;
    block->failure.line = shift__lines_count(block->bytes, begin);
    shift__csv_free(block->csv);
    block->csv = NULL;
}

static bool fail_for_nul(shift__block *block, size_t begin, size_t n)
{
    const char *record = block->csv->record;
    const char *nul = memchr(record, 0, n);
    if (nul == NULL)
        return false;
    shift__block_fail(block, SHIFT_EFORMAT, "has a NUL byte; text was expected");
    block->failure.has_line = true;
    block->failure.line = shift__lines_count(block->bytes, begin) +
                          shift__lines_count(record, (size_t)(nul - record));
    return true;
}

/* Parse one record that lies in csv->record; false, with a failure in the block, if it is bad. */
static bool parse_record(shift__block *block, size_t begin, size_t n)
{
    struct shift__csv *csv = block->csv;
    bool has_space = memchr(csv->record, ' ', n) != NULL || memchr(csv->record, '\t', n) != NULL;
    csv_set_space_func(&csv->parser, has_space ? is_no_space : NULL);
    size_t parsed = csv_parse(&csv->parser, csv->record, n, take_field, take_row, csv);
    if (parsed != n) {
        fail_record(block, begin, n, parsed);
        return false;
    }
    if (block->unfinished) {
        if (shift__quotes_odd(csv->record, n))
            fail_unclosed(block, begin, n);
        else
            fail_too_long(block, begin);
        return false;
    }
    if (csv_fini(&csv->parser, take_field, take_row, csv) != 0) {
        fail_unclosed(block, begin, n);
        return false;
    }
    return true;
}

/* The fields are shorter than the record was. What lies between them and its newline must hold no
 * newline, so that lines can still be counted. */
static void blank_rest(struct shift__csv *csv, size_t begin, size_t n)
{
    while (n > 0 && (csv->record[n - 1] == '\n' || csv->record[n - 1] == '\r'))
        n--;
    size_t used = csv->at - 1 - begin;
    if (used < n)
        memset(csv->bytes + begin + used, ' ', n - used);
}

/* The parser, and room for the record and its fields. */
static shift_status make_room(shift__block *block, char delimiter, size_t limit, size_t n,
                              shift_error *err)
{
    shift_status status = make_parser(block, delimiter, err);
    if (status == SHIFT_OK)
        status =
            shift__array_grow(&block->csv->record, &block->csv->record_capacity, n + 1, 1, err);
    if (status == SHIFT_OK)
        status = shift__array_grow(&block->index, &block->index_capacity,
                                   (block->rows + 1) * (limit + 1), sizeof *block->index, err);
    return status;
}

bool shift__record_split(shift__block *block, const shift__dialect *dialect, size_t begin, size_t n,
                         size_t *fields)
{
    shift_error error = SHIFT_ERROR_INIT;
    size_t limit = dialect->columns;
    *fields = 0;
    shift_status status = make_room(block, dialect->delimiter, limit, n, &error);
    if (status != SHIFT_OK) {
        shift__block_fail(block, status, "%s", error.message);
        return false;
    }
    struct shift__csv *csv = block->csv;
    memcpy(csv->record, block->bytes + begin, n);
    csv->has_quotes = memchr(csv->record, '"', n) != NULL;
    csv->fields = 0;
    csv->limit = limit;
    csv->bytes = block->bytes;
    csv->index = block->index + block->rows * (limit + 1);
    /* A quoted field leaves room for one byte more, which keeps its newline, if it begins with
     * one, apart from a CR that ends the record before. */
    csv->at = begin + (csv->record[0] == '"');
    csv->index[0] = (uint32_t)csv->at;
    if (fail_for_nul(block, begin, n) || !parse_record(block, begin, n))
        return false;
    *fields = csv->fields;
    if (csv->has_quotes && *fields > 0 && *fields <= limit)
        blank_rest(csv, begin, n);
    return true;
}
