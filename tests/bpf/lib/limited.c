// SPDX-License-Identifier: MIT
#include "tests/bpf/lib/limited.h"

#include <linux/bpf.h>
#include <stdio.h>

#define HOUR (3600 * SECOND)

unsigned passes(struct test *test, const struct frame *frame, unsigned times)
{
	unsigned count = 0;

	for (unsigned i = 0; i < times; i++)
		count += run(test, frame) == XDP_PASS;
	return count;
}

void rest(struct test *test)
{
	pass_time(test, 3 * HOUR - test->state->test_now % HOUR);
}

void limited(struct test *test, const char *limit)
{
	char json[512];

	snprintf(json, sizeof(json),
		 "{'enforce': true, 'limits': {'some': {%s}}, 'rules': ["
		 "{'id': 'limited', 'match': {'proto': 'udp'}, 'limit': 'some'}]}",
		 limit);
	use(test, json);
	rest(test);
}

struct frame source(unsigned number)
{
	return poke16(udp4(1, 2), ETH_HLEN + 14, number);
}
