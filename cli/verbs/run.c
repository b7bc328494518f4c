// SPDX-License-Identifier: MIT
#include "cli/verbs/run.h"

#include "cli/core/client.h"
#include "cli/output/output.h"

int run_request(struct cli *cli, const struct call *call)
{
	cJSON *result = NULL;

	if (client_request(cli, call->verb->op, call_args(call), &result) < 0)
		return -1;
	cli->output->result(cli, call, result);
	cJSON_Delete(result);
	return 0;
}

/* Entries may come and go between two pages: a list is exact only page by page. */
int run_list(struct cli *cli, const struct call *call)
{
	struct listing *listing = listing_new(call);
	double next = 0, total;
	int count, r;

	do {
		cJSON *args = call_args(call), *page = NULL;

		if (next > 0)
			cJSON_AddNumberToObject(args, "offset", next);
		r = client_request(cli, call->verb->op, args, &page);
		if (r < 0)
			break;
		total = field_number(page, "total");
		count = cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(page, "items"));
		next += count;
		cli->output->page(listing, page);
	} while (count > 0 && next < total);
	if (r == 0)
		cli->output->list(cli, listing);
	listing_free(listing);
	return r;
}
