// SPDX-License-Identifier: MIT
/* A revision's file that is whole, and those that are not. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/fwd/history/revision.h"

static char *encode(size_t *ret_size)
{
	cJSON *header = cJSON_Parse("{\"number\":12,\"cause\":\"edit\"}");
	char *data = revision_encode(header, "{\"rules\":[]}\n", 13, ret_size);

	cr_assert(data);
	cJSON_Delete(header);
	return data;
}

Test(revision, whole)
{
	struct revision revision;
	const char *why;
	size_t size;
	char *data = encode(&size);

	cr_assert(revision_decode(data, size, &revision, &why) == 0, "%s", why);
	cr_expect(revision.number == 12);
	cr_expect_str_eq(revision.text, "{\"rules\":[]}\n");
	revision_clear(&revision);
	free(data);
}

Test(revision, cut_off_at_every_byte)
{
	struct revision revision;
	const char *why;
	size_t size;
	char *data = encode(&size);

	for (size_t length = 0; length < size; length++) {
		/* In memory of its own, so that reading on is found. */
		char *copy = malloc(length + 1);

		memcpy(copy, data, length);
		why = NULL;
		cr_expect(revision_decode(copy, length, &revision, &why) == -EBADMSG && why,
			  "%zu of %zu bytes", length, size);
		free(copy);
	}
	free(data);
}

Test(revision, every_bit_flipped)
{
	struct revision revision;
	const char *why;
	size_t size;
	char *data = encode(&size);

	for (size_t bit = 0; bit < 8 * size; bit++) {
		data[bit / 8] = (char)(data[bit / 8] ^ (1 << bit % 8));
		cr_expect(revision_decode(data, size, &revision, &why) == -EBADMSG,
			  "bit %zu of byte %zu", bit % 8, bit / 8);
		data[bit / 8] = (char)(data[bit / 8] ^ (1 << bit % 8));
	}
	free(data);
}

Test(revision, longer_than_it_says)
{
	struct revision revision;
	const char *why;
	size_t size;
	char *data = encode(&size);

	data = realloc(data, size + 1);
	data[size] = '\n';
	cr_expect(revision_decode(data, size + 1, &revision, &why) == -EBADMSG);
	free(data);
}
