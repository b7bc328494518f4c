// SPDX-License-Identifier: MIT
/* Whose the slots are: kept in a map, so that the next fwd gives each name its slot again. */
#include "internal.h"

#include <errno.h>
#include <string.h>

int names_read(struct datapath *dp)
{
	int fd = datapath_map(dp, "names");
	struct fw_name_key key, *previous = NULL;
	struct slots *slots = slots_new();
	struct fw_name name;

	if (!slots)
		return -ENOMEM;
	while (bpf_map_get_next_key(fd, previous, &key) == 0) {
		if (bpf_map_lookup_elem(fd, &key, &name) == 0 && key.kind < SLOT_KINDS) {
			name.text[FW_NAME_SIZE - 1] = '\0';
			/* Slots that every registry has are refused with EEXIST: fine. */
			if (slots_put(slots, key.kind, key.slot, name.text) == -ENOMEM) {
				slots_free(slots);
				return -ENOMEM;
			}
		}
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

static int write_name(int fd, unsigned kind, unsigned slot, const char *text)
{
	const struct fw_name_key key = {.kind = kind, .slot = slot};
	struct fw_name name = {0};

	if (!text)
		return bpf_map_delete_elem(fd, &key) && errno != ENOENT ? -errno : 0;
	strncpy(name.text, text, sizeof(name.text) - 1);
	return bpf_map_update_elem(fd, &key, &name, BPF_ANY) ? -errno : 0;
}

int names_write(struct datapath *dp, const struct slots *slots)
{
	int fd = datapath_map(dp, "names");
	struct slots *copy;

	for (unsigned kind = 0; kind < SLOT_KINDS; kind++) {
		for (unsigned slot = 0; slot < slots_capacity(kind); slot++) {
			const char *now = slots_name(slots, kind, slot);
			int err;

			if (same(now, dp->slots ? slots_name(dp->slots, kind, slot) : NULL))
				continue;
			err = write_name(fd, kind, slot, now);
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
