/* SPDX-License-Identifier: MIT */
/* Our programs on interfaces. */
#ifndef FWD_ATTACHMENTS_H
#define FWD_ATTACHMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/policy/config/config.h"

struct datapath;
struct errors;
struct slots;

enum attach_state {
	ATTACH_MISSING,	   /* no such interface now */
	ATTACH_DOWN,	   /* ours is not attached (error says why) */
	ATTACH_DISPATCHER, /* through libxdp's dispatcher, next to others */
	ATTACH_ALONE,	   /* the only program: the kernel refuses freplace */
};

struct attachment {
	char name[16];	       /* the name in the config */
	char current_name[16]; /* the kernel's name now: differs after a rename */
	unsigned slot;	       /* interface slot */
	int ifindex;	       /* 0: missing */
	uint32_t mtu;
	enum attach_state state;
	enum attach_mode wanted;
	enum attach_mode mode; /* the actual mode; valid when attached */
	bool frags;	       /* the whole chain can have multi-buffer (jumbo) frames */
	uint32_t prog_id;
	uint64_t repairs; /* how often another program removed it and it was put back */
	char note[256];	  /* "" or why not native, not frags, alone, down */
};

/*
 * Attach the entry to an interface, or adopt the one that is attached already.
 * Never evicts a foreign program: -EBUSY if one is there and no dispatcher is
 * possible. Generic mode only if wanted or if on_unsupported allows it.
 * slot: from policy->slots. A missing interface is -ENODEV, and remembered.
 */
int datapath_attach(struct datapath *dp, const struct config_interface *interface, unsigned slot,
		    struct errors *errs);

/*
 * Detach our entry from an interface (by config name); programs of others stay. -ENOENT.
 * On any other failure it stays listed, and is still filtered.
 */
int datapath_detach(struct datapath *dp, const char *name, struct errors *errs);

/*
 * Before a config is compiled: give each name the slot of its current device. *ret: a
 * copy of slots (may be NULL) with these names, or NULL if no change is needed. -EBADMSG: two
 * names of one device, with the place in errs.
 */
int datapath_bind(const struct datapath *dp, const struct config *config, const struct slots *slots,
		  struct slots **ret, struct errors *errs);

/*
 * After the config is active: attachments get its names for their devices. renamed (may be NULL)
 * is called for each attachment with another earlier name.
 */
void datapath_follow(struct datapath *dp, const struct config *config, const struct slots *slots,
		     void (*renamed)(const char *before, const char *now));

/*
 * One sentence if an attachment differs from the config: its name is no longer its device's, or
 * it could not be detached. Returns the length; 0: no difference.
 */
size_t datapath_trouble(const struct datapath *dp, size_t index, char *text, size_t size);

/*
 * Can attachments that are not in this config, or detached by it, be detached? -EEXIST, with an
 * error for each, if a program above that is not ours prevents it.
 */
int datapath_check_leave(struct datapath *dp, const struct config *config,
			 const struct slots *slots, struct errors *errs);

/* Would the kernel let this one be left now? Changes nothing. */
bool datapath_can_leave(struct datapath *dp, const char *name);

/*
 * The order in which interfaces (by config name) can be attached, or detached (uppers_first): the
 * kernel changes no program on a device while one above it has one. ret has indices of names.
 */
void datapath_order_names(const struct datapath *dp, const char *const *names, size_t count,
			  bool uppers_first, size_t *ret);

/*
 * Report a change from netlink to the datapath: interface ifindex now has this name, mtu
 * and XDP program (0: none); gone: it vanished. Repairs the attachment: reattaches after
 * an `xdp off`, attaches when a configured interface appears, follows a rename.
 * note (may be NULL, size bytes) gets one sentence about an action or an error, else "".
 * Returns 1 if something changed, 0 if not, or a negative errno.
 */
struct link_change {
	int ifindex;
	char name[16];
	uint32_t mtu;
	uint32_t xdp_prog_id;
	bool gone;
};
int datapath_link_changed(struct datapath *dp, const struct link_change *change, char *note,
			  size_t size);

/* All known attachments; returns their number; *ret is borrowed, valid until the next call. */
size_t datapath_attachments(const struct datapath *dp, const struct attachment **ret);

/* The attachment of an interface, by its name in the config; NULL: none. Borrowed, as above. */
const struct attachment *datapath_find_attachment(const struct datapath *dp, const char *name);

/* Is our program on the interface? NULL is allowed: no. */
bool attachment_is_attached(const struct attachment *attachment);

#endif
