/* SPDX-License-Identifier: MIT */
/*
 * The fields in which a rule and a packet differ.
 *
 * The verdict of an explanation is from the loaded programs. They do not report why
 * another rule did not match: here each field of a rule, as in the config, is
 * compared with the packet as the programs parsed it.
 */
#ifndef FWD_WHY_H
#define FWD_WHY_H

#include "common/policy/compile/slots.h"
#include "common/policy/config/config.h"
#include "common/policy/fields/fields.h"
#include "daemon/fwd/live/live.h"

/* The conditions of a rule: a field of its match by its enum match_id, or that it is enabled. */
#define WHY_ENABLED MATCH_FIELD_MAX

/* The config's name of it. */
const char *why_field_name(unsigned field);

/* The policy and its state. All borrowed. */
struct why {
	const struct config *config;
	const struct slots *live_slots; /* ids of the current live sets */
	const struct live *live;
	int interface; /* index of config.interfaces where the packet came in; -1: none of them */
	const struct fw_explanation *packet;
};

/* Bit per field of the rule that the packet does not match; 0: it matches. */
uint32_t why_fails(const struct why *why, const struct config_rule *rule);

/* Bit per field of the rule. */
uint32_t why_asks(const struct config_rule *rule);

/* The rule's values of a field, shortened: "80, 443, 8000-8099". Returns buffer. */
#define WHY_TEXT 128
const char *why_wanted(const struct why *why, const struct config_rule *rule, unsigned field,
		       char buffer[WHY_TEXT]);

/* The packet's value; "" if it has no such field. Returns buffer. */
const char *why_given(const struct why *why, unsigned field, char buffer[WHY_TEXT]);

#endif
