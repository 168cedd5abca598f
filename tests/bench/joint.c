/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench_joint: seconds and peak memory of the joint part, from profiles with samples of the default
 * size, at 24, 64, 200 and 500 numeric features. Above 2 seconds at 24 features on two threads:
 * exit status 1. bench_joint RUNS ROWS...: pairs of 8
 * features without a shift through shift_compare(): share of runs in which the interval of the data
 * set's MCC contains 0. Below 93 %: exit status 1. bench_joint -w RUNS ROWS...: the same of 500. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "core/random.h"
#include "shift/comparison.h"

enum { BATCH = 1000 };

static double draw(shift__random *random)
{
    double u = 1.0 - shift__random_uniform(random);
    return sqrt(-2.0 * log(u)) * cos(6.283185307179586 * shift__random_uniform(random));
}

static void check(shift_status status, const shift_error *err)
{
    if (status == SHIFT_OK)
        return;
    (void)fprintf(stderr, "%s\n", err->message);
    exit(2);
}

/* Numbers with a common factor; every fourth is a whole number of few values, every fifth heavy. */
static shift_profile *make(shift__random *random, size_t rows, size_t p)
{
    shift_error err = SHIFT_ERROR_INIT;
    shift_schema *schema = NULL;
    shift_profile *profile = NULL;
    double *numbers = calloc(BATCH * p, sizeof *numbers);
    shift_column *columns = calloc(p, sizeof *columns);
    check(shift_schema_new(&schema, &err), &err);
    for (size_t c = 0; c < p; c++) {
        char name[24];
        (void)snprintf(name, sizeof name, "x%zu", c);
        check(shift_schema_add(schema, name, SHIFT_KIND_NUMERIC, &err), &err);
        columns[c].numbers = numbers + c * BATCH;
    }
    check(shift_profile_new(&profile, schema, NULL, &err), &err);
    for (size_t done = 0; done < rows; done += BATCH) {
        shift_batch batch = {rows - done < BATCH ? rows - done : BATCH, p, columns};
        for (size_t r = 0; r < batch.rows; r++) {
            double common = draw(random);
            for (size_t c = 0; c < p; c++) {
                double x = 0.6 * common + 0.8 * draw(random);
                numbers[c * BATCH + r] = c % 4 == 3 ? floor(2.0 * x) : c % 5 == 4 ? exp(x) : x;
            }
        }
        check(shift_profile_add(profile, &batch, &err), &err);
    }
    shift_schema_free(schema);
    free(columns);
    free(numbers);
    return profile;
}

static double mcc_of(const shift_profile *x, const shift_profile *y, const shift_policy *policy,
                     double limits[2])
{
    shift_error err = SHIFT_ERROR_INIT;
    shift_comparison *c = NULL;
    double value = (double)NAN;
    check(shift_compare(&c, x, y, policy, &err), &err);
    for (size_t i = 0; i < c->dataset->n_measurements; i++) {
        const shift_measurement *m = c->dataset->measurements[i];
        if (strcmp(m->statistic, "mcc") != 0)
            continue;
        value = m->value;
        limits[0] = m->low;
        limits[1] = m->high;
    }
    shift_comparison_free(c);
    return value;
}

static double now(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Seconds by the clock on the wall, since threads work at the same time. */
static double fastest(const shift_profile *x, const shift_profile *y, const shift_policy *policy)
{
    double best = 1e300;
    for (int i = 0; i < 3; i++) {
        double limits[2];
        double start = now();
        (void)mcc_of(x, y, policy, limits);
        best = fmin(best, now() - start);
    }
    return best;
}

static double peak_mebibytes(void)
{
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_maxrss / 1024.0;
}

static int time_parts(void)
{
    static const size_t widths[] = {24, 64, 200, 500};
    int slow = 0;
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        shift__random random;
        shift__random_init(&random, 1, i);
        shift_profile *x = make(&random, 20000, widths[i]);
        shift_profile *y = make(&random, 20000, widths[i]);
        double before = peak_mebibytes();
        for (unsigned threads = 1; threads <= 2; threads++) {
            shift_policy policy = SHIFT_POLICY_INIT;
            policy.threads = threads;
            double whole = fastest(x, y, &policy);
            policy.no_joint = true;
            double rest = fastest(x, y, &policy);
            printf("%3zu features, %u threads: joint part %.2f s (features by themselves %.2f s)\n",
                   widths[i], threads, whole - rest, rest);
            slow |= widths[i] == 24 && threads == 2 && whole - rest > 2.0;
        }
        printf("%3zu features: peak memory %.0f MiB, of which the profiles had %.0f\n", widths[i],
               peak_mebibytes(), before);
        shift_profile_free(x);
        shift_profile_free(y);
    }
    return slow;
}

static int cover(size_t rows, size_t features, int runs)
{
    int covered = 0;
    double sum = 0.0;
    for (int run = 0; run < runs; run++) {
        shift__random random;
        shift__random_init(&random, 7, (uint64_t)run);
        shift_profile *x = make(&random, rows, features);
        shift_profile *y = make(&random, rows, features);
        shift_policy policy = SHIFT_POLICY_INIT;
        double limits[2] = {1.0, 1.0};
        policy.threads = 2;
        policy.seed = (uint64_t)run;
        sum += mcc_of(x, y, &policy, limits);
        covered += limits[0] <= 0.0 && limits[1] >= 0.0;
        shift_profile_free(x);
        shift_profile_free(y);
    }
    printf("%3zu features, %6zu rows a side: mean MCC %+.4f, interval contains 0 in %.1f %% of %d "
           "runs\n",
           features, rows, sum / runs, 100.0 * covered / runs, runs);
    return covered < 0.93 * runs;
}

int main(int argc, char **argv)
{
    bool wide = argc > 1 && strcmp(argv[1], "-w") == 0;
    int first = wide ? 2 : 1;
    if (argc == 1)
        return time_parts();
    int runs = argc > first + 1 ? (int)strtol(argv[first], NULL, 10) : 0;
    if (runs < 1)
        return 2;
    int bad = 0;
    for (int i = first + 1; i < argc; i++)
        bad |= cover(strtoul(argv[i], NULL, 10), wide ? 500 : 8, runs);
    return bad;
}
