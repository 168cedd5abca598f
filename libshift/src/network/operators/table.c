/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operators by name. */
#include <string.h>

#include "network/operators/families.h"

static const shift__operator *const families[] = {
    shift__activation_operators, shift__arithmetic_operators, shift__constant_operators,
    shift__conv_operators,       shift__linear_operators,     shift__norm_operators,
    shift__pad_operators,        shift__piece_operators,      shift__pool_operators,
    shift__recurrent_operators,  shift__reduce_operators,     shift__shape_operators,
    shift__softmax_operators,
};

const shift__operator *shift__operator_find(const char *name)
{
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++)
        for (const shift__operator *op = families[i]; op->name != NULL; op++)
            if (strcmp(op->name, name) == 0)
                return op;
    return NULL;
}
