// SPDX-License-Identifier: MIT
/*
 * Edits of the running policy. The kernel is stood in for: policy_apply here
 * notes what it was given, and fails when told to. What an edit does to real
 * packets is tested in tests/netns/test_live.sh.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fw_limits.h"
#include "live_book.h"
#include "memory.h"
#include "model_internal.h"

/* ---- the kernel ---- */

static unsigned applied;
static int apply_result;

int policy_apply(struct datapath *dp, const struct policy *policy, struct errors *errs)
{
	(void)dp;
	cr_assert(policy->slots);
	if (apply_result < 0) {
		errors_add(errs, SEVERITY_ERROR, ERROR_SYSTEM, NULL, "no room");
		return apply_result;
	}
	applied++;
	return 0;
}

uint32_t datapath_generation(const struct datapath *dp)
{
	(void)dp;
	return applied;
}

const struct slots *datapath_slots(const struct datapath *dp)
{
	(void)dp;
	return NULL;
}

static bool answers = true;
static unsigned told;

bool datapath_can_answer(const struct datapath *dp)
{
	(void)dp;
	return answers;
}

void datapath_set_cookies(struct datapath *dp, unsigned cookies, unsigned options, unsigned wscale)
{
	(void)dp;
	cr_expect(cookies <= FW_COOKIES_ALWAYS && wscale <= 14 && options < 16);
	told++;
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

static const char basic[] =
	"{\"interfaces\": {\"eth0\": {\"zone\": \"wan\"}},\n"
	" \"sets\": {\"friends\": {\"elements\": [\"192.0.2.0/24\"]},\n"
	"          \"banned\": {\"live\": true}},\n"
	" \"limits\": {\"slow\": {\"rate\": \"10/s\"}},\n"
	" \"rules\": [{\"id\": \"a\", \"match\": {\"src\": \"@friends\"}, \"action\": \"pass\"},\n"
	"           {\"id\": \"b\", \"match\": {\"src\": \"@banned\"}, \"action\": \"drop\"},\n"
	"           {\"id\": \"c\", \"match\": {\"proto\": \"icmp\"}, \"limit\": \"slow\"}]}\n";

struct bench {
	char path[64];
	struct live *live;
	struct model *model;
	struct errors errs;
};

static void write_file(const struct bench *bench, const char *text)
{
	FILE *file = fopen(bench->path, "w");

	cr_assert(file && fputs(text, file) >= 0 && fclose(file) == 0);
}

static void start(struct bench *bench, const struct config_overrides *overrides)
{
	*bench = (struct bench){.path = "/tmp/fwd-model.XXXXXX"};
	close(mkstemp(bench->path));
	write_file(bench, basic);
	bench->live = live_new(&maps, NULL);
	cr_assert(model_new(NULL, bench->live, bench->path, overrides, &bench->model) == 0);
	cr_assert(model_reload(bench->model, &bench->errs) == 0);
	applied = 0;
}

static void stop(struct bench *bench)
{
	errors_clear(&bench->errs);
	model_free(bench->model);
	live_close(bench->live);
	unlink(bench->path);
}

/* The ids of the running rules, disabled ones in brackets. */
static const char *ids(const struct bench *bench)
{
	const struct config *config = model_config(bench->model);
	static char text[1024];

	text[0] = '\0';
	for (size_t i = 0; i < config->rule_count; i++) {
		const struct config_rule *rule = &config->rules[i];

		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 rule->disabled ? "[%s]" : "%s", rule->id);
	}
	return text;
}

static void expect_state(const struct bench *bench, const char *rules, unsigned unsaved)
{
	cr_expect_str_eq(ids(bench), rules);
	cr_expect(model_unsaved(bench->model) == unsaved, "%u unsaved",
		  model_unsaved(bench->model));
}

/* That many errors, the first of that code, which are then forgotten. */
static void expect_errors(struct bench *bench, size_t count, enum error_code code)
{
	cr_assert(bench->errs.failed == count, "%zu errors", bench->errs.failed);
	cr_expect(bench->errs.list[0].code == code, "%s: %s",
		  error_code_name(bench->errs.list[0].code), bench->errs.list[0].message);
	errors_clear(&bench->errs);
}

#define DROP_D "{\"id\": \"d\", \"match\": {\"src\": \"10.0.0.0/8\"}, \"action\": \"drop\"}"

Test(edits, rules)
{
	struct bench bench;

	start(&bench, NULL);
	expect_state(&bench, "abc", 0);
	cr_expect(model_rule_add(bench.model, DROP_D, NULL, &bench.errs) == 0);
	expect_state(&bench, "abcd", 1);
	cr_expect(model_rule_delete(bench.model, "d", &bench.errs) == 0);
	cr_expect(model_rule_add(bench.model, DROP_D, "a", &bench.errs) == 0);
	expect_state(&bench, "dabc", 3);
	cr_expect(model_rule_enable(bench.model, "a", false, &bench.errs) == 1);
	expect_state(&bench, "d[a]bc", 4);
	cr_expect(model_rule_enable(bench.model, "a", false, &bench.errs) == 0, "it was so");
	expect_state(&bench, "d[a]bc", 4);
	cr_expect(model_rule_enable(bench.model, "a", true, &bench.errs) == 1);
	expect_state(&bench, "dabc", 5);
	cr_expect(applied == 5);
	cr_expect(model_reload(bench.model, &bench.errs) == 0);
	expect_state(&bench, "abc", 0);
	stop(&bench);
}

Test(edits, before_goes_by_the_list_not_by_priority)
{
	struct bench bench;

	start(&bench, NULL);
	cr_expect(model_rule_add(bench.model,
				 "{\"id\": \"first\", \"priority\": -1, \"action\": \"log\"}", NULL,
				 &bench.errs) == 0);
	expect_state(&bench, "firstabc", 1);
	cr_expect(model_rule_add(bench.model, DROP_D, "first", &bench.errs) == 0);
	cr_expect(model_rule_delete(bench.model, "first", &bench.errs) == 0);
	cr_expect(model_rule_delete(bench.model, "c", &bench.errs) == 0);
	cr_expect(config_find_rule(model_config(bench.model), "d") >= 0);
	stop(&bench);
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

	start(&bench, NULL);
	for (size_t i = 0; i < array_size(bad_rules); i++) {
		int r = model_rule_add(bench.model, bad_rules[i].rule, bad_rules[i].before,
				       &bench.errs);

		cr_expect(r == bad_rules[i].result, "%s: %d", bad_rules[i].rule, r);
		if (bad_rules[i].errors) {
			cr_expect(bench.errs.count == 0 ||
					  strcmp(bench.errs.list[0].file, "argument") == 0,
				  "%s", bad_rules[i].rule);
			expect_errors(&bench, bad_rules[i].errors, bad_rules[i].code);
		}
		expect_state(&bench, "abc", 0);
	}
	cr_expect(model_rule_delete(bench.model, "nosuch", &bench.errs) == -ENOENT);
	cr_expect(model_rule_enable(bench.model, "nosuch", true, &bench.errs) == -ENOENT);
	cr_expect(bench.errs.count == 0 && applied == 0);
	stop(&bench);
}

/* The kernel refuses: whatever the edit, all is as it was, and the next edit works. */
Test(edits, refused_by_the_kernel)
{
	struct prefix_list list = {0};
	struct prefix prefix;
	struct bench bench;

	start(&bench, NULL);
	cr_assert(prefix_parse("10.0.0.0/8", &prefix) == 0);
	prefix_list_add(&list, &prefix);
	apply_result = -ENOSPC;
	cr_expect(model_rule_add(bench.model, DROP_D, NULL, &bench.errs) == -ENOSPC);
	cr_expect(model_rule_delete(bench.model, "a", &bench.errs) == -ENOSPC);
	cr_expect(model_rule_enable(bench.model, "a", false, &bench.errs) == -ENOSPC);
	cr_expect(model_set_add(bench.model, "friends", &list, &bench.errs) == -ENOSPC);
	cr_expect(model_limit_add(bench.model, "x", "{\"rate\": \"1/s\"}", &bench.errs) == -ENOSPC);
	cr_expect(model_interface_add(bench.model, "eth1", NULL, NULL, &bench.errs) == -ENOSPC);
	cr_expect(model_interface_delete(bench.model, "eth0", &bench.errs) == -ENOSPC);
	cr_expect(model_reload(bench.model, &bench.errs) == -ENOSPC);
	expect_errors(&bench, 8, ERROR_SYSTEM);
	expect_state(&bench, "abc", 0);
	cr_expect(model_config(bench.model)->sets[0].prefixes.count == 1);
	cr_expect(model_config(bench.model)->interface_count == 1);
	apply_result = 0;
	cr_expect(model_rule_add(bench.model, DROP_D, NULL, &bench.errs) == 0);
	expect_state(&bench, "abcd", 1);
	prefix_list_clear(&list);
	stop(&bench);
}

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
	r = add ? model_set_add(bench->model, name, &list, &bench->errs)
		: model_set_delete(bench->model, name, &list, &bench->errs);
	prefix_list_clear(&list);
	free(copy);
	return r;
}

Test(edits, sets)
{
	struct bench bench;

	start(&bench, NULL);
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
	stop(&bench);
}

Test(edits, limits)
{
	struct bench bench;

	start(&bench, NULL);
	cr_expect(model_limit_add(bench.model, "fast", "{\"rate\": \"1000/s\"}", &bench.errs) == 0);
	cr_expect(config_find_limit(model_config(bench.model), "fast") >= 0);
	cr_expect(model_limit_add(bench.model, "fast", "{\"rate\": \"1/s\"}", &bench.errs) ==
		  -EEXIST);
	cr_expect(model_limit_add(bench.model, "bad", "{\"rate\": \"fast\"}", &bench.errs) ==
		  -EBADMSG);
	expect_errors(&bench, 1, ERROR_RATE);
	cr_expect(model_limit_add(bench.model, "bad name", "{\"rate\": \"1/s\"}", &bench.errs) ==
		  -EBADMSG);
	expect_errors(&bench, 1, ERROR_NAME);
	cr_expect(model_limit_delete(bench.model, "nosuch", &bench.errs) == -ENOENT);
	cr_expect(model_limit_delete(bench.model, "slow", &bench.errs) == -EBADMSG);
	expect_errors(&bench, 1, ERROR_NO_LIMIT);
	cr_expect(model_limit_delete(bench.model, "fast", &bench.errs) == 0);
	expect_state(&bench, "abc", 2);
	stop(&bench);
}

/* Interfaces of the command line are deleted as others are, and come back with a new start only. */
Test(edits, interfaces)
{
	const char *const names[] = {"eth5", "eth6", "eth7"};
	const struct config_overrides overrides = {.interfaces = names, .interface_count = 3};
	struct bench bench;

	start(&bench, &overrides);
	cr_expect(model_config(bench.model)->interface_count == 4);
	cr_expect(model_interface_add(bench.model, "eth5", NULL, NULL, &bench.errs) == -EEXIST);
	cr_expect(model_interface_add(bench.model, "eth1", "lan", "generic", &bench.errs) == 0);
	cr_expect(config_find_interface(model_config(bench.model), "eth1") >= 0);
	cr_expect(model_interface_add(bench.model, "eth2", NULL, "sideways", &bench.errs) ==
		  -EBADMSG);
	expect_errors(&bench, 1, ERROR_WORD);
	apply_result = -ENOMEM;
	cr_expect(model_interface_delete(bench.model, "eth5", &bench.errs) == -ENOMEM);
	errors_clear(&bench.errs);
	apply_result = 0;
	cr_expect(model_config(bench.model)->interface_count == 5);
	cr_expect(model_interface_delete(bench.model, "eth5", &bench.errs) == 0);
	cr_expect(model_interface_delete(bench.model, "eth5", &bench.errs) == -ENOENT);
	cr_expect(model_reload(bench.model, &bench.errs) == 0);
	cr_expect(model_config(bench.model)->interface_count == 3);
	cr_expect(config_find_interface(model_config(bench.model), "eth5") < 0);
	cr_expect(config_find_interface(model_config(bench.model), "eth6") >= 0);
	cr_expect(config_find_interface(model_config(bench.model), "eth7") >= 0);
	stop(&bench);
}

/* A set that is gone takes its entries with it; one that stays keeps them. */
Test(edits, live_sets)
{
	const struct live_entry *entries;
	struct prefix prefix;
	struct bench bench;
	int id;

	start(&bench, NULL);
	cr_assert(prefix_parse("10.0.0.1", &prefix) == 0);
	id = slots_find(model_slots(bench.model), FW_NAME_LIVE_SET, "banned");
	cr_assert(id > 0);
	cr_expect(live_add(bench.live, (unsigned)id, &prefix, 0, 0, "", NULL) == 0);
	cr_expect(live_add(bench.live, FW_LIVE_BLOCKS, &prefix, 0, 0, "", NULL) == 0);
	cr_expect(model_rule_add(bench.model, DROP_D, NULL, &bench.errs) == 0);
	cr_expect(model_reload(bench.model, &bench.errs) == 0);
	cr_expect(live_list(bench.live, (unsigned)id, &entries) == 1);
	write_file(&bench, "{\"interfaces\": {\"eth0\": {}}}");
	cr_expect(model_reload(bench.model, &bench.errs) == 0);
	cr_expect(live_list(bench.live, (unsigned)id, &entries) == 0);
	cr_expect(live_list(bench.live, FW_LIVE_BLOCKS, &entries) == 1, "blocks always stay");
	stop(&bench);
}

Test(edits, broken_file)
{
	struct bench bench;

	start(&bench, NULL);
	cr_expect(model_rule_add(bench.model, DROP_D, NULL, &bench.errs) == 0);
	write_file(&bench, "{\"rules\": [}");
	cr_expect(model_reload(bench.model, &bench.errs) == -EBADMSG);
	expect_errors(&bench, 1, ERROR_SYNTAX);
	expect_state(&bench, "abcd", 1);
	unlink(bench.path);
	cr_expect(model_reload(bench.model, &bench.errs) == -ENOENT);
	expect_errors(&bench, 1, ERROR_FILE);
	expect_state(&bench, "abcd", 1);
	cr_expect(model_rule_delete(bench.model, "d", &bench.errs) == 0, "edits go on");
	stop(&bench);
}

/* An edit tells of warnings that it brought, a reload of all. */
Test(edits, warnings)
{
	static const char all[] = "{\"id\": \"all\", \"action\": \"pass\"}";
	static const char never[] = "{\"id\": \"never\", \"action\": \"drop\"}";
	struct bench bench;

	start(&bench, NULL);
	cr_expect(model_rule_add(bench.model, all, NULL, &bench.errs) == 0);
	cr_expect(bench.errs.count == 0);
	cr_expect(model_rule_add(bench.model, never, NULL, &bench.errs) == 0);
	cr_assert(bench.errs.count == 1 && bench.errs.warned == 1);
	cr_expect(bench.errs.list[0].code == ERROR_SHADOWED);
	errors_clear(&bench.errs);
	cr_expect(model_rule_add(bench.model, "{\"id\": \"x\"}", NULL, &bench.errs) == -EBADMSG);
	errors_clear(&bench.errs);
	cr_expect(model_rule_add(bench.model, DROP_D, "a", &bench.errs) == 0);
	cr_expect(bench.errs.count == 0 && bench.errs.warned == 0, "told already");
	cr_expect(model_rule_delete(bench.model, "never", &bench.errs) == 0);
	cr_expect(model_rule_add(bench.model, never, NULL, &bench.errs) == 0);
	cr_expect(bench.errs.count == 1, "it is new again");
	stop(&bench);
}

#define ANSWERS "{\"rate\": \"1/s\", \"algorithm\": \"syn_cookie\"}"

Test(edits, limits_that_answer_syns)
{
	struct bench bench;
	unsigned before;

	start(&bench, NULL);
	before = applied;
	answers = false;
	cr_expect(model_limit_add(bench.model, "syns", ANSWERS, &bench.errs) == -EOPNOTSUPP);
	cr_assert_eq(bench.errs.count, 1);
	cr_expect(strstr(bench.errs.list[0].message, "\"syns\"") &&
			  strstr(bench.errs.list[0].message, "bpf_tcp_raw_gen_syncookie_ipv4"),
		  "%s", bench.errs.list[0].message);
	cr_expect(applied == before && config_find_limit(model_config(bench.model), "syns") < 0);
	errors_clear(&bench.errs);
	answers = true;
	cr_expect(model_limit_add(bench.model, "syns", ANSWERS, &bench.errs) == 0);
	cr_expect(applied == before + 1 && told == 1);
	model_refresh_cookies(bench.model);
	cr_expect(told == 2);
	cr_expect(model_limit_delete(bench.model, "syns", &bench.errs) == 0);
	model_refresh_cookies(bench.model);
	cr_expect(told == 2, "nobody asks");
	stop(&bench);
}

/* ---- copies of sets from files ---- */

static void write_feed(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	cr_assert(file && fputs(text, file) >= 0 && fclose(file) == 0);
}

/* A model of a config with a set from a file that keeps what it had. */
static struct model *start_feed(struct bench *bench, const char *folder, const char *state_dir)
{
	const struct config_overrides overrides = {.state_dir = state_dir};
	char text[256];

	*bench = (struct bench){0};
	snprintf(bench->path, sizeof(bench->path), "%s/fwd.json", folder);
	snprintf(text, sizeof(text),
		 "{\"sets\": {\"feed\": {\"file\": \"feed\", \"on_error\": \"keep-last\"}}}");
	write_file(bench, text);
	bench->live = live_new(&maps, NULL);
	cr_assert_eq(model_new(NULL, bench->live, bench->path, &overrides, &bench->model), 0);
	cr_assert_eq(model_reload(bench->model, &bench->errs), 0);
	return bench->model;
}

static size_t feed_count(const struct model *model)
{
	return model_config(model)->sets[0].prefixes.count;
}

static bool is_told(const struct errors *errs, const char *what)
{
	for (size_t i = 0; i < errs->count; i++)
		if (strstr(errs->list[i].message, what))
			return true;
	return false;
}

Test(copies, survive_a_restart)
{
	char folder[] = "/tmp/fwd-model.XXXXXX", feed[64], state[64], command[96];
	struct bench bench;

	cr_assert(mkdtemp(folder));
	snprintf(feed, sizeof(feed), "%s/feed", folder);
	snprintf(state, sizeof(state), "%s/state", folder);
	write_feed(feed, "192.0.2.0/24\n198.51.100.0/24\n");
	cr_expect_eq(feed_count(start_feed(&bench, folder, state)), 2);
	cr_expect_eq(bench.errs.count, 0);
	stop(&bench);

	cr_assert_eq(unlink(feed), 0);
	cr_expect_eq(feed_count(start_feed(&bench, folder, state)), 2);
	cr_expect(is_told(&bench.errs, "has the 2 entries of its copy in"));
	cr_expect(is_told(&bench.errs, " old"), "and its age");
	stop(&bench);

	/* A good file comes back: its content is what is kept from then on. */
	write_feed(feed, "192.0.2.0/24\n198.51.100.0/24\n203.0.113.0/24\n");
	cr_expect_eq(feed_count(start_feed(&bench, folder, state)), 3);
	stop(&bench);
	cr_assert_eq(unlink(feed), 0);
	cr_expect_eq(feed_count(start_feed(&bench, folder, state)), 3);
	stop(&bench);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	cr_assert_eq(system(command), 0);
}

Test(copies, cannot_be_written)
{
	char folder[] = "/tmp/fwd-model.XXXXXX", feed[64], command[96];
	struct bench bench;

	cr_assert(mkdtemp(folder));
	snprintf(feed, sizeof(feed), "%s/feed", folder);
	write_feed(feed, "192.0.2.0/24\n");
	cr_expect_eq(feed_count(start_feed(&bench, folder, "/dev/null/state")), 1);
	cr_expect(is_told(&bench.errs, "no copy of set \"feed\" can be kept"));
	errors_clear(&bench.errs);
	write_feed(feed, "192.0.2.0/24\n::1\n");
	cr_assert_eq(model_reload(bench.model, &bench.errs), 0);
	cr_expect_eq(feed_count(bench.model), 2, "it works all the same");
	cr_expect_eq(bench.errs.count, 0, "and it has been told");
	stop(&bench);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	cr_assert_eq(system(command), 0);
}
