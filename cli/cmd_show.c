/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Print a saved profile, a block of lines for each column, 80 columns wide. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli.h"
#include "print.h"

enum { TOP = 5, NAME_COLUMNS = 24, CATEGORY_COLUMNS = 48 };

static void print_plural(uint64_t n, const char *what)
{
    printf("%llu %s%s", (unsigned long long)n, what, n == 1 ? "" : "s");
}

static void print_heading(const char *name, const shift_distribution *d, bool absent)
{
    print_text(stdout, name, strlen(name), NAME_COLUMNS, 0);
    printf(": %s, ", shift_kind_name(d->kind));
    if (absent) {
        printf("not in the data\n");
        return;
    }
    print_plural(d->n, "value");
    printf(", %llu missing", (unsigned long long)d->missing);
    if (d->non_finite > 0)
        printf(", %llu non-finite", (unsigned long long)d->non_finite);
    if (d->invalid > 0)
        printf(", %llu invalid", (unsigned long long)d->invalid);
    printf("\n");
}

struct number {
    const char *label;
    double value;
};

/* Up to four in a line of 80 columns; six significant digits. */
static void print_numbers(const struct number *numbers, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char value[32] = "-";
        if (!isnan(numbers[i].value))
            (void)snprintf(value, sizeof value, "%.6g", numbers[i].value);
        printf("%s%-8s ", i == 0 ? "  " : " ", numbers[i].label);
        if (i + 1 < n)
            printf("%-10s", value);
        else
            printf("%s\n", value);
    }
}

static void print_numeric(const shift_distribution *d)
{
    const struct number moments[] = {{"mean", d->mean},
                                     {"sd", sqrt(shift_distribution_variance(d))},
                                     {"skewness", shift_distribution_skewness(d)},
                                     {"kurtosis", shift_distribution_kurtosis(d)}};
    const struct number low[] = {{"min", d->minimum},
                                 {"1 %", shift_distribution_quantile(d, 1, 100)},
                                 {"5 %", shift_distribution_quantile(d, 5, 100)},
                                 {"25 %", shift_distribution_quantile(d, 25, 100)}};
    const struct number high[] = {{"median", shift_distribution_quantile(d, 50, 100)},
                                  {"75 %", shift_distribution_quantile(d, 75, 100)},
                                  {"95 %", shift_distribution_quantile(d, 95, 100)},
                                  {"99 %", shift_distribution_quantile(d, 99, 100)}};
    const struct number highest[] = {{"max", d->maximum}};
    print_numbers(moments, 4);
    print_numbers(low, 4);
    print_numbers(high, 4);
    print_numbers(highest, 1);
    if (d->rank_error > 0)
        printf("  quantiles from a sketch: ranks within %.2g %%\n", 100 * d->rank_error);
}

static void print_time(const char *label, double seconds)
{
    bool is_date = fabs(seconds) < 1e17; /* no int holds the years beyond */
    time_t whole = is_date ? (time_t)seconds : 0;
    struct tm utc;
    if (is_date && gmtime_r(&whole, &utc) != NULL)
        printf("  %-8s %04ld-%02d-%02dT%02d:%02d:%02dZ", label, 1900L + utc.tm_year, utc.tm_mon + 1,
               utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec);
    else
        printf("  %-8s -", label);
}

static void print_timestamps(const shift_distribution *d)
{
    print_time("first", d->minimum);
    print_time("last", d->maximum);
    printf("\n");
    print_time("median", shift_distribution_quantile(d, 50, 100));
    printf("\n");
}

/* Most frequent first; then in byte order, as the view has them. */
static int by_count(const void *left, const void *right)
{
    const shift_category *a = left;
    const shift_category *b = right;
    if (a->count != b->count)
        return a->count < b->count ? 1 : -1;
    int order = memcmp(a->text, b->text, a->size < b->size ? a->size : b->size);
    return order != 0 ? order : (a->size > b->size) - (a->size < b->size);
}

static void print_share(uint64_t count, uint64_t n)
{
    printf(" %10llu  %5.1f %%\n", (unsigned long long)count, 100 * (double)count / (double)n);
}

static void print_identifiers(const shift_distribution *d)
{
    printf("  %s%.0f distinct, such as ", d->other > 0 ? "about " : "", d->distinct);
    print_text(stdout, d->categories[0].text, d->categories[0].size, CATEGORY_COLUMNS, 0);
    printf("\n");
}

static bool print_categories(const shift_distribution *d)
{
    shift_category *sorted = calloc(d->n_categories + 1, sizeof *sorted);
    if (sorted == NULL)
        return false;
    memcpy(sorted, d->categories, d->n_categories * sizeof *sorted);
    qsort(sorted, d->n_categories, sizeof *sorted, by_count);
    size_t shown = d->n_categories <= TOP + 1 ? d->n_categories : TOP;
    uint64_t rest = d->n;
    for (size_t i = 0; i < shown; i++) {
        printf("  ");
        print_text(stdout, sorted[i].text, sorted[i].size, CATEGORY_COLUMNS, 24);
        print_share(sorted[i].count, d->n);
        rest -= sorted[i].count;
    }
    if (d->distinct > (double)shown) {
        char more[48];
        int n = snprintf(more, sizeof more, "%s%.0f more", d->other > 0 ? "about " : "",
                         d->distinct - (double)shown);
        printf("  ");
        print_text(stdout, more, (size_t)n, CATEGORY_COLUMNS, 24);
        print_share(rest, d->n);
    }
    free(sorted);
    return true;
}

static shift_status print_column(const shift_profile *profile, size_t i, shift_error *err)
{
    shift_distribution *d = NULL;
    shift_status status = shift_distribution_of_profile(&d, profile, i, err);
    if (status != SHIFT_OK)
        return status;
    printf("\n");
    print_heading(shift_schema_name(shift_profile_schema(profile), i), d,
                  shift_profile_absent(profile, i));
    if (d->n > 0 && d->kind == SHIFT_KIND_TIMESTAMP)
        print_timestamps(d);
    else if (d->n > 0 && shift_kind_is_number(d->kind))
        print_numeric(d);
    else if (d->n > 0 && d->kind == SHIFT_KIND_IDENTIFIER && d->n_categories > 0)
        print_identifiers(d);
    else if (d->n > 0 && !print_categories(d))
        status = shift_error_set(err, SHIFT_ENOMEM, "out of memory");
    shift_distribution_free(d);
    return status;
}

static int run(const struct options *options)
{
    const char *path = options->operands[0];
    shift_error err = SHIFT_ERROR_INIT;
    shift_profile *profile = NULL;
    shift_status status = shift_profile_load(&profile, path, &err);
    if (status == SHIFT_OK) {
        const char *source = shift_profile_source(profile);
        size_t columns = shift_schema_size(shift_profile_schema(profile));
        print_text(stdout, path, strlen(path), SIZE_MAX, 0);
        printf(": ");
        print_plural(shift_profile_rows(profile), "row");
        printf(", ");
        print_plural(columns, "column");
        if (shift_profile_parts(profile) > 0) {
            printf(", ");
            print_plural(shift_profile_parts(profile), "part");
        }
        if (source != NULL && *source != '\0') {
            printf(", from ");
            print_text(stdout, source, strlen(source), SIZE_MAX, 0);
        }
        printf("\n");
        for (size_t i = 0; status == SHIFT_OK && i < columns; i++)
            status = print_column(profile, i, &err);
    }
    shift_profile_free(profile);
    return status == SHIFT_OK ? STATUS_NO_SHIFT : trouble(&err);
}

const struct command cmd_show = {
    "show",
    "PROFILE",
    "print a saved profile",
    "Prints what a profile saved by 'covshift profile' holds: for each column its\n"
    "kind, counts, and moments and quantiles or the most frequent categories.\n",
    0,
    1,
    1,
    run,
};
