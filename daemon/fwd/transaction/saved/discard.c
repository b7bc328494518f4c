// SPDX-License-Identifier: MIT
/*
 * Three policies are compared: the one that was read or saved last (a revision), the one that runs, and
 * the file as it is now. What differs between the first two is a live edit; what of it differs between
 * the last two would be lost. An edit that is in the file as well is not lost.
 */
#include "daemon/fwd/transaction/saved/discard.h"

#include <errno.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/policy/diff/diff.h"

#define MOST_NAMED 20 /* lost edits that are named */

static void free_document(struct document **document)
{
	document_free(*document);
}

static void free_json(cJSON **json)
{
	cJSON_Delete(*json);
}

/* The policy that was read or saved last; NULL: it is not known any more. */
static cJSON *read_base(struct history *history)
{
	const struct revision *revision;
	const char *why;

	if (!history_saved(history) ||
	    history_load(history, history_saved(history), &revision, &why) < 0)
		return NULL;
	return cJSON_ParseWithLength(revision->text, revision->length);
}

static cJSON *compare(const cJSON *before, const cJSON *after)
{
	const struct diff_side from = {.root = before}, to = {.root = after};

	return policy_diff(&from, &to);
}

static const char *text_of(const cJSON *item, const char *name)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, name));

	return text ? text : "";
}

/*
 * Is the item one of a diff, in the same section? edits NULL: it is not known what was read last, and
 * then what only the file has may be new there.
 */
static bool is_among(const cJSON *edits, const char *section, const cJSON *item)
{
	const cJSON *other;

	if (!edits)
		return strcmp(text_of(item, "change"), "removed") != 0;
	cJSON_ArrayForEach (other, cJSON_GetObjectItemCaseSensitive(edits, section)) {
		if (strcmp(text_of(other, "name"), text_of(item, "name")) == 0)
			return true;
	}
	return false;
}

/* "rules web changed: match.dport 80 -> 443" */
static void report_item(const char *section, const cJSON *item, struct errors *errs)
{
	const cJSON *fields = cJSON_GetObjectItemCaseSensitive(item, "fields"), *field;
	cleanup_free char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return;
	cJSON_ArrayForEach (field, fields) {
		const cJSON *before = cJSON_GetObjectItemCaseSensitive(field, "before");
		const cJSON *after = cJSON_GetObjectItemCaseSensitive(field, "after");
		cleanup_free char *from = before ? cJSON_PrintUnformatted(before) : NULL;
		cleanup_free char *to = after ? cJSON_PrintUnformatted(after) : NULL;

		fprintf(out, "%s %s %.40s -> %.40s", field == fields->child ? ":" : ",",
			text_of(field, "field"), from ? from : "(not given)",
			to ? to : "(not given)");
	}
	fclose(out);
	errors_add(errs, SEVERITY_ERROR, ERROR_UNSAVED, NULL, "only live: %s %.100s is %s%.300s",
		   section, text_of(item, "name"), text_of(item, "change"), text ? text : "");
}

/* Count the edits that are lost, and with errs name the first of them. */
static size_t find_lost(const cJSON *lost, const cJSON *edits, struct errors *errs)
{
	const cJSON *section, *item;
	size_t count = 0;

	cJSON_ArrayForEach (section, lost) {
		if (!cJSON_IsArray(section))
			continue;
		cJSON_ArrayForEach (item, section) {
			if (!is_among(edits, section->string, item))
				continue;
			count++;
			if (errs && count <= MOST_NAMED)
				report_item(section->string, item, errs);
		}
	}
	return count;
}

/* *ret_count edits would be lost; errs, unless NULL, gets each of them. */
static int find(const struct model *model, struct history *history, size_t *ret_count,
		struct errors *errs)
{
	cleanup(free_document) struct document *disk = NULL;
	cleanup(free_json) cJSON *base = NULL, *edits = NULL, *lost = NULL;
	const char *path = model_config_path(model);
	const cJSON *running;
	struct errors unread = {0};
	size_t count;
	int r;

	*ret_count = 0;
	/* While a policy waits, no reload is done anyway, and that is the reason to give. */
	if (model_unsaved(model) == 0 || model_is_pending(model))
		return 0;
	r = document_read_file(path, &disk, &unread);
	errors_clear(&unread);
	if (r < 0)
		return 0;
	running = document_root(model_document(model));
	base = read_base(history);
	edits = base ? compare(base, running) : NULL;
	lost = compare(document_root(disk), running);
	if (!lost)
		return -ENOMEM;
	count = find_lost(lost, edits, NULL);
	*ret_count = count;
	if (count == 0 || !errs)
		return 0;
	errors_add(errs, SEVERITY_ERROR, ERROR_UNSAVED, NULL,
		   "live edits that %s does not have would be lost: %zu; fwctl save keeps them, "
		   "fwctl reload --discard goes on",
		   path, count);
	find_lost(lost, edits, errs);
	return 0;
}

size_t discard_count(const struct model *model, struct history *history)
{
	size_t count;

	return find(model, history, &count, NULL) < 0 ? 0 : count;
}

int discard_check(const struct model *model, struct history *history, struct errors *errs)
{
	size_t count;
	int r = find(model, history, &count, errs);

	return r == 0 && count > 0 ? -ESTALE : r;
}
