/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often a monitor wakes somebody although nothing shifts, beside the number that its user set:
 * 1,000 nights of 1 to 500 features. The monitor is read from a file; levels, decision, detectors
 * and policy are the library's. Every effect is over its threshold, so that p-values alone keep the
 * peace. With --check, a short run that fails where the verdicts break the promise. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

#include "compare/decision/decision.h"
#include "data.h"
#include "shift/shift.h"

enum { NIGHTS = 1000, MONTH = 30, SERIES = 4 };

/* Noise of a measurement in night t: sqrt(s) a + sqrt(1 - s) z_t, a being the training sample's
 * part, z_t = rho z_(t-1) + sqrt(1 - rho^2) e_t. */
typedef struct noise_law {
    const char *name;
    double shared, rho;
} noise_law;

static const noise_law noises[] = {{"independent", 0, 0},
                                   {"one training sample", 0.5, 0},
                                   {"AR(1) over nights, rho 0.5", 0, 0.5},
                                   {"AR(1) over nights, rho 0.9", 0, 0.9}};
enum { NOISES = sizeof noises / sizeof *noises };

/* The tests that decide, and an effect that is always large. */
static const char *const statistics[] = {"normal_scores", "klotz", "wasserstein_normalized"};
enum { TESTS = 2, STATISTICS = 3 };

typedef struct feature {
    shift_subject subject;
    shift_measurement measurements[STATISTICS];
    const shift__statistic *statistics[STATISTICS];
    double weights[STATISTICS];
    double shared[SERIES], now[SERIES];
    shift_series_state series[SERIES];
} feature;

/* One monitor's life. */
typedef struct life {
    const shift_monitor *monitor;
    const noise_law *noise;
    bool detects;
    shift_change_limits limits;
    gsl_rng *random;
    size_t n;
    feature *features;
    shift__case *cases;
    const shift_subject **subjects;
    shift_verdict verdicts[64]; /* the latest first */
    shift_alarm_past past;
} life;

/* Nights with an alarm or a reminder, with a change point, with either. */
typedef struct nights {
    unsigned verdict, change, any;
} nights;

static void draw(life *l, feature *f, bool first)
{
    for (int i = 0; i < SERIES; i++) {
        double e = gsl_ran_ugaussian(l->random);
        if (first)
            f->shared[i] = gsl_ran_ugaussian(l->random);
        double rho = first ? 0 : l->noise->rho;
        f->now[i] = rho * f->now[i] + sqrt(1 - rho * rho) * e;
    }
}

static double value_of(const life *l, const feature *f, int i)
{
    return sqrt(l->noise->shared) * f->shared[i] + sqrt(1 - l->noise->shared) * f->now[i];
}

static void measure(const life *l, feature *f)
{
    for (int i = 0; i < TESTS; i++)
        f->measurements[i].log10_p = log10(2 * gsl_cdf_ugaussian_Q(fabs(value_of(l, f, i))));
}

/* The run's verdict, as shift_compare() comes to it. */
static shift_status judge(life *l, shift_verdict *verdict, shift_error *err)
{
    shift__arena arena = {NULL};
    size_t tested = 0;
    shift_status status = shift__adjust(l->cases, l->n, &tested, err);
    shift__bench bench = {l->monitor->alpha, l->monitor->alpha / (double)l->n, &arena};
    for (size_t i = 0; status == SHIFT_OK && i < l->n; i++)
        status = shift__judge(&bench, &l->cases[i], err);
    shift_subject dataset = {.name = "dataset"};
    if (status == SHIFT_OK)
        status =
            shift__judge_dataset(&bench, l->monitor->fail_share, l->subjects, l->n, &dataset, err);
    *verdict = dataset.verdict;
    shift__arena_clear(&arena);
    return status;
}

static bool is_loud(life *l, shift_verdict verdict)
{
    l->past.runs_since++;
    shift_notice notice = shift_alarm_decide(&l->monitor->policy, &l->past, verdict);
    if (notice != SHIFT_NOTICE_NONE) {
        l->past.last = notice;
        l->past.runs_since = 0;
    }
    memmove(l->verdicts + 1, l->verdicts, sizeof l->verdicts - sizeof *l->verdicts);
    l->verdicts[0] = verdict;
    l->past.n += l->past.n < 64;
    return notice == SHIFT_NOTICE_ALARM || notice == SHIFT_NOTICE_REMINDER;
}

/* Mean shift, log variance ratio and missing rate are nearly normal; a Jensen-Shannon distance is
 * like the root of a chi-square number, by Wilson and Hilferty's cube of 9 degrees of freedom. */
static double recorded(const life *l, const feature *f, int i)
{
    double z = value_of(l, f, i);
    return i == SERIES - 1 ? pow(fmax(1 - 2.0 / 81 + z * sqrt(2.0 / 81), 0), 1.5) : z;
}

static bool has_changed(life *l)
{
    bool any = false;
    for (size_t k = 0; k < l->n; k++)
        for (int i = 0; i < SERIES; i++) {
            shift_change_signal signals[SHIFT_N_DETECTORS];
            shift_series_state *state = &l->features[k].series[i];
            shift_change_update(state, &l->limits, recorded(l, &l->features[k], i), signals);
            bool changed = false;
            for (int d = 0; d < SHIFT_N_DETECTORS; d++)
                changed = changed || (l->monitor->detectors[d] && signals[d].changed);
            if (changed)
                memset(state, 0, sizeof *state);
            any = any || changed;
        }
    return any;
}

static shift_status live(life *l, nights *out, shift_error *err)
{
    shift_status status = SHIFT_OK;
    *out = (nights){0, 0, 0};
    for (int t = 0; status == SHIFT_OK && t < NIGHTS; t++) {
        shift_verdict verdict = SHIFT_VERDICT_NONE;
        for (size_t k = 0; k < l->n; k++) {
            draw(l, &l->features[k], t == 0);
            measure(l, &l->features[k]);
        }
        status = judge(l, &verdict, err);
        bool loud = is_loud(l, verdict);
        bool changed = l->detects && has_changed(l);
        out->verdict += loud;
        out->change += changed;
        out->any += loud || changed;
    }
    return status;
}

static void new_feature(feature *f)
{
    memset(f, 0, sizeof *f);
    f->subject.name = "x";
    f->subject.kind = SHIFT_KIND_NUMERIC;
    f->subject.train.n = f->subject.prod.n = 100000;
    for (int i = 0; i < STATISTICS; i++) {
        double none = (double)NAN;
        f->statistics[i] = shift__statistic_find(statistics[i]);
        f->measurements[i] = (shift_measurement){.statistic = statistics[i],
                                                 .value = none,
                                                 .low = none,
                                                 .high = none,
                                                 .p_value = none,
                                                 .log10_p = none,
                                                 .p_adjusted = none,
                                                 .warn = none,
                                                 .alert = none};
    }
    f->measurements[TESTS].value = 1;
    f->measurements[TESTS].alert = 0.25;
}

static bool new_life(life *l, size_t n, uint64_t section, uint64_t repetition)
{
    l->n = n;
    l->random = stream_new(section, repetition);
    l->features = malloc(n * sizeof *l->features);
    l->cases = calloc(n, sizeof *l->cases);
    l->subjects = malloc(n * sizeof(void *));
    if (l->random == NULL || l->features == NULL || l->cases == NULL || l->subjects == NULL)
        return false;
    l->past = (shift_alarm_past){0, l->verdicts, SHIFT_NOTICE_NONE, 0, 0};
    for (size_t i = 0; i < n; i++) {
        feature *f = &l->features[i];
        new_feature(f);
        l->subjects[i] = &f->subject;
        l->cases[i] = (shift__case){.subject = &f->subject,
                                    .measurements = f->measurements,
                                    .statistics = f->statistics,
                                    .weights = f->weights,
                                    .n = STATISTICS};
    }
    return true;
}

static void free_life(life *l)
{
    if (l->random != NULL)
        gsl_rng_free(l->random);
    free(l->features);
    free(l->cases);
    free(l->subjects);
}

/* What a user writes. */
static shift_status read_monitor(shift_monitor **out, const char *changes, shift_error *err)
{
    char path[] = "alarms-XXXXXX";
    int fd = mkstemp(path);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
    if (file == NULL)
        return shift_error_set(err, SHIFT_EIO, "cannot write %s", path);
    (void)fprintf(file,
                  "name: night\ndb: m.db\ntrain: train.csv\nproduction: {source: \"%%F.csv\"}\n"
                  "policy: {false_alarms: {at_most: 1, runs: %d}}\n%s",
                  (int)MONTH, changes);
    (void)fclose(file);
    shift_status status = shift_monitor_load(out, path, err);
    (void)unlink(path);
    return status;
}

/* A month's worth, and its standard error from the spread of the monitors. */
typedef struct rate {
    double mean, error;
} rate;

static rate rate_of(const unsigned *counts, unsigned n)
{
    double sum = 0;
    double squares = 0;
    for (unsigned i = 0; i < n; i++) {
        double x = (double)counts[i] * MONTH / NIGHTS;
        sum += x;
        squares += x * x;
    }
    double mean = sum / n;
    return (rate){mean, sqrt(fmax(squares / n - mean * mean, 0) / fmax(n - 1.0, 1))};
}

enum { MOST_MONITORS = 200 };
typedef struct rates {
    rate verdict, change, any;
} rates;

static shift_status simulate(const shift_monitor *monitor, size_t features, const noise_law *noise,
                             unsigned monitors, rates *out, shift_error *err)
{
    unsigned verdict[MOST_MONITORS];
    unsigned change[MOST_MONITORS];
    unsigned any[MOST_MONITORS];
    shift_change_limits limits = {.size = sizeof limits};
    int detectors = 0;
    for (int d = 0; d < SHIFT_N_DETECTORS; d++)
        detectors += monitor->detectors[d];
    shift_status status = SHIFT_OK;
    if (detectors > 0) /* as shift_watch_run() divides it, which would do so every night */
        status = shift_change_limits_set(
            &limits, monitor->run_length * detectors * (double)(SERIES * features), err);
    for (unsigned i = 0; status == SHIFT_OK && i < monitors; i++) {
        life l = {.monitor = monitor, .noise = noise, .detects = detectors > 0, .limits = limits};
        nights count;
        if (new_life(&l, features, 90 + (uint64_t)(noise - noises), i))
            status = live(&l, &count, err);
        else
            status = shift_error_set(err, SHIFT_ENOMEM, "out of memory");
        free_life(&l);
        if (status != SHIFT_OK)
            return status;
        verdict[i] = count.verdict;
        change[i] = count.change;
        any[i] = count.any;
    }
    *out = (rates){rate_of(verdict, monitors), rate_of(change, monitors), rate_of(any, monitors)};
    return status;
}

static shift_status print_row(const shift_monitor *plain, const shift_monitor *detecting,
                              size_t features, const noise_law *noise, unsigned monitors,
                              shift_error *err)
{
    rates a;
    rates b;
    shift_status status = simulate(plain, features, noise, monitors, &a, err);
    if (status == SHIFT_OK)
        status = simulate(detecting, features, noise, monitors, &b, err);
    if (status != SHIFT_OK)
        return status;
    printf("| %zu | %s | %u | %.2f ± %.2f | %.2f ± %.2f | %.2f ± %.2f | %.2f ± %.2f |\n", features,
           noise->name, monitors, a.verdict.mean, a.verdict.error, b.verdict.mean, b.verdict.error,
           b.change.mean, b.change.error, b.any.mean, b.any.error);
    (void)fflush(stdout);
    return SHIFT_OK;
}

static shift_status print_table(const shift_monitor *plain, const shift_monitor *detecting,
                                shift_error *err)
{
    static const struct {
        size_t features;
        unsigned monitors;
    } rows[] = {{1, 40}, {20, 40}, {100, 15}, {500, 4}};
    shift_status status = SHIFT_OK;
    printf("| features | measurements | monitors | verdicts alone | with CUSUM: verdicts | change "
           "points | either |\n|--:|---|--:|--:|--:|--:|--:|\n");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t k = 0; status == SHIFT_OK && k < NOISES; k++)
            status =
                print_row(plain, detecting, rows[i].features, &noises[k], rows[i].monitors, err);
    return status;
}

enum { BEFORE = 120, AFTER = 60, STEPS = 20000, FOUND = 300 };

/* What became of a step. */
typedef struct finding {
    int after; /* nights; 0: not in AFTER nights, or CUSUM spoke before */
    int width; /* of the interval of when it began, in nights */
    bool held; /* it holds the first night of the step */
} finding;

/* One series' step after BEFORE nights without. */
static finding find_step(gsl_rng *random, const shift_change_limits *limits, double rho,
                         double step)
{
    double values[BEFORE + AFTER];
    shift_change_interval when;
    shift_series_state state;
    shift_change_signal signals[SHIFT_N_DETECTORS];
    double x = gsl_ran_ugaussian(random);
    memset(&state, 0, sizeof state);
    for (int t = 1 - BEFORE; t <= AFTER; t++) {
        size_t i = (size_t)(t + BEFORE - 1);
        values[i] = x + (t > 0 ? step : 0);
        shift_change_update(&state, limits, values[i], signals);
        if (signals[SHIFT_DETECTOR_CUSUM].changed) {
            if (t <= 0 || !shift_change_locate(values, i + 1, limits, &when))
                break;
            return (finding){t, (int)(when.high - when.low) + 1,
                             when.low <= BEFORE && when.high >= BEFORE};
        }
        x = rho * x + sqrt(1 - rho * rho) * gsl_ran_ugaussian(random);
    }
    return (finding){0, 0, false};
}

static int compare_ints(const void *a, const void *b)
{
    int x = *(const int *)a;
    int y = *(const int *)b;
    return (x > y) - (x < y);
}

static int median(int *values, size_t n)
{
    qsort(values, n, sizeof *values, compare_ints);
    return n > 0 ? values[n / 2] : 0;
}

static void print_steps(gsl_rng *random, const shift_change_limits *limits, double rho)
{
    static const double steps[] = {0.5, 1, 2, 4};
    for (size_t k = 0; k < sizeof steps / sizeof *steps; k++) {
        int after[FOUND];
        int width[FOUND];
        int tried = 0;
        size_t n = 0;
        size_t held = 0;
        for (; tried < STEPS && n < FOUND; tried++) {
            finding f = find_step(random, limits, rho, steps[k]);
            if (f.after == 0)
                continue;
            after[n] = f.after;
            width[n++] = f.width;
            held += f.held;
        }
        printf(" %.3g %% in %d: %.0f %% in %d |", 100.0 * (double)n / tried, median(after, n),
               n > 0 ? 100.0 * (double)held / (double)n : 0.0, median(width, n));
        (void)fflush(stdout);
    }
}

/* A step of one series, in its standard deviations: how often it is found and the median delay; of
 * those that are found, how often the interval holds its beginning, and the median width. */
static shift_status print_delays(const shift_monitor *monitor, shift_error *err)
{
    static const size_t features[] = {1, 20, 100, 500};
    static const double rhos[] = {0, 0.5, 0.9};
    gsl_rng *random = stream_new(99, 0);
    shift_status status =
        random != NULL ? SHIFT_OK : shift_error_set(err, SHIFT_ENOMEM, "out of memory");
    printf("\n| features | rho | step 0.5 sd | 1 sd | 2 sd | 4 sd |\n|--:|--:|--:|--:|--:|--:|\n");
    for (size_t i = 0; status == SHIFT_OK && i < sizeof features / sizeof *features; i++) {
        shift_change_limits limits = {.size = sizeof limits};
        status = shift_change_limits_set(&limits,
                                         monitor->run_length * (double)(SERIES * features[i]), err);
        for (size_t k = 0; status == SHIFT_OK && k < sizeof rhos / sizeof *rhos; k++) {
            printf("| %zu | %.1f |", features[i], rhos[k]);
            print_steps(random, &limits, rhos[k]);
            printf("\n");
        }
    }
    if (random != NULL)
        gsl_rng_free(random);
    return status;
}

/* More than one a month, beyond four standard errors, by verdicts alone or with change points? */
static shift_status check(const shift_monitor *plain, const shift_monitor *detecting, bool *kept,
                          shift_error *err)
{
    shift_status status = SHIFT_OK;
    for (size_t k = 0; status == SHIFT_OK && k < NOISES; k++) {
        rates r;
        rates both = {{0, 0}, {0, 0}, {0, 0}};
        status = simulate(plain, 20, &noises[k], 20, &r, err);
        if (status == SHIFT_OK)
            status = simulate(detecting, 20, &noises[k], 8, &both, err);
        if (status != SHIFT_OK)
            return status;
        printf("20 features, %s: %.2f +- %.2f a month, with change points %.2f +- %.2f\n",
               noises[k].name, r.verdict.mean, r.verdict.error, both.any.mean, both.any.error);
        *kept = *kept && r.verdict.mean <= 1 + 4 * r.verdict.error && r.verdict.mean > 0.2 &&
                both.any.mean <= 1 + 4 * both.any.error && both.change.mean > 0.05;
    }
    return status;
}

static shift_status run(const char *what, const shift_monitor *plain,
                        const shift_monitor *detecting, bool *kept, shift_error *err)
{
    if (strcmp(what, "--check") == 0)
        return check(plain, detecting, kept, err);
    shift_status status = SHIFT_OK;
    if (strcmp(what, "--delays") != 0) /* only that table */
        status = print_table(plain, detecting, err);
    return status == SHIFT_OK && detecting != NULL ? print_delays(detecting, err) : status;
}

int main(int argc, char **argv)
{
    shift_error err = SHIFT_ERROR_INIT;
    shift_monitor *plain = NULL;
    shift_monitor *detecting = NULL;
    bool kept = true;
    shift_status status = read_monitor(&plain, "", &err);
    if (status == SHIFT_OK)
        status = read_monitor(&detecting, "changes: {detectors: [cusum]}\n", &err);
    if (status == SHIFT_OK)
        status = run(argc > 1 ? argv[1] : "", plain, detecting, &kept, &err);
    if (status != SHIFT_OK)
        (void)fprintf(stderr, "calibration_alarms: %s\n", err.message);
    shift_monitor_free(plain);
    shift_monitor_free(detecting);
    return status == SHIFT_OK && kept ? 0 : 1;
}
