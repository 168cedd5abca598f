/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHIFT_SHIFT_H
#define SHIFT_SHIFT_H

/*
 * All of libshift; that of libshift-network is in shift/network.h, layers.h, gradients.h and
 * checkpoints.h. What holds for every function, and is not said again:
 *
 * Errors. What can fail returns a shift_status and fills the shift_error `err`, which may be NULL.
 * On failure nothing was done, and `*out` is as it was. Any allocation can fail with SHIFT_ENOMEM.
 *
 * NULL. A pointer may be NULL only where it is said; else the call fails with SHIFT_EINVAL and
 * names it. Functions that return no status answer with NULL, 0, false or NaN; so they do for an
 * index that is too large. That a pointer is to what it should be cannot be seen.
 *
 * Ownership. `T **out` is the caller's, who releases it with the function that is named after it
 * (shift_profile_free(), shift_source_close()), or free() where it is bytes or text. `const T *` is
 * borrowed for the call. What is returned by a pointer is borrowed until the object changes or is
 * released; "static" is for ever. Results (shift_comparison, shift_report and others) are released
 * as a whole.
 *
 * Options and other structs that begin with `size` are made by their _INIT macro, or zeros with the
 * size set, so that they can grow at their end: an older caller's is shorter and means the defaults
 * for the rest; members of a newer one's that this version does not have must be 0, else
 * SHIFT_EUNSUPPORTED. EINVAL for a size that was not set. Options are copied, and what they point
 * to is borrowed for the call, unless it is said otherwise.
 *
 * Threads. There is no global state. An object may be read by many threads at once, and changed by
 * one while no other uses it; a source and a store are changed by whatever is done with them.
 * shift_window alone has a lock. Nothing is printed, and no signal or locale is touched.
 *
 * Texts are UTF-8, NUL-ended unless they come with a size. Numbers that are not there are NaN.
 */

#include "shift/arrow.h"
#include "shift/batch.h"
#include "shift/change.h"
#include "shift/comparison.h"
#include "shift/distribution.h"
#include "shift/error.h"
#include "shift/export.h"
#include "shift/monitor.h"
#include "shift/outliers.h"
#include "shift/output.h"
#include "shift/profile.h"
#include "shift/progress.h"
#include "shift/report.h"
#include "shift/reporter.h"
#include "shift/schema.h"
#include "shift/source.h"
#include "shift/store.h"
#include "shift/version.h"
#include "shift/watch.h"
#include "shift/weights.h"
#include "shift/whitening.h"
#include "shift/window.h"
#include "shift/windows.h"

#endif
