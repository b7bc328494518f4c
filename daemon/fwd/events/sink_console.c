// SPDX-License-Identifier: MIT
/*
 * A line for people:
 *	2026-11-21T08:15:04.123Z drop eth0 udp 192.0.2.7:53 > 203.0.113.9:4000, 60 bytes: rule x
 *	2026-11-21T08:15:04.123Z limit dns: over 200/s per src/32,64; drops what is beyond (rule x)
 */
#include "daemon/fwd/events/sinks.h"

/* ANSI colours: what happened should be seen from across the room. */
static const char *outcome_colour(const struct event *event)
{
	switch ((enum fw_outcome)event->raw->outcome) {
	case FW_OUTCOME_PASS:
		return "\033[32m";
	case FW_OUTCOME_DROP:
		return "\033[31m";
	case FW_OUTCOME_WOULD_DROP:
	case FW_OUTCOME_WOULD_TX:
		return "\033[33m";
	case FW_OUTCOME_TX:
		return "\033[36m";
	case FW_OUTCOME_MAX:
		break;
	}
	return "";
}

static void put_outcome(FILE *out, const struct event *event, bool colour)
{
	static const char *const words[] = {
		[FW_OUTCOME_PASS] = "pass",
		[FW_OUTCOME_DROP] = "drop",
		[FW_OUTCOME_WOULD_DROP] = "would drop",
		[FW_OUTCOME_TX] = "answer",
		[FW_OUTCOME_WOULD_TX] = "would answer",
	};
	unsigned outcome = event->raw->outcome;

	fprintf(out, "%s%s%s", colour ? outcome_colour(event) : "",
		outcome < FW_OUTCOME_MAX ? words[outcome] : event->outcome,
		colour ? "\033[0m" : "");
}

static void put_endpoint(FILE *out, const struct event *event, const char *addr, unsigned port)
{
	bool ports = event->raw->flags & FW_HAS_PORTS;

	if (ports && event->raw->flags & FW_IS_IP6)
		fprintf(out, "[%s]:%u", addr, port);
	else if (ports)
		fprintf(out, "%s:%u", addr, port);
	else
		fputs(addr, out);
}

static void put_packet(FILE *out, const struct event *event)
{
	const struct fw_event *raw = event->raw;

	if (raw->vlan)
		fprintf(out, " vlan %u", raw->vlan);
	if (raw->inner_vlan)
		fprintf(out, ".%u", raw->inner_vlan);
	if (raw->flags & FW_IS_IP) {
		fprintf(out, " %s%s ", event->number[0] ? "proto " : "", event->proto);
		put_endpoint(out, event, event->src, raw->sport);
		fputs(" > ", out);
		put_endpoint(out, event, event->dst, raw->dport);
	} else {
		fprintf(out, " %s", event->kind);
		if (raw->kind == FW_KIND_OTHER)
			fprintf(out, " 0x%04x", raw->ethertype);
	}
	if (event->tcp_flags[0])
		fprintf(out, " %s", event->tcp_flags);
	if (raw->flags & FW_HAS_ICMP)
		fprintf(out, " type %u code %u", raw->icmp_type, raw->icmp_code);
	if (*event_fragment(event))
		fprintf(out, " %s fragment", event_fragment(event));
	fprintf(out, ", %u bytes", raw->length);
}

/* The rules of permitted_cidrs: their reason says it all. */
static bool is_implicit(const struct event *event)
{
	return event->raw->reason == FW_REASON_PERMITTED ||
	       event->raw->reason == FW_REASON_NOT_PERMITTED;
}

static int console_write(FILE *out, const struct event *event, bool first, bool colour)
{
	char time[CLOCK_TEXT], text[NOTICE_TEXT];

	(void)first;
	fprintf(out, "%s ", clock_text(event->realtime_ns, time));
	if (event->notice) {
		fprintf(out, "%s\n", notice_text(event->notice, text));
		return 0;
	}
	put_outcome(out, event, colour);
	fprintf(out, " %s", event->interface[0] ? event->interface : "?");
	put_packet(out, event);
	fprintf(out, ": %s", event->reason);
	if (event->rule[0] && !is_implicit(event))
		fprintf(out, " %s", event->rule);
	if (event->limit[0])
		fprintf(out, ", limit %s", event->limit);
	if (event->raw->sample > 1)
		fprintf(out, " (1 of %u)", event->raw->sample);
	fputc('\n', out);
	return 0;
}

const struct sink_ops sink_console = {
	.name = "console",
	.notes = true,
	.write = console_write,
};
