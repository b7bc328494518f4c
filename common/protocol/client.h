/* SPDX-License-Identifier: MIT */
/*
 * A client of fwd's control socket, in steps. All of them block, up to a deadline. A program with
 * an event loop uses common/program/connection.h.
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

/* Optional members of a request, in addition to op and arguments. */
struct protocol_request {
	enum op op;
	cJSON *args;	  /* taken by the call that sends it; NULL: none */
	const char *from; /* where the client was called from, as it claims; or NULL */
	bool progress;	  /* frames with progress may come before the reply */
};

/* The body of its frame, malloced; NULL: no memory. Takes args. */
char *protocol_request_body(const struct protocol_request *request);

/*
 * Send a request. 0 or a negative errno, as wire_send; 0 also if fwd has closed the connection, as
 * it may have sent its reason before: protocol_receive returns that, or the error.
 */
int protocol_send(int fd, const struct protocol_request *request, int wait_ms);

/* The next frame, an object that the caller frees. A negative errno as wire_receive. */
int protocol_receive(int fd, cJSON **ret_frame, int wait_ms);

/* The object of a progress frame, borrowed; NULL: it is another frame. */
const cJSON *protocol_progress(const cJSON *frame);

/*
 * Is the reply an error? True: the error, and its message, borrowed from the reply. False: it is
 * a result.
 */
bool protocol_refused(const cJSON *reply, enum wire_error *ret_error, const char **ret_message);

/*
 * The number of bytes of a text (UTF-8) that fit into one request of OP_UPLOAD: whole characters,
 * and few enough for a frame even if all are escaped.
 */
size_t protocol_piece(const char *text, size_t length);

#endif
