// SPDX-License-Identifier: MIT
/* Interfaces that are detached: which entry stays, and what an edit that is taken back leaves. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "tests/unit/model/bench.h"

static const char text[] =
	"{\"interfaces\": {\"eth0\": {\"zone\": \"wan\", \"mode\": \"generic\"}, \"eth1\": "
	"{\"zone\": \"lan\"},"
	" \"eth2\": {\"zone\": \"lan\"}, \"eth3\": {\"zone\": \"none\"}, \"eth4\": {}},\n"
	" \"management\": {\"allow\": [{\"zone\": [\"wan\", \"lan\"], \"src\": "
	"\"192.0.2.0/24\"}]},\n"
	" \"rules\": [{\"id\": \"a\", \"match\": {\"zone\": \"wan\"}, \"action\": \"drop\"},\n"
	"           {\"id\": \"b\", \"match\": {\"interface\": [\"eth4\", \"eth5\"]}, \"action\": "
	"\"drop\"},\n"
	"           {\"id\": \"c\", \"match\": {\"proto\": 47}, \"action\": \"drop\"}]}\n";

/* The entry in the document, as text: "none", or without spaces. */
static void expect_entry(struct bench *bench, const char *name, const char *expected)
{
	const cJSON *interfaces = cJSON_GetObjectItemCaseSensitive(
		document_root(model_document(bench->model)), "interfaces");
	const cJSON *entry = cJSON_GetObjectItemCaseSensitive(interfaces, name);
	char *is = entry ? cJSON_PrintUnformatted(entry) : NULL;

	cr_expect_str_eq(is ? is : "none", expected, "%s: %s", name, is ? is : "none");
	cJSON_free(is);
}

static bool is_detached(const struct bench *bench, const char *name)
{
	const struct config *config = model_config(bench->model);
	int at = config_find_interface(config, name);

	return at >= 0 && config->interfaces[at].detached;
}

static int detach(struct bench *bench, const char *name)
{
	return model_interface_detach(bench->model, &bench->change, name, true, &bench->errs);
}

static int attach(struct bench *bench, const char *name)
{
	return model_interface_add(bench->model, &bench->change, name, NULL, NULL, &bench->errs);
}

static void start(struct bench *bench)
{
	static const char *const names[] = {"eth5", "eth6"};
	static const struct config_overrides overrides = {.interfaces = names,
							  .interface_count = 2};

	bench_start(bench, text, &overrides);
}

Test(detach, what_is_named_stays)
{
	static const struct row {
		const char *name, *after;
	} rows[] = {
		{"eth0", "{\"zone\":\"wan\",\"mode\":\"generic\",\"attach\":false}"},
		{"eth1", "{\"zone\":\"lan\",\"attach\":false}"}, /* by a management entry */
		{"eth3", "none"},				 /* its zone is named by nobody */
		{"eth4", "{\"attach\":false}"},			 /* by its name */
		{"eth5", "{\"attach\":false}"},			 /* of -i */
		{"eth6", "none"},
	};
	struct bench bench;

	start(&bench);
	cr_assert(model_config(bench.model)->interface_count == 7);
	for (size_t i = 0; i < array_size(rows); i++) {
		bool stays = strcmp(rows[i].after, "none") != 0;

		cr_expect(detach(&bench, rows[i].name) == 0, "%s", rows[i].name);
		cr_expect(bench.change.changed);
		expect_entry(&bench, rows[i].name, rows[i].after);
		cr_expect(is_detached(&bench, rows[i].name) == stays, "%s", rows[i].name);
		cr_expect(detach(&bench, rows[i].name) == (stays ? 0 : -ENOENT));
		cr_expect(!stays || !bench.change.changed, "%s", rows[i].name);
	}
	cr_expect(detach(&bench, "nosuch") == -ENOENT);
	expect_state(&bench, "abc", array_size(rows));
	bench_stop(&bench);
}

Test(detach, attached_again)
{
	struct bench bench;

	start(&bench);
	cr_expect(detach(&bench, "eth0") == 0);
	cr_expect(model_interface_add(bench.model, &bench.change, "eth0", "lan", NULL,
				      &bench.errs) == -EEXIST);
	cr_expect(is_detached(&bench, "eth0"));
	cr_expect(model_interface_add(bench.model, &bench.change, "eth0", "wan", "generic",
				      &bench.errs) == 0);
	expect_entry(&bench, "eth0", "{\"zone\":\"wan\",\"mode\":\"generic\"}");
	cr_expect_not(is_detached(&bench, "eth0"));
	cr_expect(detach(&bench, "eth5") == 0);
	cr_expect(attach(&bench, "eth5") == 0);
	expect_entry(&bench, "eth5", "{}");
	cr_expect(attach(&bench, "eth5") == 0 && !bench.change.changed);
	bench_stop(&bench);
}

/* A name without a device, next to another one of the zone, is what is left of a rename. */
Test(detach, left_of_a_rename)
{
	struct bench bench;

	start(&bench);
	cr_expect(model_interface_detach(bench.model, &bench.change, "eth1", false, &bench.errs) ==
		  0);
	expect_entry(&bench, "eth1", "none");
	cr_expect(model_interface_detach(bench.model, &bench.change, "eth2", false, &bench.errs) ==
		  0);
	expect_entry(&bench, "eth2", "{\"zone\":\"lan\",\"attach\":false}");
	cr_expect(model_interface_detach(bench.model, &bench.change, "eth4", false, &bench.errs) ==
		  0);
	expect_entry(&bench, "eth4", "{\"attach\":false}");
	bench_stop(&bench);
}

Test(detach, refused_by_the_kernel)
{
	struct bench bench;

	start(&bench);
	bench.kernel.apply_result = -ENOSPC;
	cr_expect(detach(&bench, "eth0") == -ENOSPC);
	cr_expect(detach(&bench, "eth5") == -ENOSPC);
	cr_expect_eq(bench.errs.failed, 2);
	errors_clear(&bench.errs);
	bench.kernel.apply_result = 0;
	cr_expect_not(is_detached(&bench, "eth0") || is_detached(&bench, "eth5"));
	expect_state(&bench, "abc", 0);
	/* -i has it still. */
	cr_expect(model_rule_delete(bench.model, &bench.change, "c", &bench.errs) == 0);
	cr_expect(config_find_interface(model_config(bench.model), "eth5") >= 0);
	bench_stop(&bench);
}

/* What waits is taken back at once, what is for good by another edit: the policy is as before. */
Test(detach, an_edit_that_is_taken_back)
{
	for (int waits = 0; waits <= 1; waits++) {
		struct document *before;
		struct bench bench;

		start(&bench);
		cr_expect(model_rule_enable(bench.model, &bench.change, "c", false, &bench.errs) ==
			  1);
		before = document_copy(model_document(bench.model));
		bench.change.until = waits ? 1000 : 0;
		cr_expect(detach(&bench, "eth0") == 0);
		bench.change.until = 0;
		cr_expect(model_is_pending(bench.model) == waits);
		cr_expect(is_detached(&bench, "eth0"));
		cr_expect(model_take_back(bench.model, &bench.change, before, 1, &bench.errs) == 0);
		cr_expect_not(model_is_pending(bench.model));
		cr_expect_eq(bench.kernel.waiting_until, 0);
		expect_entry(&bench, "eth0", "{\"zone\":\"wan\",\"mode\":\"generic\"}");
		expect_state(&bench, "ab[c]", 1);
		bench_stop(&bench);
	}
}

/* An -i that an edit took away is there again if that was not confirmed. */
Test(detach, given_on_the_command_line)
{
	for (int confirm = 0; confirm <= 1; confirm++) {
		struct bench bench;

		start(&bench);
		bench.change.until = 1000;
		cr_expect(detach(&bench, "eth6") == 0);
		bench.change.until = 0;
		if (confirm)
			cr_expect(model_confirm(bench.model, &bench.errs) == 0);
		else
			cr_expect(model_revert(bench.model) == 0);
		cr_expect(model_rule_delete(bench.model, &bench.change, "c", &bench.errs) == 0);
		cr_expect((config_find_interface(model_config(bench.model), "eth6") >= 0) ==
			  !confirm);
		bench_stop(&bench);
	}
}
