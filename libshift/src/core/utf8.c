/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/utf8.h"

size_t shift__utf8_length(const unsigned char *p, const unsigned char *end)
{
    /* Lead bytes, how many bytes follow, and what the first of those may be. */
    static const struct {
        unsigned char first, last, following, least, most;
    } forms[] = {
        {0x00, 0x7f, 0, 0x00, 0xff}, {0xc2, 0xdf, 1, 0x80, 0xbf}, {0xe0, 0xe0, 2, 0xa0, 0xbf},
        {0xe1, 0xec, 2, 0x80, 0xbf}, {0xed, 0xed, 2, 0x80, 0x9f}, {0xee, 0xef, 2, 0x80, 0xbf},
        {0xf0, 0xf0, 3, 0x90, 0xbf}, {0xf1, 0xf3, 3, 0x80, 0xbf}, {0xf4, 0xf4, 3, 0x80, 0x8f}};
    size_t i = 0;
    while (i < sizeof forms / sizeof *forms && (*p < forms[i].first || *p > forms[i].last))
        i++;
    if (i == sizeof forms / sizeof *forms || (size_t)(end - p) <= forms[i].following)
        return 0;
    size_t n = (size_t)forms[i].following + 1;
    if (n > 1 && (p[1] < forms[i].least || p[1] > forms[i].most))
        return 0;
    for (size_t k = 2; k < n; k++)
        if ((p[k] & 0xc0) != 0x80)
            return 0;
    return n;
}
