/* SPDX-License-Identifier: MIT */
/*
 * A permanent connection to fwd: it is made when fwd runs and again after fwd was away, without
 * blocking the loop.
 *
 *	away ──connect──► asked ──answer──► up ──closed, silent, refused──► away
 *	  ▲                 └───────────────closed, silent, refused──────────┘
 *
 * Between attempts it waits 100 ms, then twice as long each time, up to 5 s; after a connection
 * that was up for 5 s, again 100 ms. A connection is up when fwd has answered its first request: the
 * kernel also connects to a fwd that hangs. A request that is not answered in CONNECTION_WAIT_MS
 * ends the connection.
 *
 * With a handler of events the first request is a subscription, and the connection has only events,
 * as the protocol defines. A program that also makes requests has a second connection.
 */
#ifndef FWD_PROGRAM_CONNECTION_H
#define FWD_PROGRAM_CONNECTION_H

#include <cjson/cJSON.h>
#include <systemd/sd-event.h>

#include "common/protocol/ops.h"
#include "common/protocol/wire.h"

#define CONNECTION_WAIT_MS	10000
#define CONNECTION_MAX_REQUESTS 16 /* that wait for their replies */

struct connection;

/* All are called by the loop, and none may free the connection. up and down may be NULL. */
struct connection_handlers {
	/* fwd has answered. */
	void (*up)(void *userdata);
	/*
	 * It is away: a sentence with the reason. Called once for each reason, not for each
	 * attempt.
	 */
	void (*down)(void *userdata, const char *why);
	/* A frame with a member `event`, or `dropped`: how many events were left out. */
	void (*event)(void *userdata, const cJSON *frame);
};

/* The handlers live as long as the connection. 0 or a negative errno. */
int connection_new(sd_event *loop, const char *socket_path,
		   const struct connection_handlers *handlers, void *userdata,
		   struct connection **ret);
struct connection *connection_free(struct connection *connection);

/*
 * The reply to a request, called once for each, unless the connection is freed before. result is
 * borrowed. NULL: there is none, for this reason; WIRE_ERROR_UNREACHABLE if the connection has
 * ended: then it is unknown whether fwd has carried out the request.
 */
typedef void connection_reply(void *userdata, const cJSON *result, enum wire_error error,
			      const char *message);

/*
 * Send a request; takes args (NULL: none) also on failure. 0; -ENOTCONN: not up; -EBUSY: too many
 * requests wait; -EMSGSIZE; -ENOMEM. reply may be NULL.
 */
int connection_request(struct connection *connection, enum op op, cJSON *args,
		       connection_reply *reply, void *userdata);

#endif
