/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "profile/container.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "core/memory.h"
#include "shift/output.h"

enum { CHECKED = 20, HEADER = 28, CHUNK = 1 << 20 };

static void put(unsigned char *to, size_t bytes, uint64_t value)
{
    for (size_t i = 0; i < bytes; i++)
        to[i] = (unsigned char)(value >> (8 * i));
}

static uint64_t get(const unsigned char *from, size_t bytes)
{
    uint64_t value = 0;
    for (size_t i = 0; i < bytes; i++)
        value |= (uint64_t)from[i] << (8 * i);
    return value;
}

static uint64_t checksum(const unsigned char *header, const unsigned char *message, size_t n)
{
    return XXH3_64bits_withSeed(message, n, XXH3_64bits(header, CHECKED));
}

static void write_header(const shift__container *kind, unsigned minor, const unsigned char *message,
                         size_t n, unsigned char header[HEADER])
{
    memcpy(header, kind->magic, SHIFT__MAGIC);
    put(header + SHIFT__MAGIC, 2, kind->major);
    put(header + SHIFT__MAGIC + 2, 2, minor > kind->minor ? minor : kind->minor);
    put(header + SHIFT__MAGIC + 4, 8, n);
    put(header + CHECKED, 8, checksum(header, message, n));
}

shift_status shift__container_wrap(const shift__container *kind, unsigned minor,
                                   unsigned char **bytes, size_t *n, shift_error *err)
{
    unsigned char *all = NULL;
    shift_status status = shift__alloc(&all, HEADER + *n, 1, err);
    if (status != SHIFT_OK)
        return status;
    write_header(kind, minor, *bytes, *n, all);
    memcpy(all + HEADER, *bytes, *n);
    free(*bytes);
    *bytes = all;
    *n += HEADER;
    return SHIFT_OK;
}

shift_status shift__container_save(const shift__container *kind, unsigned minor, const char *path,
                                   const unsigned char *message, size_t n, shift_error *err)
{
    unsigned char header[HEADER];
    write_header(kind, minor, message, n, header);
    shift_output *output = NULL;
    shift_status status = shift_output_open(&output, path, err);
    if (status == SHIFT_OK)
        status = shift_output_write(output, (const char *)header, HEADER, err);
    if (status == SHIFT_OK)
        status = shift_output_write(output, (const char *)message, n, err);
    if (status != SHIFT_OK) {
        shift_output_abort(output);
        return status;
    }
    return shift_output_commit(output, err);
}

/* All bytes of the file. Memory follows what is there, not what the header says. */
static shift_status read_all(const shift__container *kind, int file, const char *path,
                             unsigned char **out, size_t *n, shift_error *err)
{
    unsigned char *bytes = NULL;
    size_t capacity = 0;
    size_t size = 0;
    ssize_t got = 1;
    shift_status status = SHIFT_OK;
    while (status == SHIFT_OK && got != 0 && size <= (size_t)INT32_MAX + HEADER) {
        status = shift__array_grow(&bytes, &capacity, size + CHUNK, 1, err);
        if (status != SHIFT_OK)
            break;
        got = read(file, bytes + size, capacity - size);
        if (got > 0)
            size += (size_t)got;
        else if (got < 0 && errno != EINTR)
            status = shift_error_set(err, SHIFT_EIO, "%s: %s", path, strerror(errno));
        if (size >= SHIFT__MAGIC && memcmp(bytes, kind->magic, SHIFT__MAGIC) != 0)
            got = 0; /* no need to read on */
    }
    if (status != SHIFT_OK) {
        free(bytes);
        return status;
    }
    *out = bytes;
    *n = size;
    return SHIFT_OK;
}

static shift_status check(const shift__container *kind, const unsigned char *bytes, size_t n,
                          const char *path, shift_error *err)
{
    if (n < SHIFT__MAGIC || memcmp(bytes, kind->magic, SHIFT__MAGIC) != 0)
        return shift_error_set(err, SHIFT_EFORMAT, "%s: is not a saved %s", path, kind->noun);
    if (n < HEADER)
        return shift_error_set(err, SHIFT_EFORMAT, "%s: damaged %s: it ends in its header", path,
                               kind->noun);
    unsigned major = (unsigned)get(bytes + SHIFT__MAGIC, 2);
    if (major > kind->major)
        return shift_error_set(err, SHIFT_EUNSUPPORTED,
                               "%s: %s of format %u, newer than the %u known here", path,
                               kind->noun, major, kind->major);
    uint64_t length = get(bytes + SHIFT__MAGIC + 4, 8);
    if (length != n - HEADER)
        return shift_error_set(err, SHIFT_EFORMAT,
                               "%s: damaged %s: %zu bytes long, its header says %llu", path,
                               kind->noun, n, (unsigned long long)length + HEADER);
    if (major == 0 || get(bytes + CHECKED, 8) != checksum(bytes, bytes + HEADER, n - HEADER))
        return shift_error_set(err, SHIFT_EFORMAT, "%s: damaged %s: its checksum is wrong", path,
                               kind->noun);
    return SHIFT_OK;
}

shift_status shift__container_open(const shift__container *kind, const char *name,
                                   const unsigned char **bytes, size_t *n, unsigned *minor,
                                   shift_error *err)
{
    shift_status status = check(kind, *bytes, *n, name, err);
    if (status != SHIFT_OK)
        return status;
    *minor = (unsigned)get(*bytes + SHIFT__MAGIC + 2, 2);
    *bytes += HEADER;
    *n -= HEADER;
    return SHIFT_OK;
}

shift_status shift__container_load(const shift__container *kind, const char *path,
                                   unsigned char **message, size_t *n, unsigned *minor,
                                   shift_error *err)
{
    bool standard = strcmp(path, "-") == 0;
    int file = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return shift_error_set(err, SHIFT_EIO, "%s: %s", path, strerror(errno));
    unsigned char *bytes = NULL;
    shift_status status = read_all(kind, file, path, &bytes, n, err);
    if (!standard)
        (void)close(file);
    if (status == SHIFT_OK)
        status = check(kind, bytes, *n, path, err);
    if (status != SHIFT_OK) {
        free(bytes);
        return status;
    }
    *minor = (unsigned)get(bytes + SHIFT__MAGIC + 2, 2);
    *n -= HEADER;
    memmove(bytes, bytes + HEADER, *n);
    *message = bytes;
    return SHIFT_OK;
}

bool shift__container_detect(const shift__container *kind, const char *path)
{
    unsigned char begin[SHIFT__MAGIC];
    struct stat info;
    /* a pipe gives its bytes once, and only to who reads the data */
    if (path == NULL || stat(path, &info) != 0 || !S_ISREG(info.st_mode))
        return false;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0)
        return false;
    ssize_t got = read(file, begin, sizeof begin);
    (void)close(file);
    return got == (ssize_t)sizeof begin && memcmp(begin, kind->magic, SHIFT__MAGIC) == 0;
}
