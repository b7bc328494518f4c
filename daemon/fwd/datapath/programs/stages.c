// SPDX-License-Identifier: MIT
/*
 * The stages after the entry. Putting a program into a prog array is one
 * atomic write: a packet runs the old stage or the new one, never none.
 */
#include "daemon/fwd/datapath/programs/programs.h"

#include <errno.h>

#include "ebpf/cookie.skel.h"
#include "ebpf/firewall.skel.h"
#include "ebpf/ratelimit.skel.h"
#include "ebpf/try.skel.h"

struct stage {
	enum fw_stage stage;
	const void *(*elf)(size_t *size);
};

static const struct stage stages[] = {
	/* Later ones first, so that none calls a stage that is not loaded yet. */
	{FW_STAGE_COOKIE, cookie_bpf__elf_bytes},
	{FW_STAGE_TRY, try_bpf__elf_bytes},
	{FW_STAGE_RATELIMIT, ratelimit_bpf__elf_bytes},
	{FW_STAGE_FIREWALL, firewall_bpf__elf_bytes},
};

bool stages_can_answer(void)
{
	return libbpf_probe_bpf_helper(BPF_PROG_TYPE_XDP, BPF_FUNC_tcp_raw_gen_syncookie_ipv4,
				       NULL) == 1;
}

/*
 * Let the program hold all maps, also those that only fwd uses: then a removed pin can be put back.
 * If the kernel refuses, only that is lost.
 */
static void hold_maps(const struct datapath *dp, int fd)
{
	struct bpf_map *map;

	bpf_object__for_each_map (map, dp->skel->obj)
		bpf_prog_bind_map(fd, bpf_map__fd(map), NULL);
}

/* The array that entries call, without or with multi-buffer frames. */
static int stages_fd(const struct datapath *dp, bool frags)
{
	return frags ? MAP_FD(dp, stages_frags) : MAP_FD(dp, stages);
}

static int load(struct datapath *dp, const struct stage *stage, bool frags, struct errors *errs)
{
	const struct knobs knobs = {.interface = ANY_INTERFACE, .test_clock = dp->test_clock};
	struct object object = {0};
	uint32_t key = stage->stage;
	size_t size;
	const void *elf = stage->elf(&size);
	int fd, err;

	err = object_open(dp, elf, size, &knobs, frags, &object, errs);
	if (!err)
		err = object_load(&object, frags, errs);
	if (!err) {
		fd = bpf_program__fd(object.prog);
		if (stage->stage == FW_STAGE_FIREWALL)
			hold_maps(dp, fd);
		if (bpf_map_update_elem(stages_fd(dp, frags), &key, &fd, BPF_ANY))
			err = fail(errs, -errno, "cannot put %s into the chain",
				   bpf_program__name(object.prog));
	}
	object_close(&object);
	return err;
}

int stages_load(struct datapath *dp, bool frags, struct errors *errs)
{
	int err = 0;

	if (dp->has_stages[frags])
		return 0;
	for (size_t i = 0; !err && i < array_size(stages); i++) {
		if (stages[i].stage != FW_STAGE_COOKIE || dp->can_answer)
			err = load(dp, &stages[i], frags, errs);
	}
	dp->has_stages[frags] = !err;
	return err;
}

int stages_open(struct datapath *dp, struct errors *errs)
{
	uint32_t key = FW_STAGE_FIREWALL, id;
	bool tests = !dp->pin_dir[0];
	int err = 0;

	/* Verification takes time: load a variant only when an entry calls it, or will. */
	for (int frags = false; !err && frags <= true; frags++)
		if (tests || !bpf_map_lookup_elem(stages_fd(dp, frags), &key, &id))
			err = stages_load(dp, frags, errs);
	return err;
}
