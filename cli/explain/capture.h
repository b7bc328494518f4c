/* SPDX-License-Identifier: MIT */
/*
 * Captures: pcap and pcapng files, read by libpcap, as the Ethernet frames that
 * fwd judges. A file is untrusted: any content gives frames or an error.
 */
#ifndef FWCTL_CAPTURE_H
#define FWCTL_CAPTURE_H

#include <stddef.h>
#include <stdint.h>

#include "cli/core/cli.h"

struct capture;

struct capture_frame {
	const uint8_t *bytes; /* what was captured, borrowed until the next one */
	size_t captured;      /* of them */
	size_t length;	      /* on the wire, at least `captured` */
};

/* Open a file; "-" is stdin. -1 after cli_fail: it cannot be read, or its link has no IP. */
int capture_open(struct cli *cli, const char *path, struct capture **ret);
struct capture *capture_close(struct capture *capture);

/* The next frame: 1; 0: there are no more; -1 after cli_fail: the file is broken here. */
int capture_next(struct cli *cli, struct capture *capture, struct capture_frame *ret);

#endif
