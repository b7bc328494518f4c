/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Rows: their places, those that a packet's fields select, and their intersection.
 * abi/image.h describes their layout.
 *
 * Much of this is for the verifier, which follows every path through the program:
 * loops without exits, masks instead of bounds, values kept in maps.
 */
#ifndef FW_ROWS_H
#define FW_ROWS_H

#include "ebpf/lib/packet.h"

/* A search through the rules that a packet matches. */
struct fw_search {
	const struct fw_image *image;
	struct fw_packet *pkt;
	__u32 rule; /* the one that decided, or FW_NO_SLOT */
};

/* The location of the rows. mask: of a place there. */
struct fw_words {
	const __u64 *words;
	__u64 mask;
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
 * Results are kept in the packet's scratch, not on the stack: the verifier does
 * not track values in maps, and so has one state to check in place of many.
 */
static __always_inline void use_row(struct fw_search *search, enum fw_source source, __u32 row)
{
	const struct fw_header *header = &search->image->header;
	struct fw_packet *pkt = search->pkt;
	__u32 place = pkt->search.row_count;

	/* There are never more sources; the bound is for the verifier. */
	if (place < FW_ROW_SOURCES)
		pkt->search.rows[place] = header->row_base[source] + row * header->row_words;
	pkt->search.row_count = place + 1;
}

/* The words at a place, masked to the pool. */
static __always_inline const void *words_at(const struct fw_words *pool, __u64 place)
{
	/* Bounds that the verifier must see at this place, not moved out of a loop. */
	asm volatile("" : "+r"(place));
	return pool->words + (place & pool->mask);
}

/* ---- columns ---- */

/*
 * Loops over rows have no exits, for the verifier's sake: the unused places of
 * pkt->search.rows have the row of all rules.
 */
static __always_inline void begin_rows(struct fw_packet *pkt, const struct fw_header *header)
{
#pragma unroll
	for (int i = 0; i < FW_ROW_USUAL; i++)
		pkt->search.rows[i] = header->row_all;
}

static __always_inline void end_rows(struct fw_packet *pkt, const struct fw_header *header)
{
	if (pkt->search.row_count <= FW_ROW_USUAL)
		return;
	for (__u32 i = FW_ROW_USUAL; i < FW_ROW_SOURCES; i++)
		if (i >= pkt->search.row_count)
			pkt->search.rows[i] = header->row_all;
}

/* The columns that have rules of every row. */
static __always_inline __u64 common_columns(const struct fw_packet *pkt,
					    const struct fw_words *pool)
{
	const struct fw_row *row;
	__u64 columns = ~0ULL;

#pragma unroll
	for (int i = 0; i < FW_ROW_USUAL; i++) {
		row = words_at(pool, pkt->search.rows[i]);
		columns &= row->columns;
	}
	if (pkt->search.row_count <= FW_ROW_USUAL)
		return columns;
#pragma unroll
	for (int i = FW_ROW_USUAL; i < FW_ROW_SOURCES; i++) {
		row = words_at(pool, pkt->search.rows[i]);
		columns &= row->columns;
	}
	return columns;
}

struct fw_page {
	__u64 words[FW_PAGE_WORDS];
};

static __always_inline void and_words(__u64 page[FW_PAGE_WORDS], const __u64 *words)
{
	page[0] &= words[0];
	page[1] &= words[1];
	page[2] &= words[2];
	page[3] &= words[3];
}

static __always_inline const __u64 *page_of(const struct fw_words *pool, __u32 row, __u32 base,
					    __u32 column)
{
	const struct fw_row *list = words_at(pool, row);

	return words_at(pool, base + list->pages[column] * FW_PAGE_WORDS);
}

/* Make it the current page. */
static __always_inline void put_page(struct fw_packet *pkt, const struct fw_page *page)
{
	pkt->search.page[0] = page->words[0];
	pkt->search.page[1] = page->words[1];
	pkt->search.page[2] = page->words[2];
	pkt->search.page[3] = page->words[3];
}

static __always_inline const __u64 *words_of(void *maps, __u32 index)
{
	void *inner = bpf_map_lookup_elem(maps, &index);
	__u32 zero = 0;

	return inner ? bpf_map_lookup_elem(inner, &zero) : NULL;
}

static __always_inline bool find_pool(const struct fw_search *search, struct fw_words *ret)
{
	__u32 index = search->pkt->image;

	/* Small rows are used in place. */
	switch (search->image->header.pool) {
	case FW_POOL_MEDIUM:
		ret->words = words_of(&pool_medium, index);
		ret->mask = FW_POOL_MEDIUM_WORDS - 1;
		break;
	case FW_POOL_LARGE:
		ret->words = words_of(&pool_large, index);
		ret->mask = FW_POOL_LARGE_WORDS - 1;
		break;
	case FW_POOL_HUGE:
		ret->words = words_of(&pool_huge, index);
		ret->mask = FW_POOL_HUGE_WORDS - 1;
		break;
	default:
		return false;
	}
	return ret->words;
}

/*
 * The verifier checks global functions once, and not for each path to them. This
 * one ANDs the current page with those of rows beyond the usual ones.
 */
__noinline int fw_and_more(__u32 column)
{
	struct fw_packet *pkt = fw_packet();
	struct fw_search search = {.pkt = pkt};
	struct fw_words pool;
	__u32 base;

	if (!pkt)
		return 0;
	search.image = fw_image(pkt);
	if (!search.image || !find_pool(&search, &pool))
		return 0;
	column &= FW_MAX_COLUMNS - 1;
	base = search.image->header.page_base[column];
#pragma clang loop unroll(disable)
	for (int i = FW_ROW_USUAL; i < FW_ROW_SOURCES; i++)
		and_words(pkt->search.page, page_of(&pool, pkt->search.rows[i], base, column));
	return 0;
}

/* The intersection of all rows in one of several columns. */
static __always_inline struct fw_page and_pages(const struct fw_search *search,
						const struct fw_words *pool, __u32 column)
{
	struct fw_page page = {{~0ULL, ~0ULL, ~0ULL, ~0ULL}};
	struct fw_packet *pkt = search->pkt;
	__u32 base;

	asm volatile("" : "+r"(column));
	column &= FW_MAX_COLUMNS - 1;
	base = search->image->header.page_base[column];
#pragma unroll
	for (int i = 0; i < FW_ROW_USUAL; i++)
		and_words(page.words, page_of(pool, pkt->search.rows[i], base, column));
	if (pkt->search.row_count <= FW_ROW_USUAL)
		return page;
	put_page(pkt, &page);
	fw_and_more(column);
	and_words(page.words, pkt->search.page);
	return page;
}

/* The same for a single column. */
static __always_inline struct fw_page and_rows(const struct fw_packet *pkt,
					       const struct fw_words *pool)
{
	struct fw_page page = {{~0ULL, ~0ULL, ~0ULL, ~0ULL}};

#pragma unroll
	for (int i = 0; i < FW_ROW_USUAL; i++)
		and_words(page.words, words_at(pool, pkt->search.rows[i]));
	if (pkt->search.row_count <= FW_ROW_USUAL)
		return page;
#pragma unroll
	for (int i = FW_ROW_USUAL; i < FW_ROW_SOURCES; i++)
		and_words(page.words, words_at(pool, pkt->search.rows[i]));
	return page;
}

/* The same if one word has all rules: of the usual rows only, and of all. */
static __always_inline __u64 and_usual_words(const struct fw_packet *pkt,
					     const struct fw_words *pool)
{
	__u64 word = ~0ULL;

#pragma unroll
	for (int i = 0; i < FW_ROW_USUAL; i++)
		word &= *(const __u64 *)words_at(pool, pkt->search.rows[i]);
	return word;
}

static __always_inline __u64 and_first_words(const struct fw_packet *pkt,
					     const struct fw_words *pool)
{
	__u64 word = and_usual_words(pkt, pool);

	if (pkt->search.row_count <= FW_ROW_USUAL)
		return word;
#pragma unroll
	for (int i = FW_ROW_USUAL; i < FW_ROW_SOURCES; i++)
		word &= *(const __u64 *)words_at(pool, pkt->search.rows[i]);
	return word;
}

static __always_inline void take_rows(struct fw_packet *pkt, const struct fw_words *pool,
				      __u32 words)
{
	struct fw_page page = {0};

	if (words <= 1)
		page.words[0] = and_first_words(pkt, pool);
	else
		page = and_rows(pkt, pool);
	put_page(pkt, &page);
}

/* The place of the first rule in a page, or FW_PAGE_RULES. */
static __always_inline __u32 first_of(const __u64 page[FW_PAGE_WORDS])
{
	if (page[0])
		return lowest_bit(page[0]);
	if (page[1])
		return 64 + lowest_bit(page[1]);
	if (page[2])
		return 128 + lowest_bit(page[2]);
	if (page[3])
		return 192 + lowest_bit(page[3]);
	return FW_PAGE_RULES;
}

#endif
