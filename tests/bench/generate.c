/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The data of the benchmark, as CSV on standard output: 8 integer, 8 fixed six-decimal and 4
 * seventeen-digit numeric columns, some with 5 % missing, and 4 categorical ones of 5, 50, 5,000
 * and 200,000 levels. About 220 bytes a row. Or a wide table: every tenth column is of 1,000 texts,
 * the others are numbers with three decimals. */
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INTEGERS = 8, FIXED = 8, LONG = 4, TEXTS = 4 };

typedef struct options {
    uint64_t rows, seed;
    unsigned quoted; /* rows in a thousand with a quoted field */
    double shift;    /* added to the first fixed column, in standard deviations */
} options;

static uint64_t state;

/* splitmix64 */
static uint64_t next(void)
{
    uint64_t x = state += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

static double uniform(void)
{
    return (double)(next() >> 11) * 0x1p-53;
}

static double normal(void)
{
    return sqrt(-2 * log(1 - uniform())) * cos(6.283185307179586 * uniform());
}

static char *put_integer(char *to, int64_t value, int least)
{
    char digits[24];
    int n = 0;
    uint64_t left = value < 0 ? (uint64_t)-value : (uint64_t)value;
    for (; left > 0 || n < least; left /= 10)
        digits[n++] = (char)('0' + left % 10);
    if (value < 0)
        *to++ = '-';
    while (n > 0)
        *to++ = digits[--n];
    return to;
}

static char *put_fixed(char *to, double value)
{
    int64_t millionths = (int64_t)llround(value * 1e6);
    if (millionths < 0)
        *to++ = '-';
    millionths = llabs(millionths);
    to = put_integer(to, millionths / 1000000, 1);
    *to++ = '.';
    return put_integer(to, millionths % 1000000, 6);
}

static char *put_integers(char *to)
{
    static const double spread[INTEGERS] = {3, 20, 100, 1000, 5000, 40000, 1e6, 2e7};
    for (int i = 0; i < INTEGERS; i++) {
        double value = i % 2 == 0 ? spread[i] * uniform() : spread[i] * normal();
        if (i % 4 != 3 || next() % 20 != 0)
            to = put_integer(to, (int64_t)value, 1);
        *to++ = ',';
    }
    return to;
}

static char *put_decimals(char *to, double shift)
{
    double common = normal();
    for (int i = 0; i < FIXED; i++) {
        double value = common + normal() + (i == 0 ? shift : 0);
        if (i % 4 != 1 || next() % 20 != 0)
            to = put_fixed(to, i < 4 ? value : exp(value) * 10);
        *to++ = ',';
    }
    for (int i = 0; i < LONG; i++) {
        if (i != 2 || next() % 20 != 0)
            to += snprintf(to, 32, "%.17g", i < 2 ? uniform() : 100 + normal());
        *to++ = ',';
    }
    return to;
}

static char *put_texts(char *to, unsigned quoted)
{
    static const uint64_t levels[TEXTS] = {5, 50, 5000, 200000};
    static const char *const names[TEXTS] = {"group", "k", "p", "id"};
    for (int i = 0; i < TEXTS; i++) {
        /* Few are frequent, most are rare; the smallest column is even. */
        double u = uniform();
        uint64_t level = (uint64_t)((double)levels[i] * (i == 0 ? u : u * u));
        int quote = i == 1 && next() % 1000 < quoted;
        if (quote)
            *to++ = '"';
        size_t size = strlen(names[i]);
        memcpy(to, names[i], size);
        to = put_integer(to + size, (int64_t)level, 1);
        if (quote)
            *to++ = '"';
        *to++ = i + 1 < TEXTS ? ',' : '\n';
    }
    return to;
}

static int write_rows(const options *o)
{
    static char line[1024];
    static const char *const names[] = {"i", "f", "d", "c"};
    static const int counts[] = {INTEGERS, FIXED, LONG, TEXTS};
    int n = 0;
    for (int g = 0; g < 4; g++)
        for (int i = 0; i < counts[g]; i++)
            printf("%s%s%d", n++ > 0 ? "," : "", names[g], i);
    (void)putchar('\n');
    for (uint64_t r = 0; r < o->rows; r++) {
        char *end = put_texts(put_decimals(put_integers(line), o->shift), o->quoted);
        if (fwrite(line, 1, (size_t)(end - line), stdout) != (size_t)(end - line))
            return EXIT_FAILURE;
    }
    return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static char *put_wide_field(char *to, uint64_t column)
{
    bool text = column % 10 == 9;
    if (text)
        *to++ = 'k';
    to = put_integer(to, (int64_t)(next() % 1000), 1);
    if (text)
        return to;
    *to++ = '.';
    return put_integer(to, (int64_t)(next() % 1000), 3);
}

static int write_wide(uint64_t columns, uint64_t rows)
{
    char field[64];
    for (uint64_t c = 0; c < columns; c++)
        printf("%s%c%" PRIu64, c > 0 ? "," : "", c % 10 == 9 ? 'c' : 'x', c);
    (void)putchar('\n');
    for (uint64_t i = 0; i < rows * columns; i++) {
        char *end = put_wide_field(field, i % columns);
        *end++ = (i + 1) % columns == 0 ? '\n' : ',';
        if (fwrite(field, 1, (size_t)(end - field), stdout) != (size_t)(end - field))
            return EXIT_FAILURE;
    }
    return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        (void)fprintf(stderr,
                      "usage: %s ROWS [SEED [QUOTED_PER_THOUSAND [SHIFT]]] >FILE\n"
                      "       %s --wide COLUMNS ROWS >FILE\n",
                      argv[0], argv[0]);
        return 2;
    }
    if (argc == 4 && strcmp(argv[1], "--wide") == 0)
        return write_wide(strtoull(argv[2], NULL, 10), strtoull(argv[3], NULL, 10));
    options o = {strtoull(argv[1], NULL, 10), 1, 0, 0};
    if (argc > 2)
        o.seed = strtoull(argv[2], NULL, 10);
    if (argc > 3)
        o.quoted = (unsigned)strtoul(argv[3], NULL, 10);
    if (argc > 4)
        o.shift = strtod(argv[4], NULL);
    state = o.seed;
    return write_rows(&o);
}
