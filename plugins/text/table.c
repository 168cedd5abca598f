/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every cell is made to fit before libsmartcols aligns them, so that its own ways of making room
 * (it cuts whichever column is widest) never come into play. */
#include "table.h"

#include <libsmartcols.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plain.h"
#include "shape.h"

enum { FEATURE, KIND, VERDICT, EFFECT, P, SHAPE, CHANGE, COLUMNS };
enum { GAP = 2, MIN_FEATURE = 12, MAX_FEATURE = 28, MIN_CHANGE = 14, MAX_KIND = 20, WIDE = 110 };

static const char *const headings[2][COLUMNS] = {
    {"FEATURE", "KIND", "VERDICT", "EFFECT", "P", "TRAIN    PROD", "CHANGE"},
    {"LAYER", "OP", "VERDICT", "EFFECT", "P", "TRAIN    PROD", "CHANGE"},
};

const char *table_colour(shift_verdict verdict)
{
    switch (verdict) {
    case SHIFT_VERDICT_ALERT:
        return "\033[1;31m";
    case SHIFT_VERDICT_WARN:
        return "\033[33m";
    case SHIFT_VERDICT_INCONCLUSIVE:
        return "\033[36m";
    case SHIFT_VERDICT_OK:
    case SHIFT_VERDICT_NONE:
        break;
    }
    return "\033[32m";
}

/* What the columns hold, and how wide they may be; a column that is left out has no width. */
typedef struct layout {
    const shift_sink *sink;
    const char *const *headings;
    size_t widths[COLUMNS];
    size_t effect_name, effect_value; /* the two parts of EFFECT, aligned each by itself */
    bool short_kinds;
} layout;

static const char *kind_word(const layout *l, const shift_subject *subject)
{
    static const char *const words[] = {"num", "cat", "bool", "time", "id"};
    if (subject->type != SHIFT_SUBJECT_LAYER)
        return l->short_kinds ? words[subject->kind] : shift_kind_name(subject->kind);
    if (l->short_kinds && strcmp(subject->op, "BatchNormalization") == 0)
        return "BN";
    /* what leaves a layer, whose line is before this one */
    return l->short_kinds && strstr(subject->op, " output") != NULL ? "output" : subject->op;
}

/* An operator's name is the file's, a kind's is ours. */
static void add_kind(buffer *b, const layout *l, const shift_subject *subject)
{
    plain_add(b, kind_word(l, subject), l->sink->utf8, MAX_KIND);
}

static const char *verdict_word(shift_verdict verdict)
{
    return verdict >= SHIFT_VERDICT_WARN           ? phrase_verdict(verdict)
           : verdict == SHIFT_VERDICT_INCONCLUSIVE ? "inconclusive"
           : verdict == SHIFT_VERDICT_NONE         ? "-"
                                                   : "ok";
}

static size_t longer(size_t a, size_t b)
{
    return a > b ? a : b;
}

static void measure_effect(layout *l, const ranked *r, buffer *scratch)
{
    if (r->effect == NULL)
        return;
    buffer_reset(scratch);
    phrase_effect_name(scratch, r->effect);
    l->effect_name = longer(l->effect_name, scratch->used);
    buffer_reset(scratch);
    phrase_effect_value(scratch, r->effect);
    l->effect_value = longer(l->effect_value, scratch->used);
}

/* Natural widths of all but the last column, which takes what is left. */
static void measure(layout *l, const ranked *list, size_t n, buffer *scratch)
{
    for (size_t i = 0; i < COLUMNS; i++)
        l->widths[i] = strlen(l->headings[i]);
    for (size_t i = 0; i < n; i++) {
        const shift_subject *subject = list[i].subject;
        buffer_reset(scratch);
        plain_add(scratch, subject->name, l->sink->utf8, MAX_FEATURE);
        l->widths[FEATURE] =
            longer(l->widths[FEATURE], scratch->bytes != NULL ? plain_width(scratch->bytes) : 0);
        buffer_reset(scratch);
        add_kind(scratch, l, subject);
        l->widths[KIND] =
            longer(l->widths[KIND], scratch->bytes != NULL ? plain_width(scratch->bytes) : 0);
        l->widths[VERDICT] = longer(l->widths[VERDICT], strlen(verdict_word(subject->verdict)));
        buffer_reset(scratch);
        if (!isnan(list[i].p))
            phrase_p(scratch, list[i].p);
        l->widths[P] = longer(l->widths[P], scratch->used);
        measure_effect(l, &list[i], scratch);
    }
    l->widths[EFFECT] = longer(l->widths[EFFECT], l->effect_name + 1 + l->effect_value);
    l->widths[SHAPE] = 0;
    for (size_t i = 0; i < n && l->sink->width >= WIDE; i++)
        if (shape_exists(list[i].subject))
            l->widths[SHAPE] = SHAPE_COLUMNS;
}

static size_t total_without_change(const layout *l)
{
    size_t total = 0;
    for (size_t i = 0; i < CHANGE; i++)
        total += l->widths[i] != 0 ? l->widths[i] + GAP : 0;
    return total;
}

/* Give way in this order: long feature names, the change, the kind, the p-value, the effect. What
 * is left of the width is for the change, which wraps. */
static void make_room(layout *l)
{
    static const int optional[] = {SHAPE, CHANGE, KIND, P, EFFECT};
    size_t width = longer(l->sink->width, 24);
    size_t *feature = &l->widths[FEATURE];
    l->widths[CHANGE] = MIN_CHANGE;
    for (size_t i = 0;; i++) {
        size_t total = total_without_change(l) + l->widths[CHANGE];
        size_t spare = *feature > MIN_FEATURE ? *feature - MIN_FEATURE : 0;
        if (total > width)
            *feature -= total - width < spare ? total - width : spare;
        total = total_without_change(l) + l->widths[CHANGE];
        if (total <= width || i >= sizeof optional / sizeof *optional)
            break;
        l->widths[optional[i]] = 0;
    }
    if (l->widths[CHANGE] != 0)
        l->widths[CHANGE] = width - total_without_change(l);
}

static void add_effect(buffer *b, const layout *l, const ranked *r)
{
    size_t start = b->used;
    phrase_effect_name(b, r->effect);
    buffer value = {NULL, 0, 0, false};
    phrase_effect_value(&value, r->effect);
    size_t filled = b->used - start + value.used;
    size_t wanted = l->effect_name + 1 + l->effect_value;
    buffer_print(b, "%*s", (int)(wanted > filled ? wanted - filled : 0), "");
    buffer_text(b, value.bytes);
    b->failed |= value.failed;
    buffer_free(&value);
}

/* Break between the parts of a change, "mean 10 -> 12, sd 2 -> 3", where the column is wide enough
 * for them. */
static void join_parts(char *text)
{
    for (char *c = text; *c != '\0'; c++)
        if (*c == ' ' && (c == text || c[-1] != ','))
            *c = '\t';
}

static void add_change(buffer *b, const layout *l, const ranked *r)
{
    const style s = {l->sink->utf8, NULL, NULL};
    buffer text = {NULL, 0, 0, false};
    phrase_change(&text, r, &s);
    if (text.used > 0) {
        join_parts(text.bytes);
        plain_wrap(b, text.bytes, (plain_shape){l->widths[CHANGE], 0, 0});
    }
    b->failed |= text.failed;
    buffer_free(&text);
}

static void add_cell(buffer *b, const layout *l, const ranked *r, int column)
{
    switch (column) {
    case FEATURE:
        plain_add(b, r->subject->name, l->sink->utf8, l->widths[FEATURE]);
        break;
    case KIND:
        add_kind(b, l, r->subject);
        break;
    case VERDICT:
        buffer_text(b, verdict_word(r->subject->verdict));
        break;
    case EFFECT:
        if (r->effect != NULL)
            add_effect(b, l, r);
        break;
    case SHAPE:
        if (shape_exists(r->subject))
            shape_add(b, r->subject, l->sink->utf8);
        break;
    case P:
        if (!isnan(r->p))
            phrase_p(b, r->p);
        break;
    default:
        add_change(b, l, r);
        break;
    }
}

static bool add_columns(struct libscols_table *table, const layout *l)
{
    for (int i = 0; i < COLUMNS; i++) {
        if (l->widths[i] == 0)
            continue;
        int flags = i == P ? SCOLS_FL_RIGHT : i == CHANGE ? SCOLS_FL_WRAP : 0;
        struct libscols_column *column = scols_table_new_column(table, l->headings[i], 0, flags);
        if (column == NULL)
            return false;
        if (i == CHANGE && (scols_column_set_safechars(column, "\n") != 0 ||
                            scols_column_set_wrapfunc(column, scols_wrapnl_chunksize,
                                                      scols_wrapnl_nextchunk, NULL) != 0))
            return false;
    }
    return true;
}

static bool add_line(struct libscols_table *table, const layout *l, const ranked *r,
                     buffer *scratch)
{
    struct libscols_line *line = scols_table_new_line(table, NULL);
    size_t cell = 0;
    for (int i = 0; line != NULL && i < COLUMNS; i++) {
        if (l->widths[i] == 0)
            continue;
        buffer_reset(scratch);
        add_cell(scratch, l, r, i);
        if (scols_line_set_data(line, cell, scratch->used > 0 ? scratch->bytes : "") != 0)
            return false;
        if (i == VERDICT && scols_cell_set_color(scols_line_get_cell(line, cell),
                                                 table_colour(r->subject->verdict)) != 0)
            return false;
        cell++;
    }
    return line != NULL;
}

/* Without libsmartcols' encoding, as names are harmless here and what it cannot encode for want of
 * memory is left out or ends the process. */
static bool fill(struct libscols_table *table, const layout *l, const ranked *list, size_t n,
                 buffer *scratch)
{
    if (scols_table_set_termforce(table, SCOLS_TERMFORCE_NEVER) != 0 ||
        scols_table_enable_noencoding(table, 1) != 0 ||
        scols_table_set_column_separator(table, "  ") != 0 ||
        scols_table_enable_colors(table, l->sink->colour) != 0 || !add_columns(table, l))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!add_line(table, l, &list[i], scratch))
            return false;
    return true;
}

void table_add(buffer *b, const ranked *list, size_t n, const shift_sink *sink)
{
    bool layers = n > 0 && list[0].subject->type == SHIFT_SUBJECT_LAYER;
    layout l = {
        .sink = sink, .headings = headings[layers ? 1 : 0], .short_kinds = sink->width < 100};
    buffer scratch = {NULL, 0, 0, false};
    measure(&l, list, n, &scratch);
    make_room(&l);
    char *text = NULL;
    struct libscols_table *table = scols_new_table();
    if (table != NULL && fill(table, &l, list, n, &scratch) &&
        scols_print_table_to_string(table, &text) == 0 && text != NULL)
        buffer_print(b, "%s%s", text,
                     text[0] != '\0' && text[strlen(text) - 1] == '\n' ? "" : "\n");
    else
        b->failed = true;
    b->failed |= scratch.failed;
    scols_unref_table(table);
    buffer_free(&scratch);
    free(text);
}
