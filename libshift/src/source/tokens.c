/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Missing-value tokens and boolean words. */
#include "source/tokens.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "source/numbers.h"

static const char *const default_tokens[] = {"", "NA", "N/A", "NaN", "nan", "null", "NULL", "?"};

static uint64_t length_bit(size_t n)
{
    return UINT64_C(1) << (n < 63 ? n : 63);
}

/* Whatever a number or a date may begin with; the words inf and nan are no numbers here. */
static bool could_be_number(const char *text)
{
    return *text != '\0' && strchr("0123456789+-. \t", *text) != NULL;
}

shift_status shift__tokens_init(shift__tokens *tokens, const char *const *texts, size_t n,
                                shift_error *err)
{
    memset(tokens, 0, sizeof *tokens);
    if (texts == NULL) {
        texts = default_tokens;
        n = sizeof default_tokens / sizeof *default_tokens;
    }
    shift_status status = shift__alloc(&tokens->texts, n, sizeof *tokens->texts, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&tokens->sizes, n, sizeof *tokens->sizes, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&tokens->values, n, sizeof *tokens->values, err);
    for (size_t i = 0; status == SHIFT_OK && i < n; i++) {
        if (texts[i] == NULL)
            return shift_error_set(err, SHIFT_EINVAL, "missing token %zu is NULL", i + 1);
        size_t size = strlen(texts[i]);
        status = shift__text_copy(&tokens->texts[i], texts[i], size, err);
        if (status != SHIFT_OK)
            break;
        tokens->sizes[i] = size;
        tokens->n = i + 1;
        tokens->lengths |= length_bit(size);
        if (size > 0)
            tokens->begins[(unsigned char)texts[i][0]] = true;
        double *value = &tokens->values[tokens->n_values];
        tokens->n_values += shift__number_parse(texts[i], size, value) == SHIFT_FIELD_PRESENT;
        tokens->like_numbers = tokens->like_numbers || could_be_number(texts[i]);
    }
    return status;
}

void shift__tokens_clear(shift__tokens *tokens)
{
    for (size_t i = 0; i < tokens->n; i++)
        free(tokens->texts[i]);
    free(tokens->texts);
    free(tokens->sizes);
    free(tokens->values);
    memset(tokens, 0, sizeof *tokens);
}

bool shift__tokens_contain(const shift__tokens *tokens, const char *text, size_t n)
{
    if ((tokens->lengths & length_bit(n)) == 0 ||
        (n > 0 && !tokens->begins[(unsigned char)text[0]]))
        return false;
    for (size_t i = 0; i < tokens->n; i++)
        if (tokens->sizes[i] == n && memcmp(tokens->texts[i], text, n) == 0)
            return true;
    return false;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static void trim(const char **text, size_t *n)
{
    while (*n > 0 && is_blank(**text)) {
        (*text)++;
        (*n)--;
    }
    while (*n > 0 && is_blank((*text)[*n - 1]))
        (*n)--;
}

bool shift__tokens_contain_trimmed(const shift__tokens *tokens, const char *text, size_t n)
{
    if (shift__tokens_contain(tokens, text, n))
        return true;
    if (n == 0 || (!is_blank(text[0]) && !is_blank(text[n - 1])))
        return false;
    trim(&text, &n);
    return shift__tokens_contain(tokens, text, n);
}

bool shift__tokens_contain_number(const shift__tokens *tokens, double value)
{
    for (size_t i = 0; i < tokens->n_values; i++)
        if (tokens->values[i] == value)
            return true;
    return false;
}

typedef struct boolean_word {
    const char *text;
    size_t size;
    bool value;
    shift__boolean_words words;
} boolean_word;

static const boolean_word boolean_words[] = {
    {"0", 1, false, SHIFT__WORDS_DIGITS},
    {"1", 1, true, SHIFT__WORDS_DIGITS},
    {"f", 1, false, SHIFT__WORDS_T_F},
    {"t", 1, true, SHIFT__WORDS_T_F},
    {"n", 1, false, SHIFT__WORDS_Y_N},
    {"y", 1, true, SHIFT__WORDS_Y_N},
    {"no", 2, false, SHIFT__WORDS_YES_NO},
    {"yes", 3, true, SHIFT__WORDS_YES_NO},
    {"false", 5, false, SHIFT__WORDS_TRUE_FALSE},
    {"true", 4, true, SHIFT__WORDS_TRUE_FALSE},
    {"0.0", 3, false, SHIFT__WORDS_DIGITS},
    {"1.0", 3, true, SHIFT__WORDS_DIGITS},
};

static bool equal_in_any_case(const char *text, size_t n, const char *lower)
{
    for (size_t i = 0; i < n; i++) {
        char c = text[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c + ('a' - 'A'));
        if (c != lower[i])
            return false;
    }
    return true;
}

shift__boolean_words shift__boolean_parse(const char *text, size_t n, bool *value)
{
    trim(&text, &n);
    for (size_t i = 0; n <= 5 && i < sizeof boolean_words / sizeof *boolean_words; i++)
        if (boolean_words[i].size == n && equal_in_any_case(text, n, boolean_words[i].text)) {
            *value = boolean_words[i].value;
            return boolean_words[i].words;
        }
    return SHIFT__WORDS_NONE;
}
