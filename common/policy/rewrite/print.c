// SPDX-License-Identifier: MIT
#include "common/policy/rewrite/print.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"

#define WIDTH 100 /* columns of a line */

static void print_scalar(FILE *out, const cJSON *value)
{
	cleanup_free char *text = cJSON_PrintUnformatted(value);

	fputs(text ? text : "null", out);
}

void print_key(FILE *out, const char *key)
{
	cJSON *string = cJSON_CreateStringReference(key);

	print_scalar(out, string);
	fputs(": ", out);
	cJSON_Delete(string);
}

static bool is_container(const cJSON *value)
{
	return cJSON_IsArray(value) || cJSON_IsObject(value);
}

/* On one line; gives up (false) when it takes more columns than are left. */
static bool print_line(FILE *out, const cJSON *value, long limit)
{
	const cJSON *item;

	if (!is_container(value)) {
		print_scalar(out, value);
		return ftell(out) <= limit;
	}
	fputc(cJSON_IsArray(value) ? '[' : '{', out);
	cJSON_ArrayForEach (item, value) {
		if (item != value->child)
			fputs(", ", out);
		if (cJSON_IsObject(value))
			print_key(out, item->string);
		if (!print_line(out, item, limit))
			return false;
	}
	fputc(cJSON_IsArray(value) ? ']' : '}', out);
	return ftell(out) <= limit;
}

/* The line that print_line makes, malloced, or NULL if it is too long. */
static char *line_of(const cJSON *value, size_t indent)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	bool fits;

	if (!out)
		return NULL;
	fits = print_line(out, value, indent < WIDTH ? (long)(WIDTH - indent) : 0);
	fclose(out);
	if (!fits) {
		free(text);
		return NULL;
	}
	return text;
}

static void print_lines(FILE *out, const cJSON *value, struct indent indent,
			const struct print_style *style)
{
	cleanup_free char *inner = malloc(indent.length + style->unit.length + 1);
	struct indent deeper = {inner, indent.length + style->unit.length};
	const cJSON *item;

	if (!inner)
		return;
	memcpy(inner, indent.text, indent.length);
	memcpy(inner + indent.length, style->unit.text, style->unit.length);
	fputc(cJSON_IsArray(value) ? '[' : '{', out);
	cJSON_ArrayForEach (item, value) {
		fputs(item == value->child ? "\n" : ",\n", out);
		fwrite(inner, 1, deeper.length, out);
		if (cJSON_IsObject(value))
			print_key(out, item->string);
		print_value(out, item, deeper, style);
	}
	fputc('\n', out);
	fwrite(indent.text, 1, indent.length, out);
	fputc(cJSON_IsArray(value) ? ']' : '}', out);
}

void print_value(FILE *out, const cJSON *value, struct indent indent,
		 const struct print_style *style)
{
	cleanup_free char *line = line_of(value, indent.length);

	if (line)
		fputs(line, out);
	else if (is_container(value))
		print_lines(out, value, indent, style);
	else
		print_scalar(out, value);
}

void print_text(FILE *out, const cJSON *root, const struct print_style *style)
{
	const struct indent none = {"", 0};

	if (is_container(root) && root->child)
		print_lines(out, root, none, style);
	else
		print_scalar(out, root);
	fputc('\n', out);
}
