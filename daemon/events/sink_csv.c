// SPDX-License-Identifier: MIT
/*
 * Comma-separated values, RFC 4180 (lines end with CR LF): a header, then the
 * same columns as the JSON keys; what does not apply to a packet is empty.
 */
#include "sinks.h"

#include <string.h>

static int csv_begin(FILE *out)
{
	fputs("time,outcome,reason,rule,limit,interface,kind,proto,src,sport,dst,dport,vlan,"
	      "inner_vlan,length,fragment,tcp_flags,icmp_type,icmp_code,ethertype,generation,"
	      "sample\r\n",
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

static int csv_write(FILE *out, const struct event *event, bool first, bool colour)
{
	const struct fw_event *raw = event->raw;
	bool ports = raw->flags & FW_HAS_PORTS, icmp = raw->flags & FW_HAS_ICMP;
	char time[EVENT_TIME_SIZE];

	(void)first, (void)colour;
	put_text(out, event_time_format(event->realtime_ns, time));
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
	fprintf(out, "%u\r\n", raw->sample);
	return 0;
}

const struct sink_ops sink_csv = {
	.name = "csv",
	.begin = csv_begin,
	.write = csv_write,
};
