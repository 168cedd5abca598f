/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sink into memory, and the expected files that rendered reports are held against. */
#ifndef SHIFT_TESTS_MEMORY_SINK_H
#define SHIFT_TESTS_MEMORY_SINK_H

#include "shift/reporter.h"

typedef struct memory_sink {
    char *text; /* NUL-ended */
    size_t n;
    size_t limit;         /* fail when more than this is written; 0 for no limit */
    size_t writes, fails; /* so many there were; the one that fails, from 1, 0 for none */
} memory_sink;

/** 80 columns, no colour, UTF-8. */
shift_sink memory_sink_of(memory_sink *memory);
void memory_sink_clear(memory_sink *memory);

/** Where SHIFT_UPDATE_EXPECTED is in the environment, write tests/plugin/expected/`name`: to be
 * looked at, and committed. */
void update_expected(const char *text, const char *name);
/** What that file holds, to be freed; fails the test where it cannot be read. */
char *read_expected(const char *name);
/** Both, and fail unless `text` is what the file holds. */
void assert_expected(const char *text, const char *name);

#endif
