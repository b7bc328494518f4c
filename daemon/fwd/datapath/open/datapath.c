// SPDX-License-Identifier: MIT
/*
 * Opens and closes the datapath.
 *
 * The datapath in the kernel runs without fwd: open finds it or creates it, and
 * close leaves it. In between fwd holds file descriptors and two mappings: the
 * state word that selects the generation, and both generations' images.
 */
#include "daemon/fwd/datapath/datapath.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "daemon/fwd/datapath/attach/adopt.h"
#include "daemon/fwd/datapath/buckets/buckets.h"
#include "daemon/fwd/datapath/generation/places.h"
#include "daemon/fwd/datapath/internal.h"
#include "daemon/fwd/datapath/maps/maps.h"
#include "daemon/fwd/datapath/maps/pins.h"
#include "daemon/fwd/datapath/open/host.h"
#include "daemon/fwd/datapath/panic/panic_switch.h"
#include "daemon/fwd/datapath/programs/programs.h"

#define RULE_BUCKETS_SIZE (2 * FW_MAX_RULE_SLOTS * sizeof(struct fw_rule_bucket))

/* Map an array; the kernel lays its elements out one after the other. */
static int map_array(int fd, size_t size, void *ret)
{
	long page = sysconf(_SC_PAGESIZE);
	void *address;

	if (fd < 0)
		return fd;
	size = (size + page - 1) & ~(page - 1);
	address = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (address == MAP_FAILED)
		return -errno;
	*(void **)ret = address;
	return 0;
}

static int map_arrays(struct datapath *dp, struct errors *errs)
{
	int err = map_array(MAP_FD(dp, state), sizeof(*dp->state), &dp->state);

	if (!err)
		err = map_array(MAP_FD(dp, images), FW_IMAGES * sizeof(*dp->images), &dp->images);
	if (!err)
		err = map_array(MAP_FD(dp, explanation), sizeof(*dp->explanation),
				&dp->explanation);
	if (!err)
		err = map_array(MAP_FD(dp, rule_buckets), RULE_BUCKETS_SIZE, &dp->rule_buckets);
	if (!err)
		err = map_array(MAP_FD(dp, marks), sizeof(*dp->marks), &dp->marks);
	if (!err)
		err = buckets_open(dp);
	if (err)
		return fail(errs, err, "cannot map the policy's memory");
	dp->state_id = map_id(MAP_FD(dp, state));
	if (!dp->adopted && dp->pin_dir[0])
		panic_inherit(dp);
	if (dp->inherited > dp->state->generation)
		dp->state->generation = dp->inherited;
	/* Last, so that an unfinished set is recognized by its absence. */
	dp->state->abi_version = FW_ABI_VERSION;
	return 0;
}

static int open_all(struct datapath *dp, struct errors *errs)
{
	int err = host_check_capabilities(errs);

	if (!err && dp->pin_dir[0])
		err = host_lock(dp->pin_dir, &dp->lock_fd, errs);
	if (!err)
		err = maps_open(dp, errs);
	if (!err)
		err = map_arrays(dp, errs);
	if (!err && (dp->adopted || dp->shared)) {
		err = names_read(dp);
		if (err)
			fail(errs, err, "cannot read the names that an earlier fwd left");
	}
	if (!err && dp->adopted)
		err = candidates_forget(dp, errs);
	if (!err)
		err = stages_open(dp, errs);
	if (!err)
		err = entry_load_dry(dp, false, errs);
	if (!err && dp->pin_dir[0]) {
		err = attachments_adopt(dp);
		if (err)
			fail(errs, err, "cannot look for what an earlier fwd attached");
	}
	return err;
}

int datapath_open(const struct datapath_options *options, struct datapath **ret,
		  struct errors *errs)
{
	struct datapath *dp = calloc(1, sizeof(*dp));
	int err;

	if (!dp)
		return fail(errs, -ENOMEM, "cannot open the datapath");
	dp->lock_fd = dp->dry_fd = dp->dry_frags_fd = dp->run_fd = -1;
	dp->test_clock = options->test_clock;
	dp->can_answer = !options->no_cookies && stages_can_answer();
	if (!options->no_pins) {
		if (strlen(options->pin_dir) >= PATH_SIZE / 2) {
			datapath_close(dp);
			return fail(errs, -ENAMETOOLONG, "%s", options->pin_dir);
		}
		strcpy(dp->pin_dir, options->pin_dir);
	}
	err = open_all(dp, errs);
	if (err) {
		datapath_close(dp);
		return err;
	}
	*ret = dp;
	return 0;
}

struct datapath *datapath_close(struct datapath *dp)
{
	if (!dp)
		return NULL;
	for (size_t i = 0; i < dp->count; i++)
		close_fd(&dp->ports[i].prog_fd);
	free(dp->ports);
	free(dp->attachments);
	slots_free(dp->slots);
	close_fd(&dp->dry_fd);
	close_fd(&dp->dry_frags_fd);
	close_fd(&dp->run_fd);
	if (dp->state)
		munmap(dp->state, sizeof(*dp->state));
	if (dp->images)
		munmap(dp->images, FW_IMAGES * sizeof(*dp->images));
	if (dp->explanation)
		munmap(dp->explanation, sizeof(*dp->explanation));
	if (dp->rule_buckets)
		munmap(dp->rule_buckets, RULE_BUCKETS_SIZE);
	if (dp->marks)
		munmap(dp->marks, sizeof(*dp->marks));
	buckets_close(dp);
	maps_close(dp);
	close_fd(&dp->lock_fd);
	free(dp);
	return NULL;
}

/* Programs that only fwd holds. */
static void forget_programs(struct datapath *dp)
{
	int *fds[] = {&dp->dry_fd, &dp->dry_frags_fd, &dp->run_fd};

	for (size_t i = 0; i < array_size(fds); i++) {
		close_fd(fds[i]);
		*fds[i] = -1;
	}
	for (size_t i = 0; i < dp->count; i++) {
		close_fd(&dp->ports[i].prog_fd);
		dp->ports[i].prog_fd = -1;
	}
}

int datapath_unpin(struct datapath *dp, struct errors *errs)
{
	if (!dp->pin_dir[0])
		return 0;
	forget_programs(dp);
	if (pins_in_use(dp->pin_dir))
		return fail(errs, -EBUSY,
			    "%s stays: programs that are still attached, here or in another "
			    "namespace, need it and still filter",
			    dp->pin_dir);
	return maps_unpin(dp, errs);
}

bool datapath_adopted(const struct datapath *dp)
{
	return dp->took_over;
}

const struct slots *datapath_slots(const struct datapath *dp)
{
	return dp->adopted || dp->shared ? dp->slots : NULL;
}

bool datapath_can_answer(const struct datapath *dp)
{
	return dp->can_answer;
}

void datapath_set_cookies(struct datapath *dp, unsigned cookies, unsigned options, unsigned wscale)
{
	dp->state->cookies = (uint8_t)cookies;
	dp->state->cookie_options = (uint8_t)options;
	dp->state->cookie_wscale = (uint8_t)wscale;
}
