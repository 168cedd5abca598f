/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Profiling a CSV file, beside what reading it takes: L is libcsv alone with empty callbacks, one
 * thread. `bench_read FILE [QUOTED]` prints the ratios; `bench_read --only FILE THREADS` profiles
 * once and prints the peak memory; `bench_read --compare A B` compares two files, each profiled and
 * saved. */
#include <csv.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "shift/shift.h"
#include "source/csv.h"
#include "source/numbers.h"
#include "timing.h"

enum { RUNS = 5, BUFFER = 1 << 16 };

static void check(shift_status status, const shift_error *err)
{
    if (status == SHIFT_OK)
        return;
    (void)fprintf(stderr, "bench: %s\n", err->message);
    exit(2);
}

static double wall_seconds(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- libcsv alone ---- */

static void on_field(void *text, size_t n, void *context)
{
    (void)text;
    (void)n;
    (void)context;
}

static void on_row(int end, void *context)
{
    (void)end;
    (void)context;
}

static void parse_alone(const char *path)
{
    static char buffer[BUFFER];
    struct csv_parser parser;
    FILE *file = fopen(path, "rb");
    if (file == NULL || csv_init(&parser, 0) != 0)
        exit(2);
    size_t n;
    while ((n = fread(buffer, 1, sizeof buffer, file)) > 0)
        if (csv_parse(&parser, buffer, n, on_field, on_row, NULL) != n)
            exit(2);
    (void)csv_fini(&parser, on_field, on_row, NULL);
    csv_free(&parser);
    (void)fclose(file);
}

/* ---- the profile ---- */

static shift_profile *profile_of(const char *path, unsigned threads, bool all_libcsv)
{
    shift_error err = SHIFT_ERROR_INIT;
    shift_source *source = NULL;
    shift_profile *profile = NULL;
    shift_profile_options options = SHIFT_PROFILE_OPTIONS_INIT;
    options.threads = threads;
    check(shift_source_open(&source, path, NULL, &err), &err);
    if (all_libcsv)
        shift__csv_set_kernels(source, NULL, shift__numbers_best());
    check(shift_profile_read(&profile, source, NULL, NULL, &options, &err), &err);
    shift_source_close(source);
    return profile;
}

static void run_profile(const char *path, unsigned threads, bool all_libcsv)
{
    shift_profile_free(profile_of(path, threads, all_libcsv));
}

/* ---- the table ---- */

static double least(double a, double b)
{
    return a < b ? a : b;
}

static void bench_reading(const char *path, const char *quoted)
{
    double alone = INFINITY;
    double one = INFINITY;
    double plain = INFINITY;
    double with_quotes = INFINITY;
    double wall[2] = {INFINITY, INFINITY};
    for (int run = 0; run < RUNS; run++) { /* in turn, so that all see the same machine */
        double took;
        FASTEST(took, 1, parse_alone(path));
        alone = least(alone, took);
        for (unsigned threads = 1; threads <= 2; threads++) {
            double start = wall_seconds();
            double cpu = thread_seconds();
            run_profile(path, threads, false);
            wall[threads - 1] = least(wall[threads - 1], wall_seconds() - start);
            if (threads == 1)
                one = least(one, thread_seconds() - cpu);
        }
        FASTEST(took, 1, run_profile(path, 1, true));
        plain = least(plain, took);
        if (quoted != NULL) {
            FASTEST(took, 1, run_profile(quoted, 1, false));
            with_quotes = least(with_quotes, took);
        }
    }
    struct stat about;
    double bytes = stat(path, &about) == 0 ? (double)about.st_size : NAN;
    shift_profile *profile = profile_of(path, 1, false);
    double rows = (double)shift_profile_rows(profile);
    double values = rows * (double)shift_schema_size(shift_profile_schema(profile));
    shift_profile_free(profile);
    printf("L: %.2f s, %.1f ns a field; profile: %.2f s, %.1f ns a field, %.0f rows/s, %.0f MB/s\n",
           alone, alone / values * 1e9, one, one / values * 1e9, rows / one, bytes / one / 1e6);
    printf("full profile / L, 1 thread: %.2f (must 0.95, aim 0.60)\n", one / alone);
    printf("speed-up of 2 threads: %.2f (must 1.75, aim 1.9)\n", wall[0] / wall[1]);
    printf("every row through libcsv / L: %.2f (must 2.1, aim 1.7)\n", plain / alone);
    if (quoted != NULL)
        printf("quotes in 1 %% of the rows / clean: %.2f (must 1.25, aim 1.08)\n",
               with_quotes / one);
}

static shift_profile *saved_and_loaded(const char *path, const char *saved)
{
    shift_error err = SHIFT_ERROR_INIT;
    shift_profile *profile = profile_of(path, 2, false);
    check(shift_profile_save(profile, saved, &err), &err);
    shift_profile_free(profile);
    profile = NULL;
    check(shift_profile_load(&profile, saved, &err), &err);
    return profile;
}

static void compare_once(const shift_profile *a, const shift_profile *b)
{
    shift_error err = SHIFT_ERROR_INIT;
    shift_comparison *comparison = NULL;
    shift_policy policy = SHIFT_POLICY_INIT;
    policy.no_joint = true;
    check(shift_compare(&comparison, a, b, &policy, &err), &err);
    shift_comparison_free(comparison);
}

static void bench_compare(const char *train, const char *prod)
{
    char saved[4096];
    (void)snprintf(saved, sizeof saved, "%s.profile", train);
    shift_profile *a = saved_and_loaded(train, saved);
    shift_profile *b = saved_and_loaded(prod, saved);
    double took;
    FASTEST(took, RUNS, compare_once(a, b));
    printf("comparing two saved profiles: %.1f ms (must 50, aim 10)\n", took * 1e3);
    shift_profile_free(a);
    shift_profile_free(b);
    (void)remove(saved);
}

static int profile_once(const char *path, unsigned threads)
{
    double start = wall_seconds();
    run_profile(path, threads, false);
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);
    printf("%s, %u thread(s): %.2f s, peak memory %.1f MiB\n", path, threads,
           wall_seconds() - start, (double)usage.ru_maxrss / 1024);
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "--only") == 0)
        return profile_once(argv[2], (unsigned)strtoul(argv[3], NULL, 10));
    if (argc == 4 && strcmp(argv[1], "--compare") == 0) {
        bench_compare(argv[2], argv[3]);
        return EXIT_SUCCESS;
    }
    if (argc < 2) {
        (void)fprintf(stderr, "usage: %s FILE [QUOTED] | --only FILE THREADS | --compare A B\n",
                      argv[0]);
        return 2;
    }
    bench_reading(argv[1], argc > 2 ? argv[2] : NULL);
    return EXIT_SUCCESS;
}
