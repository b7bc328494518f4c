/* SPDX-License-Identifier: MIT */
/*
 * Random policies over few values of each field, and what each rule was made to mean. Rules are
 * sets of values: nothing here knows of rows.
 */
#ifndef FWD_TEST_COVER_POLICY_H
#define FWD_TEST_COVER_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#define MAX_CASES 14 /* rules of a policy */

/* Kinds of packets, and whether rules without a family and protocol are about them. */
enum { IP4, IP6, LINK6, KINDS };
/* Fields, as bits of values. */
enum { SRC, DST, PROTO, PORT, TTL, PLACE, FIELDS };

#define MAX_VALUES 8
#define ABSENT	   5 /* the value of PORT where there is none */
#define PROTO_58   4 /* what a link needs */

#define WITH_PORTS 7 /* of PROTO: 6, 17, 132 */

/* What a rule asks of live set x, of its source. */
enum ask { ASK_NOTHING, ASK_IN, ASK_NOT_IN };

struct spec {
	bool given[FIELDS];
	unsigned values[FIELDS]; /* but of SRC and DST */
	unsigned in[DST + 1][2]; /* addresses of IPv4, IPv6 */
	unsigned not_in[DST + 1][2];
	bool any[DST + 1]; /* there are some in `in` */
	int family;	   /* by "family"; 0: none */
	enum ask ask;
	bool ends; /* the packet, if it matches */
};

/* A policy, as text and as what it means. */
struct policy_text {
	char *json;
	struct spec specs[MAX_CASES];
	unsigned count;
	unsigned first_line; /* of the first rule */
};

/* All values of a field, as bits. */
unsigned cover_values(int field);

/* The policy of a seed; json is allocated. */
void cover_policy(uint64_t seed, struct policy_text *ret);

#endif
