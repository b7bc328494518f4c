// SPDX-License-Identifier: MIT
#include "common/base/memory.h"

#include <string.h>

void *array_grow(void *array, size_t count, size_t element_size)
{
	void **slot = array;
	char *grown;

	/* Full exactly when count is 0 or a power of two: the sizes that it grows to. */
	if (count == 0 || (count & (count - 1)) == 0) {
		size_t capacity = count ? count * 2 : 1;

		grown = reallocarray(*slot, capacity, element_size);
		if (!grown)
			return NULL;
		*slot = grown;
	}
	grown = *slot;
	return memset(grown + count * element_size, 0, element_size);
}
