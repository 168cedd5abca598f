/* SPDX-License-Identifier: GPL-3.0-or-later */
/* LSTM and GRU with their default functions. Inputs X, W, R, B, sequence_lens, initial_h, initial_c
 * and P (peepholes), all but the first three optional; outputs Y, Y_h and, of LSTM, Y_c. Equations
 * and the order of gates (LSTM: input, output, forget, cell; GRU: update, reset, hidden) are those
 * of the ONNX standard. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "network/operators/backward.h"
#include "network/operators/common.h"
#include "network/operators/families.h"
#include "network/operators/gemm.h"

typedef shift__recurrent_parameters parameters;

enum { LSTM_GATES = 4, GRU_GATES = 3 };

static size_t gates_of(const shift__node *node)
{
    return node->op->name[0] == 'L' ? LSTM_GATES : GRU_GATES;
}

static shift_status parse_recurrent(shift__attributes *a, shift__node *node)
{
    static const char *const lstm[] = {"Sigmoid", "Tanh", "Tanh"};
    static const char *const gru[] = {"Sigmoid", "Tanh"};
    parameters *p = shift__attributes_alloc(a, sizeof *p);
    bool is_lstm = gates_of(node) == LSTM_GATES;
    if (p == NULL)
        return shift__attributes_status(a);
    p->hidden = shift__attribute_int(a, "hidden_size", 0);
    const char *direction = shift__attribute_text(a, "direction", "forward");
    bool both = strcmp(direction, "bidirectional") == 0;
    p->forward = both || strcmp(direction, "forward") == 0;
    p->reverse = both || strcmp(direction, "reverse") == 0;
    p->batch_first = shift__attribute_int(a, "layout", 0) != 0;
    (void)shift__attribute_expect_texts(a, "activations", is_lstm ? lstm : gru, is_lstm ? 3 : 2);
    if (is_lstm && shift__attribute_int(a, "input_forget", 0) != 0)
        (void)shift__attributes_refuse(a, "attribute 'input_forget' is not supported");
    if (!is_lstm)
        p->linear_before_reset = shift__attribute_int(a, "linear_before_reset", 0) != 0;
    if (!p->forward && !p->reverse)
        (void)shift__attributes_refuse(a, "direction '%s' is unknown", direction);
    if (a->opset < 7)
        (void)shift__attribute_int(a, "output_sequence", 0);
    node->parameters = p;
    return shift__attributes_status(a);
}

typedef struct sizes {
    size_t steps, rows, inputs, hidden, directions, gates;
} sizes;

static sizes sizes_of(const shift__call *call)
{
    const parameters *p = call->node->parameters;
    const int64_t *x = call->in[0]->dims;
    return (sizes){
        .steps = (size_t)x[p->batch_first ? 1 : 0],
        .rows = (size_t)x[p->batch_first ? 0 : 1],
        .inputs = (size_t)x[2],
        .hidden = (size_t)call->in[2]->dims[2],
        .directions = (size_t)p->forward + (size_t)p->reverse,
        .gates = gates_of(call->node),
    };
}

static shift_status expect_shape(const shift__call *call, size_t i, size_t rank, const size_t *dims)
{
    const shift__tensor *in = shift__input(call, i);
    bool fits = in == NULL || in->rank == rank;
    for (size_t k = 0; in != NULL && fits && k < rank; k++)
        fits = (size_t)in->dims[k] == dims[k];
    char text[SHIFT__SHAPE_TEXT];
    return fits ? SHIFT_OK
                : shift__call_refuse(call, "input %zu has shape %s, which does not fit", i,
                                     shift__shape_text(in, text));
}

static shift_status check_inputs(const shift__call *call, const sizes *s)
{
    const parameters *p = call->node->parameters;
    size_t wide = s->gates * s->hidden;
    size_t states[] = {s->directions, s->rows, s->hidden};
    if (p->batch_first) {
        states[0] = s->rows;
        states[1] = s->directions;
    }
    shift_status status = expect_shape(call, 1, 3, (size_t[]){s->directions, wide, s->inputs});
    if (status == SHIFT_OK)
        status = expect_shape(call, 2, 3, (size_t[]){s->directions, wide, s->hidden});
    if (status == SHIFT_OK)
        status = expect_shape(call, 3, 2, (size_t[]){s->directions, 2 * wide});
    if (status == SHIFT_OK)
        status = expect_shape(call, 4, 1, (size_t[]){s->rows});
    for (size_t i = 5; status == SHIFT_OK && i < 7; i++)
        status = expect_shape(call, i, 3, states);
    if (status == SHIFT_OK)
        status = expect_shape(call, 7, 2, (size_t[]){s->directions, 3 * s->hidden});
    return status;
}

static shift_status infer_recurrent(const shift__call *call)
{
    const parameters *p = call->node->parameters;
    shift_status status = shift__expect_floats(call, 0, 4);
    if (status == SHIFT_OK)
        status = shift__expect_floats(call, 5, 8);
    for (size_t i = 0; status == SHIFT_OK && i < 3; i++)
        status = shift__expect_rank(call, i, 3);
    if (status != SHIFT_OK)
        return status;
    const shift__tensor *lengths = shift__input(call, 4);
    if (lengths != NULL && lengths->dtype != SHIFT__INT64)
        return shift__call_refuse(call, "sequence lengths are no integers");
    sizes s = sizes_of(call);
    if (p->hidden != 0 && p->hidden != call->in[2]->dims[2])
        return shift__call_refuse(call, "hidden_size is %" PRId64 ", the weights have %zu",
                                  p->hidden, s.hidden);
    status = check_inputs(call, &s);
    int64_t steps = (int64_t)s.steps;
    int64_t rows = (int64_t)s.rows;
    int64_t directions = (int64_t)s.directions;
    int64_t hidden = (int64_t)s.hidden;
    int64_t all[] = {steps, directions, rows, hidden};
    int64_t last[] = {directions, rows, hidden};
    if (p->batch_first) {
        memcpy(all, (int64_t[]){rows, steps, directions, hidden}, sizeof all);
        memcpy(last, (int64_t[]){rows, directions, hidden}, sizeof last);
    }
    /* Scratch memory has numbers that the outputs need not have. */
    int64_t gates = (int64_t)s.gates;
    size_t size = 0;
    if (status == SHIFT_OK)
        status = shift__dims_product((int64_t[]){steps, rows, gates, hidden}, 4, &size, call->err);
    if (status == SHIFT_OK)
        status = shift__dims_product((int64_t[]){rows, gates, hidden}, 3, &size, call->err);
    if (status != SHIFT_OK)
        return status;
    shift__set_shape(shift__output(call, 0), SHIFT__FLOAT32, 4, all);
    for (size_t i = 1; i < call->node->n_out; i++)
        shift__set_shape(shift__output(call, i), SHIFT__FLOAT32, 3, last);
    return status;
}

/* One direction at work. Gates of a row are `gates * hidden` numbers. */
typedef struct work {
    const shift__call *call;
    sizes s;
    size_t direction;
    bool reverse;
    float *
        projected; /* W x + both biases: steps x rows x gates; GRU's hidden gate lacks the second */
    float *recurrent; /* R h: rows x gates */
    float *weights;   /* W or R, transposed */
    float *h, *c;     /* rows x hidden */
    float *reset;     /* GRU: r * h, rows x hidden */
} work;

static const float *direction_of(const work *w, size_t input)
{
    const shift__tensor *in = shift__input(w->call, input);
    if (in == NULL)
        return NULL;
    return shift__floats(in) + w->direction * shift__tensor_span(in, 1, in->rank);
}

/* The element of Y, or of X with one direction, where a row's numbers of a step begin. */
static size_t place(const work *w, size_t step, size_t row, size_t directions, size_t direction)
{
    const parameters *p = w->call->node->parameters;
    return p->batch_first ? (row * w->s.steps + step) * directions + direction
                          : (step * directions + direction) * w->s.rows + row;
}

/* Where a row's state of this direction is kept among initial and last states. */
static size_t state_place(const work *w, size_t row)
{
    const parameters *p = w->call->node->parameters;
    return p->batch_first ? row * w->s.directions + w->direction : w->direction * w->s.rows + row;
}

static void project_inputs(const work *w)
{
    const sizes *s = &w->s;
    size_t wide = s->gates * s->hidden;
    const float *bias = direction_of(w, 3);
    for (size_t i = 0; i < s->steps * s->rows; i++)
        for (size_t k = 0; k < wide; k++) {
            /* GRU multiplies the second bias of its hidden gate by r, in some files. */
            bool second = s->gates == LSTM_GATES || k < 2 * s->hidden;
            w->projected[i * wide + k] = bias == NULL ? 0 : bias[k] + (second ? bias[wide + k] : 0);
        }
    shift__transpose(wide, s->inputs, direction_of(w, 1), w->weights);
    shift__product_add(&(shift__product){
        .m = s->steps * s->rows,
        .n = wide,
        .k = s->inputs,
        .a = shift__floats(w->call->in[0]), /* in the order of X, by rows or by steps first */
        .a_row = s->inputs,
        .a_column = 1,
        .b = w->weights,
        .b_row = wide,
        .c = w->projected,
        .c_row = wide,
    });
    shift__transpose(wide, s->hidden, direction_of(w, 2), w->weights);
}

/* out = h times gates [begin, end) of R. */
static void recur(const work *w, const float *h, size_t begin, size_t end)
{
    const sizes *s = &w->s;
    size_t wide = s->gates * s->hidden;
    for (size_t r = 0; r < s->rows; r++)
        memset(w->recurrent + r * wide + begin * s->hidden, 0,
               (end - begin) * s->hidden * sizeof *w->recurrent);
    shift__product_add(&(shift__product){
        .m = s->rows,
        .n = (end - begin) * s->hidden,
        .k = s->hidden,
        .a = h,
        .a_row = s->hidden,
        .a_column = 1,
        .b = w->weights + begin * s->hidden,
        .b_row = wide,
        .c = w->recurrent + begin * s->hidden,
        .c_row = wide,
    });
}

static float sigmoid(float x)
{
    return 1 / (1 + expf(-x));
}

static void lstm_row(const work *w, const float *x, size_t row)
{
    size_t n = w->s.hidden;
    const float *r = w->recurrent + row * LSTM_GATES * n;
    const float *peep = direction_of(w, 7); /* input, output, forget */
    float *h = w->h + row * n;
    float *c = w->c + row * n;
    for (size_t k = 0; k < n; k++) {
        float old = peep != NULL ? c[k] : 0;
        float i = sigmoid(x[k] + r[k] + (peep != NULL ? peep[k] * old : 0));
        float f = sigmoid(x[2 * n + k] + r[2 * n + k] + (peep != NULL ? peep[2 * n + k] * old : 0));
        float g = tanhf(x[3 * n + k] + r[3 * n + k]);
        c[k] = f * c[k] + i * g;
        float o = sigmoid(x[n + k] + r[n + k] + (peep != NULL ? peep[n + k] * c[k] : 0));
        h[k] = o * tanhf(c[k]);
    }
}

static void gru_row(const work *w, const float *x, size_t row)
{
    size_t n = w->s.hidden;
    const parameters *p = w->call->node->parameters;
    const float *r = w->recurrent + row * GRU_GATES * n;
    const float *bias = direction_of(w, 3);
    float *h = w->h + row * n;
    for (size_t k = 0; k < n; k++) {
        float z = sigmoid(x[k] + r[k]);
        float second = bias != NULL ? bias[(GRU_GATES + 2) * n + k] : 0;
        float inner = r[2 * n + k] + second;
        if (p->linear_before_reset)
            inner *= sigmoid(x[n + k] + r[n + k]);
        float g = tanhf(x[2 * n + k] + inner);
        h[k] = (1 - z) * g + z * h[k];
    }
}

/* r * h of every row, as what the hidden gate looks at. */
static void gru_reset(const work *w, const float *const *x)
{
    size_t n = w->s.hidden;
    for (size_t row = 0; row < w->s.rows; row++)
        for (size_t k = 0; k < n; k++) {
            float in = x[row] != NULL ? x[row][n + k] : 0;
            w->reset[row * n + k] =
                sigmoid(in + w->recurrent[row * GRU_GATES * n + n + k]) * w->h[row * n + k];
        }
}

static size_t length_of(const work *w, size_t row)
{
    const shift__tensor *lengths = shift__input(w->call, 4);
    return lengths != NULL ? (size_t)shift__integers(lengths)[row] : w->s.steps;
}

/* Where in its sequence a row is at a step that it has. */
static size_t time_of(const work *w, size_t row, size_t step)
{
    return w->reverse ? length_of(w, row) - 1 - step : step;
}

/* Step `step` of the sequence of each row; *x is NULL for rows whose sequence has ended. */
static void run_step(const work *w, size_t step, const float **x)
{
    const parameters *p = w->call->node->parameters;
    const sizes *s = &w->s;
    const shift__tensor *y = shift__output(w->call, 0);
    size_t wide = s->gates * s->hidden;
    for (size_t row = 0; row < s->rows; row++) {
        x[row] = step < length_of(w, row)
                     ? w->projected + place(w, time_of(w, row, step), row, 1, 0) * wide
                     : NULL;
    }
    bool lstm = s->gates == LSTM_GATES;
    recur(w, w->h, 0, lstm || p->linear_before_reset ? s->gates : 2);
    if (!lstm && !p->linear_before_reset) {
        gru_reset(w, x);
        recur(w, w->reset, 2, 3);
    }
    for (size_t row = 0; row < s->rows; row++) {
        if (x[row] == NULL)
            continue;
        if (lstm)
            lstm_row(w, x[row], row);
        else
            gru_row(w, x[row], row);
        if (y != NULL)
            memcpy(shift__floats(y) +
                       place(w, time_of(w, row, step), row, s->directions, w->direction) *
                           s->hidden,
                   w->h + row * s->hidden, s->hidden * sizeof(float));
    }
}

static void copy_states(const work *w, const shift__tensor *from, float *to)
{
    size_t n = w->s.hidden;
    for (size_t row = 0; row < w->s.rows; row++)
        if (from != NULL)
            memcpy(to + row * n, shift__floats(from) + state_place(w, row) * n, n * sizeof *to);
        else
            memset(to + row * n, 0, n * sizeof *to);
}

static void keep_states(const work *w, size_t output, const float *from)
{
    const shift__tensor *to = shift__output(w->call, output);
    size_t n = w->s.hidden;
    for (size_t row = 0; to != NULL && row < w->s.rows; row++)
        memcpy(shift__floats(to) + state_place(w, row) * n, from + row * n, n * sizeof *from);
}

static shift_status check_lengths(const shift__call *call, const sizes *s)
{
    const shift__tensor *lengths = shift__input(call, 4);
    for (size_t i = 0; lengths != NULL && i < s->rows; i++) {
        int64_t n = shift__integers(lengths)[i];
        if (n < 0 || (uint64_t)n > s->steps)
            return shift__call_refuse(call, "a sequence of length %" PRId64 " of %zu", n, s->steps);
    }
    return SHIFT_OK;
}

static shift_status forward_recurrent(const shift__call *call)
{
    const parameters *p = call->node->parameters;
    work w = {.call = call, .s = sizes_of(call)};
    const sizes *s = &w.s;
    size_t wide = s->gates * s->hidden;
    size_t state = s->rows * s->hidden;
    size_t widest = s->inputs > s->hidden ? s->inputs : s->hidden;
    size_t floats = s->steps * s->rows * wide + s->rows * wide + widest * wide + 3 * state;
    unsigned char *scratch = NULL;
    shift_status status = check_lengths(call, s);
    if (status == SHIFT_OK)
        status =
            shift__call_scratch(call, s->rows * sizeof(float *) + floats * sizeof(float), &scratch);
    if (status != SHIFT_OK)
        return status;
    const float **x = (void *)scratch;
    w.projected = (void *)(scratch + s->rows * sizeof *x);
    w.recurrent = w.projected + s->steps * s->rows * wide;
    w.weights = w.recurrent + s->rows * wide;
    w.h = w.weights + widest * wide;
    w.c = w.h + state;
    w.reset = w.c + state;
    const shift__tensor *y = shift__output(call, 0);
    if (y != NULL)
        memset(y->data, 0, shift__tensor_size(y) * sizeof(float));
    for (w.direction = 0; w.direction < s->directions; w.direction++) {
        w.reverse = p->reverse && (!p->forward || w.direction == 1);
        project_inputs(&w);
        copy_states(&w, shift__input(call, 5), w.h);
        copy_states(&w, shift__input(call, 6), w.c);
        for (size_t step = 0; step < s->steps; step++)
            run_step(&w, step, x);
        keep_states(&w, 1, w.h);
        keep_states(&w, 2, w.c);
    }
    return SHIFT_OK;
}

const shift__operator shift__recurrent_operators[] = {
    {"LSTM", 3, 8, 3, SHIFT__ANY_OUTPUT, parse_recurrent, infer_recurrent, forward_recurrent,
     shift__backward_lstm},
    {"GRU", 3, 6, 2, SHIFT__ANY_OUTPUT, parse_recurrent, infer_recurrent, forward_recurrent,
     shift__backward_gru},
    {0},
};
