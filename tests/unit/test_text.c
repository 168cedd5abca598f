/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page for the terminal: its words, its width, and names that would break it. */
#define _XOPEN_SOURCE 700 /* wcwidth */

#include <check.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "rendered.h"
#include "sample.h"

static memory_sink memory;

static void open_text(void)
{
    rendered_open("text");
}

static void close_text(void)
{
    rendered_close();
    memory_sink_clear(&memory);
}

static shift_sink sink_of(unsigned width, bool colour, bool utf8)
{
    shift_sink sink = memory_sink_of(&memory);
    sink.width = width;
    sink.colour = colour;
    sink.utf8 = utf8;
    return sink;
}

static const char *page(const shift_comparison *comparison, shift_sink sink)
{
    shift_report report = rendered_report(comparison);
    return rendered_text(&report, &memory, sink);
}

static const struct {
    const char *file;
    const shift_comparison *(*sample)(void);
    unsigned width;
    bool colour, utf8;
} pages[] = {
    {"weather.txt", sample_weather, 80, false, true},
    {"weather-ascii.txt", sample_weather, 80, false, false},
    {"weather-wide.txt", sample_weather, 120, false, true},
    {"weather-narrow.txt", sample_weather, 46, false, true},
    {"weather-colour.txt", sample_weather, 80, true, true},
    {"hostile.txt", sample_hostile, 80, false, true},
    {"hostile-ascii.txt", sample_hostile, 80, false, false},
    {"calm.txt", sample_calm, 80, false, true},
    {"calm-wide.txt", sample_calm, 110, false, true},
    {"calm-wide-ascii.txt", sample_calm, 110, false, false},
    {"many.txt", sample_many, 80, false, true},
    {"network.txt", sample_network, 80, false, true},
    {"network-wide.txt", sample_network, 120, false, true},
    {"trace.txt", sample_trace, 80, false, true},
};

START_TEST(the_page_is_as_expected)
{
    assert_expected(
        page(pages[_i].sample(), sink_of(pages[_i].width, pages[_i].colour, pages[_i].utf8)),
        pages[_i].file);
}
END_TEST

/* Columns of one line; fails for characters that have no business on a terminal. */
static size_t columns_of(const char *line, size_t n)
{
    size_t columns = 0;
    mbstate_t state = {0};
    while (n > 0) {
        wchar_t c = 0;
        size_t bytes = mbrtowc(&c, line, n, &state);
        ck_assert_msg(bytes <= n, "not UTF-8: %.*s", (int)n, line);
        ck_assert_msg(wcwidth(c) >= 0, "control character %x", (unsigned)c);
        columns += (size_t)wcwidth(c);
        line += bytes;
        n -= bytes;
    }
    return columns;
}

static void assert_width(const char *text, size_t width)
{
    ck_assert_ptr_nonnull(setlocale(LC_ALL, "C.UTF-8"));
    while (*text != '\0') {
        size_t n = strcspn(text, "\n");
        ck_assert_msg(columns_of(text, n) <= width, "wider than %zu: %.*s", width, (int)n, text);
        ck_assert_msg(n == 0 || text[n - 1] != ' ', "space at the end of: %.*s", (int)n, text);
        text += n + 1;
    }
}

/* Every width from 44 to 143, and names of all sorts. */
START_TEST(no_line_is_wider_than_the_terminal)
{
    static const shift_comparison *(*const samples[])(void) = {
        sample_weather, sample_hostile, sample_calm, sample_many, sample_network, sample_trace};
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        const char *text = page(samples[i](), sink_of(44 + (unsigned)_i, false, _i % 2 == 0));
        assert_width(text, 44 + (size_t)_i);
        memory_sink_clear(&memory);
    }
}
END_TEST

START_TEST(ascii_means_ascii)
{
    const char *text = page(sample_hostile(), sink_of(80, false, false));
    for (const char *c = text; *c != '\0'; c++)
        ck_assert_msg(*c == '\n' || (*c >= ' ' && *c <= '~'), "byte %d", *c);
}
END_TEST

START_TEST(colours_do_not_change_the_words)
{
    char *plain = strdup(page(sample_weather(), sink_of(80, false, true)));
    memory_sink_clear(&memory);
    const char *coloured = page(sample_weather(), sink_of(80, true, true));
    ck_assert_ptr_nonnull(strstr(coloured, "\033[1;31mALERT"));
    const char *p = plain;
    for (const char *c = coloured; *c != '\0'; c++) {
        if (*c == '\033')
            c += strcspn(c, "m");
        else
            ck_assert_int_eq(*c, *p++);
    }
    ck_assert_int_eq(*p, '\0');
    free(plain);
}
END_TEST

START_TEST(the_hosts_locale_stays_as_it_is)
{
    ck_assert_ptr_nonnull(setlocale(LC_ALL, "C"));
    (void)page(sample_weather(), sink_of(80, false, true));
    ck_assert_str_eq(setlocale(LC_ALL, NULL), "C");
    ck_assert_uint_eq(MB_CUR_MAX, 1);
}
END_TEST

START_TEST(an_unrecorded_run_says_so)
{
    shift_report report = rendered_report(sample_calm());
    report.run_id = 0;
    const char *text = rendered_text(&report, &memory, sink_of(80, false, true));
    ck_assert_ptr_nonnull(strstr(text, "run    not recorded\n"));
    ck_assert_ptr_eq(strstr(text, "OK: no shift in 2 features\n"), text);
}
END_TEST

START_TEST(no_features_is_no_table)
{
    shift_comparison empty = *sample_calm();
    empty.n_features = 0;
    empty.n_messages = 0;
    ck_assert_ptr_null(strstr(page(&empty, sink_of(80, false, true)), "FEATURE"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("text");
    TCase *tcase = tcase_create("page");
    tcase_add_checked_fixture(tcase, open_text, close_text);
    tcase_add_loop_test(tcase, the_page_is_as_expected, 0, sizeof pages / sizeof *pages);
    tcase_add_loop_test(tcase, no_line_is_wider_than_the_terminal, 0, 100);
    tcase_add_test(tcase, ascii_means_ascii);
    tcase_add_test(tcase, colours_do_not_change_the_words);
    tcase_add_test(tcase, the_hosts_locale_stays_as_it_is);
    tcase_add_test(tcase, an_unrecorded_run_says_so);
    tcase_add_test(tcase, no_features_is_no_table);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
