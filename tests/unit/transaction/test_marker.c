// SPDX-License-Identifier: MIT
/* pending.json: it is whole, or it is not there. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "common/base/memory.h"
#include "daemon/fwd/transaction/pending/marker.h"

static const struct marker sample = {
	.state = MARKER_PENDING,
	.boot_id = "6d1e2b1e-9a5c-4a57-8c3e-0b2ad3a6b1c7",
	.deadline = 0x1234567890abcdef & ~1ULL, /* more than a JSON number holds */
	.before = 41,
	.revision = 42,
	.generation_before = 7,
	.generation = 4000000000,
	.digest = "abc",
	.who = "root \"the\" admin",
	.why = "",
};

static char *encode(const struct marker *marker, size_t *length)
{
	char *text = marker_encode(marker, length);

	cr_assert_not_null(text);
	return text;
}

static void expect_same(const struct marker *a, const struct marker *b)
{
	cr_expect_eq(a->state, b->state);
	cr_expect_str_eq(a->boot_id, b->boot_id);
	cr_expect_eq(a->deadline, b->deadline);
	cr_expect_eq(a->before, b->before);
	cr_expect_eq(a->revision, b->revision);
	cr_expect_eq(a->generation_before, b->generation_before);
	cr_expect_eq(a->generation, b->generation);
	cr_expect_str_eq(a->digest, b->digest);
	cr_expect_str_eq(a->who, b->who);
	cr_expect_str_eq(a->why, b->why);
}

Test(marker, there_and_back)
{
	struct marker other = sample, read;
	cleanup_free char *text = NULL, *second = NULL;
	size_t length;

	text = encode(&sample, &length);
	cr_assert_eq(marker_decode(text, length, &read), 0);
	expect_same(&read, &sample);
	other.state = MARKER_REVERTED;
	strcpy(other.why, "nobody confirmed it in time");
	second = encode(&other, &length);
	cr_assert_eq(marker_decode(second, length, &read), 0);
	expect_same(&read, &other);
}

Test(marker, cut_anywhere_it_is_none)
{
	struct marker read = {.before = 1};
	cleanup_free char *text = NULL;
	size_t length;

	text = encode(&sample, &length);
	for (size_t i = 0; i < length; i++)
		cr_expect_eq(marker_decode(text, i, &read), -EBADMSG, "%zu bytes", i);
	cr_expect_eq(read.before, 1, "and nothing is given");
}

Test(marker, no_bit_may_differ)
{
	cleanup_free char *text = NULL;
	struct marker read;
	size_t length;

	text = encode(&sample, &length);
	for (size_t i = 0; i < length * 8; i++) {
		text[i / 8] ^= (char)(1 << i % 8);
		cr_expect_eq(marker_decode(text, length, &read), -EBADMSG, "bit %zu", i);
		text[i / 8] ^= (char)(1 << i % 8);
	}
	cr_expect_eq(marker_decode(text, length, &read), 0);
}

/* Whole, but not what we write. */
Test(marker, other_objects_are_none)
{
	static const char *const lines[] = {
		"",
		"{}",
		"[]",
		"{\"version\":2}",
		"{\"version\":1,\"state\":\"pending\"}",
		"{\"version\":1,\"state\":\"other\",\"boot_id\":\"\",\"deadline_ns\":\"1\","
		"\"before\":"
		"\"1\",\"revision\":\"1\",\"generation_before\":1,\"generation\":1,\"sha256\":\"\","
		"\"who\":\"\",\"why\":\"\"}",
		"{\"version\":1,\"state\":\"pending\",\"boot_id\":\"\",\"deadline_ns\":\"1x\","
		"\"before\":\"1\",\"revision\":\"1\",\"generation_before\":1,\"generation\":1,"
		"\"sha256\":\"\",\"who\":\"\",\"why\":\"\"}",
		"{\"version\":1,\"state\":\"pending\",\"boot_id\":\"\",\"deadline_ns\":\"1\","
		"\"before\":\"1\",\"revision\":\"1\",\"generation_before\":1,\"generation\":-1,"
		"\"sha256\":\"\",\"who\":\"\",\"why\":\"\"}",
	};
	struct marker read;

	for (size_t i = 0; i < array_size(lines); i++) {
		char text[1024], digest[DIGEST_TEXT];

		snprintf(text, sizeof(text), "%s\n%s\n", lines[i],
			 digest_text(lines[i], strlen(lines[i]), digest));
		cr_expect_eq(marker_decode(text, strlen(text), &read), -EBADMSG, "%s", lines[i]);
	}
}

Test(marker, in_a_folder)
{
	char folder[] = "/tmp/fwd-marker.XXXXXX", path[64];
	struct marker read;
	int fd;

	cr_assert_not_null(mkdtemp(folder));
	fd = open(folder, O_RDONLY | O_DIRECTORY);
	cr_expect_eq(marker_read(fd, &read), -ENOENT);
	cr_expect_eq(marker_remove(fd), 0, "it is not there: fine");
	cr_assert_eq(marker_write(fd, &sample), 0);
	cr_assert_eq(marker_read(fd, &read), 0);
	expect_same(&read, &sample);
	cr_expect_eq(marker_remove(fd), 0);
	cr_expect_eq(marker_read(fd, &read), -ENOENT);
	snprintf(path, sizeof(path), "%s/pending.json", folder);
	cr_assert_eq(symlink("/etc/hostname", path), 0);
	cr_expect_eq(marker_read(fd, &read), -ELOOP, "no link is followed");
	unlink(path);
	close(fd);
	rmdir(folder);
	cr_expect_eq(marker_read(-1, &read), -ENOENT);
	cr_expect_eq(marker_write(-1, &sample), -ENOENT);
}
