// SPDX-License-Identifier: MIT
/*
 * `state` is mapped, and packets write to it too: single words are stored, never the whole value.
 */
#include "daemon/fwd/datapath/maps/live_maps.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "daemon/fwd/datapath/maps/maps.h"

/* Either key; both begin alike, with their addresses at the same place. */
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

static int live_fd(const struct datapath *dp, int family)
{
	return family == 4 ? MAP_FD(dp, live4) : MAP_FD(dp, live6);
}

int datapath_live_write(struct datapath *dp, unsigned set_id, const struct prefix *prefix,
			const struct fw_live_value *value)
{
	union live_key key = make_key(set_id, prefix);

	return bpf_map_update_elem(live_fd(dp, prefix->family), &key, value, BPF_ANY) ? -errno : 0;
}

int datapath_live_erase(struct datapath *dp, unsigned set_id, const struct prefix *prefix)
{
	union live_key key = make_key(set_id, prefix);

	if (bpf_map_delete_elem(live_fd(dp, prefix->family), &key) && errno != ENOENT)
		return -errno;
	return 0;
}

void datapath_live_count_blocks(struct datapath *dp, int family, uint32_t count)
{
	__atomic_store_n(family == 4 ? &dp->state->blocks4 : &dp->state->blocks6, count,
			 __ATOMIC_RELAXED);
}

struct walk {
	live_visit *visit;
	void *userdata;
	int family;
};

static int visit_one(const void *key, const void *value, void *userdata)
{
	const struct fw_live_key6 *from = key; /* or the shorter one of IPv4 */
	const struct walk *walk = userdata;
	struct prefix prefix = {.family = (uint8_t)walk->family};

	prefix.length = (uint8_t)(from->prefix_len - SET_BITS);
	memcpy(prefix.addr, from->addr, walk->family == 4 ? 4 : 16);
	return walk->visit(ntohl(from->set_id), &prefix, value, walk->userdata);
}

int datapath_live_walk(const struct datapath *dp, int family, live_visit *visit, void *userdata)
{
	struct walk walk = {visit, userdata, family};
	size_t key_size = family == 4 ? sizeof(struct fw_live_key4) : sizeof(struct fw_live_key6);

	return map_walk(live_fd(dp, family), key_size, sizeof(struct fw_live_value), visit_one,
			&walk);
}
