// SPDX-License-Identifier: MIT
#include "tests/bpf/random/random.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/bpf/random/random_match.h"

/* onward: percent of rules with a limit that goes on. Not many, as a packet can meet 4. */
static void write_rule(FILE *out, struct random *random, unsigned number, unsigned onward)
{
	static const char *const on[] = {"on", "on_each", "on_both", "on_over"};
	static const char *const actions[] = {
		"'action': 'pass'", "'action': 'drop'", "'action': 'drop'", "'action': 'pass'",
		"'limit': 'all'",   "'limit': 'each'",	"'action': 'log'"};
	bool goes_on = chance(random, onward);

	fprintf(out, "%s{'id': 'r%u', ", number ? ",\n" : "", number);
	if (goes_on)
		fprintf(out, "'limit': '%s', ", on[below(random, 4)]);
	else
		fprintf(out, "%s, ", actions[below(random, 7)]);
	if (chance(random, 20))
		fprintf(out, "'priority': %d, ", (int)below(random, 7) - 3);
	if (chance(random, 5))
		fputs("'enabled': false, ", out);
	if (chance(random, 8))
		fputs("'enforce': false, ", out);
	fputs("'match': {", out);
	/* Some take all, so that packets meet several. */
	if (!goes_on || !chance(random, 20))
		write_match(out, random);
	fputs("}}", out);
}

/*
 * Mostly few elements, of one family or both, or none; now and then so many that tables get
 * levels, and maps of their own.
 */
static void write_sets(FILE *out, struct random *random)
{
	static const unsigned many[] = {100, 500, 3000};
	static const int families[] = {0, 0, 4, 6};

	fputs("'sets': {", out);
	for (unsigned i = 0; i < LIVE_SETS; i++) {
		fprintf(out, "'s%u': {'elements': ", i);
		write_prefixes(out, random, families[below(random, 4)],
			       chance(random, 4) ? many[below(random, 3)] : below(random, 12));
		fputs("}, ", out);
	}
	fputs("'s3': {'live': true}, 's4': {'live': true}},\n", out);
}

/* Limits: what is the same in each policy, but for the rates. */
static const struct {
	const char *name;
	bool bytes;
	const char *per; /* with what else there is */
} limits[] = {
	{"all", false, "'per': 'rule'"},
	{"each", true, "'per': 'src/24,48'"},
	{"on", false, "'within': 'continue'"},
	{"on_each", true, "'per': 'src/16,40', 'within': 'continue'"},
	{"on_both", false, "'per': ['src/9,33', 'rule'], 'within': 'continue'"},
	{"on_over", false, "'per': 'dst/8,32', 'within': 'continue', 'over': 'pass'"},
};

/*
 * Of a third of the policies the bursts are soon used up, and nothing comes back; those of the
 * others never are.
 */
static void write_limits(FILE *out, struct random *random)
{
	bool scarce = chance(random, 35);

	fputs("'limits': {", out);
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		unsigned burst =
			limits[i].bytes ? 1514 + below(random, 6000) : 1U << below(random, 7);

		fprintf(out, "%s'%s': {'max': 8192, ", i ? ",\n" : "", limits[i].name);
		if (!scarce)
			fputs(limits[i].bytes ? "'rate': '1GB/s', 'burst': '100GB'"
					      : "'rate': '1000000/s', 'burst': 100000000",
			      out);
		else if (limits[i].bytes)
			fprintf(out, "'rate': '1kB/h', 'burst': '%uB'", burst);
		else
			fprintf(out, "'rate': '10/h', 'burst': %u", burst);
		fprintf(out, ", %s}", limits[i].per);
	}
	fputs("},\n", out);
}

static void write_top(FILE *out, struct random *random)
{
	static const char *const words[] = {"pass", "drop"};

	fprintf(out, "{'enforce': %s,\n", chance(random, 80) ? "true" : "false");
	fprintf(out, "'defaults': {'action': '%s', 'malformed': '%s', 'non_ip': '%s'},\n",
		words[below(random, 2)], words[chance(random, 80)], words[below(random, 2)]);
	fputs("'interfaces': {'lan': {'zone': 'inside'}, 'wan': {'zone': 'outside'}},\n", out);
	write_limits(out, random);
	if (chance(random, 30)) {
		fputs("'permitted_cidrs': ", out);
		write_prefixes(out, random, 0, below(random, 4));
		fputs(",\n", out);
	}
}

char *random_policy(struct random *random)
{
	static const unsigned counts[] = {0,  1,   3,	8,   20,  63,  64,   65,
					  66, 150, 255, 256, 257, 600, 1500, 5000};
	unsigned count = counts[below(random, sizeof(counts) / sizeof(counts[0]))];
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	write_top(out, random);
	write_sets(out, random);
	fputs("'management': {'allow': [", out);
	for (unsigned i = below(random, 3); i > 0; i--) {
		fputs("{", out);
		write_match(out, random);
		fprintf(out, "}%s", i > 1 ? ", " : "");
	}
	fputs("]},\n'rules': [\n", out);
	for (unsigned i = 0; i < count; i++)
		write_rule(out, random, i, count < 10 ? 40 : 600 / count);
	fputs("]}\n", out);
	fclose(out);
	return text;
}
