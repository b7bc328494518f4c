// SPDX-License-Identifier: MIT
#include "cli/core/stats_request.h"

#include "cli/core/client.h"

/* Move the rules of a page to the end of a list; returns their number. */
static int take_rules(cJSON *list, cJSON *page)
{
	cJSON *rules = cJSON_GetObjectItemCaseSensitive(page, "rules"), *rule;
	int count = 0;

	while ((rule = cJSON_DetachItemFromArray(rules, 0))) {
		cJSON_AddItemToArray(list, rule);
		count++;
	}
	return count;
}

int stats_request(struct cli *cli, cJSON **ret_result)
{
	cJSON *result = NULL, *rules;
	double count, total;
	int more = 1;

	if (client_request(cli, OP_STATS, NULL, &result) < 0)
		return -1;
	rules = cJSON_GetObjectItemCaseSensitive(result, "rules");
	count = cJSON_GetArraySize(rules);
	total = cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(result, "rules_total"));
	while (more > 0 && count < total) {
		cJSON *args = cJSON_CreateObject(), *page = NULL;

		cJSON_AddNumberToObject(args, "offset", count);
		if (client_request(cli, OP_STATS, args, &page) < 0) {
			cJSON_Delete(result);
			return -1;
		}
		more = take_rules(rules, page);
		count += more;
		cJSON_Delete(page);
	}
	*ret_result = result;
	return 0;
}
