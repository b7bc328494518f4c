// SPDX-License-Identifier: MIT
/* Packets of management.allow: those of the running policy and of the next one, and too many. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "daemon/fwd/lockout/need_probes.h"

#define SOURCES 64 /* of an entry */

static struct config *running, *next;
static struct probe_list list;
static struct errors errs;

/* Entries of 64 sources each, from 10.FIRST.0.0 up. */
static struct config *make_config(unsigned first, unsigned entries)
{
	struct document *document;
	struct config *config = NULL;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	fputs("{\"interfaces\": {\"eth0\": {}}, \"management\": {\"allow\": [", out);
	for (unsigned i = 0; i < entries; i++) {
		fprintf(out, "%s{\"proto\": \"tcp\", \"dport\": 22, \"src\": [", i ? ", " : "");
		for (unsigned j = 0; j < SOURCES; j++)
			fprintf(out, "%s\"10.%u.0.%u\"", j ? ", " : "", first + i, j + 1);
		fputs("]}", out);
	}
	fputs("]}}", out);
	fclose(out);
	cr_assert_eq(document_read_text("test", text, size, &document, &errs), 0);
	cr_assert_eq(config_parse(document, NULL, &config, &errs), 0);
	document_free(document);
	free(text);
	return config;
}

/* For an interface that no route leads to: only management.allow applies. */
static void make_probes(void)
{
	static const struct port_list ports = {.items = {{.name = "eth0", .ifindex = 99999}},
					       .count = 1};
	const struct lockout lockout = {.running = running, .next = next};

	cr_assert_eq(probes_make(&lockout, &ports, &list, &errs), 0);
}

static bool is_noted(void)
{
	for (size_t i = 0; i < errs.count; i++)
		if (strcmp(errs.list[i].message,
			   "it was not checked whether this cuts off some of management.allow: "
			   "there are more than 1024 packets to test") == 0)
			return errs.list[i].code == ERROR_UNCHECKED;
	return false;
}

static void tear_down(void)
{
	probes_clear(&list);
	errors_clear(&errs);
	running = config_free(running);
	next = config_free(next);
}

TestSuite(management, .fini = tear_down);

Test(management, entries_of_both_are_tested_once)
{
	running = make_config(0, 10);
	next = make_config(1, 10);
	make_probes();
	cr_expect_eq(list.count, 11 * SOURCES, "%zu", list.count);
	cr_expect(!is_noted());
}

Test(management, as_many_as_are_tested)
{
	running = make_config(0, 16);
	next = make_config(0, 16);
	make_probes();
	cr_expect_eq(list.count, MAX_PROBES);
	cr_expect(!is_noted());
}

Test(management, too_many)
{
	running = make_config(0, 16);
	next = make_config(1, 16);
	make_probes();
	cr_expect_eq(list.count, MAX_PROBES);
	cr_expect(is_noted());
}
