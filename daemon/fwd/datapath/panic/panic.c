// SPDX-License-Identifier: MIT
/*
 * The panic switch: one word that overrides every policy (FW_PANIC_*). Setting and ending it is
 * one write, so that it works in any state of fwd and its config.
 */
#include "daemon/fwd/datapath/panic/panic_switch.h"
#include "daemon/fwd/datapath/maps/pins.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PANIC_SINCE 4 /* the first ABI version with the word */

static uint64_t panic_word(enum fw_panic mode, uint64_t end)
{
	return FW_PANIC_END(end) | mode;
}

bool datapath_panic_view(const struct datapath *dp, struct panic_view *ret)
{
	uint64_t panic = __atomic_load_n(&dp->state->panic, __ATOMIC_ACQUIRE);

	if (!panic || datapath_now(dp) >= FW_PANIC_END(panic))
		return false;
	*ret = (struct panic_view){.mode = FW_PANIC_MODE(panic), .end = FW_PANIC_END(panic)};
	return true;
}

/* ---- without an fwd ---- */

/* Map the element of a pinned map `state` with the word. NULL: there is none. */
static struct fw_state *map_state(const char *folder)
{
	char path[PATH_SIZE];
	const char *what;
	cleanup_fd int fd = -1;
	struct fw_state *state;
	bool has_policy;

	pin_path(folder, "state", path);
	fd = pin_open_map(path, &what);
	if (fd < 0 || pin_abi_version(fd, &has_policy) < PANIC_SINCE)
		return NULL;
	state = mmap(NULL, sizeof(*state), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	return state == MAP_FAILED ? NULL : state;
}

/* The folder itself, then those of earlier layouts in it. */
static const char *nth_folder(const char *pin_dir, int number, char path[PATH_SIZE])
{
	if (number == 0)
		snprintf(path, PATH_SIZE, "%.190s", pin_dir);
	else
		snprintf(path, PATH_SIZE, "%.190s/old%d", pin_dir, number);
	return path;
}

int panic_write(const char *pin_dir, enum fw_panic mode, uint64_t end)
{
	char path[PATH_SIZE];
	int written = 0;

	for (int i = 0; i <= MAX_OUTDATED; i++) {
		struct fw_state *state = map_state(nth_folder(pin_dir, i, path));

		if (!state)
			continue;
		__atomic_store_n(&state->panic, end ? panic_word(mode, end) : 0, __ATOMIC_RELEASE);
		munmap(state, sizeof(*state));
		written += pins_have_entries(path);
	}
	if (written)
		return 0;
	return geteuid() ? -EPERM : -ENOENT;
}

/* Interfaces that could not be attached again still have an entry of an earlier layout. */
static void write_all(struct datapath *dp, enum fw_panic mode, uint64_t end)
{
	__atomic_store_n(&dp->state->panic, end ? panic_word(mode, end) : 0, __ATOMIC_RELEASE);
	if (dp->outdated_count)
		panic_write(dp->pin_dir, mode, end);
}

void datapath_panic(struct datapath *dp, enum fw_panic mode, uint64_t end)
{
	write_all(dp, mode, end);
}

bool datapath_panic_end(struct datapath *dp)
{
	struct panic_view view;
	bool was = datapath_panic_view(dp, &view);

	write_all(dp, FW_PANIC_OPEN, 0);
	return was;
}

/* A new layout begins with the panic of the one that it replaces. */
void panic_inherit(struct datapath *dp)
{
	char folder[PATH_SIZE];
	struct fw_state *old = NULL;

	if (pins_newest_old(dp, folder))
		old = map_state(folder);
	if (!old)
		return;
	dp->state->panic = old->panic;
	munmap(old, sizeof(*old));
}
