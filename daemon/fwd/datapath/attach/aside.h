/* SPDX-License-Identifier: MIT */
/* Programs above a device that keep the kernel from changing the device's program. */
#ifndef FWD_ASIDE_H
#define FWD_ASIDE_H

#include <net/if.h>

#include "daemon/fwd/datapath/attach/attach_internal.h"

struct upper {
	size_t index; /* of the attachment */
	int ifindex;
	unsigned rank; /* as in devices.h */
	struct found found;
	bool is_off;
};

struct uppers {
	struct upper list[FW_MAX_INTERFACES]; /* ours, the uppermost first */
	size_t count;
	bool has_foreign;	   /* one with a program that is not ours, or not only */
	char foreign[IF_NAMESIZE]; /* ... its name */
};

/* Find the programs that keep the kernel from changing this device's; release with uppers_clear. */
void uppers_find(const struct datapath *dp, int ifindex, struct uppers *ret);
void uppers_clear(struct uppers *uppers);

/* A change of a device's program; undo may be NULL. */
struct device_change {
	int (*call)(void *argument);
	int (*undo)(void *argument);
	void *argument;
};

/*
 * Make the change. If the kernel refuses it because of programs above, and all are ours, remove
 * these for the change. If they cannot be put back because of it, it is undone. A warning in errs
 * (may be NULL) has the time without them.
 */
int change_below(struct datapath *dp, int ifindex, const struct device_change *change,
		 struct errors *errs);

#endif
