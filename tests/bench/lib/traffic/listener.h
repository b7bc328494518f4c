/* SPDX-License-Identifier: MIT */
/* A service of this host, for the SYNs that ask for it. */
#ifndef BENCH_LISTENER_H
#define BENCH_LISTENER_H

#define LISTENER_ADDRESS 0xc6336401 /* 198.51.100.1, host order */
#define LISTENER_PORT	 80

/*
 * Go into a network namespace of our own, that forwards, and whose TCP always makes cookies, and
 * listen there on the address and port. The socket, or a negative errno.
 */
int listener_open(void);

#endif
