/* SPDX-License-Identifier: MIT */
#ifndef FWD_CONTROL_LIMIT_TOP_H
#define FWD_CONTROL_LIMIT_TOP_H

#include <cjson/cJSON.h>
#include <stddef.h>

#include "daemon/fwd/control/core.h"

#define LIMIT_TOP_MAX 1000

/*
 * The keys of a limit of which most packets were limited, most first: a list of {"key", "per",
 * "limited", "busy"}. index: of config.limits; count: at most LIMIT_TOP_MAX.
 */
cJSON *ctl_limit_top(const struct core *core, size_t index, size_t count);

#endif
