/* SPDX-License-Identifier: GPL-3.0-or-later */
/* significand times 10^exponent, correctly rounded to a double: what is left to do once the digits
 * of a number are read. */
#ifndef SHIFT_SOURCE_DECIMAL_H
#define SHIFT_SOURCE_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "source/powers_of_five.h"

/* Powers of ten that are doubles. */
static const double powers_of_ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                       1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                       1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* Both factors are exact, so the one operation rounds correctly (Clinger, PLDI 1990). */
static inline bool shift__decimal_is_short(uint64_t significand, int exponent)
{
    return significand <= UINT64_C(1) << 53 && exponent >= -22 && exponent <= 22;
}

static inline double shift__decimal_round_short(uint64_t significand, int exponent)
{
    double x = (double)significand;
    return exponent < 0 ? x / powers_of_ten[-exponent] : x * powers_of_ten[exponent];
}

/** 64 by 64 to 128 bits. */
static inline uint64_t shift__multiply(uint64_t a, uint64_t b, uint64_t *low)
{
    __extension__ typedef unsigned __int128 wide;
    wide product = (wide)a * b;
    *low = (uint64_t)product;
    return (uint64_t)(product >> 64);
}

/**
 * Lemire 2021, "Number parsing at a gigabyte per second", algorithm 1, as Eisel found it: the
 * significand times the leading bits of the power of five. False where 128 bits do not decide, and
 * for results that are not normal doubles; *value is then untouched.
 */
static inline bool shift__decimal_round_long(uint64_t significand, int exponent, double *value)
{
    if (significand == 0 || exponent < SHIFT__LOWEST_POWER || exponent > SHIFT__HIGHEST_POWER)
        return false;
    const uint64_t *power = powers_of_five[exponent - SHIFT__LOWEST_POWER];
    int zeros = __builtin_clzll(significand);
    uint64_t w = significand << zeros;
    uint64_t low = 0;
    uint64_t high = shift__multiply(w, power[0], &low);
    if ((high & 0x1ff) == 0x1ff) { /* the lower half may carry into the bits that matter */
        uint64_t unused = 0;
        uint64_t carry = shift__multiply(w, power[1], &unused);
        low += carry;
        high += low < carry;
    }
    if (low == UINT64_MAX && (exponent < -27 || exponent > 55))
        return false;
    int upper = (int)(high >> 63);
    uint64_t mantissa = high >> (upper + 9);
    /* floor(log2(10^exponent)), biased */
    int binary = ((217706 * exponent) >> 16) + 63 + upper - zeros + 1023;
    if (binary <= 0)
        return false;
    /* Exactly halfway, which only short powers of five can be, goes to the even neighbour. */
    if (low <= 1 && exponent >= -4 && exponent <= 23 && (mantissa & 3) == 1 &&
        mantissa << (upper + 9) == high)
        mantissa &= ~UINT64_C(1);
    mantissa = (mantissa + (mantissa & 1)) >> 1;
    if (mantissa >> 53 != 0) {
        mantissa >>= 1;
        binary++;
    }
    if (binary >= 2047)
        return false;
    uint64_t bits = (mantissa & ((UINT64_C(1) << 52) - 1)) | (uint64_t)binary << 52;
    memcpy(value, &bits, sizeof bits);
    return true;
}

#endif
