/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is inside a block and a source; for the files of this room only. */
#ifndef SHIFT_SOURCE_STORAGE_H
#define SHIFT_SOURCE_STORAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/memory.h"
#include "shift/batch.h"
#include "source/block.h"
#include "source/infer.h"
#include "source/tokens.h"

enum {
    /* What one record may be long, and one data set wide. docs/methods.md names both. */
    SHIFT__ROW_LIMIT = 16 << 20,
    SHIFT__COLUMN_LIMIT = 10000,
    /* Bytes that may be read (not used) before and behind those of a block. */
    SHIFT__PADDING = 64,
    SHIFT__INVALID_TEXT = 64
};

/** A failure inside a block, where the lines are not yet known. */
typedef struct shift__failure {
    shift_error error; /* status OK where there is none; the message without file and line */
    bool has_line;
    uint64_t line;        /* newlines between the beginning of the block and the place */
    bool has_opened;      /* a quoted field was open there ... */
    uint64_t opened_line; /* ... since this line, counted likewise */
} shift__failure;

/** A value that has a type of its own. */
typedef struct shift__cell {
    enum { SHIFT__CELL_NULL, SHIFT__CELL_NUMBER, SHIFT__CELL_TEXT } type;
    /* In the block's bytes: of a text; of the digits of a whole number that a double may round,
     * which is empty for other numbers. */
    uint32_t begin, end;
    double number;
} shift__cell;

/** Whether a double is the only one of its whole number: 2^53 is also what 2^53 + 1 is rounded to.
 */
static inline bool shift__is_exact(double number)
{
    return number > -0x1p53 && number < 0x1p53;
}

/** Where one column of a block is converted to. */
typedef struct shift__target {
    shift_kind kind;
    double *numbers;       /* number kinds */
    const double *lent;    /* number kinds: set where values are used where they lie; else NULL */
    uint32_t *begin, *end; /* text kinds */
    const char *bytes;     /* text kinds: set by whoever converts */
    uint8_t *states;       /* all PRESENT when the conversion begins */
    bool all_present;      /* likewise true */
    size_t invalid_row;    /* the first one; SIZE_MAX at first */
} shift__target;

/**
 * Fields lie in `bytes` row by row, with one byte between neighbours: field c of row r is
 * bytes[index[r * (columns + 1) + c]] to bytes[index[r * (columns + 1) + c + 1] - 2].
 */
struct shift__block {
    char *bytes; /* `size` of them, between SHIFT__PADDING on both sides */
    size_t size;
    char *storage; /* what `bytes` lies in */
    size_t capacity;
    bool unfinished; /* what it holds is the beginning of a record that is too long */
    bool split;
    uint64_t lines; /* newlines in `bytes`, known when split */

    uint32_t *index;
    size_t rows, index_capacity;

    struct shift__arrow_chunk *chunk; /* of an Arrow source: the array that its rows are in, ... */
    size_t chunk_row;                 /* ... from this one on */

    shift__cell *cells; /* of an SQLite source, row by row, instead of the index */
    size_t cells_capacity;
    shift__arena texts;     /* of columns where numbers had to be written as text */
    struct shift__csv *csv; /* the parser of a CSV source, made when first needed */

    size_t n_columns; /* of the plan it was converted by */
    shift_column *columns;
    size_t columns_capacity;
    size_t *sources;      /* column of the source behind each of them */
    size_t *invalid_rows; /* first invalid row of each of them, or SIZE_MAX */
    size_t sources_capacity, invalid_capacity;
    double *numbers;
    size_t numbers_capacity;
    uint32_t *offsets;
    size_t offsets_capacity;
    uint8_t *states;
    size_t states_capacity;
    uint32_t *hard; /* one per row: rows that the number kernel has left */
    size_t hard_capacity;

    shift__failure failure;
};

/** Everything a kind of source does in its own way. */
typedef struct shift__reader {
    /** As shift__source_fill(), but for what inference has already read. */
    shift_status (*fill)(shift_source *source, shift__block *block, bool *end, shift_error *err);
    /** Any thread, before anything else is done with a block. Failures go into the block. */
    void (*split)(const shift_source *source, shift__block *block);
    /** Any thread: rows of column `c` of the source, converted into `out` as `kind`. */
    void (*convert)(const shift_source *source, shift__block *block, size_t c, shift__target *out);
    /** Add rows [0, n) of column `c` to what is known about it. */
    shift_status (*witness)(const shift_source *source, const shift__block *block, size_t c,
                            size_t n, shift__evidence *evidence, shift_error *err);
    /** Line of row `r`, counted from the beginning of the block. */
    uint64_t (*line)(const shift_source *source, const shift__block *block, size_t r);
    /** Copy the text of row at[0], column at[1] of the source, at most `size` bytes of it, for
     * messages. How many that were. */
    size_t (*text)(const shift_source *source, const shift__block *block, const size_t at[2],
                   char *out, size_t size);
    void (*close)(shift_source *source);
} shift__reader;

typedef struct shift__invalid {
    bool found;
    uint64_t line;
    char text[SHIFT__INVALID_TEXT];
} shift__invalid;

struct shift_source {
    const shift__reader *reader;
    void *state; /* the reader's */
    char *name;
    const char *label; /* what messages call it; borrowed from the reader's state */
    char **columns;
    size_t n_columns, columns_capacity;
    shift__tokens tokens;
    uint64_t line; /* of the first byte of the next block to be finished; 1 is the header's */

    bool started;        /* blocks have been taken out */
    shift__block **kept; /* read by inference, still to be given to fill() */
    size_t n_kept, next_kept, kept_capacity;

    shift__invalid *invalid; /* one per plan column */
    size_t n_invalid;
};

/** A source of no kind yet. `name` outlives the opening, or the label is set to another text. */
SHIFT_CHECKED shift_status shift__source_new(shift_source **out, const char *name,
                                             const shift_source_options *options, shift_error *err);
/** Append a name to the columns of a source that is being opened. */
SHIFT_CHECKED shift_status shift__source_add_column(shift_source *source, const char *name,
                                                    size_t n, shift_error *err);
/** EFORMAT, with a message that names no file, where a name is empty or there twice. */
SHIFT_CHECKED shift_status shift__source_check_columns(const shift_source *source,
                                                       shift_error *err);

/** Put `status` and a message into a block. Only the first failure is kept. */
SHIFT_PRINTF(3, 4)
void shift__block_fail(shift__block *block, shift_status status, const char *format, ...);
/** Turn a block's failure into an error with file and line. */
shift_status shift__block_failure(const shift_source *source, const shift__block *block,
                                  uint64_t first_line, shift_error *err);
/** Room for `n` bytes. */
SHIFT_CHECKED shift_status shift__block_room(shift__block *block, size_t n, shift_error *err);
/** Empty a block for its next bytes; storage stays. */
void shift__block_reset(shift__block *block);

#endif
