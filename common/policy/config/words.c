// SPDX-License-Identifier: MIT
/* Words of rules that are not values of packets; those are in common/base/words.c. */
#include "common/policy/config/config_fields.h"

const struct word words_actions[] = {
	{"pass", FW_ACTION_PASS, "accept"},
	{"drop", FW_ACTION_DROP, "deny"},
	{"log", FW_ACTION_LOG, "count"},
	{0},
};
