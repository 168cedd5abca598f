/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What kind a column is, from the values seen of it. */
#ifndef SHIFT_SOURCE_INFER_H
#define SHIFT_SOURCE_INFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shift/error.h"
#include "shift/schema.h"
#include "shift/source.h"
#include "source/tokens.h"

enum {
    SHIFT__INFER_ROWS = 10000,      /* looked at, at most */
    SHIFT__INFER_BYTES = 8 << 20,   /* likewise */
    SHIFT__TOLERANT_FROM = 200,     /* values from which a few that do not parse are forgiven */
    SHIFT__TOLERANT_PERCENT = 1,    /* how few */
    SHIFT__IDENTIFIER_FROM = 50,    /* values from which text can be an identifier */
    SHIFT__IDENTIFIER_PERCENT = 95, /* distinct values: more than this */
    SHIFT__REPEATS_EXPECTED = 10,   /* none of which makes numbers names of rows */
};

/** Counts of what the values of one column could be. Start from all zeros. */
typedef struct shift__evidence {
    uint64_t present; /* not missing */
    uint64_t numbers; /* of those: finite numbers */
    uint64_t non_finite;
    uint64_t timestamps;
    uint64_t whole; /* of the finite numbers */
    uint64_t rises; /* from one of them to the next */
    uint64_t falls;
    double low, high, last;
    uint64_t words[SHIFT__WORDS_NONE][2]; /* booleans, by pair of words and value */
    uint64_t *hashes;                     /* of the texts, to count distinct ones */
    size_t n_hashes, hashes_capacity;
} shift__evidence;

SHIFT_CHECKED shift_status shift__evidence_add(shift__evidence *evidence,
                                               const shift__tokens *tokens, const char *text,
                                               size_t n, shift_error *err);
/** The same of a value that came as a number. */
SHIFT_CHECKED shift_status shift__evidence_add_number(shift__evidence *evidence,
                                                      const shift__tokens *tokens, double value,
                                                      shift_error *err);
/** The same of a point in time. */
SHIFT_CHECKED shift_status shift__evidence_add_time(shift__evidence *evidence, double seconds,
                                                    shift_error *err);
/** The kind that the values support. Reorders the evidence. */
shift_kind shift__evidence_kind(shift__evidence *evidence);
/** Whether numbers are whole, and count the rows, name them or say when they were. Likewise. */
bool shift__evidence_names_rows(shift__evidence *evidence);
/** Forget the values, keep the storage. */
void shift__evidence_reset(shift__evidence *evidence);
void shift__evidence_clear(shift__evidence *evidence);

/** Kinds of all columns and the user's rules make the schema. `label` names the source. */
SHIFT_CHECKED shift_status shift__schema_build(shift_schema **out, const shift_source *source,
                                               const shift_kind *kinds,
                                               const shift_schema_options *options,
                                               shift_error *err);

#endif
