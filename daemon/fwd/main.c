// SPDX-License-Identifier: MIT
/* fwd: the daemon. */
#include <stdio.h>

#include "common/base/errors/errors_log.h"
#include "common/base/log.h"
#include "common/base/memory.h"
#include "common/policy/config/config.h"
#include "common/program/start.h"
#include "daemon/fwd/app.h"
#include "daemon/fwd/options/config_check.h"
#include "daemon/fwd/panic_option.h"

/* --compile: the policy of a config, without the kernel. */
static int compile(const struct options *options)
{
	struct config *config = NULL;
	struct policy *policy = NULL;
	struct errors errs = {0};
	int ret = config_check(options, &config, &policy, &errs);

	errors_log(&errs);
	errors_clear(&errs);
	if (ret == 0)
		policy_dump(policy, stdout);
	policy_free(policy);
	config_free(config);
	if (ret < 0)
		return PROGRAM_EXIT_CONFIG;
	return program_finish_output();
}

int main(int argc, char **argv)
{
	struct options options = {0};
	int ret;

	program_open_standard_fds();
	ret = options_parse(argc, argv, &options);
	if (ret != 0)
		return ret > 0 ? program_finish_output() : PROGRAM_EXIT_USAGE;
	if (options.verbose)
		log_set_level(LOG_LEVEL_DEBUG);
	log_take_libraries();
	if (options.compile_path)
		ret = compile(&options);
	else
		ret = options.panic ? panic_run(&options) : app_run(&options);
	options_clear(&options);
	return ret;
}
