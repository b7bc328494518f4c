/* SPDX-License-Identifier: MIT */
/* The switch that overrides every policy, until its end. */
#ifndef FWD_PANIC_SWITCH_H
#define FWD_PANIC_SWITCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/abi/fw_abi.h"

struct datapath;

/* The panic that is in force. */
struct panic_view {
	enum fw_panic mode;
	uint64_t end; /* CLOCK_MONOTONIC, ns */
};

/*
 * Let every packet pass (FW_PANIC_OPEN), or only what management.allow and the link need
 * (FW_PANIC_CLOSE), until a time (CLOCK_MONOTONIC ns, odd ones are rounded down; not 0), with or
 * without fwd. One write; replaces a panic that is in force. The policy stays as it is.
 */
void datapath_panic(struct datapath *dp, enum fw_panic mode, uint64_t end);

/* End it now. False: there was none. */
bool datapath_panic_end(struct datapath *dp);

/* False: none is in force. */
bool datapath_panic_view(const struct datapath *dp, struct panic_view *ret);

/*
 * The same for the pins of a folder, without opening the datapath: if no fwd runs. end 0: end it.
 * -ENOENT: no program filters there, -EPERM: no permission.
 */
int panic_write(const char *pin_dir, enum fw_panic mode, uint64_t end);

/* A new layout begins with the panic of the one that it replaces. */
void panic_inherit(struct datapath *dp);

#endif
