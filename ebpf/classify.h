/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Which rule decides. fw_abi.h tells how an image is read; here is how to read
 * it fast: only fields that some rule depends on are looked up, the first word
 * of the rows is combined on the way, and the first rule that matches is tried
 * inline. A further word, or a rule that matches but does not decide (log,
 * canary, a live set that does not hold), costs a loop.
 */
#ifndef FW_CLASSIFY_H
#define FW_CLASSIFY_H

#include "addresses.h"
#include "event.h"
#include "live.h"

/* A search through the rules that a packet suits, in their order. */
struct fw_search {
	const struct fw_image *image;
	struct fw_packet *pkt;
	__u32 words;
	__u32 end;  /* only rules before this one */
	__u32 rule; /* the one that decided, or FW_NO_SLOT */
};

/* The lowest bit set of a word that is not 0: de Bruijn's sequence, as BPF has no such instruction. */
static __always_inline __u32 lowest_bit(__u64 word)
{
	static const __u8 places[64] = {
		0,  1,	48, 2,	57, 49, 28, 3,	61, 58, 50, 42, 38, 29, 17, 4,
		62, 55, 59, 36, 53, 51, 43, 22, 45, 39, 33, 30, 24, 18, 12, 5,
		63, 47, 56, 27, 60, 41, 37, 16, 54, 35, 52, 21, 44, 32, 23, 11,
		46, 26, 40, 15, 34, 20, 31, 10, 25, 14, 19, 9,	13, 8,	7,  6,
	};

	return places[((word & -word) * 0x03f79d71b4cb0a89ULL) >> 58];
}

/*
 * Rows are kept in the packet's scratch, not on the stack: the verifier does not
 * follow values in maps, and so has one state to look at for what would be many.
 */
static __always_inline void use_row(struct fw_search *search, __u32 row)
{
	struct fw_packet *pkt = search->pkt;
	__u32 place = pkt->row_count;

	row &= FW_MAX_ROWS - 1;
	pkt->candidates &= search->image->rows[row][0];
	/* There are not more sources; the bound is for the verifier. */
	if (place < FW_ROW_SOURCES)
		pkt->rows[place] = row;
	pkt->row_count = place + 1;
}

static __always_inline void use_class(struct fw_search *search, enum fw_field field, __u32 class)
{
	if (search->image->header.fields & (1U << field))
		use_row(search, search->image->classes[class]);
}

#define FW_CLASS(name, has, value) ((has) ? FW_BASE_##name + (value) : FW_ABSENT_##name)

static __always_inline void use_fields(struct fw_search *search)
{
	const struct fw_packet *pkt = search->pkt;
	bool ip = pkt->flags & FW_IS_IP, ports = pkt->flags & FW_HAS_PORTS;
	bool icmp = pkt->flags & FW_HAS_ICMP, tcp = pkt->flags & FW_HAS_TCP;

	use_class(search, FW_FIELD_KIND, FW_BASE_KIND + (pkt->kind & 7));
	use_class(search, FW_FIELD_INTERFACE,
		  FW_BASE_INTERFACE + (pkt->interface & (FW_MAX_INTERFACES - 1)));
	use_class(search, FW_FIELD_VLAN, FW_BASE_VLAN + (pkt->vlan & FW_VLAN_ID_MASK));
	use_class(search, FW_FIELD_PROTO, FW_CLASS(PROTO, ip, pkt->proto));
	use_class(search, FW_FIELD_SPORT, FW_CLASS(SPORT, ports, pkt->sport));
	use_class(search, FW_FIELD_DPORT, FW_CLASS(DPORT, ports, pkt->dport));
	use_class(search, FW_FIELD_FRAGMENT, FW_CLASS(FRAGMENT, ip, pkt->fragment & 3));
	use_class(search, FW_FIELD_TTL, FW_CLASS(TTL, ip, pkt->ttl));
	use_class(search, FW_FIELD_DSCP, FW_CLASS(DSCP, ip, pkt->dscp & 63));
	use_class(search, FW_FIELD_LENGTH, FW_CLASS(LENGTH, ip, pkt->ip_length));
	use_class(search, FW_FIELD_ICMP_TYPE, FW_CLASS(ICMP_TYPE, icmp, pkt->icmp_type));
	use_class(search, FW_FIELD_ICMP_CODE, FW_CLASS(ICMP_CODE, icmp, pkt->icmp_code));
	use_class(search, FW_FIELD_TCP_FLAGS, FW_CLASS(TCP_FLAGS, tcp, pkt->tcp_flags));
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
	use_row(search, row);
}

/* No rule is left: the dearer lookups need not be made. With more words it is not known yet. */
static __always_inline bool is_settled(const struct fw_search *search)
{
	return search->words <= 1 && !search->pkt->candidates;
}

static __always_inline void use_addresses(struct fw_search *search)
{
	const struct fw_packet *pkt = search->pkt;

	/* Rules with addresses leave other kinds out by their kind. */
	if (!(pkt->flags & FW_IS_IP) || is_settled(search))
		return;
	if (pkt->flags & FW_IS_IP6) {
		use_address(search, FW_TABLE_SRC6, pkt->src);
		if (!is_settled(search))
			use_address(search, FW_TABLE_DST6, pkt->dst);
	} else {
		use_address(search, FW_TABLE_SRC4, pkt->src);
		if (!is_settled(search))
			use_address(search, FW_TABLE_DST4, pkt->dst);
	}
}

/* The candidates of one word: what all rows have in common there. */
static __always_inline __u64 word_bits(const struct fw_search *search, __u32 word)
{
	const struct fw_image *image = search->image;
	const struct fw_packet *pkt = search->pkt;
	__u64 bits = ~0ULL;
	__u32 row;

	/* Bounds that the verifier must see right here, not moved out of a loop. */
	asm volatile("" : "+r"(word));
	word &= FW_RULE_WORDS - 1;
	for (__u32 i = 0; i < FW_ROW_SOURCES; i++) {
		if (i >= pkt->row_count)
			break;
		row = pkt->rows[i] & (FW_MAX_ROWS - 1);
		bits &= image->rows[row][word];
	}
	return bits;
}

/* Go to the next word that has candidates. False: there is none. */
static __noinline int next_word(struct fw_search *search)
{
	struct fw_packet *pkt = search->pkt;
	__u32 word = pkt->word;

	for (int n = 1; n < FW_RULE_WORDS; n++) {
		if (++word >= search->words)
			break;
		pkt->candidates = word_bits(search, word);
		if (pkt->candidates) {
			pkt->word = word;
			return true;
		}
	}
	return false;
}

/* A rule matched that lets the search go on: log, or a canary. */
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
		/* Its limit tells what it would have done; one per packet is followed. */
		if (pkt->canary == FW_NO_SLOT)
			pkt->canary = index;
		return 0;
	} else if (rule->action == FW_ACTION_DROP) {
		outcome = FW_OUTCOME_WOULD_DROP;
	}
	report(pkt, header, &decision, outcome);
	return 0;
}

/* Try the next candidate. True: the search is over. */
static __always_inline bool try_candidate(struct fw_search *search)
{
	struct fw_packet *pkt = search->pkt;
	const struct fw_rule *rule;
	__u32 index;

	if (!pkt->candidates && (search->words <= 1 || !next_word(search)))
		return true;
	index = (pkt->word * 64 + lowest_bit(pkt->candidates)) & (FW_MAX_RULES - 1);
	pkt->candidates &= pkt->candidates - 1;
	if (index >= search->end)
		return true;
	rule = &search->image->rules[index];
	if (rule->live[0].set_id && !live_tests_hold(pkt, rule))
		return false;
	if (!(pkt->flags & FW_IS_DRY))
		count_rule(pkt, rule->slot);
	if (rule->flags & FW_RULE_CANARY || rule->action == FW_ACTION_LOG) {
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

/*
 * The index of the first rule before `end` that decides this packet, or
 * FW_NO_SLOT. Counts and reports the rules on its way, and notes the first
 * canary with a limit in pkt.
 */
static __always_inline __u32 classify(struct fw_packet *pkt, const struct fw_image *image,
				      __u32 end)
{
	struct fw_search search = {
		.image = image,
		.pkt = pkt,
		.words = image->header.words,
		.end = end,
		.rule = FW_NO_SLOT,
	};

	if (!end)
		return FW_NO_SLOT;
	pkt->candidates = ~0ULL;
	use_fields(&search);
	use_addresses(&search);
	if (!try_candidate(&search))
		bpf_loop(FW_MAX_RULES, try_next, &search, 0);
	return search.rule;
}

#endif
