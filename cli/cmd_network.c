/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of the network commands. */
#include "network.h"

const struct command *const network_commands[] = {
    &network_check,  &network_run,   &network_recalibrate, &network_gradients,
    &network_remedy, &network_trace, &network_profile,     &network_add,
    &network_list,   &network_show,  &network_remove,      NULL,
};

const struct command cmd_network = {
    "network",
    "COMMAND [OPTION...] [FILE...]",
    "run stored networks and see where the shift enters them",
    "NAME is an ONNX file (its name ends in .onnx) or a network of --db.\n",
    0,
    0,
    0,
    NULL,
};
