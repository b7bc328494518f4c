/* SPDX-License-Identifier: MIT */
/*
 * The state of limits. Each limit with keys has a bucket table, an array as large as
 * its `max` needs, mapped into our memory. A changed limit gets another table (or side of map
 * rule_buckets), with its buckets converted: so packets never use a bucket of the old rate with
 * the price of the new one. fw_limit.table is the one that an image uses.
 */
#ifndef FWD_DATAPATH_BUCKETS_H
#define FWD_DATAPATH_BUCKETS_H

#include "daemon/fwd/datapath/internal.h"

/* The table of each limit of a policy, and the ones that were made for it. */
struct bucket_plan {
	uint16_t tables[FW_MAX_LIMITS];
	bool made[2 * FW_MAX_LIMITS];
};

/* Map the tables that an earlier fwd left, and rule_buckets; fill in map `secrets` if we made it. */
int buckets_open(struct datapath *dp);
void buckets_close(struct datapath *dp);

/*
 * Before the switch: make the tables that a policy needs, and fill them from the current ones.
 * On failure nothing is changed.
 */
int buckets_prepare(struct datapath *dp, const struct policy *policy, struct bucket_plan *ret,
		    struct errors *errs);

/* For a candidate: it sees the buckets of limits that it does not change. */
void buckets_plan_candidate(const struct datapath *dp, const struct policy *policy,
			    struct bucket_plan *ret);

/* Undo it: the policy is not applied. */
void buckets_abandon(struct datapath *dp, const struct bucket_plan *plan);

/* After the switch, to image `seen`: transfer what packets took from old buckets meanwhile. */
void buckets_settle(struct datapath *dp, const struct policy *policy, const struct fw_image *before,
		    const struct fw_image *now);

/* Free the tables that no policy uses any more; those that a deadline may return to are kept. */
void buckets_free_unused(struct datapath *dp);

/* A policy was taken back: the buckets of the one before it continue. */
void buckets_returned(struct datapath *dp);

/* ---- rule_buckets.c ---- */

/*
 * Before the switch: give the rules of an image their current buckets, under their new limits;
 * rules without one get a full one. tables: the table of each limit, by slot.
 */
void rule_buckets_take_over(struct datapath *dp, const struct fw_image *image,
			    const uint16_t *tables);
/*
 * After it: transfer what packets took from the other sides meanwhile, of rules with an earlier
 * bucket.
 */
void rule_buckets_catch_up(struct datapath *dp, const struct fw_image *before,
			   const struct fw_image *image);
/* The sides that an image uses become the rules', also if others were written since. */
void rule_buckets_hold(struct datapath *dp, const struct fw_image *image);
/*
 * Write the current time to buckets that were full for long, before the clock wraps to their time.
 */
void rule_buckets_sweep(struct datapath *dp, const struct fw_image *image);

/* ---- bucket_convert.c ---- */

/* How much a bucket holds (as fw_limit.idle), and the reference of that. */
uint64_t bucket_start(const struct fw_limit *limit, uint64_t now);
int64_t bucket_rank(const struct fw_limit *limit, uint64_t a, uint64_t b, uint64_t start);

/* The words of a bucket that is full. */
struct bucket_words {
	uint64_t a;
	uint64_t b;
};
struct bucket_words bucket_fresh(const struct fw_limit *limit, uint64_t now);

/* Can a level's buckets continue as those of another limit's level? */
bool bucket_converts(const struct fw_limit *from, const struct fw_limit *to, unsigned from_level,
		     unsigned to_level);

/* A bucket's words under the other rate: with the same number of packets, at most the burst. */
struct bucket_words bucket_convert(const struct fw_limit *from, const struct fw_limit *to,
				   unsigned from_level, unsigned to_level,
				   struct bucket_words words, uint64_t now);

/* Raise the words of a bucket in use to at least these. */
void bucket_merge(const struct fw_limit *limit, __u64 *a, __u64 *b, struct bucket_words words,
		  uint64_t now);

/* Put all buckets of a table into another, whose limit may have another rate, or size. */
void bucket_table_copy(const struct fw_limit *from, const struct bucket_table *source,
		       const struct fw_limit *to, struct bucket_table *target, uint64_t now);

#endif
