/* SPDX-License-Identifier: MIT */
/*
 * Shared by the files of this folder: programs on interfaces, ours and those of others.
 *
 *	attach.c	attach: choose the way, replace, keep
 *	ways.c		the ways: through a dispatcher, alone
 *	port.c		an attachment as others see it
 *	detach.c	detach, and whether it is possible
 *	order.c		the order in which devices are handled
 *	aside.c		programs above a device that is changed
 *	adopt.c		entries that an earlier fwd left attached
 *	bind.c		the device of a name in the config
 *	links.c		changes from netlink: repair, rename, appear, vanish
 *	kernel/		what the kernel reports of devices and programs on them
 */
#ifndef FWD_ATTACH_INTERNAL_H
#define FWD_ATTACH_INTERNAL_H

#include "daemon/fwd/datapath/attach/attachments.h"
#include "daemon/fwd/datapath/attach/kernel/inspect.h"
#include "daemon/fwd/datapath/internal.h"
#include "daemon/fwd/datapath/maps/maps.h"
#include "daemon/fwd/datapath/programs/programs.h"

/* ---- ways.c ---- */

/* Load an entry for an interface and put it into libxdp's dispatcher, which is made if needed. */
int attach_to_chain(struct datapath *dp, const struct attachment *attachment, bool generic,
		    struct errors *errs);

/* The same without a dispatcher. old_fd: the entry to take the place of, or -1. */
int attach_alone(struct datapath *dp, const struct attachment *attachment, bool generic, bool frags,
		 int old_fd, struct errors *errs);

/* ---- attach.c ---- */

/* Attach to the interface as configured, or keep a suitable entry; fills in the attachment. */
int port_attach(struct datapath *dp, size_t index, struct errors *errs);

/* Remove the maps of other layouts, once no interface has an entry that uses them. */
void ports_forget_outdated(struct datapath *dp);

/* ---- port.c ---- */

/* Add to an attachment's note. */
void add_note(struct attachment *attachment, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Store an interface's MTU, also for the programs: longer frames were merged. */
void port_set_mtu(struct datapath *dp, size_t index, uint32_t mtu);

/* The interface is not there (any more). */
void port_missing(struct datapath *dp, size_t index);

/* Write the findings into the attachment; takes our program's descriptor from them. */
void port_show(struct datapath *dp, size_t index, struct found *found);

/* A new attachment with nothing attached yet: its index, or -ENOMEM. */
int attachment_add(struct datapath *dp, const struct config_interface *config, unsigned slot);

/* ---- detach.c ---- */

/* Nothing of ours is on the interface: remove it from the list. */
void attachment_forget(struct datapath *dp, size_t index);

/* Detach our program, and only ours, from an interface. */
int detach_program(struct datapath *dp, int ifindex, const struct found *found, int prog_fd,
		   struct errors *errs);
/* The same from a dispatcher's chain, once. */
int detach_from_chain(int ifindex, bool generic, int prog_fd);
/* The same from either, without removing programs above. */
int remove_program(int ifindex, const struct found *found, int prog_fd);

/*
 * Can our program be detached from this interface? -EEXIST if a program above that is not ours
 * prevents it. Changes nothing.
 */
int port_check_leave(struct datapath *dp, size_t index, struct errors *errs);

#endif
