/* SPDX-License-Identifier: MIT */
/* Signals of verbs that run until they are interrupted. */
#ifndef FWCTL_SIGNALS_H
#define FWCTL_SIGNALS_H

#include <stdbool.h>

/*
 * SIGINT and SIGTERM (for a verb that takes over the terminal, which it must give back, also SIGHUP,
 * SIGQUIT and SIGWINCH) come by this signalfd from now on, so that they end what is shown
 * and not the process in the middle of a line. A negative errno if that cannot be done.
 */
int signals_open(bool terminal);

#endif
