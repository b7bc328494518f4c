/* SPDX-License-Identifier: MIT */
/* The verdict of the loaded programs on a frame. */
#ifndef FWD_DATAPATH_EXPLAIN_H
#define FWD_DATAPATH_EXPLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/abi/fw_abi.h"

struct datapath;

/* The policy that judges a frame. */
enum datapath_judge {
	JUDGE_RUNNING,	 /* the active policy */
	JUDGE_CANDIDATE, /* the one in FW_IMAGE_CANDIDATE */
	JUDGE_TRIED,	 /* the one in FW_IMAGE_TRIED */
};

/*
 * Run the loaded programs on a frame without side effects. ifindex: the interface of the frame.
 * One at a time: not from several threads.
 * Returns 0, or -EINVAL (a frame of less than 14 or more than 65535 bytes), -ENOENT (no such
 * candidate), -EPROTO (real packets came between each time: try again later), ...
 */
int datapath_explain(struct datapath *dp, enum datapath_judge judge, int ifindex, const void *frame,
		     size_t length, struct fw_explanation *ret);

/*
 * The number of the datagram whose first fragment was seen last, with these addresses (of the
 * same family) and this protocol, on this interface and in these VLANs, and not too long ago.
 * key: the rest of it is filled in. -ENOENT.
 */
int datapath_find_fragment(const struct datapath *dp, struct fw_fragment_key *key);

/*
 * Explanations of frames on an interface that is not attached use this slot for it, until it is
 * attached, or this is called with slot 0.
 */
void datapath_expect(struct datapath *dp, int ifindex, unsigned slot);

#endif
