/* SPDX-License-Identifier: GPL-3.0-or-later */
/* network MODEL ROWS [THREADS [SECONDS [SIZE]]]: milliseconds in which a network is run forward on
 * ROWS random rows, and how many times that takes with moments captured, with all that a layer
 * profile keeps (histograms), and with every value kept as in small runs. Each thread runs a batch
 * of its own. The four take turns; each time is the fastest, each ratio the median of the rounds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/pool.h"
#include "core/random.h"
#include "network/capture.h"
#include "network/execute.h"
#include "timing.h"

enum { MOST_THREADS = 64, MOST_ROUNDS = 2000, WAYS = 4, LEAST_ROUNDS = 7 };

static const double at_least = 5e-3; /* seconds of one way in a round */

typedef enum way { PLAIN = 0, MOMENTS, HISTOGRAMS, VALUES } way;

typedef struct bench {
    const shift__graph *graph;
    const shift__tensor *inputs;
    size_t threads;
    shift__pool *pool;
    shift__execution *executions[MOST_THREADS];
    shift__layers sites;
    shift__capture captures[WAYS];
    shift__capture_batch batches[WAYS][MOST_THREADS];
    way now;
    shift_error errors[MOST_THREADS];
} bench;

/* Of one thread, its processor time. */
static double seconds_now(size_t threads)
{
    struct timespec t;
    if (threads == 1)
        return thread_seconds();
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void check(shift_status status, const shift_error *err)
{
    if (status == SHIFT_OK)
        return;
    (void)fprintf(stderr, "%s\n", err->message);
    exit(1);
}

/* Its histograms are as wide as the product's; the first batch's rows are its row sample. */
static void begin_capture(bench *b, way w, size_t rows)
{
    shift_error err = SHIFT_ERROR_INIT;
    shift__capture *capture = &b->captures[w];
    shift_layer_profile *profile = calloc(1, sizeof *profile);
    if (profile == NULL)
        exit(1);
    profile->layers = calloc(b->sites.n, sizeof *profile->layers);
    profile->n_layers = b->sites.n;
    profile->most = rows;
    profile->most_values = w == VALUES ? SIZE_MAX : 0;
    *capture = (shift__capture){
        .sites = &b->sites, .profile = profile, .bins = w == MOMENTS ? 0 : shift__bins_near(1024)};
    check(shift__capture_begin(capture, b->graph, &err), &err);
    for (size_t t = 0; t < b->threads; t++) {
        shift__capture_batch *batch = &b->batches[w][t];
        check(shift__capture_batch_begin(batch, capture, rows, &err), &err);
        batch->rows = rows;
        batch->before = t * rows;
        for (size_t r = 0; r < rows; r++)
            batch->slots[r] = t == 0 ? r : SIZE_MAX;
    }
}

static void run_one(void *context, size_t t)
{
    bench *b = context;
    shift__tap tap = {b->captures[b->now].wanted, shift__capture_see, &b->batches[b->now][t]};
    check(shift__execution_run(b->executions[t], b->inputs, b->now == PLAIN ? NULL : &tap,
                               &b->errors[t]),
          &b->errors[t]);
}

static void run_all(bench *b, size_t threads)
{
    shift__pool_run(b->pool, threads, run_one, b);
    for (size_t t = 0; b->now != PLAIN && t < threads; t++)
        check(shift__capture_fold(&b->batches[b->now][t], &b->errors[t]), &b->errors[t]);
    for (size_t i = 0; b->now == VALUES && i < b->sites.n; i++)
        b->captures[VALUES].profile->layers[i].values.n = 0;
}

static void open_bench(bench *b)
{
    shift_error err = SHIFT_ERROR_INIT;
    size_t rows = (size_t)b->inputs->dims[0];
    const shift__execution_options options = {.channels_last = true};
    check(shift__pool_new(&b->pool, (unsigned)b->threads, &err), &err);
    check(shift__layers_find(&b->sites, b->graph, &err), &err);
    for (size_t t = 0; t < b->threads; t++)
        check(shift__execution_new(&b->executions[t], b->graph, b->inputs, &options, &err), &err);
    for (int w = PLAIN; w < WAYS; w++) {
        if (w != PLAIN)
            begin_capture(b, (way)w, rows);
        b->now = (way)w;
        run_all(b, 1);
        /* what follows has no row in the sample, as most rows of a long run */
        for (size_t r = 0; w != PLAIN && r < rows; r++)
            b->batches[w][0].slots[r] = SIZE_MAX;
        if (w != PLAIN)
            b->batches[w][0].before = rows;
    }
}

static void close_bench(bench *b)
{
    for (int w = MOMENTS; w < WAYS; w++) {
        for (size_t t = 0; t < b->threads; t++)
            shift__capture_batch_clear(&b->batches[w][t]);
        shift_layer_profile_free(b->captures[w].profile);
        shift__capture_clear(&b->captures[w]);
    }
    for (size_t t = 0; t < b->threads; t++)
        shift__execution_free(b->executions[t]);
    shift__layers_clear(&b->sites);
    shift__pool_free(b->pool);
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static void measure(bench *b, double seconds)
{
    static double ratios[WAYS][MOST_ROUNDS];
    double best[WAYS] = {0};
    size_t rounds = 0;
    double start = seconds_now(b->threads);
    b->now = PLAIN;
    run_all(b, b->threads);
    /* of a fast network several runs each, so that it finds its own numbers in the caches */
    size_t times = 1 + (size_t)(at_least / (seconds_now(b->threads) - start));
    double end = start + seconds;
    for (; rounds < MOST_ROUNDS && (rounds < LEAST_ROUNDS || seconds_now(b->threads) < end);
         rounds++) {
        double took[WAYS];
        for (int w = PLAIN; w < WAYS; w++) {
            b->now = (way)w;
            start = seconds_now(b->threads);
            for (size_t i = 0; i < times; i++)
                run_all(b, b->threads);
            took[w] = (seconds_now(b->threads) - start) / (double)times;
            best[w] = rounds == 0 || took[w] < best[w] ? took[w] : best[w];
            ratios[w][rounds] = took[w] / took[PLAIN];
        }
    }
    for (int w = PLAIN; w < WAYS; w++)
        qsort(ratios[w], rounds, sizeof(double), ascending);
    printf(
        "%.4f ms forward, %.2f x with moments, %.2f x with histograms, %.2f x with every value\n",
        best[PLAIN] * 1e3 / (double)b->threads, ratios[MOMENTS][rounds / 2],
        ratios[HISTOGRAMS][rounds / 2], ratios[VALUES][rounds / 2]);
}

int main(int argc, char **argv)
{
    static bench b; /* large */
    shift_error err = SHIFT_ERROR_INIT;
    shift__onnx *file = NULL;
    shift__graph *graph = NULL;
    if (argc < 3)
        return 2;
    check(shift__onnx_load(&file, argv[1], &err), &err);
    check(shift__graph_new(&graph, file, &err), &err);
    static shift__tensor input;
    input = graph->values[graph->inputs[0]].tensor;
    input.dims[0] = strtol(argv[2], NULL, 10);
    for (size_t i = 1; i < input.rank; i++)
        if (input.dims[i] < 0)
            input.dims[i] = argc > 5 ? strtol(argv[5], NULL, 10) : 224;
    check(shift__tensor_alloc(&input, &err), &err);
    shift__random random;
    shift__random_init(&random, 1, 0);
    for (size_t i = 0; i < shift__tensor_size(&input); i++)
        shift__floats(&input)[i] = (float)shift__random_uniform(&random);
    b.graph = graph;
    b.inputs = &input;
    b.threads = argc > 3 ? (size_t)strtol(argv[3], NULL, 10) : 1;
    if (b.threads < 1 || b.threads > MOST_THREADS)
        return 2;
    open_bench(&b);
    measure(&b, argc > 4 ? strtod(argv[4], NULL) : 3);
    close_bench(&b);
    shift__tensor_clear(&input);
    shift__graph_free(graph);
    shift__onnx_free(file);
    return 0;
}
