/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Layers as backpropagation sees them. */
#include "gradients_page.h"

#include <libsmartcols.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gradients.h"
#include "plain.h"
#include "table.h"

static const struct {
    const char *heading, *statistic;
    bool share; /* in per cent */
} columns[] = {
    {"weight grad", "weight_gradient_norm", false},
    {"/ weight", "update_ratio", false},
    {"gradient", "gradient_norm", false},
    {"factor", "gradient_factor", false},
    {"saturated", "saturation", true},
    {"slope", "mean_slope", false},
};

enum { COLUMNS = sizeof columns / sizeof *columns, NAMES = 2, ROOMY = 80 };

/* A narrow terminal shows what the verdict is made of. */
static bool is_shown(size_t column, const shift_sink *sink)
{
    return sink->width >= ROOMY || strcmp(columns[column].heading, "gradient") == 0 ||
           strcmp(columns[column].heading, "factor") == 0 || columns[column].share;
}

static bool add_columns(struct libscols_table *table, const shift_sink *sink)
{
    bool good = scols_table_new_column(table, "LAYER", 0, 0) != NULL &&
                scols_table_new_column(table, "OP", 0, 0) != NULL;
    for (size_t i = 0; good && i < COLUMNS; i++)
        if (is_shown(i, sink))
            good = scols_table_new_column(table, columns[i].heading, 0, SCOLS_FL_RIGHT) != NULL;
    return good;
}

static bool set_text(struct libscols_line *line, size_t column, const buffer *text)
{
    return scols_line_set_data(line, column, text->used > 0 ? text->bytes : "") == 0;
}

static bool add_line(struct libscols_table *table, const shift_subject *layer,
                     const shift_sink *sink, buffer *scratch)
{
    struct libscols_line *line = scols_table_new_line(table, NULL);
    if (line == NULL)
        return false;
    buffer_reset(scratch);
    plain_add(scratch, layer->name, sink->utf8, sink->width / 3);
    bool good = set_text(line, 0, scratch);
    buffer_reset(scratch);
    plain_add(scratch, strcmp(layer->op, "BatchNormalization") == 0 ? "BatchNorm" : layer->op,
              sink->utf8, 16);
    good = good && set_text(line, 1, scratch);
    for (size_t i = 0, at = NAMES; good && i < COLUMNS; i++) {
        if (!is_shown(i, sink))
            continue;
        double value = value_of(layer, columns[i].statistic);
        buffer_reset(scratch);
        if (!isnan(value) && columns[i].share)
            buffer_print(scratch, "%.1f %%", 100 * value);
        else if (!isnan(value))
            buffer_print(scratch, "%.3g", value);
        good = set_text(line, at, scratch);
        if (good && layer->verdict >= SHIFT_VERDICT_WARN &&
            strcmp(columns[i].statistic, "gradient_factor") == 0)
            good = scols_cell_set_color(scols_line_get_cell(line, at),
                                        table_colour(layer->verdict)) == 0;
        at++;
    }
    return good;
}

static bool fill(struct libscols_table *table, const shift_comparison *comparison,
                 const shift_sink *sink, buffer *scratch)
{
    bool good = scols_table_set_termforce(table, SCOLS_TERMFORCE_NEVER) == 0 &&
                scols_table_enable_noencoding(table, 1) == 0 &&
                scols_table_set_column_separator(table, "  ") == 0 &&
                scols_table_enable_colors(table, sink->colour) == 0 && add_columns(table, sink);
    for (size_t i = 0; good && i < comparison->n_layers; i++)
        good = add_line(table, comparison->layers[i], sink, scratch);
    return good;
}

void gradients_add_table(buffer *b, const shift_comparison *comparison, const shift_sink *sink)
{
    buffer scratch = {NULL, 0, 0, false};
    char *text = NULL;
    struct libscols_table *table = scols_new_table();
    if (table != NULL && fill(table, comparison, sink, &scratch) &&
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
