/* SPDX-License-Identifier: MIT */
/* Sockets of this machine, from the kernel. */
#ifndef FWD_SOCKETS_H
#define FWD_SOCKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/prefix/prefix.h"

enum socket_state {
	SOCKET_OPENING,	    /* TCP: by this machine */
	SOCKET_ESTABLISHED, /* UDP: connected */
	SOCKET_CLOSING,	    /* it was established, up to TIME_WAIT */
	SOCKET_UNCONNECTED, /* UDP */
	SOCKET_LISTENING,   /* TCP */
};

/*
 * A TCP connection, or a UDP socket. Addresses are hosts, IPv4-mapped ones
 * are IPv4; of a UDP socket they may be unspecified.
 */
struct socket_info {
	uint8_t protocol;
	enum socket_state state;
	struct prefix local;
	struct prefix remote;
	uint16_t local_port;
	uint16_t remote_port;
	uint32_t inode; /* as in /proc/PID/fd; 0: the kernel's own, or still being opened */
};

struct socket_list {
	struct socket_info *items;
	size_t count;
};

/*
 * Read those of this network namespace. 0, -EOPNOTSUPP (the kernel has no socket diagnostics) or
 * another negative errno.
 */
int sockets_read(struct socket_list *ret);
/* Sockets that any host can send to: listening ones of TCP, unconnected ones of UDP. */
int sockets_read_listening(struct socket_list *ret);
void sockets_clear(struct socket_list *list);

/*
 * The IP protocols that raw sockets receive, one bit each. folder: /proc/self/net, as socket
 * diagnostics of raw sockets are a separate module, which few kernels have. 0 or a negative
 * errno.
 */
int raw_protocols_read(const char *folder, uint64_t ret[4]);

/* Do both have the same addresses and ports? */
bool socket_is_same(const struct socket_info *a, const struct socket_info *b);

/*
 * Read SSH_CONNECTION ("client port server port"), as sshd sets it. False: it is not of that
 * form. A scope ("%eth0") is ignored.
 */
bool socket_from_ssh(const char *text, struct socket_info *ret);

#endif
