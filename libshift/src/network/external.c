/* SPDX-License-Identifier: GPL-3.0-or-later */
/* External data, opened folder by folder so that no link leads outside. */
#include "network/external.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/memory.h"

typedef struct place {
    const char *location;
    uint64_t offset, length;
    bool has_length;
    int fd;
} place;

static bool parse_size(const char *text, uint64_t *out)
{
    char *end = NULL;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    *out = value;
    return *text >= '0' && *text <= '9' && *end == '\0' && errno == 0 && value <= INT64_MAX;
}

static shift_status parse_place(place *p, const shift__onnx *file, const Onnx__TensorProto *proto,
                                const char *name, shift_error *err)
{
    *p = (place){.location = "", .fd = -1};
    for (size_t i = 0; i < proto->n_external_data; i++) {
        const Onnx__StringStringEntryProto *entry = proto->external_data[i];
        const char *key = entry->key != NULL ? entry->key : "";
        const char *value = entry->value != NULL ? entry->value : "";
        bool good = true;
        if (strcmp(key, "location") == 0)
            p->location = value;
        else if (strcmp(key, "offset") == 0)
            good = parse_size(value, &p->offset);
        else if (strcmp(key, "length") == 0)
            p->has_length = good = parse_size(value, &p->length);
        if (!good)
            return shift__onnx_refuse(
                file, err, "tensor '%s': external data with %s '%s', no number", name, key, value);
    }
    if (p->location[0] == '\0')
        return shift__onnx_refuse(file, err, "tensor '%s': external data without a location", name);
    if (file->folder == NULL)
        return shift__onnx_refuse(
            file, err, "tensor '%s' lies in the file '%s', which is not there", name, p->location);
    return SHIFT_OK;
}

static shift_status outside(const shift__onnx *file, const place *p, const char *name,
                            shift_error *err)
{
    return shift__onnx_refuse(
        file, err,
        "tensor '%s': external data '%s' is not a regular file within the model's folder", name,
        p->location);
}

/* One step of a path, relative to a folder that is closed in any case. */
static int step(int folder, const char *part, size_t n, bool last)
{
    char *copy = NULL;
    int fd = -1;
    if (shift__text_copy(&copy, part, n, NULL) == SHIFT_OK) {
        int flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | (last ? 0 : O_DIRECTORY);
        fd = openat(folder, copy, flags);
    } else {
        errno = ENOMEM;
    }
    int saved = errno;
    free(copy);
    (void)close(folder);
    errno = saved;
    return fd;
}

static shift_status open_place(place *p, const shift__onnx *file, const char *name,
                               shift_error *err)
{
    const char *part = p->location;
    if (part[0] == '/')
        return outside(file, p, name, err);
    int fd = open(file->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    for (bool last = false; fd >= 0 && !last;) {
        size_t n = strcspn(part, "/");
        last = part[n] == '\0';
        if (n == 2 && part[0] == '.' && part[1] == '.') {
            (void)close(fd);
            return outside(file, p, name, err);
        }
        fd = step(fd, n > 0 ? part : ".", n > 0 ? n : 1, last);
        part += last ? n : n + 1;
    }
    if (fd < 0 && (errno == ELOOP || errno == ENOTDIR || errno == EMLINK))
        return outside(file, p, name, err);
    if (fd < 0)
        return shift_error_set(err, SHIFT_EIO, "%s: tensor '%s': external data '%s': %s",
                               file->name, name, p->location, strerror(errno));
    p->fd = fd;
    return SHIFT_OK;
}

/* Open, and check what is claimed against what is there. */
static shift_status find_place(place *p, const shift__onnx *file, const Onnx__TensorProto *proto,
                               const char *name, shift_error *err)
{
    shift_status status = parse_place(p, file, proto, name, err);
    if (status == SHIFT_OK)
        status = open_place(p, file, name, err);
    if (status != SHIFT_OK)
        return status;
    struct stat info;
    if (fstat(p->fd, &info) != 0 || !S_ISREG(info.st_mode))
        return outside(file, p, name, err);
    uint64_t size = (uint64_t)info.st_size;
    if (!p->has_length)
        p->length = size > p->offset ? size - p->offset : 0;
    if (p->offset > size || p->length > size - p->offset)
        return shift__onnx_refuse(
            file, err,
            "tensor '%s': external data '%s' has %llu bytes; %llu from byte %llu on were expected",
            name, p->location, (unsigned long long)size, (unsigned long long)p->length,
            (unsigned long long)p->offset);
    return SHIFT_OK;
}

static void close_place(place *p)
{
    if (p->fd >= 0)
        (void)close(p->fd);
}

bool shift__external_is(const Onnx__TensorProto *proto)
{
    enum { EXTERNAL = 1 }; /* TensorProto.DataLocation */
    return proto->data_location == EXTERNAL;
}

shift_status shift__external_size(const shift__onnx *file, const Onnx__TensorProto *proto,
                                  const char *name, size_t *n, shift_error *err)
{
    place p;
    shift_status status = find_place(&p, file, proto, name, err);
    if (status == SHIFT_OK)
        *n = (size_t)p.length;
    close_place(&p);
    return status;
}

shift_status shift__external_read(const shift__onnx *file, const Onnx__TensorProto *proto,
                                  const char *name, size_t n, void *out, shift_error *err)
{
    place p;
    unsigned char *bytes = out;
    shift_status status = find_place(&p, file, proto, name, err);
    size_t done = 0;
    while (status == SHIFT_OK && done < n) {
        ssize_t got = pread(p.fd, bytes + done, n - done, (off_t)(p.offset + done));
        if (got > 0)
            done += (size_t)got;
        else if (got == 0 || errno != EINTR)
            status = shift_error_set(err, SHIFT_EIO, "%s: tensor '%s': cannot read '%s'",
                                     file->name, name, p.location);
    }
    close_place(&p);
    return status;
}

/* ---- all of it together ---- */

enum { TIMES = 4 };

/* The files that hold the data, and how much of it tensors ask for. */
typedef struct usage {
    struct identity {
        dev_t device;
        ino_t inode;
    } * files;
    size_t n, capacity;
    uint64_t there, asked;
} usage;

static shift_status count_file(usage *u, const struct stat *info, shift_error *err)
{
    for (size_t i = 0; i < u->n; i++)
        if (u->files[i].device == info->st_dev && u->files[i].inode == info->st_ino)
            return SHIFT_OK;
    shift_status status =
        shift__array_grow(&u->files, &u->capacity, u->n + 1, sizeof *u->files, err);
    if (status != SHIFT_OK)
        return status;
    u->files[u->n++] = (struct identity){info->st_dev, info->st_ino};
    u->there += (uint64_t)info->st_size;
    return SHIFT_OK;
}

static shift_status count_tensor(usage *u, const shift__onnx *file, const Onnx__TensorProto *proto,
                                 shift_error *err)
{
    place p;
    struct stat info;
    if (!shift__external_is(proto))
        return SHIFT_OK;
    const char *name = proto->name != NULL ? proto->name : "";
    shift_status status = find_place(&p, file, proto, name, err);
    if (status == SHIFT_OK && fstat(p.fd, &info) != 0)
        status = outside(file, &p, name, err);
    if (status == SHIFT_OK)
        status = count_file(u, &info, err);
    u->asked += status == SHIFT_OK ? p.length : 0;
    if (status == SHIFT_OK && u->asked > TIMES * u->there)
        status = shift__onnx_refuse(
            file, err,
            "tensor '%s': with it, tensors take %llu bytes of external data from files of %llu; "
            "at most %d times as much is expected",
            name, (unsigned long long)u->asked, (unsigned long long)u->there, (int)TIMES);
    close_place(&p);
    return status;
}

shift_status shift__external_check(const shift__onnx *file, shift_error *err)
{
    const Onnx__GraphProto *graph = file->model->graph;
    usage u = {.files = NULL};
    shift_status status = SHIFT_OK;
    for (size_t i = 0; status == SHIFT_OK && i < graph->n_initializer; i++)
        status = count_tensor(&u, file, graph->initializer[i], err);
    for (size_t i = 0; i < graph->n_node; i++)
        for (size_t k = 0; status == SHIFT_OK && k < graph->node[i]->n_attribute; k++)
            if (graph->node[i]->attribute[k]->t != NULL)
                status = count_tensor(&u, file, graph->node[i]->attribute[k]->t, err);
    free(u.files);
    return status;
}
