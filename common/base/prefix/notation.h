/* SPDX-License-Identifier: MIT */
/*
 * Addresses of IPv4 in the notation of IPv6.
 *
 * IPv4-mapped ones (::ffff:192.0.2.1) are no addresses of packets but how programs write IPv4:
 * prefix_parse reads them as IPv4, with the length less 96. The block as a whole, ::ffff:0:0/96, is
 * what lists of bogons name, and stays IPv6. What NAT64, 6to4 and Teredo write are real addresses
 * of IPv6 packets, but who puts one into a list may have meant the IPv4 address in it.
 */
#ifndef FWD_NOTATION_H
#define FWD_NOTATION_H

#include "common/base/prefix/prefix.h"

/* Does an IPv6 address, in network order, begin as IPv4-mapped ones do? */
bool notation_is_mapped(const uint8_t addr[16]);

/* Make an IPv4-mapped prefix longer than /96 the IPv4 prefix that it means; others stay. */
void notation_unmap(struct prefix *prefix);

/*
 * The warning for a prefix that embeds IPv4 and matches IPv6 packets only: a sentence in buffer
 * (NOTATION_TEXT bytes), which is returned; NULL: there is nothing to warn of.
 */
#define NOTATION_TEXT 256
const char *notation_warning(const struct prefix *prefix, char *buffer);

#endif
