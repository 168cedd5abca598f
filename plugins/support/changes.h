/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What has changed between two runs. */
#ifndef SHIFT_PLUGINS_CHANGES_H
#define SHIFT_PLUGINS_CHANGES_H

#include "phrases.h"

typedef enum change_sort {
    CHANGE_NEW,    /* shifted now, not before */
    CHANGE_WORSE,  /* shifted in both, more now */
    CHANGE_BETTER, /* shifted in both, less now */
    CHANGE_GONE,   /* shifted before, not now */
    CHANGE_SAME,   /* shifted in both, no clear difference */
    CHANGE_NONE    /* shifted in neither; not listed */
} change_sort;

typedef struct change {
    change_sort sort;
    const char *name;
    const shift_subject *before, *now;                   /* NULL where the run does not have it */
    const shift_measurement *effect_before, *effect_now; /* the same statistic, or NULL */
} change;

typedef struct change_list {
    size_t n;
    change *changes; /* by sort, then as the features are ranked */
} change_list;

/**
 * Features and layers of the report against those of report->against. Of one that was shifted in
 * both it is worse where the verdict is, or, with the same verdict, where the effect lies above the
 * 95 % interval that it had; better likewise.
 */
shift_status changes_find(change_list **out, const shift_report *report, shift_error *err);
void changes_free(change_list *list);
/** The change of a subject of the report, or NULL where it was shifted in neither run. */
const change *changes_of(const change_list *list, const shift_subject *now);
size_t changes_count(const change_list *list, change_sort sort);
/** "1 new, 2 worse, 1 gone", or "no change". */
void changes_phrase(buffer *b, const change_list *list);
/** "new", "worse", "better", "gone", "same" */
const char *change_name(change_sort sort);
/** "PSI 0.1 -> 0.4, warn -> alert" */
void change_phrase(buffer *b, const change *c, const style *s);

#endif
