// SPDX-License-Identifier: MIT
/* What the programs say is an event that nobody wrote, so it is decoded and named as one. */
#include "daemon/fwd/control/verbs/explain/subject.h"

#include <string.h>

static void to_event(const struct fw_explanation *answer, struct fw_event *ret)
{
	*ret = (struct fw_event){
		.generation = answer->generation,
		.length = answer->length,
		.sport = answer->sport,
		.dport = answer->dport,
		.vlan = answer->vlan,
		.inner_vlan = answer->inner_vlan,
		.ethertype = answer->ethertype,
		.rule = answer->rule,
		.limit = answer->limit,
		.kind = answer->kind,
		.proto = answer->proto,
		.fragment = answer->fragment,
		.flags = answer->flags,
		.tcp_flags = answer->tcp_flags,
		.icmp_type = answer->icmp_type,
		.icmp_code = answer->icmp_code,
		.reason = answer->reason,
		.outcome = answer->outcome,
	};
	memcpy(ret->src, answer->src, sizeof(ret->src));
	memcpy(ret->dst, answer->dst, sizeof(ret->dst));
}

/* What was decided, enforced or not. */
static const char *verdict_of(const struct fw_explanation *answer)
{
	static const char *const names[] = {FW_ACTIONS(FW_AS_NAME)};

	return answer->action < FW_ACTION_MAX ? names[answer->action] : "unknown";
}

void explain_answer(const struct fw_explanation *answer, const struct subject *subject,
		    cJSON *result)
{
	struct fw_event raw;
	struct packet_event decoded;
	cJSON *packet;

	to_event(answer, &raw);
	packet_decode(&raw, subject->slots, &decoded);
	cJSON_AddStringToObject(result, "verdict", verdict_of(answer));
	cJSON_AddBoolToObject(result, "enforced",
			      answer->outcome != FW_OUTCOME_WOULD_DROP &&
				      answer->outcome != FW_OUTCOME_WOULD_TX);
	cJSON_AddStringToObject(
		result, "reason",
		subject->is_detached ? "detached" : event_word(EVENT_FIELD_REASON, decoded.reason));
	if (decoded.rule[0])
		cJSON_AddStringToObject(result, "rule", decoded.rule);
	if (decoded.limit[0])
		cJSON_AddStringToObject(result, "limit", decoded.limit);
	if (subject->chosen_port)
		cJSON_AddNumberToObject(result, "chosen_sport", subject->chosen_port);
	packet = event_packet_json(&decoded);
	if (packet && raw.flags & FW_IS_IP)
		cJSON_AddNumberToObject(packet, "ip_length", answer->ip_length);
	cJSON_AddItemToObject(result, "packet", packet);
}
