// SPDX-License-Identifier: MIT
/* What the programs say is an event that nobody wrote, so it is decoded and named as one. */
#include "daemon/fwd/control/verbs/explain/subject.h"

#include "common/base/memory.h"
#include "common/policy/config/config.h"
#include "common/policy/fields/fields.h"

static struct fw_event to_event(const struct fw_explanation *answer)
{
	return (struct fw_event){
		.packet = answer->packet,
		.generation = answer->generation,
		.rule = answer->rule,
		.limit = answer->limit,
		.reason = answer->reason,
		.outcome = answer->outcome,
	};
}

/* What was decided, enforced or not. */
static const char *verdict_of(const struct fw_explanation *answer)
{
	static const char *const names[] = {FW_ACTIONS(FW_AS_NAME)};

	return answer->action < FW_ACTION_MAX ? names[answer->action] : "unknown";
}

/* What events do not have: it is read only for rules that ask for it. */
static const enum match_id frame_fields[] = {MATCH_SRC_MAC, MATCH_DST_MAC, MATCH_FLOW_LABEL};

static void add_field(const struct fw_explanation *answer, enum match_id id, const char *name,
		      cJSON *json)
{
	const struct match_field *field = &match_fields[id];
	char text[PREFIX_TEXT];
	struct prefix value;

	if (!match_host(field, answer, &value))
		return;
	if (field->form == FORM_MACS)
		cJSON_AddStringToObject(json, name, mac_format(&value, text));
	else
		cJSON_AddNumberToObject(json, name, answer->frame.flow_label);
}

static void add_frame_fields(const struct fw_explanation *answer, cJSON *packet)
{
	for (size_t i = 0; i < array_size(frame_fields); i++)
		add_field(answer, frame_fields[i], match_fields[frame_fields[i]].name, packet);
}

void explain_answer(const struct fw_explanation *answer, const struct subject *subject,
		    cJSON *result)
{
	struct fw_event raw = to_event(answer);
	struct packet_event decoded;
	cJSON *packet;

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
	packet = event_packet_json(&decoded);
	if (packet && raw.packet.flags & FW_IS_IP)
		cJSON_AddNumberToObject(packet, "ip_length", answer->packet.ip_length);
	add_frame_fields(answer, packet);
	cJSON_AddItemToObject(result, "packet", packet);
}

/* ---- what was not given ---- */

static bool ask_for_frame(const struct config_rule *rules, size_t count)
{
	bool asks = false;

	for (size_t i = 0; i < count && !asks; i++)
		for (size_t j = 0; j < array_size(frame_fields) && !rules[i].disabled; j++)
			asks |= match_is_given(&match_fields[frame_fields[j]], &rules[i].match);
	return asks;
}

void explain_chosen(const struct fw_explanation *answer, const struct subject *subject,
		    cJSON *result)
{
	const struct config *config = subject->config;

	if (subject->chosen.sport)
		cJSON_AddNumberToObject(result, "chosen_sport", subject->chosen.sport);
	if (subject->chosen.src_mac)
		add_field(answer, MATCH_SRC_MAC, "chosen_src_mac", result);
	if (subject->chosen.dst_mac)
		add_field(answer, MATCH_DST_MAC, "chosen_dst_mac", result);
	if (subject->chosen.flow_label)
		add_field(answer, MATCH_FLOW_LABEL, "chosen_flow_label", result);
	cJSON_AddBoolToObject(result, "frame_rules",
			      ask_for_frame(config->management, config->management_count) ||
				      ask_for_frame(config->rules, config->rule_count));
}
