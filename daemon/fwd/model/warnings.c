// SPDX-License-Identifier: MIT
/* Warnings of the running policy, so that an edit reports only those that it causes. */
#include "daemon/fwd/model/model_internal.h"

#include <stdlib.h>
#include <string.h>

static bool is_remembered(const struct errors *remembered, const struct error *error)
{
	/* What was not checked this time is news each time, and so is a file that was read. */
	if (error->severity != SEVERITY_WARNING || error->code == ERROR_UNCHECKED ||
	    error->code == ERROR_SET_KEPT || error->code == ERROR_SET_SKIPPED ||
	    error->code == ERROR_SET_CHANGED)
		return false;
	for (size_t i = 0; i < remembered->count; i++) {
		if (remembered->list[i].code == error->code &&
		    strcmp(remembered->list[i].message, error->message) == 0)
			return true;
	}
	return false;
}

void warnings_remember(struct errors *remembered, const struct errors *errs)
{
	errors_clear(remembered);
	for (size_t i = 0; i < errs->count; i++) {
		const struct error *error = &errs->list[i];

		if (error->severity == SEVERITY_WARNING)
			errors_add(remembered, SEVERITY_WARNING, error->code, NULL, "%s",
				   error->message);
	}
}

void warnings_forget(struct errors *errs, const struct errors *remembered)
{
	size_t kept = 0;

	for (size_t i = 0; i < errs->count; i++) {
		struct error *error = &errs->list[i];

		if (!is_remembered(remembered, error)) {
			errs->list[kept++] = *error;
			continue;
		}
		free(error->file);
		free(error->message);
		free(error->excerpt);
		errs->warned--;
	}
	errs->count = kept;
}
