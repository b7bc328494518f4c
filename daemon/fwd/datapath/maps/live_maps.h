/* SPDX-License-Identifier: MIT */
/* Entries of live sets as packets see them: maps live4 and live6, and the number of blocks. */
#ifndef FWD_DATAPATH_LIVE_MAPS_H
#define FWD_DATAPATH_LIVE_MAPS_H

#include <stdint.h>

#include "common/abi/fw_abi.h"
#include "common/base/prefix/prefix.h"

struct datapath;

/* Insert an entry, or replace its value. 0 or a negative errno, and then nothing has changed. */
int datapath_live_write(struct datapath *dp, unsigned set_id, const struct prefix *prefix,
			const struct fw_live_value *value);

/* Remove an entry; a missing one is not an error. 0 or a negative errno. */
int datapath_live_erase(struct datapath *dp, unsigned set_id, const struct prefix *prefix);

/* Set the number of blocks of a family (4 or 6): with 0 packets skip the lookup. */
void datapath_live_count_blocks(struct datapath *dp, int family, uint32_t count);

/* Visit all entries of a family. A visit that returns non-zero ends the walk, which returns it. */
typedef int live_visit(unsigned set_id, const struct prefix *prefix,
		       const struct fw_live_value *value, void *userdata);
int datapath_live_walk(const struct datapath *dp, int family, live_visit *visit, void *userdata);

#endif
