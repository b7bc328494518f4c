/* SPDX-License-Identifier: MIT */
/* Policies to measure, and packets that go with them. */
#ifndef BENCH_POLICIES_H
#define BENCH_POLICIES_H

#include <stdio.h>

#include "tests/bench/bench_abi.h"
#include "tests/bench/lib/random.h"

/* What the packets are to meet. */
enum meet {
	MEET_NOTHING, /* random addresses that no rule names */
	MEET_ANY,     /* a random one of the rules or prefixes */
	MEET_LAST,    /* the last rule only */
	MEET_NEAR,    /* addresses next to the prefixes: the lookup goes deep and finds none */
	MEET_ONE_SOURCE,
	MEET_SOURCES, /* `count` different sources, in random order */
};

struct work {
	unsigned family; /* 4 or 6 */
	unsigned count;	 /* of rules, prefixes or sources */
	enum meet meet;
	FILE *config;		/* the text of the config is written here */
	struct bench_key *keys; /* BENCH_KEYS of them, to fill */
	uint32_t key_count;	/* of them in use */
	struct random random;
};

/* Each writes a whole config and fills the keys. */
void policy_empty(struct work *work);
void policy_rules(struct work *work);	/* 5-tuple rules as access lists have them */
void policy_set(struct work *work);	/* one rule that drops the sources of a set */
void policy_set_nft(struct work *work); /* the same, as nftables has it, on device fwb */
void policy_permitted(struct work *work);
/* The same without a limit: what a limit adds. */
void policy_limit_none(struct work *work);
void policy_limit_rule(struct work *work);
void policy_limit_source(struct work *work);
void policy_limit_million(struct work *work); /* a limit per source with room for a million */
void policy_limit_levels(struct work *work);  /* per source, its /24, and the rule */
void policy_limit_window(struct work *work);  /* a sliding window per source */
void policy_limit_over(struct work *work);    /* a limit per source that has no tokens left */
/* A limit per source whose packets go on to a rule that passes; as many such limits as a packet may meet. */
void policy_limit_continue(struct work *work);
void policy_limits_continue(struct work *work);
void policy_limit_canary(struct work *work);
void policy_limit_cookie(struct work *work); /* SYNs, all of them over the limit */
/* The same to a socket of this host: listener_open's. */
void policy_limit_cookie_local(struct work *work);
void policy_many_fields(struct work *work); /* one rule that asks about every field */

#endif
