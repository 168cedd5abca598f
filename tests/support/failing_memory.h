/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Allocations that fail when asked to. The test is linked with
 * -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc. */
#ifndef SHIFT_TESTS_FAILING_MEMORY_H
#define SHIFT_TESTS_FAILING_MEMORY_H

/** Let the `n`-th allocation from now on fail (0 is the next one), and no other; -1: none. */
void fail_allocation(long n);
/** Whether it has failed. */
int allocation_failed(void);

#endif
