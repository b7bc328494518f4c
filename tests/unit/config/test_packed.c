// SPDX-License-Identifier: MIT
/* Set files that are packed. */
#include <criterion/criterion.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "common/policy/config/sets/input/byte_source.h"
#include "tests/unit/config/support.h"

static void write_bytes(const struct folder *folder, const void *bytes, size_t size)
{
	cleanup_free char *path = NULL;
	FILE *file;

	cr_assert_geq(asprintf(&path, "%s/feed", folder->path), 0);
	file = fopen(path, "w");
	cr_assert_eq(fwrite(bytes, 1, size, file), size);
	fclose(file);
}

static size_t gzip(const char *text, size_t length, char *to, size_t size)
{
	z_stream stream = {.next_in = (unsigned char *)text,
			   .avail_in = (unsigned)length,
			   .next_out = (unsigned char *)to,
			   .avail_out = (unsigned)size};

	deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
	cr_assert_eq(deflate(&stream, Z_FINISH), Z_STREAM_END);
	deflateEnd(&stream);
	return stream.total_out;
}

/* Every shorter file is cut off, every changed byte is found or changes nothing. */
static void check_packed(const char *packed, size_t size, const char *wanted)
{
	for (size_t cut = size; cut > 0; cut--) {
		cleanup_folder struct folder folder = folder_new();
		cleanup_free char *path = set_file_config(&folder, ""), *codes = NULL,
				  *texts = NULL;
		cleanup_config struct config *config = NULL;

		write_bytes(&folder, packed, cut);
		if (cut < size) {
			codes = told_of_file(path, NULL);
			cr_expect_eq(codes[0], 'E', "%zu of %zu: %s", cut, size, codes);
			continue;
		}
		config = config_of_file(path, NULL);
		texts = texts_of(&config->sets[0].prefixes);
		cr_expect_str_eq(texts, wanted);
	}
}

Test(packed, packed)
{
	static const char text[] = "192.0.2.1\n192.0.2.2\n198.51.100.0/24\n";
	char packed[512];
	size_t size = gzip(text, strlen(text), packed, sizeof(packed));

	check_packed(packed, size, "192.0.2.1 192.0.2.2 198.51.100.0/24");
	size = ZSTD_compress(packed, sizeof(packed), text, strlen(text), 3);
	check_packed(packed, size, "192.0.2.1 192.0.2.2 198.51.100.0/24");
}

Test(packed, packed_otherwise)
{
	static const char *const magics[] = {"PK\3\4 zip", "BZh91AY",
					     "\xfd"
					     "7zXZ",
					     "\x1f\x8bno"};

	for (size_t i = 0; i < array_size(magics); i++) {
		cleanup_folder struct folder folder = folder_new();
		cleanup_free char *path = set_file_config(&folder, ""), *codes = NULL;

		write_bytes(&folder, magics[i], i == 2 ? 6 : strlen(magics[i]));
		codes = told_of_file(path, NULL);
		cr_expect_str_eq(codes, "E0001 1:25", "%zu: %s", i, codes);
	}
}

/* What unpacks to more than is allowed ends there, not when memory or time do. */
Test(packed, bomb)
{
	cleanup_folder struct folder folder = folder_new();
	cleanup_free char *text = malloc(1 << 20), *packed = malloc(1 << 16), *path = NULL;
	struct byte_source *source = NULL;
	size_t total = 0;
	ssize_t got;

	memset(text, '\n', 1 << 20);
	write_bytes(&folder, packed, gzip(text, 1 << 20, packed, 1 << 16));
	cr_assert_geq(asprintf(&path, "%s/feed", folder.path), 0);
	cr_assert_eq(byte_source_open(path, 100000, &source), 0);
	while ((got = byte_source_read(source, text, 4096)) > 0)
		total += (size_t)got;
	cr_expect_eq(got, -EFBIG);
	cr_expect_leq(total, 100000);
	byte_source_close(source);
	cr_assert_eq(byte_source_open(path, 1 << 20, &source), 0);
	for (total = 0; (got = byte_source_read(source, text, 4096)) > 0;)
		total += (size_t)got;
	cr_expect_eq(got, 0);
	cr_expect_eq(total, 1 << 20);
	byte_source_close(source);
}
