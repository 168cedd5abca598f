/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which files a day has. */
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "run.h"

static shift_status add(struct day_files *out, const char *name, shift_error *err)
{
    char **larger = realloc(out->names, (out->n + 1) * sizeof *larger);
    if (larger != NULL) {
        out->names = larger;
        if ((larger[out->n] = strdup(name)) != NULL) {
            out->n++;
            return SHIFT_OK;
        }
    }
    return shift_error_set(err, SHIFT_ENOMEM, "out of memory");
}

/* For glob(): a folder that is not there has no files. */
static int is_trouble(const char *path, int error)
{
    (void)path;
    return error != ENOENT && error != ENOTDIR;
}

/* In the order of their names, as glob() gives them. */
static shift_status add_matches(struct day_files *out, const char *pattern, shift_error *err)
{
    glob_t found;
    shift_status status = SHIFT_OK;
    int code = glob(pattern, 0, is_trouble, &found);
    if (code == GLOB_NOMATCH)
        return SHIFT_OK;
    if (code != 0)
        return shift_error_set(err, code == GLOB_NOSPACE ? SHIFT_ENOMEM : SHIFT_EIO,
                               "%s: cannot look for files: %s", pattern,
                               code == GLOB_NOSPACE ? "out of memory" : strerror(errno));
    for (size_t i = 0; status == SHIFT_OK && i < found.gl_pathc; i++)
        status = add(out, found.gl_pathv[i], err);
    globfree(&found);
    return status;
}

static shift_status find(struct day_files *out, const char *name, shift_error *err)
{
    if (strncmp(name, "sqlite:", 7) == 0)
        return add(out, name, err);
    if (access(name, F_OK) == 0)
        return add(out, name, err);
    if (strpbrk(name, "*?[") != NULL)
        return add_matches(out, name, err);
    if (errno != ENOENT)
        return shift_error_set(err, SHIFT_EIO, "%s: %s", name, strerror(errno));
    return SHIFT_OK;
}

shift_status day_find(struct day_files *out, const shift_monitor *monitor, shift_date date,
                      shift_error *err)
{
    *out = (struct day_files){NULL, NULL, 0};
    shift_status status = shift_date_expand(&out->wanted, monitor->production, date, err);
    return status == SHIFT_OK ? find(out, out->wanted, err) : status;
}

/* "reports/2026-01-31.json" of the network mlp: "reports/2026-01-31.mlp.json" */
static char *name_before_ending(const char *path, const char *name)
{
    const char *slash = strrchr(path, '/');
    const char *dot = strrchr(slash != NULL ? slash : path, '.');
    size_t n = dot != NULL ? (size_t)(dot - path) : strlen(path);
    size_t size = strlen(path) + strlen(name) + 2;
    char *out = malloc(size);
    if (out != NULL)
        (void)snprintf(out, size, "%.*s.%s%s", (int)n, path, name, path + n);
    return out;
}

shift_status day_report_path(char **path, const struct job *job, const shift_monitor_report *report,
                             shift_date date, shift_error *err)
{
    char *shared = NULL;
    shift_status status = shift_date_expand(&shared, report->path, date, err);
    if (status != SHIFT_OK || job->network == NULL || strcmp(shared, "-") == 0) {
        *path = shared;
        return status;
    }
    *path = name_before_ending(shared, job->network->entry->name);
    free(shared);
    return *path != NULL ? SHIFT_OK : shift_error_set(err, SHIFT_ENOMEM, "out of memory");
}

void day_clear(struct day_files *files)
{
    for (size_t i = 0; i < files->n; i++)
        free(files->names[i]);
    free(files->names);
    free(files->wanted);
    *files = (struct day_files){NULL, NULL, 0};
}
