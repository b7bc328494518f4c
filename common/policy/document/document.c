// SPDX-License-Identifier: MIT
#include "common/policy/document/document.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "common/abi/fw_limits.h"
#include "common/base/memory.h"
#include "common/policy/document/json_reader.h"

static void free_document(struct document **document)
{
	document_free(*document);
}

struct document *document_free(struct document *document)
{
	if (!document)
		return NULL;
	cJSON_Delete(document->root);
	sources_drop(document->sources);
	free(document->folder);
	for (size_t i = 0; i < document->include_count; i++)
		free(document->includes[i]);
	free(document->includes);
	free(document);
	return NULL;
}

/* The absolute folder of a file, malloced; NULL: the current one. */
static char *folder_of(const char *path)
{
	cleanup_free char *copy = strdup(path ? path : ".");

	if (!copy)
		return NULL;
	return realpath(path ? dirname(copy) : copy, NULL);
}

static struct document *document_new(const char *path, const char *folder)
{
	cleanup(free_document) struct document *document = calloc(1, sizeof(*document));

	if (!document)
		return NULL;
	document->sources = sources_new();
	document->folder = folder ? strdup(folder) : folder_of(path);
	if (!document->folder) /* it was removed: relative paths will not be found */
		document->folder = strdup("/");
	if (!document->sources || !document->folder)
		return NULL;
	return steal(&document);
}

/*
 * Read the text; takes it. info NULL: the text is not from a file. folder: where relative paths
 * start; NULL: the file's.
 */
static int read_text(const char *name, char *text, size_t length, const struct stat *info,
		     const char *folder, struct document **ret, struct errors *errs)
{
	cleanup(free_document) struct document *document = document_new(info ? name : NULL, folder);
	size_t failed = errs->failed;
	int source, err;

	if (!document) {
		free(text);
		return -ENOMEM;
	}
	source = sources_add(document->sources, strdup(name), text, length);
	if (source < 0)
		return source;
	document->root = json_read(document->sources, (unsigned)source, FW_MAX_CONFIG_VALUES, errs);
	if (!document->root)
		return errs->failed > failed ? -EBADMSG : -ENOMEM;
	err = include_files(document, name, folder, info, length, errs);
	if (err < 0 && err != -EBADMSG)
		return err;
	if (errs->failed > failed) {
		/* All errors of a file are reported; other texts may not be configs. */
		if (info)
			config_report_more(document, errs);
		return -EBADMSG;
	}
	document->file_count = sources_count(document->sources);
	*ret = steal(&document);
	return 0;
}

int document_read_file_in(const char *path, const char *folder, struct document **ret,
			  struct errors *errs)
{
	struct input input;
	int err = input_read(path, FW_MAX_CONFIG_BYTES, &input, SEVERITY_ERROR, ERROR_FILE, NULL,
			     errs);

	if (err < 0)
		return err;
	return read_text(path, input.text, input.length, &input.info, folder, ret, errs);
}

int document_read_file(const char *path, struct document **ret, struct errors *errs)
{
	return document_read_file_in(path, NULL, ret, errs);
}

int document_read_text(const char *name, const char *text, size_t length, struct document **ret,
		       struct errors *errs)
{
	char *copy;

	if (length > FW_MAX_CONFIG_BYTES) {
		errors_add(errs, SEVERITY_ERROR, ERROR_FILE, &(struct place){.file = name},
			   "is too large");
		return -EBADMSG;
	}
	copy = malloc(length + 1);
	if (!copy)
		return -ENOMEM;
	memcpy(copy, text, length);
	copy[length] = '\0';
	return read_text(name, copy, length, NULL, NULL, ret, errs);
}

int document_add_text(struct document *document, const char *name, const char *text, size_t length,
		      cJSON **ret, struct errors *errs)
{
	size_t failed = errs->failed;
	char *copy = malloc(length + 1);
	cJSON *node;
	int source;

	if (!copy)
		return -ENOMEM;
	memcpy(copy, text, length);
	copy[length] = '\0';
	source = sources_add(document->sources, strdup(name), copy, length);
	if (source < 0)
		return source;
	node = json_read(document->sources, (unsigned)source, FW_MAX_CONFIG_VALUES, errs);
	if (node && errs->failed == failed) {
		*ret = node;
		return 0;
	}
	cJSON_Delete(node);
	return errs->failed > failed ? -EBADMSG : -ENOMEM;
}

static bool copy_includes(const struct document *from, struct document *to)
{
	to->includes = calloc(from->include_count + 1, sizeof(*to->includes));
	for (; to->includes && to->include_count < from->include_count; to->include_count++) {
		to->includes[to->include_count] = strdup(from->includes[to->include_count]);
		if (!to->includes[to->include_count])
			return false;
	}
	return to->includes;
}

struct document *document_copy(const struct document *document)
{
	cleanup(free_document) struct document *copy = calloc(1, sizeof(*copy));

	if (!copy)
		return NULL;
	copy->root = cJSON_Duplicate(document->root, true);
	copy->sources = sources_share(document->sources);
	copy->file_count = document->file_count;
	copy->folder = strdup(document->folder);
	if (!copy->root || !copy->folder || !copy_includes(document, copy))
		return NULL;
	return steal(&copy);
}

cJSON *document_root(struct document *document)
{
	return document->root;
}

struct place document_place(const struct document *document, const cJSON *node)
{
	return sources_value_place(document->sources, node);
}

const char *document_file(const struct document *document, size_t index, const char **ret_text,
			  size_t *ret_length)
{
	if (index >= document->file_count)
		return NULL;
	*ret_text = sources_text(document->sources, (unsigned)index, ret_length);
	return sources_name(document->sources, (unsigned)index);
}

int document_file_tree(struct document *document, size_t index, cJSON **ret)
{
	struct errors none = {0}; /* it was read without any before */
	cJSON *tree;

	if (index >= document->file_count)
		return -EINVAL;
	tree = json_read(document->sources, (unsigned)index, FW_MAX_CONFIG_VALUES, &none);
	errors_clear(&none);
	if (!tree)
		return -ENOMEM;
	*ret = tree;
	return 0;
}

const char *document_include(const struct document *document, size_t index)
{
	return index < document->include_count ? document->includes[index] : NULL;
}

const char *document_text(const struct document *document, size_t *ret_length)
{
	return document->file_count == 1 ? sources_text(document->sources, 0, ret_length) : NULL;
}

int document_set_folder(struct document *document, const char *folder)
{
	char *copy = strdup(folder);

	if (!copy)
		return -ENOMEM;
	free(document->folder);
	document->folder = copy;
	return 0;
}

char *document_resolve(const struct document *document, const cJSON *path)
{
	char *full;

	if (!cJSON_IsString(path))
		return NULL;
	if (path->valuestring[0] == '/')
		return strdup(path->valuestring);
	return asprintf(&full, "%s/%s", document->folder, path->valuestring) < 0 ? NULL : full;
}

int document_move(struct document *document, const char *folder)
{
	const cJSON *sets = cJSON_GetObjectItemCaseSensitive(document->root, "sets");
	cJSON *set;

	if (strcmp(document->folder, folder) == 0)
		return 0;
	cJSON_ArrayForEach (set, sets) {
		cJSON *file = cJSON_GetObjectItemCaseSensitive(set, "file");
		cleanup_free char *full = NULL;

		if (!cJSON_IsString(file) || file->valuestring[0] == '/')
			continue;
		full = document_resolve(document, file);
		if (!full || !cJSON_SetValuestring(file, full))
			return -ENOMEM;
	}
	return document_set_folder(document, folder);
}
