// SPDX-License-Identifier: MIT
#include "cli/grammar/fields_words.h"

#include <errno.h>
#include <string.h>

#include "cli/grammar/input.h"
#include "common/base/memory.h"

/* The value after the "=". */
static cJSON *read_value(const char *text)
{
	cJSON *value;

	if (!*text)
		return cJSON_CreateNull();
	value = cJSON_ParseWithOpts(text, NULL, true);
	return value ? value : cJSON_CreateString(text);
}

/* The object that a path leads to; *ret_name: the last part. NULL: used as field and as object. */
static cJSON *walk(cJSON *object, char *path, char **ret_name)
{
	char *dot;

	while ((dot = strchr(path, '.'))) {
		cJSON *next;

		*dot = '\0';
		next = cJSON_GetObjectItemCaseSensitive(object, path);
		if (!next)
			next = cJSON_AddObjectToObject(object, path);
		if (!cJSON_IsObject(next))
			return NULL;
		object = next;
		path = dot + 1;
	}
	*ret_name = path;
	return object;
}

static int add_word(struct cli *cli, cJSON *root, const char *word)
{
	const char *equals = strchr(word, '=');
	cleanup_free char *path = equals ? strndup(word, (size_t)(equals - word)) : NULL;
	char *name = NULL;
	cJSON *object;

	if (!equals || equals == word || word[0] == '.' || equals[-1] == '.' || strstr(path, ".."))
		return cli_fail(cli, WIRE_ERROR_BAD_REQUEST,
				"\"%s\" is neither FIELD=VALUE (as match.dport=443) nor JSON",
				word);
	object = walk(root, path, &name);
	if (!object || cJSON_GetObjectItemCaseSensitive(object, name))
		return cli_fail(cli, WIRE_ERROR_BAD_REQUEST, "%.*s is given twice",
				(int)(equals - word), word);
	cJSON_AddItemToObject(object, name, read_value(equals + 1));
	return 0;
}

static int from_words(struct cli *cli, struct call *call, size_t at)
{
	cJSON *root = cJSON_CreateObject();
	int r = 0;

	for (size_t i = at; i < call->word_count && r == 0; i++)
		r = add_word(cli, root, call->words[i]);
	if (r == 0) {
		call->loaded = cJSON_PrintUnformatted(root);
		r = call->loaded ? 0 : cli_fail_errno(cli, -ENOMEM, "command line");
	}
	cJSON_Delete(root);
	return r;
}

int fields_load(struct cli *cli, struct call *call, size_t at)
{
	bool one = call->word_count == at + 1;
	const char *first = call->words[at];
	int r;

	if (one && (*first == '{' || *first == '@' || strcmp(first, "-") == 0))
		r = input_argument(cli, first, &call->loaded);
	else
		r = from_words(cli, call, at);
	if (r < 0)
		return r;
	if (call->loaded)
		call->words[at] = call->loaded;
	call->word_count = at + 1;
	return 0;
}
