/* SPDX-License-Identifier: MIT */
/*
 * A client of fwd's control socket, one step at a time; all of them block, up to a deadline. A
 * program with an event loop has common/program/connection.h.
 */
#ifndef FWD_PROTOCOL_CLIENT_H
#define FWD_PROTOCOL_CLIENT_H

#include <stdbool.h>

#include <cjson/cJSON.h>

#include "common/protocol/ops.h"
#include "common/protocol/wire.h"

/*
 * Connect to the socket at path: a file descriptor, or a negative errno. -ETIMEDOUT: fwd took no
 * connection within wait_ms.
 */
int protocol_connect(const char *path, int wait_ms);

/* What a request may have in addition to op and arguments. */
struct protocol_request {
	enum op op;
	cJSON *args;	  /* taken by the call that sends it; NULL: none */
	const char *from; /* where the client was called from, as it claims; or NULL */
	bool progress;	  /* frames about long work may come before the reply */
};

/* The body of its frame, malloced; NULL: no memory. Takes args. */
char *protocol_request_body(const struct protocol_request *request);

/*
 * Send a request. 0 or a negative errno, as wire_send; 0 also if fwd has closed the connection, as
 * it may have sent its reason before: protocol_receive returns that, or the error.
 */
int protocol_send(int fd, const struct protocol_request *request, int wait_ms);

/* The next frame, which is an object; the caller's. A negative errno as wire_receive. */
int protocol_receive(int fd, cJSON **ret_frame, int wait_ms);

/* Is the frame about the progress of long work? Then what it has, borrowed; else NULL. */
const cJSON *protocol_progress(const cJSON *frame);

/*
 * What a reply refuses: true, the error and its message, borrowed from the reply. False: it does
 * not.
 */
bool protocol_refused(const cJSON *reply, enum wire_error *ret_error, const char **ret_message);

/*
 * How many of the next bytes of a text (UTF-8) go into one request of OP_UPLOAD: whole characters,
 * few enough for a frame even if all have to be escaped.
 */
size_t protocol_piece(const char *text, size_t length);

#endif
