// SPDX-License-Identifier: MIT
/* An event as a line for people: the log of fwd on a terminal, and fwctl monitor. */
#include "common/records/event.h"

#include <string.h>

#include "common/base/terminal.h"

/* ANSI colours, so that outcomes are easy to see. */
static const char *colour_of(const char *outcome)
{
	if (strcmp(outcome, "pass") == 0)
		return "\033[32m";
	if (strcmp(outcome, "drop") == 0)
		return "\033[31m";
	if (strcmp(outcome, "answer") == 0)
		return "\033[36m";
	return strncmp(outcome, "would_", 6) == 0 ? "\033[33m" : "";
}

static void put_field(FILE *out, const struct event_view *view, enum event_field field)
{
	text_put_line(out, event_text(view, field));
}

/* "would_drop" as "would drop" */
static void put_outcome(FILE *out, const struct event_view *view, bool colour)
{
	const char *outcome = event_text(view, EVENT_FIELD_OUTCOME);
	const char *code = colour ? colour_of(outcome) : "";
	char words[32];

	snprintf(words, sizeof(words), "%s", outcome);
	for (char *at = words; *at; at++)
		*at = *at == '_' ? ' ' : *at;
	fputs(code, out);
	text_put_line(out, words);
	fputs(colour ? "\033[0m" : "", out);
}

static unsigned long long number(const struct event_view *view, enum event_field field)
{
	return event_number(view, field);
}

static void put_endpoint(FILE *out, const struct event_view *view, enum event_field address,
			 enum event_field port)
{
	bool brackets = event_has(view, port) && strchr(event_text(view, address), ':');

	fputs(brackets ? "[" : "", out);
	put_field(out, view, address);
	fputs(brackets ? "]" : "", out);
	if (event_has(view, port))
		fprintf(out, ":%llu", number(view, port));
}

static void put_tags(FILE *out, const struct event_view *view)
{
	if (!event_has(view, EVENT_FIELD_VLAN) && !event_has(view, EVENT_FIELD_INNER_VLAN))
		return;
	fprintf(out, "vlan %llu", number(view, EVENT_FIELD_VLAN));
	if (event_has(view, EVENT_FIELD_INNER_VLAN))
		fprintf(out, ".%llu", number(view, EVENT_FIELD_INNER_VLAN));
	fputc(' ', out);
}

static void put_network(FILE *out, const struct event_view *view)
{
	const char *proto = event_text(view, EVENT_FIELD_PROTO);

	if (!*proto) {
		put_field(out, view, EVENT_FIELD_KIND);
	} else {
		fputs(strspn(proto, "0123456789") == strlen(proto) ? "proto " : "", out);
		text_put_line(out, proto);
		fputc(' ', out);
		put_endpoint(out, view, EVENT_FIELD_SRC, EVENT_FIELD_SPORT);
		fputs(" > ", out);
		put_endpoint(out, view, EVENT_FIELD_DST, EVENT_FIELD_DPORT);
	}
	if (event_has(view, EVENT_FIELD_ETHERTYPE))
		fprintf(out, " 0x%04llx", number(view, EVENT_FIELD_ETHERTYPE));
}

void event_put_packet(FILE *out, const struct event_view *view)
{
	put_tags(out, view);
	put_network(out, view);
	if (event_has(view, EVENT_FIELD_TCP_FLAGS)) {
		fputc(' ', out);
		put_field(out, view, EVENT_FIELD_TCP_FLAGS);
	}
	if (event_has(view, EVENT_FIELD_ICMP_TYPE))
		fprintf(out, " type %llu code %llu", number(view, EVENT_FIELD_ICMP_TYPE),
			number(view, EVENT_FIELD_ICMP_CODE));
	if (event_has(view, EVENT_FIELD_FRAGMENT)) {
		fputc(' ', out);
		put_field(out, view, EVENT_FIELD_FRAGMENT);
		fputs(" fragment", out);
	}
	if (event_has(view, EVENT_FIELD_LENGTH))
		fprintf(out, ", %llu bytes", number(view, EVENT_FIELD_LENGTH));
}

static void put_reason(FILE *out, const struct event_view *view)
{
	const char *reason = event_text(view, EVENT_FIELD_REASON);
	/* The rules of permitted_cidrs have no id to show: the reason is enough. */
	bool implicit = strcmp(reason, "permitted") == 0 || strcmp(reason, "not_permitted") == 0;

	fputs(": ", out);
	text_put_line(out, reason);
	if (event_has(view, EVENT_FIELD_RULE) && !implicit) {
		fputc(' ', out);
		put_field(out, view, EVENT_FIELD_RULE);
	}
	if (event_has(view, EVENT_FIELD_LIMIT)) {
		fputs(", limit ", out);
		put_field(out, view, EVENT_FIELD_LIMIT);
	}
	if (number(view, EVENT_FIELD_SAMPLE) > 1)
		fprintf(out, " (1 of %llu)", number(view, EVENT_FIELD_SAMPLE));
}

void event_put_message(FILE *out, const struct event_view *view, bool colour)
{
	/* All other events have their sentence. */
	if (event_has(view, EVENT_FIELD_TEXT)) {
		put_field(out, view, EVENT_FIELD_TEXT);
		return;
	}
	put_outcome(out, view, colour);
	fputc(' ', out);
	text_put_line(out, event_has(view, EVENT_FIELD_INTERFACE)
				   ? event_text(view, EVENT_FIELD_INTERFACE)
				   : "?");
	fputc(' ', out);
	event_put_packet(out, view);
	put_reason(out, view);
}

void event_put_line(FILE *out, const struct event_view *view, bool colour)
{
	put_field(out, view, EVENT_FIELD_TIME);
	fputc(' ', out);
	event_put_message(out, view, colour);
	fputc('\n', out);
}
