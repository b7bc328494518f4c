/* SPDX-License-Identifier: MIT */
/* The sinks, and what they share. */
#ifndef FWD_SINKS_H
#define FWD_SINKS_H

#include "common/base/clock.h"
#include "daemon/fwd/events/event.h"

extern const struct sink_ops sink_console;
extern const struct sink_ops sink_json;
extern const struct sink_ops sink_jsonl;
extern const struct sink_ops sink_csv;

/* "first", "later", or "" for a whole datagram. */
const char *event_fragment(const struct event *event);

/* What of a notice applies to its type, for sinks: "" and false if it does not. */
struct notice_fields {
	const char *outcome, *limit, *rate, *per, *address, *set;
	double seconds; /* with three decimals */
	bool has_rules, has_packets, has_addresses, has_seconds, has_level, has_keys;
};
struct notice_fields notice_fields(const struct notice *notice);

/* Write the event as JSON on one line, without the newline. Returns 0 or -ENOMEM. */
int event_write_json(FILE *out, const struct event *event);

#endif
