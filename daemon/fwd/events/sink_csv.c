// SPDX-License-Identifier: MIT
/*
 * Comma-separated values, RFC 4180 (lines end with CR LF): a header, then the
 * same columns as the JSON keys; what does not apply to a packet is empty.
 */
#include "daemon/fwd/events/sinks.h"

#include <string.h>

static int csv_begin(FILE *out)
{
	fputs("time,outcome,reason,rule,limit,interface,kind,proto,src,sport,dst,dport,vlan,"
	      "inner_vlan,length,fragment,tcp_flags,icmp_type,icmp_code,ethertype,generation,"
	      "sample,type,rules,rate,per,address,set,level,packets,bytes,addresses,keys,seconds,"
	      "text\r\n",
	      out);
	return 0;
}

static void put_text(FILE *out, const char *text)
{
	if (!strpbrk(text, ",\"\r\n")) {
		fprintf(out, "%s,", text);
		return;
	}
	fputc('"', out);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', out);
		fputc(*text, out);
	}
	fputs("\",", out);
}

static void put_number(FILE *out, unsigned number, bool applies)
{
	if (applies)
		fprintf(out, "%u", number);
	fputc(',', out);
}

#define PACKET_COLUMNS 22 /* "time" to "sample" */

static void put_amount(FILE *out, double amount, bool applies)
{
	if (applies)
		fprintf(out, "%.15g", amount);
	fputc(',', out);
}

static void put_rules(FILE *out, const struct notice *notice, bool applies)
{
	for (size_t i = 0; applies && i < notice->rule_count && i < NOTICE_RULES; i++)
		fprintf(out, "%s%s", i ? " " : "", notice->rules[i]);
	fputc(',', out);
}

static int write_notice(FILE *out, const struct event *event)
{
	const struct notice *notice = event->notice;
	const struct notice_fields fields = notice_fields(notice);
	char time[CLOCK_TEXT], text[NOTICE_TEXT];

	put_text(out, clock_text(event->realtime_ns, time));
	put_text(out, fields.outcome);
	fputs(",,", out); /* reason, rule */
	put_text(out, fields.limit);
	for (int column = 5; column < PACKET_COLUMNS; column++)
		fputc(',', out);
	put_text(out, event_type_name(event));
	put_rules(out, notice, fields.has_rules);
	put_text(out, fields.rate);
	put_text(out, fields.per);
	put_text(out, fields.address);
	put_text(out, fields.set);
	put_number(out, notice->level, fields.has_level);
	put_amount(out, (double)notice->count.packets, fields.has_packets);
	put_amount(out, (double)notice->count.bytes, fields.has_packets);
	put_amount(out, (double)notice->count.packets, fields.has_addresses);
	put_amount(out, (double)notice->keys, fields.has_keys);
	put_amount(out, fields.seconds, fields.has_seconds);
	/* The last one: a sentence that no name can put a quote into. */
	fprintf(out, "\"%s\"\r\n", notice_text(notice, text));
	return 0;
}

static int csv_write(FILE *out, const struct event *event, bool first, bool colour)
{
	const struct fw_event *raw = event->raw;
	bool ports = raw && raw->flags & FW_HAS_PORTS, icmp = raw && raw->flags & FW_HAS_ICMP;
	char time[CLOCK_TEXT];

	(void)first, (void)colour;
	if (event->notice)
		return write_notice(out, event);
	put_text(out, clock_text(event->realtime_ns, time));
	put_text(out, event->outcome);
	put_text(out, event->reason);
	put_text(out, event->rule);
	put_text(out, event->limit);
	put_text(out, event->interface);
	put_text(out, event->kind);
	put_text(out, event->proto);
	put_text(out, event->src);
	put_number(out, raw->sport, ports);
	put_text(out, event->dst);
	put_number(out, raw->dport, ports);
	put_number(out, raw->vlan, raw->vlan);
	put_number(out, raw->inner_vlan, raw->inner_vlan);
	put_number(out, raw->length, true);
	put_text(out, event_fragment(event));
	put_text(out, event->tcp_flags);
	put_number(out, raw->icmp_type, icmp);
	put_number(out, raw->icmp_code, icmp);
	put_number(out, raw->ethertype, raw->kind == FW_KIND_OTHER);
	put_number(out, raw->generation, true);
	fprintf(out, "%u,%s,,,,,,,,,,,,\r\n", raw->sample, event_type_name(event));
	return 0;
}

const struct sink_ops sink_csv = {
	.name = "csv",
	.begin = csv_begin,
	.write = csv_write,
};
