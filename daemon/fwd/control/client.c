// SPDX-License-Identifier: MIT
#include "daemon/fwd/control/server.h"
#include "daemon/fwd/model/candidate.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "common/base/clock.h"
#include "common/base/memory.h"

#define READ_BYTES 65536

/* What is asked by who may only read waits for all else that the loop has to do. */
#define PRIORITY_READERS (SD_EVENT_PRIORITY_NORMAL + 10)

/* In so many ms, as sd_event counts: CLOCK_MONOTONIC in us. */
static uint64_t time_in(uint64_t ms)
{
	return clock_ns() / 1000 + ms * 1000;
}

static bool may_read(const struct ctl_client *client)
{
	return !client->end_of_input && !client->closing &&
	       buffer_length(&client->out) < FW_MAX_CLIENT_UNREAD;
}

/* Handle at most one request, so that all clients get their turn. */
static void handle_frame(struct ctl_client *client)
{
	uint32_t length = 0;
	int r;

	if (client->closing || client->monitoring || client->broken ||
	    buffer_length(&client->out) >= FW_MAX_CLIENT_UNREAD)
		return;
	r = wire_whole_frame(&client->in, &length);
	if (r == 0)
		return;
	if (r < 0) {
		if (r == -EMSGSIZE)
			ctl_reply_error(client, WIRE_ERROR_TOO_LARGE, "frame is above 1 MiB");
		else
			ctl_reply_error(client, WIRE_ERROR_BAD_REQUEST,
					"this is not a frame of fwd's control protocol 1");
		client->closing = true;
		return;
	}
	ctl_dispatch(client, client->in.data + client->in.start + WIRE_HEADER, length);
	buffer_consume(&client->in, WIRE_HEADER + length);
	client->read_by = time_in(FW_CLIENT_TIMEOUT_MS);
}

static void read_input(struct ctl_client *client)
{
	bool was_empty = buffer_length(&client->in) == 0;
	ssize_t got;

	if (buffer_reserve(&client->in, READ_BYTES) < 0) {
		client->broken = true;
		return;
	}
	got = recv(client->fd, client->in.data + client->in.end, READ_BYTES, 0);
	if (got > 0) {
		client->in.end += (size_t)got;
		if (was_empty)
			client->read_by = time_in(FW_CLIENT_TIMEOUT_MS);
	} else if (got == 0) {
		client->end_of_input = true;
	} else if (errno != EAGAIN && errno != EINTR) {
		client->broken = true;
	}
	/* A monitor has nothing more to say. */
	if (client->monitoring || buffer_length(&client->in) == 0)
		buffer_clear(&client->in);
}

static void report_dropped(struct ctl_client *client)
{
	char text[64];
	int length = snprintf(text, sizeof(text), "{\"dropped\":%llu}",
			      (unsigned long long)client->dropped);

	client->dropped = 0;
	client_send(client, text, (size_t)length);
}

static void write_output(struct ctl_client *client)
{
	while (buffer_length(&client->out) > 0) {
		ssize_t sent = send(client->fd, client->out.data + client->out.start,
				    buffer_length(&client->out), MSG_NOSIGNAL);

		if (sent < 0) {
			if (errno != EAGAIN && errno != EINTR)
				client->broken = true;
			return;
		}
		buffer_consume(&client->out, (size_t)sent);
		client->write_by = time_in(FW_CLIENT_TIMEOUT_MS);
		client->read_by = client->write_by;
		if (client->dropped > 0 && buffer_length(&client->out) == 0)
			report_dropped(client);
	}
}

void client_send(struct ctl_client *client, const char *body, size_t length)
{
	size_t waiting = buffer_length(&client->out);
	uint8_t header[WIRE_HEADER];

	if (waiting + WIRE_HEADER + length > FW_MAX_CLIENT_QUEUE) {
		client->broken = true;
		return;
	}
	if (waiting == 0)
		client->write_by = time_in(FW_CLIENT_TIMEOUT_MS);
	wire_put_header(header, (uint32_t)length);
	if (buffer_reserve(&client->out, sizeof(header) + length) < 0) {
		client->broken = true;
		return;
	}
	buffer_append(&client->out, header, sizeof(header));
	buffer_append(&client->out, body, length);
}

void client_send_now(struct ctl_client *client, const char *body, size_t length)
{
	if (client->broken || buffer_length(&client->out) > 0)
		return;
	client_send(client, body, length);
	write_output(client);
}

void client_send_event(struct ctl_client *client, const char *body, size_t length)
{
	if (buffer_length(&client->out) + length > FW_MAX_CLIENT_UNREAD) {
		client->dropped++;
		return;
	}
	if (client->dropped > 0)
		report_dropped(client);
	client_send(client, body, length);
}

/* A frame that began must end in time; replies must be taken in time, events need not. */
static uint64_t next_deadline(const struct ctl_client *client, bool whole)
{
	if (client->monitoring)
		return 0;
	if (buffer_length(&client->out) > 0)
		return client->write_by;
	return buffer_length(&client->in) > 0 && !whole ? client->read_by : 0;
}

void client_update(struct ctl_client *client)
{
	size_t unsent = buffer_length(&client->out);
	uint32_t length, events = 0;
	bool whole = !client->closing && !client->monitoring &&
		     wire_whole_frame(&client->in, &length) != 0;
	bool over = client->closing || (client->end_of_input && !whole);
	uint64_t deadline = next_deadline(client, whole);

	if (client->broken || (over && unsent == 0) || (client->monitoring && over)) {
		client_free(client);
		return;
	}
	if (may_read(client) && !whole)
		events |= EPOLLIN;
	if (client->monitoring)
		events = EPOLLIN;
	if (unsent > 0)
		events |= EPOLLOUT;
	sd_event_source_set_io_events(client->io, events);
	sd_event_source_set_enabled(client->again, whole && unsent < FW_MAX_CLIENT_UNREAD
							   ? SD_EVENT_ONESHOT
							   : SD_EVENT_OFF);
	if (deadline)
		sd_event_source_set_time(client->timer, deadline);
	sd_event_source_set_enabled(client->timer, deadline ? SD_EVENT_ONESHOT : SD_EVENT_OFF);
}

static int on_io(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	struct ctl_client *client = userdata;

	(void)source;
	(void)fd;
	if (events & EPOLLERR)
		client->broken = true;
	if (events & (EPOLLIN | EPOLLHUP) && (client->monitoring || may_read(client)))
		read_input(client);
	/* A hang-up in both directions: nobody will read the reply. */
	if (events & EPOLLHUP && client->end_of_input)
		client->broken = true;
	handle_frame(client);
	write_output(client);
	client_update(client);
	return 0;
}

static int on_again(sd_event_source *source, void *userdata)
{
	struct ctl_client *client = userdata;

	(void)source;
	handle_frame(client);
	write_output(client);
	client_update(client);
	return 0;
}

/* What arrived, or found room, while the loop was busy with others came in time. */
static void catch_up(struct ctl_client *client)
{
	uint32_t length;
	size_t before;

	write_output(client);
	do {
		before = buffer_length(&client->in);
		if (may_read(client) && wire_whole_frame(&client->in, &length) == 0)
			read_input(client);
	} while (!client->broken && buffer_length(&client->in) > before);
}

static bool is_late(const struct ctl_client *client)
{
	uint32_t length;
	uint64_t deadline = next_deadline(client, wire_whole_frame(&client->in, &length) != 0);

	return !client->broken && deadline && deadline <= time_in(0);
}

static int on_deadline(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct ctl_client *client = userdata;

	(void)source;
	(void)usec;
	catch_up(client);
	if (is_late(client) && buffer_length(&client->out) > 0) {
		client->broken = true;
	} else if (is_late(client)) {
		ctl_reply_error(client, WIRE_ERROR_TIMEOUT, "the rest of the frame did not come");
		client->closing = true;
		write_output(client);
	}
	client_update(client);
	return 0;
}

/*
 * All sources of a client are of one priority, so that each has its turn however busy others keep
 * the loop. The kernel is asked what is new before each turn: who may write waits for one request
 * of readers at the most, whatever they send and on however many connections.
 */
int client_set_access(struct ctl_client *client, enum ctl_access access)
{
	int64_t priority = access == ACCESS_WRITE ? SD_EVENT_PRIORITY_NORMAL : PRIORITY_READERS;
	int r = sd_event_source_set_priority(client->io, priority);

	client->access = access;
	if (r >= 0)
		r = sd_event_source_set_priority(client->again, priority);
	return r < 0 ? r : sd_event_source_set_priority(client->timer, priority);
}

static int add_sources(struct ctl_client *client)
{
	sd_event *loop = client->control->loop;
	int r;

	r = sd_event_add_io(loop, &client->io, client->fd, EPOLLIN, on_io, client);
	if (r < 0)
		return r;
	r = sd_event_add_defer(loop, &client->again, on_again, client);
	if (r < 0)
		return r;
	sd_event_source_set_enabled(client->again, SD_EVENT_OFF);
	r = sd_event_add_time(loop, &client->timer, CLOCK_MONOTONIC, 0, 10000, on_deadline, client);
	if (r < 0)
		return r;
	sd_event_source_set_enabled(client->timer, SD_EVENT_OFF);
	return client_set_access(client, client->access);
}

int client_new(struct control *control, int fd, struct ctl_client **ret)
{
	struct ctl_client *client = calloc(1, sizeof(*client));
	int r;

	if (!client) {
		close(fd);
		return -ENOMEM;
	}
	client->control = control;
	client->fd = fd;
	client->next = control->clients;
	control->clients = client;
	control->client_count++;
	r = client_identify(client);
	if (r >= 0)
		r = add_sources(client);
	if (r < 0) {
		client_free(client);
		return r;
	}
	*ret = client;
	return 0;
}

/* Whose turn may be long to come must not stand in others' way until then. */
void client_dismiss(struct ctl_client *client)
{
	write_output(client);
	client_free(client);
}

struct ctl_client *client_free(struct ctl_client *client)
{
	struct ctl_client **link = &client->control->clients;

	while (*link != client)
		link = &(*link)->next;
	*link = client->next;
	client->control->client_count--;
	sd_event_source_disable_unref(client->io);
	sd_event_source_disable_unref(client->again);
	sd_event_source_disable_unref(client->timer);
	close(client->fd);
	buffer_clear(&client->in);
	buffer_clear(&client->out);
	buffer_clear(&client->upload);
	candidate_free(client->candidate);
	free(client);
	return NULL;
}
