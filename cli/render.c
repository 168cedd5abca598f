/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a report to bytes at their place: where reporters are found, and what the terminal can. */
#include "render.h"

#include <langinfo.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "print.h"

/* The folder of the plugins relative to this program's own, the same built as installed. */
static const char plugin_folder[] = COVSHIFT_PLUGIN_FOLDER;

/* Of an absolute path without its last part; 0 for the root. */
static size_t folder_length(const char *path, size_t n)
{
    while (n > 0 && path[n - 1] != '/')
        n--;
    return n > 0 ? n - 1 : 0;
}

/* Length of the program's own path; 0 where it cannot be told. A bare chroot has no /proc; there,
 * it is the path that it was started by, if it is a whole one. */
static size_t find_program(char program[PATH_MAX])
{
    ssize_t n = readlink("/proc/self/exe", program, PATH_MAX);
    if (n > 0)
        return (size_t)n;
    unsigned long address = getauxval(AT_EXECFN);
    const char *started = NULL;
    memcpy(&started, &address, sizeof started);
    size_t length = started != NULL && *started == '/' ? strlen(started) : 0;
    if (length >= PATH_MAX)
        return 0;
    if (length > 0)
        memcpy(program, started, length + 1);
    return length;
}

static char *installed_folder(void)
{
    char program[PATH_MAX];
    const char *rest = plugin_folder;
    size_t length = folder_length(program, find_program(program));
    for (; length > 0 && strncmp(rest, "../", 3) == 0; rest += 3)
        length = folder_length(program, length);
    size_t size = length + strlen(rest) + 2;
    char *folder = length > 0 ? malloc(size) : NULL;
    if (folder != NULL)
        (void)snprintf(folder, size, "%.*s/%s", (int)length, program, rest);
    return folder;
}

static size_t count(const char *text, char wanted)
{
    size_t n = 0;
    for (; *text != '\0'; text++)
        n += *text == wanted;
    return n;
}

/* The folders of a colon list; an empty one is passed over, for it would be the working directory.
 */
static size_t split_path(char *path, const char **folders)
{
    size_t n = 0;
    for (char *at = path; at != NULL;) {
        char *colon = strchr(at, ':');
        if (colon != NULL)
            *colon++ = '\0';
        if (*at != '\0')
            folders[n++] = at;
        at = colon;
    }
    return n;
}

shift_status render_registry(shift_registry **out, const struct options *options, shift_error *err)
{
    const char *variable = getenv("COVSHIFT_PLUGIN_PATH");
    char *path = strdup(variable != NULL ? variable : "");
    char *installed = installed_folder();
    size_t most = options->n_plugin_dirs + (path != NULL ? count(path, ':') : 0) + 2;
    const char **folders = calloc(most, sizeof *folders);
    shift_status status = SHIFT_OK;
    if (path == NULL || folders == NULL) {
        status = shift_error_set(err, SHIFT_ENOMEM, "out of memory");
        goto out;
    }
    size_t n = options->n_plugin_dirs;
    if (n > 0)
        memcpy(folders, options->plugin_dirs, n * sizeof *folders);
    n += split_path(path, folders + n);
    if (installed != NULL)
        folders[n++] = installed;
    status = shift_registry_open(out, folders, n, err);
out:
    free(folders);
    free(installed);
    free(path);
    return status;
}

shift_status render_reporter(const shift_reporter **out, const shift_registry *registry,
                             const struct options *options, shift_error *err)
{
    shift_status status = shift_registry_find(registry, options->format, out, err);
    if (status == SHIFT_OK)
        return SHIFT_OK;
    for (size_t i = 0; i < shift_registry_size(registry); i++) {
        shift_registry_entry entry = shift_registry_at(registry, i);
        if (entry.refusal != NULL)
            (void)fprintf(stderr, "covshift: %s\n", entry.refusal);
    }
    return status;
}

/* Bytes that grow. */
struct buffer {
    char *bytes;
    size_t used, size;
};

static shift_status buffer_write(void *context, const char *bytes, size_t n, shift_error *err)
{
    struct buffer *buffer = context;
    if (n > buffer->size - buffer->used) {
        size_t size = buffer->size < 4096 ? 4096 : buffer->size;
        while (size - buffer->used < n && size <= SIZE_MAX / 2)
            size *= 2;
        char *larger = size - buffer->used >= n ? realloc(buffer->bytes, size) : NULL;
        if (larger == NULL)
            return shift_error_set(err, SHIFT_ENOMEM, "out of memory for the report");
        buffer->bytes = larger;
        buffer->size = size;
    }
    if (n > 0)
        memcpy(buffer->bytes + buffer->used, bytes, n);
    buffer->used += n;
    return SHIFT_OK;
}

static unsigned terminal_width(void)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return 80;
    return size.ws_col;
}

static bool wants_colour(const struct options *options)
{
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    return !options->no_colour && (no_color == NULL || *no_color == '\0') && term != NULL &&
           strcmp(term, "dumb") != 0;
}

/* A file is UTF-8, 80 columns wide and without colour wherever it was written. */
static shift_sink sink_for(struct buffer *buffer, const char *path, const struct options *options)
{
    shift_sink sink = {sizeof sink, buffer, buffer_write, 80, false, true};
    if (strcmp(path, "-") == 0) {
        bool terminal = isatty(STDOUT_FILENO) != 0;
        sink.utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
        sink.colour = terminal && wants_colour(options);
        sink.width = terminal ? terminal_width() : 80;
    }
    return sink;
}

/* A reporter of data writes names as they are, a stranger's whatever it likes. */
static shift_status write_file(const char *path, const struct buffer *buffer, bool colours,
                               shift_error *err)
{
    shift_output *output = NULL;
    shift_status status = shift_output_open(&output, path, err);
    if (status != SHIFT_OK)
        return status;
    if (shift_output_is_terminal(output))
        tame(buffer->bytes, buffer->used, colours);
    status = shift_output_write(output, buffer->bytes, buffer->used, err);
    if (status == SHIFT_OK)
        return shift_output_commit(output, err);
    shift_output_abort(output);
    return status;
}

/* A reporter may fail without a word, with a status of its own making, or write nothing. */
static shift_status finish(shift_status status, const struct buffer *buffer,
                           const shift_reporter *reporter, const shift_error *own, shift_error *err)
{
    if (status != SHIFT_OK)
        return shift_error_set(err, SHIFT_EPLUGIN, "reporter %s failed%s%s", reporter->name,
                               own->message[0] != '\0' ? ": " : "", own->message);
    if (buffer->used == 0)
        return shift_error_set(err, SHIFT_EPLUGIN, "reporter %s wrote nothing", reporter->name);
    return SHIFT_OK;
}

static shift_status render(struct buffer *buffer, const shift_sink *sink,
                           const shift_report *report, const shift_reporter *reporter,
                           shift_error *err)
{
    shift_error own = SHIFT_ERROR_INIT;
    shift_status status = reporter->render(report, sink, &own);
    return finish(status, buffer, reporter, &own, err);
}

shift_status render_bytes(char **bytes, size_t *n, const shift_report *report,
                          const shift_reporter *reporter, shift_error *err)
{
    struct buffer buffer = {NULL, 0, 0};
    const shift_sink sink = {sizeof sink, &buffer, buffer_write, 80, false, true};
    shift_status status = render(&buffer, &sink, report, reporter, err);
    if (status != SHIFT_OK) {
        free(buffer.bytes);
        buffer = (struct buffer){NULL, 0, 0};
    }
    *bytes = buffer.bytes;
    *n = buffer.used;
    return status;
}

shift_status render_report(const shift_report *report, const shift_reporter *reporter,
                           const struct options *options, shift_error *err)
{
    const char *path = options->output != NULL ? options->output : "-";
    struct buffer buffer = {NULL, 0, 0};
    shift_sink sink = sink_for(&buffer, path, options);
    shift_status status = render(&buffer, &sink, report, reporter, err);
    if (status == SHIFT_OK)
        status = write_file(path, &buffer, sink.colour, err);
    free(buffer.bytes);
    return status;
}

shift_verdict render_last(const shift_history *history)
{
    return history->n_runs > 0 ? history->runs[history->n_runs - 1]->verdict : SHIFT_VERDICT_NONE;
}

shift_status render_history(const shift_history *history, const shift_reporter *reporter,
                            const struct options *options, shift_error *err)
{
    const char *path = options->output != NULL ? options->output : "-";
    struct buffer buffer = {NULL, 0, 0};
    if (reporter->render_history == NULL)
        return shift_error_set(err, SHIFT_EPLUGIN, "reporter %s has no history", reporter->name);
    shift_sink sink = sink_for(&buffer, path, options);
    shift_error own = SHIFT_ERROR_INIT;
    shift_status status = reporter->render_history(history, &sink, &own);
    status = finish(status, &buffer, reporter, &own, err);
    if (status == SHIFT_OK)
        status = write_file(path, &buffer, sink.colour, err);
    free(buffer.bytes);
    return status;
}

shift_status render_past(shift_history **out, shift_store *store, const shift_report *report,
                         const shift_reporter *reporter, shift_error *err)
{
    shift_history_query query = SHIFT_HISTORY_QUERY_INIT;
    query.like = report->run_id;
    query.last = reporter->history_runs;
    query.deciding = true;
    query.effects_of = reporter->history_effects ? report->comparison : NULL;
    *out = NULL;
    if (report->run_id == 0 || reporter->history_runs == 0)
        return SHIFT_OK;
    return shift_store_history(store, &query, out, err);
}

shift_status render_recorded(shift_store *store, shift_report *report,
                             const shift_reporter *reporter, const struct options *options,
                             shift_error *err)
{
    shift_history *history = NULL;
    shift_status status = render_past(&history, store, report, reporter, err);
    report->history = history;
    if (status == SHIFT_OK)
        status = render_report(report, reporter, options, err);
    report->history = NULL;
    shift_history_free(history);
    return status;
}
