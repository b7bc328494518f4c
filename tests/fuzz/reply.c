// SPDX-License-Identifier: MIT
/*
 * fwctl's two ends: a command line (words with zero bytes between them), and for the verb that it
 * names, or another, a result of fwd's, behind an empty word. A reply of another version, or of
 * somebody else's socket, must not crash fwctl, nor get a control character to the terminal.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cli/output/output.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAX_WORDS 32

static void print_list(struct cli *cli, const struct call *call, cJSON *result)
{
	struct listing *listing = listing_new(call);

	cli->output->page(listing, result);
	cli->output->list(cli, listing);
	listing_free(listing);
}

static void expect_clean(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];

		if ((c < ' ' && c != '\n' && c != '\t') || c == 0x7f)
			abort();
	}
}

static void print(struct cli *cli, const struct call *call, const char *json, size_t size)
{
	cJSON *result = cJSON_ParseWithLength(json, size);

	if (!result)
		return;
	if (call->verb->list) {
		print_list(cli, call, result);
		return;
	}
	if (call->verb->print)
		cli->output->result(cli, call, result);
	cJSON_Delete(result);
}

/* A result for a verb, however the command line was. */
static void print_as(struct cli *cli, unsigned number, const char *json, size_t size)
{
	const char *words[] = {"one", "two", "three"};
	struct call call = {.words = words, .word_count = 3};
	size_t count = 0;

	while (verb_at(count))
		count++;
	call.verb = verb_at(number % count);
	call.object = call.verb->object ? object_find(call.verb->object) : NULL;
	cli->output = number / count % 2 ? &output_json : &output_text;
	print(cli, &call, json, size);
}

/* Returns how many bytes the words took, with the empty one. */
static size_t split(char *text, size_t size, char **words, int *ret_count)
{
	size_t at = 0;

	*ret_count = 1;
	words[0] = "fwctl";
	while (at < size && text[at] && *ret_count < MAX_WORDS) {
		words[(*ret_count)++] = text + at;
		at += strlen(text + at) + 1;
	}
	words[*ret_count] = NULL;
	return at < size ? at + 1 : size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = calloc(1, size + 1), *words[MAX_WORDS + 1], *shown = NULL;
	struct cli cli = {.fd = -1, .output = &output_text};
	struct call call = {0};
	size_t shown_size = 0, used;
	int count;

	if (!text || size < 1)
		goto out;
	cli.out = cli.err = open_memstream(&shown, &shown_size);
	memcpy(text, data + 1, size - 1);
	used = split(text, size - 1, words, &count);
	if (call_parse(&cli, count, words, &call) == 0)
		cJSON_Delete(call.verb ? call_args(&call) : NULL);
	call_clear(&call);
	print_as(&cli, data[0], text + used, size - 1 - used);
	fclose(cli.out);
	expect_clean(shown, shown_size);
	cli_clear(&cli);
out:
	free(shown);
	free(text);
	return 0;
}
