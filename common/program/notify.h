/* SPDX-License-Identifier: MIT */
/* Messages to the service manager (sd_notify(3)); without one (NOTIFY_SOCKET) none are sent. */
#ifndef FWD_PROGRAM_NOTIFY_H
#define FWD_PROGRAM_NOTIFY_H

#include <systemd/sd-event.h>

/*
 * The program has started: READY=1, and pings of the watchdog from now on, if the service has one.
 * Not earlier: the first ping is sent at once, and the next is expected in time from then on. 0 or
 * a negative errno.
 */
int notify_ready(sd_event *loop);

/* One line for `systemctl status`; control characters become spaces. */
void notify_status(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A reload has begun (with the time, as systemd asks for), or has ended. */
void notify_reloading(void);
void notify_reloaded(void);

/* The program is about to end. */
void notify_stopping(void);

#endif
