// SPDX-License-Identifier: MIT
#include "tests/bench/lib/traffic/feed.h"

#include <stdio.h>
#include <unistd.h>

struct prefix feed_prefix(struct random *random, const struct feed *feed, uint32_t number)
{
	unsigned shortest = feed->family == 4 ? 17 : 32, longest = feed->family == 4 ? 32 : 64;
	unsigned usual = feed->family == 4 ? 24 : 48;
	unsigned length = shortest + random_below(random, longest - shortest + 1);
	struct prefix prefix = {.family = (uint8_t)feed->family};

	if (feed->hosts)
		length = longest;
	else if (number % 2 && length > usual)
		length = usual;
	prefix.length = (uint8_t)length;
	for (unsigned i = 0; i < length; i++)
		prefix.addr[i / 8] |= (random_next(random) >> 16 & 1) << (7 - i % 8);
	if (feed->family == 6)
		prefix.addr[0] = (uint8_t)(0x20 | (prefix.addr[0] & 0x1f));
	return prefix;
}

int feed_write(const char *folder, const struct feed *feed)
{
	struct random random = {FEED_SEED};
	char path[256], text[PREFIX_TEXT];
	FILE *out;

	snprintf(path, sizeof(path), "%s/set.netset", folder);
	out = fopen(path, "w");
	for (uint32_t i = 0; out && i < feed->count; i++) {
		struct prefix prefix = feed_prefix(&random, feed, i);

		fprintf(out, "%s\n", prefix_format(&prefix, text));
	}
	return !out || fclose(out) ? -1 : 0;
}

void feed_remove(const char *folder)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/set.netset", folder);
	unlink(path);
	snprintf(path, sizeof(path), "%s/fwd.json", folder);
	unlink(path);
	rmdir(folder);
}
