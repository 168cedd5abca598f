/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHIFT_VERSION_H
#define SHIFT_VERSION_H

#include "shift/export.h"

SHIFT_BEGIN_DECLS

/** The library's version, "major.minor.patch"; static. */
SHIFT_API const char *shift_version(void);

SHIFT_END_DECLS

#endif
