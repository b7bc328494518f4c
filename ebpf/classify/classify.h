/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Finds the rule that decides. abi/image.h describes how an image is read; this
 * file reads it fast: only fields that a rule depends on are looked up, only
 * columns in which all rows have rules are combined, and the first rule that
 * matches is tried inline. A rule that matches but does not decide (log, canary, a
 * live test that fails) costs a loop.
 */
#ifndef FW_CLASSIFY_H
#define FW_CLASSIFY_H

#include "ebpf/classify/addresses.h"
#include "ebpf/lib/event.h"
#include "ebpf/classify/frame.h"
#include "ebpf/classify/live.h"
#include "ebpf/classify/rows.h"

/* ---- fields ---- */

/* The number that a class adds to the place in the merge table; if not merged, its row is used. */
static __always_inline __u32 use_class(struct fw_search *search, enum fw_field field, __u32 class)
{
	/* Read each time: in a register, the verifier would track the known bits. */
	const volatile struct fw_header *header = &search->image->header;
	__u32 row;

	if (!(header->fields & (1U << field)))
		return 0;
	row = search->image->classes[class];
	if (header->merged & (1U << field))
		return row;
	use_row(search, (enum fw_source)field, row);
	return 0;
}

/* Masked at once, so that the verifier sees few different sums. The table is small. */
static __always_inline __u32 add(__u32 sum, __u32 more)
{
	sum = (sum + more) & 0xffff;
	asm volatile("" : "+r"(sum));
	return sum;
}

/* The bits that a value of a field can have, of values that are not a power of two. */
#define FW_BITS2(most)	     ((most) | (most) >> 1)
#define FW_BITS4(most)	     (FW_BITS2(most) | FW_BITS2(most) >> 2)
#define FW_BITS8(most)	     (FW_BITS4(most) | FW_BITS4(most) >> 4)
#define FW_VALUE_BITS(count) (FW_BITS8((count)-1) | FW_BITS8((count)-1) >> 8)

/* The class of a packet's value, or of packets without the field. */
#define FW_CLASS(name, count, needs, member)                                  \
	(!(needs) || pkt->info.flags & (needs)                                \
		 ? FW_BASE_##name + (pkt->info.member & FW_VALUE_BITS(count)) \
		 : FW_ABSENT_##name)

/* Returns the place in the merge table. */
static __always_inline __u32 use_classes(struct fw_search *search)
{
	const struct fw_packet *pkt = search->pkt;
	__u32 sum = 0;

#define FW_USE_CLASS(name, ...) \
	sum = add(sum, use_class(search, FW_FIELD_##name, FW_CLASS(name, __VA_ARGS__)));
	FW_FIELDS(FW_USE_CLASS)
#undef FW_USE_CLASS
	return sum;
}

static __always_inline void use_address(struct fw_search *search, enum fw_table table,
					const __u32 *addr)
{
	const struct fw_header *header = &search->image->header;
	__u32 row = header->table_miss[table], number = search->pkt->image;

	if (header->tables & (1U << table))
		row = table < FW_TABLE_SRC6
			      ? row_of4(search->image, number, header->table_root[table], addr)
			      : row_of6(search->image, number, header->table_root[table], addr);
	else if (!row)
		return; /* no rule uses it */
	use_row(search, FW_SOURCE_TABLES + table, row);
}

/* The merged fields' row is known once the pool is. */
static __always_inline void use_merged(struct fw_search *search, const struct fw_words *pool)
{
	const struct fw_header *header = &search->image->header;
	__u32 place = search->pkt->search.merge;
	const __u64 *four;

	if (!header->merged)
		return;
	/* Four row numbers a word. */
	four = words_at(pool, header->merge + place / 4);
	use_row(search, FW_SOURCE_MERGED, (*four >> (place % 4 * 16)) & 0xffff);
}

/* ---- addresses, last as they are expensive ---- */

static __always_inline bool is_small(const struct fw_header *header)
{
	return header->pool == FW_POOL_SMALL;
}

static __always_inline struct fw_words small_pool(const struct fw_image *image)
{
	return (struct fw_words){image->rows, FW_POOL_SMALL_WORDS - 1};
}

/* No rule is left, so lookups can be skipped. With more words this is not known yet. */
static __always_inline bool is_settled(const struct fw_search *search)
{
	const struct fw_header *header = &search->image->header;
	struct fw_words pool = small_pool(search->image);

	return is_small(header) && header->words <= 1 && !and_usual_words(search->pkt, &pool);
}

static __always_inline void use_addresses(struct fw_search *search)
{
	const struct fw_packet *pkt = search->pkt;

	/* Rules with addresses exclude other kinds by their kind. */
	if (!(pkt->info.flags & FW_IS_IP) || is_settled(search))
		return;
	if (pkt->info.flags & FW_IS_IP6) {
		use_address(search, FW_TABLE_SRC6, pkt->info.key.src);
		if (!is_settled(search))
			use_address(search, FW_TABLE_DST6, pkt->info.key.dst);
	} else {
		use_address(search, FW_TABLE_SRC4, pkt->info.key.src);
		if (!is_settled(search))
			use_address(search, FW_TABLE_DST4, pkt->info.key.dst);
	}
}

/* ---- columns ---- */

/*
 * The verifier follows each iteration that a loop can have, so a call searches only a few columns.
 * It is seldom that more of them have rules of all rows.
 */
#define FW_COLUMNS_AT_ONCE 8

/* The columns that are not walked. */
static __always_inline __u64 not_walked(const struct fw_search *search)
{
	return ~0ULL << (search->image->header.walked & 63);
}

/*
 * Find the first match in the next columns that are not walked. All their rules decide. Return true
 * if there are more to search.
 */
static __always_inline bool find_decider(const struct fw_search *search,
					 const struct fw_words *pool)
{
	const struct fw_image *image = search->image;
	struct fw_packet *pkt = search->pkt;
	__u64 columns = pkt->search.columns & not_walked(search);
	__u32 column, place, rank;
	struct fw_page page;

	for (int n = 0; n < FW_COLUMNS_AT_ONCE && columns; n++) {
		column = lowest_bit(columns) & (FW_MAX_COLUMNS - 1);
		columns &= columns - 1;
		if (image->header.first_rank[column] >= pkt->search.end)
			return false;
		page = and_pages(search, pool, column);
		place = first_of(page.words);
		if (place == FW_PAGE_RULES)
			continue;
		place = (column * FW_PAGE_RULES + place) & (FW_MAX_RULES - 1);
		rank = image->ranks[place];
		if (rank < pkt->search.end) {
			pkt->search.end = rank;
			pkt->search.decider = place;
		}
	}
	if (!columns)
		return false;
	pkt->search.columns = (pkt->search.columns & ~not_walked(search)) | columns;
	return true;
}

/* Go to the next walked column. Its page may be empty. False: there is none. */
static __always_inline bool next_column(const struct fw_search *search, const struct fw_words *pool)
{
	struct fw_packet *pkt = search->pkt;
	__u32 walked = search->image->header.walked, column = pkt->search.column + 1;
	struct fw_page page;
	__u64 columns;

	if (column >= walked || column >= FW_MAX_COLUMNS)
		return false;
	columns = pkt->search.columns & (~0ULL << column);
	if (!columns)
		return false;
	column = lowest_bit(columns);
	if (column >= walked)
		return false;
	pkt->search.column = column;
	page = and_pages(search, pool, column);
	put_page(pkt, &page);
	return true;
}

/*
 * The rows of a policy that does not fit into its image, or has several columns. Return true if the
 * columns are to be searched.
 */
static __always_inline bool begin_pool(struct fw_search *search, const struct fw_words *pool)
{
	const struct fw_header *header = &search->image->header;
	struct fw_packet *pkt = search->pkt;

	use_merged(search, pool);
	end_rows(pkt, header);
	if (header->columns <= 1) {
		take_rows(pkt, pool, header->words);
		return false;
	}
	pkt->search.columns = common_columns(pkt, pool);
	return true;
}

/* Return 1 if there are more columns to search. */
static __always_inline int search_columns(struct fw_search *search, const struct fw_words *pool)
{
	const struct fw_header *header = &search->image->header;
	struct fw_page page;

	if (header->columns > header->walked && find_decider(search, pool))
		return 1;
	if (!header->walked)
		return 0;
	/* Even if column 0 is empty: the search for the decider has left its page there. */
	page = and_pages(search, pool, 0);
	put_page(search->pkt, &page);
	return 0;
}

/* The parts that need a policy's pool. */
enum fw_search_step { FW_SEARCH_BEGIN, FW_SEARCH_MORE, FW_SEARCH_NEXT };

/*
 * BEGIN, then MORE for as long as it returns 1. NEXT: go to the next walked column; return 0 if
 * there is none.
 */
__noinline int fw_search_pool(enum fw_search_step step)
{
	struct fw_packet *pkt = fw_packet();
	struct fw_search search = {.pkt = pkt};
	struct fw_words pool;

	if (!pkt)
		return 0;
	search.image = fw_image(pkt);
	if (!search.image || !find_pool(&search, &pool))
		return 0;
	if (step == FW_SEARCH_NEXT)
		return next_column(&search, &pool);
	if (step == FW_SEARCH_BEGIN && !begin_pool(&search, &pool))
		return 0;
	return search_columns(&search, &pool);
}

/* ---- the walk ---- */

enum fw_next { FW_NEXT_RULE, FW_NEXT_COLUMN, FW_NEXT_NONE };

/* Make the next candidate the current one, and remove it from the page. */
static __always_inline enum fw_next next_candidate(struct fw_search *search)
{
	struct fw_packet *pkt = search->pkt;
	__u32 place = first_of(pkt->search.page);

	if (place == FW_PAGE_RULES) {
		if (search->image->header.walked <= 1 || !fw_search_pool(FW_SEARCH_NEXT))
			return FW_NEXT_NONE;
		return FW_NEXT_COLUMN;
	}
	pkt->search.page[(place / 64) & (FW_PAGE_WORDS - 1)] &= ~(1ULL << (place & 63));
	pkt->search.candidate = pkt->search.column * FW_PAGE_RULES + place;
	return FW_NEXT_RULE;
}

/* A rule matched after which the search continues: log, or a canary. */
static __noinline int pass_by(struct fw_packet *pkt, const struct fw_header *header,
			      const struct fw_rule *rule, __u32 index)
{
	enum fw_outcome outcome = FW_OUTCOME_PASS;
	struct fw_decision decision;

	decide_by_rule(&decision, rule);
	if (rule->action == FW_ACTION_LOG) {
		decision.action = FW_ACTION_PASS;
		decision.log = true;
	} else if (rule->limit != FW_NO_SLOT) {
		/* Its limit decides what it would have done; one per packet is followed. */
		if (pkt->canary == FW_NO_SLOT)
			pkt->canary = index;
		return 0;
	} else if (rule->action == FW_ACTION_DROP) {
		outcome = FW_OUTCOME_WOULD_DROP;
	}
	report(pkt, header, &decision, outcome);
	return 0;
}

/* Try the next candidate. True: the walk is over. */
static __always_inline bool try_candidate(struct fw_search *search)
{
	struct fw_packet *pkt = search->pkt;
	const struct fw_rule *rule;
	enum fw_next next;
	__u32 index;

	next = next_candidate(search);
	if (next != FW_NEXT_RULE)
		return next == FW_NEXT_NONE;
	index = pkt->search.candidate & (FW_MAX_RULES - 1);
	if (search->image->ranks[index] >= pkt->search.end)
		return true;
	rule = &search->image->rules[index];
	if (rule->live[0].set_id && !live_tests_hold(pkt, rule))
		return false;
	if (rule->flags & FW_RULE_CANARY || rule->action == FW_ACTION_LOG) {
		if (!(pkt->mode & FW_MODE_DRY))
			count_rule(pkt, rule->slot);
		pass_by(pkt, &search->image->header, rule, index);
		return false;
	}
	search->rule = index;
	return true;
}

static long try_next(__u32 round, void *context)
{
	(void)round;
	return try_candidate(context);
}

static __always_inline void search_pool(void)
{
	enum fw_search_step step = FW_SEARCH_BEGIN;

	for (int n = 0; n < FW_MAX_COLUMNS && fw_search_pool(step); n += FW_COLUMNS_AT_ONCE)
		step = FW_SEARCH_MORE;
}

/* Combine the rows. A policy with few rules has them in the image. */
static __always_inline void begin_search(struct xdp_md *ctx, struct fw_search *search, __u32 end)
{
	const struct fw_header *header = &search->image->header;
	struct fw_words pool = small_pool(search->image);
	struct fw_packet *pkt = search->pkt;

	begin_rows(pkt, header);
	pkt->search.merge = use_classes(search);
	if (is_small(header))
		use_merged(search, &pool);
	use_addresses(search);
	if (header->frame)
		fw_use_frame(ctx);
	pkt->search.end = end;
	pkt->search.decider = FW_NO_SLOT;
	if (is_small(header)) {
		end_rows(pkt, header);
		take_rows(pkt, &pool, header->words);
	} else {
		__builtin_memset(pkt->search.page, 0, sizeof(pkt->search.page));
		search_pool();
	}
}

/*
 * The index of the first rule of a rank below `end` that decides this packet, or
 * FW_NO_SLOT. Counts and reports the rules before it, and records the first
 * canary with a limit in pkt.
 */
static __always_inline __u32 classify(struct xdp_md *ctx, struct fw_packet *pkt,
				      const struct fw_image *image, __u32 end)
{
	struct fw_search search = {
		.image = image,
		.pkt = pkt,
		.rule = FW_NO_SLOT,
	};

	if (!end)
		return FW_NO_SLOT;
	/* After a limit with "continue", the state of the search is in pkt. */
	if (!pkt->resumed)
		begin_search(ctx, &search, end);
	if (image->header.walked && !try_candidate(&search))
		bpf_loop(FW_MAX_RULES + FW_MAX_COLUMNS, try_next, &search, 0);
	if (search.rule == FW_NO_SLOT)
		search.rule = pkt->search.decider;
	if (search.rule != FW_NO_SLOT && !(pkt->mode & FW_MODE_DRY))
		count_rule(pkt, image->rules[search.rule & (FW_MAX_RULES - 1)].slot);
	return search.rule;
}

#endif
