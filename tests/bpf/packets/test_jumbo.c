// SPDX-License-Identifier: MIT
/*
 * Frames larger than a buffer: the chain with multi-buffer support, with an
 * entry of our own in front of its stages.
 */
#include "tests/bpf/groups.h"
#include "tests/bpf/lib/harness.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>

#include "ebpf/entry.skel.h"

static int share_maps(const struct test *test, struct entry_bpf *entry)
{
	struct bpf_map *map;

	bpf_object__for_each_map (map, entry->obj) {
		const char *name = bpf_map__name(map);
		int fd, err;

		if (bpf_map__is_internal(map))
			continue;
		fd = datapath_map(test->dp, strcmp(name, "stages") ? name : "stages_frags");
		err = fd < 0 ? fd : bpf_map__reuse_fd(map, fd);
		if (err)
			return err;
	}
	return 0;
}

static struct entry_bpf *load_entry(struct test *test)
{
	struct entry_bpf *entry = entry_bpf__open();
	int err = entry ? share_maps(test, entry) : -errno;

	if (!err) {
		entry->rodata->knob_test_clock = true;
		bpf_program__set_expected_attach_type(entry->progs.fwd_entry, 0);
		bpf_program__set_flags(entry->progs.fwd_entry, BPF_F_XDP_HAS_FRAGS);
		err = entry_bpf__load(entry);
	}
	check(test, !err, "an entry with multi-buffer support", "%s", strerror(-err));
	if (!err)
		return entry;
	entry_bpf__destroy(entry);
	return NULL;
}

/* A UDP datagram that makes the frame this long. */
static uint8_t *jumbo(size_t length, uint16_t port)
{
	struct frame frame = udp4(1, port);
	uint8_t *bytes = calloc(1, length);
	size_t ip = length - frame.ip_at, above = length - frame.udp_at;

	if (!bytes)
		return NULL;
	memcpy(bytes, frame.bytes, frame.length);
	bytes[frame.ip_at + 2] = ip >> 8;
	bytes[frame.ip_at + 3] = ip & 0xff;
	bytes[frame.udp_at + 4] = above >> 8;
	bytes[frame.udp_at + 5] = above & 0xff;
	return bytes;
}

/* On the loopback interface. */
static uint32_t run_bytes(struct test *test, const struct entry_bpf *entry, const uint8_t *bytes,
			  size_t length)
{
	/* Without a context: it would have to say how much lies in the first buffer. */
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = bytes, .data_size_in = length, .repeat = 1);
	int err;

	err = bpf_prog_test_run_opts(bpf_program__fd(entry->progs.fwd_entry), &opts);
	if (err)
		check(test, false, "run", "%s", strerror(-err));
	return err ? ~0U : opts.retval;
}

static void test_frame(struct test *test, const struct entry_bpf *entry, size_t length)
{
	cleanup_free uint8_t *dns = jumbo(length, 53), *other = jumbo(length, 54);
	struct fw_rule_stats before, after;
	char name[64];

	if (!dns || !other)
		return;
	snprintf(name, sizeof(name), "frame of %zu bytes", length);
	datapath_rule_stats(test->dp, rule_slot(test, "dns"), &before);
	check_equal(test, run_bytes(test, entry, dns, length), XDP_DROP, name);
	datapath_rule_stats(test->dp, rule_slot(test, "dns"), &after);
	check_equal(test, after.matched.bytes - before.matched.bytes, length, "all bytes counted");
	check_equal(test, run_bytes(test, entry, other, length), XDP_PASS, name);
	other[17]++;
	check_equal(test, run_bytes(test, entry, other, length), XDP_DROP, "length beyond the end");
}

/* Frames of more than the MTU stand for several packets: 1472 bytes of UDP in each. */
static void test_merged(struct test *test, const struct entry_bpf *entry)
{
	static const struct {
		size_t length;
		uint32_t mtu;
		unsigned segments;
	} rows[] = {
		{1514, 1500, 1},
		{1523, 1500, 2},
		{42 + 2 * 1472, 1500, 2},
		{43 + 2 * 1472, 1500, 3},
		{42 + 40 * 1472, 1500, 40},
		{9014, 9000, 1},
		{9014, 1500, 7},
		{9014, 0, 1},
		{9014, 20, 1},
		{60000, 29, 4096},
	};
	uint32_t *mtu = test->state->mtu;
	struct fw_limit_stats limit, last = {0};
	struct fw_rule_stats before, after;
	char name[64];

	for (size_t i = 0; i < array_size(rows); i++) {
		cleanup_free uint8_t *bytes = jumbo(rows[i].length, 61);

		mtu[0] = rows[i].mtu;
		snprintf(name, sizeof(name), "%zu bytes over an MTU of %u", rows[i].length,
			 rows[i].mtu);
		datapath_rule_stats(test->dp, rule_slot(test, "count"), &before);
		datapath_limit_stats(test->dp, limit_slot(test, "count"), &last);
		check_equal(test, run_bytes(test, entry, bytes, rows[i].length), XDP_PASS, name);
		datapath_rule_stats(test->dp, rule_slot(test, "count"), &after);
		datapath_limit_stats(test->dp, limit_slot(test, "count"), &limit);
		check_equal(test, after.matched.packets - before.matched.packets, rows[i].segments,
			    name);
		check_equal(test, limit.passed.packets - last.passed.packets, rows[i].segments,
			    "packets within the limit");
	}
	mtu[0] = 0;
}

/* Each of them pays for what it stands for, whatever the limit's algorithm. */
static void test_merged_limits(struct test *test, const struct entry_bpf *entry)
{
	static const char *const algorithms[] = {"token_bucket", "fixed_window", "sliding_window"};
	cleanup_free uint8_t *ten = jumbo(42 + 10 * 1472, 62);
	char config[512];

	test->state->mtu[0] = 1500;
	for (size_t i = 0; i < array_size(algorithms); i++) {
		snprintf(config, sizeof(config),
			 "{'enforce': true, 'limits': {'few%zu': {'rate': '25/h', %s 'algorithm':"
			 " '%s'}}, 'rules': [{'id': 'few%zu', 'match': {'dport': 62},"
			 " 'limit': 'few%zu'}]}",
			 i, i ? "" : "'burst': 25,", algorithms[i], i, i);
		use(test, config);
		pass_time(test, 1000 * 3600 * SECOND);
		for (int run = 0; run < 3; run++)
			check_equal(test, run_bytes(test, entry, ten, 42 + 10 * 1472),
				    run < 2 ? XDP_PASS : XDP_DROP, algorithms[i]);
	}
	/* A frame that the burst has no room for. */
	use(test, "{'enforce': true, 'limits': {'rare': {'rate': '1/h', 'burst': 1}},"
		  " 'rules': [{'id': 'rare', 'match': {'dport': 62}, 'limit': 'rare'}]}");
	pass_time(test, 1000 * 3600 * SECOND);
	check_equal(test, run_bytes(test, entry, ten, 42 + 10 * 1472), XDP_DROP,
		    "ten of one an hour");
	test->state->mtu[0] = 0;
}

void test_jumbo(struct test *test)
{
	cleanup_free uint8_t *bytes = jumbo(9014, 60);
	struct entry_bpf *entry = load_entry(test);

	use(test, "{'enforce': true, 'limits': {'some': {'rate': '1kB/h', 'burst': 20000},"
		  " 'count': {'rate': '1000000/s', 'burst': 1000000}},"
		  " 'rules': [{'id': 'long', 'match': {'dport': 60, 'length': '8999-9001'},"
		  " 'limit': 'some'},"
		  "{'id': 'count', 'match': {'dport': 61}, 'limit': 'count'},"
		  "{'id': 'dns', 'match': {'proto': 'udp', 'dport': 53}, 'action': 'drop'}]}");
	pass_time(test, 1000 * 3600 * SECOND);
	if (!entry)
		return;
	test_frame(test, entry, 1514);
	test_frame(test, entry, 4000);
	test_frame(test, entry, 9014);
	test_frame(test, entry, 60000);
	for (int i = 0; i < 3; i++)
		check_equal(test, run_bytes(test, entry, bytes, 9014), i < 2 ? XDP_PASS : XDP_DROP,
			    "9000 bytes of 20000");
	test_merged(test, entry);
	test_merged_limits(test, entry);
	entry_bpf__destroy(entry);
}
