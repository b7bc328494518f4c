/* SPDX-License-Identifier: MIT */
/*
 * boot.json in the state folder: the policy to run when neither the config file nor any revision
 * can be used. It is made from each confirmed policy, as its config may be
 * unreadable when it is needed.
 *
 *	{"version": 1, "runs": "closed", "policy": {...}}
 *	SHA-256 of the line before
 */
#ifndef FWD_KNOWN_H
#define FWD_KNOWN_H

#include <stdbool.h>

#include "common/policy/config/config.h"

/*
 * The policy for boot_fail of a config and its document. Closed: the same interfaces, sets and
 * management.allow, DHCP leases and path MTU discovery of this machine; everything else is dropped, if
 * the config enforces. Open: everything passes. NULL: no memory.
 */
cJSON *known_policy(const struct config *config, const struct document *document);

/* Does a config fall back to the closed one? */
bool known_is_closed(const struct config *config);

/*
 * Let SSH connections of this machine that exist now go on, where a closed policy names no
 * management.allow. Returns how many were added.
 */
unsigned known_keep_ssh(cJSON *policy);

/* The file's text, malloced; NULL: no memory. Takes policy. */
char *known_encode(bool closed, cJSON *policy, size_t *ret_length);

/* And back: -EBADMSG if it is not whole. */
int known_decode(const char *text, size_t length, bool *ret_closed, cJSON **ret_policy);

/* The file in the state folder (a descriptor; -1: -ENOENT). 0 or a negative errno. */
int known_write(int folder, const char *text, size_t length);
int known_read(int folder, bool *ret_closed, cJSON **ret_policy);

/*
 * Does a state folder hold anything that a start could run: a revision, or boot.json? 1, 0, or a
 * negative errno. Nothing is made or locked.
 */
int known_is_there(const char *state_dir);

#endif
