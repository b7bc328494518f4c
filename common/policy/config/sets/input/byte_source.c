// SPDX-License-Identifier: MIT
#include "common/policy/config/sets/input/byte_source.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "common/base/memory.h"
#include "common/policy/document/document.h"

#define INPUT_SIZE    65536
#define LONGEST_MAGIC 6
#define WINDOW_LOG    27	/* of zstd: up to 128 MiB of memory, as `zstd -d` allows */
#define GZIP_WINDOW   (15 + 16) /* the largest one, and gzip's header: see inflateInit2 */

enum packing { PACKING_UNKNOWN, PACKING_NONE, PACKING_GZIP, PACKING_ZSTD, PACKING_OTHER };

struct byte_source {
	int fd;
	struct stat info; /* when it was opened */
	uint64_t taken;	  /* bytes of the file */
	uint64_t given;
	uint32_t checksum; /* of the bytes that were read */
	size_t max;
	enum packing packing;
	z_stream gzip;
	ZSTD_DStream *zstd;
	bool at_end;	/* of the file */
	bool in_stream; /* a gzip member or a zstd frame has begun and not ended */
	size_t start;	/* of the unused part of the buffer */
	size_t end;
	char buffer[INPUT_SIZE];
};

/*
 * Has a process opened the file for writing? Then it may be incomplete, even if it does not change.
 * Only a lease shows that: a read lease is refused while there is a writer (fcntl(2)), and is else
 * released at once. A process that opens the file for writing just then waits for that, and we get
 * SIGURG, which is ignored. On a filesystem without leases, or for the file of another user without
 * CAP_LEASE: unknown.
 */
static bool is_being_written(int fd)
{
	if (fcntl(fd, F_SETSIG, SIGURG) < 0)
		return false;
	if (fcntl(fd, F_SETLEASE, F_RDLCK) < 0)
		return errno == EAGAIN;
	fcntl(fd, F_SETLEASE, F_UNLCK);
	return false;
}

/* Read from the file itself. 0: its end. */
static ssize_t read_file(struct byte_source *source, char *to, size_t size)
{
	ssize_t got;

	do
		got = read(source->fd, to, size);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return -errno;
	source->taken += (uint64_t)got;
	source->checksum =
		(uint32_t)crc32(source->checksum, (const unsigned char *)to, (unsigned)got);
	source->at_end = got == 0;
	/* A writer that never ends must not keep fwd reading. */
	if (source->taken > (uint64_t)source->info.st_size)
		return -EAGAIN;
	return source->at_end && input_has_changed(source->fd, &source->info) ? -EAGAIN : got;
}

static int fill(struct byte_source *source)
{
	ssize_t got;

	memmove(source->buffer, source->buffer + source->start, source->end - source->start);
	source->end -= source->start;
	source->start = 0;
	got = read_file(source, source->buffer + source->end, INPUT_SIZE - source->end);
	if (got < 0)
		return (int)got;
	source->end += (size_t)got;
	return 0;
}

static const struct {
	const char *magic;
	size_t length;
	enum packing packing;
} magics[] = {
	{"\x1f\x8b", 2, PACKING_GZIP},
	{"\x28\xb5\x2f\xfd", 4, PACKING_ZSTD},
	{"PK\x03\x04", 4, PACKING_OTHER},
	{"\xfd"
	 "7zXZ",
	 6, PACKING_OTHER},
	{"BZh", 3, PACKING_OTHER},
	{"7z\xbc\xaf\x27\x1c", 6, PACKING_OTHER},
};

static int begin(struct byte_source *source)
{
	while (source->end < LONGEST_MAGIC && !source->at_end) {
		int err = fill(source);

		if (err)
			return err;
	}
	source->packing = PACKING_NONE;
	for (size_t i = 0; i < array_size(magics); i++) {
		if (source->end >= magics[i].length &&
		    memcmp(source->buffer, magics[i].magic, magics[i].length) == 0)
			source->packing = magics[i].packing;
	}
	if (source->packing == PACKING_OTHER)
		return -ENOTSUP;
	if (source->packing == PACKING_GZIP && inflateInit2(&source->gzip, GZIP_WINDOW) != Z_OK)
		return -ENOMEM;
	if (source->packing != PACKING_ZSTD)
		return 0;
	source->zstd = ZSTD_createDStream();
	if (!source->zstd)
		return -ENOMEM;
	ZSTD_DCtx_setParameter(source->zstd, ZSTD_d_windowLogMax, WINDOW_LOG);
	return 0;
}

int byte_source_open(const char *path, size_t max, struct byte_source **ret)
{
	struct byte_source *source = malloc(sizeof(*source));
	int err = 0;

	if (!source)
		return -ENOMEM;
	memset(source, 0, offsetof(struct byte_source, buffer));
	source->max = max;
	source->fd = input_open(path, max, &source->info);
	if (source->fd < 0)
		err = source->fd;
	/* After it was opened: info is of a file without a writer, and shows later changes. */
	else if (is_being_written(source->fd))
		err = -ETXTBSY;
	else
		err = begin(source);
	if (err) {
		byte_source_close(source);
		return err;
	}
	*ret = source;
	return 0;
}

struct byte_source *byte_source_close(struct byte_source *source)
{
	if (!source)
		return NULL;
	if (source->packing == PACKING_GZIP)
		inflateEnd(&source->gzip);
	ZSTD_freeDStream(source->zstd);
	if (source->fd >= 0)
		close(source->fd);
	free(source);
	return NULL;
}

uint64_t byte_source_position(const struct byte_source *source, uint64_t *ret_total)
{
	*ret_total = (uint64_t)source->info.st_size;
	return source->taken;
}

uint64_t byte_source_given(const struct byte_source *source)
{
	return source->given;
}

struct set_file_stamp byte_source_stamp(const struct byte_source *source)
{
	return (struct set_file_stamp){
		.is_known = source->at_end, .size = source->taken, .checksum = source->checksum};
}

static ssize_t step_gzip(struct byte_source *source, char *to, size_t size)
{
	z_stream *gzip = &source->gzip;
	int r;

	if (!source->in_stream && source->start == source->end)
		return 0;
	source->in_stream = true;
	gzip->next_in = (unsigned char *)source->buffer + source->start;
	gzip->avail_in = (unsigned)(source->end - source->start);
	gzip->next_out = (unsigned char *)to;
	gzip->avail_out = (unsigned)size;
	r = inflate(gzip, Z_NO_FLUSH);
	source->start = source->end - gzip->avail_in;
	if (r == Z_STREAM_END) {
		/* Another member may follow: files of gzip can be joined. */
		source->in_stream = false;
		inflateReset(gzip);
	} else if (r == Z_MEM_ERROR) {
		return -ENOMEM;
	} else if (r != Z_OK && r != Z_BUF_ERROR) {
		return -EBADMSG;
	}
	return (ssize_t)(size - gzip->avail_out);
}

static ssize_t step_zstd(struct byte_source *source, char *to, size_t size)
{
	ZSTD_inBuffer in = {source->buffer, source->end, source->start};
	ZSTD_outBuffer out = {to, size, 0};
	size_t r;

	if (!source->in_stream && source->start == source->end)
		return 0;
	r = ZSTD_decompressStream(source->zstd, &out, &in);
	source->start = in.pos;
	if (ZSTD_isError(r)) {
		ZSTD_ErrorCode code = ZSTD_getErrorCode(r);

		return code == ZSTD_error_memory_allocation		  ? -ENOMEM
		       : code == ZSTD_error_frameParameter_windowTooLarge ? -EFBIG
									  : -EBADMSG;
	}
	source->in_stream = r != 0;
	return (ssize_t)out.pos;
}

static ssize_t unpack(struct byte_source *source, char *to, size_t size)
{
	for (;;) {
		ssize_t got = source->packing == PACKING_GZIP ? step_gzip(source, to, size)
							      : step_zstd(source, to, size);
		int err;

		if (got)
			return got;
		/* It has used all of the file, and needs more. */
		if (source->at_end && source->start == source->end)
			return source->in_stream ? -EBADMSG : 0;
		if (source->start == source->end) {
			err = fill(source);
			if (err)
				return err;
		}
	}
}

static ssize_t copy(struct byte_source *source, char *to, size_t size)
{
	size_t there = source->end - source->start;

	if (!there)
		return source->at_end ? 0 : read_file(source, to, size);
	there = there < size ? there : size;
	memcpy(to, source->buffer + source->start, there);
	source->start += there;
	return (ssize_t)there;
}

ssize_t byte_source_read(struct byte_source *source, char *to, size_t size)
{
	ssize_t got =
		source->packing == PACKING_NONE ? copy(source, to, size) : unpack(source, to, size);

	if (got > 0)
		source->given += (uint64_t)got;
	return source->given > source->max ? -EFBIG : got;
}

int byte_source_differs(const char *path, const struct set_file_stamp *stamp)
{
	struct byte_source *source;
	char buffer[INPUT_SIZE];
	ssize_t got = byte_source_open(path, FW_MAX_SET_BYTES, &source);
	bool differs;

	if (got < 0)
		return (int)got;
	differs = (uint64_t)source->info.st_size != stamp->size;
	while (!differs && (got = read_file(source, buffer, sizeof(buffer))) > 0)
		;
	differs = differs || source->checksum != stamp->checksum;
	byte_source_close(source);
	return got < 0 ? (int)got : differs;
}
