// SPDX-License-Identifier: MIT
/* An event as fwd's console log writes it. */
#include <string.h>

#include "cli/output/output.h"

static void put_outcome(FILE *out, const cJSON *event, bool colour)
{
	const char *outcome = field_text(event, "outcome");
	char text[HUMAN_TEXT];

	text_put_colour(out, colour, outcome_colour(outcome), human_name(outcome, text));
}

static void put_endpoint(FILE *out, const cJSON *event, const char *address, const char *port)
{
	const char *text = field_text(event, address);
	bool brackets = field(event, port) && strchr(text, ':');

	fputs(brackets ? "[" : "", out);
	text_put_line(out, text);
	fputs(brackets ? "]" : "", out);
	if (field(event, port))
		fprintf(out, ":%.0f", field_number(event, port));
}

static void put_tags(FILE *out, const cJSON *event)
{
	if (!field(event, "vlan") && !field(event, "inner_vlan"))
		return;
	fprintf(out, "vlan %.0f", field_number(event, "vlan"));
	if (field(event, "inner_vlan"))
		fprintf(out, ".%.0f", field_number(event, "inner_vlan"));
	fputc(' ', out);
}

void print_packet(FILE *out, const cJSON *event)
{
	const char *proto = field_text(event, "proto");

	put_tags(out, event);
	if (*proto) {
		fputs(strspn(proto, "0123456789") == strlen(proto) ? "proto " : "", out);
		text_put_line(out, proto);
		fputc(' ', out);
		put_endpoint(out, event, "src", "sport");
		fputs(" > ", out);
		put_endpoint(out, event, "dst", "dport");
	} else {
		text_put_line(out, field_text(event, "kind"));
	}
	if (field(event, "ethertype"))
		fprintf(out, " 0x%04x", (unsigned)field_number(event, "ethertype"));
	if (field(event, "tcp_flags")) {
		fputc(' ', out);
		text_put_line(out, field_text(event, "tcp_flags"));
	}
	if (field(event, "icmp_type"))
		fprintf(out, " type %.0f code %.0f", field_number(event, "icmp_type"),
			field_number(event, "icmp_code"));
	if (field(event, "fragment")) {
		fputc(' ', out);
		text_put_line(out, field_text(event, "fragment"));
		fputs(" fragment", out);
	}
	if (field(event, "length"))
		fprintf(out, ", %.0f bytes", field_number(event, "length"));
}

static void put_reason(FILE *out, const cJSON *event)
{
	const char *reason = field_text(event, "reason");
	/* The rules of permitted_cidrs: their reason says it all. */
	bool implicit = strcmp(reason, "permitted") == 0 || strcmp(reason, "not_permitted") == 0;

	fputs(": ", out);
	text_put_line(out, reason);
	if (field(event, "rule") && !implicit) {
		fputc(' ', out);
		text_put_line(out, field_text(event, "rule"));
	}
	if (field(event, "limit")) {
		fputs(", limit ", out);
		text_put_line(out, field_text(event, "limit"));
	}
	if (field_number(event, "sample") > 1)
		fprintf(out, " (1 of %.0f)", field_number(event, "sample"));
}

void print_event(FILE *out, const cJSON *event, bool colour)
{
	const char *interface = field_text(event, "interface");

	text_put_line(out, field_text(event, "time"));
	fputc(' ', out);
	/* What is not about a packet says it by itself. */
	if (field(event, "text")) {
		text_put_line(out, field_text(event, "text"));
		fputc('\n', out);
		return;
	}
	put_outcome(out, event, colour);
	fputc(' ', out);
	text_put_line(out, *interface ? interface : "?");
	fputc(' ', out);
	print_packet(out, event);
	put_reason(out, event);
	fputc('\n', out);
}
