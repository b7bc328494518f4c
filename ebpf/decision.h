/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* What a stage decided, on its way to verdict() or to an event. */
#ifndef FW_DECISION_H
#define FW_DECISION_H

#include "packet.h"

struct fw_decision {
	enum fw_reason reason;
	enum fw_action action; /* PASS or DROP */
	__u16 slot;	       /* of the rule, or FW_NO_SLOT */
	__u16 limit;	       /* slot of the limit, or FW_NO_SLOT */
	__u32 log_every;       /* the rule's own sampling of events; 0: the global one */
	bool log;	       /* an event even if it passes */
};

/* By no rule. */
static __always_inline void decide(struct fw_decision *decision, enum fw_reason reason,
				   enum fw_action action)
{
	decision->reason = reason;
	decision->action = action;
	decision->slot = FW_NO_SLOT;
	decision->limit = FW_NO_SLOT;
	decision->log_every = 0;
	decision->log = false;
}

/* By a rule. Its limit is the next stage's business. */
static __always_inline void decide_by_rule(struct fw_decision *decision, const struct fw_rule *rule)
{
	decision->reason = rule->reason;
	decision->action = rule->action;
	decision->slot = rule->slot;
	decision->limit = FW_NO_SLOT;
	decision->log_every = rule->log_every;
	decision->log = rule->flags & FW_RULE_LOG;
}

/* No rule matched. A link's own packets never fall to a default. */
static __always_inline void decide_by_default(struct fw_decision *decision,
					      const struct fw_packet *pkt,
					      const struct fw_header *header)
{
	if (pkt->kind == FW_KIND_IP4 || pkt->kind == FW_KIND_IP6)
		decide(decision, FW_REASON_DEFAULT, header->default_action);
	else if (pkt->kind == FW_KIND_OTHER)
		decide(decision, FW_REASON_NON_IP, header->non_ip_action);
	else
		decide(decision, FW_REASON_LINK, FW_ACTION_PASS);
}

#endif
