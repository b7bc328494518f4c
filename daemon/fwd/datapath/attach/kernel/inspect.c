// SPDX-License-Identifier: MIT
/*
 * Finds the programs on an interface, and whether they are ours. A program is ours if
 * it uses our map `state`: this needs no record that could be lost or wrong.
 */
#include "daemon/fwd/datapath/attach/kernel/inspect.h"
#include "daemon/fwd/datapath/attach/kernel/leaks.h"
#include "daemon/fwd/datapath/programs/programs.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <stdio.h>
#include <string.h>
#include <xdp/libxdp.h>

#define MAX_PROGRAM_MAPS 64

struct program {
	struct bpf_prog_info info;
	uint32_t map_ids[MAX_PROGRAM_MAPS];
};

static int program_read(int fd, struct program *ret)
{
	uint32_t size = sizeof(ret->info);

	memset(ret, 0, sizeof(*ret));
	ret->info.map_ids = (uintptr_t)ret->map_ids;
	ret->info.nr_map_ids = MAX_PROGRAM_MAPS;
	return bpf_obj_get_info_by_fd(fd, &ret->info, &size) ? -errno : 0;
}

static bool program_uses(const struct program *program, uint32_t id)
{
	for (uint32_t i = 0; i < program->info.nr_map_ids && i < MAX_PROGRAM_MAPS; i++)
		if (program->map_ids[i] == id)
			return true;
	return false;
}

/* The program's .rodata: malloced, with its size; NULL if it has none. */
static void *program_rodata(const struct program *program, size_t *ret_size)
{
	for (uint32_t i = 0; i < program->info.nr_map_ids && i < MAX_PROGRAM_MAPS; i++) {
		cleanup_fd int fd = bpf_map_get_fd_by_id(program->map_ids[i]);
		struct bpf_map_info info = {0};
		uint32_t size = sizeof(info), key = 0;
		const char *dot;
		void *data;

		if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &size))
			continue;
		dot = strrchr(info.name, '.');
		if (!dot || strcmp(dot, ".rodata") != 0)
			continue;
		data = calloc(1, (info.value_size + 7) & ~7U);
		if (data && bpf_map_lookup_elem(fd, &key, data) == 0) {
			*ret_size = info.value_size;
			return data;
		}
		free(data);
	}
	return NULL;
}

/* Compare with what we would load. The tag is a hash of the code without map numbers. */
static void compare(const struct datapath *dp, const struct program *program, struct found *found)
{
	const struct knobs knobs = {.interface = ANY_INTERFACE, .test_clock = dp->test_clock};
	struct object object = {0};
	size_t size = 0, wanted_size;
	cleanup_free void *rodata = program_rodata(program, &size);
	const void *wanted;
	struct program dry;

	if (!rodata || program_read(dp->dry_fd, &dry) ||
	    entry_open(dp, &knobs, false, &object, NULL))
		return;
	wanted = object_rodata(&object, &wanted_size);
	if (wanted && wanted_size == size) {
		found->slot = object_interface_of(&object, rodata);
		object_set_interface(&object, found->slot);
		found->current = memcmp(wanted, rodata, size) == 0 &&
				 memcmp(dry.info.tag, program->info.tag, sizeof(dry.info.tag)) == 0;
	}
	object_close(&object);
}

static bool is_outdated(const struct datapath *dp, const struct program *program)
{
	for (size_t i = 0; i < dp->outdated_count; i++)
		if (program_uses(program, dp->outdated[i]))
			return true;
	return false;
}

/* Does it call stages through this prog array, and none are in it? */
static bool is_empty_array(uint32_t id)
{
	cleanup_fd int fd = bpf_map_get_fd_by_id(id);
	uint32_t size = sizeof(struct bpf_map_info), key = FW_STAGE_FIREWALL, stage;
	struct bpf_map_info info = {0};

	return fd >= 0 && !bpf_obj_get_info_by_fd(fd, &info, &size) &&
	       info.type == BPF_MAP_TYPE_PROG_ARRAY && strncmp(info.name, "stages", 6) == 0 &&
	       bpf_map_lookup_elem(fd, &key, &stage) && errno == ENOENT;
}

/*
 * An entry whose pins are all gone, without an fwd that has them open: the kernel empties a prog
 * array that only programs hold. It no longer judges packets, and cannot belong to a running fwd,
 * which has its stages in place before its entry.
 */
static bool is_orphan(const struct datapath *dp, const struct program *program)
{
	struct program dry;

	if (program_read(dp->dry_fd, &dry) || strcmp(program->info.name, dry.info.name) != 0)
		return false;
	for (uint32_t i = 0; i < program->info.nr_map_ids && i < MAX_PROGRAM_MAPS; i++)
		if (is_empty_array(program->map_ids[i]))
			return true;
	return false;
}

/* Ours, but not with our maps: of another layout, or of a set that was lost in part or whole. */
static bool is_left_over(const struct datapath *dp, const struct program *program,
			 struct found *found)
{
	found->orphan = is_orphan(dp, program);
	return found->orphan || is_outdated(dp, program) ||
	       program_uses(program, map_id(MAP_FD(dp, stages))) ||
	       program_uses(program, map_id(MAP_FD(dp, stages_frags)));
}

/* If the program is ours, record it in found. */
static int look_at_program(const struct datapath *dp, int fd, struct found *found)
{
	struct program program;
	int err = program_read(fd, &program);

	if (err)
		return err;
	if (!program_uses(&program, dp->state_id)) {
		if (!is_left_over(dp, &program, found))
			return 0;
		found->outdated = true;
	}
	if (found->prog_fd >= 0) {
		close_fd(&found->extra_fd);
		found->extra_fd = found->prog_fd;
	}
	found->prog_fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	found->prog_id = program.info.id;
	found->frags = program_uses(&program, map_id(MAP_FD(dp, stages_frags)));
	found->slot = 0;
	found->current = false;
	if (!found->outdated)
		compare(dp, &program, found);
	return found->prog_fd < 0 ? -errno : 0;
}

static int walk_chain(const struct datapath *dp, int ifindex, struct found *found)
{
	struct xdp_multiprog *chain = xdp_multiprog__get_from_ifindex(ifindex);
	struct xdp_program *program = NULL;
	int err = libxdp_get_error(chain);

	if (err)
		return err;
	found->dispatcher = !xdp_multiprog__is_legacy(chain);
	while (!err && (program = xdp_multiprog__next_prog(program, chain))) {
		uint32_t before = found->prog_id;

		err = look_at_program(dp, xdp_program__fd(program), found);
		if (before != found->prog_id)
			continue;
		found->shared = true;
		if (!xdp_program__xdp_frags_support(program))
			snprintf(found->blocker, sizeof(found->blocker), "%s",
				 xdp_program__name(program));
	}
	found->frags = xdp_multiprog__xdp_frags_support(chain);
	xdp_multiprog__close(chain);
	return err;
}

static int look_at_chain(const struct datapath *dp, int ifindex, struct found *found)
{
	struct open_fds before;
	int err;

	leaks_begin(&before);
	err = walk_chain(dp, ifindex, found);
	leaks_end(&before, found->prog_fd, found->extra_fd);
	return err;
}

static int look(const struct datapath *dp, int ifindex, struct found *found)
{
	LIBBPF_OPTS(bpf_xdp_query_opts, query);
	struct program program;
	cleanup_fd int fd = -1;
	int err = bpf_xdp_query(ifindex, 0, &query);

	if (err)
		return err;
	found->generic = query.attach_mode == XDP_ATTACHED_SKB;
	found->main_id = found->generic	     ? query.skb_prog_id
			 : query.drv_prog_id ? query.drv_prog_id
					     : query.hw_prog_id;
	if (!found->main_id)
		return 0;
	fd = bpf_prog_get_fd_by_id(found->main_id);
	if (fd < 0)
		return -errno;
	err = program_read(fd, &program);
	if (err)
		return err;
	snprintf(found->name, sizeof(found->name), "%s", program.info.name);
	if (strcmp(program.info.name, "xdp_dispatcher") == 0)
		return look_at_chain(dp, ifindex, found);
	return look_at_program(dp, fd, found);
}

int inspect(const struct datapath *dp, int ifindex, struct found *ret)
{
	struct found found;
	int err;

	/* A program can be removed between reading its id and opening it: try again. */
	for (int tries = 0; tries < 5; tries++) {
		found = (struct found){.prog_fd = -1, .extra_fd = -1};
		err = look(dp, ifindex, &found);
		if (!err) {
			*ret = found;
			return 0;
		}
		found_clear(&found);
		if (err != -ENOENT)
			break;
	}
	return err;
}

void found_clear(struct found *found)
{
	close_fd(&found->prog_fd);
	close_fd(&found->extra_fd);
	found->prog_fd = found->extra_fd = -1;
}
