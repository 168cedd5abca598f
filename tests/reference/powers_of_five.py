#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Print libshift/src/source/powers_of_five.h: 128 leading bits of the powers of five, as Lemire
(2021, "Number parsing at a gigabyte per second", section 5) needs them: cut off for exponents from
0, rounded up for negative ones."""

LOWEST, HIGHEST = -128, 127


def leading_bits(exponent):
    power = 5 ** abs(exponent)
    if exponent >= 0:
        shift = 128 - power.bit_length()
        return power << shift if shift >= 0 else power >> -shift
    bits = (power - 1).bit_length()
    value = 2 ** (bits + 127) // power + 1
    if exponent < -27:
        value = 2 ** (2 * bits + 128) // power + 1
        value >>= value.bit_length() - 128
    assert 2 ** 127 <= value < 2 ** 128
    return value


print("""/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Made by tests/reference/powers_of_five.py, which says what it is. */
#ifndef SHIFT_SOURCE_POWERS_OF_FIVE_H
#define SHIFT_SOURCE_POWERS_OF_FIVE_H

#include <stdint.h>
""")
print(f"enum {{ SHIFT__LOWEST_POWER = {LOWEST}, SHIFT__HIGHEST_POWER = {HIGHEST} }};\n")
print("/* High and low half of 5^q, the leading bit in place; q counted from the lowest. */")
print("static const uint64_t powers_of_five[][2] = {")
for q in range(LOWEST, HIGHEST + 1):
    bits = leading_bits(q)
    print(f"    {{0x{bits >> 64:016x}, 0x{bits & (2 ** 64 - 1):016x}}}, /* {q} */")
print("};\n\n#endif")
