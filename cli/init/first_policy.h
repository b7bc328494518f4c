/* SPDX-License-Identifier: MIT */
/* The config that fwctl init writes: the rules of docs/default-deny.md. */
#ifndef FWCTL_FIRST_POLICY_H
#define FWCTL_FIRST_POLICY_H

#include <cjson/cJSON.h>

#include "cli/init/plan.h"

/* The caller frees it; NULL: no memory. */
cJSON *first_policy(const struct plan *plan);

#endif
