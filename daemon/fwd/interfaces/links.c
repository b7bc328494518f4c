// SPDX-License-Identifier: MIT
#include "daemon/fwd/interfaces/links.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/attr.h>
#include <netlink/errno.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "common/base/memory.h"

/* A burst of links (a thousand VLANs that come up) should not overrun the socket. */
#define RECEIVE_BUFFER (1024 * 1024)

struct links {
	struct nl_sock *socket;
	link_handler handler;
	void *userdata;
	int *known; /* indices of links that exist, to find out which are gone; 0: unused place */
	size_t known_count;
	bool dumping;
	bool again; /* messages were dropped: ask for another dump after the present one */
};

static int *find_known(struct links *links, int ifindex)
{
	for (size_t i = 0; i < links->known_count; i++) {
		if (links->known[i] == ifindex)
			return &links->known[i];
	}
	return NULL;
}

static void remember(struct links *links, int ifindex)
{
	int *known = find_known(links, ifindex);

	if (!known)
		known = find_known(links, 0);
	if (!known) {
		known = array_grow(&links->known, links->known_count, sizeof(*known));
		if (!known)
			return; /* only its end may go unnoticed */
		links->known_count++;
	}
	*known = ifindex;
}

/* The array's capacity is implied by its count, so it does not shrink. */
static void forget(struct links *links, int ifindex)
{
	int *known = find_known(links, ifindex);

	if (known)
		*known = 0;
}

/* The program on the link, however many modes it has programs in; 0: none. */
static uint32_t read_xdp(struct nlattr *attribute)
{
	static const int ids[] = {IFLA_XDP_PROG_ID, IFLA_XDP_DRV_PROG_ID, IFLA_XDP_SKB_PROG_ID,
				  IFLA_XDP_HW_PROG_ID};
	struct nlattr *xdp[IFLA_XDP_MAX + 1];

	if (!attribute || nla_parse_nested(xdp, IFLA_XDP_MAX, attribute, NULL) < 0)
		return 0;
	for (size_t i = 0; i < array_size(ids); i++) {
		if (xdp[ids[i]] && nla_get_u32(xdp[ids[i]]))
			return nla_get_u32(xdp[ids[i]]);
	}
	return 0;
}

static int take_message(struct nl_msg *message, void *userdata)
{
	struct nlmsghdr *header = nlmsg_hdr(message);
	struct nlattr *attributes[IFLA_MAX + 1];
	struct links *links = userdata;
	struct link_change change = {0};
	struct ifinfomsg *info;

	if (header->nlmsg_type != RTM_NEWLINK && header->nlmsg_type != RTM_DELLINK)
		return NL_SKIP;
	if (nlmsg_parse(header, sizeof(*info), attributes, IFLA_MAX, NULL) < 0)
		return NL_SKIP;
	info = nlmsg_data(header);
	/* A bridge reports its ports with the same messages: a port that leaves it is not gone. */
	if (info->ifi_family != AF_UNSPEC)
		return NL_OK;
	change.ifindex = info->ifi_index;
	change.gone = header->nlmsg_type == RTM_DELLINK;
	if (attributes[IFLA_IFNAME])
		nla_strlcpy(change.name, attributes[IFLA_IFNAME], sizeof(change.name));
	if (attributes[IFLA_MTU])
		change.mtu = nla_get_u32(attributes[IFLA_MTU]);
	change.xdp_prog_id = read_xdp(attributes[IFLA_XDP]);
	if (change.gone)
		forget(links, change.ifindex);
	else
		remember(links, change.ifindex);
	links->handler(links->userdata, &change);
	return NL_OK;
}

static int ask_for_all(struct links *links)
{
	struct rtgenmsg request = {.rtgen_family = AF_UNSPEC};

	/* The kernel refuses a second dump while one runs. */
	if (links->dumping) {
		links->again = true;
		return 0;
	}
	if (nl_send_simple(links->socket, RTM_GETLINK, NLM_F_DUMP, &request, sizeof(request)) < 0)
		return -EIO;
	links->dumping = true;
	links->again = false;
	return 0;
}

/*
 * The end of a dump: find what is gone, as its message may have been dropped.
 * That a link is not in the dump proves nothing: it may be newer.
 */
static int end_dump(struct nl_msg *message, void *userdata)
{
	struct links *links = userdata;
	char name[IF_NAMESIZE];

	(void)message;
	links->dumping = false;
	if (links->again)
		ask_for_all(links);
	for (size_t i = 0; i < links->known_count; i++) {
		struct link_change change = {.ifindex = links->known[i], .gone = true};

		if (!change.ifindex || if_indextoname((unsigned)change.ifindex, name))
			continue;
		links->known[i] = 0;
		links->handler(links->userdata, &change);
	}
	return NL_STOP;
}

static int subscribe(struct links *links)
{
	struct nl_sock *socket = links->socket;

	nl_socket_disable_seq_check(socket);
	nl_socket_modify_cb(socket, NL_CB_VALID, NL_CB_CUSTOM, take_message, links);
	nl_socket_modify_cb(socket, NL_CB_FINISH, NL_CB_CUSTOM, end_dump, links);
	if (nl_connect(socket, NETLINK_ROUTE) < 0 || nl_socket_set_nonblocking(socket) < 0 ||
	    nl_socket_add_membership(socket, RTNLGRP_LINK) < 0)
		return -EIO;
	nl_socket_set_buffer_size(socket, RECEIVE_BUFFER, 0);
	nl_socket_enable_msg_peek(socket);
	return ask_for_all(links);
}

int links_open(link_handler handler, void *userdata, struct links **ret)
{
	struct links *links = calloc(1, sizeof(*links));
	int result;

	if (!links)
		return -ENOMEM;
	links->handler = handler;
	links->userdata = userdata;
	links->socket = nl_socket_alloc();
	result = links->socket ? subscribe(links) : -ENOMEM;
	if (result < 0) {
		links_close(links);
		return result;
	}
	*ret = links;
	return 0;
}

int links_fd(const struct links *links)
{
	return nl_socket_get_fd(links->socket);
}

int links_read(struct links *links)
{
	for (;;) {
		int ret = nl_recvmsgs_default(links->socket);

		if (ret == -NLE_AGAIN)
			return 0;
		/* ENOBUFS, which libnl calls NLE_NOMEM: messages were dropped. */
		if (ret == -NLE_NOMEM || ret == -NLE_DUMP_INTR)
			ret = ask_for_all(links);
		if (ret < 0)
			return -EIO;
	}
}

struct links *links_close(struct links *links)
{
	if (links) {
		nl_socket_free(links->socket);
		free(links->known);
	}
	free(links);
	return NULL;
}
