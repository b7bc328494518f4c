// SPDX-License-Identifier: MIT
/* Detaches our entry from an interface; all other programs stay. */
#include "daemon/fwd/datapath/attach/aside.h"
#include "daemon/fwd/datapath/attach/kernel/leaks.h"

#include <errno.h>
#include <linux/if_link.h>
#include <stdio.h>
#include <string.h>
#include <xdp/libxdp.h>

int detach_from_chain(int ifindex, bool generic, int prog_fd)
{
	struct open_fds before;
	struct xdp_program *program;
	int err;

	leaks_begin(&before);
	program = xdp_program__from_fd(prog_fd);
	err = libxdp_get_error(program);
	if (!err) {
		err = xdp_program__detach(program, ifindex,
					  generic ? XDP_MODE_SKB : XDP_MODE_NATIVE, 0);
		xdp_program__close(program);
	}
	leaks_end(&before, -1, -1);
	return err;
}

int remove_program(int ifindex, const struct found *found, int prog_fd)
{
	/* Only if it is still this program. */
	LIBBPF_OPTS(bpf_xdp_attach_opts, opts, .old_prog_fd = prog_fd);
	uint32_t flags = found->generic ? XDP_FLAGS_SKB_MODE : XDP_FLAGS_DRV_MODE;

	if (found->dispatcher)
		return detach_from_chain(ifindex, found->generic, prog_fd);
	return bpf_xdp_detach(ifindex, flags | XDP_FLAGS_REPLACE, &opts);
}

struct removal {
	int ifindex;
	const struct found *found;
	int prog_fd;
};

static int call_remove(void *argument)
{
	const struct removal *removal = argument;

	return remove_program(removal->ifindex, removal->found, removal->prog_fd);
}

int detach_program(struct datapath *dp, int ifindex, const struct found *found, int prog_fd,
		   struct errors *errs)
{
	struct removal removal = {ifindex, found, prog_fd};
	const struct device_change change = {call_remove, NULL, &removal};

	return change_below(dp, ifindex, &change, errs);
}

/* Tests whether the kernel would change the device's program, by replacing it with itself. */
static int ask_kernel(int ifindex, const struct found *found)
{
	cleanup_fd int fd = bpf_prog_get_fd_by_id(found->main_id);
	LIBBPF_OPTS(bpf_xdp_attach_opts, opts, .old_prog_fd = fd);
	uint32_t flags = found->generic ? XDP_FLAGS_SKB_MODE : XDP_FLAGS_DRV_MODE;

	return fd < 0 ? 0 : bpf_xdp_attach(ifindex, fd, flags | XDP_FLAGS_REPLACE, &opts);
}

int port_check_leave(struct datapath *dp, size_t index, struct errors *errs)
{
	const struct attachment *attachment = &dp->attachments[index];
	bool is_free = false;
	struct uppers uppers;
	struct found found;

	if (inspect(dp, attachment->ifindex, &found))
		return 0; /* its error appears when it is detached */
	reason_listen(dp);
	is_free = found.prog_fd < 0 || ask_kernel(attachment->ifindex, &found) != -EEXIST;
	reason_end();
	found_clear(&found);
	if (is_free)
		return 0;
	uppers_find(dp, attachment->ifindex, &uppers);
	is_free = uppers.count && !uppers.has_foreign;
	uppers_clear(&uppers);
	if (is_free)
		return 0;
	return fail(errs, -EEXIST,
		    "%s cannot be detached: %s above it has an XDP program that is not fwd's, and "
		    "until then the kernel removes none from %s",
		    attachment->current_name,
		    uppers.foreign[0] ? uppers.foreign : "a device (in another namespace?)",
		    attachment->current_name);
}

bool datapath_can_leave(struct datapath *dp, const char *name)
{
	struct errors errs = {0};
	bool can = false;

	for (size_t i = 0; i < dp->count && !can; i++)
		can = strcmp(dp->attachments[i].name, name) == 0 &&
		      port_check_leave(dp, i, &errs) == 0;
	errors_clear(&errs);
	return can;
}

static int detach_all(struct datapath *dp, const struct attachment *attachment, struct errors *errs)
{
	int ifindex = attachment->ifindex;
	char reason[REASON_SIZE];
	struct found found;
	int err = inspect(dp, ifindex, &found);

	if (err == -ENODEV)
		return 0;
	if (err)
		return fail(errs, err, "cannot look at the programs of %s",
			    attachment->current_name);
	reason_listen(dp);
	if (found.extra_fd >= 0)
		err = detach_program(dp, ifindex, &found, found.extra_fd, errs);
	if (!err && found.prog_fd >= 0)
		err = detach_program(dp, ifindex, &found, found.prog_fd, errs);
	reason_end();
	found_clear(&found);
	if (err)
		fail(errs, 0, "cannot detach from %s (%s): it is still filtered",
		     attachment->current_name, reason_text(dp, err, reason, sizeof(reason)));
	return err;
}

/* It stays listed, as it is still filtered; it is left once the kernel allows it. */
static void stays(struct datapath *dp, size_t index, int err)
{
	struct attachment *attachment = &dp->attachments[index];
	char reason[REASON_SIZE];

	dp->ports[index].wanted = false;
	snprintf(attachment->note, sizeof(attachment->note), "could not be detached: %s",
		 reason_text(dp, err, reason, sizeof(reason)));
}

void attachment_forget(struct datapath *dp, size_t index)
{
	size_t after = dp->count - index - 1;

	port_missing(dp, index);
	memmove(&dp->ports[index], &dp->ports[index + 1], after * sizeof(*dp->ports));
	memmove(&dp->attachments[index], &dp->attachments[index + 1],
		after * sizeof(*dp->attachments));
	dp->count--;
}

int datapath_detach(struct datapath *dp, const char *name, struct errors *errs)
{
	for (size_t i = 0; i < dp->count; i++) {
		struct attachment *attachment = &dp->attachments[i];
		int err;

		if (strcmp(attachment->name, name) != 0)
			continue;
		err = attachment->ifindex ? detach_all(dp, attachment, errs) : 0;
		if (err) {
			stays(dp, i, err);
		} else {
			attachment_forget(dp, i);
			ports_forget_outdated(dp);
		}
		return err;
	}
	return fail(errs, -ENOENT, "%s is not attached", name);
}
