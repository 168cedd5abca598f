/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the wavelet energies of a profile to effective sample sizes, and from these to tests. */
#include "compare/dependence.h"

#include <float.h>
#include <inttypes.h>
#include <string.h>

#include "compare/conditional.h"
#include "compare/distribution.h"

/* Deviations of independent rows' figures beyond which they are not taken for chance */
static const double unlikely = 3.5;
/* Rows for one: below, tests are hardly wrong */
static const double strong = 1.25;
enum { LEAST_PAIRS = 16 };

/* ---- the order of the rows ---- */

/* Without a fall at any place that was looked at, and with rises enough to say so */
static bool is_sorted(const shift__feature *f)
{
    const shift__serial *s = &f->serial;
    if (f->categories != NULL)
        return s->changes > 1 && s->falls == 0;
    return s->rise * s->rise >= 3.0 * s->steps && s->path > 0.0 &&
           fabs(s->rise) >= s->path * (1.0 - 1e-12);
}

/* By equal steps */
static bool is_counter(const shift__feature *f)
{
    const shift__serial *s = &f->serial;
    return f->categories == NULL && s->rise > 0.0 && is_sorted(f) &&
           s->rise * s->rise >= (double)s->pairs[0] * s->steps * (1.0 - 1e-9);
}

shift__row_order shift__row_order_of(const shift_profile *profile)
{
    bool sorted = false;
    for (size_t i = 0; i < shift_schema_size(shift_profile_schema(profile)); i++) {
        const shift__feature *f = shift__profile_feature(profile, i);
        if (is_counter(f) ||
            (f->kind == SHIFT_KIND_TIMESTAMP && f->serial.rise > 0.0 && is_sorted(f)))
            return SHIFT__ORDER_TIME;
        sorted = sorted || is_sorted(f);
    }
    return sorted ? SHIFT__ORDER_KEY : SHIFT__ORDER_UNKNOWN;
}

/* ---- how many rows make one ---- */

/* Where the correlation of neighbours is rho and falls geometrically; `n` values are what it was
 * estimated from, and too small by Kendall's (1954, Biometrika 41) bias. */
static double of_correlation(double rho, double n)
{
    double corrected = fmin(rho + (1.0 + 3.0 * rho) / n, 1.0 - 2.0 / n);
    return (1.0 + corrected) / (1.0 - corrected);
}

/* Whether the mean of so many squared standard normal numbers is beyond chance at any level (Wilson
 * & Hilferty 1931, Proc. Natl. Acad. Sci. 17) */
static bool is_beyond_chance(double mean_square, double pairs)
{
    double spread = 2.0 / (9.0 * pairs);
    return (cbrt(mean_square) - (1.0 - spread)) / sqrt(spread) > 4.5;
}

/*
 * Of `n` values, of which the serial has seen some. Of blocks of 2^l values the variance of
 * their means is known, and how neighbours correlate. Values are taken for an autoregression of
 * order one, long blocks for such that only neighbours correlate; what says most counts, as short
 * blocks do not see slow changes, and long ones are few. What blocks beyond an epoch say is of all
 * values that they reach over, those that were left out among them. 1 where none of it is `sure`.
 */
static double of_values(const shift__serial *s, double n, bool sure)
{
    double whole = shift__serial_variance(s);
    double variance = whole; /* of the means */
    double shorter = 1.0;
    double longer = 1.0;
    for (size_t l = 0; l < SHIFT__SERIAL_LEVELS && s->pairs[l] >= LEAST_PAIRS; l++) {
        double pairs = (double)s->pairs[l];
        double energy = s->energy[l] / pairs;
        if (!(variance > 1e-9 * whole))
            break;
        double rho = 1.0 - 0.5 * energy / variance;
        double deviations = rho * sqrt(0.5 * pairs);
        double *most = l < SHIFT__SERIAL_EPOCH_LEVEL ? &shorter : &longer;
        double correlated = deviations > 1.0 ? 1.0 + 2.0 * rho : 1.0;
        if (l == 0 && deviations > 1.0)
            correlated = of_correlation(rho, (double)s->n);
        *most = fmax(*most, ldexp(variance / whole, (int)l) * correlated);
        sure = sure || (l == 0 && deviations > unlikely) ||
               is_beyond_chance(ldexp(energy / whole, (int)l - 1), pairs);
        variance -= 0.25 * energy;
    }
    return sure ? shorter + fmax(longer - shorter, 0.0) * n / (double)s->n : 1.0;
}

/* How rows that are equal or not correlate, given how often two at random differ */
static double correlation_of_changes(uint64_t changes, uint64_t pairs, double by_chance)
{
    return 1.0 - (double)changes / (double)pairs / by_chance;
}

static bool is_correlated(double rho, uint64_t pairs, double by_chance)
{
    return pairs >= LEAST_PAIRS && by_chance > 0.0 &&
           rho > unlikely * sqrt((1.0 - by_chance) / by_chance / (double)pairs);
}

/* Where correlations fall geometrically from the first to that of rows further apart */
static double of_two_correlations(double near, double far, double n)
{
    double decay = far > 0.0 ? pow(fmin(far / near, 1.0), 1.0 / (SHIFT__SERIAL_FAR - 1)) : 0.0;
    return 1.0 + 2.0 * near / (1.0 - fmin(decay, 1.0 - 2.0 / n));
}

static double of_texts(const shift__serial *s, const shift_distribution *d, bool sure)
{
    double n = (double)d->n;
    double equal = 0.0;
    for (size_t i = 0; i < d->n_categories; i++) {
        double share = (double)d->categories[i].count / n;
        equal += share * share;
    }
    double near = correlation_of_changes(s->changes, s->texts, 1.0 - equal);
    double far = correlation_of_changes(s->far_changes, s->far_texts, 1.0 - equal);
    bool correlated = is_correlated(near, s->texts, 1.0 - equal);
    if (!correlated) /* by chance rows far apart may be as alike as neighbours */
        far = fmin(far, pow(fmax(near, 0.0), SHIFT__SERIAL_FAR));
    double by_changes =
        near > 0.0 && (sure || correlated) ? of_two_correlations(near, far, n) : 1.0;
    return fmax(by_changes, of_values(s, n, sure || correlated));
}

static double of_presence(const shift__serial *s, double present, double rows)
{
    double by_chance = 2.0 * present * (1.0 - present);
    double rho = correlation_of_changes(s->gaps, s->rows, by_chance);
    return is_correlated(rho, s->rows, by_chance) ? of_correlation(rho, rows) : 1.0;
}

static double within(double rows_for_one, double n)
{
    if (!(rows_for_one >= strong)) /* also where values overflow */
        return 1.0;
    return fmin(rows_for_one, fmax(0.5 * n, 1.0));
}

shift__inflation shift__inflation_of(const shift__feature *feature, const shift_distribution *d,
                                     bool sure)
{
    const shift__serial *s = &feature->serial;
    double n = (double)d->n;
    double rows = (double)d->rows;
    shift__inflation out = {1.0, 1.0};
    /* what rises by itself is an order of the rows, and no series */
    if (d->n == 0 || (1u << feature->kind & (SHIFT__NUMERIC | SHIFT__TEXT)) == 0 ||
        is_sorted(feature) || shift__distribution_is_constant(d))
        return out;
    out.presence = within(of_presence(s, n / rows, rows), rows);
    out.values =
        within(feature->categories != NULL ? of_texts(s, d, sure) : of_values(s, n, sure), n);
    return out;
}

static void share(double *a, double *b, double m, double n)
{
    double larger = fmax(*a, *b);
    *a = within(larger, m);
    *b = within(larger, n);
}

void shift__share_inflation(shift__dependence *d, const shift_distribution *x,
                            const shift_distribution *y)
{
    share(&d->train.values, &d->prod.values, (double)x->n, (double)y->n);
    share(&d->train.presence, &d->prod.presence, (double)x->rows, (double)y->rows);
}

bool shift__is_dependent(const shift__dependence *d)
{
    return d->train.values > 1.0 || d->prod.values > 1.0 || d->train.presence > 1.0 ||
           d->prod.presence > 1.0;
}

/* ---- what that makes of tests and intervals ---- */

/* How many times larger the variance of a difference of two means is */
static double excess(double m, double n, double of_train, double of_prod)
{
    return (of_train / m + of_prod / n) / (1.0 / m + 1.0 / n);
}

/* z at which P(|Z| > z) is this */
static double two_sided_quantile(double log10_p)
{
    double low = 0.0;
    double high = sqrt(-2.0 * log10_p * log(10.0)) + 1.0;
    for (int i = 0; i < 80 && high - low > 1e-12 * high; i++) {
        double middle = 0.5 * (low + high);
        if (shift__tail_normal_two_sided(middle).log10_p > log10_p)
            low = middle;
        else
            high = middle;
    }
    return 0.5 * (low + high);
}

/* One column's, with the numbers of rows that its rows are worth */
typedef struct worth {
    double m, n, excess;
    double of_prod; /* production rows for one */
} worth;

static double kolmogorov(const shift__pair *pair, const worth *w, double distance)
{
    double sure = fmax(distance - pair->rank_error, 0.0);
    return shift__tail_kolmogorov(sqrt(w->m / (w->m + w->n) * w->n) * sure).log10_p;
}

/* Levels last for different numbers of rows: X² is then as spread as with fewer of them (Rao &
 * Scott 1984, Ann. Statist. 12, by Satterthwaite), half as many where these numbers vary by as much
 * as they are. And with as few rows as these are worth their spread is hardly known, so an F law
 * takes the place of its limit. */
static double chi_square(double x, double cells, const worth *w)
{
    double freedom = cells - 1.0;
    return shift__tail_f(x / w->excess / freedom, fmax(0.5 * freedom, 1.0),
                         fmax(w->m + w->n - cells, 1.0))
        .log10_p;
}

static double log10_p_of(const shift__pair *pair, const shift__case *c, size_t i, const worth *w)
{
    const shift_measurement *m = &c->measurements[i];
    const char *name = m->statistic;
    if (isnan(m->log10_p) || !(m->log10_p < 0.0))
        return m->log10_p;
    if (strcmp(name, "ks") == 0)
        return kolmogorov(pair, w, m->value);
    if (strcmp(name, "chi_square_merged") == 0 && c->n_cells > 1)
        return chi_square(m->value, (double)c->n_cells, w);
    if (strcmp(name, "out_of_range_share") == 0)
        return shift__tail_outside(fmax(w->m, 1.0), w->n, fmin(m->value * w->n, w->n)).log10_p;
    if (strcmp(name, "new_category_share") == 0) /* counts of runs in place of rows */
        return m->log10_p / w->of_prod;
    double z = two_sided_quantile(m->log10_p) / sqrt(w->excess);
    return shift__tail_student(z, fmax(w->m + w->n - 2.0, 1.0)).log10_p;
}

/* Both ends move away from the value as deviations grow. */
static void widen(shift_measurement *m, shift__extent extent, double factor)
{
    if (extent == SHIFT__AROUND_1 && m->value > 0.0 && m->low > 0.0) {
        m->low = m->value * pow(m->low / m->value, factor);
        m->high = m->value * pow(m->high / m->value, factor);
        return;
    }
    bool positive = m->low >= 0.0;
    m->low = m->value - factor * (m->value - m->low);
    m->high = m->value + factor * (m->high - m->value);
    if (extent == SHIFT__ABOVE && positive)
        m->low = fmax(m->low, 0.0);
}

void shift__account_for_dependence(const shift__dependence *d, const shift__pair *pair,
                                   shift__case *c, double *log10_p)
{
    double rows_x = (double)pair->train->rows;
    double rows_y = (double)pair->prod->rows;
    worth values = {pair->m / d->train.values, pair->n / d->prod.values,
                    excess(pair->m, pair->n, d->train.values, d->prod.values), d->prod.values};
    worth presence = {rows_x / d->train.presence, rows_y / d->prod.presence,
                      excess(rows_x, rows_y, d->train.presence, d->prod.presence),
                      d->prod.presence};
    for (size_t i = 0; i < c->n; i++) {
        const worth *w = c->statistics[i]->family == SHIFT__VALUES ? &values : &presence;
        log10_p[i] = log10_p_of(pair, c, i, w);
        widen(&c->measurements[i], c->statistics[i]->extent, sqrt(w->excess));
    }
    c->log10_p = log10_p;
    c->worth_train = values.m;
    c->worth_prod = values.n;
}

/* ---- what is said ---- */

static shift_status say(const shift__column *column, const char *side, double n, double of_one,
                        shift__findings *findings, shift_error *err)
{
    const char *text = NULL;
    shift_status status = shift__arena_print(
        findings->arena, &text, err,
        "values in %s depend on those before them: %.0f are worth %.3g independent ones", side, n,
        n / of_one);
    return status == SHIFT_OK
               ? shift__findings_add(findings, SHIFT_LEVEL_INFO, column->name, text, err)
               : status;
}

shift_status shift__report_dependence(const shift__dependence *d, const shift__column *column,
                                      shift__findings *findings, shift_error *err)
{
    shift_status status = SHIFT_OK;
    if (d->train.values > 1.0)
        status = say(column, "training", (double)column->x->n, d->train.values, findings, err);
    if (status == SHIFT_OK && d->prod.values > 1.0)
        status = say(column, "production", (double)column->y->n, d->prod.values, findings, err);
    return status;
}
