// SPDX-License-Identifier: MIT
/*
 * Runs the loaded programs on a frame, through BPF_PROG_TEST_RUN.
 *
 * An explanation runs the dry entry, which has no side effects. Its question and
 * its answer are in map `explanation`.
 */
#include "daemon/fwd/datapath/explain/explain.h"
#include "daemon/fwd/datapath/explain/testing.h"
#include "daemon/fwd/datapath/attach/attachments.h"
#include "daemon/fwd/datapath/maps/maps.h"
#include "daemon/fwd/datapath/programs/programs.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <string.h>

#define ONE_BUFFER 3400
#define LARGEST	   65535

/* A real packet may come between on the same CPU (ebpf/lib/packet.h). */
#define TRIES 20

/* ask_place of the question; a negative errno. */
static int place_of(const struct datapath *dp, enum datapath_judge judge)
{
	enum fw_image_place place = FW_IMAGE_CANDIDATE;

	switch (judge) {
	case JUDGE_RUNNING:
		return 0;
	case JUDGE_CANDIDATE:
		break;
	case JUDGE_TRIED:
		place = FW_IMAGE_TRIED;
		break;
	}
	return dp->staged[place] ? (int)place + 1 : -ENOENT;
}

/*
 * The entry for a frame of this length: a test run has one page, which it shares with other data.
 * Short frames use the variant of the stages that is loaded, as interfaces use it.
 */
static int entry_for(struct datapath *dp, size_t length)
{
	bool frags = length > ONE_BUFFER || (dp->has_stages[true] && !dp->has_stages[false]);
	int *entry = frags ? &dp->dry_frags_fd : &dp->dry_fd;
	int err = stages_load(dp, frags, NULL);

	if (!err && *entry < 0)
		err = entry_load_dry(dp, frags, NULL);
	return err ? err : *entry;
}

/* One run: -EPROTO if a real packet came between and the explanation is that packet's. */
static int explain_once(struct datapath *dp, int entry, int place, int ifindex, const void *frame,
			size_t length, struct fw_explanation *ret)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .data_size_in = length, .repeat = 1);
	int err;

	*dp->explanation = (struct fw_explanation){.ask_place = place,
						   .ask_ifindex = ifindex,
						   .rule = FW_NO_SLOT,
						   .limit = FW_NO_SLOT};
	err = bpf_prog_test_run_opts(entry, &opts);
	if (err)
		return err;
	if (*(volatile uint32_t *)&dp->explanation->written != FW_EXPLAINED)
		return -EPROTO;
	*ret = *dp->explanation;
	return 0;
}

int datapath_explain(struct datapath *dp, enum datapath_judge judge, int ifindex, const void *frame,
		     size_t length, struct fw_explanation *ret)
{
	int place = place_of(dp, judge), entry, err = -EPROTO;

	if (place < 0)
		return place;
	if (length < ETH_HLEN || length > LARGEST)
		return -EINVAL;
	entry = entry_for(dp, length);
	if (entry < 0)
		return entry;
	for (int i = 0; i < TRIES && err == -EPROTO; i++)
		err = explain_once(dp, entry, place, ifindex, frame, length, ret);
	return err;
}

struct fragment_search {
	struct fw_fragment_key *key;
	uint64_t now;
	uint64_t seen; /* of the best one so far; 0: none */
};

static int look_at_fragment(const void *key, const void *value, void *userdata)
{
	const struct fw_fragment_value *first = value;
	const struct fw_fragment_key *is = key;
	struct fragment_search *search = userdata;
	struct fw_fragment_key like = *search->key;

	like.id = is->id;
	if (memcmp(&like, is, sizeof(like)) != 0 || first->seen + FW_FRAGMENT_NS <= search->now ||
	    first->seen < search->seen)
		return 0;
	search->key->id = is->id;
	search->seen = first->seen;
	return 0;
}

int datapath_find_fragment(const struct datapath *dp, struct fw_fragment_key *key)
{
	struct fragment_search search = {.key = key, .now = datapath_now(dp)};
	int err = map_walk(MAP_FD(dp, fragments), sizeof(*key), sizeof(struct fw_fragment_value),
			   look_at_fragment, &search);

	if (err)
		return err;
	return search.seen ? 0 : -ENOENT;
}

static bool is_attached(const struct datapath *dp, int ifindex)
{
	for (size_t i = 0; i < dp->count; i++)
		if (dp->attachments[i].ifindex == ifindex && dp->ports[i].prog_fd >= 0)
			return true;
	return false;
}

void datapath_expect(struct datapath *dp, int ifindex, unsigned slot)
{
	int fd = MAP_FD(dp, interfaces);
	uint32_t value = slot;

	/* Its entry is what the lock-out check depends on. */
	if (is_attached(dp, ifindex))
		return;
	if (slot)
		bpf_map_update_elem(fd, &ifindex, &value, BPF_ANY);
	else
		bpf_map_delete_elem(fd, &ifindex);
}

static int load_run(struct datapath *dp)
{
	const struct knobs knobs = {.interface = ANY_INTERFACE, .test_clock = dp->test_clock};
	struct object object = {0};
	int err = stages_load(dp, false, NULL);

	if (!err)
		err = entry_open(dp, &knobs, false, &object, NULL);
	if (!err)
		err = object_load(&object, false, NULL);
	if (!err) {
		dp->run_fd = fcntl(bpf_program__fd(object.prog), F_DUPFD_CLOEXEC, 0);
		if (dp->run_fd < 0)
			err = -errno;
	}
	object_close(&object);
	return err;
}

int datapath_run(struct datapath *dp, int ifindex, const void *frame, size_t length,
		 uint32_t repeat, uint32_t *ret_verdict, uint32_t *ret_ns)
{
	struct xdp_md context = {.data_end = length, .ingress_ifindex = ifindex};
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .data_size_in = length,
		    .ctx_in = &context, .ctx_size_in = sizeof(context), .repeat = repeat);
	int err = dp->run_fd < 0 ? load_run(dp) : 0;

	if (err)
		return err;
	err = bpf_prog_test_run_opts(dp->run_fd, &opts);
	if (err)
		return err;
	if (ret_verdict)
		*ret_verdict = opts.retval;
	if (ret_ns)
		*ret_ns = opts.duration;
	return 0;
}

int datapath_run_out(struct datapath *dp, int ifindex, const void *frame, size_t length,
		     uint32_t *ret_verdict, void *out, size_t *size)
{
	struct xdp_md context = {.data_end = length, .ingress_ifindex = ifindex};
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .data_size_in = length,
		    .data_out = out, .data_size_out = *size, .ctx_in = &context,
		    .ctx_size_in = sizeof(context), .repeat = 1);
	int err = dp->run_fd < 0 ? load_run(dp) : 0;

	if (!err)
		err = bpf_prog_test_run_opts(dp->run_fd, &opts);
	if (err)
		return err;
	*ret_verdict = opts.retval;
	*size = opts.data_size_out;
	return 0;
}

int datapath_map(const struct datapath *dp, const char *name)
{
	int fd = bpf_object__find_map_fd_by_name(dp->skel->obj, name);

	return fd >= 0 ? fd : -ENOENT;
}
