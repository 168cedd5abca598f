/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calls both libraries. */
#include <stdio.h>

#include <shift/network.h>
#include <shift/shift.h>

int main(void)
{
    shift_error err = SHIFT_ERROR_INIT;
    shift_network *network = NULL;
    shift_status status = shift_network_decode(&network, "", 0, "nothing", &err);
    (void)printf("libshift %s: %s\n", shift_version(), err.message);
    return status != SHIFT_OK ? 0 : 1;
}
