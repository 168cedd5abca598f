/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file that appears whole or not at all. */
#include "shift/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/memory.h"
#include "core/null.h"
#include "core/place.h"

enum { BUFFER = 65536 };

struct shift_output {
    char *path;   /* "-" for standard output */
    char *beside; /* the file being written; NULL where `path` itself is written */
    int fd;
    bool broken; /* a write has failed */
    size_t used;
    char buffer[BUFFER];
};

static shift_status failed(const char *what, const char *path, shift_error *err)
{
    return shift_error_set(err, SHIFT_EIO, "%s: cannot %s: %s",
                           strcmp(path, "-") == 0 ? "standard output" : path, what,
                           strerror(errno));
}

static void release(shift_output *output)
{
    free(output->path);
    free(output->beside);
    free(output);
}

/* With the permissions that a new file would have. */
static shift_status open_beside(shift_output *output, shift_error *err)
{
    size_t n = strlen(output->path) + SHIFT__PLACE_BESIDE;
    shift_status status = shift__alloc(&output->beside, n, 1, err);
    if (status != SHIFT_OK)
        return status;
    output->fd = shift__place_beside(output->beside, n, output->path);
    if (output->fd >= 0)
        return SHIFT_OK;
    status = failed("create", output->path, err);
    free(output->beside);
    output->beside = NULL;
    return status;
}

/* Devices and pipes (/dev/full, a FIFO) cannot be replaced by renaming. */
static shift_status open_in_place(shift_output *output, shift_error *err)
{
    output->fd = open(output->path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
    return output->fd >= 0 ? SHIFT_OK : failed("open for writing", output->path, err);
}

/* /dev/stdout, /dev/fd/N: written from where its owner stands in it, whatever it is. What this
 * process has opened for itself, such as a database, is closed when it runs another program; what
 * it was given is not. */
static shift_status open_descriptor(shift_output *output, int number, shift_error *err)
{
    struct stat info;
    int flags = fcntl(number, F_GETFD);
    if (flags >= 0 && (flags & FD_CLOEXEC) != 0 && fstat(number, &info) == 0 &&
        S_ISREG(info.st_mode))
        errno = EBADF;
    else if (flags >= 0)
        output->fd = fcntl(number, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    return output->fd >= 0 ? SHIFT_OK : failed("open for writing", output->path, err);
}

static shift_status open_path(shift_output *output, shift_error *err)
{
    if (strcmp(output->path, "-") == 0) {
        output->fd = STDOUT_FILENO;
        return SHIFT_OK;
    }
    int number = shift__place_descriptor(output->path);
    if (number >= 0)
        return open_descriptor(output, number, err);
    struct stat info;
    if (stat(output->path, &info) == 0) {
        if (S_ISDIR(info.st_mode)) {
            errno = EISDIR;
            return failed("write", output->path, err);
        }
        if (!S_ISREG(info.st_mode))
            return open_in_place(output, err);
        if (access(output->path, W_OK) != 0)
            return failed("write", output->path, err);
    }
    return open_beside(output, err);
}

shift_status shift_output_open(shift_output **out, const char *path, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, out, path))
        return SHIFT_EINVAL;
    shift_output *output = NULL;
    shift_status status = shift__alloc(&output, 1, sizeof *output, err);
    if (status != SHIFT_OK)
        return status;
    output->fd = -1;
    status = shift__text_copy(&output->path, path, strlen(path), err);
    if (status == SHIFT_OK)
        status = open_path(output, err);
    if (status != SHIFT_OK) {
        release(output);
        return status;
    }
    *out = output;
    return SHIFT_OK;
}

static shift_status write_all(shift_output *output, const char *bytes, size_t n, shift_error *err)
{
    while (n > 0) {
        ssize_t written = write(output->fd, bytes, n);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0) {
            output->broken = true;
            return failed("write", output->path, err);
        }
        bytes += written;
        n -= (size_t)written;
    }
    return SHIFT_OK;
}

static shift_status flush(shift_output *output, shift_error *err)
{
    size_t n = output->used;
    output->used = 0;
    return write_all(output, output->buffer, n, err);
}

shift_status shift_output_write(shift_output *output, const char *bytes, size_t n, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, output) || (n > 0 && SHIFT__ANY_NULL(err, bytes)))
        return SHIFT_EINVAL;
    if (n > sizeof output->buffer - output->used) {
        shift_status status = flush(output, err);
        if (status != SHIFT_OK)
            return status;
    }
    if (n >= sizeof output->buffer)
        return write_all(output, bytes, n, err);
    memcpy(output->buffer + output->used, bytes, n);
    output->used += n;
    return SHIFT_OK;
}

/* The rename itself is durable only when the folder has been synced too. A folder that cannot be
 * synced (some network file systems) is not a failure: the file is whole in any case. */
static void sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash == NULL ? strdup(".") : strndup(path, (size_t)(slash - path) + 1);
    int fd = folder != NULL ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (fd >= 0) {
        (void)fsync(fd);
        (void)close(fd);
    }
    free(folder);
}

static shift_status put_in_place(shift_output *output, shift_error *err)
{
    if (output->beside != NULL && fsync(output->fd) != 0)
        return failed("sync", output->path, err);
    int fd = output->fd;
    output->fd = -1;
    if (fd != STDOUT_FILENO && close(fd) != 0)
        return failed("close", output->path, err);
    if (output->beside == NULL)
        return SHIFT_OK;
    if (rename(output->beside, output->path) != 0)
        return failed("rename into place", output->path, err);
    free(output->beside);
    output->beside = NULL;
    sync_folder(output->path);
    return SHIFT_OK;
}

shift_status shift_output_commit(shift_output *output, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, output))
        return SHIFT_EINVAL;
    shift_status status = SHIFT_OK;
    if (output->broken)
        status = shift_error_set(err, SHIFT_EIO, "%s: an earlier write has failed", output->path);
    if (status == SHIFT_OK)
        status = flush(output, err);
    if (status == SHIFT_OK)
        status = put_in_place(output, err);
    shift_output_abort(output);
    return status;
}

void shift_output_abort(shift_output *output)
{
    if (output == NULL)
        return;
    if (output->fd >= 0 && output->fd != STDOUT_FILENO)
        (void)close(output->fd);
    if (output->beside != NULL)
        (void)unlink(output->beside);
    release(output);
}

bool shift_output_is_terminal(const shift_output *output)
{
    return output != NULL && isatty(output->fd) != 0;
}

static shift_status write_to_output(void *context, const char *bytes, size_t n, shift_error *err)
{
    return shift_output_write(context, bytes, n, err);
}

shift_sink shift_output_sink(shift_output *output)
{
    return (shift_sink){sizeof(shift_sink), output, write_to_output, 80, false, true};
}
