// SPDX-License-Identifier: MIT
#include "cli/core/client.h"
#include "cli/verbs/commands.h"

/* fwctl's own version is shown even if no fwd answers. */
int run_version(struct cli *cli, const struct call *call)
{
	cJSON *result = NULL;

	if (!cli->settings.json)
		fputs("fwctl " FWD_VERSION "\n", cli->out);
	if (client_request(cli, call->verb->op, NULL, &result) < 0)
		return -1;
	cJSON_AddStringToObject(result, "fwctl", FWD_VERSION);
	cli->output->result(cli, call, result);
	cJSON_Delete(result);
	return 0;
}

void print_version(struct cli *cli, const struct call *call, const cJSON *result)
{
	(void)call;
	fputs("fwd ", cli->out);
	text_put_line(cli->out, field_text(result, "version"));
	fprintf(cli->out, " (protocol %.0f, ABI %.0f)\n", field_number(result, "protocol"),
		field_number(result, "abi"));
}
