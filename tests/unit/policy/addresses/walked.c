// SPDX-License-Identifier: MIT
#include "tests/unit/policy/addresses/walked.h"

#include <criterion/criterion.h>
#include <endian.h>
#include <linux/types.h>
#include <string.h>

struct fw_arena_ref {
	const struct arena *arena;
};

static const struct fw_block *fw_arena_block(const struct fw_arena_ref *ref, uint32_t number)
{
	cr_assert(number < arena_block_count(ref->arena), "block %u of %zu", number,
		  arena_block_count(ref->arena));
	return &ref->arena->blocks[number];
}

#include "ebpf/classify/walk.h"

uint32_t walk_table(const struct arena *arena, int family, uint32_t root, const uint8_t *addr)
{
	const struct fw_arena_ref ref = {arena};
	int steps = (int)arena->steps;
	uint64_t high, low;
	uint32_t ip4;

	memcpy(&ip4, addr, sizeof(ip4));
	if (family == 4)
		return fw_walk4(&ref, root, steps, be32toh(ip4));
	memcpy(&high, addr, sizeof(high));
	memcpy(&low, addr + 8, sizeof(low));
	return fw_walk6(&ref, root, steps, be64toh(high), be64toh(low));
}
