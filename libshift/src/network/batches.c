/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Groups of as many batches as there are threads. While a group is run, one thread reads the next
 * group first. */
#include "network/batches.h"

#include <stdlib.h>
#include <string.h>

#include "core/pool.h"

/* The rows of a batch, in memory of its own. */
typedef struct place {
    shift__tensor *inputs;
    int64_t *labels;
    size_t rows;
} place;

typedef struct group {
    place *places;       /* one a thread */
    size_t n;            /* batches in it */
    shift_status status; /* of reading what follows them */
    shift_error error;
} group;

/* What runs a batch. */
typedef struct lane {
    shift__execution *execution;
    size_t planned; /* its rows */
    shift__batch batch;
    shift_status status;
    shift_error error;
} lane;

typedef struct state {
    const shift__batches *calls;
    size_t threads;
    shift__pool *pool;
    lane *lanes; /* one a thread */
    group groups[2];
    group *current, *next;
    size_t most;   /* batches that are read into `next` */
    uint64_t rows; /* before `current` */
} state;

/* ---- reading ---- */

static void clear_place(const state *s, place *p)
{
    for (size_t i = 0; p->inputs != NULL && i < s->calls->graph->n_inputs; i++)
        shift__tensor_clear(&p->inputs[i]);
    free(p->inputs);
    free(p->labels);
    *p = (place){NULL, NULL, 0};
}

static shift_status fill_place(const state *s, place *p, const shift__tensor *inputs,
                               shift_error *err)
{
    size_t n = s->calls->graph->n_inputs;
    const int64_t *labels = shift__rows_labels(s->calls->rows);
    shift_status status = shift__alloc(&p->inputs, n, sizeof *p->inputs, err);
    for (size_t i = 0; status == SHIFT_OK && i < n; i++)
        status = shift__tensor_copy(&p->inputs[i], &inputs[i], err);
    if (status == SHIFT_OK && labels != NULL)
        status = shift__alloc(&p->labels, p->rows, sizeof *p->labels, err);
    if (status == SHIFT_OK && labels != NULL)
        memcpy(p->labels, labels, p->rows * sizeof *p->labels);
    return status;
}

static void read_group(const state *s, group *g)
{
    g->n = 0;
    g->status = SHIFT_OK;
    while (g->status == SHIFT_OK && g->n < s->most) {
        place *p = &g->places[g->n];
        const shift__tensor *inputs = NULL;
        clear_place(s, p);
        g->status = shift__rows_next(s->calls->rows, &inputs, &p->rows, &g->error);
        if (g->status != SHIFT_OK || p->rows == 0)
            return;
        g->status = fill_place(s, p, inputs, &g->error);
        g->n += g->status == SHIFT_OK;
    }
}

/* ---- running ---- */

static void run_lane(const state *s, lane *l)
{
    const shift__batches *calls = s->calls;
    l->status = SHIFT_OK;
    if (l->execution == NULL || l->planned != l->batch.rows) {
        shift__execution_free(l->execution);
        l->execution = NULL;
        l->planned = l->batch.rows;
        shift__execution_options options = calls->options;
        options.progress = shift__rows_progress(calls->rows);
        l->status =
            shift__execution_new(&l->execution, calls->graph, l->batch.inputs, &options, &l->error);
    }
    if (l->status == SHIFT_OK)
        l->status = calls->run(calls->context, &l->batch, l->execution, &l->error);
}

static void read_or_run(void *context, size_t i)
{
    state *s = context;
    if (i == 0)
        read_group(s, s->next);
    else
        run_lane(s, &s->lanes[i - 1]);
}

static shift_status begin_batches(state *s, shift_error *err)
{
    const shift__batches *calls = s->calls;
    shift_status status = SHIFT_OK;
    for (size_t i = 0; status == SHIFT_OK && i < s->current->n; i++) {
        const place *p = &s->current->places[i];
        s->lanes[i].batch = (shift__batch){i, s->rows, p->rows, p->inputs, p->labels};
        s->rows += p->rows;
        if (calls->begin != NULL)
            status = calls->begin(calls->context, &s->lanes[i].batch, err);
    }
    return status;
}

static shift_status end_batches(const state *s, shift_error *err)
{
    shift_status status = SHIFT_OK;
    for (size_t i = 0; status == SHIFT_OK && i < s->current->n; i++) {
        const lane *l = &s->lanes[i];
        if (l->status != SHIFT_OK)
            return shift_error_set(err, l->status, "%s", l->error.message);
        status = s->calls->end(s->calls->context, &l->batch, err);
    }
    return status;
}

static shift_status run_groups(state *s, shift_error *err)
{
    s->most = 1;
    read_group(s, s->current);
    for (;;) {
        shift_status status = begin_batches(s, err);
        if (status != SHIFT_OK)
            return status;
        s->most = s->current->status == SHIFT_OK && s->current->n > 0 ? s->threads : 0;
        shift__pool_run(s->pool, s->current->n + 1, read_or_run, s);
        status = end_batches(s, err);
        if (status != SHIFT_OK)
            return status;
        if (s->current->status != SHIFT_OK)
            return shift_error_set(err, s->current->status, "%s", s->current->error.message);
        if (s->current->n == 0)
            return SHIFT_OK;
        group *done = s->current;
        s->current = s->next;
        s->next = done;
    }
}

/* ---- the whole ---- */

static shift_status open_state(state *s, shift_error *err)
{
    shift_status status = shift__pool_new(&s->pool, (unsigned)s->threads, err);
    if (status == SHIFT_OK) {
        shift__pool_watch(s->pool, shift__rows_progress(s->calls->rows));
        status = shift__alloc(&s->lanes, s->threads, sizeof *s->lanes, err);
    }
    for (int i = 0; status == SHIFT_OK && i < 2; i++)
        status = shift__alloc(&s->groups[i].places, s->threads, sizeof *s->groups[i].places, err);
    return status;
}

static void close_state(state *s)
{
    shift__pool_free(s->pool);
    for (size_t k = 0; k < s->threads; k++) {
        for (int i = 0; i < 2; i++)
            if (s->groups[i].places != NULL)
                clear_place(s, &s->groups[i].places[k]);
        if (s->lanes != NULL)
            shift__execution_free(s->lanes[k].execution);
    }
    free(s->groups[0].places);
    free(s->groups[1].places);
    free(s->lanes);
}

shift_status shift__batches_run(const shift__batches *batches, shift_error *err)
{
    state s = {.calls = batches, .threads = batches->threads};
    s.current = &s.groups[0];
    s.next = &s.groups[1];
    shift_status status = open_state(&s, err);
    if (status == SHIFT_OK)
        status = run_groups(&s, err);
    close_state(&s);
    return status;
}
