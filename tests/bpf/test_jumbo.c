// SPDX-License-Identifier: MIT
/*
 * Frames larger than a buffer: the chain with multi-buffer support, with an
 * entry of our own in front of its stages.
 */
#include "groups.h"
#include "harness.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>

#include "entry.skel.h"

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

void test_jumbo(struct test *test)
{
	cleanup_free uint8_t *bytes = jumbo(9014, 60);
	struct entry_bpf *entry = load_entry(test);

	use(test, "{'enforce': true, 'limits': {'some': {'rate': '1kB/h', 'burst': 20000}},"
		  " 'rules': [{'id': 'long', 'match': {'dport': 60, 'length': '8999-9001'},"
		  " 'limit': 'some'},"
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
	entry_bpf__destroy(entry);
}
