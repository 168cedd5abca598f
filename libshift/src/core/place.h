/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a file is written: beside its place until it is whole, or into what is open already. */
#ifndef SHIFT_CORE_PLACE_H
#define SHIFT_CORE_PLACE_H

#include <stddef.h>

/** How much longer than a path the name of a file beside it is, at most. */
enum { SHIFT__PLACE_BESIDE = 32 };

/** A new file beside `path`, open for writing, under a name that nobody else uses; -1 and errno. */
int shift__place_beside(char *name, size_t size, const char *path);

/** The descriptor of this process that `path` is another name of, such as 1 for /dev/stdout and
 * what links there; -1 for any other path. */
int shift__place_descriptor(const char *path);

#endif
