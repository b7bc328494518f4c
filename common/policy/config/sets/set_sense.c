// SPDX-License-Identifier: MIT
/*
 * Are the contents of a set file plausible? A feed that is empty, has grown or shrunk out of
 * proportion, or covers much of the address space is more likely broken than right.
 *
 * Shares and widths are of global unicast space: IPv4 below 224.0.0.0, IPv6 in 2000::/3. Other
 * space is in lists of bogons, where prefixes such as 224.0.0.0/3 and 8000::/1 are right.
 */
#include "common/policy/config/sets/set_reader.h"

#include <stdio.h>
#include <string.h>

#include "common/base/memory.h"

#define GROWN 4 /* times as many entries are out of proportion */

static bool is_global(const struct prefix *prefix)
{
	if (prefix->family == 4)
		return prefix->addr[0] < 224;
	/* 2000::/3, in it or around it. */
	return (prefix->addr[0] & 0xe0) == 0x20 ||
	       (prefix->length < 3 && prefix->addr[0] <= 0x20 &&
		prefix->addr[0] + (0x100 >> prefix->length) > 0x20);
}

bool set_is_too_wide(const struct config_set *set, const struct prefix *prefix)
{
	int64_t widest = prefix->family == 4 ? set->widest4 : set->widest6;

	return prefix->length < widest && is_global(prefix);
}

static const struct prefix reserved[] = {
	{4, 8, {0}},	     {4, 8, {10}},	    {4, 10, {100, 64}},
	{4, 8, {127}},	     {4, 16, {169, 254}},   {4, 12, {172, 16}},
	{4, 16, {192, 168}}, {6, 128, {[15] = 1}}, /* ::1 */
	{6, 7, {0xfc}},	     {6, 10, {0xfe, 0x80}},
};

bool set_is_reserved(const struct prefix *prefix)
{
	/* Called for millions of prefixes: the first byte decides for most. */
	static const bool first[256] = {
		[0] = true,   [10] = true,  [100] = true,  [127] = true,  [169] = true,
		[172] = true, [192] = true, [0xfc] = true, [0xfd] = true, [0xfe] = true};

	if (prefix->length >= 8 && !first[prefix->addr[0]])
		return false;
	for (size_t i = 0; i < array_size(reserved); i++) {
		if (prefix_contains(&reserved[i], prefix) || prefix_contains(prefix, &reserved[i]))
			return true;
	}
	return false;
}

/* ---- the share of the address space ---- */

/*
 * The share of a prefix in its family's global unicast space, at most 1. Hosts count as 0: as many
 * as fit into a set are less than a thousandth.
 */
static double share_of(const struct prefix *prefix)
{
	double whole = prefix->family == 4 ? 224.0 / 256 : 1.0 / 8, share;

	if (prefix->length >= 32 || !is_global(prefix))
		return 0;
	share = 1 / (double)(1ULL << prefix->length) / whole;
	return share < 1 ? share : 1;
}

static double sum_shares(const struct prefix_list *list, int family)
{
	double sum = 0;

	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].family == family)
			sum += share_of(&list->items[i]);
	}
	return sum;
}

/* The share that is covered; overlaps count once. -1: no memory. */
static double find_share(const struct prefix_list *list, int family)
{
	struct prefix_list copy = {0};
	double share;

	copy.items = malloc(list->count * sizeof(*list->items));
	if (!copy.items)
		return -1;
	memcpy(copy.items, list->items, list->count * sizeof(*list->items));
	copy.count = list->count;
	prefix_list_normalize(&copy);
	share = sum_shares(&copy, family);
	prefix_list_clear(&copy);
	return share;
}

static bool covers_too_much(struct set_reader *in, int family)
{
	double share, limit = (double)in->set->max_share / 100;
	struct place place;

	/* Entries that overlap make the sum too large, never too small. */
	if (limit >= 1 || sum_shares(&in->list, family) <= limit)
		return false;
	share = find_share(&in->list, family);
	if (share < 0)
		return !reader_no_memory(in->reader);
	if (share <= limit)
		return false;
	place = sources_value_place(in->reader->sources, in->node);
	errors_add(in->reader->errs, in->severity, ERROR_SET_WIDE, &place,
		   "the file of set \"%s\" covers %.3g %% of all IPv%d addresses, more than its "
		   "\"max_share\" of %d",
		   in->set->name, share * 100, family, (int)in->set->max_share);
	return true;
}

/* ---- the number of entries ---- */

static bool has_too_few(struct set_reader *in)
{
	struct place place = sources_value_place(in->reader->sources, in->node);
	size_t count = in->list.count;

	if (count >= (size_t)in->set->min)
		return false;
	if (count)
		errors_add(in->reader->errs, in->severity, ERROR_SET_SMALL, &place,
			   "the file of set \"%s\" has %zu entries, fewer than its \"min\" of %d",
			   in->set->name, count, (int)in->set->min);
	else
		errors_add(in->reader->errs, in->severity, ERROR_SET_SMALL, &place,
			   "the file of set \"%s\" has no entries%s; \"min\": 0 allows that",
			   in->set->name,
			   in->skipped		  ? " but those that \"reserved\" skips"
			   : in->set->where_count ? " that \"where\" takes"
						  : "");
	return true;
}

/* A change out of proportion. True: the set must keep its entries. */
static bool report_change(struct set_reader *in, const char *key, enum set_on_change wanted,
			  const char *verb, size_t before)
{
	if (wanted == SET_CHANGE_ACCEPT)
		return false;
	if (wanted == SET_CHANGE_KEEP_LAST) {
		reader_warning(in->reader, ERROR_SET_KEPT, in->node,
			       "the file of set \"%s\" %s from %zu entries to %zu", in->set->name,
			       verb, before, in->list.count);
		return true;
	}
	if (asprintf(
		    &in->set->problem,
		    "set \"%s\" %s from %zu entries to %zu when its file was last read; \"%s\" can "
		    "be \"accept\" or \"keep-last\"",
		    in->set->name, verb, before, in->list.count, key) < 0) {
		in->set->problem = NULL;
		return !reader_no_memory(in->reader);
	}
	reader_warning(in->reader, ERROR_SET_CHANGED, in->node, "%s", in->set->problem);
	return false;
}

static bool has_changed(struct set_reader *in)
{
	size_t count = in->list.count, before;

	if (in->set->on_shrink == SET_CHANGE_ACCEPT && in->set->on_growth == SET_CHANGE_ACCEPT)
		return false;
	before = set_count_last(in);
	if (2 * count < before)
		return report_change(in, "on_shrink", in->set->on_shrink, "shrank", before);
	if (before && count > GROWN * before)
		return report_change(in, "on_growth", in->set->on_growth, "grew", before);
	return false;
}

/* A file without entries has also shrunk. */
static bool keeps_what_shrank(struct set_reader *in)
{
	size_t before;

	if (in->set->on_shrink != SET_CHANGE_KEEP_LAST)
		return false;
	before = set_count_last(in);
	return 2 * in->list.count < before &&
	       report_change(in, "on_shrink", in->set->on_shrink, "shrank", before);
}

bool set_makes_sense(struct set_reader *in, bool *ret_keep)
{
	if (keeps_what_shrank(in)) {
		*ret_keep = true;
		return true;
	}
	if (has_too_few(in) || covers_too_much(in, 4) || covers_too_much(in, 6)) {
		in->failed = true;
		return false;
	}
	*ret_keep = has_changed(in);
	return true;
}
