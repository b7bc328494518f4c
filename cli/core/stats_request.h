/* SPDX-License-Identifier: MIT */
/* The counters of fwd, for those who show them. */
#ifndef FWCTL_STATS_REQUEST_H
#define FWCTL_STATS_REQUEST_H

#include "cli/core/cli.h"

/* The result of `stats` with all its rules, which may come in pages; the caller's. -1 after cli_fail. */
int stats_request(struct cli *cli, cJSON **ret_result);

#endif
