/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of a block: the kernel takes runs of plain ones, libcsv takes the one that stopped it. */
#include "source/split.h"

#include "core/memory.h"
#include "source/lines.h"

enum { USUAL_ROW = 128 }; /* bytes; a first guess at the number of rows */

static bool grow_index(shift__block *block, size_t elements)
{
    shift_error error = SHIFT_ERROR_INIT;
    shift_status status = shift__array_grow(&block->index, &block->index_capacity, elements,
                                            sizeof *block->index, &error);
    if (status != SHIFT_OK)
        shift__block_fail(block, status, "%s", error.message);
    return status == SHIFT_OK;
}

/* Plain rows from `*begin` on. False with a failure in the block. */
static bool scan_rows(shift__block *block, const shift__dialect *dialect,
                      shift__scan_kernel *kernel, size_t *begin)
{
    size_t stride = dialect->columns + 1;
    shift__scan scan = {.bytes = block->bytes,
                        .size = block->size,
                        .begin = *begin,
                        .columns = dialect->columns,
                        .rows = block->rows,
                        .delimiter = dialect->delimiter};
    shift__scan_result result = SHIFT__SCAN_FULL;
    while (result == SHIFT__SCAN_FULL) {
        size_t more = 1 + (block->size - scan.begin) / (USUAL_ROW + 2 * stride);
        if (!grow_index(block, (scan.rows + more) * stride + SHIFT__SCAN_SLACK))
            return false;
        scan.index = block->index;
        scan.capacity = block->index_capacity;
        result = kernel(&scan);
    }
    block->rows = scan.rows;
    block->lines += scan.lines;
    *begin = scan.begin;
    return true;
}

/* The record at `*begin`, whatever it is. False with a failure in the block. */
static bool split_record(shift__block *block, const shift__dialect *dialect, size_t *begin)
{
    size_t fields = 0;
    size_t n = shift__record_length(block->bytes + *begin, block->size - *begin);
    uint64_t lines = shift__lines_count(block->bytes + *begin, n);
    if (!shift__record_split(block, dialect, *begin, n, &fields))
        return false;
    if (fields != 0 && fields != dialect->columns) {
        shift__block_fail(block, SHIFT_EFORMAT, "row has %zu field%s, the header has %zu", fields,
                          fields == 1 ? "" : "s", dialect->columns);
        block->failure.has_line = true;
        block->failure.line = shift__lines_count(block->bytes, *begin);
        return false;
    }
    block->rows += fields != 0;
    block->lines += lines;
    *begin += n;
    return true;
}

void shift__block_split(shift__block *block, const shift__dialect *dialect,
                        shift__scan_kernel *kernel)
{
    size_t begin = 0;
    while (begin < block->size) {
        if (kernel != NULL && !scan_rows(block, dialect, kernel, &begin))
            return;
        if (begin < block->size && !split_record(block, dialect, &begin))
            return;
    }
}
