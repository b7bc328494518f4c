// SPDX-License-Identifier: MIT
#include <string.h>

#include "cli/core/client.h"
#include "cli/core/stats_request.h"
#include "cli/output/output.h"
#include "cli/top/top.h"
#include "common/base/clock.h"

/* Of a limit, at most: keys that gained most are among those with the highest counts. */
#define TOP_KEYS 100

static const cJSON *find_limit(const cJSON *stats, const char *name)
{
	const cJSON *limit;

	cJSON_ArrayForEach (limit, field(stats, "limits")) {
		if (strcmp(field_text(limit, "name"), name) == 0)
			return limit;
	}
	return NULL;
}

/* May keys of this limit be limited now? Without an earlier sample: if any was ever limited. */
static bool is_limiting(const cJSON *limit, const struct sample *previous)
{
	const cJSON *before = find_limit(previous->stats, field_text(limit, "name"));

	return field_number(limit, "keys") > 0 &&
	       field_number(field(limit, "over"), "packets") >
		       field_number(field(before, "over"), "packets");
}

static int take_keys(struct cli *cli, const struct sample *previous, struct sample *sample)
{
	const cJSON *limit;

	sample->keys = cJSON_CreateObject();
	cJSON_ArrayForEach (limit, field(sample->stats, "limits")) {
		const char *name = field_text(limit, "name");
		cJSON *args, *result = NULL;

		if (!is_limiting(limit, previous))
			continue;
		args = cJSON_CreateObject();
		cJSON_AddStringToObject(args, "name", name);
		cJSON_AddNumberToObject(args, "top", TOP_KEYS);
		if (client_request(cli, OP_LIMIT_SHOW, args, &result) < 0) {
			/* Deleted since the last list: not an error. */
			if (cli->error != WIRE_ERROR_NOT_FOUND)
				return -1;
			cli_forgive(cli);
			continue;
		}
		cJSON_AddItemToObject(sample->keys, name, result);
	}
	return 0;
}

int sample_take(struct cli *cli, const struct sample *previous, struct sample *ret)
{
	struct sample sample = {0};

	if (client_request(cli, OP_STATUS, NULL, &sample.status) < 0 ||
	    stats_request(cli, &sample.stats) < 0) {
		sample_clear(&sample);
		return -1;
	}
	sample.at = (double)clock_ns() / 1e9;
	if (take_keys(cli, previous, &sample) < 0) {
		sample_clear(&sample);
		return -1;
	}
	*ret = sample;
	return 0;
}

void sample_clear(struct sample *sample)
{
	cJSON_Delete(sample->status);
	cJSON_Delete(sample->stats);
	cJSON_Delete(sample->keys);
	*sample = (struct sample){0};
}
