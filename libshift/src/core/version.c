/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shift/version.h"

const char *shift_version(void)
{
    return SHIFT_VERSION;
}
