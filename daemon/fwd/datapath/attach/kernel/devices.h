/* SPDX-License-Identifier: MIT */
/* The hierarchy of network devices: ports below their bridge, VLANs above their device. */
#ifndef FWD_DEVICES_H
#define FWD_DEVICES_H

#include <stdbool.h>
#include <stddef.h>

struct device {
	int ifindex;
	int master;    /* the device that it is a port of (bridge, bond); 0: none */
	int below;     /* the device below it (VLAN, macvlan); 0: none here */
	unsigned rank; /* filled in: 0 without devices below, else higher than all of them */
};

/* All devices of this namespace, ranked; the caller frees *ret. */
int devices_read(struct device **ret, size_t *ret_count);

/* Fill in the ranks. Ends also for a cycle, which the kernel does not make. */
void devices_rank(struct device *devices, size_t count);

/* The rank of a device, 0 if it is unknown. */
unsigned devices_rank_of(const struct device *devices, size_t count, int ifindex);

/*
 * The place in devices, `from` or later, of one that is directly above `lower` (its bridge, a VLAN
 * on it); count: there is none.
 */
size_t devices_next_upper(const struct device *devices, size_t count, int lower, size_t from);

#endif
