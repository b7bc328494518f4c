// SPDX-License-Identifier: MIT
/* The programs that use the maps of a pin folder: the stages in its prog arrays, and entries. */
#include "daemon/fwd/datapath/maps/pins.h"

#include <errno.h>
#include <time.h>

#define MAX_PROGRAM_MAPS 64

struct program_maps {
	uint32_t ids[MAX_PROGRAM_MAPS];
	uint32_t count;
};

/* The maps of a program, if it exists; none otherwise. */
static void program_maps(uint32_t program, struct program_maps *ret)
{
	cleanup_fd int fd = bpf_prog_get_fd_by_id(program);
	uint32_t size = sizeof(struct bpf_prog_info);
	struct bpf_prog_info info = {.map_ids = (uintptr_t)ret->ids,
				     .nr_map_ids = MAX_PROGRAM_MAPS};

	ret->count = 0;
	if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &size))
		return;
	ret->count = info.nr_map_ids < MAX_PROGRAM_MAPS ? info.nr_map_ids : MAX_PROGRAM_MAPS;
}

/* ---- numbers ---- */

bool numbers_have(const struct numbers *numbers, uint32_t id)
{
	for (size_t i = 0; i < numbers->count; i++)
		if (numbers->ids[i] == id)
			return true;
	return false;
}

static void numbers_add(struct numbers *numbers, uint32_t id)
{
	if (!numbers_have(numbers, id) && numbers->count < array_size(numbers->ids))
		numbers->ids[numbers->count++] = id;
}

/* ---- the stages ---- */

/* A prog array of the folder, and the programs in it. */
static void find_stages(const char *folder, const char *array, struct numbers *maps,
			struct numbers *stages)
{
	char path[PATH_SIZE];
	cleanup_fd int fd = -1;
	const char *what;

	pin_path(folder, array, path);
	fd = pin_open_map(path, &what);
	if (fd < 0)
		return;
	numbers_add(maps, map_id(fd));
	for (uint32_t stage = 0, id; stage < FW_STAGE_MAX; stage++)
		if (!bpf_map_lookup_elem(fd, &stage, &id))
			numbers_add(stages, id);
}

void pins_used_by_stages(const char *folder, struct numbers *ret)
{
	struct numbers arrays = {0}, stages = {0};
	struct program_maps maps;

	*ret = (struct numbers){0};
	find_stages(folder, "stages", &arrays, &stages);
	find_stages(folder, "stages_frags", &arrays, &stages);
	for (size_t i = 0; i < stages.count; i++) {
		program_maps(stages.ids[i], &maps);
		for (uint32_t map = 0; map < maps.count; map++)
			numbers_add(ret, maps.ids[map]);
	}
	/* The prog array through which they call each other, also if its name is another's. */
	for (size_t i = 0; ret->count && i < arrays.count; i++)
		numbers_add(ret, arrays.ids[i]);
}

/* ---- entries ---- */

static bool uses_one_of(uint32_t program, const struct numbers *wanted)
{
	struct program_maps maps;

	program_maps(program, &maps);
	for (uint32_t i = 0; i < maps.count; i++)
		if (numbers_have(wanted, maps.ids[i]))
			return true;
	return false;
}

bool pins_have_entries(const char *folder)
{
	struct numbers maps = {0}, stages = {0};
	char path[PATH_SIZE];
	cleanup_fd int state = -1;
	const char *what;
	uint32_t program = 0;

	pin_path(folder, "state", path);
	state = pin_open_map(path, &what);
	if (state >= 0)
		numbers_add(&maps, map_id(state));
	find_stages(folder, "stages", &maps, &stages);
	find_stages(folder, "stages_frags", &maps, &stages);
	while (!bpf_prog_get_next_id(program, &program))
		if (!numbers_have(&stages, program) && uses_one_of(program, &maps))
			return true;
	return errno != ENOENT;
}

bool pins_in_use(const char *folder)
{
	const struct timespec pause = {.tv_nsec = 20 * 1000 * 1000};

	for (int i = 0; i < 50; i++) {
		if (!pins_have_entries(folder))
			return false;
		nanosleep(&pause, NULL);
	}
	return true;
}
