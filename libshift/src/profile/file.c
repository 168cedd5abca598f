/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file of a profile: 28 bytes of header, then the message of profile.proto. Numbers in the
 * header are little-endian: magic, major and minor version of two bytes each, length of the message
 * and XXH3 of all other bytes, of eight each. */
#include "profile/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "core/memory.h"
#include "shift/output.h"

enum { MAGIC = 8, CHECKED = 20, HEADER = 28, MAJOR = 1, MINOR = 0, CHUNK = 1 << 20 };

/* Not text, and damaged by whatever converts line ends or strips the eighth bit. */
static const unsigned char magic[MAGIC] = {0x89, 'C', 'S', 'H', 'F', '\r', '\n', 0x1a};

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

shift_status shift_profile_save(const shift_profile *profile, const char *path, shift_error *err)
{
    unsigned char *bytes = NULL;
    size_t n = 0;
    shift_status status = shift__profile_encode(profile, &bytes, &n, err);
    if (status != SHIFT_OK)
        return status;
    unsigned char header[HEADER];
    memcpy(header, magic, MAGIC);
    put(header + MAGIC, 2, MAJOR);
    put(header + MAGIC + 2, 2, profile->minor > MINOR ? profile->minor : MINOR);
    put(header + MAGIC + 4, 8, n);
    put(header + CHECKED, 8, checksum(header, bytes, n));
    shift_output *output = NULL;
    status = shift_output_open(&output, path, err);
    if (status == SHIFT_OK)
        status = shift_output_write(output, (const char *)header, HEADER, err);
    if (status == SHIFT_OK)
        status = shift_output_write(output, (const char *)bytes, n, err);
    free(bytes);
    if (status != SHIFT_OK) {
        shift_output_abort(output);
        return status;
    }
    return shift_output_commit(output, err);
}

/* All bytes of the file. Memory follows what is there, not what the header says. */
static shift_status read_all(int file, const char *path, unsigned char **out, size_t *n,
                             shift_error *err)
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
        if (size >= MAGIC && memcmp(bytes, magic, MAGIC) != 0)
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

static shift_status decode_file(shift_profile **out, const unsigned char *bytes, size_t n,
                                const char *path, shift_error *err)
{
    if (n < MAGIC || memcmp(bytes, magic, MAGIC) != 0)
        return shift_error_set(err, SHIFT_EFORMAT, "%s: is not a saved profile", path);
    if (n < HEADER)
        return shift_error_set(err, SHIFT_EFORMAT, "%s: damaged profile: it ends in its header",
                               path);
    unsigned major = (unsigned)get(bytes + MAGIC, 2);
    if (major > MAJOR)
        return shift_error_set(err, SHIFT_EUNSUPPORTED,
                               "%s: profile of format %u, newer than the %d known here", path,
                               major, (int)MAJOR);
    uint64_t length = get(bytes + MAGIC + 4, 8);
    if (length != n - HEADER)
        return shift_error_set(err, SHIFT_EFORMAT,
                               "%s: damaged profile: %zu bytes long, its header says %llu", path, n,
                               (unsigned long long)length + HEADER);
    if (major == 0 || get(bytes + CHECKED, 8) != checksum(bytes, bytes + HEADER, n - HEADER))
        return shift_error_set(err, SHIFT_EFORMAT, "%s: damaged profile: its checksum is wrong",
                               path);
    shift_profile *profile = NULL;
    shift_status status = shift__profile_decode(&profile, bytes + HEADER, n - HEADER, path, err);
    if (status != SHIFT_OK)
        return status;
    profile->minor = (unsigned)get(bytes + MAGIC + 2, 2);
    *out = profile;
    return SHIFT_OK;
}

shift_status shift_profile_load(shift_profile **out, const char *path, shift_error *err)
{
    bool standard = strcmp(path, "-") == 0;
    int file = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return shift_error_set(err, SHIFT_EIO, "%s: %s", path, strerror(errno));
    unsigned char *bytes = NULL;
    size_t n = 0;
    shift_status status = read_all(file, path, &bytes, &n, err);
    if (!standard)
        (void)close(file);
    if (status == SHIFT_OK)
        status = decode_file(out, bytes, n, path, err);
    free(bytes);
    return status;
}

bool shift_profile_detect(const char *path)
{
    unsigned char begin[MAGIC];
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0)
        return false;
    ssize_t got = read(file, begin, sizeof begin);
    (void)close(file);
    return got == (ssize_t)sizeof begin && memcmp(begin, magic, MAGIC) == 0;
}
