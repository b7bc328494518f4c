// SPDX-License-Identifier: MIT
/* The table of what a host cannot do without: as the docs have it, and what it is made from. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/machine/sockets.h"
#include "daemon/fwd/lockout/needs.h"
#include "daemon/fwd/lockout/network/network.h"

#define MOST_DOCS 200000

/* malloced */
static char *read_file(const char *path)
{
	FILE *file = fopen(path, "re");
	char *text = calloc(1, MOST_DOCS + 1);

	cr_assert(file && text, "%s", path);
	cr_assert_gt(fread(text, 1, MOST_DOCS, file), 0);
	fclose(file);
	return text;
}

Test(needs, docs_have_the_same_words)
{
	char *docs = read_file(SOURCE_DIR "/docs/transactions.md");
	const char *at = strstr(docs, "| what | it applies if | without it |\n|---|---|---|\n");
	char row[512];

	cr_assert(at);
	at = strstr(at, "---|\n") + 5;
	for (size_t i = 0; i < need_count; i++) {
		snprintf(row, sizeof(row), "| %s | %s | %s |\n", needs[i].what, needs[i].when,
			 needs[i].why);
		cr_expect(strncmp(at, row, strlen(row)) == 0, "row %s:\n%sis\n%.200s", needs[i].id,
			  row, at);
		at = strchr(at, '\n') + 1;
	}
	cr_expect_eq(*at, '\n', "the docs have more rows");
	free(docs);
}

Test(needs, each_row_is_whole)
{
	for (size_t i = 0; i < need_count; i++) {
		cr_expect(needs[i].id && needs[i].what && needs[i].when && needs[i].why &&
			  needs[i].make);
		for (size_t j = 0; j < i; j++)
			cr_expect_str_neq(needs[i].id, needs[j].id);
	}
}

Test(needs, raw_protocols)
{
	char folder[] = "/tmp/fwd-unit-net.XXXXXX", path[64], command[64];
	uint64_t raw[4];
	FILE *file;

	cr_assert(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/raw", folder);
	file = fopen(path, "w");
	fputs("  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n"
	      "  89: 00000000:0059 00000000:0000 07 00000000:00000000 00:00000000 00000000     0\n"
	      " 255: 00000000:00FF 00000000:0000 07 00000000:00000000 00:00000000 00000000     0\n"
	      "nonsense\n  1: 00000000:0FFF 00000000:0000 07\n",
	      file);
	fclose(file);
	cr_assert_eq(raw_protocols_read(folder, raw), 0, "without raw6");
	cr_expect_eq(raw[0], 0);
	cr_expect_eq(raw[1], 1ULL << (89 - 64));
	cr_expect_eq(raw[2], 0);
	cr_expect_eq(raw[3], 1ULL << (255 - 192));
	snprintf(command, sizeof(command), "rm -r %s", folder);
	cr_assert_eq(system(command), 0);
}

static struct own_address own(const char *address, unsigned length, int ifindex)
{
	struct own_address ret = {.length = length, .ifindex = ifindex};

	prefix_parse(address, &ret.address);
	return ret;
}

Test(needs, the_address_that_a_peer_sees)
{
	struct own_address items[] = {own("192.0.2.1", 24, 2), own("198.51.100.1", 24, 2),
				      own("2001:db8::1", 64, 2), own("203.0.113.1", 24, 3)};
	const struct own_list list = {items, 4};
	struct prefix remote;

	prefix_parse("198.51.100.9", &remote);
	cr_expect_eq(own_towards(&list, &remote, 2), &items[1].address);
	prefix_parse("203.0.113.9", &remote);
	cr_expect_eq(own_towards(&list, &remote, 2), &items[0].address, "of no network there");
	prefix_parse("2001:db8:9::1", &remote);
	cr_expect_eq(own_towards(&list, &remote, 2), &items[2].address);
	cr_expect_null(own_towards(&list, &remote, 3));
}

/* There may be more packets than are tested: without neighbours the others are of no use. */
Test(needs, neighbours_come_after_the_caller)
{
	static const char *const first[] = {"ssh", "arp", "nd"};

	for (size_t i = 0; i < 3; i++)
		cr_expect_str_eq(needs[i].id, first[i]);
	cr_expect_str_eq(needs[need_count - 1].id, "management");
}
