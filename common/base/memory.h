/* SPDX-License-Identifier: MIT */
/* Cleanup attributes for locals, and functions that transfer ownership. */
#ifndef FWD_MEMORY_H
#define FWD_MEMORY_H

#include <stdlib.h>
#include <unistd.h>

/* Run func(&variable) when the variable goes out of scope. */
#define cleanup(func) __attribute__((cleanup(func)))

#define array_size(array) (sizeof(array) / sizeof((array)[0]))

/* Take a pointer out of a cleanup variable: `*ret = steal(&local);` */
static inline void *steal_pointer(void *pointer)
{
	void **slot = pointer, *value = *slot;

	*slot = NULL;
	return value;
}
#define steal(pointer) ((__typeof__(*(pointer)))steal_pointer(pointer))

/* Take a file descriptor out of a cleanup variable; leaves -1. */
static inline int steal_fd(int *fd)
{
	int value = *fd;

	*fd = -1;
	return value;
}

static inline void free_pointer(void *pointer)
{
	free(*(void **)pointer);
}
#define cleanup_free cleanup(free_pointer)

static inline void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}
#define cleanup_fd cleanup(close_fd)

/*
 * Make room for one more element: grows a heap array by doubling.
 * array: pointer to the array pointer; count: elements in use.
 * Returns the address of element [count], zeroed, or NULL (ENOMEM; the array
 * is unchanged). The capacity is implied: a power of two above count.
 */
void *array_grow(void *array, size_t count, size_t element_size);

#endif
