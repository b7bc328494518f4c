// SPDX-License-Identifier: MIT
/*
 * Files of the state folder: revisions and the marker of what waits. They have checksums, which
 * no fuzzer guesses: so the input is read as such a file, and as what goes into one.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/fwd/transaction/pending/marker.h"
#include "daemon/fwd/history/revision.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void decode(const char *data, size_t size)
{
	struct revision revision;
	struct marker marker;
	const char *why = NULL;

	if (revision_decode(data, size, &revision, &why) == 0)
		revision_clear(&revision);
	else if (!why)
		abort();
	marker_decode(data, size, &marker);
}

/* The text of a revision comes back as it is, whatever is in it. */
static void keep(const char *text, size_t length)
{
	cJSON *header = cJSON_CreateObject();
	struct revision revision;
	const char *why;
	size_t size;
	char *data;

	cJSON_AddNumberToObject(header, "number", 1);
	data = revision_encode(header, text, length, &size);
	if (!data || revision_decode(data, size, &revision, &why) < 0)
		abort();
	if (revision.length != length || memcmp(revision.text, text, length) != 0)
		abort();
	revision_clear(&revision);
	/* One byte less is not whole. */
	if (revision_decode(data, size - 1, &revision, &why) == 0)
		abort();
	free(data);
	cJSON_Delete(header);
}

/* A marker whose first line is anything at all, with the right checksum. */
static void sign(const char *line, size_t length)
{
	char digest[DIGEST_TEXT], *text = malloc(length + DIGEST_TEXT + 2);
	struct marker marker;

	if (!text)
		abort();
	memcpy(text, line, length);
	text[length] = '\n';
	strcpy(text + length + 1, digest_text(line, length, digest));
	strcat(text + length + 1, "\n");
	marker_decode(text, length + 1 + strlen(text + length + 1), &marker);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	decode((const char *)data, size);
	keep((const char *)data, size);
	sign((const char *)data, size);
	return 0;
}
