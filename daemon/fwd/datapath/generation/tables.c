// SPDX-License-Identifier: MIT
/*
 * The arenas: the address tables of each image, an array as large as they need.
 *
 * A small one is part of the image, and needs no array. The array of the image that
 * packets do not see is written in place if it is large enough and not much too
 * large, as a change of map `arenas` waits for a grace period. A new one is filled
 * before it is put in its place.
 *
 * After an edit, only the lines are written that differ from the tables of the image,
 * which are the ones before the running ones.
 */
#include "daemon/fwd/datapath/generation/places.h"

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

/* Space to grow by edits without a new array. */
static uint32_t with_spare(size_t blocks)
{
	size_t spare = blocks + blocks / 8 + 16;

	return (uint32_t)(spare < FW_MAX_ARENA_BLOCKS ? spare : blocks);
}

/* Writes changes into an array, block by block. */
struct changes {
	const struct arena *arena;
	int fd;
	int err;
};

static void write_blocks(void *userdata, size_t first, size_t count)
{
	struct changes *changes = userdata;
	size_t last = (first + count - 1) / FW_BLOCK_LINES;

	for (size_t block = first / FW_BLOCK_LINES; block <= last && !changes->err; block++) {
		uint32_t key = (uint32_t)block;

		if (bpf_map_update_elem(changes->fd, &key, &changes->arena->blocks[block], BPF_ANY))
			changes->err = -errno;
	}
}

/* Write the lines by which an array with the tables of a generation differs; or all. */
static int update_arena(int fd, const struct arena *arena, uint32_t blocks, uint32_t generation)
{
	struct changes changes = {arena, fd, 0};

	if (arena_changes(arena, generation, write_blocks, &changes))
		return changes.err;
	return fill_arena(fd, arena, blocks);
}

/*
 * The generation of an array's tables, which is then reset: until its image is a generation again,
 * it is unknown. Policies next to the active one have numbers of other generations.
 */
static uint32_t take_generation(struct datapath *dp, unsigned image)
{
	uint32_t generation = dp->images[image].header.generation;

	if (image > 1)
		return 0;
	dp->images[image].header.generation = 0;
	return generation;
}

int tables_put(struct datapath *dp, const struct arena *arena, bool in_image, unsigned image)
{
	size_t blocks = in_image || !arena ? 0 : arena_block_count(arena);
	uint32_t key = image, had = 0, id, generation = take_generation(dp, image);
	int arenas = MAP_FD(dp, arenas), err;
	cleanup_fd int fd = -1;

	if (blocks == 0) {
		if (bpf_map_lookup_elem(arenas, &key, &id))
			return 0;
		return bpf_map_delete_elem(arenas, &key) && errno != ENOENT ? -errno : 0;
	}
	fd = find_arena(arenas, image, &had);
	if (fd >= 0 && blocks <= had && had / 2 <= with_spare(blocks))
		return update_arena(fd, arena, (uint32_t)blocks, generation);
	close_fd(&fd);
	fd = make_arena(with_spare(blocks));
	if (fd < 0)
		return fd;
	err = fill_arena(fd, arena, (uint32_t)blocks);
	if (err)
		return err;
	return bpf_map_update_elem(arenas, &key, &fd, BPF_ANY) ? -errno : 0;
}
