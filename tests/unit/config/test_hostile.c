// SPDX-License-Identifier: MIT
/*
 * Input that is no config: every beginning of a good one, and good ones with
 * some bytes changed. Nothing crashes or leaks, nothing is refused without an
 * error, nothing is accepted with one, and each error's place is in the text.
 */
#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/config/support.h"

static unsigned count_lines(const char *text, size_t length)
{
	unsigned lines = 1;

	for (size_t i = 0; i < length; i++)
		lines += text[i] == '\n';
	return lines;
}

static void check_errors(const struct errors *errs, unsigned lines)
{
	for (size_t i = 0; i < errs->count; i++) {
		const struct error *error = &errs->list[i];

		cr_assert(*error->message);
		if (!error->file || !error->line)
			continue;
		cr_assert_leq(error->line, lines, "%s", error->message);
		cr_assert_geq(error->column, 1);
		/* Behind the line, or behind its carriage return, which is not shown. */
		cr_assert(!error->excerpt || error->caret <= strlen(error->excerpt) + 2, "%s",
			  error->message);
	}
}

/* True if it was accepted. */
static bool try_text(const char *text, size_t length)
{
	cleanup_document struct document *document = NULL;
	cleanup_config struct config *config = NULL;
	cleanup_free char *printed = NULL;
	struct errors errs = {0};
	int err = document_read_text("x.json", text, length, &document, &errs);

	cr_assert_eq(err == 0, document != NULL);
	if (err == 0)
		err = config_parse(document, NULL, &config, &errs);
	if (config)
		err = config_validate(config, &errs);
	cr_assert_eq(err < 0, errors_failed(&errs), "%d with %zu errors", err, errs.failed);
	check_errors(&errs, count_lines(text, length));
	printed = errors_text(&errs);
	cr_assert_not_null(printed);
	errors_clear(&errs);
	return err == 0;
}

static const char *const seeds[] = {
	SOURCE_DIR "/configs/edge-router.json",	       SOURCE_DIR "/tests/golden/good/match.json",
	SOURCE_DIR "/tests/golden/good/rules.json",    SOURCE_DIR "/tests/golden/good/limits.json",
	SOURCE_DIR "/tests/golden/good/spelling.json", SOURCE_DIR "/tests/golden/bad/types.json",
	SOURCE_DIR "/tests/golden/bad/escapes.json",
};

Test(hostile, every_beginning)
{
	alarm(300);
	for (size_t i = 0; i < array_size(seeds); i++) {
		cleanup_free char *text = NULL;
		size_t length, step = rounds(100) == 100 ? 1 : 61;

		text = file_text(seeds[i], &length);
		/* The closing brace is the last but one; before it nothing is whole. */
		for (size_t cut = 0; cut + 2 <= length; cut += step) {
			/* A copy of its own, so that a read beyond the end is found. */
			cleanup_free char *part = malloc(cut + 1);

			memcpy(part, text, cut);
			cr_assert_not(try_text(part, cut), "%s, %zu bytes", seeds[i], cut);
		}
	}
}

static uint32_t next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* Overwrite, remove, repeat or insert a few bytes; text has room for 64 more. */
static size_t mutate(char *text, size_t length, uint32_t *state)
{
	static const char *const pieces[] = {"\"",    "{",    "}",  "[",   "]",	   ",",	   ":",
					     "\\u",   "\xff", "\0", "1e9", "-1",   "null", "true",
					     "\"@\"", "!",    "/",  "0",   "\xe2", "\n",   " "};
	const char *piece = pieces[next_random(state) % array_size(pieces)];
	size_t at = next_random(state) % length, size = 1 + next_random(state) % 16;
	size_t piece_size = *piece ? strlen(piece) : 1;

	if (size > length - at)
		size = length - at;
	switch (next_random(state) % 4) {
	case 0:
		text[at] = (char)next_random(state);
		return length;
	case 1:
		memmove(text + at, text + at + size, length - at - size);
		return length - size;
	case 2:
		memmove(text + at + size, text + at, length - at);
		return length + size;
	default:
		memmove(text + at + piece_size, text + at, length - at);
		memcpy(text + at, piece, piece_size);
		return length + piece_size;
	}
}

Test(hostile, mutations)
{
	uint32_t state = 20261121;
	unsigned accepted = 0, tries = rounds(2000);

	alarm(300);
	for (size_t i = 0; i < array_size(seeds); i++) {
		cleanup_free char *seed = NULL;
		size_t seed_length;

		seed = file_text(seeds[i], &seed_length);
		for (unsigned n = 0; n < tries; n++) {
			cleanup_free char *text = malloc(seed_length + 4 * 64);
			size_t length = seed_length;

			memcpy(text, seed, length);
			for (unsigned times = 1 + next_random(&state) % 4; times && length; times--)
				length = mutate(text, length, &state);
			accepted += try_text(text, length);
		}
	}
	/* A mutation within a comment or a name does no harm. */
	cr_expect_gt(accepted, 0);
	cr_expect_lt(accepted, tries * array_size(seeds) / 2);
}

Test(hostile, noise)
{
	uint32_t state = 1;

	alarm(300);
	for (unsigned n = 0; n < rounds(5000); n++) {
		size_t length = next_random(&state) % 64;
		cleanup_free char *text = malloc(length + 1);

		for (size_t i = 0; i < length; i++)
			text[i] = (char)next_random(&state);
		cr_assert_not(try_text(text, length));
	}
}

/* What a live edit may bring: values of any type anywhere, without places. */
Test(hostile, trees_without_places)
{
	static const char *const values[] = {"null", "true", "1",   "-1e300",	  "\"x\"",
					     "[]",   "{}",   "[1]", "{\"a\": {}}"};
	static const char *const keys[] = {
		"$schema",	   "enforce", "interfaces", "defaults",	  "events",
		"permitted_cidrs", "sets",    "limits",	    "management", "rules",
		"comment",	   "include", "unknown"};

	for (size_t k = 0; k < array_size(keys); k++) {
		for (size_t v = 0; v < array_size(values); v++) {
			cleanup_document struct document *document = NULL;
			cleanup_config struct config *config = NULL;
			struct errors errs = {0};
			int err;

			cr_assert_eq(document_read_text("x", "{}", 2, &document, &errs), 0);
			cJSON_AddItemToObject(document_root(document), keys[k],
					      cJSON_Parse(values[v]));
			err = config_parse(document, NULL, &config, &errs);
			cr_assert_eq(err < 0, errors_failed(&errs), "%s: %s", keys[k], values[v]);
			for (size_t i = 0; i < errs.count; i++)
				cr_expect_eq(errs.list[i].line, 0, "%s: %s: %s", keys[k], values[v],
					     errs.list[i].message);
			errors_clear(&errs);
		}
	}
}

/* cJSON keeps a key that is there twice: a live edit must not get past the check of files. */
Test(hostile, duplicate_keys_of_live_edits)
{
	cleanup_document struct document *document = NULL;
	cleanup_config struct config *config = NULL;
	struct errors errs = {0};

	cr_assert_eq(document_read_text("x", "{\"enforce\": true}", 17, &document, &errs), 0);
	cJSON_AddFalseToObject(document_root(document), "enforce");
	cr_expect_lt(config_parse(document, NULL, &config, &errs), 0);
	cr_assert_eq(errs.count, 1);
	cr_expect_eq(errs.list[0].code, ERROR_DUPLICATE_KEY);
	errors_clear(&errs);
}
