/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file around a message: 28 bytes of header, then the message. Numbers in the header are
 * little-endian: magic of eight bytes, major and minor version of two bytes each, length of the
 * message and XXH3 of all other bytes, of eight each. */
#ifndef SHIFT_PROFILE_CONTAINER_H
#define SHIFT_PROFILE_CONTAINER_H

#include <stdbool.h>
#include <stddef.h>

#include "shift/error.h"

enum { SHIFT__MAGIC = 8 };

/** What kind of file it is. */
typedef struct shift__container {
    unsigned char magic[SHIFT__MAGIC]; /* not text, and damaged by whatever converts line ends or
                                          strips the eighth bit */
    unsigned major, minor;             /* that this library writes */
    const char *noun;                  /* "profile", for messages */
} shift__container;

/** Write a file that appears whole or not at all. */
SHIFT_CHECKED shift_status shift__container_save(const shift__container *kind, unsigned minor,
                                                 const char *path, const unsigned char *message,
                                                 size_t n, shift_error *err);
/** Read a file; "-" is standard input. EFORMAT where it is of another kind or damaged, EUNSUPPORTED
 * where its major version is newer. The caller frees *message. */
SHIFT_CHECKED shift_status shift__container_load(const shift__container *kind, const char *path,
                                                 unsigned char **message, size_t *n,
                                                 unsigned *minor, shift_error *err);
/** The same bytes in memory: *bytes, which must be from malloc, becomes the whole file. */
SHIFT_CHECKED shift_status shift__container_wrap(const shift__container *kind, unsigned minor,
                                                 unsigned char **bytes, size_t *n,
                                                 shift_error *err);
/** Check such bytes, and make *bytes and *n those of the message in them. */
SHIFT_CHECKED shift_status shift__container_open(const shift__container *kind, const char *name,
                                                 const unsigned char **bytes, size_t *n,
                                                 unsigned *minor, shift_error *err);
/** Whether the file begins as one of that kind. */
bool shift__container_detect(const shift__container *kind, const char *path);

#endif
