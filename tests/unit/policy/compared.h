/* SPDX-License-Identifier: MIT */
/* Two policies that should be the same but for the numbers of their rows. */
#ifndef FWD_TEST_COMPARED_H
#define FWD_TEST_COMPARED_H

#include "common/policy/compile/policy.h"

/*
 * Both say the same of all but addresses, and give the same rules for every address at which an
 * answer may change: the ends of the prefixes of all tables of `made` and of the lists, and those
 * next to them. Else the test fails. Returns how many addresses were looked at.
 */
size_t compare_policies(const struct policy *edited, const struct policy *made,
			const struct prefix_list *lists, size_t count);

#endif
