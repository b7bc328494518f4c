// SPDX-License-Identifier: MIT
/* The ways to attach an entry: through libxdp's dispatcher, and alone. */
#include "daemon/fwd/datapath/attach/aside.h"
#include "daemon/fwd/datapath/attach/kernel/leaks.h"

#include <linux/if_link.h>
#include <xdp/libxdp.h>

static struct knobs knobs_of(const struct datapath *dp, const struct attachment *attachment)
{
	return (struct knobs){.interface = attachment->slot, .test_clock = dp->test_clock};
}

struct chain_call {
	struct xdp_program *program;
	const struct bpf_program *entry; /* the same, for libbpf */
	int ifindex;
	bool generic;
};

static int call_attach_program(void *argument)
{
	const struct chain_call *call = argument;
	struct open_fds before;
	int err;

	leaks_begin(&before);
	err = xdp_program__attach(call->program, call->ifindex,
				  call->generic ? XDP_MODE_SKB : XDP_MODE_NATIVE, 0);
	leaks_end(&before, bpf_program__fd(call->entry), -1);
	return err;
}

static int undo_attach_program(void *argument)
{
	const struct chain_call *call = argument;

	return detach_from_chain(call->ifindex, call->generic, bpf_program__fd(call->entry));
}

int attach_to_chain(struct datapath *dp, const struct attachment *attachment, bool generic,
		    struct errors *errs)
{
	const struct knobs knobs = knobs_of(dp, attachment);
	DECLARE_LIBXDP_OPTS(xdp_program_opts, opts);
	struct xdp_program *program;
	struct object object = {0};
	int err = stages_load(dp, false, errs);

	if (!err)
		err = entry_open(dp, &knobs, false, &object, errs);
	if (err)
		return err;
	opts.obj = object.obj;
	opts.prog_name = bpf_program__name(object.prog);
	program = xdp_program__create(&opts);
	err = libxdp_get_error(program);
	if (!err) {
		struct chain_call call = {program, object.prog, attachment->ifindex, generic};
		const struct device_change change = {call_attach_program, undo_attach_program,
						     &call};

		xdp_program__set_xdp_frags_support(program, true);
		err = change_below(dp, attachment->ifindex, &change, errs);
		xdp_program__close(program);
	}
	object_close(&object);
	return err;
}

struct link_call {
	int ifindex;
	int prog_fd;
	int old_fd; /* the program to take the place of; -1: there is none */
	uint32_t flags;
};

static int call_set_program(void *argument)
{
	const struct link_call *call = argument;
	LIBBPF_OPTS(bpf_xdp_attach_opts, opts, .old_prog_fd = call->old_fd);

	if (call->old_fd >= 0)
		return bpf_xdp_attach(call->ifindex, call->prog_fd, call->flags | XDP_FLAGS_REPLACE,
				      &opts);
	return bpf_xdp_attach(call->ifindex, call->prog_fd,
			      call->flags | XDP_FLAGS_UPDATE_IF_NOEXIST, NULL);
}

static int undo_set_program(void *argument)
{
	const struct link_call *call = argument;
	LIBBPF_OPTS(bpf_xdp_attach_opts, opts, .old_prog_fd = call->prog_fd);

	return bpf_xdp_attach(call->ifindex, call->old_fd, call->flags | XDP_FLAGS_REPLACE, &opts);
}

int attach_alone(struct datapath *dp, const struct attachment *attachment, bool generic, bool frags,
		 int old_fd, struct errors *errs)
{
	uint32_t flags = generic ? XDP_FLAGS_SKB_MODE : XDP_FLAGS_DRV_MODE;
	const struct knobs knobs = knobs_of(dp, attachment);
	struct object object = {0};
	int err = stages_load(dp, frags, errs);

	if (!err)
		err = entry_open(dp, &knobs, frags, &object, errs);
	if (!err)
		err = object_load(&object, frags, errs);
	if (!err) {
		struct link_call call = {
			.ifindex = attachment->ifindex,
			.prog_fd = bpf_program__fd(object.prog),
			.old_fd = old_fd,
			.flags = flags,
		};
		const struct device_change change = {call_set_program, undo_set_program, &call};

		err = change_below(dp, attachment->ifindex, &change, errs);
	}
	object_close(&object);
	return err;
}
