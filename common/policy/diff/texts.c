// SPDX-License-Identifier: MIT
#include "common/policy/diff/texts.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"

void texts_clear(struct texts *texts)
{
	for (size_t i = 0; i < texts->count; i++)
		free(texts->list[i]);
	free(texts->list);
}

void texts_add(struct texts *texts, const char *format, ...)
{
	char **slot = array_grow(&texts->list, texts->count, sizeof(*slot));
	va_list args;

	if (!slot) {
		texts->failed = true;
		return;
	}
	va_start(args, format);
	if (vasprintf(slot, format, args) < 0) {
		*slot = NULL;
		texts->failed = true;
	}
	va_end(args);
	texts->count += *slot != NULL;
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void texts_make_set(struct texts *texts)
{
	size_t kept = 0;

	if (texts->count > 1)
		qsort(texts->list, texts->count, sizeof(*texts->list), compare_texts);
	for (size_t i = 0; i < texts->count; i++) {
		if (kept && strcmp(texts->list[kept - 1], texts->list[i]) == 0)
			free(texts->list[i]);
		else
			texts->list[kept++] = texts->list[i];
	}
	texts->count = kept;
}

void texts_make_one(struct texts *texts)
{
	for (size_t i = 1; i < texts->count; i++) {
		if (strcmp(texts->list[0], texts->list[i]) != 0)
			return;
	}
	while (texts->count > 1)
		free(texts->list[--texts->count]);
}

char *texts_join(const struct texts *texts)
{
	char *text = NULL;
	size_t size;
	FILE *out = texts->failed ? NULL : open_memstream(&text, &size);

	if (!out)
		return NULL;
	for (size_t i = 0; i < texts->count; i++)
		fprintf(out, "%s\n", texts->list[i]);
	return fclose(out) == 0 ? text : NULL;
}
