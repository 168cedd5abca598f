/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/key.h"

#include <fcntl.h>
#include <unistd.h>

void shift__key_draw(void *key, size_t n)
{
    unsigned char *bytes = key;
    int file = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    ssize_t got = file >= 0 ? read(file, bytes, n) : 0;
    if (file >= 0)
        (void)close(file);
    for (size_t i = got > 0 ? (size_t)got : 0; i < n; i++)
        bytes[i] = (unsigned char)(i * 167 + 13);
}
