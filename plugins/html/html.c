/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One file that holds everything: the style, Chart.js, the program that draws, and the data as
 * JSON. Nothing is loaded from anywhere, and the page forbids it. Names only ever become text
 * nodes. */
#include <stdlib.h>
#include <string.h>

#include "chartjs_js.h"
#include "charts_js.h"
#include "curves_js.h"
#include "data.h"
#include "detail_js.h"
#include "gradients_js.h"
#include "joint_js.h"
#include "layers_js.h"
#include "page_js.h"
#include "runs_js.h"
#include "style_css.h"
#include "table_js.h"
#include "trace_js.h"
#include "words_js.h"

enum { RUNS = 60 };

static void add_harmless_name(buffer *b, const char *name, const void *context)
{
    (void)context;
    utf8_add_harmless(b, name, 60);
}

static void add_escaped(buffer *b, const char *text)
{
    static const char *const entities[] = {"&lt;", "&gt;", "&amp;", "&quot;"};
    static const char special[] = "<>&\"";
    for (const char *c = text; *c != '\0'; c++) {
        const char *found = strchr(special, *c);
        if (found != NULL)
            buffer_text(b, entities[found - special]);
        else
            buffer_add(b, c, 1);
    }
}

static void add_embedded(buffer *b, const unsigned char *file)
{
    buffer_text(b, (const char *)file);
}

/* Up to the data, which begin inside their element. */
static void begin_document(buffer *b, const char *verdict, const char *conclusion)
{
    buffer_text(b, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                   "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                   "style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n<title>");
    add_escaped(b, verdict);
    buffer_text(b, ": ");
    add_escaped(b, conclusion);
    buffer_text(b, "</title>\n<style>\n");
    add_embedded(b, style_css);
    buffer_text(b, "</style>\n</head>\n<body>\n<main class=\"wrap\">\n<h1>");
    add_escaped(b, verdict);
    buffer_text(b, ": ");
    add_escaped(b, conclusion);
    buffer_text(b, "</h1>\n<noscript>The tables and pictures need JavaScript, which this file "
                   "brings along.</noscript>\n</main>\n"
                   "<script type=\"application/json\" id=\"data\">\n");
}

static void end_document(buffer *b)
{
    static const unsigned char *const scripts[] = {chartjs_js,   words_js,  curves_js, charts_js,
                                                   table_js,     detail_js, joint_js,  layers_js,
                                                   gradients_js, trace_js,  runs_js,   page_js};
    buffer_text(b, "\n</script>\n");
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        buffer_text(b, "<script>\n");
        add_embedded(b, scripts[i]);
        buffer_text(b, "\n</script>\n");
    }
    buffer_text(b, "</body>\n</html>\n");
}

static shift_status write_report_page(const shift_report *report, const shift_sink *sink,
                                      shift_error *err)
{
    const style s = {true, add_harmless_name, NULL};
    ranked *list = NULL;
    buffer b = {NULL, 0, 0, false};
    buffer conclusion = {NULL, 0, 0, false};
    shift_status status = rank_subjects(&list, report->comparison, err);
    if (status != SHIFT_OK)
        return status;
    phrase_conclusion(&conclusion, report->comparison, list, &s);
    begin_document(&b, phrase_verdict(report->comparison->verdict),
                   conclusion.used > 0 ? conclusion.bytes : "");
    data_add_report(&b, report, list);
    end_document(&b);
    b.failed |= conclusion.failed;
    status = buffer_write(&b, sink, err);
    buffer_free(&conclusion);
    buffer_free(&b);
    free(list);
    return status;
}

static shift_status write_history_page(const shift_history *history, const shift_sink *sink,
                                       shift_error *err)
{
    buffer b = {NULL, 0, 0, false};
    buffer title = {NULL, 0, 0, false};
    buffer_print(&title, "%zu recorded run%s", history->n_runs, history->n_runs == 1 ? "" : "s");
    begin_document(&b, "covshift", title.used > 0 ? title.bytes : "");
    data_add_history(&b, history);
    end_document(&b);
    b.failed |= title.failed;
    shift_status status = buffer_write(&b, sink, err);
    buffer_free(&title);
    buffer_free(&b);
    return status;
}

static shift_status render(const shift_report *report, const shift_sink *sink, shift_error *err)
{
    return in_own_locale(write_report_page, report, sink, err);
}

static shift_status render_history(const shift_history *history, const shift_sink *sink,
                                   shift_error *err)
{
    return history_in_own_locale(write_history_page, history, sink, err);
}

const shift_reporter shift_reporter_plugin = {
    .abi = SHIFT_PLUGIN_ABI,
    .size = sizeof(shift_reporter),
    .name = "html",
    .summary = "one page with pictures, for a browser",
    .extension = "html",
    .render = render,
    .render_history = render_history,
    .history_runs = RUNS,
    .history_effects = true,
};
