// SPDX-License-Identifier: MIT
/*
 * The kernel refuses to attach, replace or remove a program on a device while a device above it (its
 * bridge, a VLAN on it) has one. So uppers come last and leave first. Where that is not enough, as
 * for a new port of a filtered bridge, ours above are taken off for that one call and put back: the
 * shortest possible, and with a warning that says how long. All is loaded before.
 */
#include "devices.h"
#include "internal.h"

#include <errno.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <string.h>
#include <time.h>

struct aside {
	size_t index; /* of the attachment */
	int ifindex;
	unsigned rank;
	bool generic;
	bool dispatcher;
	int prog_fd; /* -1: it is still there */
};

struct asides {
	struct aside list[FW_MAX_INTERFACES];
	size_t count;
	uint64_t since; /* CLOCK_MONOTONIC, ns */
};

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

/* Ours above a device, the uppermost first. */
static void find_uppers(const struct datapath *dp, int ifindex, struct asides *ret)
{
	cleanup_free struct device *devices = NULL;
	size_t count = 0;

	ret->count = 0;
	if (devices_read(&devices, &count))
		return;
	for (size_t i = 0; i < dp->count && ret->count < array_size(ret->list); i++) {
		struct aside aside = {
			.index = i, .ifindex = dp->attachments[i].ifindex, .prog_fd = -1};
		size_t at = ret->count;

		if (dp->ports[i].prog_fd < 0 ||
		    !devices_is_above(devices, count, aside.ifindex, ifindex))
			continue;
		aside.rank = devices_rank_of(devices, count, aside.ifindex);
		for (; at > 0 && ret->list[at - 1].rank < aside.rank; at--)
			ret->list[at] = ret->list[at - 1];
		ret->list[at] = aside;
		ret->count++;
	}
}

static int take_off(const struct datapath *dp, struct aside *aside)
{
	struct found found;
	int err = inspect(dp, aside->ifindex, &found);

	if (err || found.prog_fd < 0)
		return err;
	if (found.extra_fd >= 0)
		err = remove_program(aside->ifindex, &found, found.extra_fd);
	if (!err)
		err = remove_program(aside->ifindex, &found, found.prog_fd);
	if (!err) {
		aside->generic = found.generic;
		aside->dispatcher = found.dispatcher;
		aside->prog_fd = steal_fd(&found.prog_fd);
	}
	found_clear(&found);
	return err;
}

/* The very same program, without loading anything; in a dispatcher it must be made again. */
static int put_on(struct datapath *dp, struct aside *aside, struct errors *errs)
{
	uint32_t flags = aside->generic ? XDP_FLAGS_SKB_MODE : XDP_FLAGS_DRV_MODE;
	int err = -EOPNOTSUPP;

	if (!aside->dispatcher)
		err = bpf_xdp_attach(aside->ifindex, aside->prog_fd,
				     flags | XDP_FLAGS_UPDATE_IF_NOEXIST, NULL);
	close_fd(&aside->prog_fd);
	return err ? port_attach(dp, aside->index, errs) : 0;
}

static void put_back(struct datapath *dp, struct asides *asides, int ifindex, struct errors *errs)
{
	char below[IF_NAMESIZE];

	for (size_t i = asides->count; i-- > 0;) {
		struct aside *aside = &asides->list[i];
		const struct attachment *upper = &dp->attachments[aside->index];

		if (aside->prog_fd < 0)
			continue;
		if (put_on(dp, aside, errs))
			warn(errs, "%s is not filtered: its program could not be put back",
			     upper->current_name);
		else
			warn(errs,
			     "%s had no program for %.1f ms: the kernel changes nothing on a "
			     "device "
			     "below it (%s) while it has one",
			     upper->current_name, (double)(now() - asides->since) / 1e6,
			     if_indextoname((unsigned)ifindex, below) ? below : "?");
	}
}

int call_below(struct datapath *dp, int ifindex, device_call *call, void *argument,
	       struct errors *errs)
{
	int err = call(argument), taken = 0;
	struct asides asides;

	if (err != -EEXIST)
		return err;
	find_uppers(dp, ifindex, &asides);
	if (!asides.count)
		return err;
	dp->reason[0] = '\0';
	asides.since = now();
	for (size_t i = 0; !taken && i < asides.count; i++)
		taken = take_off(dp, &asides.list[i]);
	if (!taken)
		err = call(argument);
	put_back(dp, &asides, ifindex, errs);
	return err;
}

/* ---- the order ---- */

static void sort_by_rank(size_t *order, const unsigned *ranks, size_t count, bool uppers_first)
{
	for (size_t i = 0; i < count; i++) {
		size_t at = i;

		for (; at > 0; at--) {
			unsigned before = ranks[order[at - 1]];

			if (uppers_first ? before >= ranks[i] : before <= ranks[i])
				break;
			order[at] = order[at - 1];
		}
		order[at] = i;
	}
}

static int ifindex_of(const struct datapath *dp, const char *name)
{
	for (size_t i = 0; i < dp->count; i++)
		if (dp->attachments[i].ifindex && strcmp(dp->attachments[i].name, name) == 0)
			return dp->attachments[i].ifindex;
	return (int)if_nametoindex(name);
}

void datapath_order_names(const struct datapath *dp, const char *const *names, size_t count,
			  bool uppers_first, size_t *ret)
{
	cleanup_free struct device *devices = NULL;
	cleanup_free unsigned *ranks = calloc(count + 1, sizeof(*ranks));
	size_t device_count = 0;

	/* Without either, they are taken in the order that they come in. */
	devices_read(&devices, &device_count);
	for (size_t i = 0; ranks && i < count; i++)
		ranks[i] = devices_rank_of(devices, device_count, ifindex_of(dp, names[i]));
	for (size_t i = 0; !ranks && i < count; i++)
		ret[i] = i;
	if (ranks)
		sort_by_rank(ret, ranks, count, uppers_first);
}

bool datapath_has_upper(const struct datapath *dp, const char *name, char *upper)
{
	cleanup_free struct device *devices = NULL;
	int ifindex = ifindex_of(dp, name);
	size_t count = 0;

	devices_read(&devices, &count);
	for (size_t i = 0; ifindex && i < count; i++) {
		uint32_t program = 0;

		if (devices_is_above(devices, count, devices[i].ifindex, ifindex) &&
		    !bpf_xdp_query_id(devices[i].ifindex, 0, &program) && program &&
		    if_indextoname((unsigned)devices[i].ifindex, upper))
			return true;
	}
	return false;
}
