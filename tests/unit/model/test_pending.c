// SPDX-License-Identifier: MIT
/* A policy that waits for its confirmation. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/model/bench.h"

static const char before[] =
	"{\"sets\": {\"old\": {\"live\": true}, \"both\": {\"live\": true}},\n"
	" \"rules\": [{\"id\": \"a\", \"match\": {\"src\": \"@old\"}, \"action\": \"drop\"},\n"
	"           {\"id\": \"b\", \"match\": {\"src\": \"@both\"}, \"action\": \"drop\"}]}\n";
static const char after[] =
	"{\"sets\": {\"new\": {\"live\": true}, \"both\": {\"live\": true}},\n"
	" \"rules\": [{\"id\": \"b\", \"match\": {\"src\": \"@both\"}, \"action\": \"drop\"},\n"
	"           {\"id\": \"c\", \"match\": {\"src\": \"@new\"}, \"action\": \"drop\"}]}\n";

struct waiting {
	struct bench bench;
	unsigned old, both, new; /* ids of live sets */
};

static unsigned set_id(const struct bench *bench, const char *name)
{
	return (unsigned)slots_find(model_slots(bench->model), FW_NAME_LIVE_SET, name);
}

static void add(const struct bench *bench, unsigned id, const char *text)
{
	struct prefix prefix;

	cr_assert_eq(prefix_parse(text, &prefix), 0);
	cr_assert_eq(live_add(bench->live, id, &prefix, 0, 0, "", NULL), 0);
}

static size_t entries(const struct bench *bench, unsigned id)
{
	const struct live_entry *list;

	return live_list(bench->live, id, &list);
}

/* The policy `before` for good, with entries; then `after` until 1000. */
static void start(struct waiting *waiting)
{
	struct bench *bench = &waiting->bench;

	bench_start(bench, before, NULL);
	waiting->old = set_id(bench, "old");
	waiting->both = set_id(bench, "both");
	add(bench, waiting->old, "192.0.2.1");
	add(bench, waiting->both, "192.0.2.2");
	cr_assert(model_rule_enable(bench->model, &bench->change, "a", false, &bench->errs) == 1);
	write_text(bench->path, after);
	bench->change.until = 1000;
	cr_assert(model_reload(bench->model, &bench->change, &bench->errs) == 0);
	bench->change.until = 0;
	waiting->new = set_id(bench, "new");
	add(bench, waiting->new, "192.0.2.3");
}

static bool has_rule(const struct bench *bench, const char *id)
{
	return config_find_rule(model_config(bench->model), id) >= 0;
}

Test(pending, nothing_is_lost_while_it_waits)
{
	struct waiting is;

	start(&is);
	cr_expect(model_is_pending(is.bench.model));
	cr_expect_eq(is.bench.kernel.waiting_until, 1000);
	cr_expect(has_rule(&is.bench, "c") && !has_rule(&is.bench, "a"));
	cr_expect_eq(model_unsaved(is.bench.model), 0);
	cr_expect_eq(entries(&is.bench, is.old), 1);
	cr_expect_eq(entries(&is.bench, is.both), 1);
	cr_expect_neq(is.new, is.old);
	bench_stop(&is.bench);
}

Test(pending, nothing_else_is_changed)
{
	struct waiting is;

	start(&is);
	cr_expect_eq(model_rule_delete(is.bench.model, &is.bench.change, "b", &is.bench.errs),
		     -EBUSY);
	cr_assert_eq(is.bench.errs.failed, 1);
	cr_expect_eq(is.bench.errs.list[0].code, ERROR_PENDING);
	cr_expect_eq(model_reload(is.bench.model, &is.bench.change, &is.bench.errs), -EBUSY);
	is.bench.change.until = 2000;
	cr_expect_eq(model_reload(is.bench.model, &is.bench.change, &is.bench.errs), -EBUSY);
	is.bench.change.until = 0;
	cr_expect(has_rule(&is.bench, "c") && model_is_pending(is.bench.model));
	cr_expect_eq(is.bench.kernel.waiting_until, 1000);
	bench_stop(&is.bench);
}

Test(pending, confirmed)
{
	struct waiting is;

	start(&is);
	cr_expect_eq(model_confirm(is.bench.model, &is.bench.errs), 0);
	cr_expect_not(model_is_pending(is.bench.model));
	cr_expect(has_rule(&is.bench, "c") && !has_rule(&is.bench, "a"));
	cr_expect_eq(entries(&is.bench, is.old), 0, "what only the policy before had is gone");
	cr_expect_eq(entries(&is.bench, is.both), 1);
	cr_expect_eq(entries(&is.bench, is.new), 1);
	cr_expect_eq(model_confirm(is.bench.model, &is.bench.errs), -ENOENT);
	cr_expect_eq(model_revert(is.bench.model), -ENOENT);
	cr_expect_eq(model_rule_delete(is.bench.model, &is.bench.change, "b", &is.bench.errs), 0);
	bench_stop(&is.bench);
}

Test(pending, reverted)
{
	struct waiting is;

	start(&is);
	cr_expect_eq(model_revert(is.bench.model), 0);
	cr_expect_eq(is.bench.kernel.waiting_until, 0);
	cr_expect_not(model_is_pending(is.bench.model));
	cr_expect(has_rule(&is.bench, "a") && !has_rule(&is.bench, "c"));
	cr_expect_eq(model_unsaved(is.bench.model), 1, "with its edits");
	cr_expect_eq(entries(&is.bench, is.old), 1);
	cr_expect_eq(entries(&is.bench, is.both), 1);
	cr_expect_eq(entries(&is.bench, is.new), 0, "what only the other one had is gone");
	cr_expect_eq(set_id(&is.bench, "old"), is.old);
	cr_expect_eq(model_rule_delete(is.bench.model, &is.bench.change, "a", &is.bench.errs), 0);
	cr_expect_eq(model_unsaved(is.bench.model), 2);
	bench_stop(&is.bench);
}

Test(pending, too_late)
{
	struct waiting is;

	start(&is);
	is.bench.kernel.confirm_result = -ETIME;
	cr_expect_eq(model_confirm(is.bench.model, &is.bench.errs), -ETIME);
	cr_expect(model_is_pending(is.bench.model), "until somebody reverts it");
	cr_expect_eq(entries(&is.bench, is.old), 1);
	cr_expect_eq(model_revert(is.bench.model), 0);
	cr_expect(has_rule(&is.bench, "a"));
	bench_stop(&is.bench);
}

static int refuse(void *userdata, const struct model_change *change, struct errors *errs)
{
	uint64_t *until = userdata;

	*until = change->until;
	errors_add(errs, SEVERITY_ERROR, ERROR_CUT_OFF, NULL, "no");
	return -EPERM;
}

Test(pending, a_guard_refuses)
{
	uint64_t until = 1;
	struct waiting is;

	start(&is);
	model_confirm(is.bench.model, &is.bench.errs);
	model_set_guard(is.bench.model, refuse, &until);
	cr_expect_eq(model_rule_delete(is.bench.model, &is.bench.change, "b", &is.bench.errs),
		     -EPERM);
	cr_expect_eq(until, 0);
	is.bench.change.until = 3000;
	cr_expect_eq(model_rule_delete(is.bench.model, &is.bench.change, "b", &is.bench.errs),
		     -EPERM);
	cr_expect_eq(until, 3000);
	cr_expect(has_rule(&is.bench, "b") && !model_is_pending(is.bench.model));
	cr_expect_eq(is.bench.kernel.waiting_until, 0, "nothing was applied");
	cr_expect_eq(entries(&is.bench, is.new), 1);
	bench_stop(&is.bench);
}

/* A warning of the policy before is not reported again when it is back. */
Test(pending, warnings_come_back)
{
	static const char all[] = "{\"id\": \"y\", \"action\": \"pass\"}";
	static const char shadow[] = "{\"id\": \"z\", \"action\": \"drop\"}";
	struct waiting is;

	start(&is);
	model_confirm(is.bench.model, &is.bench.errs);
	cr_assert_eq(model_rule_add(is.bench.model, &is.bench.change, all, NULL, &is.bench.errs),
		     0);
	errors_clear(&is.bench.errs);
	cr_assert_eq(model_rule_add(is.bench.model, &is.bench.change, shadow, NULL, &is.bench.errs),
		     0);
	cr_expect_eq(is.bench.errs.warned, 1, "it is reported once");
	errors_clear(&is.bench.errs);
	is.bench.change.until = 3000;
	cr_assert_eq(model_rule_delete(is.bench.model, &is.bench.change, "c", &is.bench.errs), 0);
	is.bench.change.until = 0;
	cr_assert_eq(model_revert(is.bench.model), 0);
	errors_clear(&is.bench.errs);
	cr_assert_eq(model_rule_delete(is.bench.model, &is.bench.change, "c", &is.bench.errs), 0);
	cr_expect_eq(is.bench.errs.warned, 0);
	bench_stop(&is.bench);
}

/* Documents whose names the datapath does not know cannot be what it holds. */
Test(pending, what_is_not_there_is_not_adopted)
{
	struct document *documents[2];
	struct waiting is;

	start(&is);
	model_revert(is.bench.model);
	for (int i = 0; i < 2; i++)
		cr_assert_eq(document_read_text("x", i ? before : after, strlen(i ? before : after),
						&documents[i], &is.bench.errs),
			     0);
	cr_expect_eq(
		model_adopt_pending(is.bench.model, documents[0], documents[1], 0, &is.bench.errs),
		-ESTALE);
	cr_expect_not(model_is_pending(is.bench.model));
	cr_expect(has_rule(&is.bench, "a"), "nothing has changed");
	bench_stop(&is.bench);
}
