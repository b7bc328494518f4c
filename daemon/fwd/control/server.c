// SPDX-License-Identifier: MIT
#include "daemon/fwd/control/server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"
#include "common/base/memory.h"
#include "daemon/fwd/events/hub.h"

#define PAUSE_US 1000000

/* Readers cannot use up all places, nor one user those of the readers. */
static bool has_room(const struct control *control, const struct ctl_client *newcomer)
{
	size_t of_user = 0;

	if (newcomer->access == ACCESS_WRITE)
		return control->client_count <= FW_MAX_CLIENTS;
	for (const struct ctl_client *client = control->clients; client; client = client->next) {
		if (client->peer.uid == newcomer->peer.uid)
			of_user++;
	}
	return control->client_count <= FW_MAX_CLIENTS_READ && of_user <= FW_MAX_CLIENTS_USER;
}

/* No descriptors left: look away for a second instead of spinning. */
static void pause_accepting(struct control *control)
{
	log_warning("control: cannot take a connection: %s", strerror(errno));
	sd_event_source_set_enabled(control->accept, SD_EVENT_OFF);
	sd_event_source_set_time_relative(control->pause, PAUSE_US);
	sd_event_source_set_enabled(control->pause, SD_EVENT_ONESHOT);
}

static int on_pause_over(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct control *control = userdata;

	(void)source;
	(void)usec;
	sd_event_source_set_enabled(control->accept, SD_EVENT_ON);
	return 0;
}

static int on_connection(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	struct control *control = userdata;
	struct ctl_client *client;
	int peer = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)source;
	(void)events;
	if (peer < 0) {
		if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
			pause_accepting(control);
		return 0;
	}
	if (client_new(control, peer, &client) < 0)
		return 0;
	if (!has_room(control, client)) {
		ctl_reply_error(client, WIRE_ERROR_FAILED, "too many connections");
		client_dismiss(client);
		return 0;
	}
	client_update(client);
	return 0;
}

/* {"event": {...}}; NULL: no memory. */
static char *event_frame(const struct event *event)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	fputs("{\"event\":", out);
	event_put_json(out, event);
	fputc('}', out);
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}

/* To all clients that monitor; it is printed once. */
static void take_event(void *userdata, const struct event *event)
{
	struct control *control = userdata;
	cleanup_free char *text = NULL;
	struct ctl_client *next;

	for (struct ctl_client *client = control->clients; client; client = next) {
		next = client->next;
		if (!client->monitoring)
			continue;
		if (!text)
			text = event_frame(event);
		if (text)
			client_send_event(client, text, strlen(text));
		else
			client->dropped++;
		client_update(client);
	}
}

int control_open(const struct core *core, ctl_table *verb_of, sd_event *loop, const char *path,
		 struct control **ret, struct errors *errs)
{
	struct control *control = calloc(1, sizeof(*control));
	int r;

	if (!control)
		return -ENOMEM;
	control->core = core;
	control->verb_of = verb_of;
	control->loop = loop;
	control->events = core->events;
	control->fd = -1;
	r = control_listen(control, path, errs);
	if (r >= 0)
		r = sd_event_add_io(loop, &control->accept, control->fd, EPOLLIN, on_connection,
				    control);
	if (r >= 0)
		r = sd_event_add_time_relative(loop, &control->pause, CLOCK_MONOTONIC, PAUSE_US, 0,
					       on_pause_over, control);
	if (r >= 0)
		r = sd_event_source_set_enabled(control->pause, SD_EVENT_OFF);
	if (r < 0) {
		control_close(control);
		return r;
	}
	control->subscriber = (struct event_subscriber){take_event, control, NULL};
	hub_subscribe(control->events, &control->subscriber);
	*ret = control;
	return 0;
}

struct control *control_close(struct control *control)
{
	if (!control)
		return NULL;
	hub_unsubscribe(control->events, &control->subscriber);
	while (control->clients)
		client_free(control->clients);
	sd_event_source_disable_unref(control->accept);
	sd_event_source_disable_unref(control->pause);
	control_unlink(control);
	if (control->fd >= 0)
		close(control->fd);
	free(control->path);
	free(control);
	return NULL;
}
