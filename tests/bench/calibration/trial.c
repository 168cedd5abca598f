/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One repetition draws two sides without a shift, then a shifted one per known shift, and compares
 * each with the training side. */
#include "trial.h"
#include <math.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "ours.h"
#include "peers.h"

typedef struct worker {
    const scenario *scenario;
    pthread_mutex_t lock; /* of what follows */
    unsigned next;
    bool failed;
    outcome sum;
} worker;

/* What one repetition works with */
typedef struct trial {
    const scenario *s;
    gsl_rng *random;
    table train, prod; /* empty where streamed */
    shift_profile *train_profile;
    outcome *out;
    shift_error err;
} trial;

static shift_status make_side(trial *t, table *side, size_t rows, known_shift shift,
                              shift_profile **out)
{
    if (t->s->how == STREAMED)
        return profile_stream(out, rows, t->s->columns, shift, t->random, &t->err);
    if (t->s->how == SERIES)
        table_fill_series(side, t->s->rho, shift, t->random);
    else
        table_fill(side, shift, t->random);
    if (t->s->how == SORTED)
        table_sort(side);
    return profile_table(out, side, &t->err);
}

/* Whether each rule fires on a feature: real, warn, alert, inconclusive, then the peers */
enum { REAL, WARN, ALERT, INCONCLUSIVE, PEERS, RULES = PEERS + MOST_PEERS };

static void ask(const trial *t, const shift_comparison *c, size_t column, bool *fires)
{
    const shift_subject *f = c->features[column];
    memset(fires, 0, RULES * sizeof *fires);
    fires[REAL] = is_real(f);
    fires[WARN] = f->verdict >= SHIFT_VERDICT_WARN;
    fires[ALERT] = f->verdict == SHIFT_VERDICT_ALERT;
    fires[INCONCLUSIVE] = f->verdict == SHIFT_VERDICT_INCONCLUSIVE;
    peer_case p = {&t->train, &t->prod, f, column, t->s->columns};
    for (size_t k = 0; t->s->how == IN_MEMORY && k < n_peers; k++)
        fires[PEERS + k] = peers[k].alarms(&p);
}

static tally *tally_of(outcome *out, size_t rule)
{
    tally *own[] = {&out->real, &out->warn, &out->alert, &out->inconclusive};
    return rule < PEERS ? own[rule] : &out->peer[rule - PEERS];
}

static void count_null(trial *t, const shift_comparison *c)
{
    bool any[RULES] = {false};
    bool fires[RULES];
    for (size_t i = 0; i < c->n_features; i++) {
        ask(t, c, i, fires);
        for (size_t k = 0; k < RULES; k++)
            any[k] = any[k] || fires[k];
    }
    for (size_t k = 0; k < RULES; k++)
        tally_of(t->out, k)->runs += any[k];
    bool dependent = false;
    for (size_t i = 0; i < c->n_messages; i++)
        dependent = dependent || strstr(c->messages[i]->text, "depend on those before") != NULL;
    t->out->dependent += dependent;
}

static void count_shift(trial *t, const shift_comparison *c, size_t i)
{
    bool fires[RULES];
    ask(t, c, touched(t->s->shifts[i]), fires);
    bool all = t->s->how == IN_MEMORY;
    for (size_t k = 0; k < n_peers; k++)
        all = all && (fires[PEERS + k] || peers[k].baseline);
    for (size_t k = 0; k < RULES; k++)
        tally_of(t->out, k)->hits[i] += fires[k];
    t->out->all_peers[i] += all;
    t->out->alert_too[i] += all && fires[ALERT];
}

/* Compare training with a production side; `i` is the shift, or SIZE_MAX for none. */
static shift_status compare_with(trial *t, size_t i)
{
    known_shift none = {NO_SHIFT, 0.0};
    shift_profile *prod = NULL;
    shift_comparison *c = NULL;
    shift_policy policy = SHIFT_POLICY_INIT;
    policy.no_joint = true; /* tests/bench/mcc_level.c is about the joint statistics */
    shift_status status =
        make_side(t, &t->prod, t->s->n, i == SIZE_MAX ? none : t->s->shifts[i], &prod);
    if (status == SHIFT_OK)
        status = shift_compare(&c, t->train_profile, prod, &policy, &t->err);
    if (status == SHIFT_OK && i == SIZE_MAX)
        count_null(t, c);
    if (status == SHIFT_OK && i != SIZE_MAX)
        count_shift(t, c, i);
    shift_comparison_free(c);
    shift_profile_free(prod);
    return status;
}

/* Whether part `i` is of training in column `column` of Walsh's form of the Hadamard matrix */
static bool in_train(size_t i, size_t column)
{
    bool odd = false;
    for (size_t bits = i & column; bits > 0; bits &= bits - 1)
        odd = !odd;
    return !odd;
}

static shift_status compare_halves(trial *t, shift_profile *const *parts, size_t column)
{
    shift_profile *halves[2][PARTS / 2];
    size_t n[2] = {0, 0};
    for (size_t i = 0; i < PARTS; i++) {
        bool prod = !in_train(i, column);
        halves[prod][n[prod]++] = parts[i];
    }
    shift_profile *sides[2] = {NULL, NULL};
    shift_comparison *c = NULL;
    shift_policy policy = SHIFT_POLICY_INIT;
    policy.no_joint = true;
    shift_status status = SHIFT_OK;
    for (int k = 0; status == SHIFT_OK && k < 2; k++)
        status = profile_parts(&sides[k], halves[k], n[k], t->s->columns, &t->err);
    if (status == SHIFT_OK)
        status = shift_compare(&c, sides[0], sides[1], &policy, &t->err);
    if (status == SHIFT_OK)
        count_null(t, c);
    shift_comparison_free(c);
    shift_profile_free(sides[0]);
    shift_profile_free(sides[1]);
    return status;
}

static bool repeat_pool(trial *t)
{
    known_shift none = {NO_SHIFT, 0.0};
    shift_profile *parts[PARTS] = {NULL};
    shift_status status = SHIFT_OK;
    for (size_t i = 0; status == SHIFT_OK && i < PARTS; i++)
        status =
            profile_stream(&parts[i], 2 * t->s->m / PARTS, t->s->columns, none, t->random, &t->err);
    for (size_t column = 1; status == SHIFT_OK && column < PARTS; column++)
        status = compare_halves(t, parts, column);
    for (size_t i = 0; i < PARTS; i++)
        shift_profile_free(parts[i]);
    t->out->repetitions = PARTS - 1;
    t->out->real_squares = t->out->real.runs * t->out->real.runs;
    return status == SHIFT_OK;
}

static bool repeat(const scenario *s, unsigned repetition, outcome *out)
{
    trial t = {s, stream_new(s->section, repetition), {0}, {0}, NULL, out, SHIFT_ERROR_INIT};
    bool good = t.random != NULL;
    if (good && s->how == POOLED) {
        good = repeat_pool(&t);
        if (!good)
            (void)fprintf(stderr, "calibration: %s\n", t.err.message);
        gsl_rng_free(t.random);
        return good;
    }
    if (good && s->how != STREAMED)
        good = table_new(&t.train, s->m, s->columns) && table_new(&t.prod, s->n, s->columns);
    if (!good)
        (void)shift_error_set(&t.err, SHIFT_ENOMEM, "out of memory");
    known_shift none = {NO_SHIFT, 0.0};
    good = good && make_side(&t, &t.train, s->m, none, &t.train_profile) == SHIFT_OK;
    good = good && compare_with(&t, SIZE_MAX) == SHIFT_OK;
    for (size_t i = 0; good && i < s->n_shifts; i++)
        good = compare_with(&t, i) == SHIFT_OK;
    if (!good)
        (void)fprintf(stderr, "calibration: %s\n", t.err.message);
    out->repetitions = 1;
    shift_profile_free(t.train_profile);
    table_free(&t.train);
    table_free(&t.prod);
    if (t.random != NULL)
        gsl_rng_free(t.random);
    return good;
}

static void add_tally(tally *to, const tally *from)
{
    to->runs += from->runs;
    for (size_t i = 0; i < MOST_SHIFTS; i++)
        to->hits[i] += from->hits[i];
}

static void add_outcome(outcome *to, outcome *from)
{
    to->repetitions += from->repetitions;
    to->dependent += from->dependent;
    to->real_squares += from->real_squares;
    for (size_t k = 0; k < RULES; k++)
        add_tally(tally_of(to, k), tally_of(from, k));
    for (size_t i = 0; i < MOST_SHIFTS; i++) {
        to->all_peers[i] += from->all_peers[i];
        to->alert_too[i] += from->alert_too[i];
    }
}

static void *work(void *context)
{
    worker *w = context;
    for (;;) {
        (void)pthread_mutex_lock(&w->lock);
        unsigned mine = w->next++;
        bool stop = w->failed || mine >= w->scenario->repetitions;
        (void)pthread_mutex_unlock(&w->lock);
        if (stop)
            return NULL;
        outcome one;
        memset(&one, 0, sizeof one);
        bool good = repeat(w->scenario, mine, &one);
        (void)pthread_mutex_lock(&w->lock);
        w->failed = w->failed || !good;
        add_outcome(&w->sum, &one);
        (void)pthread_mutex_unlock(&w->lock);
    }
}

bool run_scenario(const scenario *s, unsigned threads, outcome *out)
{
    worker w = {s, PTHREAD_MUTEX_INITIALIZER, 0, false, {0}};
    memset(&w.sum, 0, sizeof w.sum);
    enum { MOST_THREADS = 64 };
    pthread_t others[MOST_THREADS];
    unsigned started = 0;
    while (started + 1 < threads && started < MOST_THREADS &&
           pthread_create(&others[started], NULL, work, &w) == 0)
        started++;
    (void)work(&w);
    for (unsigned i = 0; i < started; i++)
        (void)pthread_join(others[i], NULL);
    (void)pthread_mutex_destroy(&w.lock);
    *out = w.sum;
    return !w.failed;
}
