/* SPDX-License-Identifier: MIT */
/* Bytes that arrive in pieces, or wait to be sent: added at the end, taken away from the front. */
#ifndef FWD_BUFFER_H
#define FWD_BUFFER_H

#include <stddef.h>

/* Bytes in [start, end) of data. */
struct buffer {
	char *data;
	size_t start;
	size_t end;
	size_t capacity;
};

size_t buffer_length(const struct buffer *buffer);
/* Room for that many more bytes at the end. -ENOMEM. */
int buffer_reserve(struct buffer *buffer, size_t more);
int buffer_append(struct buffer *buffer, const void *data, size_t length);
/* Take bytes away from the front; an empty buffer gives its memory back. */
void buffer_consume(struct buffer *buffer, size_t length);
void buffer_clear(struct buffer *buffer);

#endif
