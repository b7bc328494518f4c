/* SPDX-License-Identifier: MIT */
/*
 * What the kernel reports of an interface.
 *
 *	device.c	its properties
 *	devices.c	the hierarchy of devices
 *	inspect.c	the programs on it, and which are ours
 *	leaks.c		what libxdp leaves open
 *	reason.c	the kernel's own words for a refusal
 */
#ifndef FWD_INSPECT_H
#define FWD_INSPECT_H

#include "daemon/fwd/datapath/internal.h"

/* ---- device.c ---- */

/* 0: it is unknown. */
uint32_t device_mtu(const char *name);

/*
 * -EPFNOSUPPORT: frames of this interface have no Ethernet header, so that programs would read
 * an IP header as one.
 */
int device_check(const char *name, struct errors *errs);

/* ---- inspect.c ---- */

/* The programs on an interface. */
struct found {
	uint32_t main_id; /* the interface's program: an entry, a dispatcher, another's; 0: none */
	bool generic;
	bool dispatcher;  /* libxdp's, and readable */
	bool frags;	  /* the chain has multi-buffer frames */
	bool shared;	  /* with programs that are not ours */
	char name[64];	  /* of the main program */
	char blocker[64]; /* another's component without frags; "" */
	int prog_fd;	  /* our entry; -1: none */
	int extra_fd;	  /* a second one of ours, from a replacement that was cut off; -1 */
	uint32_t prog_id; /* our entry */
	uint32_t slot;	  /* our entry */
	bool outdated;	  /* ours, but with the maps of another layout */
	bool orphan;	  /* ours, but its stages are gone with their pins */
	bool current;	  /* code and knobs (except the slot) are those that we would load */
};

/* 0, or a negative errno. Release ret with found_clear. */
int inspect(const struct datapath *dp, int ifindex, struct found *ret);
void found_clear(struct found *found);

/* ---- reason.c ---- */

#define REASON_SIZE 256

/*
 * Between the two, dp->reason gets the kernel's first message about a refusal. They can be nested.
 */
void reason_listen(struct datapath *dp);
void reason_end(void);

/* "File exists: Cannot attach when an upper device already has a program" */
const char *reason_text(const struct datapath *dp, int err, char *buffer, size_t size);

#endif
