/* SPDX-License-Identifier: MIT */
/*
 * What the files of this folder share: programs on interfaces, and who else has some there.
 *
 *	device.c	what an interface is
 *	inspect.c	what is attached to an interface, and is it ours
 *	entry.c		load entry programs; the dispatcher's probe
 *	attach.c	attach: choose the way, replace, keep
 *	ways.c		the ways: through a dispatcher, alone
 *	port.c		an attachment as others see it
 *	detach.c	detach, and whether it is possible
 *	devices.c	how devices stand on each other
 *	order.c		... and in which order they are taken
 *	aside.c		programs above a device that is changed
 *	leaks.c		what libxdp leaves open
 *	reason.c	the kernel's own words for a refusal
 *	adopt.c		what an earlier fwd left attached
 *	bind.c		which device a name of the config means
 *	links.c		what netlink says: repair, rename, appear, vanish
 */
#ifndef FWD_ATTACH_INTERNAL_H
#define FWD_ATTACH_INTERNAL_H

#include "daemon/fwd/datapath/internal.h"

/* ---- entry.c ---- */

/* Can programs replace functions of others here? Asks the kernel once. */
bool entry_can_dispatch(struct datapath *dp);

/* ---- device.c ---- */

/* 0: it is unknown. */
uint32_t device_mtu(const char *name);

/*
 * -EPFNOSUPPORT: frames of this interface have no Ethernet header, so that programs would read
 * an IP header as one.
 */
int device_check(const char *name, struct errors *errs);

/* ---- inspect.c ---- */

/* What stands on an interface. */
struct found {
	uint32_t main_id; /* the interface's program: an entry, a dispatcher, another's; 0: none */
	bool generic;
	bool dispatcher;  /* libxdp's, and readable */
	bool frags;	  /* the chain has multi-buffer frames */
	bool shared;	  /* with programs that are not ours */
	char name[64];	  /* of the main program */
	char blocker[64]; /* another's component without frags; "" */
	int prog_fd;	  /* our entry; -1: not there */
	int extra_fd;	  /* a second one of ours, from a replacement that was cut off; -1 */
	uint32_t prog_id; /* our entry */
	uint32_t slot;	  /* our entry */
	bool outdated;	  /* ours, but with the maps of another layout */
	bool orphan;	  /* ours, but its stages are gone with their pins */
	bool current;	  /* the code is what we would load, the knobs too (but for the slot) */
};

/* 0, or a negative errno. Release ret with found_clear. */
int inspect(const struct datapath *dp, int ifindex, struct found *ret);
void found_clear(struct found *found);

/* ---- ways.c ---- */

/* Load an entry for an interface and put it into libxdp's dispatcher, which is made if needed. */
int attach_to_chain(struct datapath *dp, const struct attachment *attachment, bool generic,
		    struct errors *errs);

/* The same without a dispatcher. old_fd: the entry to take the place of, or -1. */
int attach_alone(struct datapath *dp, const struct attachment *attachment, bool generic, bool frags,
		 int old_fd, struct errors *errs);

/* ---- attach.c ---- */

/* Give the interface what its config wants, or keep what suits; fills in the attachment. */
int port_attach(struct datapath *dp, size_t index, struct errors *errs);

/* Remove the maps of other layouts, once no interface has an entry that uses them. */
void ports_forget_outdated(struct datapath *dp);

/* ---- port.c ---- */

/* Add to what an attachment's note says. */
void add_note(struct attachment *attachment, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Note an interface's MTU, also where packets see it: frames beyond it were merged. */
void port_set_mtu(struct datapath *dp, size_t index, uint32_t mtu);

/* The interface is not there (any more). */
void port_missing(struct datapath *dp, size_t index);

/* Write into the attachment what was found; takes our program's descriptor out of it. */
void port_show(struct datapath *dp, size_t index, struct found *found);

/* A new attachment with nothing attached yet: its index, or -ENOMEM. */
int attachment_add(struct datapath *dp, const struct config_interface *config, unsigned slot);

/* ---- reason.c ---- */

#define REASON_SIZE 256

/* Between the two, dp->reason takes the kernel's first message about a refusal. They can be nested. */
void reason_listen(struct datapath *dp);
void reason_end(void);

/* "File exists: Cannot attach when an upper device already has a program" */
const char *reason_text(const struct datapath *dp, int err, char *buffer, size_t size);

/* ---- detach.c ---- */

/* Nothing of ours is on the interface: remove it from the list. */
void attachment_forget(struct datapath *dp, size_t index);

/* Take our program, and only ours, off an interface. */
int detach_program(struct datapath *dp, int ifindex, const struct found *found, int prog_fd,
		   struct errors *errs);
/* The same from a dispatcher's chain, once. */
int detach_from_chain(int ifindex, bool generic, int prog_fd);
/* The same from either, but nothing above is taken off for it. */
int remove_program(int ifindex, const struct found *found, int prog_fd);

/*
 * Would the kernel let us leave this interface? -EEXIST if a program above that is not ours keeps
 * it from that. Changes nothing.
 */
int port_check_leave(struct datapath *dp, size_t index, struct errors *errs);

#endif
