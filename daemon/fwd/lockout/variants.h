/* SPDX-License-Identifier: MIT */
/*
 * What fwd does not know of a probe, and rules may ask for: the MAC address of a sender that is not
 * in the kernel's neighbour table, and the flow label that a peer has chosen. Such a probe is asked
 * about in several variants: one value out of each prefix that rules have of the field, and one that
 * no rule names.
 */
#ifndef FWD_VARIANTS_H
#define FWD_VARIANTS_H

#include "common/policy/config/config.h"
#include "daemon/fwd/lockout/probe.h"

#define MAX_VARIANT_VALUES 9 /* of a field; two fields: 81 variants of a probe */

struct values {
	struct prefix items[MAX_VARIANT_VALUES]; /* whole values, in front */
	size_t count;				 /* 0: no rule asks for the field */
	bool more;				 /* rules have more prefixes */
};

struct variants {
	struct values senders;
	struct values labels;
};

/* For the rules of both configs; either may be NULL. */
void variants_find(const struct config *running, const struct config *next, struct variants *ret);

/* How many variants a probe has: 1 if rules ask for nothing that is not known of it. */
size_t variants_count(const struct variants *variants, const struct probe *probe);
struct probe variants_make(const struct variants *variants, const struct probe *probe,
			   size_t number);

/* Are the answers to its variants all that there can be? */
bool variants_are_all(const struct variants *variants, const struct probe *probe);

/* What is not known of it: "the MAC address that it comes from". */
const char *variants_unknown(const struct variants *variants, const struct probe *probe);

#endif
