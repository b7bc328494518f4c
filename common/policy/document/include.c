// SPDX-License-Identifier: MIT
/*
 * "include": parts of a config in separate files.
 *
 * An included file is an object with some of the lists and objects of the main
 * file; each is joined to the main file's. Included files include nothing, so
 * the only loop there can be is a pattern that finds the main file.
 */
#include "common/policy/document/document.h"

#include <errno.h>
#include <glob.h>
#include <libgen.h>
#include <string.h>

#include "common/abi/fw_limits.h"
#include "common/base/memory.h"
#include "common/policy/document/json_reader.h"

struct includer {
	struct document *document;
	const char *folder; /* as written, for names that people recognize */
	size_t used;	    /* bytes read so far */
	struct stat seen[FW_MAX_INCLUDES + 1];
	size_t seen_count;
	struct errors *errs;
};

static struct place place_of(const struct includer *includer, const cJSON *node)
{
	return sources_value_place(includer->document->sources, node);
}

static void add_error(const struct includer *includer, enum error_code code, struct place place,
		      const char *what, const char *text)
{
	errors_add(includer->errs, SEVERITY_ERROR, code, &place, what, text);
}

static void merge_value(struct includer *includer, cJSON *into, cJSON *value);

/* Move the elements or members of one value to the end of another of the same type. */
static void merge_items(struct includer *includer, cJSON *into, cJSON *from)
{
	cJSON *item;

	while ((item = from->child)) {
		cJSON_DetachItemViaPointer(from, item);
		if (cJSON_IsArray(into))
			cJSON_AddItemToArray(into, item);
		else
			merge_value(includer, into, item);
	}
}

/* Report a value that cannot be joined to the existing one of the same name. */
static void report_clash(struct includer *includer, const cJSON *there, const cJSON *value,
			 bool section)
{
	struct sources *sources = includer->document->sources;
	struct place place = sources_key_place(sources, value);
	struct place first = sources_key_place(sources, there);

	errors_add(includer->errs, SEVERITY_ERROR, section ? ERROR_TYPE : ERROR_DUPLICATE_ID,
		   &place,
		   section ? "\"%s\" is of another type than at %s:%u:%u"
			   : "\"%s\" is already at %s:%u:%u",
		   value->string, first.file, first.line, first.column);
}

/* Put a member into an object that may have one of this name. Takes the value. */
static void merge_value(struct includer *includer, cJSON *into, cJSON *value)
{
	cJSON *there = cJSON_GetObjectItemCaseSensitive(into, value->string);
	bool section = into == includer->document->root;
	bool lists = cJSON_IsArray(there) && cJSON_IsArray(value);

	if (!there) {
		cJSON_AddItemToArray(into, value); /* it only links; the key is set */
		return;
	}
	/* Sections are joined, and management.allow; their named members are not. */
	if (lists || (section && cJSON_IsObject(there) && cJSON_IsObject(value)))
		merge_items(includer, there, value);
	else if (strcmp(value->string, "comment") != 0)
		report_clash(includer, there, value, section);
	cJSON_Delete(value);
}

static bool may_be_included(const char *key)
{
	static const char *const keys[] = {"rules",	 "sets",       "limits",
					   "management", "interfaces", "permitted_cidrs",
					   "comment",	 "$schema"};

	for (size_t i = 0; i < array_size(keys); i++) {
		if (!strcmp(keys[i], key))
			return true;
	}
	return false;
}

/* Merge the tree of one included file. Takes it. */
static void merge_root(struct includer *includer, cJSON *root)
{
	cJSON *item;

	if (!cJSON_IsObject(root))
		add_error(includer, ERROR_TYPE, place_of(includer, root),
			  "an included file must be an object%s", "");
	while (cJSON_IsObject(root) && (item = root->child)) {
		cJSON_DetachItemViaPointer(root, item);
		if (!may_be_included(item->string)) {
			struct place place = sources_key_place(includer->document->sources, item);

			add_error(includer, ERROR_INCLUDED_KEY, place,
				  "\"%s\" can only be in the main file", item->string);
			cJSON_Delete(item);
		} else if (!strcmp(item->string, "$schema") || !strcmp(item->string, "comment")) {
			cJSON_Delete(item);
		} else {
			merge_value(includer, includer->document->root, item);
		}
	}
	cJSON_Delete(root);
}

/* True, and reported, if a file was read before. */
static bool seen_before(struct includer *includer, const char *path, const struct stat *info,
			const cJSON *pattern)
{
	for (size_t i = 0; i < includer->seen_count; i++) {
		const struct stat *seen = &includer->seen[i];

		if (seen->st_dev != info->st_dev || seen->st_ino != info->st_ino)
			continue;
		add_error(includer, ERROR_INCLUDE, place_of(includer, pattern),
			  i ? "%s would be included twice" : "%s would include itself", path);
		return true;
	}
	if (includer->seen_count == array_size(includer->seen)) {
		add_error(includer, ERROR_INCLUDE, place_of(includer, pattern),
			  "more than 256 included files; %s is one too many", path);
		return true;
	}
	includer->seen[includer->seen_count++] = *info;
	return false;
}
_Static_assert(FW_MAX_INCLUDES == 256, "the message says so");

static int include_file(struct includer *includer, const char *path, const cJSON *pattern)
{
	struct place place = place_of(includer, pattern);
	struct sources *sources = includer->document->sources;
	size_t values = sources_values(sources);
	struct input input;
	cJSON *root;
	int source;

	if (input_read(path, FW_MAX_CONFIG_BYTES - includer->used, &input, SEVERITY_ERROR,
		       ERROR_INCLUDE, &place, includer->errs) < 0)
		return 0;
	if (seen_before(includer, path, &input.info, pattern)) {
		free(input.text);
		return 0;
	}
	includer->used += input.length;
	source = sources_add(sources, strdup(path), input.text, input.length);
	if (source < 0)
		return source;
	root = json_read(sources, (unsigned)source,
			 values < FW_MAX_CONFIG_VALUES ? FW_MAX_CONFIG_VALUES - values : 0,
			 includer->errs);
	if (root)
		merge_root(includer, root);
	return 0;
}

/* The pattern as a path: relative ones start from the main file's folder, taken literally. */
static char *full_pattern(const struct includer *includer, const char *pattern)
{
	char *full, *out;

	if (*pattern == '/' || !strcmp(includer->folder, "."))
		return strdup(pattern);
	full = out = malloc(strlen(includer->folder) * 2 + strlen(pattern) + 2);
	if (!full)
		return NULL;
	for (const char *p = includer->folder; *p; p++) {
		if (strchr("*?[]\\", *p))
			*out++ = '\\';
		*out++ = *p;
	}
	*out++ = '/';
	strcpy(out, pattern);
	return full;
}

/* For glob: no match is allowed; a folder that cannot be read may have a part of the policy. */
static int is_unreadable(const char *path, int error)
{
	(void)path;
	return error != ENOENT && error != ENOTDIR;
}

int include_find(const char *pattern, glob_t *ret)
{
	return glob(pattern, 0, is_unreadable, ret);
}

/* Also a pattern without matches: files may appear later. Takes the pattern. */
static int note_pattern(struct document *document, char *pattern)
{
	char **more = array_grow(&document->includes, document->include_count,
				 sizeof(*document->includes));

	if (!more) {
		free(pattern);
		return -ENOMEM;
	}
	*more = pattern;
	document->include_count++;
	return 0;
}

static int include_pattern(struct includer *includer, const cJSON *pattern)
{
	glob_t found = {0};
	char *full;
	int err;

	if (!cJSON_IsString(pattern) || !*pattern->valuestring) {
		add_error(includer, ERROR_TYPE, place_of(includer, pattern),
			  "include must be a list of file names or patterns%s", "");
		return 0;
	}
	full = full_pattern(includer, pattern->valuestring);
	if (!full || note_pattern(includer->document, full) < 0)
		return -ENOMEM;
	err = include_find(full, &found);
	if (err == GLOB_NOSPACE) {
		globfree(&found);
		return -ENOMEM;
	}
	/* An empty conf.d is not an error; a named file that is missing is one. */
	if (err == GLOB_ABORTED)
		add_error(includer, ERROR_INCLUDE, place_of(includer, pattern),
			  "%s: a folder cannot be read", full);
	else if (err && !strpbrk(pattern->valuestring, "*?["))
		add_error(includer, ERROR_INCLUDE, place_of(includer, pattern), "%s does not exist",
			  full);
	err = 0;
	for (size_t i = 0; i < found.gl_pathc && err == 0; i++)
		err = include_file(includer, found.gl_pathv[i], pattern);
	globfree(&found);
	return err;
}

static int include_all(struct includer *includer, const cJSON *list)
{
	const cJSON *pattern;
	int err = 0;

	if (!cJSON_IsArray(list))
		return include_pattern(includer, list);
	cJSON_ArrayForEach (pattern, list) {
		err = include_pattern(includer, pattern);
		if (err < 0)
			break;
	}
	return err;
}

int include_files(struct document *document, const char *path, const char *from,
		  const struct stat *info, size_t used, struct errors *errs)
{
	cJSON *list = cJSON_DetachItemFromObjectCaseSensitive(document->root, "include");
	cleanup_free struct includer *includer = calloc(1, sizeof(*includer));
	cleanup_free char *folder = strdup(path);
	struct errors_lines before = sources_show(document->sources, errs);
	size_t failed = errs->failed;
	int err = includer && folder ? 0 : -ENOMEM;

	if (list && err == 0 && !info) {
		struct place place = sources_key_place(document->sources, list);

		errors_add(errs, SEVERITY_ERROR, ERROR_INCLUDE, &place,
			   "include is only possible in a file");
	} else if (list && err == 0) {
		includer->document = document;
		includer->folder = from ? from : dirname(folder);
		includer->errs = errs;
		includer->used = used;
		includer->seen[includer->seen_count++] = *info;
		err = include_all(includer, list);
	}
	sources_show_again(errs, before);
	cJSON_Delete(list);
	return err < 0 ? err : errs->failed > failed ? -EBADMSG : 0;
}
