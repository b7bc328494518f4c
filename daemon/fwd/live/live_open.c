// SPDX-License-Identifier: MIT
/* The book of live sets over the datapath's maps, with their existing entries. */
#include "daemon/fwd/live/live_book.h"

#include <errno.h>
#include <stdlib.h>

#include "common/base/clock.h"
#include "common/base/memory.h"
#include "daemon/fwd/datapath/maps/live_maps.h"

static int maps_write(void *userdata, unsigned set_id, const struct prefix *prefix,
		      const struct fw_live_value *value)
{
	return datapath_live_write(userdata, set_id, prefix, value);
}

static int maps_erase(void *userdata, unsigned set_id, const struct prefix *prefix)
{
	return datapath_live_erase(userdata, set_id, prefix);
}

static void maps_count_blocks(void *userdata, int family, uint32_t count)
{
	datapath_live_count_blocks(userdata, family, count);
}

static uint64_t maps_now(void *userdata)
{
	(void)userdata;
	return clock_ns();
}

/* The datapath is borrowed. */
static void maps_close(void *userdata)
{
	(void)userdata;
}

static const struct live_ops maps_ops = {
	.write = maps_write,
	.erase = maps_erase,
	.count_blocks = maps_count_blocks,
	.now = maps_now,
	.close = maps_close,
};

struct found {
	unsigned set_id;
	struct prefix prefix;
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

static int add_found(unsigned set_id, const struct prefix *prefix,
		     const struct fw_live_value *value, void *userdata)
{
	struct found_list *list = userdata;
	struct found *found = array_grow(&list->items, list->count, sizeof(*found));

	if (!found)
		return -ENOMEM;
	*found = (struct found){set_id, *prefix, *value};
	list->count++;
	return 0;
}

/* Add to the book; then correct what an interrupted fwd left incomplete. */
static int adopt(struct live *live, struct datapath *dp, const struct found_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct found *found = &list->items[i];
		int err = live_adopt(live, found->set_id, &found->prefix, &found->value);

		if (err < 0 && err != -EINVAL)
			return err;
	}
	for (size_t i = 0; i < list->count; i++) {
		const struct found *found = &list->items[i];
		struct fw_live_value value;

		if (found->set_id < FW_MAX_LIVE_SETS &&
		    live_value(live, found->set_id, &found->prefix, &value) == 0 &&
		    value.effective != found->value.effective)
			datapath_live_write(dp, found->set_id, &found->prefix, &value);
	}
	return 0;
}

static int read_back(struct live *live, struct datapath *dp)
{
	for (int family = 4; family <= 6; family += 2) {
		struct found_list list cleanup(free_found) = {0};
		int err = datapath_live_walk(dp, family, add_found, &list);

		if (!err)
			err = adopt(live, dp, &list);
		if (err < 0)
			return err;
	}
	live_publish(live);
	return 0;
}

int live_open(struct datapath *dp, struct live **ret)
{
	struct live *live = live_new(&maps_ops, dp);
	int err;

	if (!live)
		return -ENOMEM;
	err = read_back(live, dp);
	if (err < 0) {
		live_close(live);
		return err;
	}
	*ret = live;
	return 0;
}
