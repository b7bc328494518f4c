/* SPDX-License-Identifier: MIT */
/* Signals of verbs that run until they are interrupted. */
#ifndef FWCTL_SIGNALS_H
#define FWCTL_SIGNALS_H

#include <stdbool.h>

/*
 * A signalfd that delivers SIGINT and SIGTERM from now on, so that they end the output and not
 * the process in the middle of a line. A verb that takes over the terminal, and must restore it,
 * also gets SIGHUP, SIGQUIT and SIGWINCH. Returns a negative errno on failure.
 */
int signals_open(bool terminal);

#endif
