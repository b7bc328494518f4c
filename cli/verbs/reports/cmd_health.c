// SPDX-License-Identifier: MIT
/* Is the state as configured? For monitoring: the exit code is the answer. */
#include <stdlib.h>
#include <string.h>

#include "cli/core/client.h"
#include "cli/verbs/commands.h"
#include "common/base/memory.h"

static void put_trouble(FILE *out, const cJSON *status, const char *key, const char *what,
			size_t *count)
{
	const char *trouble = field_text(status, key);

	if (*trouble)
		fprintf(out, "%s%s: %s", (*count)++ ? "; " : "", what, trouble);
}

/* Configured that way: no fault. */
static bool is_detached(const cJSON *interface)
{
	return strcmp(field_text(interface, "state"), "detached") == 0;
}

static char *problems_of(const cJSON *status, size_t *ret_count)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	const cJSON *item;

	if (!out)
		return NULL;
	*ret_count = 0;
	if (field_number(status, "generation") == 0) {
		fputs("no policy is active", out);
		++*ret_count;
	}
	put_trouble(out, status, "history_trouble", "the history is not kept", ret_count);
	put_trouble(out, status, "audit_trouble", "the audit log is not written", ret_count);
	cJSON_ArrayForEach (item, field(status, "interfaces")) {
		const char *note = field_text(item, "note");

		if (!field_false(item, "attached") || is_detached(item))
			continue;
		fprintf(out, "%s%s is not attached: %s", (*ret_count)++ ? "; " : "",
			field_text(item, "name"), *note ? note : field_text(item, "state"));
	}
	cJSON_ArrayForEach (item, field(status, "problems"))
		fprintf(out, "%s%s", (*ret_count)++ ? "; " : "", cJSON_GetStringValue(item));
	fclose(out);
	return text;
}

int run_health(struct cli *cli, const struct call *call)
{
	cleanup_free char *problems = NULL;
	cJSON *status = NULL;
	size_t count = 0;
	int r;

	r = client_request(cli, call->verb->op, NULL, &status);
	if (r < 0)
		return r;
	problems = problems_of(status, &count);
	if (count > 0)
		r = cli_fail(cli, WIRE_ERROR_DEGRADED, "%s", problems ? problems : "degraded");
	else
		cli->output->result(cli, call, status);
	cJSON_Delete(status);
	return r;
}

void print_health(struct cli *cli, const struct call *call, const cJSON *result)
{
	const cJSON *interfaces = field(result, "interfaces"), *item;
	char text[HUMAN_TEXT], policy[HUMAN_TEXT];
	int detached = 0;

	(void)call;
	cJSON_ArrayForEach (item, interfaces)
		detached += is_detached(item);
	text_put_colour(cli->out, cli->colour, GREEN, "healthy");
	fprintf(cli->out, ": %s attached, ",
		human_many(cJSON_GetArraySize(interfaces) - detached, "interface", text));
	if (detached)
		fprintf(cli->out, "%d detached, ", detached);
	fprintf(cli->out, "%s, mode ", human_policy(result, policy));
	text_put_line(cli->out, field_text(result, "mode"));
	fputc('\n', cli->out);
}
