// SPDX-License-Identifier: MIT
#include "tests/bench/lib/traffic/chain.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "common/base/memory.h"
#include "ebpf/entry.skel.h"

static int failed(struct errors *errs, int err, const char *what)
{
	fprintf(stderr, "bench: cannot %s: %s\n", what, strerror(-err));
	errors_print(errs, stderr, false);
	errors_clear(errs);
	return err;
}

/* As datapath_attach loads it, for one interface and without its hash lookup. */
static int load_entry(struct chain *chain)
{
	struct bpf_map *map;

	chain->entry = entry_bpf__open();
	if (!chain->entry)
		return -errno;
	chain->entry->rodata->knob_interface = CHAIN_INTERFACE;
	bpf_program__set_expected_attach_type(chain->entry->progs.fwd_entry, 0);
	bpf_object__for_each_map (map, chain->entry->obj) {
		int fd = datapath_map(chain->dp, bpf_map__name(map));
		int err = bpf_map__is_internal(map) ? 0 : fd < 0 ? fd : bpf_map__reuse_fd(map, fd);

		if (err)
			return err;
	}
	return entry_bpf__load(chain->entry);
}

int chain_open(struct chain *chain)
{
	const struct datapath_options options = {.no_pins = true};
	struct errors errs = {0};
	int err;

	*chain = (struct chain){0};
	err = datapath_open(&options, &chain->dp, &errs);
	if (!err)
		err = load_entry(chain);
	if (!err) {
		chain->state = mmap(NULL, sizeof(*chain->state), PROT_READ | PROT_WRITE, MAP_SHARED,
				    datapath_map(chain->dp, "state"), 0);
		if (chain->state == MAP_FAILED) {
			chain->state = NULL;
			err = -errno;
		}
	}
	if (err) {
		failed(&errs, err, "open the datapath");
		chain_close(chain);
	}
	return err;
}

int chain_apply(struct chain *chain, const char *text)
{
	struct document *document = NULL;
	struct config *config = NULL;
	struct policy *policy = NULL;
	struct errors errs = {0};
	int err = document_read_text("bench", text, strlen(text), &document, &errs);

	if (!err)
		err = config_parse(document, NULL, &config, &errs);
	if (!err)
		err = policy_compile(config, chain->slots, &policy, &errs);
	if (!err)
		err = policy_apply(chain->dp, policy, &errs);
	if (err) {
		failed(&errs, err, "apply a policy");
	} else {
		slots_free(chain->slots);
		chain->slots = slots_copy(policy->slots);
	}
	policy_free(policy);
	config_free(config);
	document_free(document);
	errors_clear(&errs);
	return err;
}

void chain_close(struct chain *chain)
{
	if (chain->state)
		munmap(chain->state, sizeof(*chain->state));
	entry_bpf__destroy(chain->entry);
	datapath_close(chain->dp);
	slots_free(chain->slots);
	*chain = (struct chain){0};
}

int chain_entry_fd(const struct chain *chain)
{
	return bpf_program__fd(chain->entry->progs.fwd_entry);
}

uint64_t chain_count(const struct chain *chain, enum fw_reason reason)
{
	struct fw_count counts[FW_OUTCOME_MAX] = {0};
	uint64_t sum = 0;

	datapath_reason_stats(chain->dp, CHAIN_INTERFACE, reason, counts);
	for (int i = 0; i < FW_OUTCOME_MAX; i++)
		sum += counts[i].packets;
	return sum;
}

int chain_block4(struct chain *chain, const uint32_t *addresses, size_t count)
{
	const struct fw_live_value value = {.expires = FW_FOREVER, .effective = FW_FOREVER};
	int fd = datapath_map(chain->dp, "live4");

	for (size_t i = 0; i < count; i++) {
		struct fw_live_key4 key = {64, htonl(FW_LIVE_BLOCKS), addresses[i]};

		if (bpf_map_update_elem(fd, &key, &value, BPF_ANY))
			return -errno;
	}
	chain->state->blocks4 += (uint32_t)count;
	return 0;
}

int chain_unblock_all4(struct chain *chain, const uint32_t *addresses, size_t count)
{
	int fd = datapath_map(chain->dp, "live4");

	chain->state->blocks4 = 0;
	for (size_t i = 0; i < count; i++) {
		struct fw_live_key4 key = {64, htonl(FW_LIVE_BLOCKS), addresses[i]};

		if (bpf_map_delete_elem(fd, &key) && errno != ENOENT)
			return -errno;
	}
	return 0;
}
