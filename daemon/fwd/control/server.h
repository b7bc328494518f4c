/* SPDX-License-Identifier: MIT */
/*
 * Inside the control module: who is connected, and what waits to be read or sent.
 *
 * Nothing here blocks. Each client has its own buffers and its own deadline,
 * and at most one of its requests is handled before the others have their turn.
 * Clients that may write go before those that may only read (client.c).
 * From a client that does not read its replies nothing is read (so it cannot pile up work), and it
 * is dropped after FW_CLIENT_TIMEOUT_MS without progress. Monitors are not
 * dropped for being slow: they lose events, and get the number of these.
 */
#ifndef FWD_CONTROL_SERVER_H
#define FWD_CONTROL_SERVER_H

#include <sys/socket.h>
#include <sys/stat.h>

#include <systemd/sd-event.h>

#include "common/abi/fw_limits.h"
#include "common/base/buffer.h"
#include "daemon/fwd/control/control.h"
#include "daemon/fwd/events/hub.h"

enum ctl_access { ACCESS_NONE, ACCESS_READ, ACCESS_WRITE };

struct ctl_client {
	struct control *control;
	struct ctl_client *next;
	int fd;
	sd_event_source *io;
	sd_event_source *again; /* a whole frame waits in `in` for the next turn */
	sd_event_source *timer;
	struct ucred peer;
	uint64_t peer_started; /* when its process did (caller.h) */
	char command[32];      /* of the peer, for the audit; printable */
	enum ctl_access access;
	struct buffer in;
	struct buffer out;
	struct buffer upload;	     /* a text in pieces, for the next request that takes one */
	uint64_t read_by;	     /* a started frame must be whole by then, us */
	uint64_t write_by;	     /* the next byte must have been taken by then, us */
	struct candidate *candidate; /* that it asks about: explain; or NULL */
	uint64_t dropped;	     /* events left out since the last {"dropped": N} */
	bool monitoring;
	bool end_of_input;
	bool closing; /* send what waits, then close */
	bool broken;  /* close now */
};

struct control {
	const struct core *core;
	ctl_table *verb_of;
	sd_event *loop;
	int audit_error; /* why the audit cannot be written now (errno), or 0 */
	struct event_hub *events;
	struct event_subscriber subscriber;
	int fd;
	char *path;
	dev_t path_device; /* of our socket file, so that another's is never removed */
	ino_t path_inode;
	sd_event_source *accept;
	sd_event_source *pause; /* after accept failed for want of descriptors */
	struct ctl_client *clients;
	size_t client_count;
	uint64_t refused_since; /* CLOCK_MONOTONIC, ns: when the refusals here were counted from */
	unsigned refused;	/* for want of rights, since then */
	bool has_read_group;
	bool has_admin_group;
	gid_t read_group;
	gid_t admin_group;
};

/* ---- listen.c ---- */

/* Bind and listen; fills fd, path and the groups. -EADDRINUSE and others, explained in errs. */
int control_listen(struct control *control, const char *path, struct errors *errs);
/* Let the groups in that control names, and nobody else but root. */
int control_admit(const struct control *control, struct errors *errs);
/* Remove our socket file, if it is still ours. */
void control_unlink(struct control *control);

/* ---- access.c ---- */

/* Who is at the other end, and what may he do? Fills peer, command, access. */
int client_identify(struct ctl_client *client);

/* ---- client.c ---- */

/* Take over an accepted socket; it is closed on failure. */
int client_new(struct control *control, int fd, struct ctl_client **ret);
struct ctl_client *client_free(struct ctl_client *client);
/* Send what waits, as far as the socket takes it at once, and free the client. */
void client_dismiss(struct ctl_client *client);
/* What it may do, and whose turn comes first: client_identify has found it out. */
int client_set_access(struct ctl_client *client, enum ctl_access access);
/* Queue a frame, to be sent by the loop. Too much unsent: the client is marked broken. */
void client_send(struct ctl_client *client, const char *body, size_t length);
/* Send a frame at once, as far as the socket takes it; none while earlier bytes wait. */
void client_send_now(struct ctl_client *client, const char *body, size_t length);
/* Queue an event of a monitor, or count it as dropped. */
void client_send_event(struct ctl_client *client, const char *body, size_t length);
/* Set what the loop waits for; frees the client if it is done. */
void client_update(struct ctl_client *client);

/* ---- dispatch.c ---- */

/* Handle one request and queue its reply. */
void ctl_dispatch(struct ctl_client *client, const char *body, size_t length);
/* Queue an error reply that no handler made. */
void ctl_reply_error(struct ctl_client *client, enum wire_error error, const char *message);

#endif
