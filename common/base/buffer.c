// SPDX-License-Identifier: MIT
#include "common/base/buffer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

size_t buffer_length(const struct buffer *buffer)
{
	return buffer->end - buffer->start;
}

int buffer_reserve(struct buffer *buffer, size_t more)
{
	size_t used = buffer_length(buffer), capacity = buffer->capacity;
	char *data;

	if (buffer->start > 0 && buffer->capacity - buffer->end < more) {
		memmove(buffer->data, buffer->data + buffer->start, used);
		buffer->start = 0;
		buffer->end = used;
	}
	if (buffer->capacity - buffer->end >= more)
		return 0;
	if (capacity == 0)
		capacity = 4096;
	while (capacity - used < more)
		capacity *= 2;
	data = realloc(buffer->data, capacity);
	if (!data)
		return -ENOMEM;
	buffer->data = data;
	buffer->capacity = capacity;
	return 0;
}

int buffer_append(struct buffer *buffer, const void *data, size_t length)
{
	int r = buffer_reserve(buffer, length);

	if (r < 0)
		return r;
	memcpy(buffer->data + buffer->end, data, length);
	buffer->end += length;
	return 0;
}

void buffer_consume(struct buffer *buffer, size_t length)
{
	buffer->start += length;
	if (buffer->start == buffer->end)
		buffer_clear(buffer);
}

void buffer_clear(struct buffer *buffer)
{
	free(buffer->data);
	*buffer = (struct buffer){0};
}
