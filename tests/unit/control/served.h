/* SPDX-License-Identifier: MIT */
/*
 * A control socket in a folder of the test's own, with a core behind it that has
 * a loop and a book of live sets, but no datapath and no policy. The test is
 * server and client at once: it runs the loop while it waits for replies.
 */
#ifndef SERVED_H
#define SERVED_H

#include <stdbool.h>

#include "daemon/fwd/control/server.h"
#include "daemon/fwd/control/verbs.h"

/* What must come has so long at the most: the machine may be busy, and valgrind slow. */
#define SERVED_PATIENCE_MS 20000

struct served {
	char folder[64];
	char path[96];
	sd_event *loop;
	struct core core;
	struct control *control;
};

void served_start(struct served *served);
void served_stop(struct served *served);

/* Run the loop until nothing happened for that long. */
void served_run(struct served *served, unsigned quiet_ms);

/* A new client: a socket that does not block. served_dial lets nothing happen yet. */
int served_dial(const struct served *served);
int served_connect(struct served *served);

/* Send bytes as they are; the loop runs where the socket is full. */
void served_send(struct served *served, int fd, const void *data, size_t length);

/* Send a body as a frame. */
void served_say(struct served *served, int fd, const char *body);

/* Read one frame (the loop runs meanwhile). NULL: the server closed. */
cJSON *served_hear(struct served *served, int fd);

/* Both, on a connection of their own. */
cJSON *served_ask(struct served *served, const char *body);

/* True if the server closes the connection. */
bool served_closed(struct served *served, int fd);

/* "ok", or the error's code; frees the reply. message (may be NULL) must be part of the error's. */
void expect_reply(cJSON *reply, const char *code, const char *message);

#endif
