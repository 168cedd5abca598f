/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random data sets whose shift is known: the protocol of data/calibration/calibrate.py. */
#ifndef CALIBRATION_DATA_H
#define CALIBRATION_DATA_H

#include <gsl/gsl_rng.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Twelve features make a set: four normal, two lognormal, Student's t with 3 degrees of freedom,
 * Poisson of mean 2, nine tenths zeros, uniform, then categories of 5 and of 50 levels. */
enum { SET = 12, SET_NUMBERS = 10, FEW_LEVELS = 5, MANY_LEVELS = 50 };

typedef enum shift_kind_of {
    NO_SHIFT,
    MEAN_SHIFT,     /* the first feature moves by `size` standard deviations */
    VARIANCE_SHIFT, /* its variance is multiplied by `size` */
    CONTAMINATION,  /* a share `size` of its rows is 5 */
    MIX_SHIFT       /* the shares of the 5 levels change; `size` times the protocol's change */
} shift_kind_of;

typedef struct known_shift {
    shift_kind_of kind;
    double size;
} known_shift;

/** Columns in sets of twelve; `columns` may end within a set. */
typedef struct table {
    size_t rows, columns;
    double **numbers;       /* per column; NULL for categories */
    unsigned char **levels; /* per column; NULL for numbers */
} table;

bool is_category(size_t column);
/** Column that a shift touches. */
size_t touched(known_shift shift);
/** True, or false without memory. */
bool table_new(table *t, size_t rows, size_t columns);
void table_free(table *t);
/** Fresh rows. */
void table_fill(table *t, known_shift shift, gsl_rng *random);
/** Rows that depend on those before them: behind each column is a stationary series
 * z_t = rho z_(t-1) + sqrt(1 - rho^2) e_t of normal values, and its distribution is that of
 * table_fill(), so that the first four columns are the AR(1) series of calibrate.py. */
void table_fill_series(table *t, double rho, known_shift shift, gsl_rng *random);
/** Each column in ascending order, as a stream that is sorted by time might be. */
void table_sort(table *t);
/** An independent generator per pair of numbers; NULL without memory. */
gsl_rng *stream_new(uint64_t section, uint64_t repetition);

#endif
