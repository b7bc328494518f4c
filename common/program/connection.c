// SPDX-License-Identifier: MIT
#include "common/program/connection.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "common/abi/fw_limits.h"
#include "common/base/buffer.h"
#include "common/base/clock.h"
#include "common/base/memory.h"
#include "common/protocol/client.h"

#define READ_BYTES     65536
#define FIRST_DELAY_US 100000
#define LAST_DELAY_US  5000000
#define LATE_BYTES     (1024 * 1024) /* that are read at a deadline */

struct waiting {
	connection_reply *reply;
	void *userdata;
	int64_t by_ms;
};

struct connection {
	const struct connection_handlers *handlers;
	void *userdata;
	struct sockaddr_un address;
	sd_event *loop;
	sd_event_source *io;	   /* while there is a socket */
	sd_event_source *retry;	   /* while there is none */
	sd_event_source *deadline; /* of the reply that is waited for longest */
	int fd;
	bool up;
	int64_t up_since_ms;
	uint64_t delay_us;
	char *why; /* that was reported last; NULL while it is up */
	struct buffer in, out;
	struct waiting waiting[CONNECTION_MAX_REQUESTS]; /* in the order of their requests */
	size_t waiting_count;
};

static void set_deadline(struct connection *connection)
{
	int64_t left;

	if (connection->waiting_count == 0) {
		sd_event_source_set_enabled(connection->deadline, SD_EVENT_OFF);
		return;
	}
	left = connection->waiting[0].by_ms - clock_ms();
	sd_event_source_set_time_relative(connection->deadline,
					  left > 0 ? (uint64_t)left * 1000 : 0);
	sd_event_source_set_enabled(connection->deadline, SD_EVENT_ONESHOT);
}

/* Only after a connection that lasted: a fwd that answers and hangs up is no reason to hurry. */
static void reset_delay(struct connection *connection)
{
	if (connection->up && clock_ms() - connection->up_since_ms >= LAST_DELAY_US / 1000)
		connection->delay_us = FIRST_DELAY_US;
}

static void report_down(struct connection *connection, const char *why)
{
	bool known = !connection->up && connection->why && strcmp(connection->why, why) == 0;

	connection->up = false;
	if (known)
		return;
	free(connection->why);
	connection->why = strdup(why);
	if (connection->handlers->down)
		connection->handlers->down(connection->userdata, why);
}

/* The connection has ended, or failed; try again later. */
static void lose(struct connection *connection, const char *why)
{
	struct waiting waiting[CONNECTION_MAX_REQUESTS];
	size_t count = connection->waiting_count;

	memcpy(waiting, connection->waiting, sizeof(waiting));
	connection->waiting_count = 0;
	connection->io = sd_event_source_disable_unref(connection->io);
	if (connection->fd >= 0)
		close(connection->fd);
	connection->fd = -1;
	buffer_clear(&connection->in);
	buffer_clear(&connection->out);
	set_deadline(connection);
	reset_delay(connection);
	sd_event_source_set_time_relative(connection->retry, connection->delay_us);
	sd_event_source_set_enabled(connection->retry, SD_EVENT_ONESHOT);
	connection->delay_us *= 2;
	if (connection->delay_us > LAST_DELAY_US)
		connection->delay_us = LAST_DELAY_US;
	report_down(connection, why);
	for (size_t i = 0; i < count; i++) {
		if (waiting[i].reply)
			waiting[i].reply(waiting[i].userdata, NULL, WIRE_ERROR_UNREACHABLE, why);
	}
}

static int queue_request(struct connection *connection, const struct waiting *waiting, enum op op,
			 cJSON *args)
{
	const struct protocol_request request = {.op = op, .args = args};
	cleanup_free char *body = protocol_request_body(&request);
	size_t length = body ? strlen(body) : 0;
	uint8_t header[WIRE_HEADER];

	if (!body)
		return -ENOMEM;
	if (length > FW_MAX_FRAME_BYTES)
		return -EMSGSIZE;
	wire_put_header(header, (uint32_t)length);
	if (buffer_reserve(&connection->out, sizeof(header) + length) < 0)
		return -ENOMEM;
	buffer_append(&connection->out, header, sizeof(header));
	buffer_append(&connection->out, body, length);
	connection->waiting[connection->waiting_count++] = *waiting;
	set_deadline(connection);
	sd_event_source_set_io_events(connection->io, EPOLLIN | EPOLLOUT);
	return 0;
}

/* The first request was answered. */
static void take_first_reply(void *userdata, const cJSON *result, enum wire_error error,
			     const char *message)
{
	struct connection *connection = userdata;

	(void)error;
	if (!result) {
		if (connection->fd >= 0)
			lose(connection, message);
		return;
	}
	connection->up = true;
	connection->up_since_ms = clock_ms();
	free(connection->why);
	connection->why = NULL;
	if (connection->handlers->up)
		connection->handlers->up(connection->userdata);
}

static void take_reply(struct connection *connection, const cJSON *frame)
{
	const cJSON *result = cJSON_GetObjectItemCaseSensitive(frame, "result");
	struct waiting waiting = connection->waiting[0];
	enum wire_error error = WIRE_ERROR_FAILED;
	const char *message = NULL;

	if (connection->waiting_count == 0) {
		lose(connection, "fwd sent a reply without a request");
		return;
	}
	connection->waiting_count--;
	memmove(connection->waiting, connection->waiting + 1,
		connection->waiting_count * sizeof(waiting));
	set_deadline(connection);
	if (!waiting.reply)
		return;
	if (protocol_refused(frame, &error, &message))
		waiting.reply(waiting.userdata, NULL, error, message);
	else
		waiting.reply(waiting.userdata, result ? result : frame, error, NULL);
}

static void take_frame(struct connection *connection, const char *body, uint32_t length)
{
	cJSON *frame = cJSON_ParseWithLength(body, length);

	if (cJSON_HasObjectItem(frame, "ok"))
		take_reply(connection, frame);
	else if (!cJSON_IsObject(frame))
		lose(connection, "fwd sent invalid JSON");
	else if (connection->handlers->event && !protocol_progress(frame))
		connection->handlers->event(connection->userdata, frame);
	cJSON_Delete(frame);
}

static void take_frames(struct connection *connection)
{
	uint32_t length = 0;
	int r = 0;

	while (connection->fd >= 0 && (r = wire_whole_frame(&connection->in, &length)) > 0) {
		take_frame(connection, connection->in.data + connection->in.start + WIRE_HEADER,
			   length);
		if (connection->fd >= 0)
			buffer_consume(&connection->in, WIRE_HEADER + length);
	}
	if (connection->fd >= 0 && r < 0)
		lose(connection, "the peer does not speak fwd's control protocol 1");
}

/* How many bytes came; 0: none, or the connection has ended. */
static size_t read_input(struct connection *connection)
{
	ssize_t got;

	if (buffer_reserve(&connection->in, READ_BYTES) < 0) {
		lose(connection, strerror(ENOMEM));
		return 0;
	}
	got = recv(connection->fd, connection->in.data + connection->in.end, READ_BYTES, 0);
	if (got > 0) {
		connection->in.end += (size_t)got;
		take_frames(connection);
	} else if (got == 0 || errno == ECONNRESET) {
		lose(connection, "fwd closed the connection");
	} else if (errno != EAGAIN && errno != EINTR) {
		lose(connection, strerror(errno));
	}
	if (buffer_length(&connection->in) == 0)
		buffer_clear(&connection->in);
	return got > 0 && connection->fd >= 0 ? (size_t)got : 0;
}

static void write_output(struct connection *connection)
{
	bool wanted = true;
	ssize_t sent;

	while (buffer_length(&connection->out) > 0) {
		sent = send(connection->fd, connection->out.data + connection->out.start,
			    buffer_length(&connection->out), MSG_NOSIGNAL);
		/*
		 * The reason of the end may be in the input, which is read first. A peer that no
		 * longer reads stays writable for epoll, and is found by the deadline.
		 */
		if (sent < 0) {
			wanted = errno == EAGAIN || errno == EINTR;
			break;
		}
		buffer_consume(&connection->out, (size_t)sent);
	}
	wanted = wanted && buffer_length(&connection->out) > 0;
	sd_event_source_set_io_events(connection->io, EPOLLIN | (wanted ? EPOLLOUT : 0));
}

static int on_io(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	struct connection *connection = userdata;

	(void)source;
	(void)fd;
	if (events & (EPOLLIN | EPOLLHUP | EPOLLERR))
		read_input(connection);
	if (connection->fd >= 0 && events & EPOLLOUT)
		write_output(connection);
	return 0;
}

/* Input that arrived while the program itself was stopped is in time, in however many pieces. */
static int on_deadline(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct connection *connection = userdata;

	(void)source;
	(void)usec;
	for (size_t got, all = 0; all < LATE_BYTES; all += got) {
		got = read_input(connection);
		if (got == 0)
			break;
	}
	if (connection->waiting_count == 0)
		return 0;
	if (connection->waiting[0].by_ms <= clock_ms())
		lose(connection, "fwd does not answer");
	else
		set_deadline(connection);
	return 0;
}

/* 0 and a socket, or the sentence with the reason why there is none. */
static int try_connect(struct connection *connection, char *why, size_t size)
{
	const char *path = connection->address.sun_path;
	cleanup_fd int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd >= 0 && connect(fd, (const struct sockaddr *)&connection->address,
			       sizeof(connection->address)) == 0) {
		connection->fd = steal_fd(&fd);
		return 0;
	}
	if (errno == ENOENT || errno == ECONNREFUSED)
		snprintf(why, size, "no fwd answers on %s", path);
	else if (errno == EACCES)
		snprintf(why, size, "%s: not permitted; members of group fwd may connect", path);
	else if (errno == EAGAIN)
		snprintf(why, size, "%s: fwd accepts no connections now", path);
	else
		snprintf(why, size, "%s: %s", path, strerror(errno));
	return -1;
}

static int on_retry(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct connection *connection = userdata;
	const struct waiting first = {take_first_reply, connection,
				      clock_ms() + CONNECTION_WAIT_MS};
	char why[256];
	int r;

	(void)source;
	(void)usec;
	if (try_connect(connection, why, sizeof(why)) < 0) {
		lose(connection, why);
		return 0;
	}
	r = sd_event_add_io(connection->loop, &connection->io, connection->fd, EPOLLIN, on_io,
			    connection);
	if (r >= 0)
		r = queue_request(connection, &first,
				  connection->handlers->event ? OP_MONITOR : OP_VERSION, NULL);
	if (r < 0)
		lose(connection, strerror(-r));
	return 0;
}

int connection_new(sd_event *loop, const char *socket_path,
		   const struct connection_handlers *handlers, void *userdata,
		   struct connection **ret)
{
	struct connection *connection;
	int r;

	if (strlen(socket_path) >= sizeof(connection->address.sun_path))
		return -ENAMETOOLONG;
	connection = calloc(1, sizeof(*connection));
	if (!connection)
		return -ENOMEM;
	connection->handlers = handlers;
	connection->userdata = userdata;
	connection->address.sun_family = AF_UNIX;
	strcpy(connection->address.sun_path, socket_path);
	connection->loop = sd_event_ref(loop);
	connection->fd = -1;
	connection->delay_us = FIRST_DELAY_US;
	r = sd_event_add_time_relative(loop, &connection->retry, CLOCK_MONOTONIC, 0, 0, on_retry,
				       connection);
	if (r >= 0)
		r = sd_event_add_time_relative(loop, &connection->deadline, CLOCK_MONOTONIC, 0, 0,
					       on_deadline, connection);
	if (r < 0) {
		connection_free(connection);
		return r;
	}
	sd_event_source_set_enabled(connection->deadline, SD_EVENT_OFF);
	*ret = connection;
	return 0;
}

struct connection *connection_free(struct connection *connection)
{
	if (!connection)
		return NULL;
	sd_event_source_disable_unref(connection->io);
	sd_event_source_disable_unref(connection->retry);
	sd_event_source_disable_unref(connection->deadline);
	if (connection->fd >= 0)
		close(connection->fd);
	buffer_clear(&connection->in);
	buffer_clear(&connection->out);
	free(connection->why);
	sd_event_unref(connection->loop);
	free(connection);
	return NULL;
}

int connection_request(struct connection *connection, enum op op, cJSON *args,
		       connection_reply *reply, void *userdata)
{
	const struct waiting waiting = {reply, userdata, clock_ms() + CONNECTION_WAIT_MS};
	int r = 0;

	if (!connection->up || connection->handlers->event)
		r = -ENOTCONN;
	else if (connection->waiting_count == CONNECTION_MAX_REQUESTS)
		r = -EBUSY;
	if (r < 0) {
		cJSON_Delete(args);
		return r;
	}
	return queue_request(connection, &waiting, op, args);
}
