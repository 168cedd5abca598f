/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GSL's Cholesky factorisations are not used: on a matrix that is not positive definite, which is
 * an ordinary finding here, they call a process-wide handler that aborts by default. Nor are its
 * Jacobi rotations (2.7): their bound of the rounding errors grows with every rotation until, from
 * some 60 columns on, it takes columns for rounding errors and stops. It finds
 * eigenvalues of a symmetric matrix one element after the other, in twice the time. */
#include "compare/joint/matrix.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare/joint/ql.h"
#include "compare/joint/row_sum.h"
#include "compare/joint/tridiagonal.h"
#include "core/memory.h"

enum {
    PANEL =
        64, /* columns that are worked on while they are in the cache; rows or columns of a task */
    BLOCK = 8,  /* rows that are taken from those before them at a time */
    SWEEPS = 60 /* of rotations; some ten are needed */
};

void shift__matrix_transpose(double *out, const double *a, size_t p)
{
    for (size_t i = 0; i < p; i++)
        for (size_t j = 0; j <= i; j++) {
            double below = a[i * p + j];
            out[i * p + j] = a[j * p + i];
            out[j * p + i] = below;
        }
}

typedef struct product {
    double *out;
    const double *a, *b;
    size_t p;
} product;

static void multiply_rows(void *context, size_t i)
{
    const product *t = context;
    size_t p = t->p;
    size_t rows = p - i * PANEL < PANEL ? p - i * PANEL : PANEL;
    double *out = t->out + i * PANEL * p;
    const shift__row_sum sum = {t->b, t->a + i * PANEL * p, p, 1, p, 1.0, rows, p, p};
    memset(out, 0, rows * p * sizeof *out);
    shift__add_rows(out, p, &sum);
}

void shift__matrix_multiply(double *out, const double *a, const double *b, size_t p,
                            shift__pool *pool)
{
    product t = {.a = a, .b = b, .p = p};
    t.out = out;
    shift__pool_run(pool, (p + PANEL - 1) / PANEL, multiply_rows, &t);
}

/* Position, k or behind, of the row with the largest rest relative to its own diagonal. */
static size_t best_pivot(const double *rests, const double *a, const size_t *order, size_t k,
                         size_t p, double *highest)
{
    size_t best = k;
    *highest = -1.0;
    for (size_t i = k; i < p; i++) {
        double diagonal = a[order[i] * p + order[i]];
        double ratio = diagonal > 0.0 ? rests[order[i]] / diagonal : 0.0;
        if (ratio > *highest) {
            *highest = ratio;
            best = i;
        }
    }
    return best;
}

/* Works on the transposed factor, whose row k is added to from those before it. */
size_t shift__cholesky_pivoted(double *l, size_t *order, double *rests, const double *a, size_t p,
                               double tolerance)
{
    memset(l, 0, p * p * sizeof *l);
    for (size_t i = 0; i < p; i++) {
        order[i] = i;
        rests[i] = a[i * p + i];
    }
    size_t k = 0;
    for (; k < p; k++) {
        double highest = 0.0;
        size_t best = best_pivot(rests, a, order, k, p, &highest);
        if (!(highest > tolerance))
            break;
        size_t row = order[best];
        order[best] = order[k];
        order[k] = row;
        double *column = l + k * p;
        for (size_t i = 0; i < p; i++)
            column[i] = a[i * p + row];
        const shift__row_sum before = {l, l + row, p, p, k, -1.0, 1, 0, 0};
        shift__add_rows(column, p, &before);
        double pivot = sqrt(rests[row]);
        for (size_t i = 0; i < p; i++)
            column[i] /= pivot;
        column[row] = pivot;
        for (size_t i = 0; i < k; i++)
            column[order[i]] = 0.0;
        for (size_t i = 0; i < p; i++)
            rests[i] -= column[i] * column[i];
    }
    shift__matrix_transpose(l, l, p);
    return k;
}

/* Row i of the transposed factor from those before it in its block; false where it is not positive.
 */
static bool finish_row(double *l, size_t i, size_t block, size_t p)
{
    double *row = l + i * p;
    const shift__row_sum before = {
        l + block * p + i, l + block * p + i, p, p, i - block, -1.0, 1, 0, 0};
    shift__add_rows(row + i, p - i, &before);
    double pivot = sqrt(row[i]);
    bool positive = row[i] > 0.0;
    row[i] = pivot;
    for (size_t j = i + 1; j < p; j++)
        row[j] /= pivot;
    memset(row, 0, i * sizeof *row);
    return positive;
}

/* On the transposed factor, too. */
bool shift__cholesky(double *l, const double *a, size_t p)
{
    shift__matrix_transpose(l, a, p);
    bool positive = true;
    for (size_t i = 0; positive && i < p; i += BLOCK) {
        size_t end = i + BLOCK < p ? i + BLOCK : p;
        const shift__row_sum before = {l + i, l + i, p, p, i, -1.0, end - i, p, 1};
        shift__add_rows(l + i * p + i, p - i, &before);
        for (size_t k = i; positive && k < end; k++)
            positive = finish_row(l, k, i, p);
    }
    shift__matrix_transpose(l, l, p);
    return positive;
}

void shift__solve_lower(const double *l, double *x, size_t p)
{
    for (size_t i = 0; i < p; i++) {
        double sum = x[i];
        for (size_t k = 0; k < i; k++)
            sum -= l[i * p + k] * x[k];
        x[i] = sum / l[i * p + i];
    }
}

void shift__solve_lower_transposed(const double *l, double *x, size_t p)
{
    for (size_t i = p; i-- > 0;) {
        double sum = x[i];
        for (size_t k = i + 1; k < p; k++)
            sum -= l[k * p + i] * x[k];
        x[i] = sum / l[i * p + i];
    }
}

/* Some rows of L and of X, the rows before which have been subtracted. */
static void solve_block(const double *l, double *x, size_t rows, size_t width, size_t p, size_t n)
{
    for (size_t i = 0; i < rows; i++) {
        const shift__row_sum before = {x, l + i * p, n, 1, i, -1.0, 1, 0, 0};
        shift__add_rows(x + i * n, width, &before);
        for (size_t j = 0; j < width; j++)
            x[i * n + j] /= l[i * p + i];
    }
}

typedef struct solution {
    const double *l;
    double *x;
    size_t p, n;
} solution;

static void solve_panel(void *context, size_t panel)
{
    const solution *t = context;
    size_t begin = panel * PANEL;
    size_t width = t->n - begin < PANEL ? t->n - begin : PANEL;
    for (size_t i = 0; i < t->p; i += BLOCK) {
        size_t rows = i + BLOCK < t->p ? BLOCK : t->p - i;
        const double *l = t->l + i * t->p;
        double *x = t->x + i * t->n + begin;
        const shift__row_sum before = {t->x + begin, l, t->n, 1, i, -1.0, rows, t->n, t->p};
        shift__add_rows(x, width, &before);
        solve_block(l + i, x, rows, width, t->p, t->n);
    }
}

void shift__solve_lower_columns(const double *l, double *x, size_t p, size_t n, shift__pool *pool)
{
    solution t = {.l = l, .p = p, .n = n};
    t.x = x;
    shift__pool_run(pool, (n + PANEL - 1) / PANEL, solve_panel, &t);
}

void shift__congruence_inverse(const double *l, double *a, size_t p)
{
    for (int side = 0; side < 2; side++) {
        shift__matrix_transpose(a, a, p);
        shift__solve_lower_columns(l, a, p, p, NULL);
    }
}

double shift__cholesky_log_determinant(const double *l, size_t p)
{
    double sum = 0.0;
    for (size_t i = 0; i < p; i++)
        sum += log(l[i * p + i]);
    return 2.0 * sum;
}

double shift__quadratic_inverse(const double *l, const double *x, double *work, size_t p)
{
    memcpy(work, x, p * sizeof *work);
    shift__solve_lower(l, work, p);
    double sum = 0.0;
    for (size_t i = 0; i < p; i++)
        sum += work[i] * work[i];
    return sum;
}

static shift_status check_finite(const double *a, size_t p, shift_error *err)
{
    for (size_t i = 0; i < p * p; i++)
        if (!isfinite(a[i]))
            return shift_error_set(err, SHIFT_EINVAL, "a covariance is not finite");
    return SHIFT_OK;
}

static double inner_product(const double *x, const double *y, size_t n)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += x[i] * y[i];
    return sum;
}

static void rotate(double *x, double *y, size_t n, double cosine, double sine)
{
    for (size_t i = 0; i < n; i++) {
        double before = x[i];
        x[i] = cosine * before - sine * y[i];
        y[i] = sine * before + cosine * y[i];
    }
}

/* What two rows are made orthogonal in. A row that is no longer than its floor is what rounding has
 * left of nothing. */
typedef struct jacobi {
    double *rows, *vectors; /* p x p */
    const double *floors;   /* p */
    size_t p;
} jacobi;

/* Makes rows i and j orthogonal, by Rutishauser's angle; false where they are. */
static bool make_orthogonal(const jacobi *s, size_t i, size_t j)
{
    size_t p = s->p;
    double *x = s->rows + i * p;
    double *y = s->rows + j * p;
    double both = inner_product(x, y, p);
    double a = inner_product(x, x, p);
    double b = inner_product(y, y, p);
    if (fabs(both) <= (double)p * DBL_EPSILON * sqrt(a) * sqrt(b) || sqrt(a) <= s->floors[i] ||
        sqrt(b) <= s->floors[j])
        return false;
    double zeta = (b - a) / (2.0 * both);
    double tangent = (zeta < 0.0 ? -1.0 : 1.0) / (fabs(zeta) + hypot(1.0, zeta));
    double cosine = 1.0 / hypot(1.0, tangent);
    rotate(x, y, p, cosine, cosine * tangent);
    rotate(s->vectors + i * p, s->vectors + j * p, p, cosine, cosine * tangent);
    return true;
}

static void sort_descending(double *values, double *vectors, size_t p)
{
    for (size_t i = 0; i < p; i++) {
        size_t largest = i;
        for (size_t j = i + 1; j < p; j++)
            largest = values[j] > values[largest] ? j : largest;
        double value = values[i];
        values[i] = values[largest];
        values[largest] = value;
        for (size_t k = 0; largest != i && k < p; k++) {
            double entry = vectors[i * p + k];
            vectors[i * p + k] = vectors[largest * p + k];
            vectors[largest * p + k] = entry;
        }
    }
}

/* One-sided Jacobi rotations (Hestenes 1958), of the rows of `a` transposed. */
shift_status shift__singular(double *values, double *vectors, double *a, size_t p, shift_error *err)
{
    shift_status status = check_finite(a, p, err);
    if (status != SHIFT_OK)
        return status;
    shift__matrix_transpose(a, a, p);
    memset(vectors, 0, p * p * sizeof *vectors);
    for (size_t i = 0; i < p; i++) {
        vectors[i * p + i] = 1.0;
        values[i] = (double)p * DBL_EPSILON * sqrt(inner_product(a + i * p, a + i * p, p));
    }
    const jacobi state = {a, vectors, values, p};
    bool rotated = true;
    for (int sweep = 0; rotated && sweep < SWEEPS; sweep++) {
        rotated = false;
        for (size_t i = 0; i < p; i++)
            for (size_t j = i + 1; j < p; j++)
                rotated |= make_orthogonal(&state, i, j);
    }
    if (rotated)
        return shift_error_set(err, SHIFT_EINVAL, "the singular values were not found");
    for (size_t i = 0; i < p; i++)
        values[i] = sqrt(inner_product(a + i * p, a + i * p, p));
    sort_descending(values, vectors, p);
    return SHIFT_OK;
}

/* The entry of largest absolute value becomes positive. */
static void fix_signs(double *vectors, size_t p)
{
    for (size_t i = 0; i < p; i++) {
        double *vector = vectors + i * p;
        size_t largest = 0;
        for (size_t j = 1; j < p; j++)
            if (fabs(vector[j]) > fabs(vector[largest]))
                largest = j;
        double sign = vector[largest] < 0.0 ? -1.0 : 1.0;
        for (size_t j = 0; j < p; j++)
            vector[j] *= sign;
    }
}

shift_status shift__eigen_of_cholesky(double *values, double *vectors, const double *l, size_t p,
                                      shift_error *err)
{
    double *transposed = NULL;
    shift_status status = shift__alloc(&transposed, p * p, sizeof *transposed, err);
    if (status != SHIFT_OK)
        return status;
    shift__matrix_transpose(transposed, l, p);
    status = shift__singular(values, vectors, transposed, p, err);
    free(transposed);
    if (status != SHIFT_OK)
        return status;
    fix_signs(vectors, p);
    for (size_t i = 0; i < p; i++)
        values[i] *= values[i];
    return SHIFT_OK;
}

shift_status shift__eigen_symmetric(double *values, double *vectors, double *a, size_t p,
                                    shift_error *err)
{
    double *work = NULL;
    shift_status status = check_finite(a, p, err);
    if (status != SHIFT_OK || p == 0)
        return status;
    status = shift__alloc(&work, 4 * p, sizeof *work, err);
    if (status != SHIFT_OK)
        return status;
    shift__tridiagonalise(&(shift__tridiagonal){values, work, vectors, work + p}, a, p);
    bool found = shift__ql(values, work, vectors, work + p, p);
    free(work);
    if (!found)
        return shift_error_set(err, SHIFT_EINVAL, "the eigenvalues were not found");
    if (vectors != NULL) {
        sort_descending(values, vectors, p);
        fix_signs(vectors, p);
    }
    return SHIFT_OK;
}

void shift__compose(double *out, const double *factors, const double *vectors, size_t p)
{
    memset(out, 0, p * p * sizeof *out);
    for (size_t i = 0; i < p; i++)
        for (size_t r = 0; r < p; r++)
            for (size_t c = 0; c < p; c++)
                out[r * p + c] += factors[i] * vectors[i * p + r] * vectors[i * p + c];
}
