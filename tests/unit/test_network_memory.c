/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every allocation on the way from bytes to outputs fails once: a status, no leak, no crash. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "failing_memory.h"
#include "made_network.h"
#include "network/network.h"
#include "scratch.h"
#include "shift/source.h"

static const char *const models[] = {
    /* folding, shapes that depend on the rows */
    "input x ?x1x4x4\nfloat w 2x1x3x3:1,2,3,4,5,6,7,8,9,1,2,3,4,5,6,7,8,9\nint axis 1:0\n"
    "int rest 1:-1\nfloat g 2:1,1\nfloat z 2:0,0\nfloat v 2:1,2\nnode Identity u w\n"
    "node Conv c x,u pads=1,1,1,1\nnode BatchNormalization n c,g,z,z,v\nnode Relu r n\n"
    "node MaxPool p r kernel_shape=2,2\nnode Shape s p\nnode Gather b s,axis\n"
    "node Concat to b,rest axis=0\nnode Reshape f p,to\nnode ReduceMean m f axes=1,\n"
    "node Pad q m,pads\nint pads 4:0,0,0,1\nnode Softmax y q\noutput y\n",
    "input x ?x16\nfloat two :2\nfloat eps :0.5\nfloat r :1.4142135\nfloat one :1\nfloat half "
    ":0.5\n"
    "node ReduceMean m x axes=-1,\nnode Sub d x,m\nnode Pow p d,two\nnode ReduceMean v p axes=-1,\n"
    "node Add e v,eps\nnode Sqrt s e\nnode Div q d,s\nnode Div k q,r\nnode Erf h k\nnode Add a "
    "h,one\n"
    "node Mul t q,a\nnode Mul y t,half\noutput y\n",
};

static char path[1024], out[1024];

static void setup(void)
{
    const char *folder = scratch_make();
    (void)snprintf(path, sizeof path, "%s/rows.csv", folder);
    (void)snprintf(out, sizeof out, "%s/out.csv", folder);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    for (int c = 0; c < 16; c++)
        (void)fprintf(file, "c%d,", c);
    (void)fprintf(file, "label\n");
    for (int r = 0; r < 5; r++) {
        for (int c = 0; c < 16; c++)
            (void)fprintf(file, "%d,", (r * 7 + c * 3) % 11);
        (void)fprintf(file, "1\n");
    }
    ck_assert_int_eq(fclose(file), 0);
}

static shift_status run(const unsigned char *bytes, size_t n, shift_error *err)
{
    shift_network_data_options options = SHIFT_NETWORK_DATA_OPTIONS_INIT;
    shift_network *network = NULL;
    shift_source *source = NULL;
    options.label = "label";
    options.batch = 2;
    shift_status status = shift_network_decode(&network, bytes, n, "made", err);
    if (status == SHIFT_OK)
        status = shift_source_open(&source, path, NULL, err);
    if (status == SHIFT_OK)
        status = shift_network_run(network, source, &options, out, err);
    shift_source_close(source);
    shift_network_free(network);
    return status;
}

START_TEST(every_allocation_may_fail)
{
    size_t n = 0;
    long failures = 0;
    unsigned char *bytes = made_model(models[_i], &n);
    for (;; failures++) {
        shift_error err = SHIFT_ERROR_INIT;
        fail_allocation(failures);
        shift_status status = run(bytes, n, &err);
        bool failed = allocation_failed();
        fail_allocation(-1);
        if (!failed) {
            ck_assert_msg(status == SHIFT_OK, "%s", err.message);
            break;
        }
        ck_assert_msg(status == SHIFT_ENOMEM, "allocation %ld: status %d, %s", failures,
                      (int)status, err.message);
        ck_assert_int_ne(access(out, F_OK), 0);
    }
    ck_assert_int_gt(failures, 50);
    free(bytes);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("network_memory");
    TCase *tests = tcase_create("network_memory");
    tcase_add_checked_fixture(tests, setup, scratch_remove);
    tcase_add_loop_test(tests, every_allocation_may_fail, 0, sizeof models / sizeof models[0]);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
