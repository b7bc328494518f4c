// SPDX-License-Identifier: MIT
/* The order in which interfaces of a hierarchy are attached and detached. */
#include "daemon/fwd/datapath/attach/attach_internal.h"
#include "daemon/fwd/datapath/attach/kernel/devices.h"

#include <net/if.h>
#include <string.h>

static void sort_by_rank(size_t *order, const unsigned *ranks, size_t count, bool uppers_first)
{
	for (size_t i = 0; i < count; i++) {
		size_t at = i;

		for (; at > 0; at--) {
			unsigned before = ranks[order[at - 1]];

			if (uppers_first ? before >= ranks[i] : before <= ranks[i])
				break;
			order[at] = order[at - 1];
		}
		order[at] = i;
	}
}

static int ifindex_of(const struct datapath *dp, const char *name)
{
	for (size_t i = 0; i < dp->count; i++)
		if (dp->attachments[i].ifindex && strcmp(dp->attachments[i].name, name) == 0)
			return dp->attachments[i].ifindex;
	return (int)if_nametoindex(name);
}

void datapath_order_names(const struct datapath *dp, const char *const *names, size_t count,
			  bool uppers_first, size_t *ret)
{
	cleanup_free struct device *devices = NULL;
	cleanup_free unsigned *ranks = calloc(count + 1, sizeof(*ranks));
	size_t device_count = 0;

	/* Without either, they keep the given order. */
	devices_read(&devices, &device_count);
	for (size_t i = 0; ranks && i < count; i++)
		ranks[i] = devices_rank_of(devices, device_count, ifindex_of(dp, names[i]));
	for (size_t i = 0; !ranks && i < count; i++)
		ret[i] = i;
	if (ranks)
		sort_by_rank(ret, ranks, count, uppers_first);
}
