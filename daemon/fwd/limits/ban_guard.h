/* SPDX-License-Identifier: MIT */
/*
 * What a limit must not ban.
 *
 * Peers that the lock-out check protects (gateways, BGP peers, ...) are also protected from bans,
 * and so are users who are logged in by SSH. As a sender can write any source address into a
 * packet, an address is only banned for packets whose source is proven, unless the limit has
 * "forgeable": true: it must be TCP, and
 *
 *	to an address of this machine: the kernel must have a connection with it, or one that
 *	this machine has closed in the last minute (TIME_WAIT)
 *	to others: the packet must be one that only comes after the handshake (ACK, no SYN).
 *	The connections of other hosts are unknown here, so a sender that forges such packets as
 *	well is not recognised.
 */
#ifndef FWD_BAN_GUARD_H
#define FWD_BAN_GUARD_H

#include "common/abi/fw_abi.h"
#include "daemon/fwd/model/model.h"

struct ban_guard;

/* The model is borrowed; its running policy has the peers to protect. NULL: no memory. */
struct ban_guard *ban_guard_new(struct model *model);
struct ban_guard *ban_guard_free(struct ban_guard *guard);

/*
 * Read connections and peers again, if the last read is a second old (now: CLOCK_MONOTONIC, ns).
 * 0, or a negative errno: they are unknown, so nothing may be banned.
 */
int ban_guard_look(struct ban_guard *guard, uint64_t now);

/*
 * The peer that a ban of the prefix would cut off ("the BGP session with 192.0.2.2"), or NULL.
 * Borrowed.
 */
const char *ban_guard_protects(const struct ban_guard *guard, const struct prefix *prefix);

/* Is the source of the packet in a record of the datapath proven? */
bool ban_guard_is_proven(const struct ban_guard *guard, const struct fw_ban *record);

#endif
