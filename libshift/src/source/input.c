/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bytes from a file or pipe, decompressed on the way. */
#include "source/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "core/memory.h"

enum { BUFFER = 1 << 17 };

typedef enum codec { CODEC_PLAIN, CODEC_GZIP, CODEC_ZSTD } codec;

struct shift__input {
    char *label;
    int fd;
    bool ended; /* nothing more comes from `fd` */
    codec codec;
    bool open_frame; /* inside a gzip member or a Zstandard frame */
    z_stream gzip;
    bool gzip_ready;
    ZSTD_DStream *zstd;
    size_t begin, end; /* bytes read ahead and not yet used */
    unsigned char buffer[BUFFER];
};

static shift_status open_path(shift__input *input, const char *path, shift_error *err)
{
    if (strcmp(path, "-") == 0) {
        input->fd = STDIN_FILENO;
    } else {
        input->fd = open(path, O_RDONLY | O_CLOEXEC);
        if (input->fd < 0)
            return shift_error_set(err, SHIFT_EIO, "%s: cannot open: %s", input->label,
                                   strerror(errno));
    }
    struct stat info;
    if (fstat(input->fd, &info) != 0)
        return shift_error_set(err, SHIFT_EIO, "%s: cannot read: %s", input->label,
                               strerror(errno));
    if (S_ISDIR(info.st_mode))
        return shift_error_set(err, SHIFT_EIO, "%s: is a directory; a file was expected",
                               input->label);
    return SHIFT_OK;
}

/* One read of at most `n` bytes; 0 at the end. */
static shift_status read_some(shift__input *input, void *bytes, size_t n, size_t *got,
                              shift_error *err)
{
    *got = 0;
    if (input->ended)
        return SHIFT_OK;
    ssize_t count = read(input->fd, bytes, n);
    while (count < 0 && errno == EINTR)
        count = read(input->fd, bytes, n);
    if (count < 0) {
        input->ended = true;
        return shift_error_set(err, SHIFT_EIO, "%s: cannot read: %s", input->label,
                               strerror(errno));
    }
    input->ended = count == 0;
    *got = (size_t)count;
    return SHIFT_OK;
}

/* Move what is left to the front and read once more behind it. */
static shift_status refill(shift__input *input, shift_error *err)
{
    size_t left = input->end - input->begin;
    memmove(input->buffer, input->buffer + input->begin, left);
    input->begin = 0;
    input->end = left;
    size_t got = 0;
    shift_status status = read_some(input, input->buffer + left, BUFFER - left, &got, err);
    input->end += got;
    return status;
}

typedef struct signature {
    unsigned char bytes[6];
    unsigned char n;
    unsigned char open; /* bits of the first byte that may be anything */
    bool like_text;     /* an honest header could begin with the same letters */
    codec codec;
    const char *what; /* set where it cannot be read */
} signature;

static const signature signatures[] = {
    {{0x1f, 0x8b, 0x08}, 3, 0, false, CODEC_GZIP, NULL},
    {{0x28, 0xb5, 0x2f, 0xfd}, 4, 0, false, CODEC_ZSTD, NULL},
    {{0x50, 0x2a, 0x4d, 0x18}, 4, 0x0f, false, CODEC_ZSTD, NULL}, /* a frame to be skipped */
    {{0xfd, '7', 'z', 'X', 'Z', 0}, 6, 0, false, CODEC_PLAIN, "an xz file"},
    {{'B', 'Z', 'h'}, 3, 0, true, CODEC_PLAIN, "a bzip2 file"},
    {{'P', 'K', 3, 4}, 4, 0, false, CODEC_PLAIN, "a zip file or a spreadsheet"},
    {{'P', 'A', 'R', '1'}, 4, 0, true, CODEC_PLAIN, "a Parquet file"},
    {{'S', 'Q', 'L', 'i', 't', 'e'}, 6, 0, true, CODEC_PLAIN, "an SQLite database"},
};

static bool looks_binary(const unsigned char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (bytes[i] < 0x20 && bytes[i] != '\t' && bytes[i] != '\n' && bytes[i] != '\r')
            return true;
    return false;
}

static bool begins_with(const unsigned char *bytes, size_t n, const signature *s)
{
    return n >= s->n && (bytes[0] & ~s->open) == s->bytes[0] &&
           memcmp(bytes + 1, s->bytes + 1, s->n - 1U) == 0;
}

static const signature *find_signature(const shift__input *input)
{
    for (size_t i = 0; i < sizeof signatures / sizeof *signatures; i++) {
        const signature *s = &signatures[i];
        if (begins_with(input->buffer, input->end, s) &&
            (!s->like_text || looks_binary(input->buffer, input->end)))
            return s;
    }
    return NULL;
}

static shift_status detect(shift__input *input, shift_error *err)
{
    const signature *s = find_signature(input);
    if (s == NULL)
        return SHIFT_OK;
    if (s->what != NULL)
        return shift_error_set(err, SHIFT_EFORMAT,
                               "%s: is %s; CSV was expected, plain or compressed by gzip or "
                               "Zstandard",
                               input->label, s->what);
    input->codec = s->codec;
    if (input->codec == CODEC_GZIP) {
        input->gzip_ready = inflateInit2(&input->gzip, 16 + MAX_WBITS) == Z_OK;
        if (!input->gzip_ready)
            return shift_error_set(err, SHIFT_ENOMEM, "%s: out of memory for zlib", input->label);
    }
    if (input->codec == CODEC_ZSTD) {
        input->zstd = ZSTD_createDStream();
        if (input->zstd == NULL)
            return shift_error_set(err, SHIFT_ENOMEM, "%s: out of memory for libzstd",
                                   input->label);
    }
    input->open_frame = input->codec != CODEC_PLAIN;
    return SHIFT_OK;
}

shift_status shift__input_open(shift__input **out, const char *path, shift_error *err)
{
    shift__input *input = NULL;
    shift_status status = shift__alloc(&input, 1, sizeof *input, err);
    if (status != SHIFT_OK)
        return status;
    input->fd = -1;
    const char *label = strcmp(path, "-") == 0 ? "standard input" : path;
    status = shift__text_copy(&input->label, label, strlen(label), err);
    if (status == SHIFT_OK)
        status = open_path(input, path, err);
    /* A pipe may give its first bytes one by one. */
    while (status == SHIFT_OK && !input->ended && input->end < 16)
        status = refill(input, err);
    if (status == SHIFT_OK)
        status = detect(input, err);
    if (status != SHIFT_OK) {
        shift__input_close(input);
        return status;
    }
    *out = input;
    return SHIFT_OK;
}

void shift__input_close(shift__input *input)
{
    if (input == NULL)
        return;
    if (input->fd >= 0 && input->fd != STDIN_FILENO)
        (void)close(input->fd);
    if (input->gzip_ready)
        (void)inflateEnd(&input->gzip);
    (void)ZSTD_freeDStream(input->zstd);
    free(input->label);
    free(input);
}

const char *shift__input_label(const shift__input *input)
{
    return input->label;
}

static shift_status read_plain(shift__input *input, char *bytes, size_t n, size_t *got,
                               shift_error *err)
{
    size_t ahead = input->end - input->begin;
    if (ahead > 0) {
        *got = ahead < n ? ahead : n;
        memcpy(bytes, input->buffer + input->begin, *got);
        input->begin += *got;
        return SHIFT_OK;
    }
    return read_some(input, bytes, n, got, err);
}

static shift_status damaged(const shift__input *input, const char *detail, shift_error *err)
{
    return shift_error_set(err, SHIFT_EFORMAT, "%s: the %s data are damaged: %s", input->label,
                           input->codec == CODEC_GZIP ? "gzip" : "Zstandard", detail);
}

static shift_status cut_off(const shift__input *input, shift_error *err)
{
    return shift_error_set(err, SHIFT_EFORMAT,
                           "%s: the %s data are cut off; the file is incomplete", input->label,
                           input->codec == CODEC_GZIP ? "gzip" : "Zstandard");
}

/* Between gzip members: another one may follow, or zeros that pad to a tape's block size. */
static shift_status next_member(shift__input *input, shift_error *err)
{
    while (input->begin < input->end && input->buffer[input->begin] == 0)
        input->begin++;
    if (input->begin == input->end)
        return SHIFT_OK;
    if (inflateReset(&input->gzip) != Z_OK)
        return damaged(input, "cannot be reset", err);
    input->open_frame = true;
    return SHIFT_OK;
}

static shift_status read_gzip(shift__input *input, char *bytes, size_t n, size_t *got,
                              shift_error *err)
{
    if (!input->open_frame) {
        shift_status status = next_member(input, err);
        if (status != SHIFT_OK || !input->open_frame)
            return status;
    }
    unsigned room = n < (1u << 30) ? (unsigned)n : 1u << 30;
    input->gzip.next_in = input->buffer + input->begin;
    input->gzip.avail_in = (unsigned)(input->end - input->begin);
    input->gzip.next_out = (unsigned char *)bytes;
    input->gzip.avail_out = room;
    int result = inflate(&input->gzip, Z_NO_FLUSH);
    input->begin = input->end - input->gzip.avail_in;
    *got = room - input->gzip.avail_out;
    if (result == Z_STREAM_END)
        input->open_frame = false;
    else if (result == Z_MEM_ERROR)
        return shift_error_set(err, SHIFT_ENOMEM, "%s: out of memory for zlib", input->label);
    else if (result != Z_OK && result != Z_BUF_ERROR)
        return damaged(input, input->gzip.msg != NULL ? input->gzip.msg : "bad data", err);
    return SHIFT_OK;
}

static shift_status read_zstd(shift__input *input, char *bytes, size_t n, size_t *got,
                              shift_error *err)
{
    if (input->begin == input->end && !input->open_frame)
        return SHIFT_OK;
    ZSTD_inBuffer in = {input->buffer + input->begin, input->end - input->begin, 0};
    ZSTD_outBuffer out = {NULL, n, 0};
    out.dst = bytes;
    size_t result = ZSTD_decompressStream(input->zstd, &out, &in);
    if (ZSTD_isError(result))
        return damaged(input, ZSTD_getErrorName(result), err);
    input->begin += in.pos;
    input->open_frame = result != 0;
    *got = out.pos;
    return SHIFT_OK;
}

/* Decompress until something comes out; 0 at the end. */
static shift_status read_compressed(shift__input *input, char *bytes, size_t n, size_t *got,
                                    shift_error *err)
{
    *got = 0;
    for (;;) {
        if (input->begin == input->end && !input->ended) {
            shift_status status = refill(input, err);
            if (status != SHIFT_OK)
                return status;
        }
        size_t before = input->begin;
        shift_status status = input->codec == CODEC_GZIP ? read_gzip(input, bytes, n, got, err)
                                                         : read_zstd(input, bytes, n, got, err);
        if (status != SHIFT_OK || *got > 0)
            return status;
        if (input->ended && input->begin == before)
            return input->open_frame ? cut_off(input, err) : SHIFT_OK;
    }
}

shift_status shift__input_read(shift__input *input, char *bytes, size_t n, size_t *got,
                               shift_error *err)
{
    *got = 0;
    while (*got < n) {
        size_t piece = 0;
        shift_status status = input->codec == CODEC_PLAIN
                                  ? read_plain(input, bytes + *got, n - *got, &piece, err)
                                  : read_compressed(input, bytes + *got, n - *got, &piece, err);
        if (status != SHIFT_OK)
            return status;
        if (piece == 0)
            break;
        *got += piece;
    }
    return SHIFT_OK;
}
