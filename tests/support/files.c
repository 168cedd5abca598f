/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "files.h"

#include <check.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reading.h"

void made_print(made_file *file, const char *format, ...)
{
    enum { LINE = 4096 };
    if (file->capacity - file->n < LINE) {
        file->capacity = 2 * file->capacity + LINE;
        file->text = realloc(file->text, file->capacity);
        ck_assert_ptr_nonnull(file->text);
    }
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(file->text + file->n, LINE, format, arguments);
    va_end(arguments);
    ck_assert(n >= 0 && n < LINE);
    file->n += (size_t)n;
}

void made_write(made_file *file)
{
    char *path = temporary_file(file->text, file->n);
    ck_assert_uint_lt(strlen(path), sizeof file->path);
    memcpy(file->path, path, strlen(path) + 1);
    free(path);
    free(file->text);
    file->text = NULL;
    file->n = file->capacity = 0;
}

void made_remove(made_file *file)
{
    ck_assert_int_eq(unlink(file->path), 0);
}

shift_source *made_source(const made_file *file)
{
    shift_source *source = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    ck_assert_msg(shift_source_open(&source, file->path, NULL, &err) == SHIFT_OK, "%s",
                  err.message);
    return source;
}

shift_profile *made_profile_of(const made_file *file, const shift_profile *like)
{
    shift_profile *profile = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    shift_source *source = made_source(file);
    const shift_schema *schema = like != NULL ? shift_profile_schema(like) : NULL;
    ck_assert_msg(shift_profile_read(&profile, source, schema, NULL, NULL, &err) == SHIFT_OK, "%s",
                  err.message);
    shift_source_close(source);
    return profile;
}

double made_draw(shift__random *random)
{
    double u = 1.0 - shift__random_uniform(random);
    return sqrt(-2.0 * log(u)) * cos(6.283185307179586 * shift__random_uniform(random));
}

made_file made_normal(shift__random *random, size_t rows, size_t columns, double mean)
{
    made_file file = {.n = 0};
    for (size_t c = 0; c < columns; c++)
        made_print(&file, "%c%s", (char)('a' + (int)c), c + 1 < columns ? "," : "\n");
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < columns; c++)
            made_print(&file, "%.17g%s", made_draw(random) + (c == 0 ? mean : 0.0),
                       c + 1 < columns ? "," : "\n");
    made_write(&file);
    return file;
}
