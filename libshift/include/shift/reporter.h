/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHIFT_REPORTER_H
#define SHIFT_REPORTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shift/error.h"
#include "shift/report.h"
#include "shift/store.h"

SHIFT_BEGIN_DECLS

/** Raised only when a plugin compiled against an older header cannot work any more. */
#define SHIFT_PLUGIN_ABI 1u

/** Where a reporter writes, and what the other end can show. No FILE crosses the boundary. */
typedef struct shift_sink {
    size_t size; /**< sizeof(shift_sink) in the host */
    void *context;
    /** Write all `n` bytes; a failure has filled `err` and is returned by the reporter as it is. */
    shift_status (*write)(void *context, const char *bytes, size_t n, shift_error *err);
    unsigned width; /**< columns of the terminal; 80 where there is none */
    bool colour;    /**< ANSI colours are welcome */
    bool utf8;      /**< characters beyond ASCII can be shown */
} shift_sink;

/**
 * A reporter. A plugin exports one of these as data, under the name shift_reporter_plugin:
 *
 *     const shift_reporter shift_reporter_plugin = {
 *         .abi = SHIFT_PLUGIN_ABI, .size = sizeof(shift_reporter), .name = "text",
 *         .summary = "a page for the terminal", .extension = "txt", .render = render};
 */
typedef struct shift_reporter {
    uint32_t abi;     /**< SHIFT_PLUGIN_ABI */
    uint32_t size;    /**< sizeof(shift_reporter) when it was compiled; members grow at the end */
    const char *name; /**< what --format takes: lower-case letters, digits and '-' */
    const char *summary;   /**< one line for `covshift plugins` */
    const char *extension; /**< of a file that it writes, without the dot */
    /** Write `report` to `sink`. The same report gives the same bytes. Called by one thread at a
     * time, while other reporters may be called by others. */
    shift_status (*render)(const shift_report *report, const shift_sink *sink, shift_error *err);
    /** Write values over runs; where there are no series, the list of the runs. Optional. */
    shift_status (*render_history)(const shift_history *history, const shift_sink *sink,
                                   shift_error *err);
    uint32_t history_runs; /**< how many runs shift_report.history is to hold; 0: none is read */
    bool history_effects;  /**< and of these only the shift_subject_effect() of each subject */
} shift_reporter;

/** Declared here, so that a plugin's definition is exported and checked against this type. */
SHIFT_API extern const shift_reporter shift_reporter_plugin;

/** The reporters of some plugin directories. Stays loaded until closed. */
typedef struct shift_registry shift_registry;

/**
 * Load every "*.so" of the `n` directories (missing ones are passed over; the first of two equal
 * names wins, the second is refused). A plugin that is refused does not fail the call: it is listed
 * with the reason. `directories` may be NULL where `n` is 0. Loading runs the plugins'
 * constructors.
 */
SHIFT_API SHIFT_CHECKED shift_status shift_registry_open(shift_registry **out,
                                                         const char *const *directories, size_t n,
                                                         shift_error *err);
/** NULL is allowed. No reporter of it may be used afterwards. */
SHIFT_API void shift_registry_close(shift_registry *registry);

typedef struct shift_registry_entry {
    const char *path;
    const shift_reporter *reporter; /**< NULL where the plugin was refused */
    const char *refusal;            /**< one line; NULL where it was loaded */
} shift_registry_entry;

/** Plugins found, those that were refused included; 0 for NULL. */
SHIFT_API size_t shift_registry_size(const shift_registry *registry);
/** Plugin `i`, in the order of the directories and of the names in each; borrowed. No path where
 * there is none. */
SHIFT_API shift_registry_entry shift_registry_at(const shift_registry *registry, size_t i);
/** The reporter of that name in *out, borrowed until the registry is closed; or EPLUGIN with the
 * names there are. */
SHIFT_API SHIFT_CHECKED shift_status shift_registry_find(const shift_registry *registry,
                                                         const char *name,
                                                         const shift_reporter **out,
                                                         shift_error *err);

SHIFT_END_DECLS

#endif
