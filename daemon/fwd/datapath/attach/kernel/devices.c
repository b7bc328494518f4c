// SPDX-License-Identifier: MIT
#include "daemon/fwd/datapath/attach/kernel/devices.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"

/* ---- ranks ---- */

static struct device *find(struct device *devices, size_t count, int ifindex)
{
	for (size_t i = 0; ifindex && i < count; i++)
		if (devices[i].ifindex == ifindex)
			return &devices[i];
	return NULL;
}

static bool lift(struct device *upper, const struct device *lower)
{
	if (!upper || !lower || upper->rank > lower->rank)
		return false;
	upper->rank = lower->rank + 1;
	return true;
}

void devices_rank(struct device *devices, size_t count)
{
	bool changed = true;

	for (size_t i = 0; i < count; i++)
		devices[i].rank = 0;
	/* A stack of n devices is settled after n rounds at the latest. */
	for (size_t round = 0; changed && round < count; round++) {
		changed = false;
		for (size_t i = 0; i < count; i++) {
			struct device *device = &devices[i];

			changed |= lift(find(devices, count, device->master), device);
			changed |= lift(device, find(devices, count, device->below));
		}
	}
}

unsigned devices_rank_of(const struct device *devices, size_t count, int ifindex)
{
	const struct device *device = find((struct device *)devices, count, ifindex);

	return device ? device->rank : 0;
}

size_t devices_next_upper(const struct device *devices, size_t count, int lower, size_t from)
{
	const struct device *device = find((struct device *)devices, count, lower);
	size_t i = device ? from : count;

	while (i < count && devices[i].below != lower && devices[i].ifindex != device->master)
		i++;
	return i;
}

/* ---- devices of the kernel ---- */

struct reading {
	struct device *devices;
	size_t count;
	int err;
};

/* These are pairs that name each other; none of the two is above. */
static bool is_pair(struct nlattr *info)
{
	static const char *const kinds[] = {"veth", "netkit", "vxcan"};
	struct nlattr *attributes[IFLA_INFO_MAX + 1];
	const char *kind;

	if (!info || nla_parse_nested(attributes, IFLA_INFO_MAX, info, NULL) < 0 ||
	    !attributes[IFLA_INFO_KIND])
		return false;
	kind = nla_get_string(attributes[IFLA_INFO_KIND]);
	for (size_t i = 0; i < array_size(kinds); i++)
		if (strcmp(kind, kinds[i]) == 0)
			return true;
	return false;
}

static int take_link(struct nl_msg *message, void *userdata)
{
	struct nlattr *attributes[IFLA_MAX + 1];
	struct reading *reading = userdata;
	const struct ifinfomsg *info = nlmsg_data(nlmsg_hdr(message));
	struct device *device;

	if (nlmsg_parse(nlmsg_hdr(message), sizeof(*info), attributes, IFLA_MAX, NULL) < 0)
		return NL_SKIP;
	device = array_grow(&reading->devices, reading->count, sizeof(*device));
	if (!device) {
		reading->err = -ENOMEM;
		return NL_STOP;
	}
	*device = (struct device){.ifindex = info->ifi_index};
	if (attributes[IFLA_MASTER])
		device->master = (int)nla_get_u32(attributes[IFLA_MASTER]);
	/* An index of another namespace has no meaning here. */
	if (attributes[IFLA_LINK] && !attributes[IFLA_LINK_NETNSID] &&
	    !is_pair(attributes[IFLA_LINKINFO]))
		device->below = (int)nla_get_u32(attributes[IFLA_LINK]);
	if (device->below == device->ifindex)
		device->below = 0;
	reading->count++;
	return NL_OK;
}

static int read_links(struct nl_sock *socket, struct reading *reading)
{
	struct rtgenmsg request = {.rtgen_family = AF_UNSPEC};

	nl_socket_modify_cb(socket, NL_CB_VALID, NL_CB_CUSTOM, take_link, reading);
	nl_socket_enable_msg_peek(socket);
	if (nl_connect(socket, NETLINK_ROUTE) < 0 ||
	    nl_send_simple(socket, RTM_GETLINK, NLM_F_DUMP, &request, sizeof(request)) < 0 ||
	    nl_recvmsgs_default(socket) < 0)
		return -EIO;
	return reading->err;
}

int devices_read(struct device **ret, size_t *ret_count)
{
	struct nl_sock *socket = nl_socket_alloc();
	struct reading reading = {0};
	int err = socket ? read_links(socket, &reading) : -ENOMEM;

	nl_socket_free(socket);
	if (err) {
		free(reading.devices);
		return err;
	}
	devices_rank(reading.devices, reading.count);
	*ret = reading.devices;
	*ret_count = reading.count;
	return 0;
}
