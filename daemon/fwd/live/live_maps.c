// SPDX-License-Identifier: MIT
/*
 * The kernel's side of live sets: maps live4 and live6, and in map `state` the
 * number of blocks. `state` is mapped: packets write to it too, so single
 * words are stored, never the whole value.
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "common/base/clock.h"
#include "common/base/memory.h"
#include "daemon/fwd/datapath/datapath.h"
#include "daemon/fwd/live/live_book.h"

#define BATCH 4096

struct live_maps {
	int fd4;
	int fd6;
	struct fw_state *state;
};

/* Either key; both begin alike, and their addresses stand at the same place. */
union live_key {
	struct fw_live_key4 v4;
	struct fw_live_key6 v6;
};
#define SET_BITS 32 /* of prefix_len: the set id's */

static union live_key make_key(unsigned set_id, const struct prefix *prefix)
{
	union live_key key = {.v6 = {SET_BITS + prefix->length, htonl(set_id), {0}}};

	memcpy(key.v6.addr, prefix->addr, prefix->family == 4 ? 4 : 16);
	return key;
}

static int map_of(const struct live_maps *maps, const struct prefix *prefix)
{
	return prefix->family == 4 ? maps->fd4 : maps->fd6;
}

static int maps_write(void *userdata, unsigned set_id, const struct prefix *prefix,
		      const struct fw_live_value *value)
{
	union live_key key = make_key(set_id, prefix);

	return bpf_map_update_elem(map_of(userdata, prefix), &key, value, BPF_ANY) ? -errno : 0;
}

static int maps_erase(void *userdata, unsigned set_id, const struct prefix *prefix)
{
	union live_key key = make_key(set_id, prefix);

	if (bpf_map_delete_elem(map_of(userdata, prefix), &key) && errno != ENOENT)
		return -errno;
	return 0;
}

static void maps_count_blocks(void *userdata, int family, uint32_t count)
{
	struct live_maps *maps = userdata;

	__atomic_store_n(family == 4 ? &maps->state->blocks4 : &maps->state->blocks6, count,
			 __ATOMIC_RELAXED);
}

static uint64_t maps_now(void *userdata)
{
	(void)userdata;
	return clock_ns();
}

static void maps_close(void *userdata)
{
	struct live_maps *maps = userdata;

	if (maps->state)
		munmap(maps->state, sizeof(*maps->state));
	free(maps);
}

static const struct live_ops maps_ops = {
	.write = maps_write,
	.erase = maps_erase,
	.count_blocks = maps_count_blocks,
	.now = maps_now,
	.close = maps_close,
};

/* ---- reading back ---- */

struct found {
	union live_key key;
	struct fw_live_value value;
};

struct found_list {
	struct found *items;
	size_t count;
};

static void free_found(struct found_list *list)
{
	free(list->items);
}

static int add_found(struct found_list *list, const char *keys, size_t key_size,
		     const struct fw_live_value *values, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		struct found *found = array_grow(&list->items, list->count, sizeof(*found));

		if (!found)
			return -ENOMEM;
		memcpy(&found->key, keys + i * key_size, key_size);
		found->value = values[i];
		list->count++;
	}
	return 0;
}

/* All entries of a map. Nobody else writes to it meanwhile. */
static int read_map(int fd, size_t key_size, struct found_list *list)
{
	char *keys cleanup_free = malloc(BATCH * key_size);
	struct fw_live_value *values cleanup_free = malloc(BATCH * sizeof(*values));
	union live_key at;
	bool first = true, last;

	if (!keys || !values)
		return -ENOMEM;
	do {
		uint32_t count = BATCH;
		int err;

		last = bpf_map_lookup_batch(fd, first ? NULL : &at, &at, keys, values, &count,
					    NULL) != 0;
		if (last && errno != ENOENT)
			return -errno;
		err = add_found(list, keys, key_size, values, count);
		if (err < 0)
			return err;
		first = false;
	} while (!last);
	return 0;
}

static struct prefix found_prefix(const struct found *found, int family)
{
	struct prefix prefix = {.family = (uint8_t)family};

	prefix.length = (uint8_t)(found->key.v6.prefix_len - SET_BITS);
	memcpy(prefix.addr, found->key.v6.addr, family == 4 ? 4 : 16);
	return prefix;
}

/* Into the book; then what an fwd that was stopped half way left behind is put right. */
static int adopt(struct live *live, struct live_maps *maps, const struct found_list *list,
		 int family)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct found *found = &list->items[i];
		struct prefix prefix = found_prefix(found, family);
		int err = live_adopt(live, ntohl(found->key.v6.set_id), &prefix, &found->value);

		if (err < 0 && err != -EINVAL)
			return err;
	}
	for (size_t i = 0; i < list->count; i++) {
		const struct found *found = &list->items[i];
		struct prefix prefix = found_prefix(found, family);
		unsigned set_id = ntohl(found->key.v6.set_id);
		struct fw_live_value value;

		if (set_id < FW_MAX_LIVE_SETS && live_value(live, set_id, &prefix, &value) == 0 &&
		    value.effective != found->value.effective)
			maps_write(maps, set_id, &prefix, &value);
	}
	return 0;
}

static int read_back(struct live *live, struct live_maps *maps)
{
	for (int family = 4; family <= 6; family += 2) {
		struct found_list list cleanup(free_found) = {0};
		size_t key_size =
			family == 4 ? sizeof(struct fw_live_key4) : sizeof(struct fw_live_key6);
		int err = read_map(family == 4 ? maps->fd4 : maps->fd6, key_size, &list);

		if (err < 0)
			return err;
		err = adopt(live, maps, &list, family);
		if (err < 0)
			return err;
	}
	live_publish(live);
	return 0;
}

int live_open(struct datapath *dp, struct live **ret)
{
	struct live_maps *maps = calloc(1, sizeof(*maps));
	struct live *live;
	void *state;
	int err;

	if (!maps)
		return -ENOMEM;
	maps->fd4 = datapath_map(dp, "live4");
	maps->fd6 = datapath_map(dp, "live6");
	state = mmap(NULL, sizeof(*maps->state), PROT_READ | PROT_WRITE, MAP_SHARED,
		     datapath_map(dp, "state"), 0);
	if (state == MAP_FAILED) {
		err = -errno;
		free(maps);
		return err;
	}
	maps->state = state;
	live = live_new(&maps_ops, maps);
	if (!live) {
		maps_close(maps);
		return -ENOMEM;
	}
	err = read_back(live, maps);
	if (err < 0) {
		live_close(live);
		return err;
	}
	*ret = live;
	return 0;
}
