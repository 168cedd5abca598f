/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Preloaded before a program, this makes one of its disk operations fail: the open, write, sync,
 * rename, truncation or removal number FAULT_AT of those on files below the folder FAULT_UNDER.
 * FAULT_KIND says how: ENOSPC (and every later write or creation too, for a full disk stays full),
 * EIO, EINTR, "short" (a write writes half), or "kill" (the process dies by SIGKILL before the
 * operation). FAULT_COUNT names a file outside that folder, to which the number of operations is
 * written. */
#define _GNU_SOURCE /* RTLD_NEXT, open64 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_long operations;

/* What a full disk refuses is what needs room. */
typedef enum operation { OPEN, CREATE, WRITE, SYNC, RENAME, TRUNCATE, REMOVE } operation;

static bool is_below(const char *path)
{
    const char *folder = getenv("FAULT_UNDER");
    char whole[PATH_MAX];
    if (folder == NULL || path == NULL)
        return false;
    if (path[0] != '/') {
        char here[PATH_MAX / 2];
        if (getcwd(here, sizeof here) == NULL)
            return false;
        (void)snprintf(whole, sizeof whole, "%s/%.*s", here, PATH_MAX / 2 - 2, path);
        path = whole;
    }
    size_t n = strlen(folder);
    return strncmp(path, folder, n) == 0 && path[n] == '/';
}

static bool is_file_below(int fd)
{
    char place[64];
    char target[PATH_MAX];
    (void)snprintf(place, sizeof place, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(place, target, sizeof target - 1);
    if (n < 0)
        return false;
    target[n] = '\0';
    return is_below(target);
}

/* 0, or the errno with which it fails; -1 for half of it. */
static int fault(operation what)
{
    static atomic_bool full;
    const char *at = getenv("FAULT_AT");
    const char *kind = getenv("FAULT_KIND");
    long number = atomic_fetch_add(&operations, 1) + 1;
    bool needs_room = what == WRITE || what == CREATE;
    if (at == NULL || kind == NULL)
        return 0;
    if (atomic_load(&full) && needs_room)
        return ENOSPC;
    if (number != strtol(at, NULL, 10))
        return 0;
    if (strcmp(kind, "kill") == 0)
        (void)kill(getpid(), SIGKILL);
    if (strcmp(kind, "short") == 0)
        return what == WRITE ? -1 : 0;
    if (strcmp(kind, "ENOSPC") == 0) {
        atomic_store(&full, true);
        return needs_room || what == RENAME || what == SYNC ? ENOSPC : 0;
    }
    if (strcmp(kind, "EINTR") == 0)
        return what == REMOVE ? 0 : EINTR; /* unlink(2) is not interrupted */
    return EIO;
}

__attribute__((destructor)) static void tell(void)
{
    const char *path = getenv("FAULT_COUNT");
    char text[32];
    int n = snprintf(text, sizeof text, "%ld\n", atomic_load(&operations));
    int fd = path != NULL ? (int)syscall(SYS_open, path, O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;
    if (fd >= 0) {
        (void)syscall(SYS_write, fd, text, n);
        (void)syscall(SYS_close, fd);
    }
}

/* NOLINTBEGIN(readability-inconsistent-declaration-parameter-name): the C library's are reserved */
/* The function that is hidden by ours. */
#define REAL(name)                                                                                 \
    static __typeof__(name) *real;                                                                 \
    if (real == NULL) {                                                                            \
        void *found = dlsym(RTLD_NEXT, #name);                                                     \
        memcpy(&real, &found, sizeof real);                                                        \
    }

#define REFUSE_IF(below, what)                                                                     \
    do {                                                                                           \
        int error_ = (below) ? fault(what) : 0;                                                    \
        if (error_ > 0) {                                                                          \
            errno = error_;                                                                        \
            return -1;                                                                             \
        }                                                                                          \
    } while (0)

#define OPENING(name)                                                                              \
    int name(const char *path, int flags, ...)                                                     \
    {                                                                                              \
        REAL(name)                                                                                 \
        va_list rest;                                                                              \
        va_start(rest, flags);                                                                     \
        mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;                           \
        va_end(rest);                                                                              \
        REFUSE_IF(is_below(path), (flags & O_CREAT) != 0 ? CREATE : OPEN);                         \
        return real(path, flags, mode);                                                            \
    }
OPENING(open)
OPENING(open64)

#define WRITING(name, parameters, arguments, half)                                                 \
    ssize_t name parameters                                                                        \
    {                                                                                              \
        REAL(name)                                                                                 \
        int error = is_file_below(fd) ? fault(WRITE) : 0;                                          \
        if (error > 0) {                                                                           \
            errno = error;                                                                         \
            return -1;                                                                             \
        }                                                                                          \
        return error < 0 && n > 1 ? real half : real arguments;                                    \
    }
WRITING(write, (int fd, const void *bytes, size_t n), (fd, bytes, n), (fd, bytes, n / 2))
WRITING(pwrite, (int fd, const void *bytes, size_t n, off_t at), (fd, bytes, n, at),
        (fd, bytes, n / 2, at))
WRITING(pwrite64, (int fd, const void *bytes, size_t n, off64_t at), (fd, bytes, n, at),
        (fd, bytes, n / 2, at))

#define OF_FILE(name, parameters, arguments, what)                                                 \
    int name parameters                                                                            \
    {                                                                                              \
        REAL(name)                                                                                 \
        REFUSE_IF(is_file_below(fd), what);                                                        \
        return real arguments;                                                                     \
    }
OF_FILE(fsync, (int fd), (fd), SYNC)
OF_FILE(fdatasync, (int fd), (fd), SYNC)
OF_FILE(ftruncate, (int fd, off_t size), (fd, size), TRUNCATE)
OF_FILE(ftruncate64, (int fd, off64_t size), (fd, size), TRUNCATE)

#define OF_PATH(name, parameters, arguments, what)                                                 \
    int name parameters                                                                            \
    {                                                                                              \
        REAL(name)                                                                                 \
        REFUSE_IF(is_below(path), what);                                                           \
        return real arguments;                                                                     \
    }
OF_PATH(rename, (const char *path, const char *to), (path, to), RENAME)
OF_PATH(link, (const char *path, const char *to), (path, to), RENAME)
OF_PATH(unlink, (const char *path), (path), REMOVE)
/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */
