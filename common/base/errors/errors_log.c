// SPDX-License-Identifier: MIT
#include "common/base/errors/errors_log.h"

#include <stdlib.h>
#include <unistd.h>

#include "common/base/log.h"
#include "common/base/memory.h"

/* In the format of compilers, so that editors find the place. */
static void print_placed(const struct errors *errs)
{
	cleanup_free char *text = NULL;

	if (!getenv("JOURNAL_STREAM")) {
		errors_print(errs, stderr, isatty(STDERR_FILENO) && !getenv("NO_COLOR"));
		return;
	}
	text = errors_text(errs);
	if (text)
		log_error("%s", text);
}

/* Without a place. The code of a system error would add nothing. */
static void print_bare(const struct error *error)
{
	bool warning = error->severity == SEVERITY_WARNING;
	enum log_level level = warning ? LOG_LEVEL_WARNING : LOG_LEVEL_ERROR;

	if (error->code == ERROR_SYSTEM)
		log_message(level, "%s", error->message);
	else
		log_message(level, "%s [%s]", error->message, error_code_name(error->code));
}

void errors_log(const struct errors *errs)
{
	for (size_t i = 0; i < errs->count; i++) {
		if (errs->list[i].file) {
			print_placed(errs);
			return;
		}
	}
	for (size_t i = 0; i < errs->count; i++)
		print_bare(&errs->list[i]);
}
