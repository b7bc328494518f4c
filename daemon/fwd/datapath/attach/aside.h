/* SPDX-License-Identifier: MIT */
/* Programs above a device that keep the kernel from changing the device's own. */
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

/* Find what keeps the kernel from changing a program of this device; release with uppers_clear. */
void uppers_find(const struct datapath *dp, int ifindex, struct uppers *ret);
void uppers_clear(struct uppers *uppers);

/* A change of a device's program; undo may be NULL. */
struct device_change {
	int (*call)(void *argument);
	int (*undo)(void *argument);
	void *argument;
};

/*
 * Make the change; if the kernel refuses it because of programs above that are all ours, without
 * these. If they cannot be put back because of the change, it is undone. A warning in errs (may be
 * NULL) has how long they were away.
 */
int change_below(struct datapath *dp, int ifindex, const struct device_change *change,
		 struct errors *errs);

#endif
