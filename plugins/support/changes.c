/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "changes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *change_name(change_sort sort)
{
    static const char *const names[] = {"new", "worse", "better", "gone", "same", ""};
    return names[sort];
}

static const ranked *find(const ranked *list, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i].subject->name, name) == 0)
            return &list[i];
    return NULL;
}

static bool shifted(const shift_subject *subject)
{
    return subject != NULL && subject->verdict >= SHIFT_VERDICT_WARN;
}

/* Where the verdict is the same: beyond the interval that the effect had? */
static change_sort by_effect(const shift_measurement *before, const shift_measurement *now)
{
    if (before == NULL || now == NULL)
        return CHANGE_SAME;
    double low = isnan(before->low) ? before->value : before->low;
    double high = isnan(before->high) ? before->value : before->high;
    double sign = before->value < 0 ? -1 : 1;
    if (now->value > high)
        return sign > 0 ? CHANGE_WORSE : CHANGE_BETTER;
    if (now->value < low)
        return sign > 0 ? CHANGE_BETTER : CHANGE_WORSE;
    return CHANGE_SAME;
}

static change compare(const ranked *before, const ranked *now)
{
    change c = {.name = now != NULL ? now->subject->name : before->subject->name};
    c.before = before != NULL ? before->subject : NULL;
    c.now = now != NULL ? now->subject : NULL;
    const ranked *leading = shifted(c.now) || before == NULL ? now : before;
    if (leading->effect != NULL) {
        const char *statistic = leading->effect->statistic;
        c.effect_before = c.before != NULL ? measurement_of(c.before, statistic) : NULL;
        c.effect_now = c.now != NULL ? measurement_of(c.now, statistic) : NULL;
    }
    if (!shifted(c.before) && !shifted(c.now))
        c.sort = CHANGE_NONE;
    else if (!shifted(c.before))
        c.sort = CHANGE_NEW;
    else if (!shifted(c.now))
        c.sort = CHANGE_GONE;
    else if (c.now->verdict != c.before->verdict)
        c.sort = c.now->verdict > c.before->verdict ? CHANGE_WORSE : CHANGE_BETTER;
    else
        c.sort = by_effect(c.effect_before, c.effect_now);
    return c;
}

/* Both lists of one sort of subject: those of now in their order, then those that only were. */
static void compare_lists(change_list *list, const ranked *now, size_t n_now, const ranked *before,
                          size_t n_before)
{
    for (size_t i = 0; i < n_now; i++)
        list->changes[list->n++] = compare(find(before, n_before, now[i].subject->name), &now[i]);
    for (size_t i = 0; i < n_before; i++)
        if (find(now, n_now, before[i].subject->name) == NULL)
            list->changes[list->n++] = compare(&before[i], NULL);
}

/* Stable: lists are short enough for insertion, and mostly in order. */
static void keep_by_sort(change_list *list)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->n; i++) {
        change c = list->changes[i];
        if (c.sort == CHANGE_NONE)
            continue;
        size_t at = kept++;
        for (; at > 0 && list->changes[at - 1].sort > c.sort; at--)
            list->changes[at] = list->changes[at - 1];
        list->changes[at] = c;
    }
    list->n = kept;
}

shift_status changes_find(change_list **out, const shift_report *report, shift_error *err)
{
    const shift_comparison *now = report->comparison;
    const shift_comparison *before = report->against->comparison;
    ranked *ranked_now = NULL;
    ranked *ranked_before = NULL;
    change_list *list = NULL;
    shift_status status = rank_subjects(&ranked_now, now, err);
    if (status == SHIFT_OK)
        status = rank_subjects(&ranked_before, before, err);
    if (status == SHIFT_OK)
        list = calloc(1, sizeof *list);
    if (list != NULL)
        list->changes =
            calloc(count_subjects(now) + count_subjects(before) + 1, sizeof *list->changes);
    if (list != NULL && list->changes != NULL) {
        compare_lists(list, ranked_now, count_subjects(now), ranked_before, count_subjects(before));
        keep_by_sort(list);
        *out = list;
    } else if (status == SHIFT_OK) {
        free(list);
        status = shift_error_set(err, SHIFT_ENOMEM, "out of memory while rendering");
    }
    free(ranked_now);
    free(ranked_before);
    return status;
}

void changes_free(change_list *list)
{
    if (list == NULL)
        return;
    free(list->changes);
    free(list);
}

const change *changes_of(const change_list *list, const shift_subject *now)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->changes[i].now == now)
            return &list->changes[i];
    return NULL;
}

size_t changes_count(const change_list *list, change_sort sort)
{
    size_t n = 0;
    for (size_t i = 0; i < list->n; i++)
        n += list->changes[i].sort == sort;
    return n;
}

void changes_phrase(buffer *b, const change_list *list)
{
    const char *separator = "";
    for (change_sort sort = CHANGE_NEW; sort < CHANGE_SAME; sort++) {
        size_t n = changes_count(list, sort);
        if (n == 0)
            continue;
        buffer_print(b, "%s%zu %s", separator, n, change_name(sort));
        separator = ", ";
    }
    if (*separator == '\0')
        buffer_text(b, "no change");
}

static const char *word_of(const shift_subject *subject)
{
    const char *name = subject != NULL ? shift_verdict_name(subject->verdict) : "absent";
    return name != NULL ? name : "ok";
}

void change_phrase(buffer *b, const change *c, const style *s)
{
    const char *arrow = s->utf8 ? " \xe2\x86\x92 " : " -> ";
    const shift_measurement *effect = c->effect_now != NULL ? c->effect_now : c->effect_before;
    if (effect != NULL) {
        phrase_effect_name(b, effect);
        buffer_text(b, " ");
        if (c->effect_before != NULL)
            phrase_effect_value(b, c->effect_before);
        else
            buffer_text(b, "-");
        buffer_text(b, arrow);
        if (c->effect_now != NULL)
            phrase_effect_value(b, c->effect_now);
        else
            buffer_text(b, "-");
        buffer_text(b, ", ");
    }
    const char *before = word_of(c->before);
    const char *now = word_of(c->now);
    if (strcmp(before, now) == 0)
        buffer_text(b, now);
    else
        buffer_print(b, "%s%s%s", before, arrow, now);
}
