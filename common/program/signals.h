/* SPDX-License-Identifier: MIT */
/* Signals as events of the loop: SIGTERM and SIGINT stop it, others do what a row says. */
#ifndef FWD_PROGRAM_SIGNALS_H
#define FWD_PROGRAM_SIGNALS_H

#include <stddef.h>
#include <systemd/sd-event.h>

struct signal_row {
	int number;
	void (*handler)(void *userdata);
};

struct signal_list {
	const struct signal_row *rows; /* in addition to SIGTERM and SIGINT; or NULL */
	size_t count;
	void *userdata; /* of the handlers */
};

/*
 * Block them all, so that they wait for the loop; SIGPIPE is ignored, so that a reader that goes
 * away is an error of write(2). Call it before anything starts a thread.
 */
void signals_block(const struct signal_list *list);

/* From now on the loop handles them. 0 or a negative errno; the list lives as long as the loop. */
int signals_add(sd_event *loop, const struct signal_list *list);

#endif
