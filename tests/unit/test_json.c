/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The JSON reporter: valid whatever the names are, keys in the documented order, exact numbers. */
#include <check.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rendered.h"
#include "sample.h"

static memory_sink memory;

static void open_json(void)
{
    rendered_open("json");
}

static void close_json(void)
{
    rendered_close();
    memory_sink_clear(&memory);
}

static json_t *render(const shift_report *report)
{
    (void)rendered_text(report, &memory, memory_sink_of(&memory));
    json_error_t where;
    json_t *document = json_loads(memory.text, JSON_REJECT_DUPLICATES, &where);
    ck_assert_msg(document != NULL, "line %d: %s", where.line, where.text);
    return document;
}

/* "a b c ": the keys of an object, in the order of the document. */
static void assert_keys(json_t *object, const char *expected)
{
    char keys[512] = "";
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach(object, key, value)
    {
        strncat(keys, key, sizeof keys - strlen(keys) - 1);
        strncat(keys, " ", sizeof keys - strlen(keys) - 1);
    }
    ck_assert_str_eq(keys, expected);
}

START_TEST(the_document_is_as_expected)
{
    shift_report report = rendered_report(sample_weather());
    json_t *document = render(&report);
    update_expected(memory.text, "weather.json");
    char *text = read_expected("weather.json");
    json_t *expected = json_loads(text, 0, NULL);
    ck_assert(json_equal(document, expected)); /* jansson 2.15 prints the same numbers shorter */
    json_decref(expected);
    json_decref(document);
    free(text);
}
END_TEST

/* The run of a network: layers in forward order, and the network beside them. */
START_TEST(layers_are_documented_objects)
{
    shift_report report = rendered_report(sample_network());
    json_t *document = render(&report);
    json_t *layers = json_object_get(document, "layers");
    ck_assert_uint_eq(json_array_size(layers), 9);
    for (size_t i = 0; i < 9; i++) {
        json_t *layer = json_array_get(layers, i);
        assert_keys(layer, "name index op channels verdict reason train prod statistics "
                           "channel_values ");
        ck_assert_int_eq(json_integer_value(json_object_get(layer, "index")), (json_int_t)i);
    }
    const json_t *values =
        json_object_get(json_object_get(json_array_get(layers, 2), "channel_values"), "mean_shift");
    ck_assert_uint_eq(json_array_size(values), 4);
    ck_assert(json_real_value(json_array_get(values, 1)) == -0.82);
    ck_assert(json_is_null(json_array_get(values, 3)));
    json_t *network = json_object_get(document, "network");
    assert_keys(network, "name hash bytes operators first_shifted train_accuracy prod_accuracy ");
    ck_assert_str_eq(json_string_value(json_object_get(network, "first_shifted")),
                     "/3/BatchNormalization");
    ck_assert_uint_eq(json_array_size(json_object_get(network, "operators")), 3);
    json_decref(document);
}
END_TEST

START_TEST(keys_come_in_the_documented_order)
{
    shift_report report = rendered_report(sample_weather());
    json_t *document = render(&report);
    assert_keys(document,
                "schema run train prod dataset features layers messages network against ");
    assert_keys(json_object_get(document, "run"),
                "id kind monitor started_at finished_at version seed verdict period ");
    assert_keys(json_object_get(document, "train"), "source rows ");
    assert_keys(json_object_get(document, "dataset"), "verdict reason statistics ");
    json_t *feature = json_array_get(json_object_get(document, "features"), 0);
    assert_keys(feature, "name kind verdict reason detectable_mean_shift train prod statistics ");
    assert_keys(json_object_get(feature, "prod"),
                "n missing mean variance skewness kurtosis min max quantiles non_finite invalid "
                "distinct ");
    assert_keys(json_object_get(json_object_get(feature, "prod"), "quantiles"),
                "0.01 0.05 0.25 0.5 0.75 0.95 0.99 ");
    assert_keys(json_object_get(json_object_get(feature, "statistics"), "psi"),
                "value low high p_value p_adjusted warn alert verdict reason log10_p ");
    assert_keys(json_array_get(json_object_get(document, "messages"), 0), "level subject text ");
    json_decref(document);
}
END_TEST

START_TEST(an_unrecorded_run_has_no_id)
{
    shift_report report = rendered_report(sample_calm());
    report.run_id = 0;
    json_t *document = render(&report);
    ck_assert(json_is_null(json_object_get(json_object_get(document, "run"), "id")));
    json_decref(document);
}
END_TEST

static const json_t *statistic(const json_t *document, size_t i, const char *name)
{
    const json_t *feature = json_array_get(json_object_get(document, "features"), i);
    return json_object_get(json_object_get(feature, "statistics"), name);
}

START_TEST(numbers_read_back_exactly_and_infinities_are_null)
{
    shift_report report = rendered_report(sample_hostile());
    json_t *document = render(&report);
    ck_assert(json_real_value(json_object_get(statistic(document, 8, "wasserstein"), "value")) ==
              0.1 + 0.2);
    ck_assert(json_real_value(json_object_get(statistic(document, 8, "wasserstein"), "high")) ==
              nextafter(1, 2));
    const json_t *infinite = statistic(document, 8, "ks");
    ck_assert(json_is_null(json_object_get(infinite, "value")));
    ck_assert_str_eq(json_string_value(json_object_get(infinite, "reason")), "infinite");
    const json_t *undefined = statistic(document, 8, "variance_ratio");
    ck_assert(json_is_null(json_object_get(undefined, "value")));
    ck_assert_str_eq(json_string_value(json_object_get(undefined, "reason")),
                     "constant in training");
    ck_assert_str_eq(json_string_value(json_object_get(json_object_get(document, "run"), "seed")),
                     "18446744073709551615");
    json_decref(document);
}
END_TEST

START_TEST(invalid_utf8_is_replaced)
{
    shift_report report = rendered_report(sample_hostile());
    json_t *document = render(&report);
    const json_t *source = json_object_get(json_object_get(document, "prod"), "source");
    ck_assert_str_eq(json_string_value(source), "\xef\xbf\xbd\xef\xbf\xbd|b\x1b[31m.csv");
    const json_t *name =
        json_object_get(json_array_get(json_object_get(document, "features"), 4), "name");
    ck_assert_str_eq(json_string_value(name),
                     "bad \xef\xbf\xbd( \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd utf-8 "
                     "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    json_decref(document);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("json");
    TCase *tcase = tcase_create("document");
    tcase_add_checked_fixture(tcase, open_json, close_json);
    tcase_add_test(tcase, the_document_is_as_expected);
    tcase_add_test(tcase, keys_come_in_the_documented_order);
    tcase_add_test(tcase, layers_are_documented_objects);
    tcase_add_test(tcase, an_unrecorded_run_has_no_id);
    tcase_add_test(tcase, numbers_read_back_exactly_and_infinities_are_null);
    tcase_add_test(tcase, invalid_utf8_is_replaced);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
