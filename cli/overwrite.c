/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is written must not take the place of what is read or kept. */
#include "overwrite.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "network.h"

static bool is_same_inode(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static bool find_folder(const char *path, struct stat *out)
{
    size_t n = (size_t)(last_part(path) - path);
    char *folder = n > 0 ? strndup(path, n) : strdup(".");
    bool found = folder != NULL && stat(folder, out) == 0;
    free(folder);
    return found;
}

/* Devices and pipes are not lost: a terminal may be read and written. Of two files that are not
 * there yet, those of one name in one folder are the same. */
static bool is_same(const char *one, const char *other)
{
    struct stat a;
    struct stat b;
    bool there[2] = {stat(one, &a) == 0, stat(other, &b) == 0};
    if (there[0] && there[1])
        return S_ISREG(a.st_mode) && is_same_inode(&a, &b);
    return !there[0] && !there[1] && strcmp(last_part(one), last_part(other)) == 0 &&
           find_folder(one, &a) && find_folder(other, &b) && is_same_inode(&a, &b);
}

static shift_status check_file(const char *output, const char *kept, const char *what,
                               const char *part, shift_error *err)
{
    if (!is_same(output, kept))
        return SHIFT_OK;
    return shift_error_set(err, SHIFT_EINVAL, "%s: is %s%s %s, which is not written over", output,
                           what, part, kept);
}

/* A database, the first `n` bytes of `db`, and what SQLite keeps beside it. */
static shift_status check_database(const char *output, const char *db, size_t n, const char *what,
                                   shift_error *err)
{
    static const char *const endings[] = {"", "-wal", "-shm", "-journal"};
    size_t size = n + sizeof "-journal";
    char *name = malloc(size);
    shift_status status = SHIFT_OK;
    if (name == NULL)
        return shift_error_set(err, SHIFT_ENOMEM, "out of memory");
    for (size_t i = 0; status == SHIFT_OK && i < sizeof endings / sizeof *endings; i++) {
        (void)snprintf(name, size, "%.*s%s", (int)n, db, endings[i]);
        status = check_file(output, name, what, i == 0 ? "" : "'s log", err);
    }
    free(name);
    return status;
}

shift_status overwrite_check(const char *output, const char *kept, const char *what,
                             shift_error *err)
{
    static const char query[] = "sqlite:";
    size_t prefix = sizeof query - 1;
    if (strcmp(output, "-") == 0 || strcmp(kept, "-") == 0)
        return SHIFT_OK;
    if (strncmp(kept, query, prefix) != 0)
        return check_file(output, kept, what, "", err);
    return check_database(output, kept + prefix, strcspn(kept + prefix, "?"), what, err);
}

shift_status overwrite_check_database(const char *output, const char *db, shift_error *err)
{
    return strcmp(output, "-") == 0 ? SHIFT_OK
                                    : check_database(output, db, strlen(db), "the database", err);
}

/* Runs and the networks of a database have names of their own; a profile may take the place of one
 * of its parts, which it has in it. */
static bool is_kept(const struct options *options, size_t operand)
{
    unsigned long long sections = options->command->options;
    if (options->command == &cmd_merge)
        return false;
    bool before_data =
        operand == 0 || ((sections & OPTIONS_VERSUS) != 0 && operand + 1 < options->n_operands);
    if ((sections & OPTIONS_INPUTS) != 0 && before_data)
        return network_is_file(options->operands[operand]);
    return (sections & OPTIONS_REPORT) == 0;
}

static shift_status check_matches(const char *output, const char *pattern, shift_error *err)
{
    glob_t found = {.gl_pathc = 0};
    shift_status status = SHIFT_OK;
    if (glob(pattern, 0, NULL, &found) == 0)
        for (size_t i = 0; status == SHIFT_OK && i < found.gl_pathc; i++)
            status = overwrite_check(output, found.gl_pathv[i], "the input", err);
    globfree(&found);
    return status;
}

shift_status overwrite_check_options(const struct options *options, shift_error *err)
{
    const char *output = options->output;
    shift_status status = SHIFT_OK;
    if (output == NULL)
        return SHIFT_OK;
    if (options->db != NULL)
        status = overwrite_check_database(output, options->db, err);
    for (size_t i = 0; status == SHIFT_OK && i < options->n_operands; i++)
        if (is_kept(options, i))
            status = overwrite_check(output, options->operands[i], "the input", err);
    if (status == SHIFT_OK && options->like != NULL)
        status = overwrite_check(output, options->like, "the input", err);
    if (status == SHIFT_OK && options->versus != NULL)
        status = check_matches(output, options->versus, err);
    return status;
}
