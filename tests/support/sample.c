/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample.h"

#include <check.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MAX_FEATURES = 64, MAX_MEASUREMENTS = 8, LONG_NAME = 10240 };

/* Room for one comparison, filled anew by every call. */
typedef struct sample {
    shift_comparison comparison;
    shift_subject dataset;
    shift_subject features[MAX_FEATURES];
    const shift_subject *feature_list[MAX_FEATURES];
    shift_measurement measurements[MAX_FEATURES + 1][MAX_MEASUREMENTS];
    const shift_measurement *measurement_lists[MAX_FEATURES + 1][MAX_MEASUREMENTS];
    shift_message messages[4];
    const shift_message *message_list[4];
    char long_name[LONG_NAME + 1];
} sample;

static shift_summary numeric_summary(uint64_t n, uint64_t missing, double mean, double sd)
{
    return (shift_summary){.n = n,
                           .missing = missing,
                           .mean = mean,
                           .variance = sd * sd,
                           .skewness = 0.1,
                           .kurtosis = -0.2,
                           .minimum = mean - 3 * sd,
                           .maximum = mean + 3 * sd,
                           .quantiles = {mean - 2.33 * sd, mean - 1.64 * sd, mean - 0.67 * sd, mean,
                                         mean + 0.67 * sd, mean + 1.64 * sd, mean + 2.33 * sd},
                           .distinct = (double)NAN};
}

static shift_summary text_summary(uint64_t n, uint64_t missing, double distinct)
{
    shift_summary s = {.n = n,
                       .missing = missing,
                       .mean = (double)NAN,
                       .variance = (double)NAN,
                       .skewness = (double)NAN,
                       .kurtosis = (double)NAN,
                       .minimum = (double)NAN,
                       .maximum = (double)NAN,
                       .distinct = distinct};
    for (size_t i = 0; i < sizeof s.quantiles / sizeof *s.quantiles; i++)
        s.quantiles[i] = (double)NAN;
    return s;
}

static shift_subject *add_feature(sample *s, const char *name, shift_kind kind,
                                  shift_verdict verdict, const char *reason)
{
    size_t i = s->comparison.n_features++;
    ck_assert_uint_lt(i, MAX_FEATURES);
    shift_subject *subject = &s->features[i];
    *subject =
        (shift_subject){.type = SHIFT_SUBJECT_FEATURE,
                        .name = name,
                        .kind = kind,
                        .verdict = verdict,
                        .reason = reason,
                        .detectable_mean_shift = kind == SHIFT_KIND_NUMERIC ? 0.1023 : (double)NAN,
                        .measurements = s->measurement_lists[i]};
    if (shift_kind_is_number(kind)) {
        subject->train = numeric_summary(4000, 0, 10, 2);
        subject->prod = numeric_summary(1000, 0, 10, 2);
    } else {
        subject->train = text_summary(4000, 0, 12);
        subject->prod = text_summary(1000, 0, 12);
    }
    s->feature_list[i] = subject;
    return subject;
}

/* value and p of a deciding statistic; warn and alert are its thresholds. */
static shift_measurement *add(sample *s, shift_subject *subject, const char *statistic,
                              double value, double p)
{
    size_t i = subject == &s->dataset ? MAX_FEATURES : (size_t)(subject - s->features);
    size_t k = subject->n_measurements++;
    ck_assert_uint_lt(k, MAX_MEASUREMENTS);
    s->measurements[i][k] = (shift_measurement){.statistic = statistic,
                                                .value = value,
                                                .low = (double)NAN,
                                                .high = (double)NAN,
                                                .p_value = p,
                                                .log10_p = log10(p),
                                                .p_adjusted = (double)NAN,
                                                .warn = (double)NAN,
                                                .alert = (double)NAN,
                                                .verdict = SHIFT_VERDICT_NONE};
    s->measurement_lists[i][k] = &s->measurements[i][k];
    return &s->measurements[i][k];
}

/* The usual three: the test that decides whether it is real, the effect that decides whether it
 * matters, and the change of missing values. */
static void judge(sample *s, shift_subject *f, double test, double p, double psi)
{
    bool number = shift_kind_is_number(f->kind);
    shift_measurement *m = add(s, f, number ? "ks" : "chi_square", test, p);
    m->p_adjusted = fmin(1, 3 * p);
    m = add(s, f, "psi", psi, (double)NAN);
    m->low = psi * 0.8;
    m->high = psi * 1.25;
    m->warn = 0.1;
    m->alert = 0.25;
    m->verdict = f->verdict;
    double smd = (f->prod.mean - f->train.mean) / sqrt(f->train.variance);
    m = add(s, f, number ? "mean_shift" : "new_category_share", number ? smd : 0, (double)NAN);
    m->warn = 0.2;
    m->alert = 0.5;
    m->verdict = SHIFT_VERDICT_OK;
    double train = (double)f->train.missing / (double)(f->train.n + f->train.missing);
    double prod = (double)f->prod.missing / (double)(f->prod.n + f->prod.missing);
    m = add(s, f, "missing_rate", prod - train, 1.0);
    m->warn = 0.02;
    m->alert = 0.1;
    m->verdict = SHIFT_VERDICT_OK;
}

static void begin(sample *s, const char *train, const char *prod, shift_verdict verdict,
                  const char *reason)
{
    memset(s, 0, sizeof *s);
    s->comparison.size = sizeof s->comparison;
    s->comparison.verdict = verdict;
    s->comparison.seed = 42;
    s->comparison.train = (shift_side){train, 4000};
    s->comparison.prod = (shift_side){prod, 1000};
    s->comparison.dataset = &s->dataset;
    s->comparison.features = s->feature_list;
    s->comparison.messages = s->message_list;
    s->dataset = (shift_subject){.type = SHIFT_SUBJECT_DATASET,
                                 .name = "dataset",
                                 .verdict = verdict,
                                 .reason = reason,
                                 .detectable_mean_shift = (double)NAN,
                                 .train = text_summary(4000, 0, (double)NAN),
                                 .prod = text_summary(1000, 0, (double)NAN),
                                 .measurements = s->measurement_lists[MAX_FEATURES]};
}

static void say(sample *s, shift_level level, const char *subject, const char *text)
{
    size_t i = s->comparison.n_messages++;
    s->messages[i] = (shift_message){level, subject, text};
    s->message_list[i] = &s->messages[i];
}

static void add_shifted(sample *s)
{
    shift_subject *f = add_feature(s, "temp", SHIFT_KIND_NUMERIC, SHIFT_VERDICT_ALERT,
                                   "PSI 0.82, alert from 0.25; significant (adjusted p 3e-64)");
    f->prod = numeric_summary(1000, 0, 12.2, 2.4);
    judge(s, f, 0.41, 1e-64, 0.82);
    f = add_feature(
        s, "humidity", SHIFT_KIND_NUMERIC, SHIFT_VERDICT_ALERT,
        "change of the missing rate 0.12, alert from 0.1; significant (adjusted p 6.3e-08)");
    f->prod = numeric_summary(880, 120, 10, 2);
    judge(s, f, 0.05, 2.1e-8, 0.04);
    s->measurements[1][3].verdict = SHIFT_VERDICT_ALERT;
    s->measurements[1][3].p_adjusted = 6.3e-8;
    s->measurements[1][1].verdict = SHIFT_VERDICT_OK;
    f = add_feature(
        s, "weather_station", SHIFT_KIND_CATEGORICAL, SHIFT_VERDICT_ALERT,
        "share of new categories 0.031, alert from 0.01; significant (adjusted p 1e-20)");
    f->prod = text_summary(1000, 0, 14);
    judge(s, f, 121.4, 3.4e-21, 0.19);
    s->measurements[2][1].verdict = SHIFT_VERDICT_WARN;
    s->measurements[2][2].value = 0.031;
    s->measurements[2][2].alert = 0.01;
    s->measurements[2][2].warn = 0.001;
    s->measurements[2][2].verdict = SHIFT_VERDICT_ALERT;
    f = add_feature(s, "wind speed at 10 m above the ground", SHIFT_KIND_NUMERIC,
                    SHIFT_VERDICT_WARN, "PSI 0.14, warn from 0.1; significant (adjusted p 0.0006)");
    f->prod = numeric_summary(1000, 0, 10.5, 2.1);
    judge(s, f, 0.09, 2e-4, 0.14);
}

const shift_comparison *sample_weather(void)
{
    static sample s;
    begin(&s, "train.csv", "today.csv", SHIFT_VERDICT_ALERT, "3 of 12 features alert");
    add_shifted(&s);
    shift_subject *f = add_feature(&s, "snow", SHIFT_KIND_NUMERIC, SHIFT_VERDICT_INCONCLUSIVE,
                                   "PSI 0.31 is large, but the difference is not significant (p "
                                   "0.41): these 18 rows cannot tell it from noise");
    f->train = numeric_summary(72, 3928, 10, 2);
    f->prod = numeric_summary(18, 982, 10.4, 2);
    f->detectable_mean_shift = 0.6671;
    judge(&s, f, 0.2, 0.41, 0.31);
    add_feature(&s, "sensor_id", SHIFT_KIND_IDENTIFIER, SHIFT_VERDICT_OK, NULL);
    add_feature(&s, "measured_at", SHIFT_KIND_TIMESTAMP, SHIFT_VERDICT_OK, NULL);
    static const char *const calm[] = {"pressure", "cloud_cover", "dew_point", "visibility"};
    for (size_t i = 0; i < sizeof calm / sizeof *calm; i++)
        judge(&s, add_feature(&s, calm[i], SHIFT_KIND_NUMERIC, SHIFT_VERDICT_OK, NULL),
              0.01 + 0.003 * (double)i, 0.8 - 0.1 * (double)i, 0.004 + 0.01 * (double)i);
    judge(&s, add_feature(&s, "raining", SHIFT_KIND_BOOLEAN, SHIFT_VERDICT_OK, NULL), 0.21, 0.65,
          0.0002);
    say(&s, SHIFT_LEVEL_WARNING, "zip", "column missing from production");
    say(&s, SHIFT_LEVEL_INFO, NULL, "1 column of production is not in training: \"note\"");
    return &s.comparison;
}

/* What pictures are drawn from: a continuous distribution, one with jumps, and categories. */
static void draw(sample *s)
{
    static const shift_vertex smooth[] = {{4, 0}, {8.7, 0.25}, {10, 0.5}, {11.3, 0.75}, {16, 1}};
    static const shift_vertex steps[] = {{9, 0},    {9, 0.3},  {10, 0.3},
                                         {10, 0.9}, {12, 0.9}, {12, 1}};
    static const shift_curve curves[] = {{5, smooth}, {6, steps}};
    static const shift_category_count counts[] = {
        {"north", 2600, 640}, {"", 1400, 350}, {"</script>\n\xff", 0, 10}};
    static const shift_category_count *const list[] = {&counts[0], &counts[1], &counts[2]};
    static const shift_attribution shares[] = {{"mcc", "x", 0.75}, {"mcc", "y", 0.25}};
    static const shift_attribution *const attributions[] = {&shares[0], &shares[1]};
    static const shift_correlation pairs[] = {{"x", "z", 0.5, -0.25}, {"x", "w", 0.1, (double)NAN}};
    static const shift_correlation *const correlations[] = {&pairs[0], &pairs[1]};
    s->features[0].train_curve = &curves[0];
    s->features[0].prod_curve = &curves[1];
    s->features[1].categories = list;
    s->features[1].n_categories = 3;
    s->comparison.attributions = attributions;
    s->comparison.n_attributions = 2;
    s->comparison.correlations = correlations;
    s->comparison.n_correlations = 2;
}

const shift_comparison *sample_calm(void)
{
    static sample s;
    begin(&s, "train.csv", "today.csv", SHIFT_VERDICT_OK, NULL);
    judge(&s, add_feature(&s, "x", SHIFT_KIND_NUMERIC, SHIFT_VERDICT_OK, NULL), 0.02, 0.9, 0.003);
    judge(&s, add_feature(&s, "y", SHIFT_KIND_CATEGORICAL, SHIFT_VERDICT_OK, NULL), 2.2, 0.8, 0.01);
    draw(&s);
    return &s.comparison;
}

const shift_comparison *sample_many(void)
{
    static sample s;
    static char names[60][16];
    begin(&s, "train.csv", "today.csv", SHIFT_VERDICT_WARN, "3 of 60 features shifted");
    for (size_t i = 0; i < 60; i++) {
        bool warn = i % 20 == 7;
        (void)snprintf(names[i], sizeof names[i], "sensor_%02zu", i);
        shift_subject *f = add_feature(
            &s, names[i], SHIFT_KIND_NUMERIC, warn ? SHIFT_VERDICT_WARN : SHIFT_VERDICT_OK,
            warn ? "PSI 0.13, warn from 0.1; significant (adjusted p 3e-05)" : NULL);
        f->prod = numeric_summary(1000, 0, warn ? 10.6 : 10.01, 2);
        judge(&s, f, warn ? 0.1 : 0.02, warn ? 1e-5 : 0.5, warn ? 0.13 : 0.0005 * (double)i);
    }
    return &s.comparison;
}

const shift_comparison *sample_hostile(void)
{
    static sample s;
    begin(&s, "a \"train\" \n<file>.csv", "\xff\xfe|b\x1b[31m.csv", SHIFT_VERDICT_ALERT,
          "line one\nline two\t\"quoted\" \\ <b>&amp;");
    s.comparison.seed = UINT64_MAX;
    s.comparison.train.rows = (UINT64_C(1) << 53) + 1;
    memset(s.long_name, 'n', LONG_NAME);
    /* RIGHT-TO-LEFT OVERRIDE and a Hebrew word; not as a literal, which would confuse readers. */
    static const char rtl[] = {'\xe2', '\x80', '\xae', '\xd7', '\xa9',
                               '\xd7', '\x9c', ' ',    'r',    '\0'};
    static const char *const names[] = {"quote\" 'x' \\ back",
                                        "line\nfeed\r\ttab",
                                        "<script>alert(1)</script>",
                                        rtl,
                                        "bad \xc3( \xf0\x9f\x98 utf-8 \xed\xa0\x80",
                                        "\x1b[2J\x1b]0;title\x07",
                                        "\xf0\x9f\x8c\xa1\xef\xb8\x8f temp, \xc2\xb0 C; =1+1",
                                        "| a | b |"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        shift_kind kind = i % 2 == 0 ? SHIFT_KIND_NUMERIC : SHIFT_KIND_CATEGORICAL;
        judge(&s, add_feature(&s, names[i], kind, SHIFT_VERDICT_ALERT, names[i]), 0.5, 1e-9, 0.5);
    }
    shift_subject *f = add_feature(&s, s.long_name, SHIFT_KIND_NUMERIC, SHIFT_VERDICT_WARN, "long");
    f->train = numeric_summary(UINT64_C(1) << 60, 3, DBL_MAX, DBL_MIN);
    f->train.minimum = -(double)INFINITY;
    f->train.maximum = (double)INFINITY;
    f->prod.non_finite = 7;
    f->prod.invalid = 9;
    judge(&s, f, (double)INFINITY, 0.0, DBL_TRUE_MIN);
    shift_measurement *m = add(&s, f, "kullback_leibler", -(double)INFINITY, (double)NAN);
    m->low = -(double)INFINITY;
    m->high = (double)INFINITY;
    m->reason = "infinite";
    m = add(&s, f, "variance_ratio", (double)NAN, (double)NAN);
    m->reason = "constant in training";
    m = add(&s, f, "wasserstein", 0.1 + 0.2, 1.0 / 3);
    m->high = nextafter(1, 2);
    m = add(&s, &s.dataset, "mcc", -0.25, 0.005);
    m->verdict = SHIFT_VERDICT_INCONCLUSIVE;
    say(&s, SHIFT_LEVEL_ERROR, names[1], "text\nwith a line feed and \xff");
    say(&s, SHIFT_LEVEL_INFO, NULL, "");
    return &s.comparison;
}

static void assert_same_text(const char *a, const char *b)
{
    ck_assert_int_eq(a == NULL, b == NULL);
    if (a != NULL && b != NULL)
        ck_assert_str_eq(a, b);
}

static void assert_same_real(double a, double b)
{
    ck_assert_int_eq(isnan(a) != 0, isnan(b) != 0);
    if (!isnan(a))
        ck_assert(a == b);
}

static void assert_same_summary(const shift_summary *a, const shift_summary *b)
{
    ck_assert_uint_eq(a->n, b->n);
    ck_assert_uint_eq(a->missing, b->missing);
    ck_assert_uint_eq(a->non_finite, b->non_finite);
    ck_assert_uint_eq(a->invalid, b->invalid);
    assert_same_real(a->mean, b->mean);
    assert_same_real(a->variance, b->variance);
    assert_same_real(a->skewness, b->skewness);
    assert_same_real(a->kurtosis, b->kurtosis);
    assert_same_real(a->minimum, b->minimum);
    assert_same_real(a->maximum, b->maximum);
    for (size_t i = 0; i < sizeof a->quantiles / sizeof *a->quantiles; i++)
        assert_same_real(a->quantiles[i], b->quantiles[i]);
    assert_same_real(a->distinct, b->distinct);
}

static void assert_same_measurement(const shift_measurement *a, const shift_measurement *b)
{
    assert_same_text(a->statistic, b->statistic);
    assert_same_real(a->value, b->value);
    assert_same_real(a->low, b->low);
    assert_same_real(a->high, b->high);
    assert_same_real(a->p_value, b->p_value);
    assert_same_real(a->log10_p, b->log10_p);
    assert_same_real(a->p_adjusted, b->p_adjusted);
    assert_same_real(a->warn, b->warn);
    assert_same_real(a->alert, b->alert);
    ck_assert_int_eq((int)a->verdict, (int)b->verdict);
    assert_same_text(a->reason, b->reason);
}

static void assert_same_curve(const shift_curve *a, const shift_curve *b)
{
    ck_assert_int_eq(a == NULL, b == NULL);
    if (a == NULL || b == NULL)
        return;
    ck_assert_uint_eq(a->n, b->n);
    for (size_t i = 0; i < a->n; i++) {
        assert_same_real(a->vertices[i].value, b->vertices[i].value);
        assert_same_real(a->vertices[i].share, b->vertices[i].share);
    }
}

static void assert_same_categories(const shift_subject *a, const shift_subject *b)
{
    ck_assert_uint_eq(a->n_categories, b->n_categories);
    for (size_t i = 0; i < a->n_categories; i++) {
        ck_assert_str_eq(a->categories[i]->name, b->categories[i]->name);
        ck_assert_uint_eq(a->categories[i]->train, b->categories[i]->train);
        ck_assert_uint_eq(a->categories[i]->prod, b->categories[i]->prod);
    }
}

static void assert_same_joint(const shift_comparison *a, const shift_comparison *b)
{
    ck_assert_uint_eq(a->n_attributions, b->n_attributions);
    for (size_t i = 0; i < a->n_attributions; i++) {
        ck_assert_str_eq(a->attributions[i]->statistic, b->attributions[i]->statistic);
        ck_assert_str_eq(a->attributions[i]->feature, b->attributions[i]->feature);
        assert_same_real(a->attributions[i]->share, b->attributions[i]->share);
    }
    ck_assert_uint_eq(a->n_correlations, b->n_correlations);
    for (size_t i = 0; i < a->n_correlations; i++) {
        ck_assert_str_eq(a->correlations[i]->x, b->correlations[i]->x);
        ck_assert_str_eq(a->correlations[i]->y, b->correlations[i]->y);
        assert_same_real(a->correlations[i]->train, b->correlations[i]->train);
        assert_same_real(a->correlations[i]->prod, b->correlations[i]->prod);
    }
}

static void assert_same_courses(const shift_comparison *a, const shift_subject *x,
                                const shift_subject *y)
{
    ck_assert_uint_eq(x->n_courses, y->n_courses);
    for (size_t i = 0; i < x->n_courses; i++) {
        assert_same_text(x->courses[i]->statistic, y->courses[i]->statistic);
        for (size_t k = 0; k < a->n_checkpoints; k++)
            assert_same_real(x->courses[i]->values[k], y->courses[i]->values[k]);
    }
}

static void assert_same_trace(const shift_comparison *a, const shift_comparison *b)
{
    ck_assert_uint_eq(a->n_checkpoints, b->n_checkpoints);
    for (size_t i = 0; i < a->n_checkpoints; i++)
        assert_same_text(a->checkpoints[i], b->checkpoints[i]);
    assert_same_courses(a, a->dataset, b->dataset);
    for (size_t i = 0; i < a->n_layers; i++)
        assert_same_courses(a, a->layers[i], b->layers[i]);
}

static void assert_same_subject(const shift_subject *a, const shift_subject *b)
{
    ck_assert_int_eq((int)a->type, (int)b->type);
    assert_same_text(a->name, b->name);
    if (a->type == SHIFT_SUBJECT_FEATURE)
        ck_assert_int_eq((int)a->kind, (int)b->kind);
    ck_assert_int_eq((int)a->verdict, (int)b->verdict);
    assert_same_text(a->reason, b->reason);
    assert_same_real(a->detectable_mean_shift, b->detectable_mean_shift);
    assert_same_summary(&a->train, &b->train);
    assert_same_summary(&a->prod, &b->prod);
    ck_assert_uint_eq(a->n_measurements, b->n_measurements);
    for (size_t i = 0; i < a->n_measurements; i++)
        assert_same_measurement(a->measurements[i], b->measurements[i]);
    assert_same_curve(a->train_curve, b->train_curve);
    assert_same_curve(a->prod_curve, b->prod_curve);
    assert_same_categories(a, b);
}

static void assert_same_layer(const shift_subject *a, const shift_subject *b)
{
    assert_same_subject(a, b);
    ck_assert_uint_eq(a->index, b->index);
    assert_same_text(a->op, b->op);
    ck_assert_uint_eq(a->channels, b->channels);
    ck_assert_uint_eq(a->n_channel_values, b->n_channel_values);
    for (size_t i = 0; i < a->n_channel_values; i++) {
        assert_same_text(a->channel_values[i]->statistic, b->channel_values[i]->statistic);
        for (size_t k = 0; k < a->channels; k++)
            assert_same_real(a->channel_values[i]->values[k], b->channel_values[i]->values[k]);
    }
}

static void assert_same_network(const shift_network_facts *a, const shift_network_facts *b)
{
    ck_assert_int_eq(a == NULL, b == NULL);
    if (a == NULL || b == NULL)
        return;
    assert_same_text(a->name, b->name);
    assert_same_text(a->hash, b->hash);
    ck_assert_uint_eq(a->bytes, b->bytes);
    assert_same_text(a->operators, b->operators);
    ck_assert_int_eq(a->first_shifted == NULL, b->first_shifted == NULL);
    if (a->first_shifted != NULL)
        ck_assert_uint_eq(a->first_shifted->index, b->first_shifted->index);
    assert_same_real(a->train_accuracy, b->train_accuracy);
    assert_same_real(a->prod_accuracy, b->prod_accuracy);
}

static void assert_same_message(const shift_message *a, const shift_message *b)
{
    ck_assert_int_eq((int)a->level, (int)b->level);
    assert_same_text(a->subject, b->subject);
    assert_same_text(a->text, b->text);
}

static void assert_same_side(const shift_side *a, const shift_side *b)
{
    assert_same_text(a->source, b->source);
    ck_assert_uint_eq(a->rows, b->rows);
}

void sample_assert_equal(const shift_comparison *a, const shift_comparison *b)
{
    ck_assert_int_eq((int)a->verdict, (int)b->verdict);
    ck_assert_uint_eq(a->seed, b->seed);
    assert_same_side(&a->train, &b->train);
    assert_same_side(&a->prod, &b->prod);
    assert_same_subject(a->dataset, b->dataset);
    ck_assert_uint_eq(a->n_features, b->n_features);
    for (size_t i = 0; i < a->n_features; i++)
        assert_same_subject(a->features[i], b->features[i]);
    ck_assert_uint_eq(a->n_layers, b->n_layers);
    for (size_t i = 0; i < a->n_layers; i++)
        assert_same_layer(a->layers[i], b->layers[i]);
    assert_same_network(a->network, b->network);
    ck_assert_uint_eq(a->n_messages, b->n_messages);
    for (size_t i = 0; i < a->n_messages; i++)
        assert_same_message(a->messages[i], b->messages[i]);
    assert_same_joint(a, b);
    assert_same_trace(a, b);
}
