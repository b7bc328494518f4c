// SPDX-License-Identifier: MIT
/*
 * Walks a map that packets change meanwhile. Whole batches, because a walk key by
 * key starts over when its current key is deleted, and may never end.
 */
#include "daemon/fwd/datapath/maps/maps.h"

#include <errno.h>
#include <string.h>

#define CHUNK	  4096
#define MAX_KEY	  64
#define MAX_VALUE 64

static int visit_all(const char *keys, const char *values, size_t count, size_t key_size,
		     size_t value_size, walk_visit *visit, void *userdata)
{
	for (size_t i = 0; i < count; i++) {
		int err = visit(keys + i * key_size, values + i * value_size, userdata);

		if (err)
			return err;
	}
	return 0;
}

int map_walk(int fd, size_t key_size, size_t value_size, walk_visit *visit, void *userdata)
{
	char position[MAX_KEY], next[MAX_KEY];
	bool first = true, more = true;
	size_t chunk = CHUNK;

	while (more) {
		cleanup_free char *keys = malloc(chunk * key_size);
		cleanup_free char *values = malloc(chunk * value_size);
		uint32_t count = chunk;
		int err;

		if (!keys || !values)
			return -ENOMEM;
		err = bpf_map_lookup_batch(fd, first ? NULL : position, next, keys, values, &count,
					   NULL);
		if (err == -ENOSPC && chunk < 1024 * CHUNK) {
			chunk *= 2; /* one bucket of the hash holds more */
			continue;
		}
		if (err && err != -ENOENT)
			return err;
		more = !err;
		first = false;
		memcpy(position, next, sizeof(position));
		err = visit_all(keys, values, count, key_size, value_size, visit, userdata);
		if (err)
			return err;
	}
	return 0;
}

struct prune {
	map_doomed *doomed;
	void *userdata;
	char *keys;
	size_t count;
	size_t key_size;
};

static int gather(const void *key, const void *value, void *userdata)
{
	struct prune *prune = userdata;
	char *place;

	if (!prune->doomed(key, value, prune->userdata))
		return 0;
	place = array_grow(&prune->keys, prune->count, prune->key_size);
	if (!place)
		return -ENOMEM;
	memcpy(place, key, prune->key_size);
	prune->count++;
	return 0;
}

/* Packets continue: check again, so that entries that changed since the walk stay. */
static int delete_one(int fd, const struct prune *prune, const char *key, int *deleted)
{
	char value[MAX_VALUE];

	if (bpf_map_lookup_elem(fd, key, value) || !prune->doomed(key, value, prune->userdata))
		return 0;
	if (bpf_map_delete_elem(fd, key))
		return errno == ENOENT ? 0 : -errno;
	++*deleted;
	return 0;
}

int map_prune(int fd, size_t key_size, size_t value_size, map_doomed *doomed, void *userdata)
{
	struct prune prune = {.doomed = doomed, .userdata = userdata, .key_size = key_size};
	int err = map_walk(fd, key_size, value_size, gather, &prune);
	int deleted = 0;

	for (size_t i = 0; !err && i < prune.count; i++)
		err = delete_one(fd, &prune, prune.keys + i * key_size, &deleted);
	free(prune.keys);
	return err ? err : deleted;
}
