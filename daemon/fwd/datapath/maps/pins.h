/* SPDX-License-Identifier: MIT */
/* The contents of the pin folder: our pins, missing ones, those of others. */
#ifndef FWD_PINS_H
#define FWD_PINS_H

#include "daemon/fwd/datapath/maps/maps.h"

/* Kernel's numbers of maps or programs. */
struct numbers {
	uint32_t ids[128];
	size_t count;
};

struct pinned {
	struct numbers used; /* maps of the stages of an earlier fwd; none: it left no stages */
	size_t present;
	size_t missing;
	const char *lacks;    /* a missing one, or NULL */
	const char *differs;  /* a map whose layout is not ours, or NULL */
	bool has_state;	      /* map `state` is there */
	uint32_t abi_version; /* of the fwd that made it; 0: it was never finished */
	bool has_policy;      /* one was active: entries may be attached */
};

/* ---- pins.c ---- */

/*
 * Check the pin folder. Missing pins of maps that the stages use are put back. -EEXIST: one of our
 * names has an object that is not ours; errs names it, and nothing is touched.
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

/* The path of the pin of a map of that name in a folder. */
void pin_path(const char *folder, const char *name, char path[PATH_SIZE]);

/* ---- pins_used.c ---- */

bool numbers_have(const struct numbers *numbers, uint32_t id);

/* The maps that the stages in the folder's prog arrays use, and the arrays; none without stages. */
void pins_used_by_stages(const char *folder, struct numbers *ret);

/* Can there be a program, other than the stages, that still uses the folder's maps? */
bool pins_have_entries(const char *folder);

/* The same, once the kernel has freed those that were detached just now: that can take a moment. */
bool pins_in_use(const char *folder);

/* ---- pins_old.c ---- */

/*
 * Move our pins to a folder oldN, after the existing ones (or continue an interrupted move), and
 * return its number. Existing folders that no entry uses are removed: so there is at most one for
 * each interface, regardless of interrupted starts. -EEXIST: there are MAX_OUTDATED.
 */
int pins_set_aside(struct datapath *dp, char folder[PATH_SIZE]);

/* The last folder that pins were moved to: the ABI version of what is there; 0: there is none. */
uint32_t pins_newest_old(const struct datapath *dp, char folder[PATH_SIZE]);

/*
 * The highest number of a generation in a folder with the pins of some layout, or in all that were
 * moved; 0: it cannot be read, or there was none.
 */
uint32_t pins_generation(const char *folder);
uint32_t pins_old_generation(const struct datapath *dp);

/* Remove our pins from the folder. */
void pins_remove(const struct datapath *dp);

/* ---- pins_old.c ---- */

/* Identify the entries of earlier layouts by the maps in the folders oldN: fills dp->outdated. */
void pins_find_outdated(struct datapath *dp);

#endif
