/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef COVSHIFT_RENDER_H
#define COVSHIFT_RENDER_H

#include "cli.h"

/**
 * The reporters of --plugin-dir, then of COVSHIFT_PLUGIN_PATH, then of the folder that lies beside
 * the program. The working directory is none of them.
 */
SHIFT_CHECKED shift_status render_registry(shift_registry **out, const struct options *options,
                                           shift_error *err);
/** The reporter of --format; where it is not to be had, stderr tells which plugins were refused. */
SHIFT_CHECKED shift_status render_reporter(const shift_reporter **out,
                                           const shift_registry *registry,
                                           const struct options *options, shift_error *err);
/**
 * Render into memory, then write to --output or to standard output: a reporter that fails has
 * written nothing.
 */
SHIFT_CHECKED shift_status render_report(const shift_report *report, const shift_reporter *reporter,
                                         const struct options *options, shift_error *err);
/** The same as bytes in memory, which the caller frees. */
SHIFT_CHECKED shift_status render_bytes(char **bytes, size_t *n, const shift_report *report,
                                        const shift_reporter *reporter, shift_error *err);
/** The verdict of the last run, which a monitoring system is told; SHIFT_VERDICT_NONE where there
 * is none. */
shift_verdict render_last(const shift_history *history);
/** The same for values over runs; EPLUGIN where the reporter has no history. */
SHIFT_CHECKED shift_status render_history(const shift_history *history,
                                          const shift_reporter *reporter,
                                          const struct options *options, shift_error *err);

/** As much of a recorded run's history as the reporter asks for, or NULL. */
SHIFT_CHECKED shift_status render_past(shift_history **out, shift_store *store,
                                       const shift_report *report, const shift_reporter *reporter,
                                       shift_error *err);
/** render_report() of a run of `store`, with as much of its history as the reporter asks for. */
SHIFT_CHECKED shift_status render_recorded(shift_store *store, shift_report *report,
                                           const shift_reporter *reporter,
                                           const struct options *options, shift_error *err);

#endif
