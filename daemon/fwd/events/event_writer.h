/* SPDX-License-Identifier: MIT */
/*
 * The event log as a subscriber of the hub. An error of it, and its end, is logged once.
 */
#ifndef FWD_EVENT_WRITER_H
#define FWD_EVENT_WRITER_H

#include "daemon/fwd/events/event_output.h"
#include "daemon/fwd/events/hub.h"

struct event_writer;

/* Open the log and subscribe; the hub is borrowed. Errors are explained in errs. */
int event_writer_open(struct event_hub *hub, const struct event_writer_options *options,
		      struct event_writer **ret, struct errors *errs);

/* Write the buffer; once a second. */
void event_writer_flush(struct event_writer *writer);

/* As event_output_ops.note. */
int event_writer_note(struct event_writer *writer, const char *text);

/* As event_output_ops.reopen; an output without it is flushed: 0. */
int event_writer_reopen(struct event_writer *writer);

/* Finish the log. NULL is allowed; returns NULL. */
struct event_writer *event_writer_close(struct event_writer *writer);

#endif
