/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a monitor file: bytes, libcyaml with its complaints caught, then the public view. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/file.h"

#include "core/null.h"

enum { LARGEST = 1 << 20 };

static shift_status read_text(shift__monitor_text *text, FILE *file, shift_error *err)
{
    shift_status status = shift__alloc(&text->bytes, LARGEST, 1, err);
    if (status != SHIFT_OK)
        return status;
    text->n = fread(text->bytes, 1, LARGEST, file);
    if (ferror(file) != 0)
        return shift_error_set(err, SHIFT_EIO, "%s: %s", text->path, strerror(errno));
    if (text->n == LARGEST)
        return shift_error_set(err, SHIFT_EFORMAT, "%s: is no monitor file: over 1 MiB",
                               text->path);
    return SHIFT_OK;
}

/* What libcyaml says comes in lines: the complaint, then where, from the inside out. */
typedef struct complaint {
    char what[160];
    char key[64];
    unsigned long line, column;
} complaint;

/* In the words of YAML's users instead of its parsers'. */
static void rephrase(const char *said, char *out, size_t size)
{
    static const struct {
        const char *said, *meant;
    } phrases[] = {
        {"Expecting SEQUENCE", "expected a list"},
        {"Expecting MAPPING", "expected keys with values"},
        {"Expecting", "expected a single value"},
    };
    said += strncmp(said, "Load: ", 6) == 0 ? 6 : 0;
    for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++)
        if (strncmp(said, phrases[i].said, strlen(phrases[i].said)) == 0)
            said = phrases[i].meant;
    (void)snprintf(out, size, "%s", said);
}

SHIFT_PRINTF(3, 0)
static void hear(cyaml_log_t level, void *context, const char *format, va_list arguments)
{
    complaint *heard = context;
    char text[160];
    (void)level;
    (void)vsnprintf(text, sizeof text, format, arguments);
    text[strcspn(text, "\n")] = '\0';
    const char *field = strstr(text, "mapping field '");
    const char *position = strstr(text, "(line: ");
    if (position != NULL) {
        char *comma = NULL;
        if (heard->line == 0) {
            heard->line = strtoul(position + strlen("(line: "), &comma, 10);
            heard->column = strtoul(comma + strlen(", column: "), NULL, 10);
        }
        if (field != NULL && heard->key[0] == '\0') {
            field += strlen("mapping field '");
            (void)snprintf(heard->key, sizeof heard->key, "%.*s", (int)strcspn(field, "'"), field);
        }
    } else if (heard->what[0] == '\0') {
        rephrase(text, heard->what, sizeof heard->what);
    }
}

static const cyaml_config_t quiet_config = {
    .mem_fn = cyaml_mem,
    .log_level = CYAML_LOG_ERROR,
    .flags = CYAML_CFG_DEFAULT,
};

static shift_status parse(shift__loaded_monitor *loaded, shift_error *err)
{
    shift__monitor_text *text = &loaded->text;
    complaint heard = {.line = 0};
    cyaml_config_t config = quiet_config;
    config.log_fn = hear;
    config.log_ctx = &heard;
    shift_status status = shift__monitor_read_tree(text, err);
    if (status == SHIFT_OK)
        status = shift__monitor_check_keys(text, err);
    if (status != SHIFT_OK)
        return status;
    cyaml_err_t code = cyaml_load_data((const uint8_t *)text->bytes, text->n, &config,
                                       &shift__monitor_schema, (cyaml_data_t **)&loaded->raw, NULL);
    /* what libyaml has read once it fails to read only for want of memory */
    if (code == CYAML_ERR_OOM || code == CYAML_ERR_LIBYAML_PARSER ||
        code == CYAML_ERR_LIBYAML_PARSER_INIT)
        return shift_error_set(err, SHIFT_ENOMEM, "%s: out of memory", text->path);
    if (code == CYAML_OK)
        return SHIFT_OK;
    const char *what = heard.what[0] != '\0' ? heard.what : cyaml_strerror(code);
    if (heard.line == 0)
        return shift_error_set(err, SHIFT_EFORMAT, "%s: %s", text->path, what);
    return shift_error_set(err, SHIFT_EFORMAT, "%s: line %lu, column %lu: %s%s%s", text->path,
                           heard.line, heard.column, heard.key, heard.key[0] != '\0' ? ": " : "",
                           what);
}

shift_status shift__monitor_read(shift_monitor **out, const char *path, FILE *file,
                                 shift_error *err)
{
    shift__loaded_monitor *loaded = NULL;
    shift_status status = shift__alloc(&loaded, 1, sizeof *loaded, err);
    if (status != SHIFT_OK)
        return status;
    status = shift__arena_text(&loaded->arena, &loaded->text.path, path, strlen(path), err);
    if (status == SHIFT_OK)
        status = read_text(&loaded->text, file, err);
    if (status == SHIFT_OK)
        status = parse(loaded, err);
    if (status == SHIFT_OK && loaded->raw == NULL)
        status = shift_error_set(err, SHIFT_EFORMAT, "%s: is empty", path);
    if (status == SHIFT_OK)
        status = shift__monitor_convert(&loaded->monitor, loaded->raw, &loaded->text,
                                        &loaded->arena, err);
    if (status != SHIFT_OK) {
        shift_monitor_free(&loaded->monitor);
        return status;
    }
    *out = &loaded->monitor;
    return SHIFT_OK;
}

shift_status shift_monitor_load(shift_monitor **out, const char *path, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, out, path))
        return SHIFT_EINVAL;
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return shift_error_set(err, SHIFT_EIO, "%s: %s", path, strerror(errno));
    shift_status status = shift__monitor_read(out, path, file, err);
    (void)fclose(file);
    return status;
}

void shift_monitor_free(shift_monitor *monitor)
{
    if (monitor == NULL)
        return;
    shift__loaded_monitor *loaded = (shift__loaded_monitor *)monitor;
    (void)cyaml_free(&quiet_config, &shift__monitor_schema, loaded->raw, 0);
    yaml_document_delete(&loaded->text.tree);
    free(loaded->text.bytes);
    shift__arena_clear(&loaded->arena);
    free(loaded);
}
