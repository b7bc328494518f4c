// SPDX-License-Identifier: MIT
#include "daemon/fwd/history/revision.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/abi/fw_limits.h"
#include "common/base/memory.h"
#include "daemon/fwd/history/digest.h"

#define FIRST_LINE     160	   /* bytes: room for the longest */
#define MAX_HEADER     (64 * 1024) /* bytes: 256 sets and a message */
#define LAST_LINE      DIGEST_TEXT /* the digits and a newline */
#define MAX_TEXT_BYTES ((size_t)2 * FW_MAX_CONFIG_BYTES)

static int put_first_line(char line[FIRST_LINE], const char *header, size_t header_size,
			  size_t text_size)
{
	char digest[DIGEST_TEXT];

	return snprintf(line, FIRST_LINE, "fwd-revision %d %zu %zu %s\n", REVISION_VERSION,
			header_size, text_size, digest_text(header, header_size, digest));
}

char *revision_encode(const cJSON *header, const char *text, size_t length, size_t *ret_size)
{
	cleanup_free char *json = cJSON_PrintUnformatted(header);
	size_t json_size = json ? strlen(json) : 0, size;
	char line[FIRST_LINE], digest[DIGEST_TEXT];
	int line_size;
	char *data;

	if (!json)
		return NULL;
	line_size = put_first_line(line, json, json_size, length);
	size = (size_t)line_size + json_size + 1 + length + 1;
	data = malloc(size + LAST_LINE);
	if (!data)
		return NULL;
	memcpy(data, line, (size_t)line_size);
	memcpy(data + line_size, json, json_size);
	data[(size_t)line_size + json_size] = '\n';
	memcpy(data + size - length - 1, text, length);
	data[size - 1] = '\n';
	memcpy(data + size, digest_text(data, size, digest), LAST_LINE - 1);
	data[size + LAST_LINE - 1] = '\n';
	*ret_size = size + LAST_LINE;
	return data;
}

/* The parts of a file, by its first line. */
struct layout {
	size_t header, header_size;
	size_t text, text_size;
	size_t size; /* of the file */
};

static int damaged(const char **ret_why, const char *why)
{
	*ret_why = why;
	return -EBADMSG;
}

/* data: the beginning of the file, at least its header. */
static int read_layout(const char *data, size_t size, struct layout *layout, const char **ret_why)
{
	const char *end = memchr(data, '\n', size < FIRST_LINE ? size : FIRST_LINE);
	char line[FIRST_LINE], again[FIRST_LINE];
	unsigned version;
	int length;

	if (!end)
		return damaged(ret_why, "it has no first line");
	length = (int)(end - data) + 1;
	memcpy(line, data, (size_t)length);
	line[length - 1] = '\0';
	if (sscanf(line, "fwd-revision %u %zu %zu ", &version, &layout->header_size,
		   &layout->text_size) != 3)
		return damaged(ret_why, "its first line is not that of a revision");
	if (version != REVISION_VERSION)
		return damaged(ret_why, "it is of another version of fwd");
	if (layout->header_size > MAX_HEADER || layout->text_size > MAX_TEXT_BYTES)
		return damaged(ret_why, "it says that it is too large");
	layout->header = (size_t)length;
	layout->text = layout->header + layout->header_size + 1;
	layout->size = layout->text + layout->text_size + 1 + LAST_LINE;
	if (layout->text > size)
		return damaged(ret_why, "it is cut off");
	put_first_line(again, data + layout->header, layout->header_size, layout->text_size);
	if (strncmp(again, data, (size_t)length) != 0 || data[layout->text - 1] != '\n')
		return damaged(ret_why, "its header's checksum is wrong");
	return 0;
}

static int read_header(const char *data, const struct layout *layout, cJSON **ret,
		       const char **ret_why)
{
	cJSON *header = cJSON_ParseWithLength(data + layout->header, layout->header_size);

	if (!cJSON_IsNumber(cJSON_GetObjectItemCaseSensitive(header, "number"))) {
		cJSON_Delete(header);
		return damaged(ret_why, "its header is not one of a revision");
	}
	*ret = header;
	return 0;
}

int revision_decode(const char *data, size_t size, struct revision *ret, const char **ret_why)
{
	struct revision revision = {0};
	struct layout layout;
	char digest[DIGEST_TEXT];
	int r = read_layout(data, size, &layout, ret_why);

	if (r < 0)
		return r;
	if (size != layout.size)
		return damaged(ret_why, size < layout.size ? "it is cut off" : "it is too long");
	digest_text(data, size - LAST_LINE, digest);
	if (memcmp(digest, data + size - LAST_LINE, LAST_LINE - 1) != 0 || data[size - 1] != '\n')
		return damaged(ret_why, "its checksum is wrong");
	r = read_header(data, &layout, &revision.header, ret_why);
	if (r < 0)
		return r;
	revision.text = malloc(layout.text_size + 1);
	if (!revision.text) {
		revision_clear(&revision);
		return -ENOMEM;
	}
	memcpy(revision.text, data + layout.text, layout.text_size);
	revision.text[layout.text_size] = '\0';
	revision.length = layout.text_size;
	revision.number = (uint64_t)cJSON_GetNumberValue(
		cJSON_GetObjectItemCaseSensitive(revision.header, "number"));
	*ret = revision;
	return 0;
}

int revision_read_header(int fd, cJSON **ret, const char **ret_why)
{
	cleanup_free char *data = malloc(FIRST_LINE + MAX_HEADER + 1);
	struct layout layout;
	struct stat info;
	ssize_t size;
	int r;

	if (!data)
		return -ENOMEM;
	size = pread(fd, data, FIRST_LINE + MAX_HEADER + 1, 0);
	if (size < 0 || fstat(fd, &info) < 0)
		return -errno;
	r = read_layout(data, (size_t)size, &layout, ret_why);
	if (r < 0)
		return r;
	if ((size_t)info.st_size != layout.size)
		return damaged(ret_why, "it is cut off");
	return read_header(data, &layout, ret, ret_why);
}

void revision_clear(struct revision *revision)
{
	cJSON_Delete(revision->header);
	free(revision->text);
	*revision = (struct revision){0};
}
