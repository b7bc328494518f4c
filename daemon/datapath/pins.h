/* SPDX-License-Identifier: MIT */
/* What stands in the pin folder: what is ours, what is missing, what is another's. */
#ifndef FWD_PINS_H
#define FWD_PINS_H

#include "internal.h"

/* Kernel's numbers of the maps that the stages of an earlier fwd use. */
struct used_maps {
	uint32_t ids[128];
	size_t count; /* 0: there are no stages to ask */
};

bool used_maps_have(const struct used_maps *used, uint32_t id);

struct pinned {
	struct used_maps used;
	size_t present;
	size_t missing;
	const char *lacks;    /* one that is missing, or NULL */
	const char *differs;  /* a map whose layout is not ours, or NULL */
	bool has_state;	      /* map `state` is there */
	uint32_t abi_version; /* of who made it; 0: it was never finished */
	bool has_policy;      /* one was active: entries may be attached */
};

/* ---- pins.c ---- */

/*
 * Look at the pin folder. Pins of maps that the stages use and that are gone are put back. -EEXIST:
 * under one of our names stands what is not ours; errs names it, and nothing is touched.
 */
int pins_look(const struct datapath *dp, struct pinned *ret, struct errors *errs);

/*
 * Open the map that is pinned there: its descriptor, or -ENOENT. -EINVAL: something else is
 * there; *ret_what (static) says what.
 */
int pin_open_map(const char *path, const char **ret_what);

/*
 * The ABI version in a map `state`, whatever its size, and whether a policy was ever active;
 * 0 if it cannot be read.
 */
uint32_t pin_abi_version(int fd, bool *ret_has_policy);

/* Where a map of that name is pinned in a folder. */
void pin_path(const char *folder, const char *name, char path[PATH_SIZE]);

/* ---- pins_old.c ---- */

/* Move our pins to the first free oldN (or go on where that was cut off), and tell which it is. */
int pins_set_aside(struct datapath *dp, char folder[PATH_SIZE]);

/* The last folder that pins were moved to: the ABI version of what is there; 0: there is none. */
uint32_t pins_newest_old(const struct datapath *dp, char folder[PATH_SIZE]);

/* Remove our pins from the folder. */
void pins_remove(const struct datapath *dp);

/* Know the entries of earlier layouts by the maps in the folders oldN: fills dp->outdated. */
void pins_find_outdated(struct datapath *dp);

#endif
