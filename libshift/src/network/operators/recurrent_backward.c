/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Backpropagation through time of LSTM and GRU: a row's sequence is run once more with every gate
 * kept, then gone through from its end. Equations are those of recurrent.c. */
#include <math.h>
#include <string.h>

#include "network/operators/backward.h"

enum {
    LSTM_GATES = 4, /* input, output, forget, cell */
    GRU_GATES = 3   /* update, reset, hidden */
};

/* One direction of one row. Weights and gradients are those of the direction; NULL where left out
 * or not wanted. Steps are counted as the sequence is run; state 0 is the initial one. */
typedef struct sequence {
    const shift__call *call;
    bool batch_first, linear_before_reset;
    size_t steps, rows, inputs, hidden, directions, gates;
    size_t direction, row, length;
    bool reverse;
    const float *w, *r, *b, *peep;
    float *to_w, *to_r, *to_b, *to_peep;
    float *gate;         /* steps x gates x hidden, after their functions */
    float *inner;        /* steps x hidden: GRU, what the hidden gate gets from the state */
    float *h, *c;        /* (steps + 1) x hidden */
    float *dx, *dr;      /* gates x hidden: of W x + b, of R h + b */
    float *dh, *dc;      /* hidden: of the state after the step, then before it */
    float *work, *dwork; /* hidden */
} sequence;

static float sigmoid(float x)
{
    return 1 / (1 + expf(-x));
}

static float dot(const float *a, const float *b, size_t n)
{
    float total = 0;
    for (size_t i = 0; i < n; i++)
        total += a[i] * b[i];
    return total;
}

static void add_scaled(float *to, float factor, const float *from, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] += factor * from[i];
}

static size_t x_place(const sequence *s, size_t step)
{
    size_t t = s->reverse ? s->length - 1 - step : step;
    return (s->batch_first ? s->row * s->steps + t : t * s->rows + s->row) * s->inputs;
}

static size_t y_place(const sequence *s, size_t step)
{
    size_t t = s->reverse ? s->length - 1 - step : step;
    return (s->batch_first ? (s->row * s->steps + t) * s->directions + s->direction
                           : (t * s->directions + s->direction) * s->rows + s->row) *
           s->hidden;
}

static size_t state_place(const sequence *s)
{
    return (s->batch_first ? s->row * s->directions + s->direction
                           : s->direction * s->rows + s->row) *
           s->hidden;
}

/* ---- forward, with everything kept ---- */

/* Number `k` of W x + b, and of R h + b. */
static float from_input(const sequence *s, size_t step, size_t k)
{
    const float *x = shift__floats(s->call->in[0]) + x_place(s, step);
    return dot(s->w + k * s->inputs, x, s->inputs) + (s->b != NULL ? s->b[k] : 0);
}

static float from_state(const sequence *s, const float *h, size_t k)
{
    return dot(s->r + k * s->hidden, h, s->hidden) +
           (s->b != NULL ? s->b[s->gates * s->hidden + k] : 0);
}

static void run_lstm(const sequence *s, size_t step)
{
    size_t n = s->hidden;
    float *gate = s->gate + step * LSTM_GATES * n;
    const float *h = s->h + step * n;
    const float *c = s->c + step * n;
    for (size_t k = 0; k < LSTM_GATES * n; k++)
        gate[k] = from_input(s, step, k) + from_state(s, h, k);
    for (size_t k = 0; k < n; k++) {
        float i = sigmoid(gate[k] + (s->peep != NULL ? s->peep[k] * c[k] : 0));
        float f = sigmoid(gate[2 * n + k] + (s->peep != NULL ? s->peep[2 * n + k] * c[k] : 0));
        float g = tanhf(gate[3 * n + k]);
        float now = f * c[k] + i * g;
        float o = sigmoid(gate[n + k] + (s->peep != NULL ? s->peep[n + k] * now : 0));
        gate[k] = i;
        gate[n + k] = o;
        gate[2 * n + k] = f;
        gate[3 * n + k] = g;
        s->c[(step + 1) * n + k] = now;
        s->h[(step + 1) * n + k] = o * tanhf(now);
    }
}

static void run_gru(const sequence *s, size_t step)
{
    size_t n = s->hidden;
    float *gate = s->gate + step * GRU_GATES * n;
    float *inner = s->inner + step * n;
    const float *h = s->h + step * n;
    for (size_t k = 0; k < 2 * n; k++)
        gate[k] = sigmoid(from_input(s, step, k) + from_state(s, h, k));
    for (size_t k = 0; k < n; k++)
        s->work[k] = s->linear_before_reset ? h[k] : gate[n + k] * h[k];
    for (size_t k = 0; k < n; k++) {
        inner[k] = from_state(s, s->work, 2 * n + k);
        float reset = s->linear_before_reset ? gate[n + k] : 1;
        float g = tanhf(from_input(s, step, 2 * n + k) + reset * inner[k]);
        gate[2 * n + k] = g;
        s->h[(step + 1) * n + k] = (1 - gate[k]) * g + gate[k] * h[k];
    }
}

/* ---- backward ---- */

/* From the gradients of R h + b of gates [begin, end) to those of R, its bias, and of h. */
static void back_to_state(const sequence *s, size_t begin, size_t end, const float *h, float *to)
{
    size_t n = s->hidden;
    for (size_t k = begin * n; k < end * n; k++) {
        if (s->to_r != NULL)
            add_scaled(s->to_r + k * n, s->dr[k], h, n);
        if (s->to_b != NULL)
            s->to_b[s->gates * n + k] += s->dr[k];
        add_scaled(to, s->dr[k], s->r + k * n, n);
    }
}

static void back_to_input(const sequence *s, size_t step)
{
    size_t at = x_place(s, step);
    const float *x = shift__floats(s->call->in[0]) + at;
    float *to = shift__gradient_of(s->call, 0);
    for (size_t k = 0; k < s->gates * s->hidden; k++) {
        if (s->to_w != NULL)
            add_scaled(s->to_w + k * s->inputs, s->dx[k], x, s->inputs);
        if (s->to_b != NULL)
            s->to_b[k] += s->dx[k];
        if (to != NULL)
            add_scaled(to + at, s->dx[k], s->w + k * s->inputs, s->inputs);
    }
}

static void back_to_peepholes(const sequence *s, const float *before, const float *after)
{
    size_t n = s->hidden;
    for (size_t k = 0; s->to_peep != NULL && k < n; k++) {
        s->to_peep[k] += s->dx[k] * before[k];
        s->to_peep[n + k] += s->dx[n + k] * after[k];
        s->to_peep[2 * n + k] += s->dx[2 * n + k] * before[k];
    }
}

static void back_lstm(const sequence *s, size_t step)
{
    size_t n = s->hidden;
    const float *gate = s->gate + step * LSTM_GATES * n;
    const float *before = s->c + step * n;
    const float *after = before + n;
    for (size_t k = 0; k < n; k++) {
        float i = gate[k];
        float o = gate[n + k];
        float f = gate[2 * n + k];
        float g = gate[3 * n + k];
        float squashed = tanhf(after[k]);
        float output = s->dh[k] * squashed * o * (1 - o);
        float cell = s->dc[k] + s->dh[k] * o * (1 - squashed * squashed) +
                     (s->peep != NULL ? output * s->peep[n + k] : 0);
        s->dx[k] = cell * g * i * (1 - i);
        s->dx[n + k] = output;
        s->dx[2 * n + k] = cell * before[k] * f * (1 - f);
        s->dx[3 * n + k] = cell * i * (1 - g * g);
        s->dc[k] = cell * f;
        if (s->peep != NULL)
            s->dc[k] += s->dx[k] * s->peep[k] + s->dx[2 * n + k] * s->peep[2 * n + k];
        s->dh[k] = 0;
    }
    memcpy(s->dr, s->dx, LSTM_GATES * n * sizeof *s->dr);
    back_to_peepholes(s, before, after);
    back_to_state(s, 0, LSTM_GATES, s->h + step * n, s->dh);
}

static void back_gru(const sequence *s, size_t step)
{
    size_t n = s->hidden;
    const float *gate = s->gate + step * GRU_GATES * n;
    const float *inner = s->inner + step * n;
    const float *h = s->h + step * n;
    bool linear = s->linear_before_reset;
    for (size_t k = 0; k < n; k++) {
        float z = gate[k];
        float g = gate[2 * n + k];
        s->dx[k] = s->dh[k] * (h[k] - g) * z * (1 - z);
        s->dx[2 * n + k] = s->dh[k] * (1 - z) * (1 - g * g);
        s->dr[2 * n + k] = s->dx[2 * n + k] * (linear ? gate[n + k] : 1);
        s->dh[k] *= z;
        s->work[k] = linear ? h[k] : gate[n + k] * h[k];
        s->dwork[k] = 0;
    }
    back_to_state(s, 2, GRU_GATES, s->work, s->dwork);
    for (size_t k = 0; k < n; k++) {
        float r = gate[n + k];
        float reset = linear ? s->dx[2 * n + k] * inner[k] : s->dwork[k] * h[k];
        s->dx[n + k] = reset * r * (1 - r);
        s->dh[k] += s->dwork[k] * (linear ? 1 : r);
    }
    memcpy(s->dr, s->dx, 2 * n * sizeof *s->dr);
    back_to_state(s, 0, 2, h, s->dh);
}

/* ---- one row ---- */

static void load_state(const sequence *s, size_t input, float *to)
{
    const shift__tensor *from = shift__input(s->call, input);
    if (from != NULL)
        memcpy(to, shift__floats(from) + state_place(s), s->hidden * sizeof *to);
    else
        memset(to, 0, s->hidden * sizeof *to);
}

/* What arrives at output `output` where the state of this row lies; 0 where nothing does. */
static void load_gradient(const sequence *s, size_t output, size_t place, float *to)
{
    if (output < s->call->node->n_out && s->call->out_gradient[output] != NULL)
        add_scaled(to, 1, shift__floats(s->call->out_gradient[output]) + place, s->hidden);
}

static void store_gradient(const sequence *s, size_t input, const float *from)
{
    float *to = shift__gradient_of(s->call, input);
    if (to != NULL)
        memcpy(to + state_place(s), from, s->hidden * sizeof *from);
}

static void back_through_row(const sequence *s)
{
    bool lstm = s->gates == LSTM_GATES;
    load_state(s, 5, s->h);
    load_state(s, 6, s->c);
    for (size_t step = 0; step < s->length; step++)
        lstm ? run_lstm(s, step) : run_gru(s, step);
    memset(s->dh, 0, s->hidden * sizeof *s->dh);
    memset(s->dc, 0, s->hidden * sizeof *s->dc);
    load_gradient(s, 1, state_place(s), s->dh);
    load_gradient(s, 2, state_place(s), s->dc);
    for (size_t step = s->length; step-- > 0;) {
        load_gradient(s, 0, y_place(s, step), s->dh);
        lstm ? back_lstm(s, step) : back_gru(s, step);
        back_to_input(s, step);
    }
    store_gradient(s, 5, s->dh);
    store_gradient(s, 6, s->dc);
}

static shift_status find_scratch(sequence *s)
{
    size_t n = s->hidden;
    size_t wide = s->gates * n;
    size_t states = (s->steps + 1) * n;
    size_t floats = s->steps * wide + s->steps * n + 2 * states + 2 * wide + 4 * n;
    float *next = NULL;
    shift_status status = shift__call_scratch(s->call, floats * sizeof *next, &next);
    if (status != SHIFT_OK)
        return status;
    s->gate = next;
    s->inner = s->gate + s->steps * wide;
    s->h = s->inner + s->steps * n;
    s->c = s->h + states;
    s->dx = s->c + states;
    s->dr = s->dx + wide;
    s->dh = s->dr + wide;
    s->dc = s->dh + n;
    s->work = s->dc + n;
    s->dwork = s->work + n;
    return SHIFT_OK;
}

static const float *part(const sequence *s, size_t input)
{
    const shift__tensor *in = shift__input(s->call, input);
    return in != NULL ? shift__floats(in) + s->direction * shift__tensor_span(in, 1, in->rank)
                      : NULL;
}

static float *gradient_part(const sequence *s, size_t input)
{
    float *to = shift__gradient_of(s->call, input);
    const shift__tensor *in = shift__input(s->call, input);
    return to != NULL ? to + s->direction * shift__tensor_span(in, 1, in->rank) : NULL;
}

static void take_direction(sequence *s, size_t direction)
{
    s->direction = direction;
    s->w = part(s, 1);
    s->r = part(s, 2);
    s->b = part(s, 3);
    s->to_w = gradient_part(s, 1);
    s->to_r = gradient_part(s, 2);
    s->to_b = gradient_part(s, 3);
    s->peep = s->gates == LSTM_GATES ? part(s, 7) : NULL;
    s->to_peep = s->gates == LSTM_GATES ? gradient_part(s, 7) : NULL;
}

static shift_status back_through(const shift__call *call, size_t gates)
{
    const shift__recurrent_parameters *p = call->node->parameters;
    const shift__tensor *lengths = shift__input(call, 4);
    const int64_t *dims = call->in[0]->dims;
    sequence s = {.call = call,
                  .batch_first = p->batch_first,
                  .linear_before_reset = p->linear_before_reset,
                  .steps = (size_t)dims[p->batch_first ? 1 : 0],
                  .rows = (size_t)dims[p->batch_first ? 0 : 1],
                  .inputs = (size_t)dims[2],
                  .hidden = (size_t)call->in[2]->dims[2],
                  .directions = (size_t)p->forward + (size_t)p->reverse,
                  .gates = gates};
    shift_status status = find_scratch(&s);
    for (size_t d = 0; status == SHIFT_OK && d < s.directions; d++) {
        take_direction(&s, d);
        s.reverse = p->reverse && (!p->forward || d == 1);
        for (s.row = 0; s.row < s.rows; s.row++) {
            s.length = lengths != NULL ? (size_t)shift__integers(lengths)[s.row] : s.steps;
            back_through_row(&s);
        }
    }
    return status;
}

shift_status shift__backward_lstm(const shift__call *call)
{
    return back_through(call, LSTM_GATES);
}

shift_status shift__backward_gru(const shift__call *call)
{
    return back_through(call, GRU_GATES);
}
