/* SPDX-License-Identifier: MIT */
/*
 * The control protocol's frames, defined once for fwd and fwctl.
 *
 * A frame is a header of 12 bytes (big endian) and a JSON body of at most
 * FW_MAX_FRAME_BYTES. Requests: {"op": "rule.delete", "args": {...}}. Replies:
 * {"ok": true, "result": ...} or {"ok": false, "error": {"code": "...",
 * "message": "...", "errors": [...]}}; before them, if the request has "progress": true, any
 * number of {"progress": {...}}. After a `monitor` request, frames {"event": {...}} follow
 * the reply until either side closes, and {"dropped": N} where N events were left out because
 * the client did not read fast enough.
 */
#ifndef FWD_WIRE_H
#define FWD_WIRE_H

#include <stddef.h>
#include <stdint.h>

struct buffer;

#define WIRE_MAGIC   0x46574431u /* "FWD1" */
#define WIRE_VERSION 1
#define WIRE_HEADER  12
#define WIRE_SOCKET  "/run/fwd/fwd.sock"

/* Error codes of replies, each with its exit code of fwctl. */
#define WIRE_ERRORS(X)                   \
	X(FAILED, "failed", 1)           \
	X(BAD_REQUEST, "bad_request", 2) \
	X(UNKNOWN_OP, "unknown_op", 2)   \
	X(INVALID, "invalid", 3)         \
	X(UNREACHABLE, "unreachable", 4) \
	X(PERMISSION, "permission", 5)   \
	X(CONFLICT, "conflict", 6)       \
	X(NOT_FOUND, "not_found", 1)     \
	X(DEGRADED, "degraded", 7)       \
	X(TIMEOUT, "timeout", 8)         \
	X(TOO_LARGE, "too_large", 1)

#define WIRE_AS_ERROR(name, text, exit_code) WIRE_ERROR_##name,
enum wire_error { WIRE_ERRORS(WIRE_AS_ERROR) WIRE_ERROR_MAX };

const char *wire_error_name(enum wire_error error);
int wire_error_exit(enum wire_error error);
/* The error of that name; WIRE_ERROR_FAILED if unknown. */
enum wire_error wire_error_find(const char *name);

/* Write a header for a body of length bytes. */
void wire_put_header(uint8_t header[WIRE_HEADER], uint32_t length);

/* Read a header: the body's length. -EPROTO: magic or version is wrong; -EMSGSIZE: too long. */
int wire_get_header(const uint8_t header[WIRE_HEADER], uint32_t *ret_length);

/*
 * Do the bytes that came so far begin with a whole frame? 1 and the length of its body; 0: not yet;
 * or an error of wire_get_header.
 */
int wire_whole_frame(const struct buffer *in, uint32_t *ret_length);

/*
 * Blocking, whole frame, with a deadline in ms (-1: none). Negative errno: -ETIMEDOUT, -EPIPE
 * (closed), -EPROTO, -EMSGSIZE; -EINTR: a signal came while waiting. A received body is malloced
 * and has a final NUL that length does not count.
 */
int wire_send(int fd, const char *body, size_t length, int timeout_ms);
int wire_receive(int fd, char **ret_body, size_t *ret_length, int timeout_ms);

#endif
