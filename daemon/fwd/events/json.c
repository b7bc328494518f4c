// SPDX-License-Identifier: MIT
/* An event as JSON: what does not apply to a packet is absent. */
#include "daemon/fwd/events/sinks.h"

#include <errno.h>

#include <cjson/cJSON.h>

/* Add one member if it applies; false when out of memory. */
static bool add_text(cJSON *json, const char *key, const char *text)
{
	return !text[0] || cJSON_AddStringToObject(json, key, text);
}

static bool add_number(cJSON *json, const char *key, unsigned number, bool applies)
{
	return !applies || cJSON_AddNumberToObject(json, key, number);
}

static bool add_head(cJSON *json, const struct event *event)
{
	char time[CLOCK_TEXT];

	return add_text(json, "time", clock_text(event->realtime_ns, time)) &&
	       add_text(json, "type", event_type_name(event));
}

static bool add_decision(cJSON *json, const struct event *event)
{
	return add_text(json, "outcome", event->outcome) &&
	       add_text(json, "reason", event->reason) && add_text(json, "rule", event->rule) &&
	       add_text(json, "limit", event->limit) &&
	       add_text(json, "interface", event->interface);
}

static bool add_packet(cJSON *json, const struct event *event)
{
	const struct fw_event *raw = event->raw;
	bool ports = raw->flags & FW_HAS_PORTS, icmp = raw->flags & FW_HAS_ICMP;

	return add_text(json, "kind", event->kind) && add_text(json, "proto", event->proto) &&
	       add_text(json, "src", event->src) && add_number(json, "sport", raw->sport, ports) &&
	       add_text(json, "dst", event->dst) && add_number(json, "dport", raw->dport, ports) &&
	       add_number(json, "vlan", raw->vlan, raw->vlan) &&
	       add_number(json, "inner_vlan", raw->inner_vlan, raw->inner_vlan) &&
	       add_number(json, "length", raw->length, true) &&
	       add_text(json, "fragment", event_fragment(event)) &&
	       add_text(json, "tcp_flags", event->tcp_flags) &&
	       add_number(json, "icmp_type", raw->icmp_type, icmp) &&
	       add_number(json, "icmp_code", raw->icmp_code, icmp) &&
	       add_number(json, "ethertype", raw->ethertype, raw->kind == FW_KIND_OTHER);
}

cJSON *event_packet_json(const struct event *event)
{
	cJSON *json = cJSON_CreateObject();

	if (json && add_packet(json, event))
		return json;
	cJSON_Delete(json);
	return NULL;
}

static bool add_rules(cJSON *json, const struct notice *notice)
{
	cJSON *list = cJSON_AddArrayToObject(json, "rules");

	for (size_t i = 0; i < notice->rule_count && i < NOTICE_RULES; i++) {
		if (!cJSON_AddItemToArray(list, cJSON_CreateString(notice->rules[i])))
			return false;
	}
	return list;
}

static bool add_amount(cJSON *json, const char *key, double amount, bool applies)
{
	return !applies || cJSON_AddNumberToObject(json, key, amount);
}

static bool add_notice(cJSON *json, const struct notice *notice)
{
	const struct notice_fields fields = notice_fields(notice);
	char text[NOTICE_TEXT];

	return add_text(json, "outcome", fields.outcome) && add_text(json, "limit", fields.limit) &&
	       (!fields.has_rules || add_rules(json, notice)) &&
	       add_text(json, "rate", fields.rate) && add_text(json, "per", fields.per) &&
	       add_text(json, "address", fields.address) && add_text(json, "set", fields.set) &&
	       add_number(json, "level", notice->level, fields.has_level) &&
	       add_amount(json, "packets", (double)notice->count.packets, fields.has_packets) &&
	       add_amount(json, "bytes", (double)notice->count.bytes, fields.has_packets) &&
	       add_amount(json, "addresses", (double)notice->count.packets, fields.has_addresses) &&
	       add_amount(json, "keys", (double)notice->keys, fields.has_keys) &&
	       add_amount(json, "seconds", fields.seconds, fields.has_seconds) &&
	       add_text(json, "text", notice_text(notice, text));
}

cJSON *event_json(const struct event *event)
{
	cJSON *json = cJSON_CreateObject();

	if (event->notice) {
		if (json && add_head(json, event) && add_notice(json, event->notice))
			return json;
		cJSON_Delete(json);
		return NULL;
	}
	if (json && add_head(json, event) && add_decision(json, event) && add_packet(json, event) &&
	    add_number(json, "generation", event->raw->generation, true) &&
	    add_number(json, "sample", event->raw->sample, true))
		return json;
	cJSON_Delete(json);
	return NULL;
}

int event_write_json(FILE *out, const struct event *event)
{
	cJSON *json = event_json(event);
	char *text = json ? cJSON_PrintUnformatted(json) : NULL;

	cJSON_Delete(json);
	if (!text)
		return -ENOMEM;
	fputs(text, out);
	cJSON_free(text);
	return 0;
}
