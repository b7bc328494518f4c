// SPDX-License-Identifier: MIT
#include <time.h>

#include "client.h"
#include "output.h"
#include "top.h"

static double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int sample_take(struct cli *cli, const struct sample *previous, struct sample *ret)
{
	struct sample sample = {0};

	if (client_request(cli, "status", NULL, &sample.status) < 0 ||
	    client_request(cli, "stats", NULL, &sample.stats) < 0) {
		sample_clear(&sample);
		return -1;
	}
	sample.at = now_s();
	(void)previous;
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
