/* SPDX-License-Identifier: MIT */
/*
 * A dry run of the config, before anything in the kernel is touched: a config that would be
 * refused must not leave half an fwd behind.
 */
#ifndef FWD_CONFIG_CHECK_H
#define FWD_CONFIG_CHECK_H

#include "common/policy/compile/policy.h"
#include "daemon/fwd/options/options.h"

/* Read and compile the config that the options name. -EBADMSG and others with errs. */
int config_check(const struct options *options, struct config **ret_config,
		 struct policy **ret_policy, struct errors *errs);

/* The overrides of the command line; borrow from options. */
struct config_overrides config_overrides(const struct options *options);

#endif
