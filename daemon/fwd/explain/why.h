/* SPDX-License-Identifier: MIT */
/*
 * Where a rule and a packet part.
 *
 * The verdict of an explanation is the loaded programs' own. What they cannot
 * tell is why another rule was not it: here each field of a rule is compared with
 * what the programs took the packet for, one by one, as the config says it.
 */
#ifndef FWD_WHY_H
#define FWD_WHY_H

#include "common/policy/compile/slots.h"
#include "common/policy/config/config.h"
#include "daemon/fwd/live/live.h"

/* What a rule can ask for, in the order in which it is told: the config's names. */
#define WHY_FIELDS(X)             \
	X(ENABLED, "enabled")     \
	X(INTERFACE, "interface") \
	X(FAMILY, "family")       \
	X(VLAN, "vlan")           \
	X(PROTO, "proto")         \
	X(SRC, "src")             \
	X(SPORT, "sport")         \
	X(DST, "dst")             \
	X(DPORT, "dport")         \
	X(TCP_FLAGS, "tcp_flags") \
	X(ICMP_TYPE, "icmp_type") \
	X(ICMP_CODE, "icmp_code") \
	X(FRAGMENT, "fragment")   \
	X(LENGTH, "length")       \
	X(DSCP, "dscp")           \
	X(TTL, "ttl")
#define WHY_AS_ENUM(name, text) WHY_##name,
enum why_field { WHY_FIELDS(WHY_AS_ENUM) WHY_FIELD_MAX };

const char *why_field_name(enum why_field field);

/* The policy that is asked about, and what it looks at besides the packet. All borrowed. */
struct why {
	const struct config *config;
	const struct slots *live_slots; /* ids of the live sets that are there now */
	const struct live *live;
	int interface; /* index of config.interfaces where the packet came in; -1: none of them */
	const struct fw_explanation *packet;
};

/* Bit per enum why_field that the rule asks for and the packet does not have; 0: it matches. */
uint32_t why_fails(const struct why *why, const struct config_rule *rule);

/* Bit per enum why_field that the rule asks for at all. */
uint32_t why_asks(const struct config_rule *rule);

/* What the rule wants of a field, shortened: "80, 443, 8000-8099". Returns buffer. */
#define WHY_TEXT 128
const char *why_wanted(const struct why *why, const struct config_rule *rule, enum why_field field,
		       char buffer[WHY_TEXT]);

/* What the packet has there; "" if it has no such field. Returns buffer. */
const char *why_given(const struct why *why, enum why_field field, char buffer[WHY_TEXT]);

#endif
