// SPDX-License-Identifier: MIT
#include "daemon/fwd/host/feed_host.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"

#define MAX_LINES 4096 /* of a table of routes: the default ones are among the first */

/* ---- this host ---- */

static void need(struct needed_list *list, const char *what, const struct prefix *prefix)
{
	struct needed_address *item = array_grow(&list->items, list->count, sizeof(*item));

	if (!item)
		return;
	*item = (struct needed_address){.prefix = *prefix, .what = what};
	list->count++;
}

static bool is_loopback(const struct prefix *prefix)
{
	static const struct prefix loopback4 = {4, 8, {127}}, loopback6 = {6, 128, {[15] = 1}};

	return prefix_contains(&loopback4, prefix) || prefix_contains(&loopback6, prefix);
}

static void read_own(struct needed_list *list)
{
	struct ifaddrs *own;

	if (getifaddrs(&own) < 0)
		return;
	for (const struct ifaddrs *item = own; item; item = item->ifa_next) {
		const struct sockaddr *address = item->ifa_addr;
		struct prefix prefix;

		if (!address || (address->sa_family != AF_INET && address->sa_family != AF_INET6))
			continue;
		prefix = address->sa_family == AF_INET
				 ? prefix_host(4, &((const struct sockaddr_in *)address)->sin_addr)
				 : prefix_host(6,
					       &((const struct sockaddr_in6 *)address)->sin6_addr);
		if (!is_loopback(&prefix))
			need(list, "its own address", &prefix);
	}
	freeifaddrs(own);
}

static void read_gateways4(struct needed_list *list)
{
	char line[256];
	unsigned destination, gateway, mask;
	FILE *table = fopen("/proc/self/net/route", "re");

	for (int i = 0; table && i < MAX_LINES && fgets(line, sizeof(line), table); i++) {
		struct prefix prefix;

		if (sscanf(line, "%*s %x %x %*s %*s %*s %*s %x", &destination, &gateway, &mask) !=
			    3 ||
		    destination || mask || !gateway)
			continue;
		prefix = prefix_host(4, &gateway);
		need(list, "a gateway", &prefix);
	}
	if (table)
		fclose(table);
}

static void read_gateways6(struct needed_list *list)
{
	char line[256], to[33], gateway[33];
	unsigned length;
	FILE *table = fopen("/proc/self/net/ipv6_route", "re");

	for (int i = 0; table && i < MAX_LINES && fgets(line, sizeof(line), table); i++) {
		uint8_t address[16];
		struct prefix prefix;

		if (sscanf(line, "%32s %x %*s %*s %32s", to, &length, gateway) != 3 || length ||
		    strspn(gateway, "0") == 32)
			continue;
		for (int n = 0; n < 16; n++)
			sscanf(gateway + 2 * n, "%2hhx", &address[n]);
		prefix = prefix_host(6, address);
		need(list, "a gateway", &prefix);
	}
	if (table)
		fclose(table);
}

static void read_resolvers(struct needed_list *list)
{
	char line[256], address[128];
	FILE *file = fopen("/etc/resolv.conf", "re");

	while (file && fgets(line, sizeof(line), file)) {
		struct prefix prefix;

		if (sscanf(line, " nameserver %127s", address) != 1)
			continue;
		address[strcspn(address, "%")] = '\0';
		if (prefix_parse(address, &prefix) == 0 && !is_loopback(&prefix))
			need(list, "a resolver", &prefix);
	}
	if (file)
		fclose(file);
}

void feed_host_check(const struct config *config, struct errors *errs)
{
	struct needed_list list = {0};

	if (!config_drops_feeds(config))
		return;
	read_own(&list);
	read_gateways4(&list);
	read_gateways6(&list);
	read_resolvers(&list);
	config_check_needed(config, &list, errs);
	free(list.items);
}
