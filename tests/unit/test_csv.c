/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The CSV source from file to batch: grammar, encodings, compression, blocks, and every complaint.
 */
#include <check.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "core/random.h"
#include "reading.h"
#include "source/csv.h"
#include "source/lines.h"

#define BYTES(literal) literal, sizeof(literal) - 1

typedef struct reading_case {
    const char *bytes;
    size_t n;
    const char *expected;
} reading_case;

/* Rows before a failure depend on the size of the blocks; the complaint does not. */
static void check_output(const char *out, const char *expected)
{
    if (strncmp(expected, "error: ", 7) == 0)
        out = strstr(out, "error: ");
    ck_assert_pstr_eq(out, expected);
}

/* Every case is read with usual blocks and with blocks that hold hardly a record. */
static const size_t block_sizes[] = {0, 1, 7, 64};

static void check_case(const reading_case *c, size_t block_size)
{
    char *out = read_bytes(c->bytes, c->n, NULL, NULL, block_size);
    check_output(out, c->expected);
    free(out);
}

static const reading_case good[] = {
    {BYTES("a,b\n1,x\n2,y\n"), "1|x\n2|y\n"},
    {BYTES("a,b\n1,x\n2,y"), "1|x\n2|y\n"},
    {BYTES("a,b\r\n1,x\r\n2,y\r\n"), "1|x\n2|y\n"},
    {BYTES("a,b\r1,x\r2,y"), "1|x\n2|y\n"},
    {BYTES("\xef\xbb\xbf"
           "a,b\n1,x\n"),
     "1|x\n"},
    {BYTES("\n\r\na,b\n\n1,x\n\r\n\n2,y\n\n"), "1|x\n2|y\n"},
    {BYTES("a,b\n1,\"x,y\"\n2,\"p\"\"q\"\n"), "1|x,y\n2|p\"q\n"},
    {BYTES("a,b\n1,\"x\ny\r\nz\"\n2,\"\"\n3,\"\"\"\"\n"), "1|x\ny\r\nz\n2|<NA>\n3|\"\n"},
    {BYTES("\"a\",\"b\n2\"\n\"1\",\"x\"\n"), "1|x\n"},
    {BYTES("a,b\n1, x \n2,\ty\n"), "1| x \n2|\ty\n"},
    {BYTES("a,b\n 1 ,x\n\t-2.5e1,y\n+3,z\n"), "1|x\n-25|y\n3|z\n"},
    {BYTES("a,b\n,x\nNA,\nN/A,?\nNaN,null\nnan,NULL\n7,NA\n"),
     "<NA>|x\n<NA>|<NA>\n<NA>|<NA>\n<NA>|<NA>\n<NA>|<NA>\n7|<NA>\n"},
    {BYTES("a,b\n NA ,x\n1, NA \n"), "<NA>|x\n1| NA \n"},
    {BYTES("a\n1\ninf\n-Infinity\n1e999\n2\n+NAN\n"), "1\n<INF>\n<INF>\n<INF>\n2\n<INF>\n"},
    {BYTES("a,b\n0,True\n1,FALSE\n\" 1 \",true\n"), "false|true\ntrue|false\ntrue|true\n"},
    {BYTES("a\n1970-01-02\n1970-01-01T00:00:01.5Z\n1970-01-01 01:00:00+01:00\n"),
     "86400\n1.5\n0\n"},
    {BYTES("a,b\n"), ""},
    {BYTES("a,b"), ""},
    {BYTES("a,,b\n"), "error: FILE:1: header: column 2 has no name"},
    {BYTES("\xc3\xa4,\xe6\xbc\xa2\n\xff,2\n"), "\xff|2\n"}, /* only the header must be UTF-8 */
};

START_TEST(well_formed_text_gives_its_fields)
{
    check_case(&good[_i / 4], block_sizes[_i % 4]);
}
END_TEST

static const reading_case bad[] = {
    {BYTES(""), "error: FILE: is empty; a header row was expected"},
    {BYTES("\n\r\n\n"), "error: FILE: is empty; a header row was expected"},
    {BYTES("\xef\xbb\xbf"), "error: FILE: is empty; a header row was expected"},
    {BYTES("a,b\n1,2\n3\n"), "error: FILE:3: row has 1 field, the header has 2"},
    {BYTES("a,b\n1,2\n\n\n3,4,5\n6"), "error: FILE:5: row has 3 fields, the header has 2"},
    {BYTES("a,b\n\"x\n\r\ny\",2\n3,4,5\n"), "error: FILE:5: row has 3 fields, the header has 2"},
    {BYTES("a,b\r1,2\r3\r"), "error: FILE:3: row has 1 field, the header has 2"},
    {BYTES("a,b\n1,2\n   \n"), "error: FILE:3: row has 1 field, the header has 2"},
    {BYTES("a,b\n1,2\n3,\"4\n5,6\n"),
     "error: FILE:3: a quote is opened and not closed before the end"},
    {BYTES("a,b\n1,\"2\"\n\"\n\n"),
     "error: FILE:3: a quote is opened and not closed before the end"},
    {BYTES("a,b\n1,5\" pipe\n2,3\n"),
     "error: FILE:2: a quote inside a field that does not begin with one"},
    {BYTES("a,b\n1,x\n2, \"y\"\n"),
     "error: FILE:3: a quote inside a field that does not begin with one"},
    {BYTES("a,b\n1,\"x\"y\n"), "error: FILE:2: text behind a closing quote, where a delimiter or a "
                               "doubled quote was expected (the quoted field began in line 2)"},
    {BYTES("a,b\n1,\"x\n2,\"y\"\n"),
     "error: FILE:3: text behind a closing quote, where a delimiter or a doubled quote was "
     "expected (the quoted field began in line 2)"},
    {BYTES("a,b\n1,\"x\" \n"), "error: FILE:2: text behind a closing quote, where a delimiter or a "
                               "doubled quote was expected (the quoted field began in line 2)"},
    {BYTES("a,b\n1,2\n3,\0\n"), "error: FILE:3: has a NUL byte; text was expected"},
    {BYTES("a,\0b\n1,2\n"), "error: FILE:1: is not UTF-8 text; a header row was expected"},
    {BYTES("\xff\xfe"
           "a\0,\0b\0\n\0"),
     "error: FILE: is UTF-16; UTF-8 was expected"},
    {BYTES("\xfe\xff\0a\0,\0b\0\n"), "error: FILE: is UTF-16; UTF-8 was expected"},
    {BYTES("a\0,\0b\0\n\0"
           "1\0,\0"
           "2\0\n\0"),
     "error: FILE: is UTF-16; UTF-8 was expected"},
    {BYTES("\0a\0,\0b\0\n\0"
           "1\0,\0"
           "2\0\n"),
     "error: FILE: is UTF-16; UTF-8 was expected"},
    {BYTES("\x8f\x12,\xde\n1,2\n"), "error: FILE:1: is not UTF-8 text; a header row was expected"},
    {BYTES("\x7f"
           "ELF,\n1,2\n"),
     "error: FILE:1: is not UTF-8 text; a header row was expected"},
    {BYTES("gr\xf6\xdf"
           "e,b\n"),
     "error: FILE:1: is not UTF-8 text; a header row was expected"},
    {BYTES("a,b,a\n1,2,3\n"), "error: FILE:1: header: columns 1 and 3 are both named \"a\""},
    {BYTES("\n\na,\"\",b\n1,2,3\n"), "error: FILE:3: header: column 2 has no name"},
    {BYTES("\"a,b\n1,2\n"), "error: FILE:1: a quote is opened and not closed before the end"},
    {BYTES("PAR1\x15\x04\x15\x10"), "error: FILE: is a Parquet file; CSV was expected, plain or "
                                    "compressed by gzip or Zstandard"},
    {BYTES("PK\x03\x04\x14\0"), "error: FILE: is a zip file or a spreadsheet; CSV was expected, "
                                "plain or compressed by gzip or Zstandard"},
};

START_TEST(malformed_text_is_refused_in_one_clear_line)
{
    check_case(&bad[_i / 4], block_sizes[_i % 4]);
}
END_TEST

START_TEST(letters_of_a_signature_may_begin_a_header)
{
    char *out = read_bytes(BYTES("PAR1,BZh\n1,2\n"), NULL, NULL, 0);
    ck_assert_str_eq(out, "1|2\n");
    free(out);
}
END_TEST

START_TEST(what_cannot_be_opened_is_named)
{
    char *out = read_file("/nonexistent/train.csv", NULL, NULL, 0);
    ck_assert_str_eq(out, "error: FILE: cannot open: No such file or directory");
    free(out);
    out = read_file("/", NULL, NULL, 0);
    ck_assert_str_eq(out, "error: FILE: is a directory; a file was expected");
    free(out);
    out = read_file("/dev/null", NULL, NULL, 0);
    ck_assert_str_eq(out, "error: FILE: is empty; a header row was expected");
    free(out);
}
END_TEST

START_TEST(another_delimiter_and_other_tokens)
{
    const char *tokens[] = {"-999", "n.a."};
    shift_source_options options = SHIFT_SOURCE_OPTIONS_INIT;
    options.delimiter = ';';
    options.missing_tokens = tokens;
    options.n_missing_tokens = 2;
    char *out =
        read_bytes(BYTES("a;b;c\n1,5;-999;x\n\"2;\";7; -999 \nNA;8;n.a.\n"), &options, NULL, 0);
    ck_assert_str_eq(out, "1,5|<NA>|x\n2;|7| -999 \nNA|8|<NA>\n");
    free(out);
    options.delimiter = '\t';
    out = read_bytes(BYTES("a\tb\n\t-999\n"), &options, NULL, 0);
    ck_assert_str_eq(out, "|<NA>\n");
    free(out);
    static const char impossible[] = {'"', '\n', '\xa7'};
    for (size_t i = 0; i < sizeof impossible; i++) {
        options.delimiter = impossible[i];
        out = read_bytes(BYTES("a\n"), &options, NULL, 0);
        ck_assert_str_eq(out, "error: FILE: a quote, a newline, NUL or a byte beyond ASCII cannot "
                              "be the delimiter");
        free(out);
    }
}
END_TEST

START_TEST(columns_of_a_schema_are_found_by_name)
{
    shift_error err = SHIFT_ERROR_INIT;
    shift_schema *schema = NULL;
    shift_source *source = NULL;
    uint64_t line = 0;
    const char *text = NULL;
    static const char bytes[] = "n,extra,t,b\n1,x,\"p\nq\",1\nabc,y,r,maybe\nx,z,s,0\n";
    char *path = temporary_file(bytes, sizeof bytes - 1);
    ck_assert_int_eq(shift_schema_new(&schema, &err), SHIFT_OK);
    ck_assert_int_eq(shift_schema_add(schema, "b", SHIFT_KIND_BOOLEAN, &err), SHIFT_OK);
    ck_assert_int_eq(shift_schema_add(schema, "gone", SHIFT_KIND_NUMERIC, &err), SHIFT_OK);
    ck_assert_int_eq(shift_schema_add(schema, "n", SHIFT_KIND_NUMERIC, &err), SHIFT_OK);
    ck_assert_int_eq(shift_schema_add(schema, "t", SHIFT_KIND_CATEGORICAL, &err), SHIFT_OK);
    ck_assert_int_eq(shift_schema_add(schema, "lost", SHIFT_KIND_IDENTIFIER, &err), SHIFT_OK);
    ck_assert_int_eq(shift_source_open(&source, path, NULL, &err), SHIFT_OK);
    ck_assert_str_eq(shift_source_name(source), path);
    char *out = read_all(source, schema);
    ck_assert_str_eq(out, "true|<NA>|1|p\nq|<NA>\n<BAD>|<NA>|<BAD>|r|<NA>\n"
                          "false|<NA>|<BAD>|s|<NA>\n");
    ck_assert(shift__source_first_invalid(source, 0, &line, &text));
    ck_assert_uint_eq(line, 4);
    ck_assert_str_eq(text, "maybe");
    ck_assert(shift__source_first_invalid(source, 2, &line, &text));
    ck_assert_uint_eq(line, 4);
    ck_assert_str_eq(text, "abc");
    ck_assert(!shift__source_first_invalid(source, 1, &line, &text));
    ck_assert(!shift__source_first_invalid(source, 3, &line, &text));
    free(out);
    shift_source_close(source);
    shift_schema_free(schema);
    ck_assert_int_eq(unlink(path), 0);
    free(path);
}
END_TEST

/* Compressed forms of one text. */
typedef struct packed {
    unsigned char *bytes;
    size_t n;
} packed;

static packed gzip(const char *text, size_t n)
{
    z_stream z = {0};
    char *copy = malloc(n);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, text, n);
    packed p = {malloc(n + 1000), 0};
    ck_assert_ptr_nonnull(p.bytes);
    ck_assert_int_eq(deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (unsigned char *)copy;
    z.avail_in = (unsigned)n;
    z.next_out = p.bytes;
    z.avail_out = (unsigned)(n + 1000);
    ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
    p.n = z.total_out;
    ck_assert_int_eq(deflateEnd(&z), Z_OK);
    free(copy);
    return p;
}

static packed zstandard(const char *text, size_t n)
{
    packed p = {malloc(ZSTD_compressBound(n)), 0};
    ck_assert_ptr_nonnull(p.bytes);
    ZSTD_CCtx *context = ZSTD_createCCtx();
    ck_assert_ptr_nonnull(context);
    ck_assert(!ZSTD_isError(ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)));
    p.n = ZSTD_compress2(context, p.bytes, ZSTD_compressBound(n), text, n);
    ck_assert(!ZSTD_isError(p.n));
    (void)ZSTD_freeCCtx(context);
    return p;
}

/* Behind a frame to be skipped, as pzstd writes it. */
static packed skipping_zstandard(const char *text, size_t n)
{
    static const char skipped[] = "\x50\x2a\x4d\x18\6\0\0\0what\0";
    packed frame = zstandard(text, n);
    packed p = {malloc(sizeof skipped + frame.n), sizeof skipped + frame.n};
    ck_assert_ptr_nonnull(p.bytes);
    memcpy(p.bytes, skipped, sizeof skipped);
    memcpy(p.bytes + sizeof skipped, frame.bytes, frame.n);
    free(frame.bytes);
    return p;
}

static char *make_table(size_t rows, size_t *n)
{
    char *text = malloc(rows * 64 + 64);
    ck_assert_ptr_nonnull(text);
    size_t at = (size_t)snprintf(text, 64, "id,x,name\n");
    for (size_t r = 0; r < rows; r++)
        at +=
            (size_t)snprintf(text + at, 64, "%zu,%.6f,%s\n", r, (double)(r * 7919 % 100003) / 977.0,
                             r % 50 == 3 ? "\"a \"\"quoted\"\"\nname\"" : "plain");
    *n = at;
    return text;
}

typedef packed (*packer)(const char *text, size_t n);

/* Two members one after the other are one stream. */
static void check_members(packer pack, const char *text, size_t n, const char *expected)
{
    packed first = pack(text, n / 3);
    packed second = pack(text + n / 3, n - n / 3);
    unsigned char *both = malloc(first.n + second.n);
    ck_assert_ptr_nonnull(both);
    memcpy(both, first.bytes, first.n);
    memcpy(both + first.n, second.bytes, second.n);
    char *out = read_bytes(both, first.n + second.n, NULL, NULL, 0);
    ck_assert_str_eq(out, expected);
    free(out);
    free(both);
    free(first.bytes);
    free(second.bytes);
}

/* Never the rows that came through as if they were all. */
static void check_failure(const packed *p, size_t n, const char *message)
{
    char *out = read_bytes(p->bytes, n, NULL, NULL, 0);
    const char *complaint = strstr(out, "error: ");
    ck_assert_ptr_nonnull(complaint);
    ck_assert_int_eq(strncmp(complaint, message, strlen(message)), 0);
    free(out);
}

static void check_packed(packer pack, const char *damage_message, const char *cut_message)
{
    size_t n = 0;
    char *text = make_table(40000, &n);
    char *expected = read_bytes(text, n, NULL, NULL, 0);
    packed whole = pack(text, n);
    char *out = read_bytes(whole.bytes, whole.n, NULL, NULL, 0);
    ck_assert_str_eq(out, expected);
    check_members(pack, text, n, expected);
    for (size_t cut = 12; cut < whole.n; cut += whole.n / 13)
        check_failure(&whole, cut, cut_message);
    whole.bytes[whole.n - (pack == gzip ? 5 : 2)] ^= 0x55; /* in the checksum */
    check_failure(&whole, whole.n, damage_message);
    whole.bytes[whole.n / 2] ^= 0x55;
    whole.bytes[whole.n / 2 + 1] ^= 0x55;
    check_failure(&whole, whole.n, ""); /* or what came out is no CSV any more */
    free(out);
    free(whole.bytes);
    free(expected);
    free(text);
}

START_TEST(gzip_is_read_and_its_damage_noticed)
{
    check_packed(gzip, "error: FILE: the gzip data are damaged: ",
                 "error: FILE: the gzip data are cut off; the file is incomplete");
}
END_TEST

START_TEST(zstandard_is_read_and_its_damage_noticed)
{
    check_packed(zstandard, "error: FILE: the Zstandard data are damaged: ",
                 "error: FILE: the Zstandard data are cut off; the file is incomplete");
}
END_TEST

START_TEST(zstandard_may_begin_with_a_frame_to_be_skipped)
{
    check_packed(skipping_zstandard, "error: FILE: the Zstandard data are damaged: ",
                 "error: FILE: the Zstandard data are cut off; the file is incomplete");
}
END_TEST

START_TEST(gzip_may_be_padded_with_zeros)
{
    packed p = gzip("a\n5\n", 4);
    memset(p.bytes + p.n, 0, 512);
    char *out = read_bytes(p.bytes, p.n + 512, NULL, NULL, 0);
    ck_assert_str_eq(out, "5\n");
    free(out);
    free(p.bytes);
}
END_TEST

START_TEST(size_of_blocks_does_not_matter)
{
    size_t n = 0;
    char *text = make_table(30000, &n);
    char *expected = read_bytes(text, n, NULL, NULL, 0);
    static const size_t sizes[] = {100, 1000, 4096, 65536, 1 << 22};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char *out = read_bytes(text, n, NULL, NULL, sizes[i]);
        ck_assert_str_eq(out, expected);
        free(out);
    }
    free(expected);
    free(text);
}
END_TEST

static char *repeat(const char *head, char c, size_t n, const char *tail, size_t *size)
{
    size_t before = strlen(head);
    size_t after = strlen(tail);
    char *text = malloc(before + n + after);
    ck_assert_ptr_nonnull(text);
    memset(text, c, before + n + after);
    for (size_t i = 0; i < before; i++)
        text[i] = head[i];
    for (size_t i = 0; i < after; i++)
        text[before + n + i] = tail[i];
    *size = before + n + after;
    return text;
}

START_TEST(row_of_15_mib_is_read)
{
    size_t n = 0;
    char *text = repeat("a,b\n1,\"", 'x', 15u << 20, "\"\n2,y\n", &n);
    char *out = read_bytes(text, n, NULL, NULL, 0);
    ck_assert_uint_eq(strlen(out), (15u << 20) + 7);
    ck_assert_str_eq(out + (15u << 20), "xx\n2|y\n");
    free(out);
    free(text);
}
END_TEST

START_TEST(row_beyond_16_mib_is_refused)
{
    size_t n = 0;
    char *text = repeat("a,b\n1,2\n1,", 'x', 17u << 20, "\n2,y\n", &n);
    char *out = read_bytes(text, n, NULL, NULL, 0);
    ck_assert_str_eq(strstr(out, "error: "), "error: FILE:3: row is longer than 16 MiB");
    free(out);
    free(text);
    text = repeat("a,b\n1,2\n1,\"", '\n', 17u << 20, "\"\n2,y\n", &n);
    out = read_bytes(text, n, NULL, NULL, 0);
    ck_assert_str_eq(strstr(out, "error: "),
                     "error: FILE:3: a quote is opened and not closed within 16 MiB");
    free(out);
    free(text);
}
END_TEST

static char *wide_table(size_t columns, size_t *n)
{
    char *text = malloc(columns * 14 + 8);
    ck_assert_ptr_nonnull(text);
    size_t at = 0;
    for (size_t c = 0; c < columns; c++)
        at += (size_t)snprintf(text + at, 14, "%sc%zu", c > 0 ? "," : "", c);
    text[at++] = '\n';
    for (size_t c = 0; c < columns; c++)
        at += (size_t)snprintf(text + at, 14, "%s%zu", c > 0 ? "," : "", c);
    *n = at;
    return text;
}

START_TEST(ten_thousand_columns_are_read_and_not_one_more)
{
    size_t n = 0;
    char *text = wide_table(10000, &n);
    char *out = read_bytes(text, n, NULL, NULL, 0);
    ck_assert_str_eq(strrchr(out, '|'), "|9999\n");
    free(out);
    free(text);
    text = wide_table(10001, &n);
    out = read_bytes(text, n, NULL, NULL, 0);
    ck_assert_str_eq(out, "error: FILE:1: the header has 10001 columns; at most 10000 can be read");
    free(out);
    free(text);
}
END_TEST

START_TEST(lines_are_counted_whatever_ends_them)
{
    ck_assert_uint_eq(shift__lines_count("", 0), 0);
    ck_assert_uint_eq(shift__lines_count("a\nb\r\nc\rd", 8), 3);
    ck_assert_uint_eq(shift__lines_count("\r\r\n\n\r", 5), 4);
    ck_assert_uint_eq(shift__records_whole("a\nb\r\nc\rd", 8), 7);
    ck_assert_uint_eq(shift__records_whole("a\nb\r", 4), 2);
    ck_assert_uint_eq(shift__records_whole("a,\"\n\",\"\n", 8), 0);
    ck_assert_uint_eq(shift__records_whole("a\n,\"\n\",\"\n", 9), 2);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("csv");
    TCase *grammar = tcase_create("grammar");
    tcase_add_loop_test(grammar, well_formed_text_gives_its_fields, 0,
                        4 * sizeof good / sizeof *good);
    tcase_add_loop_test(grammar, malformed_text_is_refused_in_one_clear_line, 0,
                        4 * sizeof bad / sizeof *bad);
    tcase_add_test(grammar, letters_of_a_signature_may_begin_a_header);
    tcase_add_test(grammar, what_cannot_be_opened_is_named);
    tcase_add_test(grammar, another_delimiter_and_other_tokens);
    tcase_add_test(grammar, columns_of_a_schema_are_found_by_name);
    tcase_add_test(grammar, lines_are_counted_whatever_ends_them);
    suite_add_tcase(suite, grammar);
    TCase *streams = tcase_create("streams");
    tcase_set_timeout(streams, 120);
    tcase_add_test(streams, gzip_is_read_and_its_damage_noticed);
    tcase_add_test(streams, zstandard_is_read_and_its_damage_noticed);
    tcase_add_test(streams, zstandard_may_begin_with_a_frame_to_be_skipped);
    tcase_add_test(streams, gzip_may_be_padded_with_zeros);
    tcase_add_test(streams, size_of_blocks_does_not_matter);
    suite_add_tcase(suite, streams);
    TCase *limits = tcase_create("limits");
    tcase_set_timeout(limits, 120);
    tcase_add_test(limits, row_of_15_mib_is_read);
    tcase_add_test(limits, row_beyond_16_mib_is_refused);
    tcase_add_test(limits, ten_thousand_columns_are_read_and_not_one_more);
    suite_add_tcase(suite, limits);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
