/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHIFT_COMPARE_JOINT_QL_H
#define SHIFT_COMPARE_JOINT_QL_H

#include <stdbool.h>
#include <stddef.h>

/**
 * Eigenvalues and eigenvectors of a symmetric tridiagonal matrix T, by the implicit QL method.
 * `diagonal` (p) becomes the eigenvalues, in no order; `beside` (p, of which p - 1 are the elements
 * below the diagonal) is destroyed. `vectors` (p x p), on entry the transpose of a Q, becomes that
 * of Q times T's eigenvectors: row i is one of the QTQ' whose eigenvalue is diagonal[i]. `room` has
 * 2 p. False where an eigenvalue is not found.
 */
bool shift__ql(double *diagonal, double *beside, double *vectors, double *room, size_t p);

#endif
