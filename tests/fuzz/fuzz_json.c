/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as names, texts and numbers of a report: what the JSON reporter and the HTML report's
 * own writer make of them is read back by jansson, and a text that is valid comes back as it was.
 */
#include <jansson.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "json_text.h"

static void must(int holds)
{
    if (!holds)
        abort();
}

/* A number: its bytes, so that every NaN, infinity and denormal turns up. */
static double number_in(const uint8_t *data, size_t n)
{
    double value = 0;
    memcpy(&value, data, n < sizeof value ? n : sizeof value);
    return value;
}

static void must_be(const json_t *read, double value, double tolerance)
{
    if (!isfinite(value))
        must(json_is_null(read));
    else
        must(json_is_number(read) &&
             fabs(json_number_value(read) - value) <= tolerance * fabs(value));
}

/* `{"text":…,"value":…,"count":…}` for the page's script element. */
static void render_page(const char *text, double value)
{
    buffer b = {NULL, 0, 0, false};
    buffer harmless = {NULL, 0, 0, false};
    buffer_text(&b, "{");
    json_key(&b, "text");
    json_text(&b, text);
    json_key(&b, "value");
    json_number(&b, value, 6);
    json_key(&b, "count");
    json_count(&b, (uint64_t)strlen(text));
    buffer_text(&b, "}");
    must(!b.failed && memchr(b.bytes, '<', b.used) == NULL);
    json_t *read = json_loadb(b.bytes, b.used, JSON_REJECT_DUPLICATES, NULL);
    must(read != NULL);
    utf8_add_harmless(&harmless, text, 12000);
    const char *expected = harmless.used > 0 ? harmless.bytes : "";
    must(strcmp(json_string_value(json_object_get(read, "text")), expected) == 0);
    must_be(json_object_get(read, "value"), value, 1e-5);
    must(json_integer_value(json_object_get(read, "count")) == (json_int_t)strlen(text));
    json_decref(read);
    buffer_free(&harmless);
    buffer_free(&b);
}

static shift_status keep(void *context, const char *bytes, size_t n, shift_error *err)
{
    (void)err;
    buffer_add(context, bytes, n);
    return SHIFT_OK;
}

static void check_report(const buffer *b, const char *text, double value)
{
    buffer valid = {NULL, 0, 0, false};
    json_t *read = json_loadb(b->bytes, b->used, JSON_REJECT_DUPLICATES, NULL);
    must(read != NULL);
    utf8_add_valid(&valid, text);
    const json_t *feature = json_array_get(json_object_get(read, "features"), 0);
    must(strcmp(json_string_value(json_object_get(feature, "name")),
                valid.used > 0 ? valid.bytes : "") == 0);
    const json_t *psi = json_object_get(json_object_get(feature, "statistics"), "psi");
    must_be(json_object_get(psi, "value"), value, 0);
    const json_t *quantiles = json_object_get(json_object_get(feature, "train"), "quantiles");
    must_be(json_object_get(quantiles, "0.5"), -value, 0);
    json_decref(read);
    buffer_free(&valid);
}

static void render_report(const char *text, double value)
{
    shift_measurement psi = {.statistic = "psi", .value = value, .reason = text};
    const shift_measurement *const measurements[] = {&psi};
    shift_subject dataset = {.type = SHIFT_SUBJECT_DATASET, .name = "dataset", .reason = text};
    shift_subject subject = {.name = text, .measurements = measurements, .n_measurements = 1};
    subject.train.quantiles[3] = -value;
    const shift_subject *const features[] = {&subject};
    shift_message message = {.subject = text, .text = text};
    const shift_message *const messages[] = {&message};
    shift_comparison comparison = {.size = sizeof comparison,
                                   .train = {text, 1},
                                   .prod = {text, UINT64_MAX},
                                   .dataset = &dataset,
                                   .features = features,
                                   .n_features = 1,
                                   .messages = messages,
                                   .n_messages = 1};
    shift_report report = {.size = sizeof report, .monitor = text, .comparison = &comparison};
    buffer written = {NULL, 0, 0, false};
    shift_sink sink = {
        .size = sizeof sink, .context = &written, .write = keep, .width = 80, .utf8 = true};
    must(shift_reporter_plugin.render(&report, &sink, NULL) == SHIFT_OK);
    check_report(&written, text, value);
    buffer_free(&written);
}

/* NOLINTBEGIN(readability-identifier-naming): the name is libFuzzer's */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    double value = number_in(data, n);
    size_t start = n < sizeof value ? n : sizeof value;
    char *text = calloc(n - start + 1, 1);
    must(text != NULL);
    memcpy(text, data + start, n - start);
    render_page(text, value);
    render_report(text, value);
    free(text);
    return 0;
}
/* NOLINTEND(readability-identifier-naming) */
