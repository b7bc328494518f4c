// SPDX-License-Identifier: MIT
/*
 * Changes of interfaces, from netlink. A message may be old when it is read, so it
 * only names the interface to check: the action depends on the current state.
 */
#include "daemon/fwd/datapath/attach/attach_internal.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct note {
	char *text;
	size_t size;
};

__attribute__((format(printf, 2, 3))) static void say(const struct note *note, const char *format,
						      ...)
{
	size_t length;
	va_list args;

	if (!note->text || !note->size)
		return;
	length = strlen(note->text);
	if (length && length + 2 < note->size)
		length += snprintf(note->text + length, note->size - length, "; ");
	va_start(args, format);
	vsnprintf(note->text + length, note->size - length, format, args);
	va_end(args);
}

static const char *how(const struct attachment *attachment)
{
	return attachment->mode == ATTACH_GENERIC ? "generic" : "native";
}

/* Attach; the note has what was done to devices above for it. */
static int attach_port(struct datapath *dp, size_t index, const struct note *note)
{
	struct errors errs = {0};
	int err = port_attach(dp, index, &errs);

	/* The error is in the attachment's note. */
	for (size_t i = 0; i < errs.count; i++)
		if (errs.list[i].severity == SEVERITY_WARNING)
			say(note, "%s", errs.list[i].message);
	errors_clear(&errs);
	return err;
}

/* Attach, and report the result unless nothing changed. */
static int attach(struct datapath *dp, size_t index, const char *occasion, const struct note *note)
{
	struct attachment *attachment = &dp->attachments[index];
	struct attachment before = *attachment;
	int err = attach_port(dp, index, note);

	if (!err) {
		say(note, "%s; attached (%s)", occasion, how(attachment));
		return 1;
	}
	/* No device has the name now: nothing to report about attaching. */
	if (err == -ENODEV && attachment->state == ATTACH_MISSING)
		return 0;
	if (before.state == attachment->state && strcmp(before.note, attachment->note) == 0)
		return 0;
	say(note, "%s; not attached: %s", occasion, attachment->note);
	return 1;
}

/* Our program was removed by another: put it back, unless its place is taken. */
static int repair(struct datapath *dp, size_t index, const struct note *note)
{
	struct attachment *attachment = &dp->attachments[index];
	int err = attach_port(dp, index, note);

	if (err) {
		say(note,
		    "the XDP program on %s was removed by somebody and could not be put back: %s",
		    attachment->current_name, attachment->note);
		return 1;
	}
	attachment->repairs++;
	say(note, "the XDP program on %s was removed by somebody; put back",
	    attachment->current_name);
	return 1;
}

/* It could not be detached, and now it is gone. */
static int left(struct datapath *dp, size_t index, const char *how, const struct note *note)
{
	say(note, "%s, which is not to be filtered, %s", dp->attachments[index].current_name, how);
	attachment_forget(dp, index);
	return 1;
}

static int check_program(struct datapath *dp, size_t index, const struct note *note)
{
	struct attachment *attachment = &dp->attachments[index];
	struct port *port = &dp->ports[index];
	bool was_attached =
		attachment->state == ATTACH_DISPATCHER || attachment->state == ATTACH_ALONE;
	struct found found;
	char occasion[64];
	int err;

	err = inspect(dp, attachment->ifindex, &found);
	if (err)
		return err == -ENODEV ? 0 : err;
	if (found.prog_fd >= 0) {
		/* Still there: the chain around it changed, or the message is old. */
		bool changed = found.main_id != port->main_id;

		if (changed) {
			attachment->note[0] = '\0';
			port_show(dp, index, &found);
		}
		found_clear(&found);
		return changed;
	}
	found_clear(&found);
	if (!port->wanted)
		return left(dp, index, "is no longer filtered", note);
	if (was_attached)
		return repair(dp, index, note);
	snprintf(occasion, sizeof(occasion), "%s is free", attachment->current_name);
	return attach(dp, index, occasion, note);
}

static int vanish(struct datapath *dp, size_t index, const struct note *note)
{
	struct attachment *attachment = &dp->attachments[index];
	char occasion[64];

	if (!dp->ports[index].wanted)
		return left(dp, index, "vanished", note);
	say(note, "%s vanished", attachment->current_name);
	port_missing(dp, index);
	/* After a rename, another interface may have the configured name. */
	snprintf(occasion, sizeof(occasion), "another %s is there", attachment->name);
	attach(dp, index, occasion, note);
	return 1;
}

static int update(struct datapath *dp, size_t index, const struct link_change *change,
		  const struct note *note)
{
	struct attachment *attachment = &dp->attachments[index];
	int changed = 0;

	if (change->gone)
		return vanish(dp, index, note);
	if (change->name[0] && strcmp(attachment->current_name, change->name) != 0) {
		say(note, "%s is now called %s", attachment->current_name, change->name);
		snprintf(attachment->current_name, sizeof(attachment->current_name), "%s",
			 change->name);
		changed = 1;
	}
	if (change->mtu && attachment->mtu != change->mtu) {
		port_set_mtu(dp, index, change->mtu);
		changed = 1;
	}
	if (change->xdp_prog_id != dp->ports[index].main_id || attachment->state == ATTACH_DOWN) {
		int err = check_program(dp, index, note);

		if (err)
			return err;
	}
	return changed;
}

int datapath_link_changed(struct datapath *dp, const struct link_change *change, char *note,
			  size_t size)
{
	const struct note out = {note, size};

	if (note && size)
		note[0] = '\0';
	for (size_t i = 0; i < dp->count; i++)
		if (dp->attachments[i].ifindex == change->ifindex)
			return update(dp, i, change, &out);
	if (change->gone)
		return 0;
	for (size_t i = 0; i < dp->count; i++) {
		char occasion[64];

		if (dp->attachments[i].ifindex || !dp->ports[i].wanted ||
		    strcmp(dp->attachments[i].name, change->name) != 0)
			continue;
		snprintf(occasion, sizeof(occasion), "%s appeared", change->name);
		return attach(dp, i, occasion, &out);
	}
	return 0;
}
