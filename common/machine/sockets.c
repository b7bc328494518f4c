// SPDX-License-Identifier: MIT
/*
 * Sockets of this machine, over socket diagnostics (sock_diag(7)). libnl carries the messages; its
 * libnl-idiag asks for TCP only, and gives an IPv4 address 16 bytes and ports in network order.
 */
#include "common/machine/sockets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "common/base/memory.h"

/* More sockets than any router has itself; further ones are ignored. */
#define MAX_SOCKETS 100000

/*
 * All states except listening and those that a single SYN from outside creates, as its sender can
 * forge the source.
 */
#define STATES (((1U << (TCP_CLOSING + 1)) - 1) & ~(1U << TCP_LISTEN | 1U << TCP_SYN_RECV))
/* UDP sockets without a peer are in the state named closed in TCP. */
#define LISTENING (1U << TCP_LISTEN | 1U << TCP_CLOSE)

static void free_socket(struct nl_sock **socket)
{
	nl_socket_free(*socket);
}

static struct prefix read_address(int family, const __be32 *words)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

	if (family == AF_INET)
		return prefix_host(4, words);
	if (memcmp(words, mapped, sizeof(mapped)) == 0)
		return prefix_host(4, &words[3]);
	return prefix_host(6, words);
}

struct reading {
	struct socket_list *list;
	uint8_t protocol;
	uint32_t states;
	int err;
};

static enum socket_state state_of(const struct inet_diag_msg *diag)
{
	if (diag->idiag_state == TCP_ESTABLISHED)
		return SOCKET_ESTABLISHED;
	if (diag->idiag_state == TCP_SYN_SENT)
		return SOCKET_OPENING;
	if (diag->idiag_state == TCP_LISTEN)
		return SOCKET_LISTENING;
	return diag->idiag_state == TCP_CLOSE ? SOCKET_UNCONNECTED : SOCKET_CLOSING;
}

static int take_socket(struct nl_msg *message, void *userdata)
{
	const struct inet_diag_msg *diag = nlmsg_data(nlmsg_hdr(message));
	struct reading *reading = userdata;
	struct socket_list *list = reading->list;
	struct socket_info *item;

	if (list->count >= MAX_SOCKETS || !nlmsg_valid_hdr(nlmsg_hdr(message), sizeof(*diag)))
		return NL_SKIP;
	item = array_grow(&list->items, list->count, sizeof(*item));
	if (!item) {
		reading->err = -ENOMEM;
		return NL_STOP;
	}
	item->protocol = reading->protocol;
	item->state = state_of(diag);
	item->local = read_address(diag->idiag_family, diag->id.idiag_src);
	item->remote = read_address(diag->idiag_family, diag->id.idiag_dst);
	item->local_port = ntohs(diag->id.idiag_sport);
	item->remote_port = ntohs(diag->id.idiag_dport);
	item->inode = diag->idiag_inode;
	list->count++;
	return NL_OK;
}

static int read_table(struct nl_sock *socket, struct reading *reading, int family)
{
	struct inet_diag_req_v2 request = {
		.sdiag_family = (uint8_t)family,
		.sdiag_protocol = reading->protocol,
		.idiag_states = reading->states,
	};
	int r;

	nl_socket_modify_cb(socket, NL_CB_VALID, NL_CB_CUSTOM, take_socket, reading);
	r = nl_send_simple(socket, SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, &request, sizeof(request));
	if (r >= 0)
		r = nl_recvmsgs_default(socket);
	if (reading->err)
		return reading->err;
	/* A kernel without IPv6 has no such table. */
	return r < 0 && !(family == AF_INET6 && r == -NLE_OBJ_NOTFOUND) ? -EOPNOTSUPP : 0;
}

static int read_states(uint32_t states, struct socket_list *ret)
{
	static const uint8_t protocols[] = {IPPROTO_TCP, IPPROTO_UDP};
	static const int families[] = {AF_INET, AF_INET6};
	const struct timeval patience = {.tv_sec = 1};
	cleanup(free_socket) struct nl_sock *socket = nl_socket_alloc();
	struct socket_list list = {0};
	int err = socket ? 0 : -ENOMEM;

	if (err == 0 && nl_connect(socket, NETLINK_SOCK_DIAG) < 0)
		err = -EOPNOTSUPP;
	/* The kernel answers at once; if not, fwd does not wait for it. */
	if (err == 0 && setsockopt(nl_socket_get_fd(socket), SOL_SOCKET, SO_RCVTIMEO, &patience,
				   sizeof(patience)) < 0)
		err = -errno;
	for (size_t i = 0; i < array_size(protocols) * array_size(families) && err == 0; i++) {
		struct reading reading = {
			.list = &list, .protocol = protocols[i / 2], .states = states};

		err = read_table(socket, &reading, families[i % 2]);
	}
	if (err < 0)
		sockets_clear(&list);
	else
		*ret = list;
	return err;
}

int sockets_read(struct socket_list *ret)
{
	return read_states(STATES, ret);
}

int sockets_read_listening(struct socket_list *ret)
{
	return read_states(LISTENING, ret);
}

void sockets_clear(struct socket_list *list)
{
	free(list->items);
	*list = (struct socket_list){0};
}

bool socket_is_same(const struct socket_info *a, const struct socket_info *b)
{
	return a->local_port == b->local_port && a->remote_port == b->remote_port &&
	       prefix_compare(&a->local, &b->local) == 0 &&
	       prefix_compare(&a->remote, &b->remote) == 0;
}

/* ---- raw sockets ---- */

static void close_file(FILE **file)
{
	if (*file)
		fclose(*file);
}

/* A line has the protocol in place of TCP's port. */
int raw_protocols_read(const char *folder, uint64_t ret[4])
{
	static const char *const tables[] = {"raw", "raw6"};

	memset(ret, 0, 4 * sizeof(*ret));
	for (size_t i = 0; i < array_size(tables); i++) {
		cleanup(close_file) FILE *table = NULL;
		char path[128], line[512];
		unsigned protocol;

		snprintf(path, sizeof(path), "%s/%s", folder, tables[i]);
		table = fopen(path, "re");
		/* Without IPv6 there is no second file. */
		if (!table && errno != ENOENT)
			return -errno;
		for (unsigned j = 0; table && j < MAX_SOCKETS && fgets(line, sizeof(line), table);
		     j++) {
			if (sscanf(line, " %*[^:]: %*32[0-9A-Fa-f]:%4x", &protocol) == 1 &&
			    protocol < 256)
				ret[protocol / 64] |= 1ULL << protocol % 64;
		}
	}
	return 0;
}

/* ---- SSH_CONNECTION ---- */

static bool read_host(char *text, struct prefix *ret)
{
	char *scope = strchr(text, '%');

	if (scope)
		*scope = '\0';
	return !strchr(text, '/') && prefix_parse(text, ret) == 0;
}

static bool read_port(const char *text, uint16_t *ret)
{
	char *end;
	unsigned long port = strtoul(text, &end, 10);

	*ret = (uint16_t)port;
	return *text >= '0' && *text <= '9' && *end == '\0' && port > 0 && port <= UINT16_MAX;
}

bool socket_from_ssh(const char *text, struct socket_info *ret)
{
	char remote[80], remote_port[8], local[80], local_port[8], rest;
	struct socket_info info = {.protocol = IPPROTO_TCP, .state = SOCKET_ESTABLISHED};

	if (sscanf(text, "%79s %7s %79s %7s %c", remote, remote_port, local, local_port, &rest) !=
		    4 ||
	    !read_host(remote, &info.remote) || !read_host(local, &info.local) ||
	    !read_port(remote_port, &info.remote_port) ||
	    !read_port(local_port, &info.local_port) || info.local.family != info.remote.family)
		return false;
	*ret = info;
	return true;
}
