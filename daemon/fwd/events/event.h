/* SPDX-License-Identifier: MIT */
/*
 * Events: decoded once, then given to every subscriber.
 *
 * record of the ring -> decode -> hub -> event_writer -> a sink (console, json, jsonl, csv)
 *	         hub_send ------^ └--> the control socket: clients that monitor
 *
 * Most report one packet. Other parts of fwd send what they observed over many packets, or in fwd
 * itself. The members of events and their text are in common/records/.
 */
#ifndef FWD_EVENT_H
#define FWD_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "common/abi/fw_abi.h"
#include "common/records/types/packet.h"

struct errors;
struct event_output;
struct event_writer_options;

/* The rows of sinks.c, for help and errors. */
#define SINK_NAMES "console, json, jsonl, csv or journald"

/*
 * One way to write events. A new one is one row in sinks.c. What is text only formats it; what is
 * not opens a separate output.
 */
struct sink_ops {
	const char *name; /* as in --log-format */
	int (*open)(const struct event_writer_options *options, struct event_output **ret,
		    struct errors *errs);
	bool whole; /* a file is one document: it cannot be appended to */
	bool notes; /* text for people: other lines may be between events */
	/* Text before the first and after the last event; may be NULL. */
	void (*begin)(FILE *out);
	void (*end)(FILE *out);
	/* One event. first: the first one since begin. */
	void (*write)(FILE *out, const struct event *event, bool first, bool colour);
};

const struct sink_ops *sink_find(const char *name);

/* Called with an event, which is borrowed for the duration of the call. */
typedef void (*event_handler)(void *userdata, const struct event *event);

struct slots;

/* Convert a record of the ring: numbers become names. The record is not needed afterwards. */
void packet_decode(const struct fw_event *raw, const struct slots *slots, struct packet_event *ret);

/* The same as an event; *ret_packet is its data. */
void event_decode(const struct fw_event *raw, const struct slots *slots,
		  struct packet_event *ret_packet, struct event *ret);

#endif
