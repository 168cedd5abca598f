/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing what the trace of a training has beyond other runs of a network. */
#include <stdlib.h>

#include "core/memory.h"
#include "store/writing.h"

static shift_status insert_course(const shift__writer *w, int64_t subject, size_t ordinal,
                                  const shift_course *course, size_t n, shift_error *err)
{
    unsigned char *bytes = NULL;
    shift_status status = shift__alloc(&bytes, n, 8, err);
    if (status != SHIFT_OK)
        return status;
    for (size_t i = 0; i < n; i++)
        shift__put_double(bytes + 8 * i, course->values[i]);
    shift__record r = {w->course, 0, SQLITE_OK};
    shift__put_integer(&r, subject);
    shift__put_count(&r, ordinal);
    shift__put_text(&r, course->statistic);
    shift__put_bytes(&r, bytes, 8 * n);
    status = shift__insert(w, &r, err);
    free(bytes);
    return status;
}

shift_status shift__insert_courses(const shift__writer *w, int64_t subject,
                                   const shift_subject *from, size_t checkpoints, shift_error *err)
{
    shift_status status = SHIFT_OK;
    for (size_t i = 0; status == SHIFT_OK && i < from->n_courses; i++)
        status = insert_course(w, subject, i, from->courses[i], checkpoints, err);
    return status;
}

shift_status shift__insert_checkpoints(const shift__writer *w, const shift_comparison *comparison,
                                       shift_error *err)
{
    shift_status status = SHIFT_OK;
    for (size_t i = 0; status == SHIFT_OK && i < comparison->n_checkpoints; i++) {
        shift__record r = {w->checkpoint, 0, SQLITE_OK};
        shift__put_integer(&r, w->run_id);
        shift__put_count(&r, i);
        shift__put_text(&r, comparison->checkpoints[i]);
        status = shift__insert(w, &r, err);
    }
    return status;
}
