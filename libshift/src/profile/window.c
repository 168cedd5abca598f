/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Windows over rows that come one by one. A window is so many panes; those that are full lie in a
 * ring and are merged when a window is asked for, for a sketch cannot forget a row. */
#include "shift/window.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "core/null.h"
#include "core/options.h"
#include "profile/state.h"

enum { PANES_MOST = 1000 };

struct shift_window {
    pthread_mutex_t lock;
    shift_schema *schema;
    shift_profile_options options;
    uint64_t step;
    shift_profile **full; /* ring of n_panes; NULL where there is none yet */
    size_t n_panes, next; /* next: the place of the pane that is filled now, once it is full */
    shift_profile *pane;  /* that rows are added to */
    uint64_t in_pane, rows, completed;
    bool due;
};

void shift_window_free(shift_window *window)
{
    if (window == NULL)
        return;
    for (size_t i = 0; window->full != NULL && i < window->n_panes; i++)
        shift_profile_free(window->full[i]);
    free(window->full);
    shift_profile_free(window->pane);
    shift_schema_free(window->schema);
    (void)pthread_mutex_destroy(&window->lock);
    free(window);
}

static shift_status take_options(shift_window *window, const shift_window_options *given,
                                 shift_error *err)
{
    shift_window_options options = SHIFT_WINDOW_OPTIONS_INIT;
    const shift_profile_options defaults = SHIFT_PROFILE_OPTIONS_INIT;
    shift_status status = SHIFT__OPTIONS_TAKE(&options, given, "shift_window_options", err);
    if (status != SHIFT_OK)
        return status;
    window->step = options.step > 0 ? options.step : options.rows;
    if (options.rows == 0 || options.rows % window->step != 0 ||
        options.rows / window->step > PANES_MOST)
        return shift_error_set(
            err, SHIFT_EINVAL,
            "a window of %llu rows and steps of %llu: the step must divide it, at most %d times",
            (unsigned long long)options.rows, (unsigned long long)window->step, (int)PANES_MOST);
    window->n_panes = (size_t)(options.rows / window->step);
    window->options = defaults;
    status = SHIFT__OPTIONS_TAKE(&window->options, options.profile, "shift_profile_options", err);
    window->options.part = NULL; /* one name could not be that of every pane */
    return status;
}

shift_status shift_window_new(shift_window **out, const shift_schema *schema,
                              const shift_window_options *options, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, out, schema))
        return SHIFT_EINVAL;
    shift_window *window = NULL;
    shift_status status = shift__alloc(&window, 1, sizeof *window, err);
    if (status != SHIFT_OK)
        return status;
    if (pthread_mutex_init(&window->lock, NULL) != 0) {
        free(window);
        return shift_error_set(err, SHIFT_ENOMEM, "no lock for a window");
    }
    status = take_options(window, options, err);
    if (status == SHIFT_OK)
        status = shift_schema_copy(&window->schema, schema, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&window->full, window->n_panes, sizeof(void *), err);
    if (status == SHIFT_OK)
        status = shift_profile_new(&window->pane, schema, &window->options, err);
    if (status != SHIFT_OK) {
        shift_window_free(window);
        return status;
    }
    *out = window;
    return SHIFT_OK;
}

/* A full pane goes into the ring, in place of the oldest one. */
static shift_status turn(shift_window *window, shift_error *err)
{
    shift_profile *pane = NULL;
    if (window->in_pane < window->step)
        return SHIFT_OK;
    shift_status status = shift_profile_flush(window->pane, err);
    if (status == SHIFT_OK)
        status = shift_profile_new(&pane, window->schema, &window->options, err);
    if (status != SHIFT_OK)
        return status;
    shift_profile_free(window->full[window->next]);
    window->full[window->next] = window->pane;
    window->next = (window->next + 1) % window->n_panes;
    window->pane = pane;
    window->in_pane = 0;
    return SHIFT_OK;
}

static shift_status add_row(shift_window *window, const shift_value *values, size_t n,
                            shift_error *err)
{
    shift_status status = turn(window, err);
    if (status == SHIFT_OK)
        status = shift_profile_add_row(window->pane, values, n, err);
    if (status != SHIFT_OK)
        return status;
    window->rows++;
    window->in_pane++;
    if (window->in_pane == window->step) {
        window->completed++;
        window->due = window->due || window->completed >= window->n_panes;
    }
    return SHIFT_OK;
}

/* The panes of the ring from the `skip`th oldest on, and the one that is being filled. */
static shift_status merge_panes(shift_window *window, size_t skip, bool with_pane,
                                shift_profile **out, shift_error *err)
{
    shift_profile *merged = NULL;
    shift_status status = shift_profile_new(&merged, window->schema, &window->options, err);
    for (size_t i = skip; status == SHIFT_OK && i < window->n_panes; i++) {
        const shift_profile *pane = window->full[(window->next + i) % window->n_panes];
        if (pane != NULL)
            status = shift_profile_merge(merged, pane, err);
    }
    if (status == SHIFT_OK && with_pane)
        status = shift_profile_flush(window->pane, err);
    if (status == SHIFT_OK && with_pane)
        status = shift_profile_merge(merged, window->pane, err);
    if (status != SHIFT_OK) {
        shift_profile_free(merged);
        return status;
    }
    *out = merged;
    return SHIFT_OK;
}

static shift_status take(shift_window *window, shift_profile **out, shift_error *err)
{
    if (!window->due)
        return shift_error_set(err, SHIFT_ENODATA, "no window is due");
    shift_status status = turn(window, err);
    if (status == SHIFT_OK)
        status = merge_panes(window, 0, false, out, err);
    window->due = window->due && status != SHIFT_OK;
    return status;
}

static shift_status snapshot(shift_window *window, shift_profile **out, shift_error *err)
{
    if (window->rows == 0 || (window->n_panes == 1 && window->in_pane == 0))
        return shift_error_set(err, SHIFT_ENODATA, "no row was added to the window");
    return merge_panes(window, 1, true, out, err);
}

/* ---- under the lock ---- */

shift_status shift_window_add_row(shift_window *window, const shift_value *values, size_t n,
                                  shift_error *err)
{
    if (SHIFT__ANY_NULL(err, window, values))
        return SHIFT_EINVAL;
    (void)pthread_mutex_lock(&window->lock);
    shift_status status = add_row(window, values, n, err);
    (void)pthread_mutex_unlock(&window->lock);
    return status;
}

shift_status shift_window_take(shift_window *window, shift_profile **out, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, window, out))
        return SHIFT_EINVAL;
    (void)pthread_mutex_lock(&window->lock);
    shift_status status = take(window, out, err);
    (void)pthread_mutex_unlock(&window->lock);
    return status;
}

shift_status shift_window_snapshot(shift_window *window, shift_profile **out, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, window, out))
        return SHIFT_EINVAL;
    (void)pthread_mutex_lock(&window->lock);
    shift_status status = snapshot(window, out, err);
    (void)pthread_mutex_unlock(&window->lock);
    return status;
}

bool shift_window_due(shift_window *window)
{
    if (window == NULL)
        return false;
    (void)pthread_mutex_lock(&window->lock);
    bool due = window->due;
    (void)pthread_mutex_unlock(&window->lock);
    return due;
}

uint64_t shift_window_rows(shift_window *window)
{
    if (window == NULL)
        return 0;
    (void)pthread_mutex_lock(&window->lock);
    uint64_t rows = window->rows;
    (void)pthread_mutex_unlock(&window->lock);
    return rows;
}
