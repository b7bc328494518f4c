// SPDX-License-Identifier: MIT
/*
 * Two policies, with a zero byte between them: the first rewritten to be the second, and what is
 * different between them. What is written means what was wanted; what did not change stays as it was.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/policy/config/config.h"
#include "common/policy/diff/diff.h"
#include "common/policy/rewrite/rewrite.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct document *read_text(const char *text, size_t length)
{
	struct document *document = NULL;
	struct errors errs = {0};

	document_read_text("fuzz.json", text, length, &document, &errs);
	errors_clear(&errs);
	return document;
}

/* Returns whether there is any difference. */
static bool differ(const cJSON *before, const cJSON *after)
{
	const struct diff_side left = {.root = before}, right = {.root = after};
	cJSON *diff = policy_diff(&left, &right);
	bool same = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(diff, "same"));

	if (!diff)
		abort();
	cJSON_Delete(diff);
	return !same;
}

static void rewrite(const char *base, size_t base_length, cJSON *wanted)
{
	size_t length;
	char *text = rewrite_text(base, base_length, wanted, &length);
	struct document *document = text ? read_text(text, length) : NULL;

	if (!document || !cJSON_Compare(document_root(document), wanted, true))
		abort();
	if (differ(document_root(document), wanted))
		abort();
	document_free(document);
	free(text);
}

static void stay(const char *base, size_t base_length, const cJSON *root)
{
	size_t length;
	char *text = rewrite_text(base, base_length, root, &length);

	if (!text || length != base_length || memcmp(text, base, length) != 0)
		abort();
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* Behind a policy there is always a NUL: rewrite.h. */
	char *text = calloc(1, size + 1);
	const char *end = memchr(data, '\0', size);
	size_t first = end ? (size_t)(end - (const char *)data) : size;
	struct document *base, *other = NULL;

	if (!text)
		abort();
	memcpy(text, data, size);
	end = end ? text + first : NULL;
	base = read_text(text, first);
	if (base && end)
		other = read_text(end + 1, size - first - 1);
	if (base)
		stay(text, first, document_root(base));
	if (base && other) {
		differ(document_root(base), document_root(other));
		rewrite(text, first, document_root(other));
		rewrite(NULL, 0, document_root(other));
	}
	document_free(base);
	document_free(other);
	free(text);
	return 0;
}
