// SPDX-License-Identifier: MIT
#include "daemon/fwd/limits/ban_guard.h"

#include <errno.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "common/base/clock.h"
#include "common/base/memory.h"
#include "common/machine/caller.h"
#include "common/machine/sockets.h"
#include "daemon/fwd/lockout/guard.h"
#include "daemon/fwd/lockout/probe.h"

#define TCP_SYN 0x02
#define TCP_ACK 0x10

struct ban_guard {
	struct model *model;
	uint64_t looked; /* when; 0: never */
	struct probe_list probes;
	struct socket_list sockets;
	struct socket_list sessions; /* of users who are logged in */
	struct prefix_list own;	     /* addresses of this machine */
};

struct ban_guard *ban_guard_new(struct model *model)
{
	struct ban_guard *guard = calloc(1, sizeof(*guard));

	if (guard)
		guard->model = model;
	return guard;
}

static void forget(struct ban_guard *guard)
{
	probes_clear(&guard->probes);
	sockets_clear(&guard->sockets);
	sockets_clear(&guard->sessions);
	prefix_list_clear(&guard->own);
	guard->looked = 0;
}

struct ban_guard *ban_guard_free(struct ban_guard *guard)
{
	if (guard)
		forget(guard);
	free(guard);
	return NULL;
}

static int read_own(struct prefix_list *ret)
{
	struct ifaddrs *addresses;
	int r = 0;

	if (getifaddrs(&addresses) < 0)
		return -errno;
	for (const struct ifaddrs *at = addresses; at && r == 0; at = at->ifa_next) {
		const struct sockaddr_in *in = (void *)at->ifa_addr;
		const struct sockaddr_in6 *in6 = (void *)at->ifa_addr;
		struct prefix own = {0};

		if (at->ifa_addr && at->ifa_addr->sa_family == AF_INET)
			own = prefix_host(4, &in->sin_addr);
		else if (at->ifa_addr && at->ifa_addr->sa_family == AF_INET6)
			own = prefix_host(6, &in6->sin6_addr);
		if (own.family)
			r = prefix_list_add(ret, &own);
	}
	freeifaddrs(addresses);
	return r;
}

int ban_guard_look(struct ban_guard *guard, uint64_t now)
{
	int r;

	if (guard->looked && now - guard->looked < NS_PER_SECOND)
		return 0;
	forget(guard);
	r = guard_probes(guard->model, &guard->probes);
	if (r == 0)
		r = sockets_read(&guard->sockets);
	/* Without socket diagnostics no source is proven. */
	if (r == -EOPNOTSUPP)
		r = 0;
	if (r == 0)
		r = caller_sessions(&caller_sources_system, &guard->sockets, &guard->sessions);
	if (r == 0)
		r = read_own(&guard->own);
	if (r < 0)
		forget(guard);
	else
		guard->looked = now;
	return r;
}

const char *ban_guard_protects(const struct ban_guard *guard, const struct prefix *prefix)
{
	for (size_t i = 0; i < guard->probes.count; i++) {
		const struct probe *probe = &guard->probes.items[i];

		bool is_host = prefix->length == (prefix->family == 4 ? 32 : 128);

		/* A source that represents its network is not protected alone. */
		if (probe->kind == PROBE_FRAME || (probe->is_example && is_host))
			continue;
		if (prefix_contains(prefix, &probe->packet.src) ||
		    prefix_contains(prefix, &probe->packet.dst))
			return probe->what;
	}
	for (size_t i = 0; i < guard->sessions.count; i++) {
		if (prefix_contains(prefix, &guard->sessions.items[i].remote))
			return "the SSH connection of a user who is logged in";
	}
	return NULL;
}

static bool is_own(const struct ban_guard *guard, const struct prefix *address)
{
	for (size_t i = 0; i < guard->own.count; i++) {
		if (prefix_compare(&guard->own.items[i], address) == 0)
			return true;
	}
	return false;
}

static bool has_connection(const struct ban_guard *guard, const struct prefix *source)
{
	for (size_t i = 0; i < guard->sockets.count; i++) {
		const struct socket_info *info = &guard->sockets.items[i];

		if (info->protocol == IPPROTO_TCP &&
		    (info->state == SOCKET_ESTABLISHED || info->state == SOCKET_CLOSING) &&
		    prefix_compare(&info->remote, source) == 0)
			return true;
	}
	return false;
}

bool ban_guard_is_proven(const struct ban_guard *guard, const struct fw_ban *record)
{
	const struct prefix source = prefix_host(record->family, record->src);
	const struct prefix target = prefix_host(record->family, record->dst);

	if (record->proto != IPPROTO_TCP)
		return false;
	if (is_own(guard, &target))
		return has_connection(guard, &source);
	return (record->tcp_flags & (TCP_SYN | TCP_ACK)) == TCP_ACK;
}
