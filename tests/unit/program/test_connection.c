// SPDX-License-Identifier: MIT
/*
 * A connection that lasts, with a fwd that is played by the test: absent, there, refusing, talking
 * nonsense, going away. All waits end with a state; alarm(2) is the backstop.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/memory.h"
#include "common/program/connection.h"

#define BACKSTOP 120

struct played {
	sd_event *loop;
	struct connection *connection;
	char path[108];
	int listener, fd; /* of the fwd that is played; -1 */
	char *request;	  /* that it has received last */
	/* What the connection has reported. */
	unsigned ups, downs, events, replies;
	char why[256], event[256];
	enum wire_error error;
};

static void on_up(void *userdata)
{
	((struct played *)userdata)->ups++;
}

static void on_down(void *userdata, const char *why)
{
	struct played *played = userdata;

	played->downs++;
	snprintf(played->why, sizeof(played->why), "%s", why);
}

static void on_event(void *userdata, const cJSON *frame)
{
	struct played *played = userdata;
	char *text = cJSON_PrintUnformatted(frame);

	played->events++;
	snprintf(played->event, sizeof(played->event), "%s", text);
	free(text);
}

static void on_reply(void *userdata, const cJSON *result, enum wire_error error,
		     const char *message)
{
	struct played *played = userdata;

	played->replies++;
	played->error = result ? WIRE_ERROR_MAX : error;
	snprintf(played->event, sizeof(played->event), "%s", message ? message : "");
}

static const struct connection_handlers subscriber = {on_up, on_down, on_event};
static const struct connection_handlers requester = {on_up, on_down, NULL};

static void begin(struct played *played, const struct connection_handlers *handlers)
{
	*played = (struct played){.listener = -1, .fd = -1};
	alarm(BACKSTOP);
	snprintf(played->path, sizeof(played->path), "/tmp/fwd-test-connection-%d", getpid());
	cr_assert(sd_event_new(&played->loop) >= 0);
	cr_assert(connection_new(played->loop, played->path, handlers, played,
				 &played->connection) == 0);
}

static void end(struct played *played)
{
	connection_free(played->connection);
	sd_event_unref(played->loop);
	if (played->listener >= 0)
		close(played->listener);
	if (played->fd >= 0)
		close(played->fd);
	free(played->request);
	unlink(played->path);
}

static void listen_there(struct played *played)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	strcpy(address.sun_path, played->path);
	played->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	cr_assert(bind(played->listener, (struct sockaddr *)&address, sizeof(address)) == 0);
	cr_assert(listen(played->listener, 4) == 0);
}

/* Run the loop until the number is reached. */
static void run_until(struct played *played, const unsigned *number, unsigned wanted)
{
	while (*number < wanted)
		cr_assert(sd_event_run(played->loop, 10000) >= 0);
}

/* Take the next request: run the loop until it is there. */
static void hear(struct played *played)
{
	size_t length;
	char *body;
	int r = -ETIMEDOUT;

	while (played->fd < 0) {
		cr_assert(sd_event_run(played->loop, 10000) >= 0);
		played->fd = accept(played->listener, NULL, NULL);
	}
	while (r == -ETIMEDOUT) {
		cr_assert(sd_event_run(played->loop, 10000) >= 0);
		r = wire_receive(played->fd, &body, &length, 0);
	}
	cr_assert(r == 0, "%s", strerror(-r));
	free(played->request);
	played->request = body;
}

static void say(struct played *played, const char *body)
{
	cr_assert(wire_send(played->fd, body, strlen(body), 1000) == 0);
}

static void hang_up(struct played *played)
{
	close(played->fd);
	played->fd = -1;
}

static void come_up(struct played *played)
{
	hear(played);
	say(played, "{\"ok\":true,\"result\":{}}");
	run_until(played, &played->ups, played->ups + 1);
}

Test(program_connection, absent_then_there)
{
	struct played played;
	unsigned attempts;

	begin(&played, &subscriber);
	for (attempts = 0; attempts < 3;)
		attempts += sd_event_run(played.loop, 10000) > 0;
	cr_expect(played.downs == 1 && played.ups == 0);
	cr_expect(strncmp(played.why, "no fwd answers on /tmp/", 23) == 0, "%s", played.why);
	listen_there(&played);
	come_up(&played);
	cr_expect(strstr(played.request, "\"op\":\"monitor\""), "%s", played.request);
	cr_expect(played.downs == 1 && played.ups == 1);
	end(&played);
}

Test(program_connection, events_and_a_restart)
{
	struct played played;

	begin(&played, &subscriber);
	listen_there(&played);
	for (unsigned i = 0; i < 3; i++) {
		come_up(&played);
		say(&played, "{\"event\":{\"type\":\"packet\"}}");
		say(&played, "{\"dropped\":7}");
		run_until(&played, &played.events, 2 * i + 2);
		cr_expect_str_eq(played.event, "{\"dropped\":7}");
		hang_up(&played);
		run_until(&played, &played.downs, i + 1);
		cr_expect_str_eq(played.why, "fwd closed the connection");
	}
	cr_expect(played.ups == 3 && played.downs == 3 && played.events == 6);
	/* It is for events alone. */
	cr_expect(connection_request(played.connection, OP_STATUS, cJSON_CreateObject(), NULL,
				     NULL) == -ENOTCONN);
	end(&played);
}

Test(program_connection, an_event_in_pieces)
{
	const char body[] = "{\"event\":{\"type\":\"packet\"}}";
	uint8_t header[WIRE_HEADER];
	struct played played;

	begin(&played, &subscriber);
	listen_there(&played);
	come_up(&played);
	wire_put_header(header, sizeof(body) - 1);
	for (size_t i = 0; i < WIRE_HEADER + sizeof(body) - 1; i++) {
		char byte = i < WIRE_HEADER ? (char)header[i] : body[i - WIRE_HEADER];

		cr_expect(played.events == 0);
		cr_assert(send(played.fd, &byte, 1, 0) == 1);
		cr_assert(sd_event_run(played.loop, 1000000) > 0);
	}
	run_until(&played, &played.events, 1);
	end(&played);
}

Test(program_connection, a_refusal_is_its_reason)
{
	struct played played;
	char byte;

	begin(&played, &subscriber);
	listen_there(&played);
	for (unsigned i = 0; i < 2; i++) {
		hear(&played);
		say(&played,
		    "{\"ok\":false,\"error\":{\"code\":\"permission\",\"message\":\"not you\"}}");
		run_until(&played, &played.downs, 1);
		while (recv(played.fd, &byte, 1, MSG_DONTWAIT) != 0)
			sd_event_run(played.loop, 10000);
		hang_up(&played);
	}
	/* Reported once. */
	cr_expect(played.ups == 0 && played.downs == 1);
	cr_expect_str_eq(played.why, "not you");
	end(&played);
}

static const struct {
	const char *bytes;
	size_t length;
	const char *why;
} nonsense[] = {
	{"HTTP/1.1 400 Bad Request\r\n", 26, "the peer does not speak fwd's control protocol 1"},
	{"FWD1\0\0\0\1\0\0\0\1x", 13, "fwd sent invalid JSON"},
	{"FWD1\0\0\0\1\0\0\0\2[]", 14, "fwd sent invalid JSON"},
	{"FWD1\0\0\0\1\377\0\0\0", 12, "the peer does not speak fwd's control protocol 1"},
};

Test(program_connection, nonsense_ends_it)
{
	for (size_t i = 0; i < array_size(nonsense); i++) {
		struct played played;

		begin(&played, &requester);
		listen_there(&played);
		hear(&played);
		cr_assert(send(played.fd, nonsense[i].bytes, nonsense[i].length, 0) > 0);
		run_until(&played, &played.downs, 1);
		cr_expect_str_eq(played.why, nonsense[i].why);
		end(&played);
	}
}

Test(program_connection, a_reply_that_nobody_asked_for)
{
	struct played played;

	begin(&played, &requester);
	listen_there(&played);
	come_up(&played);
	say(&played, "{\"ok\":true}");
	run_until(&played, &played.downs, 1);
	cr_expect_str_eq(played.why, "fwd sent a reply without a request");
	end(&played);
}

Test(program_connection, requests)
{
	struct played played;

	begin(&played, &requester);
	cr_expect(connection_request(played.connection, OP_STATUS, NULL, on_reply, &played) ==
		  -ENOTCONN);
	listen_there(&played);
	come_up(&played);
	cr_expect(strstr(played.request, "\"op\":\"version\""), "%s", played.request);
	for (unsigned i = 0; i < CONNECTION_MAX_REQUESTS; i++)
		cr_expect(connection_request(played.connection, OP_STATUS, NULL, on_reply,
					     &played) == 0);
	cr_expect(connection_request(played.connection, OP_STATUS, cJSON_CreateObject(), on_reply,
				     &played) == -EBUSY);
	hear(&played);
	say(&played, "{\"progress\":{\"done\":1}}");
	say(&played, "{\"ok\":true,\"result\":{}}");
	run_until(&played, &played.replies, 1);
	cr_expect(played.error == WIRE_ERROR_MAX);
	hear(&played);
	say(&played, "{\"ok\":false,\"error\":{\"code\":\"conflict\",\"message\":\"later\"}}");
	run_until(&played, &played.replies, 2);
	cr_expect(played.error == WIRE_ERROR_CONFLICT);
	cr_expect_str_eq(played.event, "later");
	/* The others get an answer, too. */
	hang_up(&played);
	run_until(&played, &played.replies, CONNECTION_MAX_REQUESTS);
	cr_expect(played.error == WIRE_ERROR_UNREACHABLE && played.downs == 1);
	cr_expect(connection_request(played.connection, OP_STATUS, NULL, on_reply, &played) ==
		  -ENOTCONN);
	come_up(&played);
	cr_expect(played.replies == CONNECTION_MAX_REQUESTS);
	end(&played);
}

/* The test, and the program with it, is stopped until after the deadline. */
Test(program_connection, a_large_reply_that_is_there_is_in_time)
{
	struct timespec past = {CONNECTION_WAIT_MS / 1000, 500000000};
	int size = 1 << 20;
	struct played played;
	char *body;

	begin(&played, &requester);
	listen_there(&played);
	come_up(&played);
	cr_assert(connection_request(played.connection, OP_STATUS, NULL, on_reply, &played) == 0);
	hear(&played);
	cr_assert(setsockopt(played.fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)) == 0);
	cr_assert(asprintf(&body, "{\"ok\":true,\"result\":{\"x\":\"%0180000d\"}}", 0) > 0);
	say(&played, body);
	free(body);
	while (nanosleep(&past, &past) != 0)
		;
	run_until(&played, &played.replies, 1);
	cr_expect(played.error == WIRE_ERROR_MAX && played.downs == 0, "%s", played.why);
	end(&played);
}

/* What cannot be written is not tried again and again. */
Test(program_connection, a_peer_that_no_longer_reads)
{
	unsigned runs = 0;
	struct played played;

	begin(&played, &requester);
	listen_there(&played);
	come_up(&played);
	cr_assert(shutdown(played.fd, SHUT_RD) == 0);
	cr_assert(connection_request(played.connection, OP_STATUS, NULL, on_reply, &played) == 0);
	while (runs < 100 && sd_event_run(played.loop, 0) > 0)
		runs++;
	cr_expect(runs < 100);
	/* And its end is noticed. */
	hang_up(&played);
	run_until(&played, &played.replies, 1);
	cr_expect(played.error == WIRE_ERROR_UNREACHABLE);
	end(&played);
}

/* 100 + 200 + 400 + 800 + 1600 ms; without doubling, five times 100 ms and the loop's accuracy. */
Test(program_connection, one_that_answers_and_hangs_up_is_asked_less_and_less)
{
	struct played played;
	int64_t begun;

	begin(&played, &requester);
	listen_there(&played);
	begun = clock_ms();
	for (unsigned i = 0; i < 5; i++) {
		come_up(&played);
		hang_up(&played);
		run_until(&played, &played.downs, i + 1);
	}
	come_up(&played);
	cr_expect(clock_ms() - begun >= 2500, "%lld ms", (long long)(clock_ms() - begun));
	end(&played);
}

Test(program_connection, a_path_that_is_too_long)
{
	struct connection *connection = NULL;
	char path[200];
	sd_event *loop;

	memset(path, 'x', sizeof(path));
	path[199] = '\0';
	cr_assert(sd_event_new(&loop) >= 0);
	cr_expect(connection_new(loop, path, &requester, NULL, &connection) == -ENAMETOOLONG);
	cr_expect_null(connection);
	sd_event_unref(loop);
}
