// SPDX-License-Identifier: MIT
#include "common/policy/fields/match.h"

bool ranges_have(const struct range_list *list, uint32_t value)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].low <= value && value <= list->items[i].high)
			return true;
	return false;
}

bool ranges_cover(const struct range_list *outer, const struct range_list *inner)
{
	size_t j = 0;

	for (size_t i = 0; i < inner->count; i++) {
		while (j < outer->count && outer->items[j].high < inner->items[i].low)
			j++;
		if (j == outer->count || outer->items[j].low > inner->items[i].low ||
		    outer->items[j].high < inner->items[i].high)
			return false;
	}
	return true;
}

bool ranges_overlap(const struct range_list *a, const struct range_list *b)
{
	size_t i = 0, j = 0;

	while (i < a->count && j < b->count) {
		if (a->items[i].high < b->items[j].low)
			i++;
		else if (b->items[j].high < a->items[i].low)
			j++;
		else
			return true;
	}
	return false;
}

bool flags_suit(const struct config_match *match, uint32_t flags)
{
	for (size_t i = 0; i < match->tcp_flag_count; i++)
		if ((flags & match->tcp_flags[i].mask) == match->tcp_flags[i].set)
			return true;
	return false;
}

bool address_is_given(const struct address_match *match)
{
	return match->any_prefixes.count || match->any_set_count || match->not_prefixes.count ||
	       match->not_set_count;
}
