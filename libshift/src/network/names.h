/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of values to their numbers. */
#ifndef SHIFT_NETWORK_NAMES_H
#define SHIFT_NETWORK_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shift/error.h"

typedef struct shift__name_slot {
    const char *name; /* borrowed */
    size_t value;
} shift__name_slot;

typedef struct shift__names {
    shift__name_slot *slots;
    size_t n_slots; /* a power of two, at least twice the names */
    uint64_t key;   /* of the hash */
} shift__names;

/** Room for `n` names. */
SHIFT_CHECKED shift_status shift__names_init(shift__names *names, size_t n, shift_error *err);
void shift__names_clear(shift__names *names);
/** The number of a name, or SIZE_MAX. */
size_t shift__names_find(const shift__names *names, const char *name);
/** False where the name is there already. */
bool shift__names_add(shift__names *names, const char *name, size_t value);

#endif
