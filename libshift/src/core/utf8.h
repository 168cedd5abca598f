/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHIFT_CORE_UTF8_H
#define SHIFT_CORE_UTF8_H

#include <stddef.h>

/** Bytes of the UTF-8 character at `p`, which is before `end`; 0 where it is none (RFC 3629). */
size_t shift__utf8_length(const unsigned char *p, const unsigned char *end);

#endif
