/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One run of a monitor at a time. */
#include "lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"

/* Who has it, as he wrote it there. */
static void read_owner(int fd, char text[64])
{
    ssize_t n = pread(fd, text, 63, 0);
    text[n > 0 ? n : 0] = '\0';
    text[strcspn(text, "\n")] = '\0';
}

static shift_status write_owner(int fd, const char *path, shift_error *err)
{
    char now[32];
    char text[64];
    shift_status status = clock_print(now, err);
    if (status != SHIFT_OK)
        return status;
    int n = snprintf(text, sizeof text, "process %ld since %s\n", (long)getpid(), now);
    if (ftruncate(fd, 0) != 0 || pwrite(fd, text, (size_t)n, 0) != n)
        return shift_error_set(err, SHIFT_EIO, "%s: cannot write: %s", path, strerror(errno));
    return SHIFT_OK;
}

static shift_status take(int fd, const char *path, const shift_monitor *monitor, unsigned seconds,
                         shift_error *err)
{
    char owner[64];
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    time_t deadline = now.tv_sec + (time_t)seconds;
    while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return shift_error_set(err, SHIFT_EIO, "%s: cannot lock: %s", path, strerror(errno));
        (void)clock_gettime(CLOCK_MONOTONIC, &now);
        if (now.tv_sec >= deadline) {
            read_owner(fd, owner);
            return shift_error_set(err, SHIFT_EIO,
                                   "monitor %s is at work: %s; try again later, or with --wait",
                                   monitor->name, owner[0] != '\0' ? owner : "another process");
        }
        (void)nanosleep(&(struct timespec){0, 50000000}, NULL);
    }
    return write_owner(fd, path, err);
}

char *lock_path(const shift_monitor *monitor)
{
    size_t n = strcspn(monitor->name, ":");
    size_t size = strlen(monitor->db) + n + sizeof "..lock";
    char *path = malloc(size);
    if (path != NULL)
        (void)snprintf(path, size, "%s.%.*s.lock", monitor->db, (int)n, monitor->name);
    return path;
}

/* What is written there would be written into whatever a link points to. */
static shift_status open_lock(int *fd, const char *path, shift_error *err)
{
    struct stat info;
    *fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666);
    bool other = *fd < 0 ? errno == ELOOP : fstat(*fd, &info) != 0 || !S_ISREG(info.st_mode);
    if (*fd >= 0 && !other)
        return SHIFT_OK;
    return shift_error_set(err, SHIFT_EIO, "%s: cannot use as a lock: %s", path,
                           other ? "it is not a regular file" : strerror(errno));
}

shift_status lock_take(int *fd, const shift_monitor *monitor, unsigned seconds, shift_error *err)
{
    char *path = lock_path(monitor);
    if (path == NULL)
        return shift_error_set(err, SHIFT_ENOMEM, "out of memory");
    shift_status status = open_lock(fd, path, err);
    if (status == SHIFT_OK)
        status = take(*fd, path, monitor, seconds, err);
    if (status != SHIFT_OK && *fd >= 0) {
        (void)close(*fd);
        *fd = -1;
    }
    free(path);
    return status;
}
