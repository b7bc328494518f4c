// SPDX-License-Identifier: MIT
/* --panic: the switch without a running fwd. */
#include "daemon/fwd/panic_option.h"

#include <errno.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "daemon/fwd/app.h"
#include "daemon/fwd/datapath/panic/panic_switch.h"
#include "daemon/fwd/panic/panic.h"

int panic_run(const struct options *options)
{
	uint64_t end = options->panic_end ? 0 : clock_ns() + options->panic_ns;
	int err = panic_write(options->pin_dir, options->panic_mode, end);

	if (err == -EPERM) {
		log_error("--panic is for root");
		return PROGRAM_EXIT_PERMISSION;
	}
	if (err < 0) {
		log_error("nothing filters here: no program uses a datapath in %s",
			  options->pin_dir);
		return PROGRAM_EXIT_FAILED;
	}
	log_info("panic: %s", options->panic_end ? "ended; the policy is in force"
						 : panic_effect(options->panic_mode));
	return PROGRAM_EXIT_OK;
}
