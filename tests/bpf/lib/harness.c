// SPDX-License-Identifier: MIT
#include "tests/bpf/lib/harness.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "common/base/log.h"
#include "tests/bpf/lib/snapshot.h"

#define START_OF_TIME (1000 * SECOND)

const char *const reason_names[] = {FW_REASONS(FW_AS_NAME)};
const char *const outcome_names[] = {FW_OUTCOMES(FW_AS_NAME)};

/* ---- the datapath under test ---- */

static int keep_event(void *userdata, void *data, size_t size)
{
	struct test *test = userdata;
	struct fw_event *event;

	if (size != sizeof(*event))
		return -EPROTO;
	event = array_grow(&test->events, test->event_count, sizeof(*event));
	if (!event)
		return -ENOMEM;
	memcpy(event, data, sizeof(*event));
	test->event_count++;
	return 0;
}

int test_attach_maps(struct test *test)
{
	test->state = mmap(NULL, sizeof(*test->state), PROT_READ | PROT_WRITE, MAP_SHARED,
			   datapath_map(test->dp, "state"), 0);
	if (test->state == MAP_FAILED) {
		test->state = NULL;
		return -errno;
	}
	test->ring = ring_buffer__new(datapath_map(test->dp, "events"), keep_event, test, NULL);
	return test->ring ? 0 : -errno;
}

int test_open(struct test *test, bool test_clock)
{
	struct datapath_options options = {.no_pins = true, .test_clock = test_clock};
	struct errors errs = {0};
	int err = datapath_open(&options, &test->dp, &errs);

	errors_print(&errs, stdout, false);
	errors_clear(&errs);
	if (!err)
		err = test_attach_maps(test);
	if (err)
		return err;
	test->ifindex = if_nametoindex("lo");
	set_clock(test, START_OF_TIME);
	return 0;
}

void test_close(struct test *test)
{
	ring_buffer__free(test->ring);
	if (test->state)
		munmap(test->state, sizeof(*test->state));
	policy_free(test->policy);
	config_free(test->config);
	free(test->events);
	datapath_close(test->dp);
	test->dp = NULL;
}

void set_clock(struct test *test, uint64_t ns)
{
	test->state->test_now = ns;
}

void pass_time(struct test *test, uint64_t ns)
{
	test->state->test_now += ns;
}

size_t read_events(struct test *test)
{
	int err;

	free(steal(&test->events));
	test->event_count = 0;
	err = ring_buffer__consume(test->ring);
	if (err < 0)
		check(test, false, "reading events", "%s", strerror(-err));
	return test->event_count;
}

/* ---- policies ---- */

bool compile(const char *json, const struct slots *previous, struct config **ret_config,
	     struct policy **ret_policy, struct errors *errs)
{
	cleanup_free char *text = strdup(json);
	struct document *document = NULL;
	struct config *config = NULL;
	struct policy *policy = NULL;
	int err = text ? 0 : -ENOMEM;

	for (char *c = text; c && *c; c++)
		if (*c == '\'')
			*c = '"';
	if (!err)
		err = document_read_text("test", text, strlen(text), &document, errs);
	if (!err)
		err = config_parse(document, NULL, &config, errs);
	if (!err)
		err = config_validate(config, errs);
	if (!err)
		err = policy_compile(config, previous, &policy, errs);
	document_free(document);
	if (err) {
		config_free(config);
		return false;
	}
	*ret_config = config;
	*ret_policy = policy;
	return true;
}

/* Slots of the interfaces that the policy knows. The map is what attaching would write. */
static int name_interface(struct test *test, const char *name, int ifindex)
{
	int slot = slots_find(test->policy->slots, FW_NAME_INTERFACE, name);
	uint32_t key = ifindex, value = slot;
	int fd = datapath_map(test->dp, "interfaces");

	if (slot < 0 || ifindex == 0)
		return 0;
	return bpf_map_update_elem(fd, &key, &value, BPF_ANY) ? -errno : 0;
}

bool use(struct test *test, const char *json)
{
	const struct slots *previous = test->policy ? test->policy->slots : NULL;
	struct errors errs = {0};
	struct config *config;
	struct policy *policy;
	bool good = compile(json, previous, &config, &policy, &errs);

	if (good && policy_apply(test->dp, policy, &errs) == 0) {
		policy_free(test->policy);
		config_free(test->config);
		test->policy = policy;
		test->config = config;
		good = name_interface(test, "wan", test->wan) == 0 &&
		       name_interface(test, "lan", test->lan) == 0;
	} else if (good) {
		policy_free(policy);
		config_free(config);
		good = false;
	}
	if (!good) {
		check(test, false, "policy", "refused: %s", json);
		errors_print(&errs, stdout, false);
	}
	errors_clear(&errs);
	return good;
}

static unsigned slot_of(const struct test *test, enum fw_name_kind kind, const char *name)
{
	int slot = test->policy ? slots_find(test->policy->slots, kind, name) : -1;

	if (slot < 0)
		printf("FAIL  %s: the policy has no \"%s\"\n", test->group, name);
	return slot < 0 ? FW_NO_SLOT : (unsigned)slot;
}

unsigned rule_slot(const struct test *test, const char *id)
{
	return slot_of(test, FW_NAME_RULE, id);
}

unsigned limit_slot(const struct test *test, const char *name)
{
	return slot_of(test, FW_NAME_LIMIT, name);
}

unsigned live_set(const struct test *test, const char *name)
{
	return slot_of(test, FW_NAME_LIVE_SET, name);
}

/* ---- live sets ---- */

void live_put(struct test *test, unsigned set_id, const char *text, uint64_t expires)
{
	struct fw_live_value value = {.expires = expires, .effective = expires};
	struct fw_live_key6 key = {.set_id = __builtin_bswap32(set_id)};
	struct prefix prefix;
	int fd;

	if (prefix_parse(text, &prefix) < 0) {
		check(test, false, "live_put", "%s is no prefix", text);
		return;
	}
	fd = datapath_map(test->dp, prefix.family == 4 ? "live4" : "live6");
	key.prefix_len = 32 + prefix.length;
	memcpy(key.addr, prefix.addr, sizeof(key.addr));
	/* An IPv4 key is the front of an IPv6 key. */
	if (bpf_map_update_elem(fd, &key, &value, BPF_ANY))
		check(test, false, "live_put", "%s: %s", text, strerror(errno));
	if (set_id == FW_LIVE_BLOCKS && prefix.family == 4)
		test->state->blocks4++;
	else if (set_id == FW_LIVE_BLOCKS)
		test->state->blocks6++;
}

void live_clear(struct test *test)
{
	static const char *const maps[] = {"live4", "live6"};
	struct fw_live_key6 key;

	for (size_t i = 0; i < array_size(maps); i++) {
		int fd = datapath_map(test->dp, maps[i]);

		while (bpf_map_get_next_key(fd, NULL, &key) == 0)
			bpf_map_delete_elem(fd, &key);
	}
	test->state->blocks4 = test->state->blocks6 = 0;
}

/* ---- running ---- */

uint32_t run_times(struct test *test, const struct frame *frame, uint32_t times)
{
	uint32_t verdict = ~0U;
	int err = datapath_run(test->dp, test->ifindex, frame->bytes, frame->length, times,
			       &verdict, NULL);

	if (err)
		check(test, false, "run", "%s", strerror(-err));
	return err ? ~0U : verdict;
}

uint32_t run(struct test *test, const struct frame *frame)
{
	return run_times(test, frame, 1);
}

bool explain(struct test *test, const struct frame *frame, struct fw_explanation *ret)
{
	int err = datapath_explain(test->dp, JUDGE_RUNNING, test->ifindex, frame->bytes,
				   frame->length, ret);

	if (err)
		check(test, false, "explain", "%s", strerror(-err));
	return !err;
}

void print_frame(const struct frame *frame)
{
	printf("        ");
	for (unsigned i = 0; i < frame->length; i++)
		printf("%02x", frame->bytes[i]);
	printf("\n");
}
