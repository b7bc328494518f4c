// SPDX-License-Identifier: MIT
#include "common/base/errors/errors_json.h"

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
