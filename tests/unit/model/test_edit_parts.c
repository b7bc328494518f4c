// SPDX-License-Identifier: MIT
/* Edits of sets, limits and interfaces. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/model/edits.h"

static int edit_set(struct bench *bench, const char *name, const char *texts, bool add)
{
	char *copy = strdup(texts), *rest = copy, *text;
	struct prefix_list list = {0};
	struct prefix prefix;
	int r;

	while ((text = strsep(&rest, " "))) {
		cr_assert(prefix_parse(text, &prefix) == 0);
		prefix_list_add(&list, &prefix);
	}
	r = add ? model_set_add(bench->model, &bench->change, name, &list, &bench->errs)
		: model_set_delete(bench->model, &bench->change, name, &list, &bench->errs);
	prefix_list_clear(&list);
	free(copy);
	return r;
}

Test(edits, sets)
{
	struct bench bench;

	edits_start(&bench, NULL);
	cr_expect(edit_set(&bench, "friends", "10.0.0.1 10.0.0.2 10.0.0.1", true) == 2);
	cr_expect(edit_set(&bench, "friends", "10.0.0.2 2001:db8::/32", true) == 1);
	expect_state(&bench, "abc", 2);
	cr_expect(edit_set(&bench, "friends", "10.0.0.2", true) == 0, "it is there already");
	cr_expect(edit_set(&bench, "friends", "10.0.0.3", false) == 0, "it is not there");
	expect_state(&bench, "abc", 2);
	cr_expect(edit_set(&bench, "friends", "10.0.0.3 10.0.0.1 2001:db8::/32", false) == 2);
	expect_state(&bench, "abc", 3);
	cr_expect(model_config(bench.model)->sets[0].prefixes.count == 2);
	cr_expect(edit_set(&bench, "nosuch", "10.0.0.1", true) == -ENOENT);
	cr_expect(edit_set(&bench, "banned", "10.0.0.1", true) == -EINVAL);
	cr_expect(edit_set(&bench, "banned", "10.0.0.1", false) == -EINVAL);
	cr_expect(bench.errs.count == 0);
	bench_stop(&bench);
}

/* A set that is gone takes its entries with it; one that stays keeps them. */
Test(edits, live_sets)
{
	const struct live_entry *entries;
	struct prefix prefix;
	struct bench bench;
	int id;

	edits_start(&bench, NULL);
	cr_assert(prefix_parse("10.0.0.1", &prefix) == 0);
	id = slots_find(model_slots(bench.model), FW_NAME_LIVE_SET, "banned");
	cr_assert(id > 0);
	cr_expect(live_add(bench.live, (unsigned)id, &prefix, 0, 0, "", NULL) == 0);
	cr_expect(live_add(bench.live, FW_LIVE_BLOCKS, &prefix, 0, 0, "", NULL) == 0);
	cr_expect(model_rule_add(bench.model, &bench.change, DROP_D, NULL, &bench.errs) == 0);
	cr_expect(model_reload(bench.model, &bench.change, &bench.errs) == 0);
	cr_expect(live_list(bench.live, (unsigned)id, &entries) == 1);
	write_text(bench.path, "{\"interfaces\": {\"eth0\": {}}}");
	cr_expect(model_reload(bench.model, &bench.change, &bench.errs) == 0);
	cr_expect(live_list(bench.live, (unsigned)id, &entries) == 0);
	cr_expect(live_list(bench.live, FW_LIVE_BLOCKS, &entries) == 1, "blocks always stay");
	bench_stop(&bench);
}

Test(edits, limits)
{
	struct bench bench;

	edits_start(&bench, NULL);
	cr_expect(model_limit_add(bench.model, &bench.change, "fast", "{\"rate\": \"1000/s\"}",
				  &bench.errs) == 0);
	cr_expect(config_find_limit(model_config(bench.model), "fast") >= 0);
	cr_expect(model_limit_add(bench.model, &bench.change, "fast", "{\"rate\": \"1/s\"}",
				  &bench.errs) == -EEXIST);
	cr_expect(model_limit_add(bench.model, &bench.change, "bad", "{\"rate\": \"fast\"}",
				  &bench.errs) == -EBADMSG);
	expect_errors(&bench, 1, ERROR_RATE);
	cr_expect(model_limit_add(bench.model, &bench.change, "bad name", "{\"rate\": \"1/s\"}",
				  &bench.errs) == -EBADMSG);
	expect_errors(&bench, 1, ERROR_NAME);
	cr_expect(model_limit_delete(bench.model, &bench.change, "nosuch", &bench.errs) == -ENOENT);
	cr_expect(model_limit_delete(bench.model, &bench.change, "slow", &bench.errs) == -EBADMSG);
	expect_errors(&bench, 1, ERROR_NO_LIMIT);
	cr_expect(model_limit_delete(bench.model, &bench.change, "fast", &bench.errs) == 0);
	expect_state(&bench, "abc", 2);
	bench_stop(&bench);
}

#define ANSWERS "{\"rate\": \"1/s\", \"algorithm\": \"syn_cookie\"}"

Test(edits, limits_that_answer_syns)
{
	struct bench bench;
	unsigned before;

	edits_start(&bench, NULL);
	before = bench.kernel.applied;
	bench.kernel.answers = false;
	cr_expect(model_limit_add(bench.model, &bench.change, "syns", ANSWERS, &bench.errs) ==
		  -EOPNOTSUPP);
	cr_assert_eq(bench.errs.count, 1);
	cr_expect(strstr(bench.errs.list[0].message, "\"syns\"") &&
			  strstr(bench.errs.list[0].message, "bpf_tcp_raw_gen_syncookie_ipv4"),
		  "%s", bench.errs.list[0].message);
	cr_expect(bench.kernel.applied == before &&
		  config_find_limit(model_config(bench.model), "syns") < 0);
	errors_clear(&bench.errs);
	bench.kernel.answers = true;
	cr_expect(model_limit_add(bench.model, &bench.change, "syns", ANSWERS, &bench.errs) == 0);
	cr_expect(bench.kernel.applied == before + 1 && bench.kernel.reported == 1);
	model_refresh_cookies(bench.model);
	cr_expect(bench.kernel.reported == 2);
	cr_expect(model_limit_delete(bench.model, &bench.change, "syns", &bench.errs) == 0);
	model_refresh_cookies(bench.model);
	cr_expect(bench.kernel.reported == 2, "nobody asks");
	bench_stop(&bench);
}

/* Interfaces of the command line are deleted as others are, and come back with a new start only. */
Test(edits, interfaces)
{
	const char *const names[] = {"eth5", "eth6", "eth7"};
	const struct config_overrides overrides = {.interfaces = names, .interface_count = 3};
	struct bench bench;

	edits_start(&bench, &overrides);
	cr_expect(model_config(bench.model)->interface_count == 4);
	cr_expect(model_interface_add(bench.model, &bench.change, "eth5", NULL, NULL,
				      &bench.errs) == 0);
	cr_expect(!bench.change.changed, "it is there");
	cr_expect(model_interface_add(bench.model, &bench.change, "eth5", "lan", NULL,
				      &bench.errs) == -EEXIST);
	cr_expect(model_interface_add(bench.model, &bench.change, "eth1", "lan", "generic",
				      &bench.errs) == 0);
	cr_expect(config_find_interface(model_config(bench.model), "eth1") >= 0);
	cr_expect(model_interface_add(bench.model, &bench.change, "eth2", NULL, "sideways",
				      &bench.errs) == -EBADMSG);
	expect_errors(&bench, 1, ERROR_WORD);
	bench.kernel.apply_result = -ENOMEM;
	cr_expect(model_interface_delete(bench.model, &bench.change, "eth5", &bench.errs) ==
		  -ENOMEM);
	errors_clear(&bench.errs);
	bench.kernel.apply_result = 0;
	cr_expect(model_config(bench.model)->interface_count == 5);
	cr_expect(model_interface_delete(bench.model, &bench.change, "eth5", &bench.errs) == 0);
	cr_expect(model_interface_delete(bench.model, &bench.change, "eth5", &bench.errs) ==
		  -ENOENT);
	cr_expect(model_reload(bench.model, &bench.change, &bench.errs) == 0);
	cr_expect(model_config(bench.model)->interface_count == 3);
	cr_expect(config_find_interface(model_config(bench.model), "eth5") < 0);
	cr_expect(config_find_interface(model_config(bench.model), "eth6") >= 0);
	cr_expect(config_find_interface(model_config(bench.model), "eth7") >= 0);
	bench_stop(&bench);
}
