// SPDX-License-Identifier: MIT
#include "common/policy/compile/slots.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* All kinds in one array, one after the other. */
#define SLOTS_TOTAL (FW_MAX_RULE_SLOTS + FW_MAX_LIMITS + FW_MAX_LIVE_SETS + FW_MAX_INTERFACES)

#define BUCKETS		    16384
#define INTERFACE_NAME_SIZE 16 /* IFNAMSIZ */

struct slot {
	char name[FW_NAME_SIZE]; /* "": never taken */
	uint32_t hash;		 /* of the name: spares most comparisons */
	uint32_t round;		 /* of the latest compile that used it */
	uint16_t next;		 /* in its bucket: a place in `all` + 1; 0: the last */
};

/* The progress of the search for slots of a kind to reuse. */
struct search {
	uint32_t round; /* slots last used in this round are reused now; 0: never used */
	unsigned at;	/* from here on */
};

struct slots {
	uint32_t round; /* counts compiles */
	uint32_t held;	/* slots last used in this round or later are not reused; 0: none */
	struct search searches[SLOT_KINDS];
	uint16_t buckets[BUCKETS]; /* names by their hash, all kinds: as slot.next */
	char former[FW_MAX_INTERFACES][INTERFACE_NAME_SIZE];
	struct slot all[SLOTS_TOTAL];
};
_Static_assert(SLOTS_TOTAL < UINT16_MAX, "places fit into 16 bits");

/* The first slot of a kind, and the number of reserved ones, which are never reused. */
struct kind_range {
	unsigned first;
	unsigned count;
	unsigned reserved;
};

static struct kind_range range_of(enum fw_name_kind kind)
{
	switch (kind) {
	case FW_NAME_RULE:
		return (struct kind_range){0, FW_MAX_RULE_SLOTS, 0};
	case FW_NAME_LIMIT:
		return (struct kind_range){FW_MAX_RULE_SLOTS, FW_MAX_LIMITS, 0};
	case FW_NAME_LIVE_SET:
		return (struct kind_range){FW_MAX_RULE_SLOTS + FW_MAX_LIMITS, FW_MAX_LIVE_SETS, 1};
	case FW_NAME_INTERFACE:
		return (struct kind_range){FW_MAX_RULE_SLOTS + FW_MAX_LIMITS + FW_MAX_LIVE_SETS,
					   FW_MAX_INTERFACES, 1};
	}
	return (struct kind_range){0, 0, 0};
}

/* FNV-1a. */
static uint32_t hash_of(const char *name)
{
	uint32_t hash = 2166136261u;

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619u;
	return hash;
}

static void bucket_remove(struct slots *slots, unsigned place)
{
	uint16_t *link = &slots->buckets[slots->all[place].hash % BUCKETS];

	while (*link && *link != place + 1)
		link = &slots->all[*link - 1].next;
	if (*link)
		*link = slots->all[place].next;
}

static void slot_set(struct slots *slots, unsigned place, const char *name)
{
	struct slot *slot = &slots->all[place];
	uint16_t *bucket;

	if (slot->name[0])
		bucket_remove(slots, place);
	memset(slot->name, 0, sizeof(slot->name));
	memcpy(slot->name, name, strnlen(name, sizeof(slot->name) - 1));
	slot->hash = hash_of(slot->name);
	slot->round = slots->round;
	bucket = &slots->buckets[slot->hash % BUCKETS];
	slot->next = *bucket;
	*bucket = (uint16_t)(place + 1);
}

/* Index within the kind, or -ENOENT; reserved slots are not found. */
static int find_name(const struct slots *slots, struct kind_range range, const char *name)
{
	unsigned first = range.first + range.reserved, end = range.first + range.count;
	uint32_t hash = hash_of(name);
	unsigned place = slots->buckets[hash % BUCKETS];

	for (; place; place = slots->all[place - 1].next) {
		const struct slot *slot = &slots->all[place - 1];

		if (slot->hash == hash && place > first && place <= end &&
		    strcmp(slot->name, name) == 0)
			return (int)(place - 1 - range.first);
	}
	return -ENOENT;
}

static bool name_fits(const char *name)
{
	size_t length = strnlen(name, FW_NAME_SIZE);

	return length > 0 && length < FW_NAME_SIZE;
}

struct slots *slots_new(void)
{
	struct slots *slots = calloc(1, sizeof(*slots));

	if (!slots)
		return NULL;
	slots->round = 1;
	slot_set(slots, range_of(FW_NAME_LIVE_SET).first, "blocks");
	slot_set(slots, range_of(FW_NAME_INTERFACE).first, "none");
	return slots;
}

struct slots *slots_copy(const struct slots *slots)
{
	struct slots *copy = malloc(sizeof(*copy));

	if (copy)
		memcpy(copy, slots, sizeof(*copy));
	return copy;
}

struct slots *slots_free(struct slots *slots)
{
	free(slots);
	return NULL;
}

void slots_begin(struct slots *slots)
{
	slots->round++;
	memset(slots->searches, 0, sizeof(slots->searches));
	slots->all[range_of(FW_NAME_LIVE_SET).first].round = slots->round;
	slots->all[range_of(FW_NAME_INTERFACE).first].round = slots->round;
}

void slots_hold(struct slots *slots)
{
	slots->held = slots->round;
}

void slots_release(struct slots *slots)
{
	slots->held = 0;
}

int slots_keep(struct slots *slots, enum fw_name_kind kind, const char *name)
{
	struct kind_range range = range_of(kind);
	int index = name_fits(name) ? find_name(slots, range, name) : -ENOENT;

	if (index >= 0)
		slots->all[range.first + (unsigned)index].round = slots->round;
	return index;
}

/* The round in which the next reusable slots were last used, 0 for never; UINT32_MAX: none. */
static uint32_t oldest_round(const struct slots *slots, struct kind_range range)
{
	uint32_t end = slots->held ? slots->held : slots->round, oldest = UINT32_MAX;
	const struct slot *all = slots->all + range.first;

	for (unsigned i = range.reserved; i < range.count; i++)
		if (all[i].round < end && all[i].round < oldest)
			oldest = all[i].round;
	return oldest;
}

/*
 * The slot to reuse: the one out of use for longest, never taken ones (round 0) first. Each
 * search continues where the last one ended, as no slot gets older during a compile.
 */
static int find_free(struct slots *slots, enum fw_name_kind kind)
{
	struct kind_range range = range_of(kind);
	struct search *search = &slots->searches[kind];
	const struct slot *all = slots->all + range.first;

	if (search->at < range.reserved)
		search->at = range.reserved;
	for (;;) {
		for (; search->at < range.count; search->at++)
			if (all[search->at].round == search->round && search->round != slots->round)
				return (int)search->at++;
		search->round = oldest_round(slots, range);
		search->at = range.reserved;
		if (search->round == UINT32_MAX)
			return -ENOSPC;
	}
}

int slots_take(struct slots *slots, enum fw_name_kind kind, const char *name, bool *ret_fresh)
{
	struct kind_range range = range_of(kind);
	int index;

	if (!name_fits(name))
		return -EINVAL;
	index = slots_keep(slots, kind, name);
	if (index >= 0) {
		if (ret_fresh)
			*ret_fresh = false;
		return index;
	}
	index = find_free(slots, kind);
	if (index < 0)
		return index;
	slot_set(slots, range.first + (unsigned)index, name);
	if (kind == FW_NAME_INTERFACE)
		slots_set_former(slots, (unsigned)index, "");
	if (ret_fresh)
		*ret_fresh = true;
	return index;
}

int slots_find(const struct slots *slots, enum fw_name_kind kind, const char *name)
{
	int index = find_name(slots, range_of(kind), name);

	if (index >= 0 && !slots_used(slots, kind, (unsigned)index))
		return -ENOENT;
	return index;
}

const char *slots_name(const struct slots *slots, enum fw_name_kind kind, unsigned slot)
{
	struct kind_range range = range_of(kind);

	if (slot >= range.count || !slots->all[range.first + slot].name[0])
		return NULL;
	return slots->all[range.first + slot].name;
}

bool slots_used(const struct slots *slots, enum fw_name_kind kind, unsigned slot)
{
	struct kind_range range = range_of(kind);

	return slot < range.count && slots->all[range.first + slot].name[0] &&
	       slots->all[range.first + slot].round == slots->round;
}

int slots_put(struct slots *slots, enum fw_name_kind kind, unsigned slot, const char *name)
{
	struct kind_range range = range_of(kind);
	const char *there = slots_name(slots, kind, slot);
	int index;

	if (slot >= range.count || !name_fits(name))
		return -EINVAL;
	if (there)
		return strcmp(there, name) == 0 ? 0 : -EEXIST;
	index = find_name(slots, range, name);
	if (index >= 0)
		return -EEXIST;
	slot_set(slots, range.first + slot, name);
	return 0;
}

/* Change only the text: the use of the slot, and its age, stay. */
static void set_text(struct slots *slots, unsigned place, const char *name)
{
	uint32_t round = slots->all[place].round;

	slot_set(slots, place, name);
	slots->all[place].round = round;
}

int slots_rename(struct slots *slots, enum fw_name_kind kind, unsigned slot, const char *name)
{
	struct kind_range range = range_of(kind);
	char old[FW_NAME_SIZE];
	int other;

	if (slot < range.reserved || slot >= range.count || !name_fits(name))
		return -EINVAL;
	memcpy(old, slots->all[range.first + slot].name, sizeof(old));
	if (!old[0])
		return -EINVAL;
	if (strcmp(old, name) == 0)
		return 0;
	other = find_name(slots, range, name);
	if (other >= 0)
		set_text(slots, range.first + (unsigned)other, old);
	set_text(slots, range.first + slot, name);
	if (kind == FW_NAME_INTERFACE) {
		slots_set_former(slots, slot, old);
		if (other >= 0)
			slots_set_former(slots, (unsigned)other, name);
	}
	return 0;
}

const char *slots_former(const struct slots *slots, unsigned slot)
{
	return slot < FW_MAX_INTERFACES ? slots->former[slot] : "";
}

void slots_set_former(struct slots *slots, unsigned slot, const char *name)
{
	size_t length = strnlen(name, INTERFACE_NAME_SIZE - 1);

	if (slot >= FW_MAX_INTERFACES)
		return;
	memset(slots->former[slot], 0, sizeof(slots->former[slot]));
	memcpy(slots->former[slot], name, length);
}

unsigned slots_capacity(enum fw_name_kind kind)
{
	return range_of(kind).count;
}
