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
 * 2 p. False where an eigenvalue is not found. Without `vectors` (NULL) the eigenvalues only.
 */
bool shift__ql(double *diagonal, double *beside, double *vectors, double *room, size_t p);

/** Its rotations of rows i and i + 1 by cosines rotations[0][i] and sines rotations[1][i], for i
 * from range[1] - 1 down to range[0], by one of the compiled variants: 0 is the portable one. False
 * where this processor has no such variant. */
bool shift__ql_turn(int variant, double *vectors, const double *rotations[2], size_t p,
                    const size_t range[2]);

#endif
