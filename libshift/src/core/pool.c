/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A fork-join pool: workers take indices from a shared counter. Between runs they look out for the
 * next one for a moment before they sleep, since waking up takes about as long as a short run. */
#include "core/pool.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include "core/memory.h"

struct shift__pool {
    unsigned threads;
    pthread_t *workers;
    unsigned n_workers;
    pthread_mutex_t mutex;
    pthread_cond_t wake, done;
    atomic_ulong generation; /* of the current run; written under the mutex, as `busy` and `quit` */
    atomic_uint busy;
    bool quit;
    atomic_size_t next;
    size_t n;
    void (*task)(void *context, size_t i);
    void *context;
    shift__progress *progress;
};

/* The tasks ask for themselves. */
static void look_up(const shift__pool *pool)
{
    shift_status told = shift__progress_check(pool->progress, NULL);
    (void)told;
}

static void take_indices(shift__pool *pool)
{
    size_t i = atomic_fetch_add(&pool->next, 1);
    for (; i < pool->n; i = atomic_fetch_add(&pool->next, 1)) {
        look_up(pool);
        pool->task(pool->context, i);
    }
}

enum { SPINS = 2000 }; /* some ten microseconds */

static void pause_briefly(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#endif
}

static void *worker(void *argument)
{
    shift__pool *pool = argument;
    unsigned long seen = 0;
    for (;;) {
        for (int i = 0; i < SPINS && atomic_load(&pool->generation) == seen; i++)
            pause_briefly();
        (void)pthread_mutex_lock(&pool->mutex);
        while (!pool->quit && pool->generation == seen)
            (void)pthread_cond_wait(&pool->wake, &pool->mutex);
        if (pool->quit)
            break;
        seen = pool->generation;
        (void)pthread_mutex_unlock(&pool->mutex);
        take_indices(pool);
        (void)pthread_mutex_lock(&pool->mutex);
        if (--pool->busy == 0)
            (void)pthread_cond_signal(&pool->done);
        (void)pthread_mutex_unlock(&pool->mutex);
    }
    (void)pthread_mutex_unlock(&pool->mutex);
    return NULL;
}

shift_status shift__pool_new(shift__pool **out, unsigned threads, shift_error *err)
{
    shift__pool *pool = NULL;
    shift_status status = shift__alloc(&pool, 1, sizeof *pool, err);
    if (status != SHIFT_OK)
        return status;
    pool->threads = threads > 1 ? threads : 1;
    (void)pthread_mutex_init(&pool->mutex, NULL);
    (void)pthread_cond_init(&pool->wake, NULL);
    pthread_condattr_t clock;
    (void)pthread_condattr_init(&clock);
    (void)pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&pool->done, &clock);
    (void)pthread_condattr_destroy(&clock);
    status = shift__alloc(&pool->workers, pool->threads, sizeof *pool->workers, err);
    for (unsigned i = 1; status == SHIFT_OK && i < pool->threads; i++) {
        if (pthread_create(&pool->workers[pool->n_workers], NULL, worker, pool) != 0)
            status = shift_error_set(err, SHIFT_ENOMEM, "cannot start thread %u of %u", i,
                                     pool->threads);
        else
            pool->n_workers++;
    }
    if (status != SHIFT_OK) {
        shift__pool_free(pool);
        return status;
    }
    *out = pool;
    return SHIFT_OK;
}

void shift__pool_free(shift__pool *pool)
{
    if (pool == NULL)
        return;
    (void)pthread_mutex_lock(&pool->mutex);
    pool->quit = true;
    (void)pthread_cond_broadcast(&pool->wake);
    (void)pthread_mutex_unlock(&pool->mutex);
    for (unsigned i = 0; i < pool->n_workers; i++)
        (void)pthread_join(pool->workers[i], NULL);
    (void)pthread_cond_destroy(&pool->done);
    (void)pthread_cond_destroy(&pool->wake);
    (void)pthread_mutex_destroy(&pool->mutex);
    free(pool->workers);
    free(pool);
}

void shift__pool_watch(shift__pool *pool, shift__progress *progress)
{
    pool->progress = progress;
}

shift__progress *shift__pool_progress(const shift__pool *pool)
{
    return pool->progress;
}

/* Under the mutex, which is free while the caller is asked. */
static void wait_watching(shift__pool *pool)
{
    enum { MILLISECOND = 1000000, SECOND = 1000 * MILLISECOND };
    struct timespec until;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += 20L * MILLISECOND;
    until.tv_sec += until.tv_nsec / SECOND;
    until.tv_nsec %= SECOND;
    if (pthread_cond_timedwait(&pool->done, &pool->mutex, &until) == 0)
        return;
    (void)pthread_mutex_unlock(&pool->mutex);
    look_up(pool);
    (void)pthread_mutex_lock(&pool->mutex);
}

void shift__pool_run(shift__pool *pool, size_t n, void (*task)(void *context, size_t i),
                     void *context)
{
    if (pool == NULL) {
        for (size_t i = 0; i < n; i++)
            task(context, i);
        return;
    }
    (void)pthread_mutex_lock(&pool->mutex);
    pool->task = task;
    pool->context = context;
    pool->n = n;
    atomic_store(&pool->next, 0);
    pool->busy = pool->n_workers;
    pool->generation++;
    (void)pthread_cond_broadcast(&pool->wake);
    (void)pthread_mutex_unlock(&pool->mutex);
    take_indices(pool);
    for (int i = 0; i < SPINS && atomic_load(&pool->busy) > 0; i++)
        pause_briefly();
    (void)pthread_mutex_lock(&pool->mutex);
    while (pool->busy > 0)
        if (pool->progress != NULL)
            wait_watching(pool);
        else
            (void)pthread_cond_wait(&pool->done, &pool->mutex);
    (void)pthread_mutex_unlock(&pool->mutex);
}
