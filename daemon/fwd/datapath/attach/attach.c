// SPDX-License-Identifier: MIT
/*
 * Attaching. The ways, in order of preference:
 *
 *	through libxdp's dispatcher	next to others; needs freplace
 *	alone, with frags		jumbo frames too
 *	alone, without frags
 *
 * each native, then generic if the config allows it. A dispatcher makes the
 * entry a program of type EXT, which never has the frags flag itself (the
 * dispatcher has it): so it calls the stages without, regardless of the chain.
 *
 * An attached entry is kept if it is the same code with the same slot, else replaced
 * without a gap. Programs of others are not touched.
 */
#include "daemon/fwd/datapath/attach/attach_internal.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

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

	/* Other programs in the chain determine the mode: an interface has only one. */
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

/* Replaces our own entry without a gap. */
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
 * An interface has native or generic programs, never both: a change of the mode
 * has a gap. If it fails, the interface is filtered as before.
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

/* ---- the whole ---- */

/* A device by its name, unless it already is another attachment, under another name. */
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
	bpf_map_update_elem(MAP_FD(dp, interfaces), &ifindex, &slot, BPF_ANY);
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
