/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What messages call a profile. */
#ifndef SHIFT_PROFILE_LABEL_H
#define SHIFT_PROFILE_LABEL_H

#include "shift/profile.h"

/** The file that it was loaded from, or else its source. */
const char *shift__profile_label(const shift_profile *profile);

#endif
