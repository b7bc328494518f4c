// SPDX-License-Identifier: MIT
/* The audit: lines, whatever stands next to them, and its rotation. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/abi/fw_limits.h"
#include "daemon/fwd/history/audit.h"
#include "tests/unit/history/folder.h"

static void audit(const struct folder *folder, const char *command)
{
	struct actor actor = {.uid = 7, .process = "test", .from = "192.0.2.1 1 192.0.2.2 22"};
	const struct audit_entry entry = {.actor = &actor, .command = command, .result = "ok"};
	int fd = open(folder->path, O_RDONLY | O_DIRECTORY);

	cr_assert(audit_write(fd, &entry) == 0);
	close(fd);
}

static cJSON *read_audit(const struct folder *folder, size_t limit)
{
	int fd = open(folder->path, O_RDONLY | O_DIRECTORY);
	cJSON *list = cJSON_CreateArray();

	audit_read(fd, limit, 1 << 20, list);
	close(fd);
	return list;
}

Test(audit, newest_first)
{
	struct folder folder;
	cJSON *list;

	folder_make(&folder);
	audit(&folder, "one");
	audit(&folder, "two");
	audit(&folder, "three");
	list = read_audit(&folder, 2);
	cr_expect(cJSON_GetArraySize(list) == 2);
	cr_expect_str_eq(
		cJSON_GetStringValue(cJSON_GetObjectItem(cJSON_GetArrayItem(list, 0), "command")),
		"three");
	cJSON_Delete(list);
	folder_remove(&folder);
}

/* What stands in it next to whole lines does not hide them. */
Test(audit, half_lines)
{
	struct folder folder;
	char path[96];
	cJSON *list;
	FILE *out;

	folder_make(&folder);
	audit(&folder, "one");
	snprintf(path, sizeof(path), "%s/audit.jsonl", folder.path);
	out = fopen(path, "a");
	fputs("{\"time\":\"20\n\n[]\n", out);
	fclose(out);
	audit(&folder, "two");
	list = read_audit(&folder, 10);
	cr_expect(cJSON_GetArraySize(list) == 2);
	cJSON_Delete(list);
	folder_remove(&folder);
}

Test(audit, rotates)
{
	struct folder folder;
	struct stat info;
	char path[96];
	cJSON *list;

	folder_make(&folder);
	audit(&folder, "old");
	snprintf(path, sizeof(path), "%s/audit.jsonl", folder.path);
	cr_assert(truncate(path, FW_MAX_AUDIT_BYTES) == 0);
	audit(&folder, "new");
	cr_expect(stat(path, &info) == 0 && info.st_size < 1000);
	strcat(path, ".1");
	cr_expect(stat(path, &info) == 0 && info.st_size == FW_MAX_AUDIT_BYTES);
	list = read_audit(&folder, 10);
	cr_expect(cJSON_GetArraySize(list) >= 1);
	cJSON_Delete(list);
	folder_remove(&folder);
}

static void reads(const char *message, const char *expected)
{
	struct actor actor = {.uid = 7, .pid = 9, .process = "test"};
	const struct audit_entry entry = {
		.actor = &actor, .command = "apply", .result = "invalid", .message = message};
	char *text = audit_text(&entry);

	cr_expect_str_eq(text, expected);
	free(text);
}

/* One line, and of the message what made the command fail. */
Test(audit, text)
{
	reads("a.json:1:2: warning: all of them [W0312]\n        {\"id\": 1}\n        ^\n"
	      "a.json:5:1: you would be locked out [E0501]\n        {}\n",
	      "control: uid 7, pid 9 (test): apply: invalid: a.json:5:1: you would be locked out "
	      "[E0501]");
	reads("a.json:1:2: warning: nothing else [W0312]\n    ^",
	      "control: uid 7, pid 9 (test): apply: invalid: a.json:1:2: warning: nothing else "
	      "[W0312]");
	reads("no such rule", "control: uid 7, pid 9 (test): apply: invalid: no such rule");
	reads("", "control: uid 7, pid 9 (test): apply: invalid: ");
	reads(NULL, "control: uid 7, pid 9 (test): apply: invalid");
}
