/* SPDX-License-Identifier: MIT */
/*
 * Words for numbers in packets: one table for each field. The config, explain, events and fwctl
 * read and print by the same table, so each accepts the words that another prints.
 */
#ifndef FWD_WORDS_H
#define FWD_WORDS_H

#include "common/abi/fw_limits.h"
#include "common/abi/fw_lists.h"

/*
 * A table ends with a NULL name. The first row of a value has the name that is printed; more
 * rows of the same value have other accepted names.
 */
struct word {
	const char *name;
	unsigned value;
	const char *also; /* its name in other programs, for "did you mean" only; or NULL */
};

/*
 * IANA's protocol numbers. All names of /etc/protocols (Debian's netbase) in lower case, except
 * "ip" (0: it means "any" elsewhere) and "ipip" for 94: here it is 4, as in Linux (IPPROTO_IPIP,
 * "ip link add type ipip"), and 94 has no name.
 */
extern const struct word words_protocols[];
extern const struct word words_families[]; /* values: enum fw_kind */
extern const struct word words_fragment[]; /* values: enum fw_fragment */
extern const struct word words_vlan[];
extern const struct word words_dscp[];
extern const struct word words_tcp_flags[]; /* values: bits of the header's byte */

/* The row of a name; NULL: no such name, or no table. */
const struct word *word_find(const struct word *words, const char *name);

/* The name of a value; NULL: it has no name, or there is no table. */
const char *word_name(const struct word *words, unsigned value);

/* "syn,ack", "none", "all": the bits. -EINVAL. */
int tcp_flags_parse(const char *text, unsigned *ret);

/* The same as text; "none" if no flag is set. */
#define TCP_FLAGS_TEXT 32
const char *tcp_flags_format(unsigned flags, char buffer[TCP_FLAGS_TEXT]);

/* The highest value of a field: the lowest is 0. */
#define FW_AS_HIGHEST(name, values, ...) FW_HIGHEST_##name = (values)-1,
enum fw_highest { FW_FIELDS(FW_AS_HIGHEST) };

#endif
