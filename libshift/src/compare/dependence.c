/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the wavelet energies of a profile to effective sample sizes, and from these to tests. */
#include "compare/dependence.h"

#include <float.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "compare/conditional.h"
#include "compare/distribution.h"

/* Deviations of independent rows' figures: beyond, they are not taken for chance; up to there they
 * are not looked at */
static const double unlikely = 3.5;
static const double noise = 1.4;
/* How often independent rows may be taken for a series, however many columns there are */
static const double series_level = 0.005;
/* Rows for one: below, tests are hardly wrong */
static const double strong = 1.25;
enum { LEAST_PAIRS = 16, LARGE_PART = 8192 /* values */ };

/* ---- the order of the rows ---- */

/* Without a fall at any place that was looked at, and with rises enough to say so, all of which are
 * small beside how far values lie apart: a series that is 0 but for a few stretches has few steps.
 * Each part of a merge rises once, and of many values all but the first are cut off. */
static bool is_sorted(const shift__feature *f)
{
    const shift__serial *s = &f->serial;
    if (f->categories != NULL)
        return s->changes > 1 && s->falls == 0;
    double parts = fmax(1.0, (double)s->n / LARGE_PART);
    return s->rise * s->rise >= 3.0 * s->steps && s->path > 0.0 &&
           s->energy[0] <= 4.0 * parts * shift__serial_variance(s) &&
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

/* ---- whether there is any dependence ---- */

/* How neighbours correlate; one over the variance of that where they are independent: of n pairs
 * that share no value 1 / n, whatever the distribution; and its skewness then, or more. */
typedef struct evidence {
    double rho, weight, skewness;
} evidence;

static const evidence none = {0.0, 0.0, 0.0};

/* By which a normal number is as unlikely, where it is a large one (Cornish & Fisher 1938, Rev.
 * Inst. Int. Stat. 5): a few rare values that meet are soon many deviations. */
static double deviations(evidence e)
{
    double z = e.rho * sqrt(e.weight);
    double g = e.skewness;
    return z > 1.0 ? (6.0 * z + g) / (sqrt(9.0 + 6.0 * g * z + g * g) + 3.0) : z;
}

/* Of both as if they were one */
static evidence together(evidence x, evidence y)
{
    double weight = x.weight + y.weight;
    if (!(weight > 0.0))
        return none;
    double third = x.skewness * pow(x.weight, 1.5) + y.skewness * pow(y.weight, 1.5);
    return (evidence){(x.rho * x.weight + y.rho * y.weight) / weight, weight,
                      third / pow(weight, 1.5)};
}

static bool can_depend(const shift__feature *f)
{
    /* what rises by itself is an order of the rows, and no series */
    return (1u << f->kind & (SHIFT__NUMERIC | SHIFT__TEXT)) != 0 && !is_sorted(f);
}

/* Of values as they were looked at, at most: they lie within 1. */
static double kurtosis_of(const shift__feature *f, double variance)
{
    const shift__moments *m = &f->moments;
    return fmin((double)m->n * (m->m4 / m->m2 / m->m2), 1.0 / variance);
}

/* The skewness of a product of two values is the square of theirs, which is below their kurtosis.
 */
static evidence of_numbers(const shift__feature *f)
{
    const shift__serial *s = &f->serial;
    double variance = shift__serial_variance(s);
    if (s->pairs[0] < LEAST_PAIRS || !(variance > 0.0) || !isfinite(variance))
        return none;
    double pairs = (double)s->pairs[0];
    return (evidence){1.0 - 0.5 * s->energy[0] / pairs / variance, pairs,
                      fmax(kurtosis_of(f, variance) - 1.0, 0.0) / sqrt(pairs)};
}

/* How often two texts at random are equal, and the variance of how often others are that equal one
 */
typedef struct likeness {
    double equal, variance;
} likeness;

/* Rows that are equal or not, of `rows`. Pairs share rows, by which they vary more together, but
 * less than `equal` does with them: neither where half of all pairs are looked at. */
static evidence of_changes(uint64_t changes, uint64_t pairs, double rows, likeness by_chance)
{
    double differ = 1.0 - by_chance.equal;
    if (pairs < LEAST_PAIRS || !(differ > 0.0 && differ < 1.0))
        return none;
    double n = (double)pairs;
    double one = differ * by_chance.equal;
    double variance = one + 2.0 * by_chance.variance * fmax(1.0 - 2.0 * n / rows, 0.0);
    return (evidence){1.0 - (double)changes / n / differ, n * differ * differ / variance,
                      fmax(differ - by_chance.equal, 0.0) / sqrt(one * n)};
}

static likeness likeness_of(double equal, double cubes)
{
    return (likeness){equal, fmax(cubes - equal * equal, 0.0)};
}

/* Where counters are too small, at most */
static likeness likeness_of_texts(const shift__categories *c)
{
    double equal = 2.0 * (double)c->error / (double)c->n;
    double cubes = 0.0;
    for (size_t i = 0; i < c->n_counters; i++) {
        double share = (double)c->counters[i].count / (double)c->n;
        equal += share * share;
        cubes += share * share * share;
    }
    return likeness_of(equal, cubes);
}

/* Of neighbours */
static evidence evidence_of_feature(const shift__feature *f)
{
    if (f->categories == NULL)
        return of_numbers(f);
    return of_changes(f->serial.changes, f->serial.texts, (double)f->categories->n,
                      likeness_of_texts(f->categories));
}

static evidence evidence_of(const shift_profile *profile, size_t column)
{
    const shift__feature *f = column == SIZE_MAX ? NULL : shift__profile_feature(profile, column);
    return f == NULL || f->absent || !can_depend(f) ? none : evidence_of_feature(f);
}

/* The largest of either side, and of both as if they were one, in deviations */
static double most_deviations(const shift_profile *train, const shift_profile *prod, size_t column)
{
    evidence x = none;
    evidence y = none;
    if (train != NULL)
        x = evidence_of(train, column);
    if (prod != NULL && train != NULL)
        column = shift_schema_find(shift_profile_schema(prod),
                                   shift_schema_name(shift_profile_schema(train), column));
    if (prod != NULL)
        y = evidence_of(prod, column);
    return fmax(deviations(together(x, y)), fmax(deviations(x), deviations(y)));
}

bool shift__rows_are_series(const shift_profile *train, const shift_profile *prod)
{
    const shift_profile *any = train != NULL ? train : prod;
    if (any == NULL)
        return false;
    size_t columns = shift_schema_size(shift_profile_schema(any));
    double tests = (train != NULL && prod != NULL ? 3.0 : 1.0) * (double)columns;
    double limit = gsl_cdf_ugaussian_Qinv(series_level / tests);
    for (size_t i = 0; i < columns; i++)
        if (most_deviations(train, prod, i) > limit)
            return true;
    return false;
}

/* ---- how many rows make one ---- */

/* Where the correlation of neighbours falls geometrically. It was estimated from n values, is too
 * small by Kendall's (1954, Biometrika 41) bias, and is taken for larger by so many of its standard
 * errors. */
static double of_correlation(evidence e, double n, double errors)
{
    double error = sqrt(fmax(1.0 - e.rho * e.rho, 0.0) / e.weight);
    double r = fmin(e.rho + (1.0 + 3.0 * e.rho) / n + errors * error, 1.0 - 2.0 / n);
    return (1.0 + r) / (1.0 - r);
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
static double of_values(const shift__feature *f, double n, bool sure)
{
    const shift__serial *s = &f->serial;
    double whole = shift__serial_variance(s);
    double variance = whole; /* of the means */
    double excess_kurtosis = fmax(kurtosis_of(f, whole) - 3.0, 0.0);
    double shorter = 1.0;
    double longer = 1.0;
    for (size_t l = 0; l < SHIFT__SERIAL_LEVELS && s->pairs[l] >= LEAST_PAIRS; l++) {
        double pairs = (double)s->pairs[l];
        double energy = s->energy[l] / pairs;
        if (!(variance > 1e-9 * whole))
            break;
        double rho = 1.0 - 0.5 * energy / variance;
        bool is_noise = rho * sqrt(pairs) <= noise;
        double *most = l < SHIFT__SERIAL_EPOCH_LEVEL ? &shorter : &longer;
        double correlated = is_noise ? 1.0 : 1.0 + 2.0 * rho;
        if (l == 0 && !is_noise)
            correlated = of_correlation((evidence){rho, pairs, 0.0}, (double)s->n, 1.0);
        double rows = ldexp(variance / whole, (int)l) * correlated;
        if (rows > *most * (1.0 + noise / sqrt(pairs)) || l == 0)
            *most = fmax(*most, rows);
        /* squares of differences of 2^(l+1) values: as spread as so many fewer of normal ones */
        double fewer = pairs / (1.0 + ldexp(excess_kurtosis, -(int)l - 2));
        sure = sure || is_beyond_chance(ldexp(energy / whole, (int)l - 1), fewer);
        variance -= 0.25 * energy;
    }
    return sure ? shorter + fmax(longer - shorter, 0.0) * n / (double)s->n : 1.0;
}

static double within(double rows_for_one, double n)
{
    if (!(rows_for_one >= strong)) /* also where values overflow */
        return 1.0;
    return fmin(rows_for_one, fmax(0.5 * n, 1.0));
}

/* How much of the correlation of neighbours is left from row to row, given that of rows further
 * apart */
static double decay_of(double near, double far, double n)
{
    double decay = far > 0.0 ? pow(fmin(far / near, 1.0), 1.0 / (SHIFT__SERIAL_FAR - 1)) : 0.0;
    return fmin(decay, 1.0 - 2.0 / n);
}

/* A text tells something that lasts, and chance: neighbours are less often equal than what lasts
 * correlates, by which alone groups of levels would be as unequal. */
static void of_texts(const shift__feature *f, double n, bool sure, shift__inflation *out)
{
    const shift__serial *s = &f->serial;
    likeness by_chance = likeness_of_texts(f->categories);
    evidence near = of_changes(s->changes, s->texts, n, by_chance);
    evidence far = of_changes(s->far_changes, s->far_texts, n, by_chance);
    bool correlated = deviations(near) > unlikely;
    if (!correlated) /* by chance rows far apart may be as alike as neighbours */
        far.rho = fmin(far.rho, pow(fmax(near.rho, 0.0), SHIFT__SERIAL_FAR));
    double values = of_values(f, n, sure || correlated);
    double lasting = 1.0;
    if (near.rho > 0.0 && (sure || correlated)) {
        double decay = decay_of(near.rho, far.rho, n);
        values = fmax(values, 1.0 + 2.0 * near.rho / (1.0 - decay));
        lasting = (1.0 + decay) / (1.0 - decay);
    }
    out->values = within(values, n);
    out->lasting = out->values > 1.0 ? within(fmax(values, lasting), n) : 1.0;
}

static double presence_of(const shift__serial *s, double present, double rows)
{
    double missing = 1.0 - present;
    likeness by_chance = likeness_of(present * present + missing * missing,
                                     present * present * present + missing * missing * missing);
    evidence near = of_changes(s->gaps, s->rows, rows, by_chance);
    return deviations(near) > unlikely ? of_correlation(near, rows, 0.0) : 1.0;
}

shift__inflation shift__inflation_of(const shift__feature *feature, const shift_distribution *d,
                                     bool sure)
{
    const shift__serial *s = &feature->serial;
    double n = (double)d->n;
    double rows = (double)d->rows;
    shift__inflation out = {1.0, 1.0, 1.0, (double)INFINITY};
    if (d->n == 0 || !can_depend(feature) || shift__distribution_is_constant(d))
        return out;
    out.presence = within(presence_of(s, n / rows, rows), rows);
    if (feature->categories != NULL)
        of_texts(feature, n, sure, &out);
    else
        out.values = out.lasting = within(of_values(feature, n, sure), n);
    evidence own = evidence_of_feature(feature);
    if (own.weight > 0.0 && deviations(own) <= noise)
        out.bound = of_correlation(own, n, 2.0);
    return out;
}

static double shared(double own, double other, double bound, double n)
{
    return within(fmax(own, fmin(other, bound)), n);
}

void shift__share_inflation(shift__dependence *d, const shift_distribution *x,
                            const shift_distribution *y)
{
    shift__dependence own = *d;
    d->train.values = shared(own.train.values, own.prod.values, own.train.bound, (double)x->n);
    d->prod.values = shared(own.prod.values, own.train.values, own.prod.bound, (double)y->n);
    d->train.lasting = shared(own.train.lasting, own.prod.lasting, own.train.bound, (double)x->n);
    d->prod.lasting = shared(own.prod.lasting, own.train.lasting, own.prod.bound, (double)y->n);
    d->train.presence =
        shared(own.train.presence, own.prod.presence, (double)INFINITY, (double)x->rows);
    d->prod.presence =
        shared(own.prod.presence, own.train.presence, (double)INFINITY, (double)y->rows);
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
    double lasting_prod;   /* production rows for one, of what lasts */
    double lasting_excess; /* as excess, of that */
} worth;

static double kolmogorov(const shift__pair *pair, const worth *w, double distance)
{
    double sure = fmax(distance - pair->rank_error, 0.0);
    return shift__tail_kolmogorov(sqrt(w->m / (w->m + w->n) * w->n) * sure).log10_p;
}

/* Of the directions in which shares can differ, as few as can make up the excess are as unequal as
 * what lasts, and the others as independent rows: X² is then as spread as with so many fewer of
 * them (Rao & Scott 1984, Ann. Statist. 12, by Satterthwaite). And with as few rows as these are
 * worth that is hardly known, so an F law takes the place of its limit. */
static double chi_square(double x, double cells, const worth *w)
{
    double freedom = cells - 1.0;
    double d = w->excess;
    double fewer = freedom * d * d / (1.0 + (d - 1.0) * (w->lasting_excess + 1.0));
    return shift__tail_f(x / d / freedom, fmin(fmax(fewer, 1.0), freedom),
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
        return m->log10_p / w->lasting_prod;
    double z = two_sided_quantile(m->log10_p) / sqrt(w->excess);
    return shift__tail_student(z, fmax(w->m + w->n - 2.0, 1.0)).log10_p;
}

/* Both ends move away from the value as deviations grow. */
static void widen(shift_measurement *m, const shift__statistic *statistic, double factor)
{
    if (statistic->extent == SHIFT__AROUND_1 && m->value > 0.0 && m->low > 0.0) {
        m->low = m->value * pow(m->low / m->value, factor);
        m->high = m->value * pow(m->high / m->value, factor);
        return;
    }
    bool positive = m->low >= 0.0;
    m->low = m->value - factor * (m->value - m->low);
    m->high = m->value + factor * (m->high - m->value);
    if (statistic->extent == SHIFT__ABOVE && positive)
        m->low = fmax(m->low, 0.0);
    if (statistic->bounded && !isnan(m->low)) {
        m->low = fmax(m->low, -1.0);
        m->high = fmin(m->high, 1.0);
    }
}

void shift__account_for_dependence(const shift__dependence *d, const shift__pair *pair,
                                   shift__case *c, double *log10_p)
{
    double rows_x = (double)pair->train->rows;
    double rows_y = (double)pair->prod->rows;
    worth values = {pair->m / d->train.values, pair->n / d->prod.values,
                    excess(pair->m, pair->n, d->train.values, d->prod.values), d->prod.lasting,
                    excess(pair->m, pair->n, d->train.lasting, d->prod.lasting)};
    double of_presence = excess(rows_x, rows_y, d->train.presence, d->prod.presence);
    worth presence = {rows_x / d->train.presence, rows_y / d->prod.presence, of_presence,
                      d->prod.presence, of_presence};
    for (size_t i = 0; i < c->n; i++) {
        const worth *w = c->statistics[i]->family == SHIFT__VALUES ? &values : &presence;
        log10_p[i] = log10_p_of(pair, c, i, w);
        widen(&c->measurements[i], c->statistics[i], sqrt(w->excess));
    }
    c->log10_p = log10_p;
    c->worth_train = values.m;
    c->worth_prod = values.n;
}

/* ---- what is said ---- */

/* Long enough for what name_worth() writes. */
typedef struct worth_text {
    char text[24];
} worth_text;

static worth_text name_worth(double rows)
{
    worth_text out;
    (void)snprintf(out.text, sizeof out.text, "%.*f", rows < 100.0 ? 1 : 0, rows);
    return out;
}

shift_status shift__report_dependence(const shift__dependence *d, const shift__column *column,
                                      shift__findings *findings, shift_error *err)
{
    const char *text = NULL;
    shift_status status = SHIFT_OK;
    bool train = d->train.values > 1.0;
    bool prod = d->prod.values > 1.0;
    double m = (double)column->x->n;
    double n = (double)column->y->n;
    if (!train && !prod)
        return SHIFT_OK;
    if (train && prod)
        status = shift__arena_print(findings->arena, &text, err,
                                    "values depend on those before them: %.0f in training are "
                                    "worth %s independent ones, %.0f in production %s",
                                    m, name_worth(m / d->train.values).text, n,
                                    name_worth(n / d->prod.values).text);
    else
        status = shift__arena_print(
            findings->arena, &text, err,
            "values in %s depend on those before them: %.0f are worth %s independent ones",
            train ? "training" : "production", train ? m : n,
            name_worth(train ? m / d->train.values : n / d->prod.values).text);
    return status == SHIFT_OK
               ? shift__findings_add(findings, SHIFT_LEVEL_INFO, column->name, text, err)
               : status;
}
