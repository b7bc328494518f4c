// SPDX-License-Identifier: MIT
#include "common/policy/rewrite/rewrite.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/policy/document/document.h"
#include "common/policy/document/json_reader.h"
#include "common/policy/rewrite/json_equal.h"
#include "common/policy/rewrite/json_span.h"
#include "common/policy/rewrite/print.h"

struct writer {
	FILE *out;
	const struct span_text *base;
	struct print_style style;
	bool failed; /* no memory */
};

static void rewrite(struct writer *writer, const struct span *base, const cJSON *value,
		    struct indent indent);

static void put(struct writer *writer, const char *from, const char *to)
{
	fwrite(from, 1, (size_t)(to - from), writer->out);
}

/* ---- white space ---- */

/* The white space before an item from the last line break on, or all of it. */
static const char *last_line(const char *from, const char *to)
{
	const char *line = memrchr(from, '\n', (size_t)(to - from));

	return line ? line : from;
}

static bool breaks(const struct span *item)
{
	return memchr(item->lead, '\n', (size_t)(item->start - item->lead)) != NULL;
}

/* The indentation of an item's line, if it begins one. */
static struct indent indent_of(const struct span *item, struct indent otherwise)
{
	const char *line = last_line(item->lead, item->start);

	if (!breaks(item))
		return otherwise;
	return (struct indent){line + 1, (size_t)(item->start - line) - 1};
}

/* The item whose layout a new one copies: the second shows what separates two. */
static const struct span *model_item(const struct spans *items)
{
	return &items->list[items->count > 1 ? 1 : 0];
}

static void put_lead(struct writer *writer, const struct spans *items, const struct span *item,
		     bool first)
{
	const struct span *model = model_item(items);

	if (!first)
		fputc(',', writer->out);
	if (item && (breaks(item) || !first))
		put(writer, item->lead, item->start);
	else if (first)
		put(writer, items->list[0].lead, items->list[0].start);
	else if (breaks(model) || items->count > 1)
		put(writer, last_line(model->lead, model->start), model->start);
	else
		fputc(' ', writer->out);
	/* An item that was first on its line now follows others. */
	if (item && !first && item == &items->list[0] && item->lead == item->start)
		fputc(' ', writer->out);
}

/* ---- objects and arrays ---- */

static void put_item(struct writer *writer, const struct spans *items, const struct span *item,
		     const cJSON *value, bool first, struct indent indent)
{
	struct indent own = indent_of(item ? item : model_item(items), indent);

	put_lead(writer, items, item, first);
	if (item) {
		put(writer, item->start, item->value);
		rewrite(writer, item, value, own);
		/* White space before a comma; that after the last item belongs to the container. */
		if (item != &items->list[items->count - 1])
			put(writer, item->end, item[1].lead - 1);
		return;
	}
	if (value->string)
		print_key(writer->out, value->string);
	print_value(writer->out, value, own, &writer->style);
}

static bool has_member(const struct spans *items, const char *key)
{
	for (size_t i = 0; i < items->count; i++) {
		if (strcmp(items->list[i].node->string, key) == 0)
			return true;
	}
	return false;
}

/* Members in the order of the base, then new ones. Returns their number. */
static size_t put_members(struct writer *writer, const struct spans *items, const cJSON *object,
			  struct indent indent)
{
	size_t count = 0;
	cJSON *value;

	for (size_t i = 0; i < items->count; i++) {
		value = cJSON_GetObjectItemCaseSensitive(object, items->list[i].node->string);
		if (value)
			put_item(writer, items, &items->list[i], value, count++ == 0, indent);
	}
	cJSON_ArrayForEach (value, object) {
		if (!has_member(items, value->string))
			put_item(writer, items, NULL, value, count++ == 0, indent);
	}
	return count;
}

/* Elements in the order of the array, each as in the base. Returns their number. */
static size_t put_elements(struct writer *writer, const struct spans *items, const cJSON *array,
			   struct indent indent)
{
	struct span_index *index = span_index_new(items);
	const cJSON *value;
	size_t count = 0;

	if (!index)
		writer->failed = true;
	cJSON_ArrayForEach (value, array)
		put_item(writer, items, index ? span_index_take(index, value) : NULL, value,
			 count++ == 0, indent);
	span_index_free(index);
	return count;
}

static void rewrite_items(struct writer *writer, const struct span *base, const cJSON *value,
			  struct indent indent)
{
	struct spans items = {0};
	size_t count;

	if (spans_of(writer->base, base, &items) < 0) {
		writer->failed = true;
	} else if (items.count == 0 || !value->child) {
		print_value(writer->out, value, indent, &writer->style);
	} else {
		fputc(*base->value, writer->out);
		count = cJSON_IsObject(value) ? put_members(writer, &items, value, indent)
					      : put_elements(writer, &items, value, indent);
		if (count > 0)
			put(writer, items.tail, base->end);
	}
	free(items.list);
}

static void rewrite(struct writer *writer, const struct span *base, const cJSON *value,
		    struct indent indent)
{
	bool both = (cJSON_IsObject(base->node) && cJSON_IsObject(value)) ||
		    (cJSON_IsArray(base->node) && cJSON_IsArray(value));

	if (json_equal(base->node, value))
		put(writer, base->value, base->end);
	else if (both)
		rewrite_items(writer, base, value, indent);
	else
		print_value(writer->out, value, indent, &writer->style);
}

/* ---- the whole text ---- */

/* One level is the indentation of the top members. */
static void find_unit(struct writer *writer, const struct span *root)
{
	const struct indent two = {"  ", 2};
	struct spans items = {0};

	writer->style.unit = two;
	if (cJSON_IsObject(root->node) && spans_of(writer->base, root, &items) == 0 &&
	    items.count > 0)
		writer->style.unit = indent_of(&items.list[0], two);
	if (writer->style.unit.length == 0)
		writer->style.unit = two;
	free(items.list);
}

/* tree NULL: there is nothing to keep. */
static void write_text(struct writer *writer, size_t length, const cJSON *tree, const cJSON *root)
{
	const struct indent none = {"", 0};
	struct span span;

	if (!tree) {
		writer->style.unit = (struct indent){"  ", 2};
		print_text(writer->out, root, &writer->style);
		return;
	}
	if (span_of(writer->base, tree, &span) < 0) {
		writer->failed = true;
		return;
	}
	find_unit(writer, &span);
	put(writer, writer->base->start, span.value);
	rewrite(writer, &span, root, none);
	put(writer, span.end, writer->base->start + length);
}

static char *rewrite_source(const struct sources *sources, unsigned source, const cJSON *tree,
			    const cJSON *root, size_t *ret_length)
{
	struct span_text base = {.sources = sources, .source = source};
	struct writer writer = {.base = &base};
	cleanup_free char *text = NULL;
	size_t size = 0, length = 0;

	if (tree)
		base.start = sources_text(sources, source, &length);
	writer.out = open_memstream(&text, &size);
	if (!writer.out)
		return NULL;
	write_text(&writer, length, tree, root);
	if (fclose(writer.out) != 0 || writer.failed)
		return NULL;
	*ret_length = size;
	return steal(&text);
}

char *rewrite_file(const struct document *document, size_t file, const cJSON *tree,
		   const cJSON *root, size_t *ret_length)
{
	return rewrite_source(document->sources, (unsigned)file, tree, root, ret_length);
}

/* Read a base. Its tree is NULL if it is not JSON. Returns 0 or -ENOMEM. */
static int read_base(const char *base, size_t length, struct sources *sources, cJSON **ret)
{
	struct errors errs = {0};
	char *copy = malloc(length + 1);
	bool failed;

	if (!copy)
		return -ENOMEM;
	memcpy(copy, base, length);
	copy[length] = '\0';
	if (sources_add(sources, strdup("base"), copy, length) < 0)
		return -ENOMEM;
	/* Many edits may have made it larger than a file may be. */
	*ret = json_read(sources, 0, SIZE_MAX, &errs);
	failed = errors_failed(&errs);
	errors_clear(&errs);
	if (!failed)
		return *ret ? 0 : -ENOMEM;
	cJSON_Delete(*ret);
	*ret = NULL;
	return 0;
}

char *rewrite_text(const char *base, size_t length, const cJSON *root, size_t *ret_length)
{
	struct sources *sources;
	cJSON *tree = NULL;
	char *text = NULL;

	if (!base)
		return rewrite_source(NULL, 0, NULL, root, ret_length);
	sources = sources_new();
	if (sources && read_base(base, length, sources, &tree) == 0)
		text = rewrite_source(sources, 0, tree, root, ret_length);
	cJSON_Delete(tree);
	sources_drop(sources);
	return text;
}
