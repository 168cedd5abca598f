/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The registry: good plugins are found, bad ones refused with one line each. */
#include <check.h>
#include <elf.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sample.h"
#include "scratch.h"
#include "shift/reporter.h"

static shift_registry *open_registry(const char *const *directories, size_t n)
{
    shift_registry *registry = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    shift_status status = shift_registry_open(&registry, directories, n, &err);
    ck_assert_msg(status == SHIFT_OK, "%s", err.message);
    return registry;
}

static const char *const plugins[] = {SHIFT_TEST_PLUGINS};

/* In the order of file names; no refusal where the plugin is fine. */
static const struct {
    const char *file, *name, *refusal;
} expected[] = {
    {"a_good.so", "good", NULL},
    {"b_clash.so", NULL, "\"good\" is already the reporter of " SHIFT_TEST_PLUGINS "/a_good.so"},
    {"c_wrong_abi.so", NULL, "plugin ABI 2, this program has ABI 1"},
    {"d_short.so", NULL, "its shift_reporter has 32 bytes, ABI 1 has at least 40"},
    {"e_no_name.so", NULL, "its shift_reporter has no name"},
    {"f_no_render.so", NULL, "its shift_reporter has no render"},
    {"g_upper_case.so", NULL, "its name \"Good\" is not lower-case letters"},
    {"h_failing.so", "failing", NULL},
    {"i_no_symbol.so", NULL, "has no symbol shift_reporter_plugin"},
    {"j_not_elf.so", NULL, "invalid ELF header"},
    {"k_empty.so", NULL, "file too short"},
    {"l_folder.so", NULL, "not a file"},
    {"m_older.so", "older", NULL},
};
enum { N_EXPECTED = sizeof expected / sizeof *expected };

static void assert_refused(const shift_registry_entry *entry, const char *words)
{
    ck_assert_ptr_null(entry->reporter);
    ck_assert_ptr_eq(strstr(entry->refusal, entry->path), entry->refusal);
    ck_assert_msg(strstr(entry->refusal, words) != NULL, "%s", entry->refusal);
    ck_assert_ptr_null(strchr(entry->refusal, '\n'));
}

static void assert_loaded(const shift_registry_entry *entry, const char *name)
{
    ck_assert_msg(entry->refusal == NULL, "%s", entry->refusal);
    ck_assert_str_eq(entry->reporter->name, name);
}

START_TEST(each_file_is_loaded_or_refused_with_one_line)
{
    shift_registry *registry = open_registry(plugins, 1);
    ck_assert_uint_eq(shift_registry_size(registry), N_EXPECTED);
    shift_registry_entry entry = shift_registry_at(registry, (size_t)_i);
    ck_assert_str_eq(entry.path + strlen(SHIFT_TEST_PLUGINS) + 1, expected[_i].file);
    if (expected[_i].refusal != NULL)
        assert_refused(&entry, expected[_i].refusal);
    else
        assert_loaded(&entry, expected[_i].name);
    shift_registry_close(registry);
}
END_TEST

static shift_status write_to_text(void *context, const char *bytes, size_t n, shift_error *err)
{
    char *text = context;
    if (strlen(text) + n >= 64)
        return shift_error_set(err, SHIFT_EIO, "full");
    strncat(text, bytes, n);
    return SHIFT_OK;
}

START_TEST(a_reporter_is_found_by_name_and_renders)
{
    shift_registry *registry = open_registry(plugins, 1);
    const shift_reporter *reporter = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    char text[64] = "";
    const shift_sink sink = {sizeof sink, text, write_to_text, 80, false, true};
    const shift_report report = {.size = sizeof report};
    ck_assert_int_eq((int)shift_registry_find(registry, "good", &reporter, &err), (int)SHIFT_OK);
    ck_assert_int_eq((int)reporter->render(&report, &sink, &err), (int)SHIFT_OK);
    ck_assert_str_eq(text, "good\n");
    ck_assert_int_eq((int)shift_registry_find(registry, "failing", &reporter, &err), (int)SHIFT_OK);
    ck_assert_int_eq((int)reporter->render(&report, &sink, &err), (int)SHIFT_EPLUGIN);
    ck_assert_str_eq(err.message, "cannot render this");
    shift_registry_close(registry);
}
END_TEST

/* A plugin that was compiled before the struct grew: what lies behind its end is not read. */
START_TEST(members_beyond_an_older_plugins_size_are_zero)
{
    shift_registry *registry = open_registry(plugins, 1);
    const shift_reporter *reporter = NULL;
    ck_assert_int_eq((int)shift_registry_find(registry, "good", &reporter, NULL), (int)SHIFT_OK);
    ck_assert(reporter->render_history != NULL);
    ck_assert_uint_eq(reporter->history_runs, 5);
    ck_assert_int_eq((int)shift_registry_find(registry, "older", &reporter, NULL), (int)SHIFT_OK);
    ck_assert(reporter->render != NULL);
    ck_assert(reporter->render_history == NULL);
    ck_assert_uint_eq(reporter->history_runs, 0);
    shift_registry_close(registry);
}
END_TEST

START_TEST(the_documented_example_works)
{
    static const char *const documented[] = {SHIFT_TEST_DOCUMENTED};
    shift_registry *registry = open_registry(documented, 1);
    const shift_reporter *reporter = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    shift_status status = shift_registry_find(registry, "names", &reporter, &err);
    ck_assert_msg(status == SHIFT_OK, "%s", err.message);
    char text[64] = "";
    const shift_sink sink = {sizeof sink, text, write_to_text, 80, false, true};
    const shift_report report = {.size = sizeof report, .comparison = sample_many()};
    ck_assert_int_eq((int)reporter->render(&report, &sink, &err), (int)SHIFT_OK);
    ck_assert_str_eq(text, "shifted:\nsensor_07\nsensor_27\nsensor_47\n");
    shift_registry_close(registry);
}
END_TEST

START_TEST(an_unknown_name_is_answered_with_those_there_are)
{
    shift_registry *registry = open_registry(plugins, 1);
    const shift_reporter *reporter = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    ck_assert_int_eq((int)shift_registry_find(registry, "pdf", &reporter, &err),
                     (int)SHIFT_EPLUGIN);
    ck_assert_ptr_null(reporter);
    ck_assert_str_eq(err.message, "no reporter named \"pdf\"; there are: good, failing, older");
    shift_registry_close(registry);
}
END_TEST

START_TEST(missing_and_repeated_directories_are_passed_over)
{
    static const char *const directories[] = {"/nonexistent/plugins", "", SHIFT_TEST_PLUGINS,
                                              SHIFT_TEST_PLUGINS "/."};
    shift_registry *registry = open_registry(directories, 4);
    ck_assert_uint_eq(shift_registry_size(registry), N_EXPECTED);
    shift_registry_close(registry);
    registry = open_registry(directories, 2);
    const shift_reporter *reporter = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    ck_assert_uint_eq(shift_registry_size(registry), 0);
    ck_assert_int_eq((int)shift_registry_find(registry, "text", &reporter, &err),
                     (int)SHIFT_EPLUGIN);
    ck_assert_str_eq(err.message, "no reporter named \"text\"; none was found");
    shift_registry_close(registry);
}
END_TEST

START_TEST(a_file_given_as_directory_is_listed_with_the_reason)
{
    static const char *const directories[] = {SHIFT_TEST_PLUGINS "/a_good.so"};
    shift_registry *registry = open_registry(directories, 1);
    ck_assert_uint_eq(shift_registry_size(registry), 1);
    ck_assert_ptr_nonnull(strstr(shift_registry_at(registry, 0).refusal, "Not a directory"));
    shift_registry_close(registry);
}
END_TEST

/* A plugin as bytes, and the folder of one file that is made of them. */
static char bytes[1 << 20], path[4096];
static const char *folder;
static size_t n_bytes;

static void read_plugin(void)
{
    FILE *file = fopen(SHIFT_TEST_PLUGINS "/a_good.so", "rb");
    ck_assert_ptr_nonnull(file);
    n_bytes = fread(bytes, 1, sizeof bytes, file);
    ck_assert(n_bytes > sizeof(ElfW(Ehdr)) && n_bytes < sizeof bytes);
    ck_assert_int_eq(fclose(file), 0);
    folder = scratch_make();
    (void)snprintf(path, sizeof path, "%s/half.so", folder);
}

/* Why the first `n` of the bytes are refused, in `words`; empty where they are not. */
static const char *refusal_of(size_t n)
{
    static char words[512];
    (void)remove(path); /* a file that is mapped is not written to */
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, n, file), n);
    ck_assert_int_eq(fclose(file), 0);
    shift_registry *registry = open_registry(&folder, 1);
    const char *refusal = shift_registry_at(registry, 0).refusal;
    (void)snprintf(words, sizeof words, "%s", refusal != NULL ? refusal : "");
    shift_registry_close(registry);
    return words;
}

START_TEST(a_file_that_is_cut_off_is_refused)
{
    size_t cut = 0;
    read_plugin();
    for (size_t n = 0; n < n_bytes; n += 61) {
        const char *words = refusal_of(n);
        cut += strstr(words, "half.so: cut off: its ELF header tells of more than its ") != NULL;
        ck_assert_msg(*words != '\0' || n > n_bytes / 2, "%zu bytes are loaded", n);
    }
    ck_assert_uint_gt(cut, n_bytes / 2 / 61);
    ck_assert_str_eq(refusal_of(n_bytes), "");
    scratch_remove();
}
END_TEST

/* Numbers that only add up where they are taken modulo 2^64. */
START_TEST(a_header_that_lies_is_refused)
{
    ElfW(Ehdr) header;
    ElfW(Phdr) part;
    read_plugin();
    memcpy(&header, bytes, sizeof header);
    memcpy(&part, bytes + header.e_phoff, sizeof part);
    part.p_filesz = (ElfW(Xword))0 - 16;
    part.p_offset = 32;
    memcpy(bytes + header.e_phoff, &part, sizeof part);
    ck_assert_ptr_nonnull(strstr(refusal_of(n_bytes), "cut off"));
    header.e_phoff = (ElfW(Off))0 - sizeof part;
    memcpy(bytes, &header, sizeof header);
    ck_assert_ptr_nonnull(strstr(refusal_of(n_bytes), "cut off"));
    scratch_remove();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("registry");
    TCase *tcase = tcase_create("plugins");
    tcase_add_loop_test(tcase, each_file_is_loaded_or_refused_with_one_line, 0, N_EXPECTED);
    tcase_add_test(tcase, a_reporter_is_found_by_name_and_renders);
    tcase_add_test(tcase, members_beyond_an_older_plugins_size_are_zero);
    tcase_add_test(tcase, the_documented_example_works);
    tcase_add_test(tcase, an_unknown_name_is_answered_with_those_there_are);
    tcase_add_test(tcase, missing_and_repeated_directories_are_passed_over);
    tcase_add_test(tcase, a_file_given_as_directory_is_listed_with_the_reason);
    tcase_add_test(tcase, a_file_that_is_cut_off_is_refused);
    tcase_add_test(tcase, a_header_that_lies_is_refused);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
