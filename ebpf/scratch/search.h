/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The classifier's part of a packet's scratch: where the search through the rules is. */
#ifndef FW_SCRATCH_SEARCH_H
#define FW_SCRATCH_SEARCH_H

#include "common/abi/fw_abi.h"

#define FW_ROW_USUAL 5 /* rows of a packet; more are rare, once fields are merged */

struct fw_search_scratch {
	__u32 row_count;
	__u32 column; /* the current one, of the walked ones */
	/* Up to here everything is 0 for a new packet. */
	__u32 end;		   /* only rules of a lower rank */
	__u16 decider;		   /* of the columns that are not walked, or FW_NO_SLOT */
	__u16 candidate;	   /* the current one */
	__u32 merge;		   /* place in the merge table */
	__u64 columns;		   /* bit per column that has rules of all rows */
	__u64 page[FW_PAGE_WORDS]; /* candidates of the column that are not yet checked */
	/* The rows that the packet's fields selected, then row_all: places in the pool. */
	__u32 rows[FW_ROW_SOURCES + 1];
};

#endif
