/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an operator is to the graph and to the execution: one row of the table in
 * operators/table.c. */
#ifndef SHIFT_NETWORK_OPERATOR_H
#define SHIFT_NETWORK_OPERATOR_H

#include "network/attribute.h"
#include "network/tensor.h"

typedef struct shift__node shift__node;

/** How Batch Normalization normalises: by its stored statistics whatever the node says, by those of
 * the batch, or as the node's training_mode has it. */
typedef enum shift__bn_mode {
    SHIFT__BN_STORED = 0,
    SHIFT__BN_BATCH,
    SHIFT__BN_AS_NODE
} shift__bn_mode;

/** What a kernel may use besides its tensors. */
typedef struct shift__workspace {
    shift__bn_mode bn;
    void *scratch;
    size_t scratch_capacity; /* bytes */
} shift__workspace;

/** One call of a node's functions. Inputs and outputs are in the node's order; an input or output
 * that the file leaves out is NULL. */
typedef struct shift__call {
    const shift__node *node;
    const shift__tensor *const *in;
    shift__tensor *const *out;
    /* backward only */
    const shift__tensor *const *out_gradient; /* NULL where nothing flows back */
    shift__tensor *const *in_gradient;        /* NULL where not wanted; zeros before the call */
    shift__workspace *work;
    shift_error *err;
} shift__call;

/** `bytes` of scratch memory that lasts until the next call of this. Not cleared. */
SHIFT_CHECKED shift_status shift__call_scratch(const shift__call *call, size_t bytes, void *out);

enum {
    SHIFT__SHAPE_ONLY = 1 << 0, /* forward needs the shapes of its inputs and not their data */
    /* Output 0 has the elements of input 0 in the same order, only the shape differs. */
    SHIFT__VIEW = 1 << 1,
    SHIFT__ANY_OUTPUT = 1 << 2, /* output 0 may be left out */
    SHIFT__ALL_INPUTS = 1 << 6, /* no input may be left out */
    /* What becomes of inputs that have their channels last; without one of these, forward gets
     * copies that have them first. Outputs other than the first have them first always. */
    SHIFT__ALIKE = 1 << 3,  /* any order of the elements, the same in all operands */
    SHIFT__EITHER = 1 << 4, /* forward looks at the layout of input 0, and output 0 has the same */
    SHIFT__KERNEL = 1 << 5, /* the kernel takes either and gives what output 0 says */
    /* Output 0 may have the memory of input 0 where it has its shape; so where SHIFT__ALIKE. */
    SHIFT__IN_PLACE = 1 << 7
};

typedef struct shift__operator {
    const char *name;
    unsigned least_in, most_in, most_out;
    unsigned flags;
    /** Check and keep the attributes. NULL where there are none. */
    shift_status (*parse)(shift__attributes *attributes, shift__node *node);
    /** Set dtype and shape of the outputs from those of the inputs. `data` of an input is there
     * where it is known before any row is seen; of an output it is never. Checks everything that
     * forward relies on. */
    shift_status (*infer)(const shift__call *call);
    /** Compute the outputs, whose shapes are set and whose memory is there but not cleared. The
     * plain C twin: reference and fallback of every faster kernel. NULL for a view. */
    shift_status (*forward)(const shift__call *call);
    /** Gradients of the inputs from those of the outputs. NULL where there is none. */
    shift_status (*backward)(const shift__call *call);
} shift__operator;

/** NULL where there is no such operator. Names are those of the ONNX standard domain, and Gelu,
 * which stands for the nodes that exporters write for it. */
const shift__operator *shift__operator_find(const char *name);

#endif
