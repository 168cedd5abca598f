/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Density ratios: encoding of rows, calibration, uLSIF, and importance weights of a file. */
#define XXH_INLINE_ALL
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "compare/joint/matrix.h"
#include "compare/joint/ratio.h"
#include "files.h"
#include "memory_sink.h"
#include "profile/rows.h"
#include "shift/weights.h"

enum { MOST = 6000 };

static shift__random random_state;
static double numbers[MOST];

static int no_classifier(void)
{
    if (shift__learner_slow_trees() != NULL || shift__learner_logistic() != NULL)
        return 0;
    (void)printf("SKIPPED: this build has no classifier\n");
    return 1;
}

/* ---- calibration ---- */

/* Scores 1, 2, 3, 4, 5; the middle two are not in order (shares 2/3 and 1/2) and are pooled, the
 * last has too few training rows and joins the fourth. Odds are with one more row of each side. */
START_TEST(calibration_pools_what_is_out_of_order_or_small)
{
    static const size_t counts[2][5] = {{30, 10, 10, 10, 2}, {10, 20, 10, 16, 6}};
    double *scores = numbers;
    for (size_t side = 0; side < 2; side++)
        for (size_t score = 0; score < 5; score++)
            for (size_t i = 0; i < counts[side][score]; i++)
                *scores++ = (double)score + 1.0;
    shift__calibration c;
    ck_assert_int_eq(scores - numbers, 124);
    ck_assert_int_eq(shift__calibrate(&c, numbers, 62, NULL), SHIFT_OK);
    ck_assert_uint_eq(c.n, 3);
    ck_assert_double_eq(shift__calibrated_odds(&c, 0.0), 11.0 / 31.0);
    ck_assert_double_eq(shift__calibrated_odds(&c, 1.0), 11.0 / 31.0);
    ck_assert_double_eq(shift__calibrated_odds(&c, 2.0), 31.0 / 21.0);
    ck_assert_double_eq(shift__calibrated_odds(&c, 2.5), 31.0 / 21.0);
    ck_assert_double_eq(shift__calibrated_odds(&c, 3.0), 31.0 / 21.0);
    ck_assert_double_eq(shift__calibrated_odds(&c, 4.0), 23.0 / 13.0);
    ck_assert_double_eq(shift__calibrated_odds(&c, 9.0), 23.0 / 13.0);
    shift__calibration_clear(&c);
}
END_TEST

START_TEST(calibrated_odds_rise_with_the_score)
{
    shift__calibration c;
    shift__random_init(&random_state, 3, (uint64_t)_i);
    for (size_t i = 0; i < 400; i++)
        numbers[i] = floor(50.0 * shift__random_uniform(&random_state)) / 50.0;
    ck_assert_int_eq(shift__calibrate(&c, numbers, 200, NULL), SHIFT_OK);
    double weighted = 0.0;
    for (size_t i = 1; i < c.n; i++) {
        ck_assert_double_gt(c.edges[i], c.edges[i - 1]);
        ck_assert_double_gt(c.odds[i], c.odds[i - 1]);
    }
    /* the odds weigh training's rows up to production's number, but for the smoothing */
    for (size_t i = 0; i < 200; i++)
        weighted += shift__calibrated_odds(&c, numbers[i]);
    ck_assert_double_eq_tol(weighted, 200.0, 20.0);
    shift__calibration_clear(&c);
}
END_TEST

/* ---- uLSIF ---- */

/* Fit without training row i and production row i, by the definition. */
static double score_left_out(const shift__ulsif_kernels *k, double lambda, size_t out)
{
    size_t b = k->b;
    double h[8];
    double factor[64] = {0};
    for (size_t i = 0; i < b; i++) {
        h[i] = 0.0;
        for (size_t r = 0; r < k->n; r++)
            h[i] += r == out ? 0.0 : k->prod[i * k->n + r] / (double)(k->n - 1);
        for (size_t j = 0; j < b; j++) {
            for (size_t r = 0; r < k->n; r++)
                factor[i * b + j] +=
                    r == out ? 0.0
                             : k->train[i * k->n + r] * k->train[j * k->n + r] / (double)(k->n - 1);
            factor[i * b + j] += i == j ? lambda : 0.0;
        }
    }
    ck_assert(shift__cholesky(factor, factor, b));
    shift__solve_lower(factor, h, b);
    shift__solve_lower_transposed(factor, h, b);
    double at_train = 0.0;
    double at_prod = 0.0;
    for (size_t i = 0; i < b; i++) {
        at_train += fmax(h[i], 0.0) * k->train[i * k->n + out];
        at_prod += fmax(h[i], 0.0) * k->prod[i * k->n + out];
    }
    return 0.5 * at_train * at_train - at_prod;
}

START_TEST(leave_one_out_score_is_what_its_definition_gives)
{
    static const double lambdas[] = {1e-3, 0.1, 3.0};
    enum { B = 5, N = 12 };
    double work[B * (2 * N + B + 1) + 5 * N];
    shift__random_init(&random_state, 9, 0);
    for (size_t i = 0; i < (size_t)2 * B * N; i++)
        numbers[i] = shift__random_uniform(&random_state);
    shift__ulsif_kernels k = {numbers, numbers + (size_t)B * N, B, N};
    double expected = 0.0;
    for (size_t i = 0; i < N; i++)
        expected += score_left_out(&k, lambdas[_i], i) / N;
    ck_assert_double_eq_tol(shift__ulsif_score(&k, lambdas[_i], work), expected, 1e-12);
}
END_TEST

/* N(0, 1) and N(0.5, 1): the ratio at x is exp(x / 2 - 1 / 8) */
START_TEST(ulsif_finds_the_ratio_of_two_normal_laws)
{
    enum { N = 1000 };
    shift__pool *pool = NULL;
    shift__ulsif *fit[2] = {NULL, NULL};
    shift__random_init(&random_state, 5, 0);
    for (size_t i = 0; i < (size_t)2 * N; i++)
        numbers[i] = made_draw(&random_state) + (i < N ? 0.0 : 0.5);
    for (unsigned threads = 1; threads <= 2; threads++) {
        ck_assert_int_eq(shift__pool_new(&pool, threads, NULL), SHIFT_OK);
        ck_assert_int_eq(shift__ulsif_new(&fit[threads - 1], numbers, N, 1, pool, NULL), SHIFT_OK);
        shift__pool_free(pool);
    }
    for (int i = -6; i <= 6; i++) {
        double x = 0.25 * i;
        double found = shift__ulsif_ratio(fit[0], &x);
        ck_assert_double_eq_tol(found, exp(0.5 * x - 0.125), 0.2);
        ck_assert_double_eq(found, shift__ulsif_ratio(fit[1], &x));
    }
    shift__ulsif_free(fit[0]);
    shift__ulsif_free(fit[1]);
}
END_TEST

START_TEST(ulsif_refuses_rows_that_are_all_equal)
{
    static const double equal[8] = {1, 1, 1, 1, 1, 1, 1, 1};
    shift__pool *pool = NULL;
    shift__ulsif *fit = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    ck_assert_int_eq(shift__pool_new(&pool, 1, NULL), SHIFT_OK);
    ck_assert_int_eq(shift__ulsif_new(&fit, equal, 4, 1, pool, &err), SHIFT_EINVAL);
    ck_assert_int_eq(shift__ulsif_new(&fit, equal, 1, 1, pool, &err), SHIFT_EINVAL);
    shift__pool_free(pool);
}
END_TEST

/* ---- encoding ---- */

static made_file mixed_file(size_t rows, int decimals)
{
    made_file file = {.n = 0};
    made_print(&file, "x,code,city\n");
    for (size_t i = 0; i < rows; i++) {
        made_print(&file, "%.17g,", made_draw(&random_state));
        made_print(&file, "%.*f", decimals, (double)(i % 3 + 1));
        if (i % 7 == 0)
            made_print(&file, ",\n");
        else
            made_print(&file, ",c%zu\n", i % 29);
    }
    made_write(&file);
    return file;
}

static shift_profile *mixed_profile(const made_file *file)
{
    static const shift_schema_rule rules[] = {{"code", false, SHIFT_KIND_CATEGORICAL},
                                              {"city", false, SHIFT_KIND_CATEGORICAL}};
    shift_schema_options options = SHIFT_SCHEMA_OPTIONS_INIT;
    options.rules = rules;
    options.n_rules = 2;
    shift_profile *profile = NULL;
    shift_source *source = made_source(file);
    ck_assert_int_eq(shift_profile_read(&profile, source, NULL, &options, NULL, NULL), SHIFT_OK);
    shift_source_close(source);
    return profile;
}

/* The rows of the sample, found again in the file by their numbers. */
START_TEST(a_row_is_coded_alike_in_the_sample_and_in_its_file)
{
    enum { ROWS = 300 };
    shift__random_init(&random_state, 11, 0);
    made_file files[2] = {mixed_file(ROWS, 0), mixed_file(ROWS, 1)};
    shift_profile *profiles[2] = {mixed_profile(&files[0]), mixed_profile(&files[1])};
    shift__joint_sides sides;
    shift__encoder *encoder = NULL;
    ck_assert_int_eq(shift__joint_sides_init(&sides, profiles[0], profiles[1], NULL), SHIFT_OK);
    ck_assert_int_eq(shift__encoder_new(&encoder, &sides, ROWS, NULL, NULL), SHIFT_OK);
    ck_assert_uint_eq(encoder->columns, 1 + 3 + 9); /* 1 is 1.0: three codes; eight cities, rank */
    size_t size = (size_t)ROWS * encoder->columns;
    float *sampled = calloc(2 * size, sizeof *sampled);
    float *read = calloc(size, sizeof *read);
    shift__encode_samples(encoder, ROWS, NULL, sampled);
    for (int side = 0; side < 2; side++) {
        shift_source *source = made_source(&files[side]);
        shift__row_reader *rows = NULL;
        shift_batch batch;
        bool end = false;
        ck_assert_int_eq(
            shift__row_reader_open(&rows, source, shift_profile_schema(profiles[side]), NULL),
            SHIFT_OK);
        ck_assert_int_eq(shift__row_reader_next(rows, &batch, &end, NULL), SHIFT_OK);
        ck_assert_uint_eq(batch.rows, ROWS);
        shift__encode_batch(encoder, side, &batch, read);
        for (size_t i = 0; i < ROWS; i++)
            ck_assert_mem_eq(sampled + ((size_t)side * ROWS + i) * encoder->columns,
                             read + sides.samples[side].rows[i].row * encoder->columns,
                             encoder->columns * sizeof *read);
        shift__row_reader_close(rows);
        shift_source_close(source);
        made_remove(&files[side]);
    }
    free(sampled);
    free(read);
    shift__encoder_free(encoder);
    shift__joint_sides_clear(&sides);
    shift_profile_free(profiles[0]);
    shift_profile_free(profiles[1]);
}
END_TEST

START_TEST(an_unknown_level_is_coded_as_a_rare_one)
{
    static const char *const cells[] = {"1", "01", "1.00", "+1", "-1", "10", "x"};
    static const float expected[] = {1, 1, 1, 1, 0, 0, 0};
    shift__level levels[] = {{"1", 1, 5, 0}, {"2", 1, 4, 1}};
    enum { MASK = 63 };
    uint32_t places[MASK + 1] = {0};
    for (uint32_t i = 0; i < 2; i++)
        places[XXH3_64bits(levels[i].text, levels[i].size) & MASK] = 1 + i;
    shift__encoding encoding = {.columns = 2,
                                .numbers = true,
                                .levels = levels,
                                .n_levels = 2,
                                .n_repeated = 2,
                                .places = places,
                                .mask = MASK};
    shift__joint_column column = {"x", 0, 0, false};
    shift__joint_sides sides = {.columns = &column, .n_columns = 1};
    shift__encoder encoder = {&sides, &encoding, 2, NULL};
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        uint32_t begin = 0;
        uint32_t end = (uint32_t)strlen(cells[i]);
        shift_column cell = {.bytes = cells[i], .begin = &begin, .end = &end};
        shift_batch batch = {1, 1, &cell};
        float out[2] = {7, 7};
        shift__encode_batch(&encoder, 0, &batch, out);
        ck_assert_msg(out[0] == expected[i], "%s", cells[i]);
        ck_assert(out[1] == 0.0f);
    }
}
END_TEST

/* ---- weights of a file ---- */

typedef struct written {
    shift_profile *train, *prod;
    shift_weights *weights;
    shift_status status;
    shift_error err;
    memory_sink text;
} written;

static written weigh(const made_file *train, const made_file *prod,
                     const shift_weights_options *options)
{
    written w = {.train = made_profile_of(train, NULL)};
    w.prod = made_profile_of(prod, w.train);
    shift_source *source = made_source(train);
    shift_sink sink = memory_sink_of(&w.text);
    w.status = shift_weights_new(&w.weights, w.train, w.prod, options, &w.err);
    if (w.status == SHIFT_OK)
        w.status = shift_weights_write(w.weights, source, &sink, &w.err);
    shift_source_close(source);
    return w;
}

static void written_clear(written *w)
{
    shift_weights_free(w->weights);
    shift_profile_free(w->train);
    shift_profile_free(w->prod);
    memory_sink_clear(&w->text);
}

/* Root mean square error of the weights' logarithms, after N(0, 1) and N(1, 1) in column a. */
static double error_of(const made_file *train, const char *text, int column)
{
    double sum = 0.0;
    size_t n = 0;
    FILE *file = fopen(train->path, "r");
    ck_assert_ptr_nonnull(file);
    char line[512];
    ck_assert_ptr_nonnull(fgets(line, sizeof line, file));
    const char *row = strchr(text, '\n') + 1;
    while (fgets(line, sizeof line, file) != NULL) {
        double x = strtod(line, NULL);
        char *at = NULL;
        double w[2];
        ck_assert_uint_eq(strtoul(row, &at, 10), n + 1);
        for (int i = 0; i < 2; i++) {
            ck_assert_int_eq(*at, ',');
            w[i] = strtod(at + 1, &at);
        }
        double difference = log(fmax(w[column], 1e-3)) - (x - 0.5);
        sum += difference * difference;
        n++;
        row = strchr(row, '\n') + 1;
    }
    ck_assert_int_eq(*row, '\0');
    (void)fclose(file);
    return sqrt(sum / (double)n);
}

/* More rows than the sample holds, so that some have been seen by no model and some by four. */
START_TEST(weights_are_the_density_ratio)
{
    if (no_classifier())
        return;
    shift__random_init(&random_state, 21, 0);
    made_file train = made_normal(&random_state, 5000, 3, 0.0);
    made_file prod = made_normal(&random_state, 5000, 3, 1.0);
    written w = weigh(&train, &prod, NULL);
    ck_assert_msg(w.status == SHIFT_OK, "%s", w.err.message);
    const shift_weights *weights = w.weights;
    ck_assert_uint_eq(weights->rows, 5000);
    /* weights of 1 would have an error of 1.1 */
    ck_assert_double_lt(error_of(&train, w.text.text, 0), 0.4);
    ck_assert_double_lt(error_of(&train, w.text.text, 1), 1.05);
    for (int m = 1; m < SHIFT_WEIGHTINGS; m++) {
        ck_assert_double_eq_tol(weights->by[m].mean, 1.0, 0.2);
        ck_assert_double_lt(weights->by[m].mean_gap, 0.3 * weights->by[0].mean_gap);
        /* (E w)^2 / E w^2 is 1 / e of the rows */
        ck_assert_double_gt(weights->by[m].effective_rows, 0.2 * 5000);
        ck_assert_double_lt(weights->by[m].effective_rows, 0.6 * 5000);
    }
    ck_assert_double_eq_tol(weights->by[0].mean_gap, sqrt(0.8 / 3.0), 0.04); /* pooled sd is 1.12 */
    ck_assert_double_eq(weights->by[0].effective_rows, 5000);
    ck_assert_double_lt(weights->uncovered, 0.15);
    ck_assert_str_eq(weights->features[0]->name, "a");
    ck_assert_double_gt(weights->features[0]->gap[0], 0.8);
    ck_assert_double_lt(weights->features[0]->gap[1], 0.2);
    written_clear(&w);
    made_remove(&train);
    made_remove(&prod);
}
END_TEST

START_TEST(without_a_shift_the_weights_are_nearly_even)
{
    if (no_classifier())
        return;
    shift__random_init(&random_state, 22, 0);
    made_file train = made_normal(&random_state, 1000, 3, 0.0);
    made_file prod = made_normal(&random_state, 1000, 3, 0.0);
    written w = weigh(&train, &prod, NULL);
    ck_assert_msg(w.status == SHIFT_OK, "%s", w.err.message);
    for (int m = 1; m < SHIFT_WEIGHTINGS; m++)
        ck_assert_double_gt(w.weights->by[m].effective_rows, 0.95 * 1000);
    written_clear(&w);
    made_remove(&train);
    made_remove(&prod);
}
END_TEST

START_TEST(clipped_weights_stay_below_the_limit)
{
    if (no_classifier())
        return;
    shift__random_init(&random_state, 23, 0);
    made_file train = made_normal(&random_state, 1000, 2, 0.0);
    made_file prod = made_normal(&random_state, 1000, 2, 1.0);
    shift_weights_options options = SHIFT_WEIGHTS_OPTIONS_INIT;
    written free_weights = weigh(&train, &prod, &options);
    options.clip = 2.0;
    options.threads = 2;
    written w = weigh(&train, &prod, &options);
    ck_assert_int_eq(w.status, SHIFT_OK);
    for (int m = 1; m < SHIFT_WEIGHTINGS; m++) {
        ck_assert_double_eq(w.weights->by[m].largest, 2.0);
        ck_assert_uint_gt(w.weights->by[m].clipped, 10);
        ck_assert_uint_eq(free_weights.weights->by[m].clipped, 0);
        ck_assert_double_gt(w.weights->by[m].effective_rows,
                            free_weights.weights->by[m].effective_rows);
    }
    written_clear(&w);
    options.clip = 0.5;
    w = weigh(&train, &prod, &options);
    ck_assert_int_eq(w.status, SHIFT_EINVAL);
    written_clear(&w);
    written_clear(&free_weights);
    made_remove(&train);
    made_remove(&prod);
}
END_TEST

static bool allow(void *context, uint64_t done, uint64_t total)
{
    (void)done;
    (void)total;
    return *(const bool *)context;
}

START_TEST(weights_are_left_where_the_caller_says_so)
{
    if (no_classifier())
        return;
    shift__random_init(&random_state, 25, 0);
    made_file train = made_normal(&random_state, 300, 2, 0.0);
    made_file prod = made_normal(&random_state, 300, 2, 0.5);
    bool allowed = false;
    const shift_progress progress = {allow, &allowed};
    shift_weights_options options = SHIFT_WEIGHTS_OPTIONS_INIT;
    options.threads = _i == 0 ? 1 : 3;
    options.progress = &progress;
    written w = weigh(&train, &prod, &options);
    ck_assert_int_eq(w.status, SHIFT_ECANCELLED);
    ck_assert_ptr_null(w.weights);
    written_clear(&w);
    allowed = true;
    w = weigh(&train, &prod, &options);
    ck_assert_msg(w.status == SHIFT_OK, "%s", w.err.message);
    allowed = false; /* while they are written a second time */
    shift_source *source = made_source(&train);
    shift_sink sink = memory_sink_of(&w.text);
    ck_assert_int_eq(shift_weights_write(w.weights, source, &sink, &w.err), SHIFT_ECANCELLED);
    shift_source_close(source);
    written_clear(&w);
    made_remove(&train);
    made_remove(&prod);
}
END_TEST

START_TEST(supports_that_do_not_overlap_have_no_weights)
{
    if (no_classifier())
        return;
    shift__random_init(&random_state, 24, 0);
    made_file train = made_normal(&random_state, 500, 2, 0.0);
    made_file prod = made_normal(&random_state, 500, 2, 20.0);
    written w = weigh(&train, &prod, NULL);
    ck_assert_int_eq(w.status, SHIFT_EINCOMPATIBLE);
    ck_assert_ptr_nonnull(strstr(w.err.message, "the supports do not overlap: 100 %"));
    ck_assert_uint_eq(w.text.n, 0);
    ck_assert_ptr_null(w.weights);
    written_clear(&w);
    made_remove(&train);
    made_remove(&prod);
}
END_TEST

START_TEST(too_few_rows_have_no_weights)
{
    if (no_classifier())
        return;
    shift__random_init(&random_state, 25, 0);
    made_file train = made_normal(&random_state, 100, 2, 0.0);
    made_file prod = made_normal(&random_state, 19, 2, 0.0);
    written w = weigh(&train, &prod, NULL);
    ck_assert_int_eq(w.status, SHIFT_EINVAL);
    ck_assert_ptr_nonnull(strstr(w.err.message, "has 19 rows, expected at least 20"));
    written_clear(&w);
    made_remove(&train);
    made_remove(&prod);
}
END_TEST

START_TEST(columns_of_other_kinds_have_no_weights)
{
    shift__random_init(&random_state, 27, 0);
    made_file file = made_normal(&random_state, 100, 2, 0.0);
    shift_profile *sides[2] = {made_profile_of(&file, NULL), NULL};
    static const shift_schema_rule rules[] = {{"a", false, SHIFT_KIND_CATEGORICAL},
                                              {"b", false, SHIFT_KIND_CATEGORICAL}};
    shift_schema_options options = SHIFT_SCHEMA_OPTIONS_INIT;
    shift_source *source = made_source(&file);
    shift_weights *weights = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    options.rules = rules;
    options.n_rules = 2;
    ck_assert_int_eq(shift_profile_read(&sides[1], source, NULL, &options, NULL, &err), SHIFT_OK);
    ck_assert_int_eq(shift_weights_new(&weights, sides[0], sides[1], NULL, &err),
                     SHIFT_EINCOMPATIBLE);
    ck_assert_ptr_null(weights);
    shift_source_close(source);
    shift_profile_free(sides[0]);
    shift_profile_free(sides[1]);
    made_remove(&file);
}
END_TEST

START_TEST(a_file_that_has_changed_since_is_refused)
{
    if (no_classifier())
        return;
    shift__random_init(&random_state, 26, 0);
    made_file train = made_normal(&random_state, 100, 2, 0.0);
    made_file prod = made_normal(&random_state, 100, 2, 0.5);
    made_file longer = made_normal(&random_state, 101, 2, 0.0);
    shift_profile *x = made_profile_of(&train, NULL);
    shift_profile *y = made_profile_of(&prod, x);
    shift_source *source = made_source(&longer);
    shift_weights *weights = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    memory_sink text = {0};
    shift_sink sink = memory_sink_of(&text);
    ck_assert_int_eq(shift_weights_new(&weights, x, y, NULL, &err), SHIFT_OK);
    ck_assert_int_eq(shift_weights_write(weights, source, &sink, &err), SHIFT_EFORMAT);
    ck_assert_ptr_nonnull(strstr(err.message, "has 101 rows now, 100 when it was profiled"));
    shift_source_close(source);
    /* a sink that fails passes its failure on */
    memory_sink full = {.limit = 40};
    sink = memory_sink_of(&full);
    source = made_source(&train);
    ck_assert_int_ne(shift_weights_write(weights, source, &sink, &err), SHIFT_OK);
    shift_source_close(source);
    sink.write = NULL;
    source = made_source(&train);
    ck_assert_int_eq(shift_weights_write(weights, source, &sink, &err), SHIFT_EINVAL);
    shift_source_close(source);
    shift_weights_free(weights);
    memory_sink_clear(&full);
    memory_sink_clear(&text);
    shift_profile_free(x);
    shift_profile_free(y);
    made_remove(&train);
    made_remove(&prod);
    made_remove(&longer);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("density ratio");
    TCase *parts = tcase_create("parts");
    tcase_add_test(parts, calibration_pools_what_is_out_of_order_or_small);
    tcase_add_loop_test(parts, calibrated_odds_rise_with_the_score, 0, 20);
    tcase_add_loop_test(parts, leave_one_out_score_is_what_its_definition_gives, 0, 3);
    tcase_add_test(parts, ulsif_finds_the_ratio_of_two_normal_laws);
    tcase_add_test(parts, ulsif_refuses_rows_that_are_all_equal);
    tcase_add_test(parts, a_row_is_coded_alike_in_the_sample_and_in_its_file);
    tcase_add_test(parts, an_unknown_level_is_coded_as_a_rare_one);
    TCase *weights = tcase_create("weights");
    tcase_add_test(weights, weights_are_the_density_ratio);
    tcase_add_test(weights, without_a_shift_the_weights_are_nearly_even);
    tcase_add_test(weights, clipped_weights_stay_below_the_limit);
    tcase_add_loop_test(weights, weights_are_left_where_the_caller_says_so, 0, 2);
    tcase_add_test(weights, supports_that_do_not_overlap_have_no_weights);
    tcase_add_test(weights, too_few_rows_have_no_weights);
    tcase_add_test(weights, columns_of_other_kinds_have_no_weights);
    tcase_add_test(weights, a_file_that_has_changed_since_is_refused);
    suite_add_tcase(suite, parts);
    suite_add_tcase(suite, weights);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
