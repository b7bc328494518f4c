// SPDX-License-Identifier: MIT
/* The revisions: numbers, headers, the current text. store.c handles the files. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/memory.h"
#include "daemon/fwd/history/digest.h"
#include "daemon/fwd/history/history_internal.h"

static void add_text(cJSON *header, const char *name, const char *text)
{
	if (text && *text)
		cJSON_AddStringToObject(header, name, text);
}

static const char *find_known(const struct history *history, const struct prefix_content *content)
{
	for (size_t i = 0; i < history->known_count; i++) {
		if (history->known[i].content == content)
			return history->known[i].digest;
	}
	return NULL;
}

/* Compute unknown digests of contents; they are stored if there is memory. */
static const char *digest_of(struct history *history, struct prefix_content *content,
			     char digest[DIGEST_TEXT])
{
	const char *known = find_known(history, content);
	struct known_content *slot;

	if (known || !content)
		return known ? known : "";
	digest_text(content->list.items, content->list.count * sizeof(*content->list.items),
		    digest);
	slot = array_grow(&history->known, history->known_count, sizeof(*slot));
	if (slot) {
		slot->content = prefix_content_share(content);
		memcpy(slot->digest, digest, DIGEST_TEXT);
		history->known_count++;
	}
	return digest;
}

static bool is_used(const struct config *config, const struct prefix_content *content)
{
	for (size_t i = 0; i < config->set_count; i++) {
		if (config->sets[i].content == content)
			return true;
	}
	return false;
}

/* Release contents that no set has any more. */
static void forget_unused(struct history *history, const struct config *config)
{
	size_t kept = 0;

	for (size_t i = 0; i < history->known_count; i++) {
		if (config && is_used(config, history->known[i].content))
			history->known[kept++] = history->known[i];
		else
			prefix_content_drop(history->known[i].content);
	}
	history->known_count = kept;
}

cJSON *history_sets_json(struct history *history, const struct config *config)
{
	cJSON *sets = cJSON_CreateArray();

	for (size_t i = 0; config && i < config->set_count; i++) {
		const struct config_set *set = &config->sets[i];
		char digest[DIGEST_TEXT];
		cJSON *item;

		if (set->kind != SET_FILE)
			continue;
		item = cJSON_CreateObject();
		cJSON_AddStringToObject(item, "name", set->name);
		cJSON_AddStringToObject(item, "file", set->file);
		cJSON_AddNumberToObject(item, "entries", (double)set->prefixes.count);
		cJSON_AddStringToObject(item, "sha256", digest_of(history, set->content, digest));
		cJSON_AddItemToArray(sets, item);
	}
	return sets;
}

/* Everything but the number. Takes sets. */
static cJSON *make_header(const struct history_change *change, const char *digest, size_t length,
			  cJSON *sets)
{
	cJSON *header = cJSON_CreateObject();
	char time[CLOCK_TEXT];

	cJSON_AddNumberToObject(header, "number", 0);
	cJSON_AddStringToObject(header, "time", clock_text(clock_realtime_ns(), time));
	add_text(header, "cause", change->cause);
	add_text(header, "command", change->command);
	add_text(header, "message", change->message);
	if (change->actor)
		cJSON_AddItemToObject(header, "who", actor_json(change->actor));
	if (change->unconfirmed)
		cJSON_AddFalseToObject(header, "confirmed");
	cJSON_AddNumberToObject(header, "bytes", (double)length);
	cJSON_AddStringToObject(header, "sha256", digest);
	cJSON_AddItemToObject(header, "sets", sets);
	return header;
}

static bool equals(const cJSON *a, const cJSON *b, const char *name)
{
	return cJSON_Compare(cJSON_GetObjectItemCaseSensitive(a, name),
			     cJSON_GetObjectItemCaseSensitive(b, name), true);
}

/* Is the newest revision this policy? After a start its file must be complete for that. */
static bool is_current(struct history *history, const cJSON *header)
{
	const cJSON *newest = history_header(history, 0);
	const struct revision *revision;
	const char *why;

	if (!newest || !equals(newest, header, "sha256") || !equals(newest, header, "sets"))
		return false;
	if (history->text)
		return true;
	return history_load(history, history->number, &revision, &why) == 0;
}

/* The next number; of unwritten revisions, only the last one counts. */
static void take_number(struct history *history, cJSON *header)
{
	if (history->is_due)
		cJSON_DeleteItemFromArray(history->headers,
					  cJSON_GetArraySize(history->headers) - 1);
	else
		history->number++;
	history->is_due = history->is_held;
	cJSON_SetNumberValue(cJSON_GetObjectItemCaseSensitive(header, "number"),
			     (double)history->number);
}

static void write_newest(struct history *history, const char *text, size_t length)
{
	store_write(history, history_header(history, 0), text, length);
	store_prune(history);
}

void history_record(struct history *history, const struct history_change *change, char *text,
		    size_t length, const struct config *config)
{
	char digest[DIGEST_TEXT];
	cJSON *header;

	if (!history || !text) {
		free(text);
		return;
	}
	forget_unused(history, config);
	header = make_header(change, digest_text(text, length, digest), length,
			     history_sets_json(history, config));
	if (is_current(history, header)) {
		cJSON_Delete(header);
	} else {
		take_number(history, header);
		cJSON_AddItemToArray(history->headers, header);
		if (!history->is_held)
			write_newest(history, text, length);
	}
	revision_clear(&history->loaded);
	free(history->text);
	history->text = text;
	history->length = length;
}

void history_hold(struct history *history)
{
	if (history)
		history->is_held = true;
}

void history_release(struct history *history)
{
	if (!history || !history->is_held)
		return;
	history->is_held = false;
	if (history->is_due)
		write_newest(history, history->text, history->length);
	history->is_due = false;
}

void history_confirm(struct history *history)
{
	cJSON *newest = history ? history->headers->child : NULL;
	const struct revision *revision;
	const char *why;

	while (newest && newest->next)
		newest = newest->next;
	if (!newest || history_is_usable(newest) || !cJSON_HasObjectItem(newest, "confirmed"))
		return;
	cJSON_DeleteItemFromObjectCaseSensitive(newest, "confirmed");
	if (history_load(history, history->number, &revision, &why) == 0)
		store_write(history, newest, revision->text, revision->length);
	revision_clear(&history->loaded);
}

bool history_is_usable(const cJSON *header)
{
	return !cJSON_HasObjectItem(header, "damaged") &&
	       !cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(header, "confirmed"));
}

struct history *history_close(struct history *history)
{
	if (!history)
		return NULL;
	close_fd(&history->revisions);
	close_fd(&history->folder);
	cJSON_Delete(history->headers);
	forget_unused(history, NULL);
	free(history->known);
	revision_clear(&history->loaded);
	free(history->text);
	free(history->trouble);
	free(history->path);
	free(history);
	return NULL;
}

int history_folder(const struct history *history)
{
	return history ? history->folder : -1;
}

uint64_t history_revision(const struct history *history)
{
	return history ? history->number : 0;
}

const char *history_text(const struct history *history, size_t *ret_length)
{
	if (!history || !history->text)
		return NULL;
	*ret_length = history->length;
	return history->text;
}

void history_mark_saved(struct history *history)
{
	if (!history || !history->text)
		return;
	history->saved = history->number;
	digest_text(history->text, history->length, history->saved_digest);
}

void history_note_saved(struct history *history, const char *text, size_t length)
{
	if (!history)
		return;
	digest_text(text, length, history->saved_digest);
	history->saved = history_is_saved(history) ? history->number : 0;
}

bool history_is_saved(const struct history *history)
{
	const char *digest = cJSON_GetStringValue(
		cJSON_GetObjectItemCaseSensitive(history_header(history, 0), "sha256"));

	return digest && *digest && strcmp(digest, history->saved_digest) == 0;
}

uint64_t history_saved(const struct history *history)
{
	return history ? history->saved : 0;
}

const cJSON *history_header(const struct history *history, size_t index)
{
	size_t count = history ? (size_t)cJSON_GetArraySize(history->headers) : 0;

	return index < count ? cJSON_GetArrayItem(history->headers, (int)(count - 1 - index))
			     : NULL;
}

const char *history_trouble(const struct history *history)
{
	return history ? history->trouble : NULL;
}
