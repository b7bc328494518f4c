// SPDX-License-Identifier: MIT
/* What config_check_cookie_reach asks about this host. */
#include "daemon/fwd/host/cookie_host.h"

#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>

#include "common/base/prefix/prefix_content.h"
#include "daemon/fwd/host/sysctl.h"

static bool is_on(const char *path)
{
	long number;

	return sysctl_read(path, &number, 1) == 1 && number > 0;
}

static unsigned mask_length(const struct sockaddr *mask)
{
	uint32_t bits;

	memcpy(&bits, &((const struct sockaddr_in *)mask)->sin_addr, sizeof(bits));
	return (unsigned)__builtin_popcount(bits);
}

static int add(struct prefix_list *list, const struct ifaddrs *item)
{
	struct prefix prefix;

	if (!item->ifa_addr)
		return 0;
	if (item->ifa_addr->sa_family == AF_INET6) {
		prefix = prefix_host(6, &((const struct sockaddr_in6 *)item->ifa_addr)->sin6_addr);
		return prefix_list_add(list, &prefix);
	}
	if (item->ifa_addr->sa_family != AF_INET)
		return 0;
	prefix = prefix_host(4, &((const struct sockaddr_in *)item->ifa_addr)->sin_addr);
	/* On a loopback interface all of an IPv4 address's network is this host. */
	if (item->ifa_flags & IFF_LOOPBACK && item->ifa_netmask)
		prefix = prefix_shorten(&prefix, mask_length(item->ifa_netmask));
	return prefix_list_add(list, &prefix);
}

int cookie_host_reach(struct cookie_reach *ret)
{
	struct cookie_reach reach = {
		.forwards4 = is_on("net/ipv4/ip_forward"),
		.forwards6 = is_on("net/ipv6/conf/all/forwarding"),
	};
	struct ifaddrs *list;
	int r = 0;

	if (getifaddrs(&list) < 0)
		return -errno;
	for (const struct ifaddrs *item = list; item && r == 0; item = item->ifa_next)
		r = add(&reach.own, item);
	freeifaddrs(list);
	if (r < 0)
		prefix_list_clear(&reach.own);
	else
		*ret = reach;
	return r;
}
