// SPDX-License-Identifier: MIT
/*
 * Entry programs: an instance for each interface, one that explains, and one
 * that tests whether the kernel supports freplace.
 */
#include "daemon/fwd/datapath/programs/programs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "ebpf/entry.skel.h"

int entry_open(const struct datapath *dp, const struct knobs *knobs, bool frags_array,
	       struct object *ret, struct errors *errs)
{
	size_t size;
	const void *elf = entry_bpf__elf_bytes(&size);

	return object_open(dp, elf, size, knobs, frags_array, ret, errs);
}

int entry_load_dry(struct datapath *dp, bool frags, struct errors *errs)
{
	const struct knobs knobs = {
		.interface = ANY_INTERFACE, .dry = true, .test_clock = dp->test_clock};
	struct object object = {0};
	int *fd = frags ? &dp->dry_frags_fd : &dp->dry_fd;
	int err = entry_open(dp, &knobs, frags, &object, errs);

	if (!err)
		err = object_load(&object, frags, errs);
	if (!err) {
		*fd = fcntl(bpf_program__fd(object.prog), F_DUPFD_CLOEXEC, 0);
		if (*fd < 0)
			err = fail(errs, -errno, "cannot keep a program");
	}
	object_close(&object);
	return err;
}

/*
 * libxdp silently attaches alone where the kernel does not support freplace. We
 * test it before, as the two ways need different maps: load an entry that would
 * replace the explaining one.
 */
static int try_freplace(struct datapath *dp)
{
	const struct knobs knobs = {.interface = ANY_INTERFACE};
	struct object object = {0};
	int err = entry_open(dp, &knobs, false, &object, NULL);

	if (err)
		return err;
	err = bpf_program__set_attach_target(object.prog, dp->dry_fd,
					     bpf_program__name(object.prog));
	if (!err) {
		bpf_program__set_type(object.prog, BPF_PROG_TYPE_EXT);
		bpf_program__set_expected_attach_type(object.prog, 0);
		err = bpf_object__load(object.obj);
	}
	object_close(&object);
	return err;
}

bool entry_can_dispatch(struct datapath *dp)
{
	if (dp->freplace == UNKNOWN) {
		int err = try_freplace(dp);

		dp->freplace = err ? NO : YES;
		if (err)
			snprintf(dp->freplace_note, sizeof(dp->freplace_note),
				 "the kernel supports no freplace programs (%s), so no dispatcher",
				 strerror(-err));
	}
	return dp->freplace == YES;
}
