/* SPDX-License-Identifier: MIT */
/*
 * Addresses of IPv4 in the notation of IPv6.
 *
 * IPv4-mapped ones (::ffff:192.0.2.1) are not addresses of packets but a notation of programs:
 * prefix_parse reads them as IPv4, with the length less 96. The whole block, ::ffff:0:0/96, is in
 * lists of bogons, and stays IPv6. Addresses of NAT64, 6to4 and Teredo are real addresses of IPv6
 * packets, but in a list the IPv4 address in them may have been meant.
 */
#ifndef FWD_NOTATION_H
#define FWD_NOTATION_H

#include "common/base/prefix/prefix.h"

/* Is an IPv6 address, in network order, IPv4-mapped? */
bool notation_is_mapped(const uint8_t addr[16]);

/* Convert an IPv4-mapped prefix longer than /96 to its IPv4 prefix; others are unchanged. */
void notation_unmap(struct prefix *prefix);

/*
 * The warning for a prefix that embeds IPv4 and matches IPv6 packets only: a sentence in buffer
 * (NOTATION_TEXT bytes), which is returned; NULL: no warning.
 */
#define NOTATION_TEXT 256
const char *notation_warning(const struct prefix *prefix, char *buffer);

#endif
