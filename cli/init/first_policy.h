/* SPDX-License-Identifier: MIT */
/* The config that fwctl init writes: docs/default-deny.md as rules. */
#ifndef FWCTL_FIRST_POLICY_H
#define FWCTL_FIRST_POLICY_H

#include <cjson/cJSON.h>

#include "cli/init/plan.h"

/* Caller frees; NULL: no memory. */
cJSON *first_policy(const struct plan *plan);

#endif
