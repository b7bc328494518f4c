// SPDX-License-Identifier: MIT
/*
 * What anybody can hand to the config reader: read, parse, validate, compile,
 * dump. For libFuzzer, see run.sh.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/policy/compile/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* True if the config was refused: then, and only then, there must be an error. */
static bool try_config(const struct document *document, struct errors *errs)
{
	struct config *config = NULL;
	struct policy *policy = NULL;
	char *text = NULL;
	size_t length;
	FILE *out;
	int err = config_parse(document, NULL, &config, errs);

	if (err == 0)
		err = config_validate(config, errs);
	if (err == 0)
		err = policy_compile(config, NULL, &policy, errs);
	if (err == 0) {
		out = open_memstream(&text, &length);
		policy_dump(policy, out);
		fclose(out);
		free(text);
	}
	policy_free(policy);
	config_free(config);
	return err < 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct document *document = NULL;
	struct errors errs = {0};
	bool refused = true;

	if (document_read_text("fuzz.json", (const char *)data, size, &document, &errs) == 0)
		refused = try_config(document, &errs);
	if (refused != errors_failed(&errs))
		abort();
	free(errors_text(&errs));
	errors_clear(&errs);
	document_free(document);
	return 0;
}
