// SPDX-License-Identifier: MIT
/* Frames and connections: hostile, slow, many. Nobody else may feel them. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/un.h>

#include "common/base/clock.h"
#include "common/base/memory.h"
#include "daemon/fwd/events/hub.h"
#include "daemon/fwd/live/live.h"
#include "tests/unit/control/served.h"
#include "tests/unit/lib/valgrind.h"

#define VERSION "{\"op\":\"version\"}"

static void expect_alive(struct served *served)
{
	expect_reply(served_ask(served, VERSION), "ok", NULL);
}

static void put_header(uint8_t header[WIRE_HEADER], uint32_t magic, uint32_t version, uint32_t size)
{
	const uint32_t words[] = {magic, version, size};

	for (int i = 0; i < 12; i++)
		header[i] = (uint8_t)(words[i / 4] >> (24 - 8 * (i % 4)));
}

Test(server, bad_headers)
{
	static const struct {
		uint32_t magic, version, size;
		const char *code;
	} rows[] = {
		{WIRE_MAGIC + 1, WIRE_VERSION, 2, "bad_request"},
		{0, 0, 0, "bad_request"},
		{0x47455420, 0x2f204854, 0x54502f31, "bad_request"}, /* "GET / HTTP/1" */
		{WIRE_MAGIC, WIRE_VERSION + 1, 2, "bad_request"},
		{WIRE_MAGIC, 0, 2, "bad_request"},
		{WIRE_MAGIC, WIRE_VERSION, FW_MAX_FRAME_BYTES + 1, "too_large"},
		{WIRE_MAGIC, WIRE_VERSION, 0xffffffff, "too_large"},
		{WIRE_MAGIC, WIRE_VERSION, 0x80000000, "too_large"},
	};
	struct served served;

	served_start(&served);
	for (size_t i = 0; i < array_size(rows); i++) {
		int fd = served_connect(&served);
		uint8_t header[WIRE_HEADER];

		put_header(header, rows[i].magic, rows[i].version, rows[i].size);
		served_send(&served, fd, header, sizeof(header));
		expect_reply(served_hear(&served, fd), rows[i].code, NULL);
		/* Where the next frame would begin nobody knows: the connection is over. */
		cr_expect(served_closed(&served, fd));
		close(fd);
	}
	expect_alive(&served);
	served_stop(&served);
}

Test(server, largest_frame)
{
	char *body = malloc(FW_MAX_FRAME_BYTES + 1);
	struct served served;

	served_start(&served);
	memset(body, ' ', FW_MAX_FRAME_BYTES);
	body[FW_MAX_FRAME_BYTES] = '\0';
	memcpy(body, VERSION, strlen(VERSION));
	expect_reply(served_ask(&served, body), "ok", NULL);
	memset(body, '[', FW_MAX_FRAME_BYTES);
	expect_reply(served_ask(&served, body), "bad_request", NULL);
	served_stop(&served);
	free(body);
}

/* A frame byte by byte, and one that ends at every place. */
Test(server, pieces)
{
	uint8_t frame[WIRE_HEADER + sizeof(VERSION) - 1];
	struct served served;
	int fd;

	wire_put_header(frame, sizeof(VERSION) - 1);
	memcpy(frame + WIRE_HEADER, VERSION, sizeof(VERSION) - 1);
	served_start(&served);
	fd = served_connect(&served);
	for (size_t i = 0; i < sizeof(frame); i++) {
		served_send(&served, fd, frame + i, 1);
		served_run(&served, 0);
	}
	expect_reply(served_hear(&served, fd), "ok", NULL);
	close(fd);
	for (size_t cut = 0; cut < sizeof(frame); cut++) {
		fd = served_connect(&served);
		served_send(&served, fd, frame, cut);
		shutdown(fd, SHUT_WR);
		cr_expect(served_closed(&served, fd), "cut at %zu", cut);
		close(fd);
	}
	served_run(&served, 0);
	cr_expect(served.control->client_count == 0);
	served_stop(&served);
}

/* Who has said all and closes his half still gets his replies. */
Test(server, half_closed)
{
	struct served served;
	int fd;

	served_start(&served);
	fd = served_connect(&served);
	served_say(&served, fd, VERSION);
	served_say(&served, fd, VERSION);
	shutdown(fd, SHUT_WR);
	expect_reply(served_hear(&served, fd), "ok", NULL);
	expect_reply(served_hear(&served, fd), "ok", NULL);
	cr_expect(served_closed(&served, fd));
	close(fd);
	served_stop(&served);
}

/* A frame that does not come to its end; a byte now and then does not help. */
Test(server, slow_sender)
{
	struct served served;
	int64_t start = clock_ms();
	int slow, idle;

	served_start(&served);
	idle = served_connect(&served);
	slow = served_connect(&served);
	served_send(&served, slow, "FWD1", 4);
	while (clock_ms() - start < FW_CLIENT_TIMEOUT_MS - 1000) {
		send(slow, "", 1, MSG_NOSIGNAL);
		expect_alive(&served); /* the others do not wait */
		served_run(&served, 1000);
	}
	expect_reply(served_hear(&served, slow), "timeout", NULL);
	cr_expect(clock_ms() - start >= FW_CLIENT_TIMEOUT_MS - 10);
	cr_expect(clock_ms() - start < FW_CLIENT_TIMEOUT_MS + SERVED_PATIENCE_MS);
	cr_expect(served_closed(&served, slow));
	/* To be silent between frames is nobody's fault. */
	served_say(&served, idle, VERSION);
	expect_reply(served_hear(&served, idle), "ok", NULL);
	close(slow);
	close(idle);
	served_stop(&served);
}

/* Ask without ever reading: no more is read from him, the memory is bounded, he is dropped. */
Test(server, never_reads)
{
	static const char request[] = "{\"op\":\"blocks\"}";
	uint8_t frame[WIRE_HEADER + sizeof(request) - 1];
	struct served served;
	int64_t start;
	size_t most = 0;
	int fd;

	served_start(&served);
	for (unsigned i = 0; i < 4000; i++) {
		uint8_t addr[4] = {10, 0, (uint8_t)(i >> 8), (uint8_t)i};
		struct prefix prefix = prefix_host(4, addr);

		cr_assert(live_add(served.core.live, FW_LIVE_BLOCKS, &prefix, 0, 0, "", NULL) == 0);
	}
	wire_put_header(frame, sizeof(request) - 1);
	memcpy(frame + WIRE_HEADER, request, sizeof(request) - 1);
	fd = served_connect(&served);
	start = clock_ms();
	while (served.control->client_count > 0 && clock_ms() - start < 2 * SERVED_PATIENCE_MS) {
		const struct ctl_client *client = served.control->clients;

		if (client->out.capacity + client->in.capacity > most)
			most = client->out.capacity + client->in.capacity;
		send(fd, frame, sizeof(frame), MSG_NOSIGNAL);
		served_run(&served, 1);
	}
	cr_expect(served.control->client_count == 0, "he is dropped");
	cr_expect(clock_ms() - start < FW_CLIENT_TIMEOUT_MS + SERVED_PATIENCE_MS);
	cr_expect(most < 4 * FW_MAX_CLIENT_UNREAD, "%zu bytes kept for him", most);
	expect_alive(&served);
	close(fd);
	served_stop(&served);
}

/* Writers are never shut out by readers, nor a user's readers by those of another. */
Test(server, many_clients)
{
	struct served served;
	int fds[FW_MAX_CLIENTS + 20];
	size_t refused = 0;

	served_start(&served);
	for (size_t i = 0; i < array_size(fds); i++) {
		fds[i] = served_connect(&served);
		served_run(&served, 0);
	}
	cr_expect(served.control->client_count <= FW_MAX_CLIENTS);
	for (size_t i = FW_MAX_CLIENTS; i < array_size(fds); i++) {
		expect_reply(served_hear(&served, fds[i]), "failed", "too many connections");
		refused += served_closed(&served, fds[i]);
	}
	cr_expect(refused == array_size(fds) - FW_MAX_CLIENTS);
	for (size_t i = 0; i < FW_MAX_CLIENTS; i++) {
		served_say(&served, fds[i], VERSION);
		expect_reply(served_hear(&served, fds[i]), "ok", NULL);
	}
	for (size_t i = 0; i < array_size(fds); i++)
		close(fds[i]);
	served_run(&served, 1);
	cr_expect(served.control->client_count == 0);
	expect_alive(&served);
	served_stop(&served);
}

/* No descriptors left: it neither spins nor dies, and goes on when there are some. */
Test(server, no_descriptors)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct rlimit limit, before;
	struct served served;
	int64_t start;
	int fd, turns = 0;

	/* It takes the connection that it then refuses, and so ends it. */
	if (under_valgrind())
		return;
	served_start(&served);
	served_run(&served, 1);
	fd = served_connect(&served);
	cr_assert(getrlimit(RLIMIT_NOFILE, &before) == 0);
	close(fd);
	served_run(&served, 1);
	/* A socket in the queue, and not one descriptor more for the server's end. */
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	limit = (struct rlimit){.rlim_cur = (rlim_t)fd + 1, .rlim_max = before.rlim_max};
	cr_assert(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	strcpy(address.sun_path, served.path);
	cr_assert(connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0);
	start = clock_ms();
	while (clock_ms() - start < 500) {
		sd_event_run(served.loop, 10000);
		turns++;
	}
	cr_expect(served.control->client_count == 0);
	cr_expect(turns < 200, "%d turns in half a second", turns);
	cr_assert(setrlimit(RLIMIT_NOFILE, &before) == 0);
	served_say(&served, fd, VERSION);
	expect_reply(served_hear(&served, fd), "ok", NULL);
	close(fd);
	served_stop(&served);
}

static const struct packet_event sample_packet = {
	.interface = "eth0",
	.rule = "r",
	.outcome = FW_OUTCOME_DROP,
	.reason = FW_REASON_RULE,
	.kind = FW_KIND_IP4,
	.proto = "udp",
	.length = 60,
};
static const struct event sample_event = {.type = FW_EVENT_PACKET, .data = &sample_packet};

/* Events in order; a slow monitor loses some, gets their exact number, and stays. */
Test(server, monitor)
{
	const unsigned total = 20000;
	unsigned got = 0, dropped = 0;
	struct served served;
	cJSON *reply;
	int fd;

	served_start(&served);
	fd = served_connect(&served);
	served_say(&served, fd, "{\"op\":\"monitor\"}");
	expect_reply(served_hear(&served, fd), "ok", NULL);
	for (unsigned i = 0; i < total; i++)
		hub_event(served.core.events, &sample_event);
	cr_expect(buffer_length(&served.control->clients->out) <= FW_MAX_CLIENT_UNREAD + 4096);
	while (got + dropped < total) {
		reply = served_hear(&served, fd);
		cr_assert(reply);
		if (cJSON_GetObjectItem(reply, "event"))
			got++;
		else
			dropped += (unsigned)cJSON_GetObjectItem(reply, "dropped")->valuedouble;
		cJSON_Delete(reply);
	}
	cr_expect(got > 100 && dropped > 0 && got + dropped == total, "%u and %u", got, dropped);
	hub_event(served.core.events, &sample_event);
	reply = served_hear(&served, fd);
	cr_expect(cJSON_GetObjectItem(reply, "event"));
	cJSON_Delete(reply);
	/* He has nothing more to say. */
	served_send(&served, fd, "what?", 5);
	served_run(&served, 1);
	cr_expect(served.control->client_count == 1);
	close(fd);
	served_run(&served, 1);
	cr_expect(served.control->client_count == 0);
	hub_event(served.core.events, &sample_event);
	served_stop(&served);
}

/* A monitor that vanishes while an event is written to it. */
Test(server, monitor_vanishes)
{
	struct served served;
	int fds[8];

	served_start(&served);
	for (size_t i = 0; i < array_size(fds); i++) {
		fds[i] = served_connect(&served);
		served_say(&served, fds[i], "{\"op\":\"monitor\"}");
		expect_reply(served_hear(&served, fds[i]), "ok", NULL);
	}
	for (size_t i = 0; i < array_size(fds); i++) {
		close(fds[i]);
		for (int n = 0; n < 10; n++) {
			hub_event(served.core.events, &sample_event);
			served_run(&served, 0);
		}
	}
	cr_expect(served.control->client_count == 0);
	served_stop(&served);
}

/* Frames about long work: a client that does not read them loses some, and delays nothing. */
Test(server, frames_at_once)
{
	static const char body[] = "{\"progress\":{}}";
	struct ctl_client *client;
	struct served served;
	cJSON *heard;
	int fd;

	served_start(&served);
	fd = served_connect(&served);
	served_run(&served, 1);
	client = served.control->clients;
	for (int i = 0; i < 100000; i++)
		client_send_now(client, body, strlen(body));
	cr_expect(!client->broken);
	cr_expect_lt(buffer_length(&client->out), 2 * (WIRE_HEADER + sizeof(body)));
	client_send(client, "{\"ok\":true}", 11);
	client_update(client);
	while ((heard = served_hear(&served, fd))) {
		bool last = cJSON_HasObjectItem(heard, "ok");

		cr_expect(last || cJSON_HasObjectItem(heard, "progress"));
		cJSON_Delete(heard);
		if (last)
			break;
	}
	cr_expect(heard);
	close(fd);
	served_stop(&served);
}
