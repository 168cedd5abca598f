/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prints the tables of docs/methods.md; with --check, a short run that fails where the decision is
 * no longer calibrated. The power to reach is that of data/calibration/bar.json. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "peers.h"
#include "trial.h"

static const known_shift small_shifts[] = {
    {MEAN_SHIFT, 0.1}, {VARIANCE_SHIFT, 1.2}, {CONTAMINATION, 0.01}, {MIX_SHIFT, 1.0}};
enum { SMALL = sizeof small_shifts / sizeof *small_shifts };

static const known_shift sizes[] = {
    {MEAN_SHIFT, 0.01},    {MEAN_SHIFT, 0.05},    {MEAN_SHIFT, 0.1},     {MEAN_SHIFT, 0.2},
    {MEAN_SHIFT, 0.3},     {MEAN_SHIFT, 0.5},     {MEAN_SHIFT, 1.0},     {VARIANCE_SHIFT, 1.2},
    {VARIANCE_SHIFT, 2.0}, {VARIANCE_SHIFT, 4.0}, {CONTAMINATION, 0.01}, {CONTAMINATION, 0.1},
    {MIX_SHIFT, 1.0},      {MIX_SHIFT, 3.0},      {MIX_SHIFT, 8.0}};
enum { SIZES = sizeof sizes / sizeof *sizes };

/* Rows of bar.json */
typedef struct bar {
    size_t n;
    unsigned repetitions;
    double power[SMALL];
} bar;

static const bar bars[] = {{200, 1000, {0.019, 0.035, 0.009, 0.014}},
                           {1000, 1000, {0.172, 0.332, 0.042, 0.135}},
                           {10000, 200, {1.0, 1.0, 0.945, 1.0}},
                           {100000, 40, {1.0, 1.0, 1.0, 1.0}}};

static double percent(uint64_t count, uint64_t of)
{
    return 100.0 * (double)count / (double)of;
}

/* Of a rate of 5 %, in % */
static double standard_error(uint64_t runs)
{
    return 100.0 * sqrt(0.05 * 0.95 / (double)runs);
}

static void print_rule(const char *name, const tally *t, const outcome *o)
{
    int digits = o->repetitions < 5000 ? 1 : 2;
    printf("| %s | %.*f |", name, digits, percent(t->runs, o->repetitions));
    for (size_t i = 0; i < SMALL; i++)
        printf(" %.*f |", digits, percent(t->hits[i], o->repetitions));
    printf("\n");
}

static void print_outcome(const scenario *s, const outcome *o)
{
    printf("\n%zu rows of training, %zu of production, in %% of %llu runs (standard error of 5 %%: "
           "%.1f):\n\n",
           s->m, s->n, (unsigned long long)o->repetitions, standard_error(o->repetitions));
    printf("| rule | false alarm, any of 12 | mean + 0.1 sd | variance x 1.2 | 1 %% at 5 sd | "
           "category mix |\n|---|--:|--:|--:|--:|--:|\n");
    print_rule("libshift, is it real", &o->real, o);
    print_rule("libshift, warn or alert", &o->warn, o);
    print_rule("libshift, alert", &o->alert, o);
    print_rule("libshift, inconclusive", &o->inconclusive, o);
    for (size_t i = 0; i < n_peers; i++)
        print_rule(peers[i].name, &o->peer[i], o);
    (void)fflush(stdout);
}

static bool print_peers(unsigned threads, unsigned share)
{
    static const struct {
        size_t m, n;
        unsigned repetitions;
    } rows[] = {{50, 50, 3000},     {200, 200, 4000},    {1000, 1000, 2000},   {1000, 50, 3000},
                {20000, 200, 1000}, {10000, 10000, 800}, {100000, 100000, 160}};
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        scenario s = {k + 1,     rows[k].m, rows[k].n,    SET, rows[k].repetitions / share + 1,
                      IN_MEMORY, SMALL,     small_shifts, 0.0};
        outcome o;
        if (!run_scenario(&s, threads, &o))
            return false;
        print_outcome(&s, &o);
    }
    return true;
}

static void print_shift_name(known_shift s)
{
    switch (s.kind) {
    case MEAN_SHIFT:
        printf("| mean + %g sd |", s.size);
        break;
    case VARIANCE_SHIFT:
        printf("| variance x %g |", s.size);
        break;
    case CONTAMINATION:
        printf("| %g %% at 5 sd |", 100.0 * s.size);
        break;
    case MIX_SHIFT:
        printf("| category mix x %g |", s.size);
        break;
    case NO_SHIFT:
        printf("| none |");
        break;
    }
}

static bool print_sizes(unsigned threads, unsigned share)
{
    static const size_t rows[] = {200, 1000, 10000};
    static const unsigned repetitions[] = {1000, 400, 100};
    outcome o[3];
    for (size_t k = 0; k < 3; k++) {
        scenario s = {20 + k,    rows[k], rows[k], SET, repetitions[k] / share + 1,
                      IN_MEMORY, SIZES,   sizes,   0.0};
        if (!run_scenario(&s, threads, &o[k]))
            return false;
    }
    printf(
        "\nReal / warn or alert / alert, in %% of runs, and at 10,000 rows the share of runs in "
        "which every peer fires:\n\n| shift | 200 rows | 1,000 rows | 10,000 rows | every peer | "
        "of these alert |\n|---|--:|--:|--:|--:|--:|\n");
    for (size_t i = 0; i < SIZES; i++) {
        print_shift_name(sizes[i]);
        for (size_t k = 0; k < 3; k++)
            printf(" %.0f / %.0f / %.0f |", percent(o[k].real.hits[i], o[k].repetitions),
                   percent(o[k].warn.hits[i], o[k].repetitions),
                   percent(o[k].alert.hits[i], o[k].repetitions));
        printf(" %.0f |", percent(o[2].all_peers[i], o[2].repetitions));
        if (o[2].all_peers[i] > 0)
            printf(" %.0f |\n", percent(o[2].alert_too[i], o[2].all_peers[i]));
        else
            printf(" |\n");
    }
    (void)fflush(stdout);
    return true;
}

static void print_null(const scenario *s, const outcome *o, const char *what)
{
    printf("| %zu | %zu | %zu | %s | %llu | %.1f | %.2f | %.2f | %.2f |\n", s->m, s->n, s->columns,
           what, (unsigned long long)o->repetitions, standard_error(o->repetitions),
           percent(o->real.runs, o->repetitions), percent(o->warn.runs, o->repetitions),
           percent(o->alert.runs, o->repetitions));
    (void)fflush(stdout);
}

static bool print_nulls(unsigned threads, unsigned share)
{
    static const struct {
        size_t m, n, columns;
        unsigned repetitions;
        storage how;
        const char *what;
    } rows[] = {
        {200, 200, 1, 20000, STREAMED, ""},
        {200, 200, 100, 1000, STREAMED, ""},
        {200, 200, 1000, 200, STREAMED, ""},
        {1000, 1000, 1, 10000, STREAMED, ""},
        {1000, 1000, 100, 800, STREAMED, ""},
        {1000, 1000, 1000, 400, STREAMED, ""},
        {1000, 50, 100, 1000, STREAMED, ""},
        {1000, 8, 12, 4000, STREAMED, ""},
        {20000, 200, 1000, 200, STREAMED, ""},
        {10000, 10000, 1000, 60, STREAMED, ""},
        {1000000, 5000, 12, 100, STREAMED, "sketched"},
        {500000, 500000, 12, 160, STREAMED, "sketched"},
        {500000, 500000, 12, 30, SORTED, "sketched, sorted"},
        {10000000, 10000000, 12, 20, STREAMED, "sketched"},
        {50, 50, 12, 8000, STREAMED, ""},
        {10000, 10000, 12, 6000, STREAMED, ""},
        {100000, 100000, 12, 400, STREAMED, "sketched"},
    };
    printf(
        "\nWithout a shift, in %% of runs:\n\n| train rows | production rows | features | | runs "
        "| se of 5 %% | real | warn or alert | alert |\n|--:|--:|--:|---|--:|--:|--:|--:|--:|\n");
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        scenario s = {40 + k,
                      rows[k].m,
                      rows[k].n,
                      rows[k].columns,
                      rows[k].repetitions / share + 1,
                      rows[k].how,
                      0,
                      NULL,
                      0.0};
        outcome o;
        if (!run_scenario(&s, threads, &o))
            return false;
        print_null(&s, &o, rows[k].what);
    }
    return true;
}

enum { MANY_ROWS = 10000000 };

static bool print_many_rows(unsigned threads, size_t rows, unsigned runs, uint64_t stream)
{
    static const known_shift tiny[] = {{MEAN_SHIFT, 0.001}, {MEAN_SHIFT, 0.01}};
    scenario s = {stream, rows, rows, 1, runs, STREAMED, 2, tiny, 0.0};
    outcome o;
    if (!run_scenario(&s, threads, &o))
        return false;
    printf("\n%zu rows a side, one feature, %llu runs:\n\n| shift | real | warn or alert | alert "
           "|\n|---|--:|--:|--:|\n",
           rows, (unsigned long long)o.repetitions);
    for (size_t i = 0; i < 2; i++) {
        print_shift_name(tiny[i]);
        printf(" %.1f %% | %.1f %% | %.1f %% |\n", percent(o.real.hits[i], o.repetitions),
               percent(o.warn.hits[i], o.repetitions), percent(o.alert.hits[i], o.repetitions));
    }
    (void)fflush(stdout);
    return true;
}

static void print_dependent(const scenario *s, const outcome *o)
{
    uint64_t n = o->repetitions;
    printf("| %g | %zu | %zu | %llu | %.1f | %.1f | %.1f | %.1f | %.1f |\n", s->rho, s->n,
           s->columns, (unsigned long long)n, standard_error(n), percent(o->dependent, n),
           percent(o->real.runs, n), percent(o->warn.runs, n), percent(o->alert.runs, n));
    (void)fflush(stdout);
}

/* Of a correlation in %, rows, features and runs: one row, without a shift, by other random numbers
 */
static bool print_autoregression(unsigned threads, const size_t *numbers, uint64_t stream)
{
    scenario s = {stream,
                  numbers[1],
                  numbers[1],
                  numbers[2],
                  (unsigned)numbers[3],
                  SERIES,
                  0,
                  NULL,
                  0.01 * (double)numbers[0]};
    outcome o;
    if (!run_scenario(&s, threads, &o))
        return false;
    print_dependent(&s, &o);
    return true;
}

/* Without a shift */
static bool print_autoregressions(unsigned threads, unsigned share)
{
    static const double rhos[] = {0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9};
    static const struct {
        size_t rows, columns;
        unsigned repetitions;
    } sizes_of[] = {{200, 1, 4000},   {200, SET, 2000},  {200, 100, 1000},
                    {1000, 1, 4000},  {1000, SET, 2000}, {1000, 100, 400},
                    {10000, 1, 2000}, {10000, SET, 400}, {10000, 100, 60}};
    printf(
        "\nSeries z_t = rho z_(t-1) + e_t without a shift, both sides of so many rows, in %% of "
        "runs:\n\n| rho | rows | features | runs | se of 5 %% | taken for a series | real | warn "
        "or alert | alert |\n|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
    for (size_t k = 0; k < sizeof sizes_of / sizeof *sizes_of; k++)
        for (size_t i = 0; i < sizeof rhos / sizeof *rhos; i++) {
            scenario s = {90 + k,
                          sizes_of[k].rows,
                          sizes_of[k].rows,
                          sizes_of[k].columns,
                          sizes_of[k].repetitions / share + 1,
                          SERIES,
                          0,
                          NULL,
                          rhos[i]};
            outcome o;
            if (!run_scenario(&s, threads, &o))
                return false;
            print_dependent(&s, &o);
        }
    return true;
}

static bool print_series(unsigned threads, unsigned share)
{
    static const struct {
        size_t rows, columns;
        double rho;
        unsigned repetitions;
    } rows[] = {
        {200, 1, 0.0, 4000},    {200, 1, 0.5, 4000},     {200, 1, 0.9, 4000},
        {200, SET, 0.9, 2000},  {1000, 1, 0.0, 4000},    {1000, 1, 0.5, 4000},
        {1000, 1, 0.9, 4000},   {1000, 1, 0.99, 2000},   {1000, SET, 0.9, 2000},
        {10000, 1, 0.5, 1000},  {10000, 1, 0.9, 1000},   {10000, 1, 0.99, 1000},
        {10000, SET, 0.9, 400}, {100000, SET, 0.9, 100},
    };
    static const known_shift shifts[] = {{MEAN_SHIFT, 0.3}, {MEAN_SHIFT, 1.0}};
    printf("\nSeries z_t = rho z_(t-1) + e_t, both sides of so many rows, in %% of runs:\n\n"
           "| rows | features | rho | runs | se of 5 %% | real, no shift | warn or alert | alert | "
           "mean + 0.3 sd: real / alert | mean + 1 sd: real / alert |\n"
           "|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        scenario s = {70 + k,
                      rows[k].rows,
                      rows[k].rows,
                      rows[k].columns,
                      rows[k].repetitions / share + 1,
                      SERIES,
                      2,
                      shifts,
                      rows[k].rho};
        outcome o;
        if (!run_scenario(&s, threads, &o))
            return false;
        uint64_t n = o.repetitions;
        printf("| %zu | %zu | %g | %llu | %.1f | %.1f | %.1f | %.1f | %.0f / %.0f | %.0f / %.0f "
               "|\n",
               s.n, s.columns, s.rho, (unsigned long long)n, standard_error(n),
               percent(o.real.runs, n), percent(o.warn.runs, n), percent(o.alert.runs, n),
               percent(o.real.hits[0], n), percent(o.alert.hits[0], n), percent(o.real.hits[1], n),
               percent(o.alert.hits[1], n));
        (void)fflush(stdout);
    }
    return true;
}

/* The standard error of the share of real ones is that between pools. */
static bool print_pools(unsigned threads, size_t rows, size_t columns, unsigned pools,
                        uint64_t stream)
{
    scenario s = {stream, rows, rows, columns, pools, POOLED, 0, NULL, 0.0};
    outcome o;
    if (!run_scenario(&s, threads, &o))
        return false;
    double mean = (double)o.real.runs / pools;
    double variance = ((double)o.real_squares / pools - mean * mean) / (pools - 1.0);
    printf("| %zu | %zu | %zu | %u pools | %llu | %.2f | %.2f | %.2f | %.2f |\n", rows, rows,
           columns, pools, (unsigned long long)o.repetitions,
           100.0 * sqrt(fmax(variance, 0.0)) / (PARTS - 1), percent(o.real.runs, o.repetitions),
           percent(o.warn.runs, o.repetitions), percent(o.alert.runs, o.repetitions));
    (void)fflush(stdout);
    return true;
}

static bool print_power(unsigned threads, size_t rows, unsigned runs, uint64_t stream)
{
    scenario s = {stream, rows, rows, SET, runs, IN_MEMORY, SMALL, small_shifts, 0.0};
    outcome o;
    if (!run_scenario(&s, threads, &o))
        return false;
    print_outcome(&s, &o);
    return true;
}

static bool print_one_null(unsigned threads, const size_t *numbers, uint64_t stream)
{
    scenario s = {stream,   numbers[0], numbers[1], numbers[2], (unsigned)numbers[3],
                  STREAMED, 0,          NULL,       0.0};
    outcome o;
    if (!run_scenario(&s, threads, &o))
        return false;
    print_null(&s, &o, "");
    return true;
}

/* One table or row; a last number more is the stream of random numbers: runs of different streams
 * may be added up. */
static bool print_one(unsigned threads, const char *what, const size_t *numbers, size_t n)
{
    static const struct {
        const char *name;
        size_t numbers;
        uint64_t stream;
    } forms[] = {{"--power ROWS RUNS", 2, 10},
                 {"--many-rows ROWS RUNS", 2, 60},
                 {"--pools ROWS FEATURES POOLS", 3, 12},
                 {"--null TRAIN PROD FEATURES RUNS", 4, 11},
                 {"--rho PERCENT ROWS FEATURES RUNS", 4, 12}};
    enum { POWER, MANY, POOLS, NULLS, RHO, FORMS };
    size_t form = 0;
    while (form < FORMS && strncmp(forms[form].name, what, strcspn(forms[form].name, " ")) != 0)
        form++;
    if (form == FORMS || n < forms[form].numbers || n > forms[form].numbers + 1)
        return false;
    uint64_t stream = n > forms[form].numbers ? numbers[n - 1] : forms[form].stream;
    switch (form) {
    case POWER:
        return print_power(threads, numbers[0], (unsigned)numbers[1], stream);
    case MANY:
        return print_many_rows(threads, numbers[0], (unsigned)numbers[1], stream);
    case POOLS:
        return print_pools(threads, numbers[0], numbers[1], (unsigned)numbers[2], stream);
    case RHO:
        return print_autoregression(threads, numbers, stream);
    default:
        return print_one_null(threads, numbers, stream);
    }
}

/* Three standard deviations of a share that is estimated from `runs` */
static double slack(double share, uint64_t runs)
{
    return 3.0 * sqrt(share * (1.0 - share) / (double)runs);
}

static bool check_size(const bar *b, unsigned repetitions, unsigned threads)
{
    scenario s = {80, b->n, b->n, SET, repetitions, IN_MEMORY, SMALL, small_shifts, 0.0};
    outcome o;
    if (!run_scenario(&s, threads, &o))
        return false;
    double runs = (double)o.repetitions;
    double alarms = (double)o.real.runs / runs;
    bool good = alarms <= 0.05 + slack(0.05, o.repetitions);
    printf("%zu rows: %.2f %% false alarms%s\n", b->n, 100.0 * alarms, good ? "" : ", too many");
    for (size_t i = 0; i < SMALL; i++) {
        double power = (double)o.real.hits[i] / runs;
        /* both shares are estimates */
        double noise = hypot(slack(b->power[i], o.repetitions), slack(b->power[i], b->repetitions));
        bool reached = power >= b->power[i] - noise;
        printf("  power %.3f, bar %.3f%s\n", power, b->power[i], reached ? "" : ", missed");
        good = good && reached;
    }
    bool quiet = b->n < 1000 || (o.alert.runs == 0 && o.alert.hits[0] == 0);
    if (!quiet)
        printf("  alerts without a shift that matters\n");
    return good && quiet;
}

static bool check(unsigned threads)
{
    bool good = check_size(&bars[0], 150, threads);
    good = check_size(&bars[1], 20, threads) && good;
    return check_size(&bars[2], 1, threads) && good;
}

static bool print_all(unsigned threads, unsigned share)
{
    return print_peers(threads, share) && print_sizes(threads, share) &&
           print_nulls(threads, share) && print_many_rows(threads, MANY_ROWS, 10 / share + 1, 60) &&
           print_series(threads, share) && print_autoregressions(threads, share);
}

/* All tables, or the one that is asked for */
static bool print_tables(const char *what, unsigned threads, unsigned share)
{
    if (strcmp(what, "--check") == 0)
        return check(threads);
    if (strcmp(what, "--nulls") == 0) /* runs without a shift */
        return print_nulls(threads, share);
    if (strcmp(what, "--series") == 0)
        return print_series(threads, share);
    if (strcmp(what, "--autoregressions") == 0) /* series without a shift */
        return print_autoregressions(threads, share);
    if (strcmp(what, "--many-rows") == 0)
        return print_many_rows(threads, MANY_ROWS, 10 / share + 1, 60);
    return print_all(threads, share);
}

int main(int argc, char **argv)
{
    unsigned threads = 2;
    unsigned share = 1;
    const char *what = "";
    enum { MOST_NUMBERS = 5 };
    size_t numbers[MOST_NUMBERS];
    size_t n = 0;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--share") == 0 &&
            i + 1 < argc) /* of the repetitions, to look around */
            share = (unsigned)strtoul(argv[++i], NULL, 10);
        else if (argv[i][0] != '-' && n < MOST_NUMBERS)
            numbers[n++] = strtoul(argv[i], NULL, 10);
        else
            what = argv[i];
    }
    bool good = share > 0;
    if (n > 0)
        good = good && print_one(threads, what, numbers, n);
    else
        good = good && print_tables(what, threads, share);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
