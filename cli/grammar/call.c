// SPDX-License-Identifier: MIT
#include "cli/grammar/call.h"

#include <errno.h>
#include <string.h>

#include "common/base/memory.h"

void call_clear(struct call *call)
{
	free(call->words);
	free(call->repeats);
	free(call->loaded);
	*call = (struct call){0};
}

const char *call_value(const struct call *call, const char *key)
{
	for (size_t i = 0; call->verb->arguments[i].key; i++) {
		if (strcmp(call->verb->arguments[i].key, key) == 0)
			return i < call->word_count ? call->words[i] : NULL;
	}
	for (size_t i = 0; call->verb->options[i].key; i++) {
		if (strcmp(call->verb->options[i].key, key) == 0)
			return call->options[i];
	}
	return NULL;
}

size_t call_many(const struct call *call, const char *const **ret)
{
	for (size_t i = 0; call->verb->arguments[i].key; i++) {
		if (verb_argument(call->verb, i).flags & (VALUE_MANY | VALUE_JOINED)) {
			*ret = call->words + i;
			return call->word_count > i ? call->word_count - i : 0;
		}
	}
	return 0;
}

int call_repeated(const struct call *call, const char *key, const char ***ret, size_t *ret_count)
{
	cleanup_free const char **values = NULL;
	size_t count = 0;

	for (size_t i = 0; i < call->repeat_count; i++) {
		const struct call_repeat *repeat = &call->repeats[i];
		const char **slot;

		if (strcmp(call->verb->options[repeat->option].key, key) != 0)
			continue;
		slot = array_grow(&values, count, sizeof(*slot));
		if (!slot)
			return -ENOMEM;
		*slot = repeat->value;
		count++;
	}
	*ret = steal(&values);
	*ret_count = count;
	return 0;
}

static char *join(const char *const *words, size_t count)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	for (size_t i = 0; out && i < count; i++)
		fprintf(out, "%s%s", i ? " " : "", words[i]);
	if (out)
		fclose(out);
	return text;
}

static void add_value(cJSON *args, const struct call *call, const struct parameter *parameter,
		      const char *value)
{
	cleanup_free char *joined = NULL;
	const char *const *words;
	size_t count;
	cJSON *list;

	if (parameter->flags & VALUE_MANY && parameter->kind != VALUE_FIELDS) {
		count = call_many(call, &words);
		list = cJSON_AddArrayToObject(args, parameter->key);
		for (size_t i = 0; i < count; i++)
			cJSON_AddItemToArray(list, cJSON_CreateString(words[i]));
	} else if (parameter->flags & VALUE_JOINED) {
		count = call_many(call, &words);
		joined = join(words, count);
		cJSON_AddStringToObject(args, parameter->key, joined ? joined : "");
	} else if (parameter->kind == VALUE_FLAG) {
		cJSON_AddTrueToObject(args, parameter->key);
	} else if (parameter->kind == VALUE_COUNT || parameter->kind == VALUE_SOME) {
		cJSON_AddNumberToObject(args, parameter->key, strtod(value, NULL));
	} else {
		cJSON_AddStringToObject(args, parameter->key, value);
	}
}

cJSON *call_args(const struct call *call)
{
	cJSON *args = cJSON_CreateObject();

	for (size_t i = 0; call->verb->arguments[i].key && i < call->word_count; i++) {
		const struct parameter argument = verb_argument(call->verb, i);

		if (!(argument.flags & VALUE_LOCAL))
			add_value(args, call, &argument, call->words[i]);
	}
	for (size_t i = 0; call->verb->options[i].key; i++) {
		const struct parameter option = verb_option(call->verb, i);

		if (call->options[i] && !(option.flags & VALUE_LOCAL))
			add_value(args, call, &option, call->options[i]);
	}
	return args;
}
