/* SPDX-License-Identifier: MIT */
/* Addresses of this machine, over route netlink. */
#ifndef FWD_OWN_ADDRESSES_H
#define FWD_OWN_ADDRESSES_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/prefix/prefix.h"

struct own_address {
	struct prefix address; /* a host */
	struct prefix peer;    /* the other end of a point-to-point link, or of family 0 */
	unsigned length;       /* of the link's prefix */
	int ifindex;
	bool has_end; /* it is leased, as by DHCP */
};

struct own_list {
	struct own_address *items;
	size_t count;
};

/* Read them, except those of loopback interfaces. 0 or a negative errno. */
int own_read(struct own_list *ret);
void own_clear(struct own_list *list);

/* This machine's address on a link as seen by another address; NULL: none of its family. */
const struct prefix *own_towards(const struct own_list *list, const struct prefix *remote,
				 int ifindex);

#endif
