/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/strands.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

static int compare_strands(const void *a, const void *b)
{
    const shift__strand *x = a;
    const shift__strand *y = b;
    if (x->series.type != y->series.type)
        return x->series.type < y->series.type ? -1 : 1;
    int order = strcmp(x->series.subject, y->series.subject);
    return order != 0 ? order : strcmp(x->series.statistic, y->series.statistic);
}

static shift_status begin_strand(shift__weaver *w, const shift__strand *wanted, shift_error *err)
{
    shift__arena *arena = w->in.arena;
    const shift_history_series *series = &wanted->series;
    shift__strand *s = NULL;
    shift_status status =
        shift__array_grow(&w->strands, &w->capacity, w->n + 1, sizeof(void *), err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(arena, &s, 1, sizeof *s, err);
    if (status != SHIFT_OK)
        return status;
    s->series.type = series->type;
    status =
        shift__arena_text(arena, &s->series.subject, series->subject, strlen(series->subject), err);
    if (status == SHIFT_OK)
        status = shift__arena_text(arena, &s->series.statistic, series->statistic,
                                   strlen(series->statistic), err);
    if (status == SHIFT_OK && tsearch(s, &w->by_name, compare_strands) == NULL)
        status = shift_error_set(err, SHIFT_ENOMEM, "out of memory");
    if (status == SHIFT_OK) {
        w->last = s->place = w->n;
        w->strands[w->n++] = s;
    }
    return status;
}

/* Mostly the one after the last. */
static shift_status find_strand(shift__weaver *w, const shift__strand *wanted, shift__strand **out,
                                shift_error *err)
{
    size_t next = w->last + 1 < w->n ? w->last + 1 : 0;
    shift_status status = SHIFT_OK;
    if (w->n > 0 && compare_strands(w->strands[next], wanted) == 0) {
        w->last = next;
        *out = w->strands[next];
        return SHIFT_OK;
    }
    shift__strand *const *found = tfind(wanted, &w->by_name, compare_strands);
    if (found == NULL) {
        status = begin_strand(w, wanted, err);
        *out = status == SHIFT_OK ? w->strands[w->last] : NULL;
        return status;
    }
    *out = *found;
    w->last = (*out)->place;
    return SHIFT_OK;
}

typedef struct placed_point {
    shift_history_point point; /* first: what the caller holds */
    const char *place;
} placed_point;

/* Once a run. */
static shift_status read_texts(shift__weaver *w, shift__row *r, shift_error *err)
{
    if (w->started_at != NULL && w->run == w->in.run_id)
        return SHIFT_OK;
    w->run = w->in.run_id;
    shift_status status = shift__take_required(&w->in, r, &w->started_at, err);
    if (status == SHIFT_OK)
        status = shift__take_text(&w->in, r, &w->period, err);
    return status == SHIFT_OK ? shift__take_required(&w->in, r, &w->place, err) : status;
}

static shift_status read_point(shift__weaver *w, shift__row *r, shift__row *where,
                               shift__strand *to, shift_error *err)
{
    placed_point *placed = NULL;
    shift_status status = shift__arena_alloc(w->in.arena, &placed, 1, sizeof *placed, err);
    if (status != SHIFT_OK)
        return status;
    shift_history_point *point = &placed->point;
    point->run_id = w->in.run_id;
    point->value = shift__take_real(r);
    point->low = shift__take_real(r);
    point->high = shift__take_real(r);
    point->p_adjusted = shift__take_real(r);
    point->warn = shift__take_real(r);
    point->alert = shift__take_real(r);
    status = shift__take_verdict(&w->in, r, &point->verdict, err);
    if (status == SHIFT_OK)
        status = shift__take_verdict(&w->in, where, &point->subject_verdict, err);
    if (status == SHIFT_OK)
        status = read_texts(w, where, err);
    point->started_at = w->started_at;
    point->period = w->period;
    placed->place = w->place;
    return status == SHIFT_OK ? shift__list_add(&to->points, point, err) : status;
}

shift_status shift__weave(shift__weaver *w, const shift_history_series *which, shift__row *measured,
                          shift__row *where, shift_error *err)
{
    const shift__strand wanted = {.series = *which};
    shift__strand *found = NULL;
    shift_status status = find_strand(w, &wanted, &found, err);
    return status == SHIFT_OK
               ? read_point(w, measured, where != NULL ? where : measured, found, err)
               : status;
}

static int by_name(const void *a, const void *b)
{
    return compare_strands(*(shift__strand *const *)a, *(shift__strand *const *)b);
}

static int by_place(const void *a, const void *b)
{
    const placed_point *x = *(const placed_point *const *)a;
    const placed_point *y = *(const placed_point *const *)b;
    int order = strcmp(x->place, y->place);
    if (order != 0)
        return order;
    return (x->point.run_id > y->point.run_id) - (x->point.run_id < y->point.run_id);
}

/* Sorting what is in order already takes no time to speak of. */
shift_status shift__weaver_end(shift__weaver *w, shift_history *history, shift_error *err)
{
    shift__list list = {NULL, 0, 0};
    shift_status status = SHIFT_OK;
    if (w->n > 0)
        qsort(w->strands, w->n, sizeof(void *), by_name);
    for (size_t i = 0; status == SHIFT_OK && i < w->n; i++) {
        shift__strand *s = w->strands[i];
        qsort(s->points.items, s->points.n, sizeof(void *), by_place);
        status = shift__list_take(&s->points, &w->in, &s->series.points, &s->series.n, err);
        if (status == SHIFT_OK)
            status = shift__list_add(&list, &s->series, err);
    }
    if (status == SHIFT_OK)
        status = shift__list_take(&list, &w->in, &history->series, &history->n, err);
    shift__list_clear(&list);
    return status;
}

void shift__weaver_clear(shift__weaver *w)
{
    for (size_t i = 0; i < w->n; i++)
        shift__list_clear(&w->strands[i]->points);
    while (w->by_name != NULL)
        (void)tdelete(*(shift__strand *const *)w->by_name, &w->by_name, compare_strands);
    free(w->strands);
}
