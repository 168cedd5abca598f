/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of a profile, each beside what one would write without it: moments and a scalar Welford
 * update, co-moments and cblas_dsyrk, the sketch and a textbook KLL of equal error, categories, the
 * row sample. */
#include <cblas.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile/categories.h"
#include "profile/comoments.h"
#include "profile/kernels.h"
#include "profile/moments.h"
#include "profile/sample.h"
#include "profile/sketch.h"
#include "profile/sort.h"
#include "timing.h"

enum { CHUNK = SHIFT__SKETCH_CHUNK * SHIFT__SKETCH_WIDTH };
enum { N = 2000000, BATCH = 4096, RUNS = 5, COLUMNS = 20 };

static volatile double sink;

static void check(shift_status status)
{
    if (status != SHIFT_OK)
        exit(2);
}

static double normal(shift__random *random)
{
    double radius = sqrt(-2 * log(1 - shift__random_uniform(random)));
    return radius * cos(6.283185307179586 * shift__random_uniform(random));
}

static double value_of(int shape, size_t i, shift__random *random)
{
    switch (shape) {
    case 0:
        return normal(random);
    case 1:
        return floor(1000 * shift__random_uniform(random));
    case 2:
        return exp(3 * normal(random));
    case 3:
        return round(normal(random) * 1e6) / 1e6;
    case 4:
        return (double)i;
    default:
        return floor(3 * shift__random_uniform(random));
    }
}

static double *values(int shape)
{
    double *x = malloc(N * sizeof *x);
    if (x == NULL)
        exit(2);
    shift__random random;
    shift__random_init(&random, 1, (uint64_t)shape);
    for (size_t i = 0; i < N; i++)
        x[i] = value_of(shape, i, &random);
    return x;
}

static const char *const shapes[] = {"normal",       "0..999", "lognormal",
                                     "six decimals", "sorted", "0..2"};

/* ---- moments ---- */

typedef struct welford {
    double n, mean, m2, m3, m4, minimum, maximum;
} welford;

static void welford_add(welford *w, double x)
{
    double before = w->n;
    w->n++;
    double d = x - w->mean;
    double dn = d / w->n;
    double dn2 = dn * dn;
    double term = d * dn * before;
    w->mean += dn;
    w->m4 += term * dn2 * (w->n * w->n - 3 * w->n + 3) + 6 * dn2 * w->m2 - 4 * dn * w->m3;
    w->m3 += term * dn * (w->n - 2) - 3 * dn * w->m2;
    w->m2 += term;
    w->minimum = x < w->minimum ? x : w->minimum;
    w->maximum = x > w->maximum ? x : w->maximum;
}

static void run_welford(const double *x)
{
    welford w = {0, 0, 0, 0, 0, INFINITY, -INFINITY};
    for (size_t i = 0; i < N; i++)
        welford_add(&w, x[i]);
    sink = w.m4;
}

static void run_moments(const double *x)
{
    shift__moments m;
    shift__moments_init(&m);
    for (size_t i = 0; i < N; i += BATCH)
        shift__moments_add(&m, x + i, N - i < BATCH ? N - i : BATCH);
    sink = m.m4;
}

static void bench_moments(const double *x)
{
    double scalar;
    double ours;
    FASTEST(scalar, RUNS, run_welford(x));
    FASTEST(ours, RUNS, run_moments(x));
    printf("moments to order 4            %6.2f ns a value; / scalar Welford %.2f (must 0.6, aim "
           "0.25)\n",
           ours / N * 1e9, ours / scalar);
}

/* ---- sketch ---- */

/* KLL as in the paper: values one by one into the lowest compactor, capacities k (2/3)^depth. */
typedef struct textbook {
    double *levels[40];
    size_t sizes[40], height, k;
    shift__random random;
    double variance;
} textbook;

static size_t textbook_capacity(const textbook *t, size_t h)
{
    double capacity = (double)t->k;
    for (; h < t->height; h++)
        capacity *= 2.0 / 3;
    return capacity < 2 ? 2 : (size_t)capacity;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static void textbook_compact(textbook *t, size_t h)
{
    qsort(t->levels[h], t->sizes[h], sizeof(double), by_value);
    size_t even = t->sizes[h] / 2 * 2;
    if (h == t->height)
        t->height++;
    if (t->levels[h + 1] == NULL)
        t->levels[h + 1] = malloc(4 * t->k * sizeof(double));
    for (size_t i = shift__random_next(&t->random) >> 63; i < even; i += 2)
        t->levels[h + 1][t->sizes[h + 1]++] = t->levels[h][i];
    t->levels[h][0] = t->levels[h][t->sizes[h] - 1];
    t->sizes[h] -= even;
    t->variance += ldexp(1, 2 * (int)h);
}

static double run_textbook(const double *x, size_t k)
{
    textbook t = {.k = k};
    shift__random_init(&t.random, 1, 1);
    t.levels[0] = malloc(4 * k * sizeof(double));
    for (size_t i = 0; i < N; i++) {
        t.levels[0][t.sizes[0]++] = x[i];
        for (size_t h = 0; h <= t.height && t.sizes[h] >= textbook_capacity(&t, h); h++)
            textbook_compact(&t, h);
    }
    for (size_t h = 0; h < 40; h++)
        free(t.levels[h]);
    return sqrt(t.variance) / N;
}

static double run_sketch(const double *x)
{
    shift__sketch *s = NULL;
    check(shift__sketch_new(&s, 1, SHIFT__SKETCH_WIDTH, false, NULL));
    for (size_t i = 0; i < N; i += BATCH) {
        size_t n = N - i < BATCH ? N - i : BATCH;
        check(shift__sketch_reserve(s, n, NULL));
        shift__sketch_add(s, x + i, n);
    }
    double error = sqrt(s->variance) / N;
    shift__sketch_free(s);
    return error;
}

static void bench_sketch(const double *x, int shape)
{
    double ours;
    double error = 0;
    FASTEST(ours, RUNS, error = run_sketch(x));
    printf("sketch, %-12s          %6.2f ns a value (standard error of a rank %.1e)", shapes[shape],
           ours / N * 1e9, error);
    if (shape == 0) {
        double theirs;
        double their_error = 0;
        FASTEST(theirs, 1, their_error = run_textbook(x, 8192));
        printf("; / textbook KLL (error %.1e) %.2f (must 0.5, aim 0.2)", their_error,
               ours / theirs);
    }
    putchar('\n');
}

static void run_sorts(const double *x, double *copy, double *scratch)
{
    for (size_t i = 0; i + CHUNK <= N; i += CHUNK) {
        memcpy(copy, x + i, CHUNK * sizeof *x);
        shift__sort(copy, CHUNK, scratch);
    }
}

static void bench_sort(const double *x, int shape)
{
    static double copy[CHUNK];
    static double scratch[CHUNK];
    double ours;
    FASTEST(ours, RUNS, run_sorts(x, copy, scratch));
    printf("sort of 16,384, %-12s  %6.2f ns a value\n", shapes[shape], ours / N * 1e9);
}

/* ---- categories ---- */

typedef struct texts {
    char *bytes;
    uint32_t *begin;
} texts;

static texts make_texts(uint64_t levels)
{
    texts t = {malloc((size_t)N * 12), malloc((N + 1) * sizeof(uint32_t))};
    if (t.bytes == NULL || t.begin == NULL)
        exit(2);
    shift__random random;
    shift__random_init(&random, levels, 0);
    t.begin[0] = 0;
    for (size_t i = 0; i < N; i++) {
        double u = shift__random_uniform(&random);
        int size = snprintf(t.bytes + t.begin[i], 12, "id%u", (unsigned)((double)levels * u * u));
        t.begin[i + 1] = t.begin[i] + (uint32_t)size;
    }
    return t;
}

static void run_categories(const texts *t)
{
    shift__categories *c = NULL;
    check(shift__categories_new(&c, SHIFT__CATEGORIES_DEFAULT, NULL));
    for (size_t i = 0; i < N; i += BATCH) {
        size_t n = N - i < BATCH ? N - i : BATCH;
        shift_column column = {.bytes = t->bytes, .begin = t->begin + i, .end = t->begin + i + 1};
        check(shift__categories_reserve(c, n, t->begin[i + n] - t->begin[i], NULL));
        shift__categories_add_column(c, &column, n);
    }
    sink = (double)c->n;
    shift__categories_free(c);
}

static void bench_categories(uint64_t levels)
{
    texts t = make_texts(levels);
    double ours;
    FASTEST(ours, RUNS, run_categories(&t));
    printf("categories, %7u levels    %6.2f ns a value\n", (unsigned)levels, ours / N * 1e9);
    free(t.bytes);
    free(t.begin);
}

/* ---- co-moments ---- */

static void run_dsyrk(const double *x, size_t rows, double *products)
{
    for (size_t i = 0; i < rows; i += SHIFT__COMOMENTS_ROWS)
        cblas_dsyrk(CblasColMajor, CblasLower, CblasTrans, COLUMNS, SHIFT__COMOMENTS_ROWS, 1, x,
                    SHIFT__COMOMENTS_ROWS, 1, products, COLUMNS);
    sink = products[0];
}

static void run_products(const double *x, size_t rows, double *products)
{
    for (size_t i = 0; i < rows; i += SHIFT__COMOMENTS_ROWS)
        shift__cross_products(x, SHIFT__COMOMENTS_ROWS, COLUMNS, SHIFT__COMOMENTS_ROWS, products);
    sink = products[0];
}

static void run_comoments(shift__comoments *c, const shift_batch *batch, size_t rows)
{
    for (size_t i = 0; i < rows; i += BATCH)
        shift__comoments_add(c, batch);
    sink = c->products[0];
}

static void bench_comoments(const double *x, shift_schema *schema)
{
    enum { ROWS = 1 << 20 };
    static double products[COLUMNS * COLUMNS];
    shift_column columns[COLUMNS] = {0};
    for (size_t i = 0; i < COLUMNS; i++)
        columns[i].numbers = x + i * BATCH;
    shift_batch batch = {BATCH, COLUMNS, columns};
    shift__comoments *c = NULL;
    check(shift__comoments_new(&c, schema, NULL));
    double syrk;
    double kernel;
    double whole;
    FASTEST(syrk, RUNS, run_dsyrk(x, ROWS, products));
    FASTEST(kernel, RUNS, run_products(x, ROWS, products));
    FASTEST(whole, RUNS, run_comoments(c, &batch, ROWS));
    printf("co-moments of 20 columns      %6.2f ns a value (products %.2f); / cblas_dsyrk %.2f "
           "(products %.2f) (must 1.7, aim 1.25)\n",
           whole / ROWS / COLUMNS * 1e9, kernel / ROWS / COLUMNS * 1e9, whole / syrk,
           kernel / syrk);
    shift__comoments_free(c);
}

/* ---- row sample ---- */

static void run_sample(const shift_schema *schema, const shift_batch *batch)
{
    shift__sample *s = NULL;
    check(shift__sample_new(&s, schema, 1, SHIFT__SAMPLE_ROWS, NULL));
    for (size_t i = 0; i < N; i += BATCH) {
        check(shift__sample_reserve(s, batch, 1, NULL));
        shift__sample_add(s, batch, 1);
    }
    sink = (double)s->n;
    shift__sample_free(s);
}

static void bench_sample(const double *x, const shift_schema *schema)
{
    shift_column columns[COLUMNS] = {0};
    for (size_t i = 0; i < COLUMNS; i++)
        columns[i].numbers = x + i * BATCH;
    shift_batch batch = {BATCH, COLUMNS, columns};
    double ours;
    FASTEST(ours, RUNS, run_sample(schema, &batch));
    printf("row sample of 20 columns      %6.2f ns a value\n", ours / N / COLUMNS * 1e9);
}

int main(void)
{
    shift_schema *schema = NULL;
    check(shift_schema_new(&schema, NULL));
    for (int i = 0; i < COLUMNS; i++) {
        char name[8];
        (void)snprintf(name, sizeof name, "x%d", i);
        check(shift_schema_add(schema, name, SHIFT_KIND_NUMERIC, NULL));
    }
    printf("kernels: %s\n", shift__kernels_at(0)->name);
    double *x = values(0);
    bench_moments(x);
    bench_comoments(x, schema);
    bench_sample(x, schema);
    free(x);
    for (int shape = 0; shape < 6; shape++) {
        x = values(shape);
        bench_sort(x, shape);
        bench_sketch(x, shape);
        free(x);
    }
    bench_categories(5);
    bench_categories(50);
    bench_categories(5000);
    bench_categories(200000);
    shift_schema_free(schema);
    return EXIT_SUCCESS;
}
