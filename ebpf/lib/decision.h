/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The decision of a stage, for verdict() or an event. */
#ifndef FW_DECISION_H
#define FW_DECISION_H

#include "ebpf/lib/packet.h"

#define FW_ETHERTYPE_MIN   0x0600 /* lower values are a length: IEEE 802.3 */
#define FW_ETHERTYPE_SLOW  0x8809 /* LACP and others */
#define FW_ETHERTYPE_EAPOL 0x888e
#define FW_ETHERTYPE_LLDP  0x88cc

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

/* By a rule. The next stage handles its limit. */
static __always_inline void decide_by_rule(struct fw_decision *decision, const struct fw_rule *rule)
{
	decision->reason = rule->reason;
	decision->action = rule->action;
	decision->slot = rule->slot;
	decision->limit = FW_NO_SLOT;
	decision->log_every = rule->log_every;
	decision->log = rule->flags & FW_RULE_LOG;
}

/*
 * Without these a link, and with it the access to fwd, goes down: LACP, 802.1X, LLDP, and frames
 * with a length in place of an EtherType (spanning tree, IS-IS).
 */
static __always_inline bool keeps_link_up(const struct fw_packet *pkt)
{
	return pkt->info.ethertype < FW_ETHERTYPE_MIN || pkt->info.ethertype == FW_ETHERTYPE_SLOW ||
	       pkt->info.ethertype == FW_ETHERTYPE_LLDP ||
	       pkt->info.ethertype == FW_ETHERTYPE_EAPOL;
}

/* FW_PANIC_CLOSE, and no management entry matched. */
static __always_inline void decide_closed(struct fw_decision *decision, const struct fw_packet *pkt)
{
	if (pkt->info.kind == FW_KIND_ARP || pkt->info.kind == FW_KIND_LINK6 ||
	    (pkt->info.kind == FW_KIND_OTHER && keeps_link_up(pkt)))
		decide(decision, FW_REASON_LINK, FW_ACTION_PASS);
	else
		decide(decision, FW_REASON_PANIC, FW_ACTION_DROP);
}

/* No rule matched. Packets that a link needs are not subject to a default. */
static __always_inline void decide_by_default(struct fw_decision *decision,
					      const struct fw_packet *pkt,
					      const struct fw_header *header)
{
	if (__builtin_expect(pkt->mode & FW_MODE_CLOSED, 0))
		decide_closed(decision, pkt);
	else if (pkt->info.kind == FW_KIND_IP4 || pkt->info.kind == FW_KIND_IP6)
		decide(decision, FW_REASON_DEFAULT, header->default_action);
	else if (pkt->info.kind == FW_KIND_OTHER)
		decide(decision, FW_REASON_NON_IP, header->non_ip_action);
	else
		decide(decision, FW_REASON_LINK, FW_ACTION_PASS);
}

#endif
