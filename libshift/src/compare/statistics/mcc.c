/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Matthews' correlation of the origin of a row with the best guess from this feature alone, both
 * origins weighing the same. The rule "production where its share is larger" is learned, cell by
 * cell, on one half of the rows and judged on the other. Not one split is drawn: the mean over all
 * splits is taken, which needs no rows and no random numbers. Without a shift the part learned from
 * noise is as often wrong as right on the other half, so the mean is 0.
 */
#include "compare/interval.h"
#include "compare/law.h"
#include "compare/statistics/statistic.h"

enum { MOST_CELLS = 64, COUNTED = 24 };

/* Expected shares of the judged half that the rule takes for production's, and the same judged on
 * the rows that it was learned from */
typedef struct guesses {
    double of_train, of_prod;
    double of_train_seen, of_prod_seen;
    double undecided; /* variance of the sum of both: of cells that may be taken or not */
    double sketched;  /* what noise of sketches takes from the gap, or adds to it when seen */
    bool differ;      /* some cell's shares do */
} guesses;

static double normal_density(double x)
{
    return 0.3989422804014327 * exp(-0.5 * x * x);
}

static double normal_cdf(double x)
{
    return 0.5 * erfc(-x / 1.4142135623730951);
}

/* Of a gap between two shares, both limits of which sketches may have misplaced */
static double sketch_variance(const shift__pair *pair)
{
    return 2.0 * pair->rank_variance;
}

/* Of a share of rows, whose limits a sketch may have misplaced: that is noise like any other, but
 * the two halves have it in common */
static double share_variance(double share, const shift_distribution *d)
{
    return share * (1.0 - share) / (double)d->n + 2.0 * d->rank_deviation * d->rank_deviation;
}

/*
 * A cell with many rows: the learning half's q' - p' is normal about q - p, and what it has too
 * much of q the judging half has too little.
 */
static void add_large_cell(const shift__pair *pair, double a, double b, guesses *g)
{
    double p = a / pair->m;
    double q = b / pair->n;
    double variance_p = share_variance(p, pair->train);
    double variance_q = share_variance(q, pair->prod);
    double deviation = sqrt(variance_p + variance_q);
    if (!(deviation > 0.0)) { /* all rows of both origins are here */
        g->of_train += 0.5 * p;
        g->of_prod += 0.5 * q;
        g->of_train_seen += 0.5 * p;
        g->of_prod_seen += 0.5 * q;
        return;
    }
    double t = (q - p) / deviation;
    double taken = normal_cdf(t);
    double density = normal_density(t) / deviation;
    double even = normal_cdf(fmax(fabs(t) - 1.0, 0.0)); /* t is an estimate */
    g->undecided += (p + q) * (p + q) * even * (1.0 - even) / 3.0;
    g->sketched += sketch_variance(pair) * density;
    g->of_train += p * taken + variance_p * density;
    g->of_prod += q * taken - variance_q * density;
    g->of_train_seen += p * taken - variance_p * density;
    g->of_prod_seen += q * taken + variance_q * density;
}

/* Half the chances that `half` of `total` rows hold 0, 1, 2... of `few` among them */
static void add_chances(double few, double total, double half, double *out)
{
    double chance = 0.5;
    for (int k = 0; k < (int)few; k++)
        chance *= (total - half - k) / (total - k);
    for (int k = 0; k <= (int)few; k++) {
        out[k] += chance;
        chance *= (few - k) * fmax(half - k, 0.0) / ((k + 1.0) * (total - few - half + k + 1.0));
    }
}

/* Of an odd number of rows either half may be the larger. What is more than half of all rows is
 * seen as so many flips of a coin. */
static void split_chances(double few, double total, double *out)
{
    double half = floor(0.5 * total);
    if (few <= half) {
        add_chances(few, total, half, out);
        add_chances(few, total, total - half, out);
        return;
    }
    out[0] = exp2(-few);
    for (int k = 0; k < (int)few; k++)
        out[k + 1] = out[k] * (few - k) / (k + 1.0);
}

/* A cell with few rows: every way to split them. Equal shares are taken half the time. */
static void add_small_cell(const shift__pair *pair, double a, double b, guesses *g)
{
    double of_a[COUNTED + 1] = {0.0};
    double of_b[COUNTED + 1] = {0.0};
    split_chances(a, pair->m, of_a);
    split_chances(b, pair->n, of_b);
    for (int i = 0; i <= (int)a; i++) {
        for (int j = 0; j <= (int)b; j++) {
            double gap = j / pair->n - i / pair->m;
            if (gap < 0.0) /* not taken: nothing to add */
                continue;
            double taken = of_a[i] * of_b[j] * (gap > 0.0 ? 1.0 : 0.5);
            g->of_train += taken * 2.0 * (a - i) / pair->m;
            g->of_prod += taken * 2.0 * (b - j) / pair->n;
            g->of_train_seen += taken * 2.0 * i / pair->m;
            g->of_prod_seen += taken * 2.0 * j / pair->n;
        }
    }
}

/* A cell with few rows of the one side and many of the other: ways to split the few, the other half
 * being normal */
static void add_mixed_cell(const shift__pair *pair, double a, double b, guesses *g)
{
    bool few_train = a <= b;
    double few = few_train ? a : b;
    double rows = few_train ? pair->m : pair->n;
    double share = few_train ? b / pair->n : a / pair->m;
    double deviation = sqrt(share_variance(share, few_train ? pair->prod : pair->train));
    double chances[COUNTED + 1] = {0.0};
    split_chances(few, rows, chances);
    for (int i = 0; i <= (int)few; i++) {
        double gap = few_train ? share - 2.0 * i / rows : 2.0 * i / rows - share;
        double t = deviation > 0.0 ? gap / deviation : copysign(40.0, gap);
        double taken = chances[i] * normal_cdf(t);
        double lost = chances[i] * deviation * normal_density(t) * (few_train ? 1.0 : -1.0);
        double of_few = 2.0 * (few - i) / rows * taken;
        double of_many = share * taken - lost;
        g->of_train += few_train ? of_few : of_many;
        g->of_prod += few_train ? of_many : of_few;
        of_few = 2.0 * i / rows * taken;
        of_many = share * taken + lost;
        g->of_train_seen += few_train ? of_few : of_many;
        g->of_prod_seen += few_train ? of_many : of_few;
    }
}

static void add_cell(const shift__pair *pair, double a, double b, guesses *g)
{
    g->differ = g->differ || a / pair->m != b / pair->n;
    if (a <= COUNTED && b <= COUNTED)
        add_small_cell(pair, a, b, g);
    else if (a <= COUNTED || b <= COUNTED)
        add_mixed_cell(pair, a, b, g);
    else
        add_large_cell(pair, a, b, g);
}

static double gap_of_counts(const shift__pair *pair, double a, double b)
{
    guesses g = {0.0, 0.0, 0.0, 0.0, 0.0, 0.0, false};
    add_cell(pair, a, b, &g);
    return g.of_prod - g.of_train;
}

/* What a cell adds to the gap between the shares that are taken for production's; where rows are
 * counted one by one, and between whole numbers of them, along the chord */
static double gap_term(const shift__pair *pair, double p, double q)
{
    double a = p * pair->m;
    double b = q * pair->n;
    if (fmin(a, b) > COUNTED + 1.0)
        return gap_of_counts(pair, a, b);
    double rows = round(a + b);
    double low = fmin(floor(b), rows);
    double beyond = b - low;
    double gap = gap_of_counts(pair, rows - low, low);
    if (beyond > 1e-9)
        gap += beyond * (gap_of_counts(pair, rows - low - 1.0, low + 1.0) - gap);
    return gap;
}

/* Cells of a numeric feature: quantiles of the pool, which know nothing of the origins. More rows
 * carry more cells; a value that many rows share is never divided. */
static void add_pooled_quantiles(const shift__pair *pair, guesses *g, shift__law *law)
{
    double total = pair->m + pair->n;
    double cells = floor(2.0 * cbrt(fmin(pair->m, pair->n)));
    cells = fmin(fmax(cells, 2.0), MOST_CELLS);
    double next = total / cells;
    double a = 0.0;
    double b = 0.0;
    for (size_t i = 0; i < pair->n_pooled; i++) {
        if ((double)(pair->train_below[i] + pair->prod_below[i]) < next && i + 1 < pair->n_pooled)
            continue;
        double below_a = (double)pair->train_below[i];
        double below_b = (double)pair->prod_below[i];
        add_cell(pair, below_a - a, below_b - b, g);
        shift__law_add(law, below_a - a + below_b - b);
        a = below_a;
        b = below_b;
        next = total / cells * (floor((a + b) * cells / total) + 1.0);
    }
}

static void add_categories(const shift__pair *pair, guesses *g, shift__law *law)
{
    for (size_t i = 0; i < pair->n_cells; i++) {
        double a = (double)pair->train_cells[i];
        double b = (double)pair->prod_cells[i];
        add_cell(pair, a, b, g);
        shift__law_add(law, a + b);
    }
}

/* With balanced origins, from the share of each that is taken for production's */
static double correlation(double of_train, double of_prod)
{
    double taken = of_train + of_prod;
    double denominator = sqrt(fmax(taken * (2.0 - taken), 0.0));
    return denominator > 0.0 ? (of_prod - of_train) / denominator : 0.0;
}

/* By the delta method: the shares that are taken vary, and so do, where cells are undecided, those
 * that would be */
static double find_deviation(const shift__pair *pair, const guesses *g, double value)
{
    double taken = g->of_train + g->of_prod;
    double product = fmax(taken * (2.0 - taken), 1e-12);
    double by_sum = value * (1.0 - taken) / product;
    double by_gap = 1.0 / sqrt(product);
    /* half a row on either side, so that perfect separation is not certainty */
    double x = fmin(fmax(g->of_train, 0.5 / pair->m), 1.0 - 0.5 / pair->m);
    double y = fmin(fmax(g->of_prod, 0.5 / pair->n), 1.0 - 0.5 / pair->n);
    double by_x = by_gap + by_sum;
    double by_y = by_gap - by_sum;
    double from_sketch = by_gap * (sqrt(pair->rank_variance) + g->sketched);
    return sqrt(by_x * by_x * (x * (1.0 - x) / pair->m) + by_y * by_y * (y * (1.0 - y) / pair->n) +
                by_sum * by_sum * g->undecided + from_sketch * from_sketch);
}

shift_status shift__statistic_mcc(const shift__pair *pair, shift__estimate *out, shift_error *err)
{
    (void)err;
    *out = shift__undefined(shift__too_few(pair, 2));
    if (out->reason != NULL)
        return SHIFT_OK;
    guesses g = {0.0, 0.0, 0.0, 0.0, 0.0, 0.0, false};
    shift__law law;
    shift__law_init(&law, pair, gap_term, false);
    if (pair->numeric)
        add_pooled_quantiles(pair, &g, &law);
    else
        add_categories(pair, &g, &law);
    /* Halves of equal data differ the one way where the other halves differ the other way: judged
     * on those, every rule is worse than none. But equal data are no shift. */
    *out = shift__value(g.differ ? correlation(g.of_train, g.of_prod) : 0.0);
    double deviation = find_deviation(pair, &g, out->value);
    /* half the rows teach less than all of them: the rule of all lies between what is judged on
     * other rows and what is judged on the same */
    double seen = correlation(g.of_train_seen, g.of_prod_seen);
    double better = fmax(0.5 * (out->value + seen), out->value);
    out->low = fmax(out->value - SHIFT__Z_ROUGH * deviation, -1.0);
    out->high = fmin(better + SHIFT__Z_ROUGH * deviation, 1.0);
    if (pair->numeric || pair->exact)
        out->tail = g.differ ? shift__law_tail(&law, g.of_prod - g.of_train) : shift__tail_of(1.0);
    return SHIFT_OK;
}
