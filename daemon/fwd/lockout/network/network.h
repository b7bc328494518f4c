/* SPDX-License-Identifier: MIT */
/*
 * What the kernel knows of the network: routes, and through which of fwd's interfaces packets of
 * a link come in.
 */
#ifndef FWD_NETWORK_H
#define FWD_NETWORK_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "common/abi/fw_limits.h"
#include "common/base/prefix/prefix.h"
#include "common/machine/own_addresses.h"

/* How packets of a link reach one of fwd's interfaces: it, and the tags that they have there. */
struct path {
	char name[IF_NAMESIZE]; /* as in the config */
	int ifindex;
	int link; /* whose packets these are: above the tags, bridges and bonds */
	uint16_t vlans[FW_MAX_VLANS]; /* outer first */
	unsigned vlan_count;
};
#define MAX_PATHS FW_MAX_INTERFACES

/* A link, as far as it matters here. */
struct link_info {
	int ifindex;
	int lower;     /* of a VLAN: the link below it; else 0 */
	int master;    /* the bridge or bond that it is a port of; else 0 */
	uint16_t vlan; /* its id */
	bool has_mac;
	uint8_t mac[6];
};

/* An interface that fwd filters, or will filter. */
struct port {
	char name[IF_NAMESIZE];
	int ifindex;
	unsigned slot;
	bool is_attached; /* already */
};

struct port_list {
	struct port items[FW_MAX_INTERFACES];
	size_t count;
};

const struct port *port_find(const struct port_list *ports, int ifindex);

/*
 * The paths of a link: itself, if fwd is attached to it; else that of the link below a
 * VLAN, or of the ports of a bridge or bond. Returns their number, 0 to MAX_PATHS.
 */
size_t paths_of_link(const struct link_info *links, size_t count, const struct port_list *ports,
		     int ifindex, struct path ret[MAX_PATHS]);

struct network;

/* A snapshot of the links. ports are borrowed. 0 or a negative errno. */
int network_open(const struct port_list *ports, struct network **ret);
struct network *network_close(struct network *network);

/*
 * Where packets to an address leave (and, as routes mostly are symmetric, where those from it
 * come in): the paths, and the gateway (family 0: none, it is on the link). -ENOENT: there
 * is no route; -ENODEV: it leads to no interface of fwd's.
 */
struct route {
	struct path paths[MAX_PATHS];
	size_t path_count;
	struct prefix gateway;
	int ifindex;	  /* of the link */
	uint8_t protocol; /* who made it: RTPROT_* */
};
int network_route(struct network *network, const struct prefix *to, struct route *ret);

/* The same for the default route of a family (4 or 6). */
int network_default_route(struct network *network, int family, struct route *ret);

/* The same for all that comes in by a link. -ENODEV: it is no interface of fwd's, nor on one. */
int network_link(struct network *network, int ifindex, struct route *ret);

/* The bridge or bond that a link is a port of; else 0. */
int network_master(const struct network *network, int ifindex);

/* The MAC address to which packets for this machine are sent on a link. False: it has none. */
bool network_mac(const struct network *network, int ifindex, uint8_t ret[6]);

/* The MAC address of a neighbour, if the kernel knows it now. */
bool network_neighbour(struct network *network, int ifindex, const struct prefix *address,
		       uint8_t ret[6]);

#endif
