// SPDX-License-Identifier: MIT
#include "cli/core/fail_errors.h"

#include <string.h>

#include "common/base/errors/errors_json.h"
#include "common/base/memory.h"

int cli_fail_errors(struct cli *cli, enum wire_error error, struct errors *errs)
{
	cleanup_free char *text = errors_text(errs);

	if (text && *text && text[strlen(text) - 1] == '\n')
		text[strlen(text) - 1] = '\0';
	cli_fail(cli, error, "%s", text && *text ? text : "out of memory");
	cJSON_Delete(cli->details);
	cli->details = cJSON_CreateArray();
	errors_json(errs, cli->details);
	errors_clear(errs);
	return -1;
}
