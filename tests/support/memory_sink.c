/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "memory_sink.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static shift_status write_to_memory(void *context, const char *bytes, size_t n, shift_error *err)
{
    memory_sink *memory = context;
    if ((memory->limit != 0 && memory->n + n > memory->limit) || ++memory->writes == memory->fails)
        return shift_error_set(err, SHIFT_EIO, "the sink is full");
    memory->text = realloc(memory->text, memory->n + n + 1);
    if (memory->text == NULL) /* an assertion for each of so many takes its time */
        ck_abort_msg("out of memory");
    memcpy(memory->text + memory->n, bytes, n);
    memory->n += n;
    memory->text[memory->n] = '\0';
    return SHIFT_OK;
}

shift_sink memory_sink_of(memory_sink *memory)
{
    return (shift_sink){sizeof(shift_sink), memory, write_to_memory, 80, false, true};
}

void memory_sink_clear(memory_sink *memory)
{
    free(memory->text);
    *memory = (memory_sink){0};
}

static FILE *open_expected(const char *name, const char *mode)
{
    char path[512];
    (void)snprintf(path, sizeof path, "%s/tests/plugin/expected/%s", SHIFT_SOURCE_DIR, name);
    FILE *file = fopen(path, mode);
    ck_assert_msg(file != NULL, "%s cannot be opened", path);
    return file;
}

char *read_expected(const char *name)
{
    FILE *file = open_expected(name, "rb");
    size_t n = 0;
    char *text = NULL;
    for (size_t got = 1; got > 0; n += got) {
        text = realloc(text, n + 4097);
        ck_assert_ptr_nonnull(text);
        got = fread(text + n, 1, 4096, file);
    }
    text[n] = '\0';
    ck_assert_int_eq(fclose(file), 0);
    return text;
}

void update_expected(const char *text, const char *name)
{
    if (getenv("SHIFT_UPDATE_EXPECTED") == NULL)
        return;
    FILE *file = open_expected(name, "wb");
    ck_assert_int_ge(fputs(text, file), 0);
    ck_assert_int_eq(fclose(file), 0);
}

void assert_expected(const char *text, const char *name)
{
    update_expected(text, name);
    char *expected = read_expected(name);
    ck_assert_str_eq(text, expected);
    free(expected);
}
