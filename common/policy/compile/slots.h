/* SPDX-License-Identifier: MIT */
/*
 * Slots: the numbers by which the datapath knows rules, limits, live sets and
 * interfaces. A name keeps its slot from one generation to the next, so that
 * counters and buckets survive a reload. A removed name also keeps its slot
 * until the slot is needed for another name.
 */
#ifndef FWD_SLOTS_H
#define FWD_SLOTS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/abi/fw_abi.h"

#define SLOT_KINDS 4 /* enum fw_name_kind */

struct slots;

/*
 * An empty registry: interface slot 0 ("none") and live set id 0 ("blocks") are
 * taken; these two have names, but are never found by them. NULL: no memory.
 */
struct slots *slots_new(void);
struct slots *slots_copy(const struct slots *slots);
struct slots *slots_free(struct slots *slots);

/* Mark all names as unused, before a compile takes them again. */
void slots_begin(struct slots *slots);

/*
 * Do not reuse the slots of names that are in use now, also in later compiles, until
 * slots_release: another policy still needs them. For the copy that a policy is
 * compiled from; its own slots are then held as well.
 */
void slots_hold(struct slots *slots);
void slots_release(struct slots *slots);

/*
 * Mark a name as in use if it has a slot, used lately or not: before new names
 * are taken, so that they do not push it out. Returns the slot, or -ENOENT.
 */
int slots_keep(struct slots *slots, enum fw_name_kind kind, const char *name);

/*
 * The slot of a name, taken if it has none: first slots that never had a name,
 * then the one that was out of use for longest. *ret_fresh (may be NULL): it is new
 * here, so what the slot counted before belongs to another and must be cleared.
 * Returns the slot; -ENOSPC; -EINVAL: a name that does not fit.
 */
int slots_take(struct slots *slots, enum fw_name_kind kind, const char *name, bool *ret_fresh);

/* The slot of a name in use, or -ENOENT. */
int slots_find(const struct slots *slots, enum fw_name_kind kind, const char *name);

/* The name of a slot; NULL if it never had one. */
const char *slots_name(const struct slots *slots, enum fw_name_kind kind, unsigned slot);

/* True if the slot's name is in use in the latest compile. */
bool slots_used(const struct slots *slots, enum fw_name_kind kind, unsigned slot);

/*
 * Put a name at a slot, in use: for adopting what an earlier fwd left. -EINVAL: no such slot, or
 * no such name; -EEXIST: the slot has another name, or the name another slot.
 */
int slots_put(struct slots *slots, enum fw_name_kind kind, unsigned slot, const char *name);

/*
 * Rename a slot: a device that was renamed keeps its slot, and is named `name` now. If
 * another slot has that name, the two swap names. Their use does not change. For interfaces
 * the former name is remembered. -EINVAL: no such slot, or no such name.
 */
int slots_rename(struct slots *slots, enum fw_name_kind kind, unsigned slot, const char *name);

/* The name of a slot's interface before it was renamed; "": it was never renamed. */
const char *slots_former(const struct slots *slots, unsigned slot);
void slots_set_former(struct slots *slots, unsigned slot, const char *name);

/* Number of slots of a kind. */
unsigned slots_capacity(enum fw_name_kind kind);

#endif
