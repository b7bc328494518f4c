// SPDX-License-Identifier: MIT
#include "cli/core/client.h"
#include "cli/policy/policy_file.h"
#include "cli/verbs/commands.h"

static int apply(struct cli *cli, const struct call *call, const struct policy_file *file)
{
	cJSON *args = call_args(call), *result = NULL;
	int r;

	r = policy_file_send(cli, file, args);
	if (r < 0) {
		cJSON_Delete(args);
		return r;
	}
	r = client_request(cli, call->verb->op, args, &result);
	if (r < 0) {
		policy_file_explain(cli, call_value(call, "file"), file);
		return r;
	}
	cli->output->result(cli, call, result);
	cJSON_Delete(result);
	return 0;
}

int run_apply(struct cli *cli, const struct call *call)
{
	struct policy_file file;
	int r;

	r = policy_file_read(cli, call_value(call, "file"), &file);
	if (r < 0)
		return r;
	r = apply(cli, call, &file);
	policy_file_clear(&file);
	return r;
}

void print_apply(struct cli *cli, const struct call *call, const cJSON *result)
{
	print_changed(cli, result, "%s is applied", policy_file_name(call_value(call, "file")));
}
