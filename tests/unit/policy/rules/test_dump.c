// SPDX-License-Identifier: MIT
/* A policy as text, against tests/golden/policy; FWD_UPDATE_GOLDEN=1 writes it again. */
#include <criterion/criterion.h>
#include <string.h>

#include "common/base/memory.h"
#include "tests/unit/policy/compiled.h"

#define GOLDEN SOURCE_DIR "/tests/golden/policy/"

static char *read_all(const char *path)
{
	FILE *in = fopen(path, "r");
	char *text = NULL;
	size_t size = 0;

	cr_assert(in, "%s", path);
	cr_assert(getdelim(&text, &size, '\0', in) > 0);
	fclose(in);
	return text;
}

static char *dump(const char *path)
{
	struct document *document = NULL;
	struct config *config = NULL;
	struct policy *policy = NULL;
	struct errors errs = {0};
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	cr_assert_eq(document_read_file(path, &document, &errs), 0);
	cr_assert_eq(config_parse(document, NULL, &config, &errs), 0);
	cr_assert_eq(config_validate(config, &errs), 0);
	cr_assert_eq(policy_compile(config, NULL, &policy, &errs), 0);
	policy_dump(policy, out);
	fclose(out);
	policy_free(policy);
	config_free(config);
	document_free(document);
	errors_clear(&errs);
	return text;
}

Test(dump, golden)
{
	cleanup_free char *text = dump(GOLDEN "example.json"), *expected = NULL;

	if (getenv("FWD_UPDATE_GOLDEN")) {
		FILE *out = fopen(GOLDEN "example.txt", "w");

		cr_assert(out && fputs(text, out) >= 0 && fclose(out) == 0);
	}
	expected = read_all(GOLDEN "example.txt");
	cr_expect_str_eq(text, expected, "differs from example.txt:\n%s", text);
}
