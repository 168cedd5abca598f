/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a profile costs per value, from Arrow doubles and from rows, and a window's snapshot.
 * Prints "NAME NANOSECONDS" lines; online_peers.py puts others beside them in one run. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "shift/shift.h"
#include "timing.h"

enum { ROWS = 1 << 20, COLUMNS = 8, WINDOW = 10000 };

static void finish(shift_status status, const shift_error *err)
{
    if (status == SHIFT_OK)
        return;
    (void)fprintf(stderr, "%s\n", err->message);
    exit(2);
}

static void release_array(struct ArrowArray *array)
{
    array->release = NULL;
}

static void release_schema(struct ArrowSchema *schema)
{
    schema->release = NULL;
}

typedef struct table {
    double *values; /* the one column behind all */
    const void *buffers[2], *none[1];
    struct ArrowArray columns[COLUMNS], *children[COLUMNS], array;
    struct ArrowSchema fields[COLUMNS], *field_list[COLUMNS], schema;
} table;

static const char *const names[COLUMNS] = {"a", "b", "c", "d", "e", "f", "g", "h"};

static void make_table(table *t)
{
    t->buffers[0] = t->none[0] = NULL;
    t->buffers[1] = t->values;
    for (size_t c = 0; c < COLUMNS; c++) {
        t->columns[c] = (struct ArrowArray){
            .length = ROWS, .n_buffers = 2, .buffers = t->buffers, .release = release_array};
        t->fields[c] =
            (struct ArrowSchema){.format = "g", .name = names[c], .release = release_schema};
        t->children[c] = &t->columns[c];
        t->field_list[c] = &t->fields[c];
    }
    t->array = (struct ArrowArray){.length = ROWS,
                                   .n_buffers = 1,
                                   .n_children = COLUMNS,
                                   .buffers = t->none,
                                   .children = t->children,
                                   .release = release_array};
    t->schema = (struct ArrowSchema){.format = "+s",
                                     .n_children = COLUMNS,
                                     .children = t->field_list,
                                     .release = release_schema};
}

/* Nanoseconds a value. */
static double time_arrow(table *t, bool no_sample)
{
    shift_error err = SHIFT_ERROR_INIT;
    shift_source *source = NULL;
    shift_profile *profile = NULL;
    shift_profile_options options = SHIFT_PROFILE_OPTIONS_INIT;
    options.no_sample = no_sample;
    make_table(t);
    double begin = thread_seconds();
    finish(shift_source_open_arrow_array(&source, &t->array, &t->schema, "t", NULL, &err), &err);
    finish(shift_profile_read(&profile, source, NULL, NULL, &options, &err), &err);
    double taken = thread_seconds() - begin;
    shift_profile_free(profile);
    shift_source_close(source);
    return taken * 1e9 / ((double)ROWS * COLUMNS);
}

static double time_rows(const double *values, const shift_schema *schema)
{
    shift_error err = SHIFT_ERROR_INIT;
    shift_profile *profile = NULL;
    finish(shift_profile_new(&profile, schema, NULL, &err), &err);
    double begin = thread_seconds();
    for (size_t r = 0; r < ROWS; r++) {
        shift_value row[COLUMNS];
        for (size_t c = 0; c < COLUMNS; c++)
            row[c] = shift_value_number(values[r]);
        finish(shift_profile_add_row(profile, row, COLUMNS, &err), &err);
    }
    finish(shift_profile_flush(profile, &err), &err);
    double taken = thread_seconds() - begin;
    shift_profile_free(profile);
    return taken * 1e9 / ((double)ROWS * COLUMNS);
}

/* Rows of text beside numbers, through the lock of a window; and how long a snapshot makes others
 * wait. */
static void time_window(const double *values, const shift_schema *numbers)
{
    shift_error err = SHIFT_ERROR_INIT;
    shift_window *window = NULL;
    shift_profile *profile = NULL;
    shift_window_options options = SHIFT_WINDOW_OPTIONS_INIT;
    options.rows = WINDOW;
    options.step = WINDOW / 10;
    finish(shift_window_new(&window, numbers, &options, &err), &err);
    double begin = thread_seconds();
    for (size_t r = 0; r < ROWS / 4; r++) {
        shift_value row[COLUMNS];
        for (size_t c = 0; c < COLUMNS; c++)
            row[c] = shift_value_number(values[r]);
        finish(shift_window_add_row(window, row, COLUMNS, &err), &err);
    }
    (void)printf("window_rows %.2f\n", (thread_seconds() - begin) * 1e9 / (ROWS / 4.0 * COLUMNS));
    begin = thread_seconds();
    finish(shift_window_snapshot(window, &profile, &err), &err);
    (void)printf("window_snapshot %.0f\n", (thread_seconds() - begin) * 1e9);
    shift_profile_free(profile);
    shift_window_free(window);
}

int main(void)
{
    table *t = calloc(1, sizeof *t);
    shift_schema *schema = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    double *values = malloc(ROWS * sizeof *values);
    if (t == NULL || values == NULL) {
        free(t);
        free(values);
        return 2;
    }
    t->values = values;
    for (size_t i = 0; i < ROWS; i++)
        t->values[i] = sin((double)i * 1.7) * 100;
    finish(shift_schema_new(&schema, &err), &err);
    for (size_t c = 0; c < COLUMNS; c++)
        finish(shift_schema_add(schema, names[c], SHIFT_KIND_NUMERIC, &err), &err);
    (void)time_arrow(t, false); /* pages, caches */
    (void)printf("arrow %.2f\n", time_arrow(t, false));
    (void)printf("rows %.2f\n", time_rows(t->values, schema));
    time_window(t->values, schema);
    shift_schema_free(schema);
    free(values);
    free(t);
    return 0;
}
