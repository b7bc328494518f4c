/* SPDX-License-Identifier: MIT */
/*
 * Sets of five-tuple rules that look like real ones, in the manner of ClassBench
 * (Taylor and Turner, INFOCOM 2005): addresses nest and repeat, well-known
 * ports are more frequent than others. Same seed, same set.
 */
#ifndef BENCH_RULESET_H
#define BENCH_RULESET_H

#include <stdbool.h>
#include <stdio.h>

#include "tests/bench/bench_abi.h"
#include "tests/bench/lib/random.h"

enum profile {
	PROFILE_ACL,	 /* access lists: destinations specific, source ports free */
	PROFILE_FW,	 /* firewalls: many wildcards on both sides */
	PROFILE_IPC,	 /* chains of a packet filter: pairs of networks and hosts */
	PROFILE_HARD,	 /* wildcards, and port ranges that are all different and overlap */
	PROFILE_UNIFORM, /* all fields at random */
	PROFILE_MAX
};

/* All in host order. Parsed as ruleset_config() writes it. */
struct ruleset {
	struct bench_rule *rules;
	unsigned count;
	struct random random;
};

/* The last rule is for everything if there is more than one. NULL: no memory. */
struct ruleset *ruleset_make(enum profile profile, unsigned count, uint64_t seed);
struct ruleset *ruleset_free(struct ruleset *set);

const char *profile_name(enum profile profile);

/*
 * A whole config: rule n is "rN", and drops. feed: a set file whose sources are dropped by
 * rule "feed" before all others; or NULL.
 */
void ruleset_config(const struct ruleset *set, const char *feed, FILE *out);

/* The same for nftables, at the ingress hook of device fwb. */
void ruleset_nft(const struct ruleset *set, FILE *out);

/* The first rule that a key matches, by trying one after the other; count: none. */
unsigned ruleset_match(const struct ruleset *set, const struct bench_key *key);

/* A key in a random rule but the last (which others before it may take). */
struct bench_key ruleset_key(struct ruleset *set);

/* A key with each field of another rule, which only the last rule takes if that can be found. */
struct bench_key ruleset_far_key(struct ruleset *set);

#endif
