/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/joint/explain.h"

#include <math.h>
#include <stdlib.h>

#include "compare/joint/joint.h"
#include "core/memory.h"

enum { NAMED = 3 /* features or pairs in one message */ };

static const double level = 0.05;     /* of what is worth a message */
static const double least_mean = 0.1; /* whitened */
static const double least_correlation = 0.1;
static const double least_share = 0.05;

static const char *name_of(const shift__explanation *e, size_t i)
{
    return e->sides->columns[e->use[e->gaussian->basis->columns[i]]].name;
}

/* What carries something, and by how much; `alone` (MCC of each by itself, or NaN) may be NULL. */
typedef struct carriers {
    size_t n;
    double *shares;
    const char **names;
    const double *alone;
} carriers;

static shift_status carriers_init(carriers *c, size_t n, shift_error *err)
{
    *c = (carriers){.n = n};
    shift_status status = shift__alloc(&c->shares, n, sizeof *c->shares, err);
    return status == SHIFT_OK ? shift__alloc(&c->names, n, sizeof(void *), err) : status;
}

static void carriers_clear(carriers *c)
{
    free(c->shares);
    free(c->names);
}

/* "a (62 %), b (20 %, alone 0.41)": the largest shares, as far as they count */
static shift_status name_carriers(shift__findings *f, const carriers *c, const char **out,
                                  shift_error *err)
{
    shift_status status = SHIFT_OK;
    double above = (double)INFINITY;
    size_t last = c->n;
    *out = "";
    for (size_t k = 0; status == SHIFT_OK && k < NAMED; k++) {
        size_t best = c->n;
        for (size_t i = 0; i < c->n; i++) {
            bool later = c->shares[i] < above || (c->shares[i] == above && last < c->n && i > last);
            if (later && (best == c->n || c->shares[i] > c->shares[best]))
                best = i;
        }
        if (best == c->n || c->shares[best] < least_share)
            break;
        above = c->shares[best];
        last = best;
        status = shift__arena_print(f->arena, out, err, "%s%s%s (%.0f %%", *out, k == 0 ? "" : ", ",
                                    c->names[best], 100.0 * c->shares[best]);
        if (status == SHIFT_OK && c->alone != NULL && !isnan(c->alone[best]))
            status = shift__arena_print(f->arena, out, err, "%s, alone %.2f", *out, c->alone[best]);
        if (status == SHIFT_OK)
            status = shift__arena_print(f->arena, out, err, "%s)", *out);
    }
    return status;
}

/* Every share of at least a hundredth, the largest first. Takes the shares out of the array. */
static shift_status attribute(shift__findings *f, const char *statistic, carriers *c,
                              shift_error *err)
{
    double *shares = c->shares;
    size_t n = c->n;
    static const double least_recorded = 0.01;
    shift_status status = SHIFT_OK;
    for (size_t k = 0; status == SHIFT_OK && k < n; k++) {
        size_t best = 0;
        for (size_t i = 1; i < n; i++)
            best = shares[i] > shares[best] ? i : best;
        if (!(shares[best] >= least_recorded))
            break;
        const shift_attribution one = {statistic, c->names[best], shares[best]};
        status = shift__findings_attribute(f, one, err);
        shares[best] = 0;
    }
    return status;
}

shift_status shift__explain_sampled(shift__findings *findings, const shift__joint_sides *sides,
                                    const size_t *use, size_t n_use, shift_error *err)
{
    const char *left_out = "";
    shift_status status = SHIFT_OK;
    size_t at = 0;
    for (size_t i = 0; status == SHIFT_OK && i < sides->n_numbers; i++) {
        if (at < n_use && use[at] == i)
            at++;
        else
            status = shift__arena_print(findings->arena, &left_out, err, "%s%s%s", left_out,
                                        left_out[0] == '\0' ? " without " : ", ",
                                        sides->columns[i].name);
    }
    const char *text = NULL;
    if (status == SHIFT_OK)
        status = shift__arena_print(findings->arena, &text, err,
                                    "joint means and covariances are those of sampled rows%s%s",
                                    left_out, left_out[0] == '\0' ? "" : " (too often missing)");
    return status == SHIFT_OK ? shift__findings_add(findings, SHIFT_LEVEL_INFO, NULL, text, err)
                              : status;
}

shift_status shift__explain_incomplete(shift__findings *findings, const shift__joint_sides *sides,
                                       const shift__joint_moments *moments, shift_error *err)
{
    double m = (double)shift_profile_rows(sides->train);
    double n = (double)shift_profile_rows(sides->prod);
    if (moments[0].n >= 0.5 * m && moments[1].n >= 0.5 * n)
        return SHIFT_OK;
    const char *text = NULL;
    shift_status status = shift__arena_print(
        findings->arena, &text, err,
        "joint means and covariances are those of complete rows: %.0f of %.0f in training, %.0f of "
        "%.0f in production",
        moments[0].n, m, moments[1].n, n);
    return status == SHIFT_OK ? shift__findings_add(findings, SHIFT_LEVEL_INFO, NULL, text, err)
                              : status;
}

static shift_status explain_collinear(const shift__explanation *e, size_t column,
                                      const shift__joint_moments *train, double *coefficients,
                                      shift_error *err)
{
    const shift__basis *basis = e->gaussian->basis;
    shift_status status = shift__basis_dependence(basis, column, train, coefficients, err);
    const char *others = "";
    size_t named = 0;
    for (size_t i = 0; status == SHIFT_OK && i < basis->p; i++) {
        if (fabs(coefficients[i]) < 1e-6)
            continue;
        if (named++ < NAMED)
            status = shift__arena_print(e->findings->arena, &others, err, "%s%s%s", others,
                                        named == 1 ? "" : ", ", name_of(e, i));
    }
    const char *text = NULL;
    if (status == SHIFT_OK)
        status = shift__arena_print(
            e->findings->arena, &text, err,
            "left out of joint means and covariances: a linear combination of %s%s", others,
            named > NAMED ? " and others" : "");
    if (status != SHIFT_OK)
        return status;
    return shift__findings_add(e->findings, SHIFT_LEVEL_INFO,
                               e->sides->columns[e->use[column]].name, text, err);
}

shift_status shift__explain_exclusions(const shift__explanation *e,
                                       const shift__joint_moments *train, shift_error *err)
{
    const shift__basis *basis = e->gaussian->basis;
    double *coefficients = NULL;
    shift_status status = shift__alloc(&coefficients, basis->p, sizeof *coefficients, err);
    for (size_t i = 0; status == SHIFT_OK && i < basis->p_all; i++)
        if (basis->exclusion[i] == SHIFT__COLUMN_COLLINEAR)
            status = explain_collinear(e, i, train, coefficients, err);
    free(coefficients);
    return status;
}

shift_status shift__explain_mean(const shift__explanation *e, const shift__estimate *mean,
                                 shift_error *err)
{
    if (!(mean->tail.p <= level) || !(mean->value >= least_mean))
        return SHIFT_OK;
    carriers c;
    const char *named = NULL;
    const char *text = NULL;
    shift_status status = carriers_init(&c, e->gaussian->basis->p, err);
    for (size_t i = 0; status == SHIFT_OK && i < c.n; i++)
        c.names[i] = name_of(e, i);
    if (status == SHIFT_OK)
        status = shift__whitened_mean_shares(e->gaussian, c.shares, err);
    if (status == SHIFT_OK)
        status = name_carriers(e->findings, &c, &named, err);
    if (status == SHIFT_OK)
        status = shift__arena_print(e->findings->arena, &text, err,
                                    "the whitened mean moved by %.2g; it is carried by %s",
                                    mean->value, named);
    if (status == SHIFT_OK)
        status = shift__findings_add(e->findings, SHIFT_LEVEL_INFO, NULL, text, err);
    if (status == SHIFT_OK)
        status = attribute(e->findings, "whitened_mean", &c, err);
    carriers_clear(&c);
    return status;
}

static double prod_correlation(const shift__gaussian *g, size_t i, size_t j)
{
    size_t p = g->basis->p;
    double scale = sqrt(g->covariance[i * p + i]) * sqrt(g->covariance[j * p + j]);
    return scale > 0.0 ? g->covariance[i * p + j] / scale : (double)NAN;
}

/* Change of a correlation, or 0 where it is no finding: production's may be undefined. */
static double change_of(const shift__gaussian *g, size_t i, size_t j)
{
    double change = fabs(prod_correlation(g, i, j) - g->basis->correlation[i * g->basis->p + j]);
    return change >= least_correlation ? change : 0.0;
}

static shift_status explain_changed_correlations(const shift__explanation *e, shift_error *err)
{
    const shift__gaussian *g = e->gaussian;
    size_t p = g->basis->p;
    shift_status status = SHIFT_OK;
    double above = (double)INFINITY;
    for (size_t k = 0; status == SHIFT_OK && k < NAMED; k++) {
        double best = 0.0;
        size_t pair[2] = {0, 0};
        for (size_t i = 1; i < p; i++)
            for (size_t j = 0; j < i; j++) {
                double change = change_of(g, i, j);
                if (change < above && change > best) {
                    best = change;
                    pair[0] = j;
                    pair[1] = i;
                }
            }
        if (best == 0.0)
            break;
        above = best;
        const char *text = NULL;
        status = shift__arena_print(e->findings->arena, &text, err,
                                    "the correlation of %s and %s changed from %.2g to %.2g",
                                    name_of(e, pair[0]), name_of(e, pair[1]),
                                    g->basis->correlation[pair[1] * p + pair[0]],
                                    prod_correlation(g, pair[0], pair[1]));
        if (status == SHIFT_OK)
            status = shift__findings_add(e->findings, SHIFT_LEVEL_INFO, NULL, text, err);
    }
    return status;
}

/* Shares of the features' spreads and of the pairs as they are named; the pairs with no share that
 * would be named have no name. */
static shift_status name_spreads(const shift__explanation *e, const double *shares, carriers *c,
                                 shift_error *err)
{
    size_t p = e->gaussian->basis->p;
    size_t k = 0;
    shift_status status = SHIFT_OK;
    for (size_t i = 0; status == SHIFT_OK && i < p; i++)
        for (size_t j = i; status == SHIFT_OK && j < p; j++, k++) {
            c->shares[k] = shares[i * p + j] * (i == j ? 1.0 : 2.0);
            if (c->shares[k] < least_share)
                continue;
            status = i == j ? shift__arena_print(e->findings->arena, &c->names[k], err,
                                                 "the spread of %s", name_of(e, i))
                            : shift__arena_print(e->findings->arena, &c->names[k], err,
                                                 "%s with %s", name_of(e, i), name_of(e, j));
        }
    return status;
}

static shift_status explain_spreads(const shift__explanation *e, double value, const double *shares,
                                    shift_error *err)
{
    size_t p = e->gaussian->basis->p;
    carriers c;
    const char *named = NULL;
    const char *text = NULL;
    shift_status status = carriers_init(&c, p * (p + 1) / 2, err);
    if (status == SHIFT_OK)
        status = name_spreads(e, shares, &c, err);
    if (status == SHIFT_OK)
        status = name_carriers(e->findings, &c, &named, err);
    if (status == SHIFT_OK && named[0] != '\0')
        status = shift__arena_print(e->findings->arena, &text, err,
                                    "the whitened covariance changed by %.2g; it is carried by %s",
                                    value, named);
    if (status == SHIFT_OK && text != NULL)
        status = shift__findings_add(e->findings, SHIFT_LEVEL_INFO, NULL, text, err);
    carriers_clear(&c);
    return status;
}

/* A feature has its own share and half of its pairs'. */
static shift_status attribute_spreads(const shift__explanation *e, const double *shares,
                                      shift_error *err)
{
    size_t p = e->gaussian->basis->p;
    carriers c;
    shift_status status = carriers_init(&c, p, err);
    for (size_t i = 0; status == SHIFT_OK && i < p; i++) {
        c.names[i] = name_of(e, i);
        for (size_t j = 0; j < p; j++)
            c.shares[i] += shares[i * p + j];
    }
    if (status == SHIFT_OK)
        status = attribute(e->findings, "whitened_covariance", &c, err);
    carriers_clear(&c);
    return status;
}

shift_status shift__explain_covariance(const shift__explanation *e,
                                       const shift__estimate *covariance, shift_error *err)
{
    size_t p = e->gaussian->basis->p;
    double *shares = NULL;
    if (!(covariance->tail.p <= level))
        return SHIFT_OK;
    shift_status status = shift__alloc(&shares, p * p, sizeof *shares, err);
    if (status == SHIFT_OK)
        status = shift__whitened_covariance_shares(e->gaussian, shares, e->pool, err);
    if (status == SHIFT_OK)
        status = explain_spreads(e, covariance->value, shares, err);
    if (status == SHIFT_OK)
        status = attribute_spreads(e, shares, err);
    if (status == SHIFT_OK)
        status = explain_changed_correlations(e, err);
    free(shares);
    return status;
}

/* The `n` columns whose largest change of a correlation is largest, flagged in `chosen`. */
static void choose_changed(const shift__gaussian *g, size_t n, double *changes, bool *chosen)
{
    size_t p = g->basis->p;
    for (size_t i = 0; i < p; i++)
        for (size_t j = 0; j < p; j++)
            if (i != j)
                changes[i] = fmax(
                    changes[i], fabs(prod_correlation(g, i, j) - g->basis->correlation[i * p + j]));
    for (size_t k = 0; k < n && k < p; k++) {
        size_t best = p;
        for (size_t i = 0; i < p; i++)
            if (!chosen[i] && (best == p || changes[i] > changes[best]))
                best = i;
        chosen[best] = true;
    }
}

shift_status shift__explain_correlations(const shift__explanation *e, shift_error *err)
{
    enum { MOST = 20 };
    const shift__gaussian *g = e->gaussian;
    size_t p = g->basis->p;
    double *changes = NULL;
    bool *chosen = NULL;
    shift_status status = shift__alloc(&changes, p, sizeof *changes, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&chosen, p, sizeof *chosen, err);
    if (status == SHIFT_OK)
        choose_changed(g, MOST, changes, chosen);
    for (size_t i = 0; status == SHIFT_OK && i < p; i++)
        for (size_t j = i + 1; status == SHIFT_OK && chosen[i] && j < p; j++) {
            const shift_correlation one = {name_of(e, i), name_of(e, j),
                                           g->basis->correlation[i * p + j],
                                           prod_correlation(g, i, j)};
            if (chosen[j])
                status = shift__findings_correlate(e->findings, one, err);
        }
    free(changes);
    free(chosen);
    return status;
}

shift_status shift__explain_domain(shift__findings *findings, const shift__encoder *encoder,
                                   const shift__domain *domain, const double *alone,
                                   shift_error *err)
{
    if (!(domain->mcc.p <= level) || domain->mcc.value < least_mean)
        return SHIFT_OK;
    const shift__joint_sides *sides = encoder->sides;
    carriers c;
    double *own = NULL; /* of the sides' columns */
    const char *named = NULL;
    const char *text = NULL;
    shift_status status = carriers_init(&c, sides->n_columns, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&own, c.n, sizeof *own, err);
    for (size_t i = 0; status == SHIFT_OK && i < c.n; i++) {
        c.names[i] = sides->columns[i].name;
        own[i] = alone[sides->columns[i].train];
    }
    for (size_t i = 0; status == SHIFT_OK && i < domain->columns; i++)
        c.shares[encoder->sources[i]] += domain->importance[i];
    c.alone = own;
    if (status == SHIFT_OK)
        status = name_carriers(findings, &c, &named, err);
    if (status == SHIFT_OK)
        status = shift__arena_print(findings->arena, &text, err,
                                    "%s tell 2 x %zu sampled rows apart (MCC %.2f), by %s",
                                    domain->learner->name, domain->k, domain->mcc.value, named);
    if (status == SHIFT_OK)
        status = shift__findings_add(findings, SHIFT_LEVEL_INFO, NULL, text, err);
    if (status == SHIFT_OK)
        status = attribute(findings, "mcc", &c, err);
    carriers_clear(&c);
    free(own);
    return status;
}
