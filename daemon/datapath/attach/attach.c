// SPDX-License-Identifier: MIT
/*
 * Attaching. The ways, in order of preference:
 *
 *	through libxdp's dispatcher	beside others; needs freplace
 *	alone, with frags		jumbo frames too
 *	alone, without frags
 *
 * each native, then generic if the config allows it. A dispatcher makes the
 * entry a program of type EXT, which never has the frags flag itself (the
 * dispatcher has it): so it calls the stages without, whatever the chain can do.
 *
 * What is attached already is kept if it is the same code with the same slot,
 * else replaced with no moment in between. Nothing that is not ours is touched.
 */
#include "internal.h"

#include <errno.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <xdp/libxdp.h>

__attribute__((format(printf, 2, 3))) static void add_note(struct attachment *attachment,
							   const char *format, ...)
{
	size_t length = strlen(attachment->note);
	va_list args;

	if (length && length + 2 < sizeof(attachment->note))
		length += snprintf(attachment->note + length, sizeof(attachment->note) - length,
				   "; ");
	va_start(args, format);
	vsnprintf(attachment->note + length, sizeof(attachment->note) - length, format, args);
	va_end(args);
}

/* ---- one try ---- */

static struct knobs knobs_of(const struct datapath *dp, const struct attachment *attachment)
{
	return (struct knobs){.interface = attachment->slot, .test_clock = dp->test_clock};
}

struct chain_call {
	struct xdp_program *program;
	int ifindex;
	bool generic;
};

static int call_attach_program(void *argument)
{
	const struct chain_call *call = argument;

	return xdp_program__attach(call->program, call->ifindex,
				   call->generic ? XDP_MODE_SKB : XDP_MODE_NATIVE, 0);
}

static int attach_to_chain(struct datapath *dp, const struct attachment *attachment, bool generic,
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
		struct chain_call call = {program, attachment->ifindex, generic};

		xdp_program__set_xdp_frags_support(program, true);
		err = call_below(dp, attachment->ifindex, call_attach_program, &call, errs);
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

/* old_fd: the entry to take the place of, or -1. */
static int attach_alone(struct datapath *dp, const struct attachment *attachment, bool generic,
			bool frags, int old_fd, struct errors *errs)
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

		err = call_below(dp, attachment->ifindex, call_set_program, &call, errs);
	}
	object_close(&object);
	return err;
}

static bool is_final(int err)
{
	return !err || err == -EBUSY || err == -EEXIST || err == -ENODEV || err == -EPERM;
}

/* ---- choosing the way ---- */

static int attach_in_mode(struct datapath *dp, struct attachment *attachment, bool generic,
			  bool has_dispatcher, struct errors *errs)
{
	int err, without;

	if (entry_can_dispatch(dp)) {
		err = attach_to_chain(dp, attachment, generic, errs);
		if (has_dispatcher || is_final(err))
			return err;
		if (err != -EOPNOTSUPP)
			add_note(attachment, "libxdp's dispatcher failed (%s)", strerror(-err));
	} else if (has_dispatcher) {
		return -EBUSY;
	}
	err = attach_alone(dp, attachment, generic, true, -1, errs);
	if (is_final(err))
		return err;
	without = attach_alone(dp, attachment, generic, false, -1, errs);
	return without ? err : 0;
}

static int attach_new(struct datapath *dp, size_t index, const struct found *found,
		      struct errors *errs)
{
	const struct config_interface *config = &dp->ports[index].config;
	struct attachment *attachment = &dp->attachments[index];
	bool generic = config->mode == ATTACH_GENERIC;
	char reason[REASON_SIZE];
	int err, again;

	/* What others have in the chain decides the mode: one interface has one. */
	if (found->dispatcher)
		generic = found->generic;
	err = attach_in_mode(dp, attachment, generic, found->dispatcher, errs);
	if (is_final(err) || generic || found->dispatcher)
		return err;
	if (config->on_unsupported != UNSUPPORTED_GENERIC)
		return err;
	reason_text(dp, err, reason, sizeof(reason));
	again = attach_in_mode(dp, attachment, true, false, errs);
	if (!again)
		add_note(attachment, "native mode refused (%s)", reason);
	return again ? err : 0;
}

/* In the place of our own entry, with no moment without one. */
static int replace(struct datapath *dp, size_t index, const struct found *found,
		   struct errors *errs)
{
	struct attachment *attachment = &dp->attachments[index];
	int err, without;

	if (found->dispatcher) {
		err = attach_to_chain(dp, attachment, found->generic, errs);
		return err ? err
			   : detach_program(dp, attachment->ifindex, found, found->prog_fd, errs);
	}
	err = attach_alone(dp, attachment, found->generic, true, found->prog_fd, errs);
	if (is_final(err))
		return err;
	without = attach_alone(dp, attachment, found->generic, false, found->prog_fd, errs);
	return without ? err : 0;
}

/* True if ours is there in a mode that the config does not allow. A shared chain's is not ours. */
static bool wrong_mode(const struct config_interface *config, const struct found *found)
{
	if (found->shared || found->generic == (config->mode == ATTACH_GENERIC))
		return false;
	return !(found->generic && config->on_unsupported == UNSUPPORTED_GENERIC);
}

/*
 * The kernel has native or generic programs on an interface, never both: a
 * change cannot be without a moment in between. If it fails, the interface is
 * filtered as before.
 */
static int change_mode(struct datapath *dp, size_t index, const struct found *found,
		       struct errors *errs)
{
	static const struct found nothing = {.prog_fd = -1, .extra_fd = -1};
	struct attachment *attachment = &dp->attachments[index];
	int err = 0;

	if (found->extra_fd >= 0)
		err = detach_program(dp, attachment->ifindex, found, found->extra_fd, errs);
	if (!err)
		err = detach_program(dp, attachment->ifindex, found, found->prog_fd, errs);
	if (err)
		return err;
	err = attach_new(dp, index, &nothing, errs);
	if (err && !attach_in_mode(dp, attachment, found->generic, false, NULL))
		add_note(attachment, "still %s", found->generic ? "generic" : "native");
	return err;
}

static int attach_found(struct datapath *dp, size_t index, struct found *found, struct errors *errs)
{
	struct attachment *attachment = &dp->attachments[index];
	int err;

	if (found->prog_fd >= 0 && wrong_mode(&dp->ports[index].config, found))
		return change_mode(dp, index, found, errs);
	if (found->prog_fd >= 0) {
		bool keep = found->current && found->slot == attachment->slot;

		err = keep ? 0 : replace(dp, index, found, errs);
		if (!err && found->orphan)
			add_note(attachment, "took the place of an fwd whose pins were gone");
	} else if (found->main_id && !found->dispatcher) {
		fail(errs, 0, "%s has the XDP program %s (id %u) of %s: it stays",
		     attachment->current_name, found->name, found->main_id,
		     strcmp(found->name, "fwd_entry") == 0 ? "another fwd" : "somebody else");
		return -EBUSY;
	} else {
		err = attach_new(dp, index, found, errs);
	}
	if (!err && found->extra_fd >= 0)
		err = detach_program(dp, attachment->ifindex, found, found->extra_fd, errs);
	return err;
}

/* ---- the attachment, as others see it ---- */

void port_show(struct datapath *dp, size_t index, struct found *found)
{
	struct attachment *attachment = &dp->attachments[index];
	struct port *port = &dp->ports[index];

	close_fd(&port->prog_fd);
	port->prog_fd = steal_fd(&found->prog_fd);
	port->main_id = found->main_id;
	port->outdated = found->outdated;
	attachment->prog_id = port->prog_fd >= 0 ? found->prog_id : 0;
	if (port->prog_fd < 0) {
		attachment->state = ATTACH_DOWN;
		return;
	}
	attachment->state = found->dispatcher ? ATTACH_DISPATCHER : ATTACH_ALONE;
	attachment->mode = found->generic ? ATTACH_GENERIC : ATTACH_NATIVE;
	attachment->frags = found->frags;
	if (attachment->state == ATTACH_ALONE && dp->freplace == NO)
		add_note(attachment, "alone: %s", dp->freplace_note);
	if (attachment->mode == ATTACH_GENERIC)
		add_note(attachment, "frames that GRO merged count as packets of the MTU's size");
	if (found->shared && attachment->mode != attachment->wanted)
		add_note(attachment, "%s mode, as the rest of the chain",
			 found->generic ? "generic" : "native");
	if (!found->frags && found->blocker[0])
		add_note(attachment, "no multi-buffer frames: %s in the chain cannot have them",
			 found->blocker);
	else if (!found->frags)
		add_note(attachment, "no multi-buffer frames");
}

void port_set_mtu(struct datapath *dp, size_t index, uint32_t mtu)
{
	struct attachment *attachment = &dp->attachments[index];

	attachment->mtu = mtu;
	if (attachment->slot < FW_MAX_INTERFACES)
		dp->state->mtu[attachment->slot] = mtu;
}

void port_missing(struct datapath *dp, size_t index)
{
	struct attachment *attachment = &dp->attachments[index];
	uint32_t ifindex = attachment->ifindex;

	bpf_map_delete_elem(datapath_map(dp, "interfaces"), &ifindex);
	close_fd(&dp->ports[index].prog_fd);
	dp->ports[index].prog_fd = -1;
	dp->ports[index].main_id = 0;
	dp->ports[index].outdated = false;
	attachment->ifindex = 0;
	attachment->prog_id = 0;
	port_set_mtu(dp, index, 0);
	attachment->current_name[0] = '\0';
	attachment->state = ATTACH_MISSING;
	snprintf(attachment->note, sizeof(attachment->note), "no such interface");
}

int attachment_add(struct datapath *dp, const struct config_interface *config, unsigned slot)
{
	struct attachment *attachment;
	struct port *port;

	port = array_grow(&dp->ports, dp->count, sizeof(*port));
	if (!port)
		return -ENOMEM;
	attachment = array_grow(&dp->attachments, dp->count, sizeof(*attachment));
	if (!attachment)
		return -ENOMEM;
	port->config = *config;
	port->prog_fd = -1;
	snprintf(attachment->name, sizeof(attachment->name), "%s", config->name);
	attachment->slot = slot;
	attachment->wanted = config->mode;
	attachment->state = ATTACH_DOWN;
	return dp->count++;
}

/* ---- the whole ---- */

/* A device by its name, unless it is another attachment already, under another name. */
static int find_device(const struct datapath *dp, const char *name)
{
	int ifindex = (int)if_nametoindex(name);

	for (size_t i = 0; i < dp->count; i++)
		if (dp->attachments[i].ifindex == ifindex)
			return 0;
	return ifindex;
}

static int find_interface(struct datapath *dp, size_t index)
{
	struct attachment *attachment = &dp->attachments[index];
	uint32_t ifindex, slot = attachment->slot;

	if (!attachment->ifindex)
		attachment->ifindex = find_device(dp, attachment->name);
	if (!attachment->ifindex ||
	    !if_indextoname(attachment->ifindex, attachment->current_name)) {
		port_missing(dp, index);
		return -ENODEV;
	}
	port_set_mtu(dp, index, device_mtu(attachment->current_name));
	ifindex = attachment->ifindex;
	bpf_map_update_elem(datapath_map(dp, "interfaces"), &ifindex, &slot, BPF_ANY);
	return 0;
}

static int attach_and_show(struct datapath *dp, size_t index, struct errors *errs)
{
	struct attachment *attachment = &dp->attachments[index];
	char reason[REASON_SIZE];
	struct found found;
	int err, shown;

	attachment->note[0] = '\0';
	err = find_interface(dp, index);
	if (err) {
		fail(errs, 0, "there is no interface %s", attachment->name);
		return err;
	}
	err = device_check(attachment->current_name, errs);
	if (err)
		return err;
	err = inspect(dp, attachment->ifindex, &found);
	if (err)
		return fail(errs, err, "cannot look at the programs of %s",
			    attachment->current_name);
	reason_listen(dp);
	err = attach_found(dp, index, &found, errs);
	reason_end();
	found_clear(&found);
	if (err && !errs->failed)
		fail(errs, 0, "cannot attach to %s: %s", attachment->current_name,
		     reason_text(dp, err, reason, sizeof(reason)));
	shown = inspect(dp, attachment->ifindex, &found);
	if (!shown) {
		port_show(dp, index, &found);
		found_clear(&found);
	}
	return err;
}

void ports_forget_outdated(struct datapath *dp)
{
	if (!dp->outdated_count)
		return;
	for (size_t i = 0; i < dp->count; i++)
		if (dp->ports[i].outdated)
			return;
	maps_forget_outdated(dp);
}

int port_attach(struct datapath *dp, size_t index, struct errors *errs)
{
	struct attachment *attachment = &dp->attachments[index];
	struct errors own = {0};
	int err = attach_and_show(dp, index, &own), said = 0;

	for (size_t i = 0; i < own.count; i++) {
		if (own.list[i].severity == SEVERITY_WARNING) {
			warn(errs, "%s", own.list[i].message);
		} else if (err && !said++) {
			snprintf(attachment->note, sizeof(attachment->note), "%s",
				 own.list[i].message);
			fail(errs, 0, "%s", own.list[i].message);
		}
	}
	if (!err)
		ports_forget_outdated(dp);
	errors_clear(&own);
	return err;
}

int datapath_attach(struct datapath *dp, const struct config_interface *interface, unsigned slot,
		    struct errors *errs)
{
	size_t index = 0;

	while (index < dp->count && strcmp(dp->attachments[index].name, interface->name) != 0)
		index++;
	if (index == dp->count) {
		int added = attachment_add(dp, interface, slot);

		if (added < 0)
			return fail(errs, added, "cannot attach to %s", interface->name);
	}
	dp->ports[index].config = *interface;
	dp->ports[index].wanted = true;
	dp->attachments[index].wanted = interface->mode;
	dp->attachments[index].slot = slot;
	return port_attach(dp, index, errs);
}
