// SPDX-License-Identifier: MIT
/* The names of the slots: kept in a map, so that the next fwd gives each name its slot again. */
#include "daemon/fwd/datapath/maps/maps.h"

#include <errno.h>
#include <string.h>

/*
 * An interface's name is followed by its former one; readers that do not expect it see the first.
 */
static const char *former_in(const struct fw_name *name)
{
	const char *former = name->text + strlen(name->text) + 1;

	return former < name->text + sizeof(name->text) ? former : "";
}

static void read_name(struct slots *slots, const struct fw_name_key *key, struct fw_name *name)
{
	name->text[FW_NAME_SIZE - 1] = '\0';
	/* Slots that every registry has are refused with EEXIST: fine. */
	if (slots_put(slots, key->kind, key->slot, name->text) == 0 &&
	    key->kind == FW_NAME_INTERFACE)
		slots_set_former(slots, key->slot, former_in(name));
}

int names_read(struct datapath *dp)
{
	int fd = MAP_FD(dp, names);
	struct fw_name_key key, *previous = NULL;
	struct slots *slots = slots_new();
	struct fw_name name;

	if (!slots)
		return -ENOMEM;
	while (bpf_map_get_next_key(fd, previous, &key) == 0) {
		if (bpf_map_lookup_elem(fd, &key, &name) == 0 && key.kind < SLOT_KINDS)
			read_name(slots, &key, &name);
		previous = &key;
	}
	slots_free(dp->slots);
	dp->slots = slots;
	return 0;
}

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_slot(const struct slots *a, const struct slots *b, unsigned kind, unsigned slot)
{
	if (!same(slots_name(a, kind, slot), b ? slots_name(b, kind, slot) : NULL))
		return false;
	return kind != FW_NAME_INTERFACE ||
	       strcmp(slots_former(a, slot), b ? slots_former(b, slot) : "") == 0;
}

static int write_name(int fd, unsigned kind, unsigned slot, const char *text, const char *former)
{
	const struct fw_name_key key = {.kind = kind, .slot = slot};
	struct fw_name name = {0};

	if (!text)
		return bpf_map_delete_elem(fd, &key) && errno != ENOENT ? -errno : 0;
	strncpy(name.text, text, sizeof(name.text) - 1);
	if (strlen(text) + strlen(former) + 2 <= sizeof(name.text))
		strcpy(name.text + strlen(text) + 1, former);
	return bpf_map_update_elem(fd, &key, &name, BPF_ANY) ? -errno : 0;
}

int names_write(struct datapath *dp, const struct slots *slots)
{
	int fd = MAP_FD(dp, names);
	struct slots *copy;

	for (unsigned kind = 0; kind < SLOT_KINDS; kind++) {
		for (unsigned slot = 0; slot < slots_capacity(kind); slot++) {
			const char *now = slots_name(slots, kind, slot);
			bool has_former = kind == FW_NAME_INTERFACE;
			int err;

			if (same_slot(slots, dp->slots, kind, slot))
				continue;
			err = write_name(fd, kind, slot, now,
					 has_former ? slots_former(slots, slot) : "");
			if (err)
				return err;
		}
	}
	copy = slots_copy(slots);
	if (!copy)
		return -ENOMEM;
	slots_free(dp->slots);
	dp->slots = copy;
	return 0;
}
