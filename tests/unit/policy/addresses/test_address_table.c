// SPDX-License-Identifier: MIT
/* Compiled address tables, walked by the datapath's own code, against a naive longest match. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/policy/compile/addresses/address_table.h"
#include "tests/unit/lib/valgrind.h"
#include "tests/unit/policy/addresses/walked.h"

#define MISS 7

struct table {
	int family;
	struct policy_entry *entries;
	size_t count;
	struct arena arena;
	uint32_t root;
};

/* xorshift64: the same numbers in every run. */
static uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static struct prefix make_prefix(int family, const uint8_t *addr, unsigned length)
{
	struct prefix prefix = {.family = (uint8_t)family, .length = (uint8_t)length};

	for (unsigned i = 0; i < length; i++)
		prefix.addr[i / 8] |= addr[i / 8] & (0x80 >> i % 8);
	return prefix;
}

static void add(struct table *table, const uint8_t *addr, unsigned length, uint32_t row)
{
	table->entries = reallocarray(table->entries, table->count + 1, sizeof(*table->entries));
	table->entries[table->count++] =
		(struct policy_entry){make_prefix(table->family, addr, length), row};
}

static void add_text(struct table *table, const char *text, uint32_t row)
{
	struct prefix prefix;

	cr_assert_eq(prefix_parse(text, &prefix), 0, "%s", text);
	add(table, prefix.addr, prefix.length, row);
}

static int compare_entries(const void *a, const void *b)
{
	const struct policy_entry *left = a, *right = b;

	return prefix_compare(&left->prefix, &right->prefix);
}

static void build(struct table *table)
{
	size_t kept = 0;

	if (table->count)
		qsort(table->entries, table->count, sizeof(*table->entries), compare_entries);
	for (size_t i = 0; i < table->count; i++)
		if (kept == 0 || compare_entries(&table->entries[kept - 1], &table->entries[i]))
			table->entries[kept++] = table->entries[i];
	table->count = kept;
	cr_assert_eq(address_table_build(&table->arena, table->family, table->entries, table->count,
					 MISS, &table->root),
		     0);
}

static void clear(struct table *table)
{
	free(table->entries);
	arena_clear(&table->arena);
}

static uint32_t naive(const struct table *table, const uint8_t *addr)
{
	struct prefix host = prefix_host(table->family, addr);
	uint32_t row = MISS;
	int longest = -1;

	for (size_t i = 0; i < table->count; i++) {
		const struct policy_entry *entry = &table->entries[i];

		if (entry->prefix.length > longest && prefix_contains(&entry->prefix, &host)) {
			longest = entry->prefix.length;
			row = entry->row;
		}
	}
	return row;
}

static void expect_same(struct table *table, const uint8_t *addr)
{
	uint32_t row = walk_table(&table->arena, table->family, table->root, addr),
		 wanted = naive(table, addr);
	struct prefix host = prefix_host(table->family, addr);
	char text[PREFIX_TEXT];

	cr_assert_eq(row, wanted, "%s: row %u, wanted %u (%zu prefixes)",
		     prefix_format(&host, text), row, wanted, table->count);
}

/* Step an address by one, up or down, as one large number. */
static void step(uint8_t *addr, unsigned bytes, int by)
{
	for (unsigned i = bytes; i-- > 0;) {
		addr[i] = (uint8_t)(addr[i] + by);
		if (addr[i] != (by > 0 ? 0 : 255))
			break;
	}
}

/* First and last address of a prefix, and their neighbours. */
static void try_edges(struct table *table, const struct prefix *prefix)
{
	unsigned bytes = table->family == 4 ? 4 : 16;
	uint8_t addr[16];

	memcpy(addr, prefix->addr, 16);
	expect_same(table, addr);
	step(addr, bytes, -1);
	expect_same(table, addr);
	memcpy(addr, prefix->addr, 16);
	for (unsigned i = prefix->length; i < bytes * 8; i++)
		addr[i / 8] |= 0x80 >> i % 8;
	expect_same(table, addr);
	step(addr, bytes, 1);
	expect_same(table, addr);
}

static void try_all_edges(struct table *table)
{
	static const uint8_t lowest[16];
	uint8_t highest[16];

	memset(highest, 255, sizeof(highest));
	expect_same(table, lowest);
	expect_same(table, highest);
	for (size_t i = 0; i < table->count; i++)
		try_edges(table, &table->entries[i].prefix);
}

static void random_addr(uint64_t *seed, uint8_t *addr)
{
	uint64_t words[2] = {next_random(seed), next_random(seed)};

	memcpy(addr, words, sizeof(words));
}

static struct table random_table(int family, size_t count, unsigned fixed, unsigned shortest,
				 uint64_t *seed)
{
	struct table table = {.family = family};
	unsigned bits = family == 4 ? 32 : 128;
	uint8_t addr[16], common[16];

	random_addr(seed, common);
	for (size_t i = 0; i < count; i++) {
		unsigned length = shortest + (unsigned)(next_random(seed) % (bits - shortest + 1));

		random_addr(seed, addr);
		for (unsigned bit = 0; bit < fixed; bit++) {
			addr[bit / 8] &= (uint8_t) ~(0x80 >> bit % 8);
			addr[bit / 8] |= common[bit / 8] & (0x80 >> bit % 8);
		}
		/* Nested ones: cut shorter what is there already. */
		if (i % 4 == 3)
			memcpy(addr, table.entries[i / 2].prefix.addr, 16);
		add(&table, addr, length, (uint32_t)(next_random(seed) % 5) + MISS - 2);
	}
	build(&table);
	return table;
}

/* Sets of many sizes, spread out or within a few bits of each other. */
static void try_random(int family, uint64_t seed)
{
	static const size_t counts[] = {1, 2, 3, 5, 6, 17, 100, 1500};
	size_t last = array_size(counts) - (under_valgrind() ? 1 : 0);
	unsigned bits = family == 4 ? 32 : 128;

	for (size_t c = 0; c < last; c++) {
		for (unsigned fixed = 0; fixed < bits; fixed += bits / 8) {
			unsigned shortest = fixed > 2 ? fixed - 2 : 0;
			struct table table =
				random_table(family, counts[c], fixed, shortest, &seed);
			uint8_t addr[16];

			try_all_edges(&table);
			for (int i = 0; i < 200; i++) {
				random_addr(&seed, addr);
				expect_same(&table, addr);
			}
			clear(&table);
		}
	}
}

Test(address_table, random_sets_of_ipv4)
{
	try_random(4, 0x1234567890abcdef);
}

Test(address_table, random_sets_of_ipv6)
{
	try_random(6, 0xfedcba0987654321);
}

Test(address_table, empty_is_its_miss)
{
	struct table table = {.family = 4};

	build(&table);
	cr_expect_eq(table.root, MISS);
	cr_expect_eq(arena_block_count(&table.arena), 0);
	clear(&table);
}

Test(address_table, the_whole_family)
{
	for (int family = 4; family <= 6; family += 2) {
		struct table table = {.family = family};

		add_text(&table, family == 4 ? "0.0.0.0/0" : "::/0", 3);
		build(&table);
		cr_expect_eq(table.root, 3);
		cr_expect_eq(arena_block_count(&table.arena), 0);
		clear(&table);
	}
}

Test(address_table, the_ends_of_the_families)
{
	static const char *const texts4[] = {"0.0.0.0",		"0.0.0.0/1",	      "128.0.0.0/1",
					     "255.255.255.255", "255.255.255.254/31", "0.0.0.0/31"};
	static const char *const texts6[] = {"::",
					     "::/64",
					     "ffff:ffff:ffff:ffff::/64",
					     "::ffff:ffff:ffff:ffff",
					     "0:0:0:1::",
					     "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
					     "ffff:ffff:ffff:ffff::",
					     "ffff:ffff:ffff:fffe:ffff:ffff:ffff:ffff",
					     "8000::/1"};

	for (unsigned chosen = 0; chosen < 1u << 9; chosen++) {
		struct table four = {.family = 4}, six = {.family = 6};

		for (unsigned i = 0; i < 9; i++) {
			if (i < 6 && chosen >> i & 1)
				add_text(&four, texts4[i], i);
			if (chosen >> i & 1)
				add_text(&six, texts6[i], i);
		}
		build(&four);
		build(&six);
		try_all_edges(&four);
		try_all_edges(&six);
		clear(&four);
		clear(&six);
	}
}

/* Every length of one address, each another row: nothing of it may be lost. */
Test(address_table, nested_to_the_last_bit)
{
	static const uint8_t addr[16] = {0x20, 0x01, 0xd, 0xb8, 0x5a, 0xa5, 0x13, 0x37,
					 0xff, 0xfe, 1,	  2,	3,    4,    5,	  6};

	for (int family = 4; family <= 6; family += 2) {
		struct table table = {.family = family};

		for (unsigned length = 0; length <= (family == 4 ? 32 : 128); length++)
			add(&table, addr, length, length);
		build(&table);
		try_all_edges(&table);
		clear(&table);
	}
}

/* Groups of hosts, halved again and again: as many steps as a walk can have. */
Test(address_table, combs_stay_within_the_steps)
{
	for (int family = 4; family <= 6; family += 2) {
		struct table table = {.family = family};
		unsigned bits = family == 4 ? 32 : 128;

		for (unsigned tooth = 0; tooth < bits; tooth++) {
			uint8_t addr[16] = {0};

			addr[tooth / 8] |= 0x80 >> tooth % 8;
			for (unsigned low = 0; low < 8; low++) {
				addr[bits / 8 - 1] ^= (uint8_t)(low << 1);
				add(&table, addr, bits, low);
			}
			if (tooth < 60) {
				addr[7] |= 5;
				add(&table, addr, bits / 2, 3);
			}
		}
		build(&table);
		try_all_edges(&table);
		cr_expect_leq(table.arena.steps, family == 4 ? FW_WALK_STEPS4 : FW_WALK_STEPS6);
		clear(&table);
	}
}

/* Hosts at the ends of /64s, and /64s next to each other: the seam between the halves. */
Test(address_table, the_seam_of_ipv6)
{
	uint64_t seed = 42;
	struct table table = {.family = 6};

	for (int i = 0; i < 300; i++) {
		uint8_t addr[16] = {0x20, 0x01};

		addr[7] = (uint8_t)(next_random(&seed) % 16);
		if (next_random(&seed) % 2)
			memset(addr + 8, next_random(&seed) % 2 ? 255 : 0, 8);
		else
			addr[15] = (uint8_t)next_random(&seed);
		add(&table, addr, 56 + (unsigned)(next_random(&seed) % 73), (uint32_t)i % 9);
	}
	build(&table);
	try_all_edges(&table);
	clear(&table);
}

/* Memory, where feeds are: hosts spread over everything, and all in one corner. */
Test(address_table, memory_of_large_sets)
{
	uint64_t seed = 99;
	const size_t count = 200000;

	if (under_valgrind())
		return;
	for (unsigned fixed = 0; fixed <= 12; fixed += 12) {
		struct table table = {.family = 4};

		table.entries = malloc(count * sizeof(*table.entries));
		for (size_t i = 0; i < count; i++) {
			uint8_t addr[16];

			random_addr(&seed, addr);
			addr[0] = fixed ? 10 : addr[0];
			addr[1] = fixed ? addr[1] & 15 : addr[1];
			table.entries[i].prefix = make_prefix(4, addr, 32);
			table.entries[i].row = 1;
		}
		table.count = count;
		build(&table);
		cr_expect_lt(arena_block_count(&table.arena) * sizeof(struct fw_block),
			     table.count * 64);
		clear(&table);
	}
}

Test(address_table, tables_share_an_arena)
{
	struct table first = {.family = 4}, second = {.family = 6};

	add_text(&first, "10.0.0.0/8", 1);
	add_text(&second, "2001:db8::/32", 2);
	build(&first);
	second.arena = first.arena;
	build(&second);
	first.arena = second.arena;
	try_all_edges(&first);
	try_all_edges(&second);
	first.arena = (struct arena){0};
	clear(&first);
	clear(&second);
}
