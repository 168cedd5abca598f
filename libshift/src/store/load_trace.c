/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading back what the trace of a training has beyond other runs of a network. */
#include "store/loading.h"

shift_status shift__read_checkpoints(shift__reader *from, shift_comparison *comparison,
                                     shift_error *err)
{
    sqlite3_stmt *statement = NULL;
    shift_status status =
        shift__store_prepare(from->in.store, &statement,
                             "SELECT source FROM checkpoint WHERE run = ? ORDER BY ordinal", err);
    if (status == SHIFT_OK)
        status = shift__store_prepare(
            from->in.store, &from->course,
            "SELECT statistic, doubles FROM course WHERE subject = ? ORDER BY ordinal", err);
    if (status != SHIFT_OK) {
        (void)sqlite3_finalize(statement);
        return status;
    }
    (void)sqlite3_bind_int64(statement, 1, from->in.run_id);
    while (shift__next(&from->in, statement, &status, err)) {
        const char *source = NULL;
        status = shift__take_required(&from->in, &(shift__row){statement, 0}, &source, err);
        if (status == SHIFT_OK)
            status = shift__list_add(&from->list, source, err);
    }
    (void)sqlite3_finalize(statement);
    if (status != SHIFT_OK)
        return status;
    return shift__list_take(&from->list, &from->in, &comparison->checkpoints,
                            &comparison->n_checkpoints, err);
}

static shift_status read_course(const shift__reader *from, const shift_subject *subject,
                                size_t checkpoints, shift_course **out, shift_error *err)
{
    shift_course *course = NULL;
    shift_status status = shift__arena_alloc(from->in.arena, &course, 1, sizeof *course, err);
    if (status != SHIFT_OK)
        return status;
    shift__row row = {from->course, 0};
    status = shift__take_required(&from->in, &row, &course->statistic, err);
    if (status == SHIFT_OK)
        status = shift__take_doubles(&from->in, &row, checkpoints, &course->values, err);
    if (status == SHIFT_EFORMAT)
        return shift__damaged(&from->in, "wrong number of checkpoints in a course of",
                              subject->name, err);
    *out = course;
    return status;
}

shift_status shift__read_courses(shift__reader *from, int64_t id, size_t checkpoints,
                                 shift_subject *subject, shift_error *err)
{
    shift_status status = SHIFT_OK;
    (void)sqlite3_bind_int64(from->course, 1, id);
    while (shift__next(&from->in, from->course, &status, err)) {
        shift_course *course = NULL;
        status = read_course(from, subject, checkpoints, &course, err);
        if (status == SHIFT_OK)
            status = shift__list_add(&from->list, course, err);
    }
    if (status != SHIFT_OK)
        return status;
    return shift__list_take(&from->list, &from->in, &subject->courses, &subject->n_courses, err);
}
