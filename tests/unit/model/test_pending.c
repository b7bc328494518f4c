// SPDX-License-Identifier: MIT
/* A policy that waits for its confirmation. The kernel is stood in for, here and in test_edits.c. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "live_book.h"
#include "memory.h"
#include "model_internal.h"

/* ---- the kernel ---- */

static uint64_t waiting_until; /* 0: nothing waits */
static int confirm_result;

int policy_apply_until(struct datapath *dp, const struct policy *policy, uint64_t deadline,
		       struct errors *errs)
{
	(void)dp, (void)errs;
	cr_assert(policy->slots);
	cr_assert_eq(waiting_until, 0);
	waiting_until = deadline;
	return 0;
}

int datapath_confirm(struct datapath *dp)
{
	(void)dp;
	if (confirm_result == 0)
		waiting_until = 0;
	return confirm_result;
}

int datapath_revert(struct datapath *dp)
{
	(void)dp;
	waiting_until = 0;
	return 0;
}

static int map_write(void *userdata, unsigned set_id, const struct prefix *prefix,
		     const struct fw_live_value *value)
{
	(void)userdata, (void)set_id, (void)prefix, (void)value;
	return 0;
}

static int map_erase(void *userdata, unsigned set_id, const struct prefix *prefix)
{
	(void)userdata, (void)set_id, (void)prefix;
	return 0;
}

static void map_count(void *userdata, int family, uint32_t count)
{
	(void)userdata, (void)family, (void)count;
}

static uint64_t map_now(void *userdata)
{
	(void)userdata;
	return 1;
}

static void map_close(void *userdata)
{
	(void)userdata;
}

static const struct live_ops maps = {map_write, map_erase, map_count, map_now, map_close};

/* ---- a model of one file ---- */

static const char before[] =
	"{\"sets\": {\"old\": {\"live\": true}, \"both\": {\"live\": true}},\n"
	" \"rules\": [{\"id\": \"a\", \"match\": {\"src\": \"@old\"}, \"action\": \"drop\"},\n"
	"           {\"id\": \"b\", \"match\": {\"src\": \"@both\"}, \"action\": \"drop\"}]}\n";
static const char after[] =
	"{\"sets\": {\"new\": {\"live\": true}, \"both\": {\"live\": true}},\n"
	" \"rules\": [{\"id\": \"b\", \"match\": {\"src\": \"@both\"}, \"action\": \"drop\"},\n"
	"           {\"id\": \"c\", \"match\": {\"src\": \"@new\"}, \"action\": \"drop\"}]}\n";

struct bench {
	char path[64];
	struct live *live;
	struct model *model;
	struct errors errs;
	unsigned old, both, new; /* ids of live sets */
};

static void write_file(const struct bench *bench, const char *text)
{
	FILE *file = fopen(bench->path, "w");

	cr_assert(file && fputs(text, file) >= 0 && fclose(file) == 0);
}

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
static void start(struct bench *bench)
{
	*bench = (struct bench){.path = "/tmp/fwd-model.XXXXXX"};
	waiting_until = 0;
	confirm_result = 0;
	close(mkstemp(bench->path));
	write_file(bench, before);
	bench->live = live_new(&maps, NULL);
	cr_assert(model_new(NULL, bench->live, bench->path, NULL, &bench->model) == 0);
	cr_assert(model_reload(bench->model, &bench->errs) == 0);
	bench->old = set_id(bench, "old");
	bench->both = set_id(bench, "both");
	add(bench, bench->old, "192.0.2.1");
	add(bench, bench->both, "192.0.2.2");
	cr_assert(model_rule_enable(bench->model, "a", false, &bench->errs) == 1);
	write_file(bench, after);
	model_set_deadline(bench->model, 1000);
	cr_assert(model_reload(bench->model, &bench->errs) == 0);
	model_set_deadline(bench->model, 0);
	bench->new = set_id(bench, "new");
	add(bench, bench->new, "192.0.2.3");
}

static void stop(struct bench *bench)
{
	errors_clear(&bench->errs);
	model_free(bench->model);
	live_close(bench->live);
	unlink(bench->path);
}

static bool has_rule(const struct bench *bench, const char *id)
{
	return config_find_rule(model_config(bench->model), id) >= 0;
}

Test(pending, nothing_is_lost_while_it_waits)
{
	struct bench bench;

	start(&bench);
	cr_expect(model_is_pending(bench.model));
	cr_expect_eq(waiting_until, 1000);
	cr_expect(has_rule(&bench, "c") && !has_rule(&bench, "a"));
	cr_expect_eq(model_unsaved(bench.model), 0);
	cr_expect_eq(entries(&bench, bench.old), 1);
	cr_expect_eq(entries(&bench, bench.both), 1);
	cr_expect_neq(bench.new, bench.old);
	stop(&bench);
}

Test(pending, nothing_else_is_changed)
{
	struct bench bench;

	start(&bench);
	cr_expect_eq(model_rule_delete(bench.model, "b", &bench.errs), -EBUSY);
	cr_assert_eq(bench.errs.failed, 1);
	cr_expect_eq(bench.errs.list[0].code, ERROR_PENDING);
	cr_expect_eq(model_reload(bench.model, &bench.errs), -EBUSY);
	model_set_deadline(bench.model, 2000);
	cr_expect_eq(model_reload(bench.model, &bench.errs), -EBUSY);
	model_set_deadline(bench.model, 0);
	cr_expect(has_rule(&bench, "c") && model_is_pending(bench.model));
	cr_expect_eq(waiting_until, 1000);
	stop(&bench);
}

Test(pending, confirmed)
{
	struct bench bench;

	start(&bench);
	cr_expect_eq(model_confirm(bench.model), 0);
	cr_expect_not(model_is_pending(bench.model));
	cr_expect(has_rule(&bench, "c") && !has_rule(&bench, "a"));
	cr_expect_eq(entries(&bench, bench.old), 0, "what only the policy before had is gone");
	cr_expect_eq(entries(&bench, bench.both), 1);
	cr_expect_eq(entries(&bench, bench.new), 1);
	cr_expect_eq(model_confirm(bench.model), -ENOENT);
	cr_expect_eq(model_revert(bench.model), -ENOENT);
	cr_expect_eq(model_rule_delete(bench.model, "b", &bench.errs), 0);
	stop(&bench);
}

Test(pending, reverted)
{
	struct bench bench;

	start(&bench);
	cr_expect_eq(model_revert(bench.model), 0);
	cr_expect_eq(waiting_until, 0);
	cr_expect_not(model_is_pending(bench.model));
	cr_expect(has_rule(&bench, "a") && !has_rule(&bench, "c"));
	cr_expect_eq(model_unsaved(bench.model), 1, "with its edits");
	cr_expect_eq(entries(&bench, bench.old), 1);
	cr_expect_eq(entries(&bench, bench.both), 1);
	cr_expect_eq(entries(&bench, bench.new), 0, "what only the other one had is gone");
	cr_expect_eq(set_id(&bench, "old"), bench.old);
	cr_expect_eq(model_rule_delete(bench.model, "a", &bench.errs), 0);
	cr_expect_eq(model_unsaved(bench.model), 2);
	stop(&bench);
}

Test(pending, too_late)
{
	struct bench bench;

	start(&bench);
	confirm_result = -ETIME;
	cr_expect_eq(model_confirm(bench.model), -ETIME);
	cr_expect(model_is_pending(bench.model), "until somebody reverts it");
	cr_expect_eq(entries(&bench, bench.old), 1);
	cr_expect_eq(model_revert(bench.model), 0);
	cr_expect(has_rule(&bench, "a"));
	stop(&bench);
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
	struct bench bench;

	start(&bench);
	model_confirm(bench.model);
	model_set_guard(bench.model, refuse, &until);
	cr_expect_eq(model_rule_delete(bench.model, "b", &bench.errs), -EPERM);
	cr_expect_eq(until, 0);
	model_set_deadline(bench.model, 3000);
	cr_expect_eq(model_rule_delete(bench.model, "b", &bench.errs), -EPERM);
	cr_expect_eq(until, 3000);
	cr_expect(has_rule(&bench, "b") && !model_is_pending(bench.model));
	cr_expect_eq(waiting_until, 0, "nothing was applied");
	cr_expect_eq(entries(&bench, bench.new), 1);
	stop(&bench);
}

/* A warning of the policy before is not told again when it is back. */
Test(pending, warnings_come_back)
{
	static const char all[] = "{\"id\": \"y\", \"action\": \"pass\"}";
	static const char shadow[] = "{\"id\": \"z\", \"action\": \"drop\"}";
	struct bench bench;

	start(&bench);
	model_confirm(bench.model);
	cr_assert_eq(model_rule_add(bench.model, all, NULL, &bench.errs), 0);
	errors_clear(&bench.errs);
	cr_assert_eq(model_rule_add(bench.model, shadow, NULL, &bench.errs), 0);
	cr_expect_eq(bench.errs.warned, 1, "it is told once");
	errors_clear(&bench.errs);
	model_set_deadline(bench.model, 3000);
	cr_assert_eq(model_rule_delete(bench.model, "c", &bench.errs), 0);
	model_set_deadline(bench.model, 0);
	cr_assert_eq(model_revert(bench.model), 0);
	errors_clear(&bench.errs);
	cr_assert_eq(model_rule_delete(bench.model, "c", &bench.errs), 0);
	cr_expect_eq(bench.errs.warned, 0);
	stop(&bench);
}

/* Documents whose names the datapath does not know cannot be what it holds. */
Test(pending, what_is_not_there_is_not_adopted)
{
	struct document *documents[2];
	struct bench bench;

	start(&bench);
	model_revert(bench.model);
	for (int i = 0; i < 2; i++)
		cr_assert_eq(document_read_text("x", i ? before : after, strlen(i ? before : after),
						&documents[i], &bench.errs),
			     0);
	cr_expect_eq(model_adopt_pending(bench.model, documents[0], documents[1], 0, &bench.errs),
		     -ESTALE);
	cr_expect_not(model_is_pending(bench.model));
	cr_expect(has_rule(&bench, "a"), "nothing has changed");
	stop(&bench);
}
