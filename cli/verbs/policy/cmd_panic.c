// SPDX-License-Identifier: MIT
/* The panic switch. */
#include "cli/core/client.h"
#include "cli/verbs/commands.h"
#include "cli/verbs/run.h"
#include "common/base/units.h"

/* The datapath also filters without fwd, when its switch is needed most. */
int run_panic(struct cli *cli, const struct call *call)
{
	int r = run_request(cli, call);

	if (r < 0 && cli->error == WIRE_ERROR_UNREACHABLE)
		cli_note(cli, "the programs in the kernel have the same switch: fwd --panic %s",
			 call->verb->name);
	return r;
}

void print_panic(struct cli *cli, const struct call *call, const cJSON *result)
{
	char left[HUMAN_TEXT];
	const cJSON *item;

	(void)call;
	text_put_colour(cli->out, cli->colour, RED, field_text(result, "mode"));
	fprintf(cli->out, " for %s; fwctl panic end ends it earlier\n",
		human_seconds(field_number(result, "seconds_left"), left));
	cJSON_ArrayForEach (item, field(result, "detached"))
		cli_note(cli, "not on %s, which is detached: all of it passes",
			 cJSON_GetStringValue(item));
}

void print_panic_end(struct cli *cli, const struct call *call, const cJSON *result)
{
	(void)call;
	fputs(field_true(result, "changed") ? "ended: the policy is in force again\n"
					    : "there is no panic\n",
	      cli->out);
}
