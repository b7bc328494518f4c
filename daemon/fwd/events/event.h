/* SPDX-License-Identifier: MIT */
/*
 * Events: decoded once, then given to every sink.
 *
 * ring -> decode -> struct event -> sinks (console, json, jsonl, csv, monitor clients).
 *	notice ----------^
 *
 * Most tell of one packet. A *notice* tells of what fwd saw in many.
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
	const struct notice *notice; /* NULL: it tells of a packet; else the rest is empty */
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

/* ---- the log: one sink on stdout or a file ---- */

struct event_log;

/*
 * path NULL: stdout. buffer: bytes kept before they are written (0: line by
 * line, as on any terminal). -ENOENT, -EACCES, ... from opening the file. The
 * file is appended to (json: started anew, as it is one document).
 */
int event_log_open(const struct sink_ops *ops, const char *path, size_t buffer,
		   struct event_log **ret);

/*
 * Begin a new file once this one has max_size bytes (and what one write adds), and keep so many
 * old ones: PATH.1 is the newest. Only files are rotated. max_size 0: never.
 */
void event_log_rotate(struct event_log *log, uint64_t max_size, unsigned keep);

/* 0, or why the last rotation failed (a negative errno): the file goes on, and grows. */
int event_log_rotation(const struct event_log *log);

/*
 * Never waits for a slow reader or a full disk: what was not taken stays in
 * the buffer and is tried again; events that find it full are lost and
 * counted. Returns 0, or the negative errno of what is wrong now (-EAGAIN: the
 * reader is slow). The file never holds half an event with another behind it.
 * If somebody truncates the file in place, what is written next begins it again.
 */
int event_log_write(struct event_log *log, const struct event *event);

/* A line (or more, each with its newline) that is no event. -EOPNOTSUPP: not in this format. */
int event_log_note(struct event_log *log, const char *text);

/* Write out what is buffered; called at least once a second. Returns as above. */
int event_log_flush(struct event_log *log);

/*
 * Finish the file and open the path anew (SIGUSR1, after a rotation). If the
 * path still is the same file with something in it, it is only flushed. On
 * failure the old file goes on. stdout is only flushed.
 */
int event_log_reopen(struct event_log *log);

/* Events that were lost here so far. */
uint64_t event_log_lost(const struct event_log *log);

/* Finish the file (waits a second at most for a slow reader). NULL is allowed; returns NULL. */
struct event_log *event_log_close(struct event_log *log);

/* ---- the ring: kernel to callbacks ---- */

struct event_source;
struct slots;

typedef void (*event_handler)(void *userdata, const struct event *event);

/* names gives the current slots whenever an event is decoded. map_fd: map `events`. */
int event_source_open(int map_fd, const struct slots *(*names)(void *userdata),
		      event_handler handler, void *userdata, struct event_source **ret);
/* Readable when the kernel wants a reader: add it to the loop. */
int event_source_fd(const struct event_source *source);
/* Handle everything pending; returns the number of events. Also call every 100 ms (the tail). */
int event_source_consume(struct event_source *source);
struct event_source *event_source_close(struct event_source *source);

/* Decode one record (for tests, too). */
void event_decode(const struct fw_event *raw, const struct slots *slots, struct event *ret);

/* The event as a JSON object (caller frees with cJSON_Delete); NULL: no memory. */
struct cJSON *event_json(const struct event *event);

/* The same of the packet alone, without what became of it. */
struct cJSON *event_packet_json(const struct event *event);

#endif
