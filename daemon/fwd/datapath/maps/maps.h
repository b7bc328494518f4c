/* SPDX-License-Identifier: MIT */
/*
 * Maps: created, pinned, adopted, kept from another layout.
 *
 *	maps.c		create, pin, adopt
 *	pins.c		the contents of the pin folder, and which are ours
 *	pins_used.c	the maps that programs use
 *	pins_old.c	pins set aside, and removed
 *	share.c		maps kept from another layout
 *	names.c		the names of the slots
 *	walk.c		walking maps that packets change
 *	live_maps.c	entries of live sets
 */
#ifndef FWD_MAPS_H
#define FWD_MAPS_H

#include "daemon/fwd/datapath/internal.h"

/* ---- maps.c ---- */

int maps_open(struct datapath *dp, struct errors *errs);
void maps_close(struct datapath *dp);

/* Does a map of the kernel have the layout of our programs? */
bool map_same_layout(const struct bpf_map *map, int fd);

/* ---- share.c ---- */

/*
 * Before the maps are created: share those maps of `folder`, with pins of ABI `version`, that have
 * the same meaning. lost: the ones that start empty, as text. -ENOENT: none was shared.
 */
int maps_share(struct datapath *dp, const char *folder, uint32_t version, char *lost, size_t size);

/* ---- pins_old.c ---- */

/* Remove the pins of outdated maps, after all their entries were replaced. */
void maps_forget_outdated(struct datapath *dp);

/* Remove our pins, and the folder if it has nothing else. */
int maps_unpin(struct datapath *dp, struct errors *errs);

/* ---- walk.c ---- */

/* Visit all entries of a map that has batch lookups; a visit that returns non-zero ends it. */
typedef int walk_visit(const void *key, const void *value, void *userdata);
int map_walk(int fd, size_t key_size, size_t value_size, walk_visit *visit, void *userdata);

/* Delete the entries that `doomed` selects; returns their number, or a negative errno. */
typedef bool map_doomed(const void *key, const void *value, void *userdata);
int map_prune(int fd, size_t key_size, size_t value_size, map_doomed *doomed, void *userdata);

/* ---- names.c ---- */

/* Read map `names` into dp->slots. */
int names_read(struct datapath *dp);

/* Write what differs from dp->slots. */
int names_write(struct datapath *dp, const struct slots *slots);

#endif
