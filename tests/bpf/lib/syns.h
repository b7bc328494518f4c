/* SPDX-License-Identifier: MIT */
/*
 * SYNs, the policy that answers them with cookies, and checks of the answers. Cookies are
 * random, so the kernel is asked about each.
 */
#ifndef FWD_TEST_SYNS_H
#define FWD_TEST_SYNS_H

#include <stddef.h>

#include "tests/bpf/lib/harness.h"

struct cookie_check_bpf; /* the kernel, which is asked: cookie_check.bpf.c */

/* Options of TCP: bytes, and how many. */
#define OPTIONS(text) (text), sizeof(text) - 1
#define MSS_1400      "\x02\x04\x05\x78"
#define SACK	      "\x04\x02"
#define TS	      "\x08\x0a\x01\x02\x03\x04\x00\x00\x00\x00"
#define WSCALE_5      "\x01\x03\x03\x05"
#define NOPS	      "\x01\x01"
#define LINUX	      MSS_1400 SACK TS WSCALE_5
/* Of answers; our time stamp is left out, as it is the present one. */
#define MSS_1460    "\x02\x04\x05\xb4"
#define MSS_1440    "\x02\x04\x05\xa0"
#define OUR_TS	    "\x08\x0a\x00\x00\x00\x00\x01\x02\x03\x04"
#define WITH_5_SACK (5 | 16) /* low bits of our time stamp: window scale and SACK */

/* A SYN behind an IP header, with those options. */
struct frame syn_of(struct frame ip, const char *bytes, size_t size);
/* A SYN as Linux sends it. */
struct frame syn4(void);
struct frame syn6(void);
/* The IPv4 one with other flags. */
struct frame syn_flags(unsigned value);

/* A policy under which all SYNs to port 80 but one an hour are over limit "syns"; rule "web". */
void use_cookies(struct test *test, bool enforce, const char *cookies);
/* The limit's one token is taken. */
void exhaust(struct test *test);

struct expected {
	const char *name;
	struct frame syn;
	const char *options; /* of the answer; our time stamp as 0 */
	size_t size;
	uint8_t low_bits; /* of our time stamp */
};

/* Run the SYN: the answer is as expected, and the kernel takes the ACK to it. */
void check_answer(struct test *test, const struct cookie_check_bpf *kernel,
		  const struct expected *expected);

#endif
