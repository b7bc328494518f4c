// SPDX-License-Identifier: MIT
#include "config.h"

#include <stdio.h>

const char *limit_key_format(const struct config_limit *limit, char buffer[LIMIT_KEY_TEXT])
{
	if (limit->key == FW_KEY_RULE)
		snprintf(buffer, LIMIT_KEY_TEXT, "rule");
	else
		snprintf(buffer, LIMIT_KEY_TEXT, "%s/%u,%u",
			 limit->key == FW_KEY_SRC ? "src" : "dst", limit->prefix4, limit->prefix6);
	return buffer;
}
