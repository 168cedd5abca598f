/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts with a meaning of their own: the tokens for "no value", and the words for true and false.
 */
#ifndef SHIFT_SOURCE_TOKENS_H
#define SHIFT_SOURCE_TOKENS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shift/error.h"

typedef struct shift__tokens {
    char **texts;
    size_t *sizes;
    size_t n;
    uint64_t lengths; /* bit i: some token has i bytes, 63 standing for all longer ones */
    bool begins[256]; /* some token begins with this byte */
    double *values;   /* tokens that are numbers */
    size_t n_values;
    bool like_numbers; /* some token could be read as a number or a date (-999) */
} shift__tokens;

/** NULL for the default tokens. Release with shift__tokens_clear(), also after a failure. */
SHIFT_CHECKED shift_status shift__tokens_init(shift__tokens *tokens, const char *const *texts,
                                              size_t n, shift_error *err);
void shift__tokens_clear(shift__tokens *tokens);
/** Whether the text is one of the tokens, byte for byte. */
bool shift__tokens_contain(const shift__tokens *tokens, const char *text, size_t n);
/** The same, or without the spaces and tabs around the text. */
bool shift__tokens_contain_trimmed(const shift__tokens *tokens, const char *text, size_t n);

/** Whether a token, read as a number, is `value`. */
bool shift__tokens_contain_number(const shift__tokens *tokens, double value);

/** Pairs of words for false and true; a column keeps to one. */
typedef enum shift__boolean_words {
    SHIFT__WORDS_DIGITS, /* 0 1, and 0.0 1.0 as pandas writes them beside missing values */
    SHIFT__WORDS_TRUE_FALSE,
    SHIFT__WORDS_T_F,
    SHIFT__WORDS_YES_NO,
    SHIFT__WORDS_Y_N,
    SHIFT__WORDS_NONE /* not a boolean */
} shift__boolean_words;

/** In any case, spaces and tabs around it allowed. *value is set unless the result is NONE. */
shift__boolean_words shift__boolean_parse(const char *text, size_t n, bool *value);

#endif
