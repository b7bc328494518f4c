// SPDX-License-Identifier: MIT
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/completion/completion.h"
#include "cli/core/client.h"
#include "cli/verbs/commands.h"
#include "common/base/memory.h"

static const struct {
	const char *shell;
	void (*write)(FILE *out);
} scripts[] = {
	{"bash", completion_bash},
	{"zsh", completion_zsh},
	{"fish", completion_fish},
};

int run_completion(struct cli *cli, const struct call *call)
{
	cJSON *result = cJSON_CreateObject();
	cleanup_free char *script = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&script, &size);

	if (!out) {
		cJSON_Delete(result);
		return cli_fail_errno(cli, -ENOMEM, "completion");
	}
	for (size_t i = 0; i < array_size(scripts); i++) {
		if (strcmp(scripts[i].shell, call_value(call, "shell")) == 0)
			scripts[i].write(out);
	}
	fclose(out);
	cJSON_AddStringToObject(result, "script", script);
	cli->output->result(cli, call, result);
	cJSON_Delete(result);
	return 0;
}

void print_completion(struct cli *cli, const struct call *call, const cJSON *result)
{
	(void)call;
	fputs(field_text(result, "script"), cli->out);
}

/* Where the names of a kind are found. */
static const struct {
	const char *kind, *key;
	enum op op;
} sources[] = {
	{"rule", "id", OP_RULE_LIST},	  {"set", "name", OP_SET_LIST},
	{"limit", "name", OP_LIMIT_LIST}, {"interface", "name", OP_IFACE_LIST},
	{"block", "prefix", OP_BLOCKS},
};

int run_names(struct cli *cli, const struct call *call)
{
	cJSON *reply = NULL, *result, *names;
	const cJSON *item;

	for (size_t i = 0; i < array_size(sources); i++) {
		if (strcmp(sources[i].kind, call_value(call, "kind")) != 0)
			continue;
		if (client_request(cli, sources[i].op, NULL, &reply) < 0)
			return -1;
		result = cJSON_CreateObject();
		names = cJSON_AddArrayToObject(result, "names");
		cJSON_ArrayForEach (item, field(reply, "items"))
			cJSON_AddItemToArray(names,
					     cJSON_CreateString(field_text(item, sources[i].key)));
		cli->output->result(cli, call, result);
		cJSON_Delete(result);
		cJSON_Delete(reply);
		return 0;
	}
	return 0;
}

void print_names(struct cli *cli, const struct call *call, const cJSON *result)
{
	const cJSON *name;

	(void)call;
	cJSON_ArrayForEach (name, field(result, "names")) {
		text_put_line(cli->out, cJSON_GetStringValue(name));
		fputc('\n', cli->out);
	}
}
