// SPDX-License-Identifier: MIT
/*
 * The kernel refuses to attach, replace or remove a program on a device while a device directly
 * above it (its bridge, a VLAN on it) has one. So uppers are attached last and detached first.
 * Where that is not enough, such as for a new port of a filtered bridge, our programs above are
 * removed for that one call and put back. All preparations are made before, as this is a time
 * without a filter; a warning has its length.
 */
#include "daemon/fwd/datapath/attach/aside.h"
#include "daemon/fwd/datapath/attach/kernel/devices.h"

#include <errno.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <string.h>
#include <time.h>

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

/* ---- devices above ---- */

static bool is_listed(const struct uppers *uppers, int ifindex)
{
	for (size_t i = 0; i < uppers->count; i++)
		if (uppers->list[i].ifindex == ifindex)
			return true;
	return false;
}

static size_t index_of(const struct datapath *dp, int ifindex)
{
	size_t i = 0;

	while (i < dp->count && dp->attachments[i].ifindex != ifindex)
		i++;
	return i;
}

/* The uppermost first: they are removed in this order. */
static void insert(struct uppers *uppers, const struct upper *upper)
{
	size_t at = uppers->count++;

	for (; at > 0 && uppers->list[at - 1].rank < upper->rank; at--)
		uppers->list[at] = uppers->list[at - 1];
	uppers->list[at] = *upper;
}

static void add_upper(const struct datapath *dp, const struct device *device, struct uppers *uppers)
{
	struct upper upper = {.ifindex = device->ifindex, .rank = device->rank};

	upper.index = index_of(dp, upper.ifindex);
	if (inspect(dp, upper.ifindex, &upper.found) || !upper.found.main_id)
		return;
	if (upper.found.prog_fd < 0 || upper.found.shared || upper.index == dp->count ||
	    uppers->count == array_size(uppers->list)) {
		found_clear(&upper.found);
		uppers->has_foreign = true;
		if_indextoname((unsigned)upper.ifindex, uppers->foreign);
		return;
	}
	insert(uppers, &upper);
}

/* A program above counts only on the next device, but then also those above that keep it. */
static void add_above(const struct datapath *dp, const struct device *devices, size_t count,
		      int lower, struct uppers *uppers)
{
	size_t at = devices_next_upper(devices, count, lower, 0);

	for (; at < count; at = devices_next_upper(devices, count, lower, at + 1)) {
		int ifindex = devices[at].ifindex;

		if (is_listed(uppers, ifindex))
			continue;
		add_upper(dp, &devices[at], uppers);
		if (is_listed(uppers, ifindex))
			add_above(dp, devices, count, ifindex, uppers);
	}
}

void uppers_find(const struct datapath *dp, int ifindex, struct uppers *ret)
{
	cleanup_free struct device *devices = NULL;
	size_t count = 0;

	ret->count = 0;
	ret->has_foreign = false;
	ret->foreign[0] = '\0';
	if (devices_read(&devices, &count) == 0)
		add_above(dp, devices, count, ifindex, ret);
}

void uppers_clear(struct uppers *uppers)
{
	for (size_t i = 0; i < uppers->count; i++)
		found_clear(&uppers->list[i].found);
	uppers->count = 0;
}

/* ---- off and on ---- */

static int take_off(struct upper *upper)
{
	const struct found *found = &upper->found;
	int err = 0;

	if (found->extra_fd >= 0)
		err = remove_program(upper->ifindex, found, found->extra_fd);
	if (!err)
		err = remove_program(upper->ifindex, found, found->prog_fd);
	upper->is_off = !err;
	return err;
}

/* The same program, without loading; for a dispatcher it must be loaded again. */
static int put_on(struct datapath *dp, struct upper *upper)
{
	uint32_t flags = upper->found.generic ? XDP_FLAGS_SKB_MODE : XDP_FLAGS_DRV_MODE;
	int err = -EOPNOTSUPP;

	if (!upper->found.dispatcher)
		err = bpf_xdp_attach(upper->ifindex, upper->found.prog_fd,
				     flags | XDP_FLAGS_UPDATE_IF_NOEXIST, NULL);
	if (err)
		err = port_attach(dp, upper->index, NULL);
	upper->is_off = err != 0;
	return err;
}

/* From below, as many as possible. */
static int put_back(struct datapath *dp, struct uppers *uppers)
{
	int ret = 0;

	for (size_t i = uppers->count; i-- > 0;) {
		int err = uppers->list[i].is_off ? put_on(dp, &uppers->list[i]) : 0;

		ret = ret ? ret : err;
	}
	return ret;
}

static int change_without(struct datapath *dp, struct uppers *uppers,
			  const struct device_change *change)
{
	int err = 0, back;

	for (size_t i = 0; !err && i < uppers->count; i++)
		err = take_off(&uppers->list[i]);
	if (!err)
		err = change->call(change->argument);
	back = put_back(dp, uppers);
	/* A bond accepts no native program while its port has one: then the port is restored. */
	if (back && !err && change->undo && change->undo(change->argument) == 0) {
		put_back(dp, uppers);
		err = -EBUSY;
	}
	return err;
}

static void report(const struct datapath *dp, const struct uppers *uppers, int ifindex,
		   double duration_ms, struct errors *errs)
{
	char below[IF_NAMESIZE] = "?";

	if_indextoname((unsigned)ifindex, below);
	for (size_t i = 0; i < uppers->count; i++) {
		const char *name = dp->attachments[uppers->list[i].index].current_name;

		if (uppers->list[i].is_off)
			warn(errs, "%s is not filtered: its program could not be put back: %s",
			     name, dp->attachments[uppers->list[i].index].note);
		else
			warn(errs,
			     "%s had no program for %.1f ms: the kernel changes nothing on %s "
			     "below it while it has one",
			     name, duration_ms, below);
	}
}

/* libxdp returns -EBUSY for any reason that keeps it from a device. */
static bool is_upper_refusal(const struct datapath *dp, int err)
{
	return err == -EEXIST || (err == -EBUSY && strstr(dp->reason, "upper device"));
}

int change_below(struct datapath *dp, int ifindex, const struct device_change *change,
		 struct errors *errs)
{
	int err = change->call(change->argument);
	struct uppers uppers;
	uint64_t since;

	if (!is_upper_refusal(dp, err))
		return err;
	uppers_find(dp, ifindex, &uppers);
	if (uppers.count && !uppers.has_foreign) {
		dp->reason[0] = '\0';
		since = now();
		err = change_without(dp, &uppers, change);
		report(dp, &uppers, ifindex, (double)(now() - since) / 1e6, errs);
	}
	uppers_clear(&uppers);
	return err;
}
