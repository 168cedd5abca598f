/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bytes to an ONNX message. The bytes may come from anyone: a message that claims more than there
 * is, or that would take much more memory than it is long, is refused here. */
#include "network/onnx_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "core/budget.h"
#include "core/memory.h"
#include "network/external.h"

enum {
    GRAPH_FIELD = 7,
    CHUNK = 1 << 20,
    /* An empty attribute takes two bytes of a file and some two hundred of memory; the honest
     * files known take less than 8 for one. */
    MEMORY_PER_BYTE = 64
};

shift_status shift__onnx_refuse(const shift__onnx *file, shift_error *err, const char *format, ...)
{
    char what[400];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    return shift_error_set(err, SHIFT_EFORMAT, "%s: %s", file->name, what);
}

/* ---- unpacking within bounds ---- */

typedef struct reader {
    const unsigned char *bytes;
    size_t n, at;
} reader;

static bool read_varint(reader *r, uint64_t *value)
{
    *value = 0;
    for (unsigned shift = 0; shift < 64 && r->at < r->n; shift += 7) {
        unsigned char byte = r->bytes[r->at++];
        *value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return true;
    }
    return false;
}

/* Step over one field's value. */
static bool skip(reader *r, unsigned wire, uint64_t *claimed)
{
    uint64_t size = 0;
    *claimed = 0;
    if (wire == 0)
        return read_varint(r, &size);
    if (wire == 2 ? !read_varint(r, &size) : wire != 1 && wire != 5)
        return false;
    if (wire != 2)
        size = wire == 1 ? 8 : 4;
    *claimed = size;
    if (size > r->n - r->at)
        return false;
    r->at += (size_t)size;
    return true;
}

/* The fields of the outermost message: that there is one graph, and that the file is as long as
 * they say. What protobuf would call damaged has a name here. */
static shift_status check_outline(const shift__onnx *file, const unsigned char *bytes, size_t n,
                                  shift_error *err)
{
    reader r = {bytes, n, 0};
    unsigned graphs = 0;
    if (n == 0)
        return shift__onnx_refuse(file, err, "is empty; an ONNX model was expected");
    while (r.at < n) {
        uint64_t tag = 0;
        uint64_t claimed = 0;
        bool known = read_varint(&r, &tag) && tag >> 3 != 0 && tag >> 3 < 536870912;
        bool whole = known && skip(&r, (unsigned)(tag & 7), &claimed);
        if (!whole && claimed > n - r.at)
            return shift__onnx_refuse(
                file, err,
                "is cut short or no ONNX model: field %llu is said to have %llu bytes, "
                "%zu are left",
                (unsigned long long)(tag >> 3), (unsigned long long)claimed, n - r.at);
        if (!whole)
            return shift__onnx_refuse(file, err, "is no ONNX model");
        graphs += tag >> 3 == GRAPH_FIELD;
    }
    if (graphs != 1)
        return shift__onnx_refuse(file, err, "is no ONNX model: it has %s graph",
                                  graphs == 0 ? "no" : "more than one");
    return SHIFT_OK;
}

shift_status shift__onnx_decode(shift__onnx **out, const unsigned char *bytes, size_t n,
                                const char *name, const char *folder, shift_error *err)
{
    shift__onnx *file = NULL;
    shift_status status = shift__alloc(&file, 1, sizeof *file, err);
    if (status != SHIFT_OK)
        return status;
    file->bytes = n;
    XXH128_hash_t hash = XXH3_128bits(bytes, n);
    file->hash[0] = hash.high64;
    file->hash[1] = hash.low64;
    status = shift__text_copy(&file->name, name, strlen(name), err);
    if (status == SHIFT_OK && folder != NULL)
        status = shift__text_copy(&file->folder, folder, strlen(folder), err);
    if (status == SHIFT_OK)
        status = check_outline(file, bytes, n, err);
    if (status == SHIFT_OK) {
        shift__budget budget = shift__budget_for(n, MEMORY_PER_BYTE);
        ProtobufCAllocator allocator = {shift__budget_take, shift__budget_free, &budget};
        file->model = onnx__model_proto__unpack(&allocator, n, bytes);
        if (file->model == NULL && budget.no_memory)
            status = shift_error_set(err, SHIFT_ENOMEM, "%s: out of memory", name);
        else if (file->model == NULL)
            status = shift__onnx_refuse(file, err, "is damaged: no valid ONNX message");
    }
    if (status != SHIFT_OK) {
        shift__onnx_free(file);
        return status;
    }
    *out = file;
    return SHIFT_OK;
}

void shift__onnx_free(shift__onnx *file)
{
    if (file == NULL)
        return;
    ProtobufCAllocator allocator = {shift__budget_take, shift__budget_free, NULL}; /* only frees */
    if (file->model != NULL)
        onnx__model_proto__free_unpacked(file->model, &allocator);
    free(file->name);
    free(file->folder);
    free(file);
}

/* ---- reading ---- */

static shift_status refuse_size(const char *path, shift_error *err)
{
    return shift_error_set(err, SHIFT_EFORMAT,
                           "%s: is no ONNX model: larger than 2 GiB, the most that one can have",
                           path);
}

/* Before anything is read: a device may never end. */
static shift_status check_file(int file, const char *path, shift_error *err)
{
    struct stat info;
    if (fstat(file, &info) != 0)
        return shift_error_set(err, SHIFT_EIO, "%s: cannot read: %s", path, strerror(errno));
    if (S_ISCHR(info.st_mode) || S_ISBLK(info.st_mode))
        return shift_error_set(err, SHIFT_EFORMAT, "%s: is a device, expected an ONNX model", path);
    return S_ISREG(info.st_mode) && info.st_size > INT32_MAX ? refuse_size(path, err) : SHIFT_OK;
}

static shift_status read_all(int file, const char *path, unsigned char **bytes, size_t *n,
                             shift_error *err)
{
    size_t capacity = 0;
    ssize_t got = 1;
    *n = 0;
    while (got != 0) {
        shift_status status = shift__array_grow(bytes, &capacity, *n + CHUNK, 1, err);
        if (status != SHIFT_OK)
            return status;
        got = read(file, *bytes + *n, capacity - *n);
        if (got > 0)
            *n += (size_t)got;
        else if (got < 0 && errno != EINTR)
            return shift_error_set(err, SHIFT_EIO, "%s: cannot read: %s", path, strerror(errno));
        if (*n > INT32_MAX)
            return refuse_size(path, err);
    }
    return SHIFT_OK;
}

shift_status shift__onnx_read(const char *path, unsigned char **bytes, size_t *n, shift_error *err)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return shift_error_set(err, SHIFT_EIO, "%s: cannot open: %s", path, strerror(errno));
    unsigned char *read_bytes = NULL;
    shift_status status = check_file(file, path, err);
    if (status == SHIFT_OK)
        status = read_all(file, path, &read_bytes, n, err);
    (void)close(file);
    if (status != SHIFT_OK) {
        free(read_bytes);
        return status;
    }
    *bytes = read_bytes;
    return SHIFT_OK;
}

shift_status shift__onnx_load(shift__onnx **out, const char *path, shift_error *err)
{
    shift__onnx *file = NULL;
    unsigned char *bytes = NULL;
    char *folder = NULL;
    size_t n = 0;
    const char *slash = strrchr(path, '/');
    shift_status status = shift__onnx_read(path, &bytes, &n, err);
    if (status == SHIFT_OK)
        status = slash == NULL ? shift__text_copy(&folder, ".", 1, err)
                               : shift__text_copy(&folder, path, (size_t)(slash - path) + 1, err);
    if (status == SHIFT_OK)
        status = shift__onnx_decode(&file, bytes, n, path, folder, err);
    free(bytes);
    free(folder);
    if (status == SHIFT_OK)
        status = shift__external_check(file, err);
    if (status != SHIFT_OK) {
        shift__onnx_free(file);
        return status;
    }
    *out = file;
    return SHIFT_OK;
}
