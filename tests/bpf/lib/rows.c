// SPDX-License-Identifier: MIT
/* Checking rows and other statements, and counting them. */
#include "tests/bpf/lib/harness.h"

#include <linux/bpf.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tests/bpf/lib/snapshot.h"

bool check(struct test *test, bool good, const char *name, const char *format, ...)
{
	va_list args;

	if (good) {
		test->passed++;
		return true;
	}
	test->failed++;
	printf("FAIL  %s: %s: ", test->group, name);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
	return false;
}

bool check_equal(struct test *test, uint64_t is, uint64_t wanted, const char *name)
{
	return check(test, is == wanted, name, "%llu instead of %llu", (unsigned long long)is,
		     (unsigned long long)wanted);
}

void skip_test(struct test *test, const char *name, const char *why)
{
	test->skipped++;
	printf("skip  %s: %s: %s\n", test->group, name, why);
}

/* What a row is compared with; the text of the first thing that is wrong. */
struct finding {
	struct test *test;
	const struct row *row;
	char text[256];
};

static void wrong(struct finding *finding, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void wrong(struct finding *finding, const char *format, ...)
{
	va_list args;

	if (finding->text[0])
		return;
	va_start(args, format);
	vsnprintf(finding->text, sizeof(finding->text), format, args);
	va_end(args);
}

static const char *rule_name(const struct test *test, unsigned slot)
{
	const char *name = NULL;

	if (test->policy && slot != FW_NO_SLOT)
		name = slots_name(test->policy->slots, FW_NAME_RULE, slot);
	return name ? name : "none";
}

/* Is it one of the names in a text? */
static bool names_have(const char *names, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = names; (at = strstr(at, name)); at += length)
		if ((at == names || at[-1] == ' ') && (at[length] == ' ' || !at[length]))
			return true;
	return false;
}

/* The limits that went on. */
static void compare_way(struct finding *finding, const struct fw_explanation *is)
{
	const struct slots *slots = finding->test->policy ? finding->test->policy->slots : NULL;
	const char *wanted = finding->row->way ? finding->row->way : "";
	char text[200] = "";
	size_t used = 0;

	for (unsigned i = 0; slots && i < is->way_count && used < sizeof(text); i++) {
		const char *name = slots_name(slots, FW_NAME_LIMIT, is->way[i].limit);

		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s", i ? " " : "",
					 name ? name : "?");
		if (!is->way[i].has_bucket)
			wrong(finding, "limit %s on the way has no bucket", name ? name : "?");
	}
	if (strcmp(text, wanted) != 0)
		wrong(finding, "went on by limits \"%s\", wanted \"%s\"", text, wanted);
}

static void compare_explanation(struct finding *finding)
{
	const struct row *row = finding->row;
	struct test *test = finding->test;
	struct fw_explanation is;
	int err = datapath_explain(test->dp, JUDGE_RUNNING, test->ifindex, row->frame.bytes,
				   row->frame.length, &is);

	if (err) {
		wrong(finding, "not explained: %s", strerror(-err));
		return;
	}
	if (is.outcome != row->outcome || is.reason != row->reason)
		wrong(finding, "explained as %s, %s; wanted %s, %s", outcome_names[is.outcome],
		      reason_names[is.reason], outcome_names[row->outcome],
		      reason_names[row->reason]);
	if (strcmp(rule_name(test, is.rule), row->rule ? row->rule : "none") != 0)
		wrong(finding, "explained by rule %s, wanted %s", rule_name(test, is.rule),
		      row->rule ? row->rule : "none");
	compare_way(finding, &is);
}

static unsigned interface_slot(const struct test *test)
{
	const char *name = test->ifindex == test->wan	? "wan"
			   : test->ifindex == test->lan ? "lan"
							: NULL;
	int slot =
		name && test->policy ? slots_find(test->policy->slots, FW_NAME_INTERFACE, name) : 0;

	return slot > 0 ? slot : 0;
}

/* Exactly one reason counter has moved, by this packet. */
static void compare_reasons(struct finding *finding, const struct snapshot *before,
			    const struct snapshot *after)
{
	const struct row *row = finding->row;
	size_t wanted =
		(interface_slot(finding->test) * FW_REASON_MAX + row->reason) * FW_OUTCOME_MAX +
		row->outcome;

	for (size_t i = 0; i < SNAPSHOT_REASONS; i++) {
		uint64_t packets = after->reasons[i].packets - before->reasons[i].packets;
		uint64_t bytes = after->reasons[i].bytes - before->reasons[i].bytes;
		uint64_t times = i == wanted;

		if (packets != times || bytes != times * row->frame.length)
			wrong(finding,
			      "counter %s, %s, interface %zu moved by %llu packets, %llu bytes",
			      reason_names[i / FW_OUTCOME_MAX % FW_REASON_MAX],
			      outcome_names[i % FW_OUTCOME_MAX], i / FW_OUTCOME_MAX / FW_REASON_MAX,
			      (unsigned long long)packets, (unsigned long long)bytes);
	}
}

/* A later fragment whose first one is known names that one's rule, but matched none itself. */
static void compare_rules(struct finding *finding, const struct snapshot *before,
			  const struct snapshot *after)
{
	const struct row *row = finding->row;
	bool counts = row->reason != FW_REASON_FRAGMENT && !row->follows;

	for (unsigned i = 0; i < FW_MAX_RULE_SLOTS; i++) {
		uint64_t packets =
			after->rules[i].matched.packets - before->rules[i].matched.packets;
		const char *name = rule_name(finding->test, i);
		bool wanted = (row->rule && counts && strcmp(name, row->rule) == 0) ||
			      (row->also && names_have(row->also, name));

		if (packets != wanted)
			wrong(finding, "rule %s counted %llu packets", name,
			      (unsigned long long)packets);
	}
}

/* A drop is reported, or counted as not reported. Rules that log have rows of their own. */
static void compare_events(struct finding *finding, const struct snapshot *before,
			   const struct snapshot *after)
{
	const struct policy *policy = finding->test->policy;
	uint64_t due = 0;

	for (unsigned i = 0; policy && i < policy->image->header.rules; i++)
		if (policy->image->rules[i].flags)
			return;
	for (int i = 0; i < FW_EVENTS_MAX; i++)
		due += after->events.count[i] - before->events.count[i];
	if (due != (finding->row->outcome != PASS))
		wrong(finding, "%llu events", (unsigned long long)due);
}

static uint32_t verdict_of(enum fw_outcome outcome)
{
	return outcome == DROP ? XDP_DROP : outcome == TX ? XDP_TX : XDP_PASS;
}

static void compare_run(struct finding *finding)
{
	const struct row *row = finding->row;
	struct test *test = finding->test;
	uint32_t verdict = ~0U;
	int err = datapath_run(test->dp, test->ifindex, row->frame.bytes, row->frame.length, 1,
			       &verdict, NULL);

	if (err)
		wrong(finding, "not run: %s", strerror(-err));
	else if (verdict != verdict_of(row->outcome))
		wrong(finding, "verdict %u", verdict);
}

/* first: what is remembered now. Returns what is remembered then, malloced; NULL: reported. */
static struct snapshot *check_next(struct test *test, const struct row *row,
				   const struct snapshot *first)
{
	struct finding finding = {.test = test, .row = row};
	cleanup_free struct snapshot *before = NULL;
	struct snapshot *after;

	compare_explanation(&finding);
	before = snapshot_take(test);
	compare_run(&finding);
	after = snapshot_take(test);
	if (first && before && after) {
		if (!snapshot_same(first, before))
			wrong(&finding, "the explanation left a trace");
		compare_reasons(&finding, before, after);
		compare_rules(&finding, before, after);
		compare_events(&finding, before, after);
	}
	if (!check(test, !finding.text[0], row->name, "%s", finding.text))
		print_frame(&row->frame);
	return after;
}

void check_rows(struct test *test, const struct row *rows, size_t count)
{
	struct snapshot *now = snapshot_take(test);

	for (size_t i = 0; i < count; i++) {
		cleanup_free struct snapshot *first = now;

		now = check_next(test, &rows[i], first);
	}
	free(now);
}

void check_row(struct test *test, const struct row *row)
{
	check_rows(test, row, 1);
}
