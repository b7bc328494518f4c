// SPDX-License-Identifier: MIT
#include "tests/bpf/load/load.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#define RULE(rule, outcome)                                       \
	{                                                         \
		rule, FW_OUTCOME_##outcome, FW_REASON_RULE, false \
	}

const struct load_probe load_probes[LOAD_PROBES] = {
	{"a source in a set",
	 {RULE("small-set", DROP), RULE("tiny-set", PASS), RULE("medium-set", DROP),
	  RULE("large-set", PASS)}},
	{"the same, IPv6",
	 {RULE("small-set6", DROP), RULE("tiny-set6", PASS), RULE("medium-set6", DROP),
	  RULE("large-set6", PASS)}},
	{"a port, then a limit",
	 {{"small-limit", FW_OUTCOME_DROP, FW_REASON_OVER_LIMIT, true},
	  {"tiny-limit", FW_OUTCOME_PASS, FW_REASON_WITHIN_LIMIT, true},
	  RULE("medium-limit", DROP),
	  {"large-limit", FW_OUTCOME_PASS, FW_REASON_WITHIN_LIMIT, true}}},
	{"a destination",
	 {RULE("small-to", PASS), RULE("tiny-to", DROP), RULE("medium-to", PASS),
	  RULE("large-to", DROP)}},
	{"always allowed",
	 {RULE("allowed", PASS), RULE("allowed", PASS), RULE("allowed", PASS),
	  RULE("allowed", PASS)}},
	{"always denied",
	 {RULE("denied", DROP), RULE("denied", DROP), RULE("denied", DROP), RULE("denied", DROP)}},
};

static const struct shape {
	const char *name;
	unsigned fillers;  /* rules before and between those of the probes */
	unsigned few;	   /* the same, if all is to be small */
	unsigned prefixes; /* of the set, in addition to those that the probes are in */
	const char *action;
	const char *rate; /* of the limit that all have */
	const char *burst;
	const char *set_action;
	const char *set4, *set6; /* where the probes come from, as the set has it */
	const char *to;		 /* where they go */
	const char *to_action;
} shapes[LOAD_POLICIES] = {
	{"small", 30, 30, 2, "pass", "1/h", "1", "drop", "192.0.2.0/24", "2001:db8:1::/48",
	 "203.0.113.9/32", "pass"},
	{"tiny", 0, 0, 0, "drop", "1000000000/s", "1000000000", "pass", "192.0.0.0/17",
	 "2001:db8:1::6/127", "203.0.112.0/20", "drop"},
	{"medium", 500, 60, 3000, "pass", "5/h", "5", "drop", "192.0.0.0/16", "2001:db8::/40",
	 "203.0.113.8/31", "pass"},
	{"large", 3000, 90, 60000, "drop", "1000000000/s", "1000000000", "pass", "192.0.2.7/32",
	 "2001:db8:1::7/128", "203.0.113.0/24", "drop"},
};

/* Rules that no probe comes to: of other sources, and of ports that make rows differ. */
static void write_fillers(FILE *out, unsigned first, unsigned end)
{
	for (unsigned i = first; i < end; i++)
		fprintf(out,
			"{'id': 'f%u', 'match': {'proto': 'udp',"
			" 'src': ['10.%u.%u.0/24', '2001:db8:ff:%x::/64'],"
			" 'dst': ['10.%u.%u.0/24', '2001:db8:fe:%x::/64'], 'dport': '%u-%u'},"
			" 'action': '%s'},\n",
			i, i / 256, i % 256, i, i % 256, i / 256, i, i * 7 % 9000,
			i * 7 % 9000 + i % 64, i % 2 ? "pass" : "drop");
}

static void write_set(FILE *out, const struct shape *shape, unsigned prefixes)
{
	fprintf(out, "'sets': {'watched': {'elements': ['%s', '%s'", shape->set4, shape->set6);
	for (unsigned i = 0; i < prefixes; i++)
		fprintf(out, ", '%u.%u.%u.%u/32'", 20 + i * 7 % 100, i / 256 % 256, i % 256,
			i * 13 % 256);
	fputs("]}},\n", out);
}

/* The probes' rules, between fillers. */
static void write_rules(FILE *out, const struct shape *shape, unsigned fillers)
{
	const char *name = shape->name;

	fputs("'rules': [\n", out);
	write_fillers(out, 0, fillers / 2);
	fputs("{'id': 'allowed', 'match': {'proto': 'udp', 'dport': 8000}, 'action': 'pass'},\n"
	      "{'id': 'denied', 'match': {'proto': 'udp', 'dport': 9000}, 'action': 'drop'},\n",
	      out);
	if (strcmp(name, "medium") == 0)
		fprintf(out, "{'id': '%s-limit', 'match': {'dport': 7000}, 'action': 'drop'},\n",
			name);
	else
		fprintf(out, "{'id': '%s-limit', 'match': {'dport': 7000}, 'limit': 'shared'},\n",
			name);
	/* A rule that comes again starts full: so that it owes its packet, it is there all the time. */
	if (strcmp(name, "small") != 0)
		fputs("{'id': 'small-limit', 'match': {'dport': 7001}, 'limit': 'slow'},\n", out);
	write_fillers(out, fillers / 2, fillers);
	fprintf(out,
		"{'id': '%s-set', 'match': {'family': 'ipv4', 'src': '@watched', 'dport': '50-60'},"
		" 'action': '%s'},\n"
		"{'id': '%s-set6', 'match': {'family': 'ipv6', 'src': '@watched', 'dport': "
		"'50-60'},"
		" 'action': '%s'},\n"
		"{'id': '%s-to', 'match': {'dst': '%s', 'dport': 100}, 'action': '%s'}]}\n",
		name, shape->set_action, name, shape->set_action, name, shape->to,
		shape->to_action);
}

static char *policy_text(const struct shape *shape, bool small)
{
	unsigned fillers = small ? shape->few : shape->fillers;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	fprintf(out,
		"{'enforce': true, 'events': {'rate': '1/h'},"
		" 'interfaces': {'wan': {'mode': 'native', 'zone': 'outside'}},"
		" 'defaults': {'action': '%s'},"
		" 'limits': {'shared': {'rate': '%s', 'burst': %s},"
		" 'slow': {'rate': '1/h', 'burst': 1}},\n",
		shape->action, shape->rate, shape->burst);
	write_set(out, shape, small ? 20 : shape->prefixes);
	write_rules(out, shape, fillers);
	fclose(out);
	return text;
}

/* After the names of all of them: no apply gives a slot to a new name, so counters go on. */
static bool compile_all(struct load *load, const struct slots *known, bool small)
{
	for (unsigned p = 0; p < LOAD_POLICIES; p++) {
		char *text = policy_text(&shapes[p], small);
		struct config *config = NULL;
		struct errors errs = {0};
		struct policy *policy = NULL;
		bool good = compile(text, known, &config, &policy, &errs);

		if (!good)
			errors_print(&errs, stdout, false);
		errors_clear(&errs);
		config_free(config);
		free(text);
		if (!check(load->test, good, shapes[p].name, "is refused"))
			return false;
		policy_free(load->policies[p]);
		load->policies[p] = policy;
		known = policy->slots;
	}
	return true;
}

static void find_slots(struct load *load)
{
	for (unsigned p = 0; p < LOAD_POLICIES; p++)
		for (unsigned i = 0; i < LOAD_PROBES; i++)
			load->slots[i][p] = (unsigned)slots_find(
				load->policies[p]->slots, FW_NAME_RULE, load_probes[i].rules[p].id);
	load->limit = (unsigned)slots_find(load->policies[0]->slots, FW_NAME_LIMIT, "shared");
}

/* Which generation is whose, and packets that take what tokens there are. */
static bool start(struct load *load)
{
	bool good = true;

	for (unsigned p = 0; p < LOAD_POLICIES && good; p++) {
		good = load_apply(load, p);
		for (unsigned i = 0; i < LOAD_PROBES && good; i++)
			good = datapath_run(load->test->dp, load->test->ifindex,
					    load->frames[i].bytes, load->frames[i].length, 100,
					    NULL, NULL) == 0;
	}
	return good;
}

bool load_open(struct load *load, struct test *test, bool small)
{
	const struct frame frames[LOAD_PROBES] = {udp4(1, 53),	udp6(1, 53),   udp4(1, 7000),
						  udp4(1, 100), udp4(1, 8000), udp4(1, 9000)};
	const struct slots *before = test->policy ? test->policy->slots : NULL;

	*load = (struct load){.test = test, .socket = -1, .explain = PTHREAD_MUTEX_INITIALIZER};
	memcpy(load->frames, frames, sizeof(frames));
	load->images = mmap(NULL, 2 * sizeof(*load->images), PROT_READ | PROT_WRITE, MAP_SHARED,
			    datapath_map(test->dp, "images"), 0);
	if (!check(test, load->images != MAP_FAILED, "images", "cannot be mapped"))
		return false;
	/* Twice: the first time, each makes the next one's names known. */
	if (!compile_all(load, before, small))
		return false;
	for (unsigned p = 0; p < LOAD_POLICIES; p++)
		if (!load_apply(load, p))
			return false;
	if (!compile_all(load, load->policies[LOAD_POLICIES - 1]->slots, small))
		return false;
	find_slots(load);
	return start(load);
}

void load_close(struct load *load)
{
	for (unsigned p = 0; p < LOAD_POLICIES; p++)
		policy_free(load->policies[p]);
	if (load->images && load->images != MAP_FAILED)
		munmap(load->images, 2 * sizeof(*load->images));
}

bool load_apply(struct load *load, unsigned p)
{
	uint32_t first = load->images[0].header.generation;
	uint32_t second = load->images[1].header.generation;
	uint32_t next = (first > second ? first : second) + 1;
	struct errors errs = {0};
	int err;

	__atomic_store_n(&load->owners[next % LOAD_GENERATIONS], (uint8_t)p, __ATOMIC_RELEASE);
	err = policy_apply(load->test->dp, load->policies[p], &errs);
	if (err)
		errors_print(&errs, stdout, false);
	errors_clear(&errs);
	return check(load->test, err == 0, "apply", "%s", strerror(-err));
}
