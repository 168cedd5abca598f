/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A limit of the system would make allocations fail in libraries that cannot bear it: OpenBLAS
 * waits for its memory for ever. So what is in memory is measured, and work is given up. */
#include "memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

static const double mebibyte = 1048576.0;

/* In KiB; 0 where there is no /proc. What getrusage() tells may be of the program that started this
 * one: it outlives exec. */
static double taken_since_exec(void)
{
    char line[256];
    unsigned long kib = 0;
    FILE *file = fopen("/proc/self/status", "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, "VmHWM:", 6) == 0)
            kib = strtoul(line + 6, NULL, 10);
    if (file != NULL)
        (void)fclose(file);
    return (double)kib;
}

double memory_taken(void)
{
    double kib = taken_since_exec();
    struct rusage usage;
    if (kib > 0.0 || getrusage(RUSAGE_SELF, &usage) != 0)
        return kib / 1024.0;
    return (double)usage.ru_maxrss / 1024.0;
}

shift_status memory_check(const shift_progress *watch, const char *path, const char *work,
                          shift_error *err)
{
    if (watch->step == NULL || watch->step(watch->context, 0, 0))
        return SHIFT_OK;
    return shift_error_set(err, SHIFT_ECANCELLED, "%s: %s was cancelled", path, work);
}

bool memory_is_within(void *most, uint64_t done, uint64_t total)
{
    (void)done;
    (void)total;
    const uint64_t *bytes = most;
    return memory_taken() * mebibyte <= (double)*bytes;
}
