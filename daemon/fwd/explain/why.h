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
#include "common/policy/fields/fields.h"
#include "daemon/fwd/live/live.h"

/* What a rule can ask for: a field of its match by its enum match_id, or to be in force at all. */
#define WHY_ENABLED MATCH_FIELD_MAX

/* The config's name of it. */
const char *why_field_name(unsigned field);

/* The policy that is asked about, and what it looks at besides the packet. All borrowed. */
struct why {
	const struct config *config;
	const struct slots *live_slots; /* ids of the live sets that are there now */
	const struct live *live;
	int interface; /* index of config.interfaces where the packet came in; -1: none of them */
	const struct fw_explanation *packet;
};

/* Bit per field that the rule asks for and the packet does not have; 0: it matches. */
uint32_t why_fails(const struct why *why, const struct config_rule *rule);

/* Bit per field that the rule asks for at all. */
uint32_t why_asks(const struct config_rule *rule);

/* What the rule wants of a field, shortened: "80, 443, 8000-8099". Returns buffer. */
#define WHY_TEXT 128
const char *why_wanted(const struct why *why, const struct config_rule *rule, unsigned field,
		       char buffer[WHY_TEXT]);

/* What the packet has there; "" if it has no such field. Returns buffer. */
const char *why_given(const struct why *why, unsigned field, char buffer[WHY_TEXT]);

#endif
