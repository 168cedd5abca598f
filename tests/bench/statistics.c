/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Time per statistic of one numeric feature, a million rows a side or as many as the argument says,
 * and of a comparison of 24 such columns: from profiles in memory and from saved ones. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "compare/statistics/statistic.h"
#include "core/random.h"
#include "shift/shift.h"
#include "timing.h"

enum { COLUMNS = 24, BATCH = 50000, TIMES = 7 };

static void check(shift_status status, const shift_error *err)
{
    if (status == SHIFT_OK)
        return;
    (void)fprintf(stderr, "bench: %s\n", err->message);
    exit(2);
}

/* Normal, lognormal, rounded and mostly 0 by turns */
static double draw(shift__random *random, size_t column)
{
    double radius = sqrt(-2.0 * log(1.0 - shift__random_uniform(random)));
    double x = radius * cos(6.283185307179586 * shift__random_uniform(random));
    switch (column % 4) {
    case 1:
        return exp(x);
    case 2:
        return round(10.0 * x);
    case 3:
        return x < 1.0 ? 0.0 : x;
    default:
        return x;
    }
}

static shift_profile *make_profile(uint64_t seed, size_t rows)
{
    shift_error err = SHIFT_ERROR_INIT;
    shift_schema *schema = NULL;
    shift_profile *profile = NULL;
    shift_column columns[COLUMNS] = {{0}};
    double *values = malloc((size_t)COLUMNS * BATCH * sizeof *values);
    check(values == NULL ? SHIFT_ENOMEM : shift_schema_new(&schema, &err), &err);
    for (size_t i = 0; i < COLUMNS; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "c%02zu", i);
        check(shift_schema_add(schema, name, SHIFT_KIND_NUMERIC, &err), &err);
        columns[i].numbers = values + i * BATCH;
    }
    check(shift_profile_new(&profile, schema, NULL, &err), &err);
    shift__random random;
    shift__random_init(&random, seed, 0);
    for (size_t done = 0; done < rows; done += BATCH) {
        for (size_t k = 0; k < (size_t)COLUMNS * BATCH; k++)
            values[k] = draw(&random, k / BATCH) + (seed == 2 && k < BATCH ? 0.1 : 0.0);
        shift_batch batch = {rows - done < BATCH ? rows - done : BATCH, COLUMNS, columns};
        check(shift_profile_add(profile, &batch, &err), &err);
    }
    free(values);
    shift_schema_free(schema);
    return profile;
}

static shift_profile *saved(const shift_profile *profile)
{
    shift_error err = SHIFT_ERROR_INIT;
    shift_profile *out = NULL;
    char path[] = "/tmp/bench-statistics-XXXXXX";
    int file = mkstemp(path);
    if (file < 0)
        exit(2);
    (void)close(file);
    check(shift_profile_save(profile, path, &err), &err);
    check(shift_profile_load(&out, path, &err), &err);
    (void)unlink(path);
    return out;
}

static void compare(const shift_profile *x, const shift_profile *y)
{
    shift_error err = SHIFT_ERROR_INIT;
    shift_comparison *out = NULL;
    shift_policy policy = SHIFT_POLICY_INIT;
    policy.no_joint = true;
    check(shift_compare(&out, x, y, &policy, &err), &err);
    shift_comparison_free(out);
}

static void make_view(const shift_profile *profile)
{
    shift_distribution *d = NULL;
    check(shift_distribution_of_profile(&d, profile, 0, NULL), NULL);
    shift_distribution_free(d);
}

static void make_pair(const shift_distribution *x, const shift_distribution *y)
{
    shift__pair *pair = NULL;
    check(shift__pair_new(&pair, x, y, NULL), NULL);
    shift__pair_free(pair);
}

static void compute(const shift__statistic *row, const shift__pair *pair)
{
    shift__estimate out = shift__undefined(NULL);
    check(row->compute(pair, &out, NULL), NULL);
}

static void print_line(const char *name, const double *seconds)
{
    printf("| %s | %.1f | %.1f |\n", name, 1e6 * seconds[0], 1e6 * seconds[1]);
}

int main(int argc, char **argv)
{
    size_t rows = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000000;
    shift_profile *sides[2][2] = {{make_profile(1, rows), make_profile(2, rows)}, {NULL, NULL}};
    shift_distribution *views[2][2];
    shift__pair *pairs[2];
    double t[2];
    for (int k = 0; k < 2; k++)
        sides[1][k] = saved(sides[0][k]);
    for (int i = 0; i < 2; i++) {
        for (int k = 0; k < 2; k++)
            check(shift_distribution_of_profile(&views[i][k], sides[i][k], 0, NULL), NULL);
        check(shift__pair_new(&pairs[i], views[i][0], views[i][1], NULL), NULL);
    }
    printf("Microseconds, one normal feature of %zu rows a side: %zu and %zu support points\n\n",
           rows, views[0][0]->n_points, views[1][0]->n_points);
    printf("| | in memory | saved |\n|---|--:|--:|\n");
    for (int i = 0; i < 2; i++)
        FASTEST(t[i], TIMES, make_view(sides[i][0]));
    print_line("view of a side", t);
    for (int i = 0; i < 2; i++)
        FASTEST(t[i], TIMES, make_pair(views[i][0], views[i][1]));
    print_line("pair of sides", t);
    for (size_t s = 0; s < shift__n_statistics; s++) {
        if ((shift__statistics[s].kinds >> SHIFT_KIND_NUMERIC & 1u) == 0)
            continue;
        for (int i = 0; i < 2; i++)
            FASTEST(t[i], TIMES, compute(&shift__statistics[s], pairs[i]));
        print_line(shift__statistics[s].name, t);
    }
    for (int i = 0; i < 2; i++)
        FASTEST(t[i], TIMES, compare(sides[i][0], sides[i][1]));
    print_line("comparison of 24 columns", t);
    for (int i = 0; i < 2; i++)
        t[i] /= COLUMNS;
    print_line("the same, per column", t);
    for (int i = 0; i < 2; i++) {
        shift__pair_free(pairs[i]);
        for (int k = 0; k < 2; k++) {
            shift_distribution_free(views[i][k]);
            shift_profile_free(sides[i][k]);
        }
    }
    return 0;
}
