// SPDX-License-Identifier: MIT
#include "daemon/fwd/transaction/pending/marker.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/memory.h"
#include "common/base/replace_file.h"

#define FILE_NAME "pending.json"
#define VERSION	  1
#define MAX_BYTES 65536

static const char *const states[] = {[MARKER_PENDING] = "pending", [MARKER_REVERTED] = "reverted"};

const char *marker_name(const struct marker *marker, char buffer[MARKER_NAME])
{
	if (marker->revision)
		snprintf(buffer, MARKER_NAME, "revision %" PRIu64, marker->revision);
	else
		snprintf(buffer, MARKER_NAME, "the unrecorded policy of %s", marker->who);
	return buffer;
}

/* ---- what was taken back before ---- */

static struct marker_reverted reverted_of(const struct marker *marker)
{
	struct marker_reverted reverted = {.revision = marker->revision};

	memcpy(reverted.digest, marker->digest, sizeof(reverted.digest));
	memcpy(reverted.who, marker->who, sizeof(reverted.who));
	memcpy(reverted.why, marker->why, sizeof(reverted.why));
	return reverted;
}

static void add_earlier(struct marker *marker, const struct marker_reverted *reverted)
{
	if (marker->earlier_count < MARKER_EARLIER && strcmp(reverted->digest, marker->digest) != 0)
		marker->earlier[marker->earlier_count++] = *reverted;
}

void marker_follow(struct marker *marker, const struct marker *before, const char *in_file)
{
	const struct marker_reverted latest = reverted_of(before);

	add_earlier(marker, &latest);
	for (size_t i = 0; i < before->earlier_count; i++) {
		const struct marker_reverted *earlier = &before->earlier[i];

		if (marker->earlier_count == MARKER_EARLIER &&
		    strcmp(earlier->digest, in_file) == 0 &&
		    strcmp(earlier->digest, marker->digest) != 0)
			marker->earlier[MARKER_EARLIER - 1] = *earlier;
		else
			add_earlier(marker, earlier);
	}
}

bool marker_find(const struct marker *marker, const char *digest, struct marker *ret)
{
	const struct marker_reverted *found = NULL;

	if (!*digest)
		return false;
	for (size_t i = 0; i < marker->earlier_count && !found; i++)
		found = strcmp(digest, marker->earlier[i].digest) == 0 ? &marker->earlier[i] : NULL;
	if (!found && strcmp(digest, marker->digest) != 0)
		return false;
	*ret = *marker;
	ret->earlier_count = 0;
	if (!found)
		return true;
	ret->revision = found->revision;
	memcpy(ret->digest, found->digest, sizeof(ret->digest));
	memcpy(ret->who, found->who, sizeof(ret->who));
	memcpy(ret->why, found->why, sizeof(ret->why));
	return true;
}

/* ---- the file ---- */

void marker_boot_id(char id[40])
{
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");

	id[0] = '\0';
	if (!file)
		return;
	if (fgets(id, 40, file))
		id[strcspn(id, "\n")] = '\0';
	fclose(file);
}

/* Numbers of 64 bits are strings: JSON's have 53. */
static void add_long(cJSON *json, const char *name, uint64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, number);
	cJSON_AddStringToObject(json, name, text);
}

static cJSON *earlier_json(const struct marker *marker)
{
	cJSON *list = cJSON_CreateArray();

	for (size_t i = 0; i < marker->earlier_count; i++) {
		cJSON *json = cJSON_CreateObject();

		add_long(json, "revision", marker->earlier[i].revision);
		cJSON_AddStringToObject(json, "sha256", marker->earlier[i].digest);
		cJSON_AddStringToObject(json, "who", marker->earlier[i].who);
		cJSON_AddStringToObject(json, "why", marker->earlier[i].why);
		cJSON_AddItemToArray(list, json);
	}
	return list;
}

static cJSON *to_json(const struct marker *marker)
{
	cJSON *json = cJSON_CreateObject();

	cJSON_AddNumberToObject(json, "version", VERSION);
	cJSON_AddStringToObject(json, "state", states[marker->state]);
	cJSON_AddStringToObject(json, "boot_id", marker->boot_id);
	add_long(json, "deadline_ns", marker->deadline);
	add_long(json, "before", marker->before);
	add_long(json, "revision", marker->revision);
	cJSON_AddNumberToObject(json, "generation_before", marker->generation_before);
	cJSON_AddNumberToObject(json, "generation", marker->generation);
	cJSON_AddStringToObject(json, "sha256", marker->digest);
	cJSON_AddStringToObject(json, "who", marker->who);
	cJSON_AddStringToObject(json, "why", marker->why);
	cJSON_AddItemToObject(json, "earlier", earlier_json(marker));
	return json;
}

char *marker_encode(const struct marker *marker, size_t *ret_length)
{
	cJSON *json = to_json(marker);
	cleanup_free char *line = cJSON_PrintUnformatted(json);
	char digest[DIGEST_TEXT], *text;
	int length;

	cJSON_Delete(json);
	if (!line)
		return NULL;
	length = asprintf(&text, "%s\n%s\n", line, digest_text(line, strlen(line), digest));
	if (length < 0)
		return NULL;
	*ret_length = (size_t)length;
	return text;
}

static bool get_text(const cJSON *json, const char *name, char *ret, size_t size)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, name));

	return text && strlen(text) < size && strcpy(ret, text);
}

static bool get_long(const cJSON *json, const char *name, uint64_t *ret)
{
	char text[24], rest;

	return get_text(json, name, text, sizeof(text)) &&
	       sscanf(text, "%" SCNu64 "%c", ret, &rest) == 1;
}

static bool get_number(const cJSON *json, const char *name, uint32_t *ret)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, name);

	if (!cJSON_IsNumber(item) || item->valuedouble < 0 || item->valuedouble > UINT32_MAX)
		return false;
	*ret = (uint32_t)item->valuedouble;
	return true;
}

/* A file of an older fwd has none. */
static bool get_earlier(const cJSON *list, struct marker *ret)
{
	const cJSON *json;

	cJSON_ArrayForEach (json, list) {
		struct marker_reverted *reverted = &ret->earlier[ret->earlier_count];

		if (ret->earlier_count == MARKER_EARLIER ||
		    !get_long(json, "revision", &reverted->revision) ||
		    !get_text(json, "sha256", reverted->digest, sizeof(reverted->digest)) ||
		    !get_text(json, "who", reverted->who, sizeof(reverted->who)) ||
		    !get_text(json, "why", reverted->why, sizeof(reverted->why)))
			return false;
		ret->earlier_count++;
	}
	return true;
}

static bool from_json(const cJSON *json, struct marker *ret)
{
	char state[16];
	uint32_t version;

	if (!get_number(json, "version", &version) || version != VERSION ||
	    !get_text(json, "state", state, sizeof(state)))
		return false;
	ret->state = strcmp(state, states[MARKER_REVERTED]) == 0 ? MARKER_REVERTED : MARKER_PENDING;
	return strcmp(state, states[ret->state]) == 0 &&
	       get_text(json, "boot_id", ret->boot_id, sizeof(ret->boot_id)) &&
	       get_long(json, "deadline_ns", &ret->deadline) &&
	       get_long(json, "before", &ret->before) &&
	       get_long(json, "revision", &ret->revision) &&
	       get_number(json, "generation_before", &ret->generation_before) &&
	       get_number(json, "generation", &ret->generation) &&
	       get_text(json, "sha256", ret->digest, sizeof(ret->digest)) &&
	       get_text(json, "who", ret->who, sizeof(ret->who)) &&
	       get_text(json, "why", ret->why, sizeof(ret->why)) &&
	       get_earlier(cJSON_GetObjectItemCaseSensitive(json, "earlier"), ret);
}

int marker_decode(const char *text, size_t length, struct marker *ret)
{
	const char *end = memchr(text, '\n', length);
	size_t line = end ? (size_t)(end - text) : length;
	char digest[DIGEST_TEXT], whole[DIGEST_TEXT + 1];
	struct marker marker = {0};
	cJSON *json;
	bool good;

	digest_text(text, line, digest);
	snprintf(whole, sizeof(whole), "%s\n", digest);
	if (!*digest || length != line + 1 + strlen(whole) ||
	    memcmp(end + 1, whole, strlen(whole)) != 0)
		return -EBADMSG;
	json = cJSON_ParseWithLength(text, line);
	good = from_json(json, &marker);
	cJSON_Delete(json);
	if (!good)
		return -EBADMSG;
	*ret = marker;
	return 0;
}

int marker_write(int folder, const struct marker *marker)
{
	const struct replace_owner owner = {0640, (uid_t)-1, (gid_t)-1};
	cleanup_free char *text = NULL;
	size_t length;

	if (folder < 0)
		return -ENOENT;
	text = marker_encode(marker, &length);
	return text ? replace_file(folder, FILE_NAME, text, length, &owner) : -ENOMEM;
}

int marker_read(int folder, struct marker *ret)
{
	cleanup_free char *text = malloc(MAX_BYTES);
	cleanup_fd int fd = -1;
	ssize_t length;

	if (folder < 0)
		return -ENOENT;
	if (!text)
		return -ENOMEM;
	fd = openat(folder, FILE_NAME, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return -errno;
	length = read(fd, text, MAX_BYTES);
	if (length < 0)
		return -errno;
	return marker_decode(text, (size_t)length, ret);
}

int marker_remove(int folder)
{
	if (folder < 0 || (unlinkat(folder, FILE_NAME, 0) < 0 && errno == ENOENT))
		return 0;
	return fsync(folder) < 0 ? -errno : faccessat(folder, FILE_NAME, F_OK, 0) == 0 ? -EIO : 0;
}
