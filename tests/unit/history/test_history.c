// SPDX-License-Identifier: MIT
/* Revisions: what is kept, what is not believed, and what happens when nothing can be kept. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit.h"
#include "fw_limits.h"
#include "history.h"
#include "memory.h"
#include "revision.h"

struct folder {
	char path[64];
};

static void folder_make(struct folder *folder)
{
	strcpy(folder->path, "/tmp/fwd-history.XXXXXX");
	cr_assert(mkdtemp(folder->path));
}

static void folder_remove(const struct folder *folder)
{
	char command[96];

	snprintf(command, sizeof(command), "rm -rf '%s'", folder->path);
	cr_assert(system(command) == 0);
}

/* Open; warnings: how many are expected. */
static struct history *open_history(const struct folder *folder, size_t warnings)
{
	struct history *history = NULL;
	struct errors errs = {0};

	cr_assert(history_open(folder->path, &history, &errs) == 0);
	cr_expect(errs.warned == warnings && errs.failed == 0, "%zu: %s", errs.warned,
		  errs.count ? errs.list[0].message : "");
	errors_clear(&errs);
	return history;
}

static void record_as(struct history *history, const char *text, const char *cause,
		      const char *command, uid_t uid)
{
	struct actor actor = {.uid = uid, .process = "test", .login = (uid_t)-1};
	const struct history_change change = {cause, command, "why", &actor};

	history_record(history, &change, strdup(text), strlen(text), NULL);
}

static void record(struct history *history, const char *text)
{
	record_as(history, text, "edit", "rule.add {}", 7);
}

static void expect_text(struct history *history, uint64_t number, const char *text)
{
	const struct revision *revision;
	const char *why = "";
	int r = history_load(history, number, &revision, &why);

	if (!text) {
		cr_expect(r == -ENOENT, "%d", r);
		return;
	}
	cr_assert(r == 0, "revision %d: %d %s", (int)number, r, why);
	cr_expect_str_eq(revision->text, text);
	cr_expect(revision->number == number && revision->length == strlen(text));
}

Test(history, numbers_go_on)
{
	struct folder folder;
	struct history *history;

	folder_make(&folder);
	history = open_history(&folder, 0);
	cr_expect(history_revision(history) == 0);
	record(history, "{\"a\":1}");
	record(history, "{\"a\":1}"); /* no change */
	record(history, "{\"a\":2}");
	cr_expect(history_revision(history) == 2);
	history = history_close(history);

	history = open_history(&folder, 0);
	record(history, "{\"a\":2}"); /* a start with what was last */
	cr_expect(history_revision(history) == 2);
	record(history, "{\"a\":1}");
	cr_expect(history_revision(history) == 3);
	expect_text(history, 1, "{\"a\":1}");
	expect_text(history, 2, "{\"a\":2}");
	expect_text(history, 3, "{\"a\":1}");
	expect_text(history, 4, NULL);
	cr_expect_str_eq(
		cJSON_GetStringValue(cJSON_GetObjectItem(history_header(history, 0), "message")),
		"why");
	history_close(history);
	folder_remove(&folder);
}

Test(history, saved)
{
	struct folder folder;
	struct history *history;

	folder_make(&folder);
	history = open_history(&folder, 0);
	cr_expect(!history_is_saved(history));
	record(history, "{}");
	history_mark_saved(history);
	cr_expect(history_is_saved(history) && history_saved(history) == 1);
	record(history, "{\"a\":1}");
	cr_expect(!history_is_saved(history) && history_saved(history) == 1);
	record(history, "{}");
	cr_expect(history_is_saved(history), "however it came there");
	history_close(history);
	folder_remove(&folder);
}

Test(history, the_oldest_go)
{
	struct folder folder;
	struct history *history;
	char text[32];
	size_t count = 0;

	folder_make(&folder);
	history = open_history(&folder, 0);
	for (unsigned i = 1; i <= FW_MAX_REVISIONS + 5; i++) {
		snprintf(text, sizeof(text), "{\"a\":%u}", i);
		record(history, text);
	}
	while (history_header(history, count))
		count++;
	cr_expect(count == FW_MAX_REVISIONS);
	expect_text(history, 5, NULL);
	expect_text(history, 6, "{\"a\":6}");
	history = history_close(history);
	history = open_history(&folder, 0);
	expect_text(history, FW_MAX_REVISIONS + 5, text);
	expect_text(history, 5, NULL);
	history_close(history);
	folder_remove(&folder);
}

/* ---- which of too many ---- */

#define MORE 400

struct change_row {
	const char *cause, *command;
	uid_t uid;
};

/* Record `policies` applies, then MORE edits as the rows say in turns; then which numbers are there? */
static void fill(const struct folder *folder, unsigned policies, const struct change_row *rows,
		 size_t count, bool kept[MORE + FW_MAX_REVISIONS + 1])
{
	struct history *history = open_history(folder, 0);
	unsigned number = 0, total = 0;
	char text[32];

	for (; number < policies + MORE; number++) {
		const struct change_row *row = &rows[(number - policies) % count];

		snprintf(text, sizeof(text), "{\"a\":%u}", number);
		if (number < policies)
			record_as(history, text, "apply", "apply {}", 0);
		else
			record_as(history, text, row->cause, row->command, row->uid);
		/* After a restart it goes on with what is on disk. */
		if (number % 100 == 99) {
			history_close(history);
			history = open_history(folder, 0);
		}
	}
	memset(kept, 0, MORE + FW_MAX_REVISIONS + 1);
	for (size_t i = 0; history_header(history, i); i++, total++)
		kept[(size_t)cJSON_GetObjectItem(history_header(history, i), "number")
			     ->valuedouble] = true;
	cr_expect(total == FW_MAX_REVISIONS, "%u", total);
	for (unsigned i = 0; i < 10; i++)
		cr_expect(kept[number - i], "one of the last ten is gone");
	history_close(history);
}

/* A script's edits go one by one, oldest first; what was applied before stays. */
Test(history, steps_go_first)
{
	static const struct change_row rows[] = {{"edit", "set.add {}", 0},
						 {"edit", "set.delete {}", 0}};
	bool kept[MORE + FW_MAX_REVISIONS + 1];
	struct folder folder;

	folder_make(&folder);
	fill(&folder, 35, rows, array_size(rows), kept);
	for (unsigned i = 1; i <= 35; i++)
		cr_expect(kept[i], "revision %u", i);
	cr_expect(!kept[36] && !kept[MORE + 20] && kept[MORE + 21]);
	folder_remove(&folder);
}

/* Edits that are no steps push out policies, but not more than half of what is kept. */
Test(history, half_are_policies)
{
	static const struct change_row rows[] = {
		{"edit", "set.add {}", 0}, {"edit", "rule.add {}", 0}, {"edit", "rule.add {}", 1}};
	bool kept[MORE + FW_MAX_REVISIONS + 1];
	struct folder folder;

	folder_make(&folder);
	fill(&folder, 40, rows, array_size(rows), kept);
	cr_expect(!kept[15] && kept[16] && kept[40] && !kept[41]);
	cr_expect(!kept[MORE + 15] && kept[MORE + 16]);
	folder_remove(&folder);
}

/* Without edits it is the age. */
Test(history, policies_go_by_age)
{
	static const struct change_row rows[] = {{"apply", "apply {}", 0}};
	bool kept[MORE + FW_MAX_REVISIONS + 1];
	struct folder folder;

	folder_make(&folder);
	fill(&folder, 40, rows, array_size(rows), kept);
	cr_expect(!kept[MORE - 10] && kept[MORE - 9]);
	folder_remove(&folder);
}

/* ---- files that are not whole ---- */

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

/* Damage a file of the history: what is said of it, and what still works. */
static void damage(const struct folder *folder, unsigned number, off_t length)
{
	char path[96];

	snprintf(path, sizeof(path), "%s/revisions/%u", folder->path, number);
	cr_assert(truncate(path, length) == 0);
}

Test(history, damaged_files_are_passed_over)
{
	const struct revision *revision;
	struct history *history;
	struct folder folder;
	const char *why;

	folder_make(&folder);
	history = open_history(&folder, 0);
	record(history, "{\"a\":1}");
	record(history, "{\"a\":2}");
	record(history, "{\"a\":3}");
	history = history_close(history);
	damage(&folder, 2, 0);
	damage(&folder, 3, 200);

	history = open_history(&folder, 2);
	cr_expect(cJSON_HasObjectItem(history_header(history, 0), "damaged"));
	expect_text(history, 1, "{\"a\":1}");
	cr_expect(history_load(history, 2, &revision, &why) == -EBADMSG);
	/* It is the newest, and the same text, but not whole: it is not gone on with. */
	record(history, "{\"a\":3}");
	cr_expect(history_revision(history) == 4, "numbers of damaged ones are not given again");
	expect_text(history, 4, "{\"a\":3}");
	history_close(history);
	folder_remove(&folder);
}

/* A bit of the text is only found when the text is read: but then it is. */
Test(history, a_flipped_bit_on_disk)
{
	const struct revision *revision;
	struct history *history;
	struct folder folder;
	const char *why;
	char path[96];
	int fd;

	folder_make(&folder);
	history = open_history(&folder, 0);
	record(history, "{\"a\":1}");
	history = history_close(history);
	snprintf(path, sizeof(path), "%s/revisions/1", folder.path);
	fd = open(path, O_RDWR);
	cr_assert(fd >= 0 && pwrite(fd, "2", 1, lseek(fd, 0, SEEK_END) - 65 - 3) == 1);
	close(fd);
	history = open_history(&folder, 0);
	cr_expect(history_load(history, 1, &revision, &why) == -EBADMSG);
	record(history, "{\"a\":1}");
	cr_expect(history_revision(history) == 2);
	history_close(history);
	folder_remove(&folder);
}

Test(history, what_is_none_of_ours)
{
	static const char *const names[] = {
		"0", "01", "x", "1x", "-1", ".1.new", "99999999999999999999"};
	struct history *history;
	struct folder folder;
	char path[128];

	folder_make(&folder);
	history_close(open_history(&folder, 0));
	for (size_t i = 0; i < array_size(names); i++) {
		snprintf(path, sizeof(path), "%s/revisions/%s", folder.path, names[i]);
		close(open(path, O_CREAT | O_WRONLY, 0600));
	}
	history = open_history(&folder, 0);
	cr_expect(history_revision(history) == 0 && !history_header(history, 0));
	history_close(history);
	folder_remove(&folder);
}

/* ---- no place ---- */

Test(history, without_a_folder)
{
	struct folder folder = {"/proc/nosuch/fwd"};
	struct history *history = open_history(&folder, 1);

	cr_expect(history_trouble(history) != NULL);
	record(history, "{\"a\":1}");
	record(history, "{\"a\":2}");
	cr_expect(history_revision(history) == 2);
	expect_text(history, 2, "{\"a\":2}");
	expect_text(history, 1, NULL);
	history_close(history);
}

Test(history, two_in_one_folder)
{
	struct folder folder;
	struct history *first, *second;

	folder_make(&folder);
	first = open_history(&folder, 0);
	second = open_history(&folder, 1);
	cr_expect(history_trouble(second) && !history_trouble(first));
	record(second, "{\"of\":\"second\"}");
	record(first, "{\"of\":\"first\"}");
	second = history_close(second);
	first = history_close(first);
	first = open_history(&folder, 0);
	expect_text(first, 1, "{\"of\":\"first\"}");
	history_close(first);
	folder_remove(&folder);
}

/* ---- the audit ---- */

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

/* What stands in it beside whole lines does not hide them. */
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
