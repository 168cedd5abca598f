/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sides.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare/distribution.h"

shift_distribution *side_of(const double *values, size_t n)
{
    shift_distribution *d = NULL;
    ck_assert_int_eq(shift_distribution_of_values(&d, values, n, NULL), SHIFT_OK);
    return d;
}

shift_distribution *side_of_line(const char *line)
{
    double values[1024];
    size_t n = 0;
    for (;;) {
        char *end = NULL;
        double x = strtod(line, &end);
        if (end == line)
            return side_of(values, n);
        ck_assert_uint_lt(n, 1024);
        values[n++] = x;
        line = end;
    }
}

static int compare_categories(const void *a, const void *b)
{
    return strcmp(((const shift_category *)a)->text, ((const shift_category *)b)->text);
}

static int is_number(const char *text)
{
    char *end = NULL;
    (void)strtod(text, &end);
    return end != text && *end == '\0';
}

shift_distribution *side_of_counts(const char *line)
{
    char *copy = strdup(line);
    shift_category categories[1024];
    shift__category_view view = {categories, 0, 0, 0, 0.0, true};
    for (char *save = NULL, *word = strtok_r(copy, " \n", &save); word != NULL;
         word = strtok_r(NULL, " \n", &save)) {
        char *equals = strrchr(word, '=');
        *equals = '\0';
        ck_assert_uint_lt(view.n, 1024);
        categories[view.n++] = (shift_category){word, strlen(word), strtoull(equals + 1, NULL, 10)};
        view.numeric_text = view.numeric_text && is_number(word);
    }
    view.distinct = (double)view.n;
    qsort(categories, view.n, sizeof *categories, compare_categories);
    shift_distribution *d = NULL;
    ck_assert_int_eq(shift__distribution_of_categories(&d, &view, NULL), SHIFT_OK);
    free(copy);
    return d;
}

void fill_normal(shift__random *random, double *out, size_t n, double mean, double sd)
{
    for (size_t i = 0; i < n; i++) { /* Box and Muller */
        double r = sqrt(-2.0 * log(1.0 - shift__random_uniform(random)));
        out[i] = mean + sd * r * cos(6.283185307179586 * shift__random_uniform(random));
    }
}

shift__estimate estimate_of(const char *statistic, const shift_distribution *train,
                            const shift_distribution *prod)
{
    shift__pair *pair = NULL;
    ck_assert_int_eq(shift__pair_new(&pair, train, prod, NULL), SHIFT_OK);
    const shift__statistic *row = shift__statistic_find(statistic);
    ck_assert_ptr_nonnull(row);
    shift__estimate estimate = shift__undefined(NULL);
    ck_assert_int_eq(row->compute(pair, &estimate, NULL), SHIFT_OK);
    shift__pair_free(pair);
    return estimate;
}
