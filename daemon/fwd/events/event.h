/* SPDX-License-Identifier: MIT */
/*
 * Events: decoded once, then given to every subscriber.
 *
 * ring -> event_source -> hub -> event_writer -> a sink (console, json, jsonl, csv)
 *	notice ----------^   └--> the control socket: clients that monitor
 *
 * Most report one packet. A *notice* reports what fwd saw in many.
 */
#ifndef FWD_EVENT_H
#define FWD_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "common/abi/fw_abi.h"
#include "common/base/words.h"

struct notice;

/* A decoded event. Strings are borrowed for the time of the call. */
struct event {
	const struct notice *notice; /* NULL: it reports a packet; else the rest is empty */
	const struct fw_event *raw;
	uint64_t realtime_ns;  /* since 1970 */
	const char *interface; /* name, or "" */
	const char *rule;      /* id, or "" */
	const char *limit;     /* name, or "" */
	const char *reason;
	const char *outcome; /* pass, drop, would_drop, answer, would_answer */
	const char *kind;    /* ipv4, ... */
	const char *proto;   /* "tcp", "udp", ..., or the number as text; "" if not IP */
	char number[4];	     /* where proto's text is if it has no name */
	char src[48];	     /* "" if not IP */
	char dst[48];
	char tcp_flags[TCP_FLAGS_TEXT]; /* "syn,ack"; "" if not TCP, or none is set */
};

/* What does not apply is NULL or 0. Strings are borrowed for the time of the call. */
struct notice {
	enum fw_event_type type;
	const char *limit;
	const char *rate;	  /* of the limit, as in the config */
	const char *per;	  /* its key */
	const char *const *rules; /* that use it */
	size_t rule_count;	  /* at most NOTICE_RULES are told */
	enum fw_outcome outcome;  /* of packets over the limit */
	struct fw_count count;	  /* of packets over the limit; BANS_MISSED: of addresses */
	uint64_t duration_ns; /* how long it was limiting, a ban is (0: for ever), a policy waits */
	const char *address;  /* who is banned: a prefix */
	const char *set;      /* the live set that he is put into; NULL: the block list */
	unsigned level;	      /* of the ban, from 1 */
	const char *
		why; /* BANS_MISSED: why not; LIMIT_FULL: when_full; of a policy or the config: the sentence */
	uint64_t keys; /* LIMIT_FULL: for how many there is room */
};
#define NOTICE_RULES 8

/* A notice of now as an event. Its name of the type. */
void event_of_notice(const struct notice *notice, struct event *ret);
const char *event_type_name(const struct event *event);

/* The notice in a sentence, without the time; for what it holds at most. */
#define NOTICE_TEXT 1024
const char *notice_text(const struct notice *notice, char buffer[NOTICE_TEXT]);

/* One way to write events. A new one is one file and one row in sinks.c. */
struct sink_ops {
	const char *name; /* as in --log-format */
	bool whole;	  /* a file is one document: it cannot be appended to */
	bool notes;	  /* text for people: other lines may stand between events */
	/* Text before the first and after the last event; may be NULL. */
	int (*begin)(FILE *out);
	int (*end)(FILE *out);
	/* One event. first: nothing was written since begin. */
	int (*write)(FILE *out, const struct event *event, bool first, bool colour);
};

const struct sink_ops *sink_find(const char *name);

/* Takes an event; it is borrowed for the time of the call. */
typedef void (*event_handler)(void *userdata, const struct event *event);

struct slots;

/* Decode one record (for tests, too). */
void event_decode(const struct fw_event *raw, const struct slots *slots, struct event *ret);

/* The event as a JSON object (caller frees with cJSON_Delete); NULL: no memory. */
struct cJSON *event_json(const struct event *event);

/* The same of the packet alone, without what became of it. */
struct cJSON *event_packet_json(const struct event *event);

#endif
