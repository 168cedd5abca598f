/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A statistic of one's own, given at run time: by how much the share of values above a limit has
 * grown. It has a threshold, so that it raises an alarm like the library's own. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <shift/shift.h>

static shift_status more_above(void *context, const shift_distribution *train,
                               const shift_distribution *prod, double *value, shift_error *err)
{
    double limit = *(const double *)context;
    (void)err;
    *value = shift_distribution_cdf(train, limit) - shift_distribution_cdf(prod, limit);
    return SHIFT_OK;
}

static shift_status make_side(shift_profile **out, const shift_schema *schema, double spread,
                              shift_error *err)
{
    shift_status status = shift_profile_new(out, schema, NULL, err);
    for (int i = 0; status == SHIFT_OK && i < 1000; i++) {
        const shift_value row = shift_value_number(200 + spread * sin(i * 0.7));
        status = shift_profile_add_row(*out, &row, 1, err);
    }
    return status == SHIFT_OK ? shift_profile_flush(*out, err) : status;
}

static void print_found(const shift_comparison *found)
{
    const shift_subject *feature = found->features[0];
    for (size_t i = 0; i < feature->n_measurements; i++) {
        const shift_measurement *m = feature->measurements[i];
        if (strcmp(m->statistic, "more_above") == 0)
            (void)printf("%s: %s %.2f, %s\n", feature->name, m->statistic, m->value,
                         shift_verdict_name(m->verdict));
    }
}

int main(void)
{
    double limit = 250;
    const shift_custom_statistic mine = {"more_above", true, false, 0.05, 0.2, more_above, &limit};
    shift_policy policy = SHIFT_POLICY_INIT;
    shift_error err = SHIFT_ERROR_INIT;
    shift_schema *schema = NULL;
    shift_profile *train = NULL;
    shift_profile *prod = NULL;
    shift_comparison *found = NULL;
    policy.statistics = &mine;
    policy.n_statistics = 1;
    shift_status status = shift_schema_new(&schema, &err);
    if (status == SHIFT_OK)
        status = shift_schema_add(schema, "latency_ms", SHIFT_KIND_NUMERIC, &err);
    if (status == SHIFT_OK)
        status = make_side(&train, schema, 45, &err);
    if (status == SHIFT_OK)
        status = make_side(&prod, schema, 90, &err);
    if (status == SHIFT_OK)
        status = shift_compare(&found, train, prod, &policy, &err);
    if (status == SHIFT_OK)
        print_found(found);
    else
        (void)fprintf(stderr, "%s\n", err.message);
    shift_comparison_free(found);
    shift_profile_free(prod);
    shift_profile_free(train);
    shift_schema_free(schema);
    return status == SHIFT_OK ? 0 : 2;
}
