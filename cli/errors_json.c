// SPDX-License-Identifier: MIT
#include "errors_json.h"

#include <string.h>

#include "memory.h"

void errors_json(const struct errors *errs, cJSON *list)
{
	for (size_t i = 0; i < errs->count; i++) {
		const struct error *error = &errs->list[i];
		cJSON *item = cJSON_CreateObject();

		cJSON_AddItemToArray(list, item);
		cJSON_AddStringToObject(item, "severity",
					error->severity == SEVERITY_ERROR ? "error" : "warning");
		if (error->file)
			cJSON_AddStringToObject(item, "file", error->file);
		if (error->line) {
			cJSON_AddNumberToObject(item, "line", error->line);
			cJSON_AddNumberToObject(item, "column", error->column);
		}
		cJSON_AddStringToObject(item, "code", error_code_name(error->code));
		cJSON_AddStringToObject(item, "message", error->message);
		if (error->excerpt)
			cJSON_AddStringToObject(item, "excerpt", error->excerpt);
	}
}

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
