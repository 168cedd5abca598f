/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A hash table with linear probing, sized once. */
#include "network/names.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "core/key.h"
#include "core/memory.h"

shift_status shift__names_init(shift__names *names, size_t n, shift_error *err)
{
    size_t slots = 16;
    while (slots / 2 < n)
        slots *= 2;
    shift_status status = shift__alloc(&names->slots, slots, sizeof *names->slots, err);
    names->n_slots = status == SHIFT_OK ? slots : 0;
    shift__key_draw(&names->key, sizeof names->key);
    return status;
}

void shift__names_clear(shift__names *names)
{
    free(names->slots);
    *names = (shift__names){NULL, 0, 0};
}

static shift__name_slot *slot_of(const shift__names *names, const char *name)
{
    size_t i = (size_t)XXH3_64bits_withSeed(name, strlen(name), names->key) & (names->n_slots - 1);
    while (names->slots[i].name != NULL && strcmp(names->slots[i].name, name) != 0)
        i = (i + 1) & (names->n_slots - 1);
    return &names->slots[i];
}

size_t shift__names_find(const shift__names *names, const char *name)
{
    const shift__name_slot *slot = slot_of(names, name);
    return slot->name != NULL ? slot->value : SIZE_MAX;
}

bool shift__names_add(shift__names *names, const char *name, size_t value)
{
    shift__name_slot *slot = slot_of(names, name);
    if (slot->name != NULL)
        return false;
    *slot = (shift__name_slot){name, value};
    return true;
}
