/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harm_page.h"

#include <math.h>

#include "gradients.h"
#include "plain.h"

enum { FEATURES_MOST = 12, WIDTH = 9 };

static const struct {
    const char *heading, *statistic;
} columns[] = {
    {"harm", "harm"},      {"shift", "mean_shift"},           {"sensitiv.", "sensitivity"},
    {"w1", "wasserstein"}, {"moved: p", "prediction_change"}, {"classes", "class_change"},
};

enum { COLUMNS = sizeof columns / sizeof *columns };

static void add_row(buffer *b, const shift_subject *feature, const shift_sink *sink, size_t names)
{
    buffer text = {NULL, 0, 0, false};
    plain_add(&text, feature != NULL ? feature->name : "feature", sink->utf8, names);
    size_t used = text.used > 0 ? plain_width(text.bytes) : 0;
    buffer_print(b, "  %s%*s", text.used > 0 ? text.bytes : "",
                 (int)(names > used ? names - used : 0), "");
    b->failed |= text.failed;
    buffer_free(&text);
    for (size_t i = 0; i < COLUMNS && (i + 1) * (WIDTH + 1) + names + 2 <= sink->width; i++) {
        double value = feature != NULL ? value_of(feature, columns[i].statistic) : (double)NAN;
        if (feature == NULL)
            buffer_print(b, " %*s", WIDTH, columns[i].heading);
        else if (isnan(value))
            buffer_print(b, " %*s", WIDTH, "-");
        else if (i + 1 == COLUMNS)
            buffer_print(b, " %*.1f %%", WIDTH - 2, 100 * value);
        else
            buffer_print(b, " %*.3g", WIDTH, value);
    }
    buffer_text(b, "\n");
}

void harm_add_table(buffer *b, const shift_comparison *comparison, const shift_sink *sink)
{
    size_t n = comparison->n_features < FEATURES_MOST ? comparison->n_features : FEATURES_MOST;
    size_t names = 7;
    if (comparison->network == NULL || n == 0)
        return;
    for (size_t i = 0; i < n; i++) {
        buffer text = {NULL, 0, 0, false};
        plain_add(&text, comparison->features[i]->name, sink->utf8, sink->width / 4);
        size_t width = text.used > 0 ? plain_width(text.bytes) : 0;
        names = width > names ? width : names;
        b->failed |= text.failed;
        buffer_free(&text);
    }
    buffer_text(b, "\nHarm\n");
    add_row(b, NULL, sink, names);
    for (size_t i = 0; i < n; i++)
        add_row(b, comparison->features[i], sink, names);
    if (comparison->n_features > n)
        buffer_print(b, "  %s and %zu more\n", sink->utf8 ? "\xe2\x80\xa6" : "...",
                     comparison->n_features - n);
}
