/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Processor time of the calling thread: what others do on the machine counts less than by the clock
 * on the wall. */
#ifndef SHIFT_BENCH_TIMING_H
#define SHIFT_BENCH_TIMING_H

#include <time.h>

static inline double thread_seconds(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* The fastest of `times` runs of `statement`, in seconds, into `best`. */
#define FASTEST(best, times, statement)                                                            \
    do {                                                                                           \
        (best) = 1e300;                                                                            \
        for (int run_ = 0; run_ < (times); run_++) {                                               \
            double start_ = thread_seconds();                                                      \
            statement;                                                                             \
            double took_ = thread_seconds() - start_;                                              \
            (best) = took_ < (best) ? took_ : (best);                                              \
        }                                                                                          \
    } while (0)

#endif
