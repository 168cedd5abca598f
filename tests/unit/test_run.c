/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A network's outputs as CSV: how columns become inputs of any shape and type, how outputs of any
 * type are written, and what is refused. Expected numbers are by hand. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "made_network.h"
#include "scratch.h"
#include "shift/network.h"

static shift_error err;

/* Runs `model` over `rows`, two rows at a time; the outputs, or what is said without the name of
 * the rows. */
static void check_run(const char *model, const char *rows, const char *wanted)
{
    char in[1100];
    char out[1100];
    char text[4096] = "";
    const char *folder = scratch_make();
    shift_network *network = NULL;
    shift_source *source = NULL;
    shift_network_data_options options = SHIFT_NETWORK_DATA_OPTIONS_INIT;
    size_t n = 0;
    options.batch = 2;
    err = (shift_error)SHIFT_ERROR_INIT;
    (void)snprintf(in, sizeof in, "%s/rows.csv", folder);
    (void)snprintf(out, sizeof out, "%s/out.csv", folder);
    FILE *file = fopen(in, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(rows, file), 0);
    ck_assert_int_eq(fclose(file), 0);
    unsigned char *bytes = made_model(model, &n);
    ck_assert_msg(shift_network_decode(&network, bytes, n, "made", &err) == SHIFT_OK, "%s",
                  err.message);
    free(bytes);
    ck_assert_int_eq(shift_source_open(&source, in, NULL, &err), SHIFT_OK);
    shift_status status = shift_network_run(network, source, &options, out, &err);
    shift_source_close(source);
    shift_network_free(network);
    file = fopen(out, "r");
    if (status == SHIFT_OK) {
        ck_assert_ptr_nonnull(file);
        ck_assert_uint_gt(fread(text, 1, sizeof text - 1, file), 0);
        ck_assert_int_eq(fclose(file), 0);
        ck_assert_str_eq(text, wanted);
    } else {
        ck_assert_ptr_null(file);
        for (char *at = NULL; (at = strstr(err.message, in)) != NULL;)
            memmove(at, at + strlen(in), strlen(at + strlen(in)) + 1);
        ck_assert_str_eq(err.message, wanted);
    }
    scratch_remove();
}

#define THREE                                                                                      \
    "input x ?x2\nintegers k ?x1\nbooleans b ?x1\nnode Cast kf k to=1\nnode Cast bf b to=1\n"      \
    "node Concat y bf,x,kf axis=1\noutput y\n"
#define HINT "; a column with the class is named with --label"

static const struct example {
    const char *model, *rows, *wanted;
} examples[] = {
    /* free axes: the columns fill them in row-major order */
    {"input x ?x2x?\nnode ReduceMax y x axes=2, keepdims=0\noutput y\n",
     "a,b,c,d,e,f\n1,2,3,4,5,6\n9,8,7,6,5,4\n", "y_0,y_1\n3,6\n9,6\n"},
    {"input x ?x1x?x?\nnode ReduceMean y x axes=1,2 keepdims=0\noutput y\n",
     "a,b,c,d,e,f,g,h,i\n1,2,3,4,5,6,7,8,90\n", "y_0,y_1,y_2\n4,5,33\n"},
    {"input x ?x?x?x?\nnode ReduceMean y x axes=1,2 keepdims=0\noutput y\n",
     "a,b,c,d,e,f,g,h\n1,0,2,0,3,0,4,100\n", "y_0,y_1\n2.5,25\n"},
    {"input x ?x2x?\nnode Flatten y x\noutput y\n", "a,b,c\n1,2,3\n",
     ": 3 columns do not fit input 'x' of made, whose shape is ?x2x? (rows first)" HINT},
    {"input x ?x?x?\nnode Flatten y x\noutput y\n", "a,b\n1,2\n",
     ": 2 columns do not fit input 'x' of made, whose shape is ?x?x? (rows first)" HINT},
    {"input x s\nnode Identity y x\noutput y\n", "a\n1\n",
     ": 1 column does not fit input 'x' of made, whose shape is scalar (rows first)"},
    {"float c 1:1\nnode Identity y c\noutput y\n", "a\n1\n", "made: the network has no input"},
    /* several inputs share the columns, in order; each takes its own type */
    {THREE, "a,b,c,d\n0.5,-1,7,1\n2,3,-9007199254740991,0\n",
     "y_0,y_1,y_2,y_3\n1,0.5,-1,7\n0,2,3,-9.007199e+15\n"},
    {THREE, "a,b,c,d\n1,2,3,1\n1,2,3.5,1\n",
     ": row 2, column \"c\": 3.5; input 'k' takes integers"},
    {THREE, "a,b,c,d\n1,2,9007199254740993,1\n",
     ": row 1, column \"c\": 9.0072e+15; input 'k' takes integers"},
    {THREE, "a,b,c,d\n1,2,3,2\n", ": row 1, column \"d\": 2; input 'b' takes booleans"},
    {THREE, "a,b,c\n1,2,3\n",
     ": 0 columns do not fit input 'b' of made, whose shape is ?x1 (rows first)"},
    {"input x ?x?\ninput z ?x1\nnode Concat y x,z axis=1\noutput y\n", "a,b\n1,2\n",
     ": 2 columns do not fit input 'x' of made, whose shape is ?x? (rows first)" HINT},
    /* a number of rows that is fixed */
    {"input x 3x1\nnode Neg y x\noutput y\n", "a\n1\n2\n3\n4\n5\n6\n",
     "y\n-1\n-2\n-3\n-4\n-5\n-6\n"},
    {"input x 3x1\nnode Neg y x\noutput y\n", "a\n1\n2\n3\n4\n5\n",
     ": made takes exactly 3 rows at a time, and 2 are left at the end"},
    {"input x 2x1\ninput z 3x1\nnode Concat y x,z axis=0\noutput y\n", "a,b\n1,2\n",
     "made: its inputs have different numbers of rows"},
    /* outputs that are no floats: towards zero, and the least integer beyond the range */
    {"input x ?x1\nnode Cast i x to=7\nnode Cast b x to=9\noutput i\noutput b\noutput x\n",
     "a\n-1.5\n2.75\n3e10\n1e30\n-0.0\n",
     "i,b,x\n-1,1,-1.5\n2,1,2.75\n30000001024,1,3e+10\n-9223372036854775808,1,1e+30\n0,0,-0\n"},
    {"integers k ?x1\nnode Neg n k\nnode Cast b n to=9\nnode Cast f b to=1\noutput n\noutput f\n",
     "a\n3\n0\n-4\n", "n,f\n-3,1\n0,0\n4,1\n"},
    {"input x ?x1\nnode Identity a\"b x\noutput a\"b\n", "a\n1\n", "\"a\"\"b\"\n1\n"},
    {"input x ?x3\nnode ReduceMax y x axes=0, keepdims=0\noutput y\n", "a,b,c\n1,2,3\n4,5,6\n",
     "made: output 'y' has shape 3 for 2 rows; its first axis should be the rows"},
    /* lists as constants */
    {"input x ?x2\nnode Constant c none value_floats=0.5,-3.25\nnode Mul y x,c\noutput y\n",
     "a,b\n2,4\n", "y_0,y_1\n1,-13\n"},
    {"input x ?x4\nnode Constant s none value_ints=-1,2,2\nnode Reshape r x,s\n"
     "node ReduceMax y r axes=1, keepdims=0\noutput y\n",
     "a,b,c,d\n1,8,3,2\n", "y_0,y_1\n3,8\n"},
    {"input x ?x1\nnode Constant c none value_float=0.25f\nnode Add y x,c\noutput y\n", "a\n2\n",
     "y\n2.25\n"},
    /* what is no number is followed to where it begins */
    {"input x ?x1\nnode Sqrt s x\nnode Relu y s\noutput y\n", "a\n4\n9\n16\n-1\n",
     "made: row 4 of  gives NaN, first in the output of node 'Sqrt_0' (Sqrt)"},
};

START_TEST(rows_become_inputs_and_outputs_rows)
{
    check_run(examples[_i].model, examples[_i].rows, examples[_i].wanted);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("run");
    TCase *all = tcase_create("examples");
    tcase_add_loop_test(all, rows_become_inputs_and_outputs_rows, 0,
                        (int)(sizeof examples / sizeof *examples));
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
