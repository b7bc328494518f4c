// SPDX-License-Identifier: MIT
/* Edits of rules, and what all edits have in common. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/model/edits.h"

Test(edits, rules)
{
	struct bench bench;

	edits_start(&bench, NULL);
	expect_state(&bench, "abc", 0);
	cr_expect(model_rule_add(bench.model, &bench.change, DROP_D, NULL, &bench.errs) == 0);
	expect_state(&bench, "abcd", 1);
	cr_expect(model_rule_delete(bench.model, &bench.change, "d", &bench.errs) == 0);
	cr_expect(model_rule_add(bench.model, &bench.change, DROP_D, "a", &bench.errs) == 0);
	expect_state(&bench, "dabc", 3);
	cr_expect(model_rule_enable(bench.model, &bench.change, "a", false, &bench.errs) == 1);
	expect_state(&bench, "d[a]bc", 4);
	cr_expect(model_rule_enable(bench.model, &bench.change, "a", false, &bench.errs) == 0,
		  "it was so");
	expect_state(&bench, "d[a]bc", 4);
	cr_expect(model_rule_enable(bench.model, &bench.change, "a", true, &bench.errs) == 1);
	expect_state(&bench, "dabc", 5);
	cr_expect(bench.kernel.applied == 5);
	cr_expect(model_reload(bench.model, &bench.change, &bench.errs) == 0);
	expect_state(&bench, "abc", 0);
	bench_stop(&bench);
}

Test(edits, before_goes_by_the_list_not_by_priority)
{
	struct bench bench;

	edits_start(&bench, NULL);
	cr_expect(model_rule_add(bench.model, &bench.change,
				 "{\"id\": \"first\", \"priority\": -1, \"action\": \"log\"}", NULL,
				 &bench.errs) == 0);
	expect_state(&bench, "firstabc", 1);
	cr_expect(model_rule_add(bench.model, &bench.change, DROP_D, "first", &bench.errs) == 0);
	cr_expect(model_rule_delete(bench.model, &bench.change, "first", &bench.errs) == 0);
	cr_expect(model_rule_delete(bench.model, &bench.change, "c", &bench.errs) == 0);
	cr_expect(config_find_rule(model_config(bench.model), "d") >= 0);
	bench_stop(&bench);
}

static const struct {
	const char *rule;
	const char *before;
	int result;
	size_t errors;
	enum error_code code;
} bad_rules[] = {
	{"{\"id\": \"a\", \"action\": \"drop\"}", NULL, -EEXIST, 0, 0},
	{DROP_D, "nosuch", -ENOENT, 0, 0},
	{"{\"id\": \"d\"", NULL, -EBADMSG, 1, ERROR_SYNTAX},
	{"", NULL, -EBADMSG, 1, ERROR_SYNTAX},
	{"{} {}", NULL, -EBADMSG, 1, ERROR_SYNTAX},
	{"[]", NULL, -EBADMSG, 1, ERROR_TYPE},
	{"7", NULL, -EBADMSG, 1, ERROR_TYPE},
	{"{\"action\": \"drop\"}", NULL, -EBADMSG, 1, ERROR_MISSING_KEY},
	{"{\"id\": \"d\", \"id\": \"d\", \"action\": \"drop\"}", NULL, -EBADMSG, 1,
	 ERROR_DUPLICATE_KEY},
	{"{\"id\": \"d\", \"acton\": \"drop\", \"action\": \"drop\"}", NULL, -EBADMSG, 1,
	 ERROR_UNKNOWN_KEY},
	{"{\"id\": \"d\", \"match\": {\"src\": \"@no\"}, \"action\": \"drop\"}", "b", -EBADMSG, 1,
	 ERROR_NO_SET},
	{"{\"id\": \"d\", \"match\": {\"src\": \"10.0.0.1/8\", \"dport\": 70000}, \"limit\": 7}",
	 NULL, -EBADMSG, 3, ERROR_HOST_BITS},
};

Test(edits, bad_rules)
{
	struct bench bench;

	edits_start(&bench, NULL);
	for (size_t i = 0; i < array_size(bad_rules); i++) {
		int r = model_rule_add(bench.model, &bench.change, bad_rules[i].rule,
				       bad_rules[i].before, &bench.errs);

		cr_expect(r == bad_rules[i].result, "%s: %d", bad_rules[i].rule, r);
		if (bad_rules[i].errors) {
			cr_expect(bench.errs.count == 0 ||
					  strcmp(bench.errs.list[0].file, "argument") == 0,
				  "%s", bad_rules[i].rule);
			expect_errors(&bench, bad_rules[i].errors, bad_rules[i].code);
		}
		expect_state(&bench, "abc", 0);
	}
	cr_expect(model_rule_delete(bench.model, &bench.change, "nosuch", &bench.errs) == -ENOENT);
	cr_expect(model_rule_enable(bench.model, &bench.change, "nosuch", true, &bench.errs) ==
		  -ENOENT);
	cr_expect(bench.errs.count == 0 && bench.kernel.applied == 0);
	bench_stop(&bench);
}

/* The kernel refuses: whatever the edit, all is as it was, and the next edit works. */
Test(edits, refused_by_the_kernel)
{
	struct prefix_list list = {0};
	struct prefix prefix;
	struct bench bench;

	edits_start(&bench, NULL);
	cr_assert(prefix_parse("10.0.0.0/8", &prefix) == 0);
	prefix_list_add(&list, &prefix);
	bench.kernel.apply_result = -ENOSPC;
	cr_expect(model_rule_add(bench.model, &bench.change, DROP_D, NULL, &bench.errs) == -ENOSPC);
	cr_expect(model_rule_delete(bench.model, &bench.change, "a", &bench.errs) == -ENOSPC);
	cr_expect(model_rule_enable(bench.model, &bench.change, "a", false, &bench.errs) ==
		  -ENOSPC);
	cr_expect(model_set_add(bench.model, &bench.change, "friends", &list, &bench.errs) ==
		  -ENOSPC);
	cr_expect(model_limit_add(bench.model, &bench.change, "x", "{\"rate\": \"1/s\"}",
				  &bench.errs) == -ENOSPC);
	cr_expect(model_interface_add(bench.model, &bench.change, "eth1", NULL, NULL,
				      &bench.errs) == -ENOSPC);
	cr_expect(model_interface_delete(bench.model, &bench.change, "eth0", &bench.errs) ==
		  -ENOSPC);
	cr_expect(model_reload(bench.model, &bench.change, &bench.errs) == -ENOSPC);
	expect_errors(&bench, 8, ERROR_SYSTEM);
	expect_state(&bench, "abc", 0);
	cr_expect(model_config(bench.model)->sets[0].prefixes.count == 1);
	cr_expect(model_config(bench.model)->interface_count == 1);
	bench.kernel.apply_result = 0;
	cr_expect(model_rule_add(bench.model, &bench.change, DROP_D, NULL, &bench.errs) == 0);
	expect_state(&bench, "abcd", 1);
	prefix_list_clear(&list);
	bench_stop(&bench);
}

Test(edits, broken_file)
{
	struct bench bench;

	edits_start(&bench, NULL);
	cr_expect(model_rule_add(bench.model, &bench.change, DROP_D, NULL, &bench.errs) == 0);
	write_text(bench.path, "{\"rules\": [}");
	cr_expect(model_reload(bench.model, &bench.change, &bench.errs) == -EBADMSG);
	expect_errors(&bench, 1, ERROR_SYNTAX);
	expect_state(&bench, "abcd", 1);
	unlink(bench.path);
	cr_expect(model_reload(bench.model, &bench.change, &bench.errs) == -ENOENT);
	expect_errors(&bench, 1, ERROR_FILE);
	expect_state(&bench, "abcd", 1);
	cr_expect(model_rule_delete(bench.model, &bench.change, "d", &bench.errs) == 0,
		  "edits go on");
	bench_stop(&bench);
}

/* An edit shows of warnings that it brought, a reload of all. */
Test(edits, warnings)
{
	static const char all[] = "{\"id\": \"all\", \"action\": \"pass\"}";
	static const char never[] = "{\"id\": \"never\", \"action\": \"drop\"}";
	struct bench bench;

	edits_start(&bench, NULL);
	cr_expect(model_rule_add(bench.model, &bench.change, all, NULL, &bench.errs) == 0);
	cr_expect(bench.errs.count == 0);
	cr_expect(model_rule_add(bench.model, &bench.change, never, NULL, &bench.errs) == 0);
	cr_assert(bench.errs.count == 1 && bench.errs.warned == 1);
	cr_expect(bench.errs.list[0].code == ERROR_SHADOWED);
	errors_clear(&bench.errs);
	cr_expect(model_rule_add(bench.model, &bench.change, "{\"id\": \"x\"}", NULL,
				 &bench.errs) == -EBADMSG);
	errors_clear(&bench.errs);
	cr_expect(model_rule_add(bench.model, &bench.change, DROP_D, "a", &bench.errs) == 0);
	cr_expect(bench.errs.count == 0 && bench.errs.warned == 0, "reported already");
	cr_expect(model_rule_delete(bench.model, &bench.change, "never", &bench.errs) == 0);
	cr_expect(model_rule_add(bench.model, &bench.change, never, NULL, &bench.errs) == 0);
	cr_expect(bench.errs.count == 1, "it is new again");
	bench_stop(&bench);
}
