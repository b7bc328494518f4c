/* SPDX-License-Identifier: MIT */
/* fwd's chain with a policy, as it runs on one interface; nothing is attached or pinned. */
#ifndef BENCH_CHAIN_H
#define BENCH_CHAIN_H

#include "common/policy/compile/policy.h"
#include "daemon/fwd/datapath/attach/attachments.h"
#include "daemon/fwd/datapath/buckets/limit_state.h"
#include "daemon/fwd/datapath/counters/counters.h"
#include "daemon/fwd/datapath/datapath.h"
#include "daemon/fwd/datapath/explain/explain.h"
#include "daemon/fwd/datapath/explain/testing.h"
#include "daemon/fwd/datapath/generation/generation.h"
#include "daemon/fwd/datapath/panic/panic_switch.h"
#include "daemon/fwd/datapath/trial/trial.h"

#define CHAIN_INTERFACE 1 /* the slot of the only interface */

struct entry_bpf;

struct chain {
	struct datapath *dp;
	struct fw_state *state; /* mapped */
	struct entry_bpf *entry;
	struct slots *slots; /* of the policy that was applied last */
};

/* All explain on stderr and return 0 or a negative errno. */
int chain_open(struct chain *chain);
int chain_apply(struct chain *chain, const char *config);
void chain_close(struct chain *chain);

int chain_entry_fd(const struct chain *chain);

/* Packets that left with a reason, whatever the outcome. */
uint64_t chain_count(const struct chain *chain, enum fw_reason reason);

/* Put sources into the block list, for ever. */
int chain_block4(struct chain *chain, const uint32_t *addresses, size_t count);
int chain_unblock_all4(struct chain *chain, const uint32_t *addresses, size_t count);

#endif
