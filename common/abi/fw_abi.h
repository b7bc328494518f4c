/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The kernel/user ABI: all that the BPF programs and fwd share. Include this file; its
 * parts:
 *
 *	abi/state.h	the active generation, and the names of the slots
 *	abi/image.h	a generation: rules, rows, and how the classifier reads them
 *	abi/addresses.h	its address tables
 *	abi/limit.h	its limits, and the cookies of those that answer SYNs
 *	abi/live.h	live sets
 *	abi/counters.h	counters
 *	abi/bucket.h	buckets, and reports of sources over a limit
 *	abi/packet.h	one parsed packet, and fragments
 *	abi/report.h	events, explanations, differences of a trial policy
 *
 * A policy becomes a *generation*. Two generations exist side by side; fw_state.active selects the
 * one that packets see, and a packet reads it once. Two more places hold policies without effect:
 * a candidate for questions, and a trial policy that judges live traffic next to the active one.
 * Everything else here (counters, live sets, buckets) is keyed by slots that stay the same across
 * generations.
 *
 * Fixed widths, explicit padding. Addresses and their prefixes are in network
 * order; ports and lengths in host order. Times are CLOCK_MONOTONIC ns.
 */
#ifndef FW_ABI_H
#define FW_ABI_H

#include "common/abi/addresses.h"
#include "common/abi/bucket.h"
#include "common/abi/counters.h"
#include "common/abi/image.h"
#include "common/abi/limit.h"
#include "common/abi/live.h"
#include "common/abi/packet.h"
#include "common/abi/report.h"
#include "common/abi/state.h"

/*
 * Counted up by hand with any change of these layouts or of ebpf/scratch/: an old entry and new
 * stages share them.
 */
#define FW_ABI_VERSION 9

#endif
