/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/place.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_LINKS = 40 }; /* as many as Linux follows */

static const char descriptors[] = "/proc/self/fd";

int shift__place_beside(char *name, size_t size, const char *path)
{
    int fd = -1;
    errno = EEXIST;
    for (unsigned attempt = 0; fd < 0 && errno == EEXIST && attempt < 1000; attempt++) {
        (void)snprintf(name, size, "%s.%ld-%u.tmp", path, (long)getpid(), attempt);
        fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    }
    return fd;
}

/* Both stay open while they are compared: /proc gives its inodes new numbers as it likes. */
static bool is_same_folder(const char *one, const char *other)
{
    struct stat a;
    struct stat b;
    int first = open(one, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int second = open(other, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool same = first >= 0 && second >= 0 && fstat(first, &a) == 0 && fstat(second, &b) == 0 &&
                a.st_dev == b.st_dev && a.st_ino == b.st_ino;
    if (first >= 0)
        (void)close(first);
    if (second >= 0)
        (void)close(second);
    return same;
}

/* By name too, for /dev/stdout is a link there also where /proc is not mounted. */
static int find_number(const char *path)
{
    char folder[PATH_MAX] = ".";
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    size_t digits = strspn(name, "0123456789");
    if (digits == 0 || digits > 9 || name[digits] != '\0')
        return -1;
    if (slash != NULL)
        (void)snprintf(folder, sizeof folder, "%.*s", (int)(slash - path), path);
    return strcmp(folder, descriptors) == 0 || is_same_folder(folder, descriptors)
               ? (int)strtol(name, NULL, 10)
               : -1;
}

/* One link further, from the folder that it is in. */
static bool follow(char at[PATH_MAX])
{
    char target[PATH_MAX];
    ssize_t n = readlink(at, target, sizeof target);
    const char *slash = strrchr(at, '/');
    if (n <= 0)
        return false;
    size_t kept = target[0] == '/' || slash == NULL ? 0 : (size_t)(slash - at) + 1;
    if (kept + (size_t)n >= PATH_MAX)
        return false;
    memcpy(at + kept, target, (size_t)n);
    at[kept + (size_t)n] = '\0';
    return true;
}

int shift__place_descriptor(const char *path)
{
    char at[PATH_MAX];
    if (strlen(path) >= sizeof at)
        return -1;
    (void)snprintf(at, sizeof at, "%s", path);
    int number = find_number(at);
    for (int links = 0; number < 0 && links < MOST_LINKS && follow(at); links++)
        number = find_number(at);
    return number;
}
