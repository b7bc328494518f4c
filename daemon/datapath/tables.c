// SPDX-License-Identifier: MIT
/*
 * The arenas: the address tables of each image, an array as large as they need.
 *
 * A small one is part of the image, and needs none. The array of the image that
 * packets do not see is written in place while it is large enough and not much too
 * large, as a change of map `arenas` waits for a grace period. A new one is filled
 * before it is put in its place.
 */
#include "internal.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

/* The array of an image and its size; -1: there is none. */
static int find_arena(int arenas, uint32_t image, uint32_t *ret_blocks)
{
	struct bpf_map_info info = {0};
	uint32_t size = sizeof(info), id;
	int fd;

	if (bpf_map_lookup_elem(arenas, &image, &id))
		return -1;
	fd = bpf_map_get_fd_by_id(id);
	if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &size)) {
		close_fd(&fd);
		return -1;
	}
	*ret_blocks = info.max_entries;
	return fd;
}

static int make_arena(uint32_t blocks)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_MMAPABLE | BPF_F_INNER_MAP);
	int fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "fwd_arena", sizeof(uint32_t),
				sizeof(struct fw_block), blocks, &opts);

	return fd < 0 ? -errno : fd;
}

static int fill_arena(int fd, const struct arena *arena, uint32_t blocks)
{
	size_t size = blocks * sizeof(struct fw_block);
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (memory == MAP_FAILED)
		return -errno;
	memcpy(memory, arena->blocks, arena->lines * FW_LINE_BYTES);
	munmap(memory, size);
	return 0;
}

int tables_put(struct datapath *dp, const struct arena *arena, bool in_image, unsigned image)
{
	size_t blocks = in_image || !arena ? 0 : arena_block_count(arena);
	int arenas = datapath_map(dp, "arenas"), err;
	uint32_t key = image, had = 0, id;
	cleanup_fd int fd = -1;

	if (blocks == 0) {
		if (bpf_map_lookup_elem(arenas, &key, &id))
			return 0;
		return bpf_map_delete_elem(arenas, &key) && errno != ENOENT ? -errno : 0;
	}
	fd = find_arena(arenas, image, &had);
	if (fd >= 0 && blocks <= had && had / 2 <= blocks)
		return fill_arena(fd, arena, blocks);
	close_fd(&fd);
	fd = make_arena(blocks);
	if (fd < 0)
		return fd;
	err = fill_arena(fd, arena, blocks);
	if (err)
		return err;
	return bpf_map_update_elem(arenas, &key, &fd, BPF_ANY) ? -errno : 0;
}
