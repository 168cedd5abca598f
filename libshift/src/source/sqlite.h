/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The result of a query as a source. */
#ifndef SHIFT_SOURCE_SQLITE_H
#define SHIFT_SOURCE_SQLITE_H

#include "source/storage.h"

/** What a spec begins with. */
#define SHIFT__SQLITE_PREFIX "sqlite:"

/** Open `spec`, "sqlite:FILE?SELECT ...", for reading only: sets the source's reader, state, label
 * and columns. The caller closes the source, also after a failure. */
SHIFT_CHECKED shift_status shift__sqlite_open(shift_source *source, const char *spec,
                                              shift_error *err);

#endif
