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

static struct marker reverted(uint64_t revision, const char *digest)
{
	struct marker marker = sample;

	marker.state = MARKER_REVERTED;
	marker.revision = revision;
	strcpy(marker.digest, digest);
	snprintf(marker.why, sizeof(marker.why), "reason %s", digest);
	return marker;
}

/* What was taken back before is in the file, and is found with its own number and reason. */
Test(marker, what_was_taken_back_before)
{
	struct marker first = reverted(5, "first"), second = reverted(6, "second");
	struct marker third = reverted(7, "third"), read, found;
	cleanup_free char *text = NULL;
	size_t length;

	marker_follow(&second, &first, "");
	marker_follow(&third, &second, "");
	text = encode(&third, &length);
	cr_assert_eq(marker_decode(text, length, &read), 0);
	expect_same(&read, &third);
	cr_expect_eq(read.earlier_count, 2);
	cr_assert(marker_find(&read, "first", &found));
	cr_expect(found.revision == 5 && found.before == 41);
	cr_expect_str_eq(found.why, "reason first");
	cr_assert(marker_find(&read, "third", &found));
	cr_expect_eq(found.revision, 7);
	cr_expect_not(marker_find(&read, "fourth", &found));
	cr_expect_not(marker_find(&read, "", &found), "a digest that could not be made");
}

/* The same policy again is not two; and there is an end to it. */
Test(marker, how_many_are_known)
{
	struct marker marker = reverted(1, "same"), next = reverted(2, "same");
	char digest[16];

	marker_follow(&next, &marker, "");
	cr_expect_eq(next.earlier_count, 0);
	for (unsigned i = 0; i < 2 * MARKER_EARLIER; i++) {
		marker = next;
		snprintf(digest, sizeof(digest), "digest %u", i);
		next = reverted(3 + i, digest);
		marker_follow(&next, &marker, "");
	}
	cr_expect_eq(next.earlier_count, MARKER_EARLIER);
	cr_expect_str_eq(next.earlier[0].digest, "digest 14", "the latest ones");
}

/* However many there are, the one that the config file holds is known. */
Test(marker, what_the_file_holds_is_known)
{
	struct marker marker, next = reverted(1, "in file"), found;
	char digest[16];

	for (unsigned i = 0; i < 2 * MARKER_EARLIER; i++) {
		marker = next;
		snprintf(digest, sizeof(digest), "digest %u", i);
		next = reverted(2 + i, digest);
		marker_follow(&next, &marker, "in file");
		cr_assert(marker_find(&next, "in file", &found), "after %u others", i + 1);
		cr_expect_eq(found.revision, 1);
	}
	cr_expect_eq(next.earlier_count, MARKER_EARLIER);
	cr_expect_str_eq(next.earlier[0].digest, "digest 14");
	cr_expect_str_eq(next.earlier[MARKER_EARLIER - 2].digest, "digest 8");
	/* It is sent again: the marker has it itself. */
	marker = next;
	next = reverted(99, "in file");
	marker_follow(&next, &marker, "in file");
	cr_assert(marker_find(&next, "in file", &found));
	cr_expect_eq(found.revision, 99);
	cr_expect_str_eq(next.earlier[MARKER_EARLIER - 1].digest, "digest 8");
}
