/* SPDX-License-Identifier: MIT */
/* The counters of fwd, for verbs that show them. */
#ifndef FWCTL_STATS_REQUEST_H
#define FWCTL_STATS_REQUEST_H

#include "cli/core/cli.h"

/* The result of `stats` with the rules of all its pages; the caller frees it. -1 after cli_fail. */
int stats_request(struct cli *cli, cJSON **ret_result);

#endif
