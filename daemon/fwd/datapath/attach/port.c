// SPDX-License-Identifier: MIT
/* The public state of an attachment. */
#include "daemon/fwd/datapath/attach/attach_internal.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void add_note(struct attachment *attachment, const char *format, ...)
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

	bpf_map_delete_elem(MAP_FD(dp, interfaces), &ifindex);
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

size_t datapath_attachments(const struct datapath *dp, const struct attachment **ret)
{
	*ret = dp->attachments;
	return dp->count;
}

const struct attachment *datapath_find_attachment(const struct datapath *dp, const char *name)
{
	const struct attachment *attachments;
	size_t count = datapath_attachments(dp, &attachments);

	for (size_t i = 0; i < count; i++)
		if (strcmp(attachments[i].name, name) == 0)
			return &attachments[i];
	return NULL;
}

bool attachment_is_attached(const struct attachment *attachment)
{
	return attachment &&
	       (attachment->state == ATTACH_DISPATCHER || attachment->state == ATTACH_ALONE);
}
