/* SPDX-License-Identifier: MIT */
/* Explain a whole capture: one line a packet, then a summary of the outcomes. */
#ifndef FWCTL_REPLAY_H
#define FWCTL_REPLAY_H

#include "cli/grammar/call.h"

struct policy_file;

/* with: the policy that judges; NULL: the running one. */
int replay_run(struct cli *cli, const struct call *call, const struct policy_file *with);

#endif
