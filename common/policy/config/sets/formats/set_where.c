// SPDX-License-Identifier: MIT
#include "common/policy/config/sets/formats/set_where.h"

#include <stdlib.h>
#include <string.h>

where_bits set_where_keys(const struct set_where *wheres, size_t count, const char *key)
{
	where_bits bits = 0;

	for (size_t i = 0; i < count; i++) {
		if (!strcmp(wheres[i].key, key))
			bits |= 1u << i;
	}
	return bits;
}

where_bits set_where_values(const struct set_where *wheres, where_bits asked, const char *value)
{
	where_bits bits = 0;

	for (size_t i = 0; asked >> i; i++) {
		for (size_t n = 0; asked & 1u << i && n < wheres[i].value_count; n++) {
			if (!strcmp(wheres[i].values[n], value))
				bits |= 1u << i;
		}
	}
	return bits;
}

void set_where_clear(struct set_where *wheres, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(wheres[i].values);
	free(wheres);
}
