// SPDX-License-Identifier: MIT
#include "daemon/fwd/history/audit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

#include "common/abi/fw_limits.h"
#include "common/base/clock.h"
#include "common/base/memory.h"

#define NAME	  "audit.jsonl"
#define OLD_FILES 3

/* One line, malloced. */
static char *line_of(const struct audit_entry *entry)
{
	cleanup_free char *text = NULL;
	cJSON *json = cJSON_CreateObject();
	char time[CLOCK_TEXT], *line;

	cJSON_AddStringToObject(json, "time", clock_text(clock_realtime_ns(), time));
	cJSON_AddItemToObject(json, "who", actor_json(entry->actor));
	cJSON_AddStringToObject(json, "command", entry->command ? entry->command : "?");
	cJSON_AddStringToObject(json, "result", entry->result);
	if (entry->message)
		cJSON_AddStringToObject(json, "message", entry->message);
	cJSON_AddNumberToObject(json, "revision_before", (double)entry->revision_before);
	cJSON_AddNumberToObject(json, "revision", (double)entry->revision);
	text = cJSON_PrintUnformatted(json);
	cJSON_Delete(json);
	return text && asprintf(&line, "%s\n", text) >= 0 ? line : NULL;
}

/*
 * The line of a message with the reason of a failure: warnings about other things may come first.
 */
static const char *reason_of(const char *message)
{
	const char *line = message, *end;

	for (; *line; line = *end ? end + 1 : end) {
		const char *warning = strstr(line, ": warning: ");

		end = line + strcspn(line, "\n");
		if (*line != ' ' && !(warning && warning < end))
			return line;
	}
	return message;
}

char *audit_text(const struct audit_entry *entry)
{
	const struct actor *actor = entry->actor;
	const char *reason = entry->message ? reason_of(entry->message) : "";
	char *text = NULL;

	if (asprintf(&text, "control: uid %u, pid %d (%s): %s: %s%s%.*s", actor->uid, actor->pid,
		     actor->process, entry->command ? entry->command : "?", entry->result,
		     entry->message ? ": " : "", (int)strcspn(reason, "\n"), reason) < 0)
		return NULL;
	return text;
}

/* Without a journal nothing happens. */
static void write_journal(const struct audit_entry *entry)
{
	cleanup_free char *text = audit_text(entry);
	const struct actor *actor = entry->actor;

	/* clang-format off */
	sd_journal_send("PRIORITY=%d", entry->message ? LOG_NOTICE : LOG_INFO,
			"MESSAGE=%s", text ? text : "control: no memory",
			"FWD_UID=%u", actor->uid,
			"FWD_USER=%s", actor->user,
			"FWD_PID=%d", actor->pid,
			"FWD_PROCESS=%s", actor->process,
			"FWD_CLAIMED_FROM=%s", actor->from,
			"FWD_COMMAND=%s", entry->command ? entry->command : "?",
			"FWD_RESULT=%s", entry->result,
			"FWD_REVISION_BEFORE=%llu", (unsigned long long)entry->revision_before,
			"FWD_REVISION=%llu", (unsigned long long)entry->revision,
			NULL);
	/* clang-format on */
}

static const char *old_name(unsigned number, char name[32])
{
	snprintf(name, 32, number ? NAME ".%u" : NAME, number);
	return name;
}

/* A full log becomes the newest of the old ones. */
static void rotate(int folder)
{
	char from[32], to[32];

	for (unsigned i = OLD_FILES; i > 0; i--)
		renameat(folder, old_name(i - 1, from), folder, old_name(i, to));
}

static int open_log(int folder)
{
	const int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
	cleanup_fd int fd = openat(folder, NAME, flags, 0640);
	struct stat info;

	if (fd < 0 || fstat(fd, &info) < 0)
		return -errno;
	if (!S_ISREG(info.st_mode))
		return -EINVAL;
	if (info.st_size < FW_MAX_AUDIT_BYTES)
		return steal_fd(&fd);
	rotate(folder);
	close_fd(&fd);
	fd = openat(folder, NAME, flags, 0640);
	return fd < 0 ? -errno : steal_fd(&fd);
}

int audit_write(int folder, const struct audit_entry *entry)
{
	cleanup_free char *line = line_of(entry);
	cleanup_fd int fd = -1;
	ssize_t written;
	size_t length;

	write_journal(entry);
	if (folder < 0)
		return -ENOENT;
	if (!line)
		return -ENOMEM;
	fd = open_log(folder);
	if (fd < 0)
		return fd;
	length = strlen(line);
	written = write(fd, line, length);
	if (written < 0)
		return -errno;
	/* After a line that a full disk cut off, the next entry begins a new line. */
	if ((size_t)written < length)
		return write(fd, "\n", 1) < 0 ? -errno : -ENOSPC;
	return 0;
}

/* ---- reading ---- */

/* The last bytes of a file, with a NUL; malloced. */
static char *read_tail(int folder, const char *name, size_t bytes)
{
	cleanup_fd int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	cleanup_free char *text = NULL;
	struct stat info;
	ssize_t got;

	if (fd < 0 || fstat(fd, &info) < 0)
		return NULL;
	if ((uintmax_t)info.st_size < bytes)
		bytes = (size_t)info.st_size;
	text = malloc(bytes + 1);
	got = text ? pread(fd, text, bytes, info.st_size - (off_t)bytes) : -1;
	if (got < 0)
		return NULL;
	text[got] = '\0';
	return steal(&text);
}

/* Remove the last line of a text; NULL: no line is left. */
static char *last_line(char *text)
{
	char *end = strrchr(text, '\n'), *begin;

	if (!end)
		return NULL;
	*end = '\0';
	begin = strrchr(text, '\n');
	return begin ? begin + 1 : text;
}

static void read_file(int folder, const char *name, size_t limit, size_t *bytes, cJSON *list)
{
	cleanup_free char *text = read_tail(folder, name, *bytes);
	char *line;

	while (text && (size_t)cJSON_GetArraySize(list) < limit && (line = last_line(text))) {
		cJSON *entry = cJSON_Parse(line);

		*bytes -= strlen(line) < *bytes ? strlen(line) : *bytes;
		/*
		 * The first may be the end of a longer line; others may be cut off by a full disk.
		 */
		if (cJSON_IsObject(entry))
			cJSON_AddItemToArray(list, entry);
		else
			cJSON_Delete(entry);
	}
}

void audit_read(int folder, size_t limit, size_t bytes, cJSON *list)
{
	char name[32];

	for (unsigned i = 0; folder >= 0 && i <= OLD_FILES && bytes > 0; i++)
		read_file(folder, old_name(i, name), limit, &bytes, list);
}
