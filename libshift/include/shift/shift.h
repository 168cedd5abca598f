/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHIFT_SHIFT_H
#define SHIFT_SHIFT_H

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
