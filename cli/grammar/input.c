// SPDX-License-Identifier: MIT
#include "cli/grammar/input.h"

#include <errno.h>
#include <string.h>

#include "cli/core/fail_errors.h"
#include "common/abi/fw_limits.h"
#include "common/base/memory.h"

#define MAX_LINE    8192 /* bytes */
#define MOST_ERRORS 20	 /* of a list; a text with more errors is not a list */

static void close_file(FILE **file)
{
	if (*file && *file != stdin)
		fclose(*file);
}

static int read_all(struct cli *cli, FILE *in, const char *name, char **ret)
{
	cleanup_free char *text = malloc(FW_MAX_FRAME_BYTES + 1);
	size_t length;

	if (!text)
		return cli_fail_errno(cli, -ENOMEM, name);
	length = fread(text, 1, FW_MAX_FRAME_BYTES + 1, in);
	if (ferror(in))
		return cli_fail_errno(cli, -errno, name);
	if (length > FW_MAX_FRAME_BYTES)
		return cli_fail(cli, WIRE_ERROR_BAD_REQUEST, "%s: is above 1 MiB", name);
	text[length] = '\0';
	if (strlen(text) != length)
		return cli_fail(cli, WIRE_ERROR_BAD_REQUEST, "%s: is not text", name);
	*ret = steal(&text);
	return 0;
}

int input_argument(struct cli *cli, const char *word, char **ret)
{
	cleanup(close_file) FILE *in = NULL;

	if (strcmp(word, "-") == 0)
		return read_all(cli, stdin, "stdin", ret);
	if (word[0] != '@')
		return 0;
	in = fopen(word + 1, "re");
	if (!in)
		return cli_fail(cli, WIRE_ERROR_BAD_REQUEST, "%s: %s", word + 1, strerror(errno));
	return read_all(cli, in, word + 1, ret);
}

/* One prefix; its errors go to errs. */
static int add_prefix(struct prefix_list *list, const char *text, const struct place *place,
		      struct errors *errs)
{
	struct prefix prefix;
	char meant[PREFIX_TEXT];
	int r = prefix_parse(text, &prefix);

	if (r == 0)
		return prefix_list_add(list, &prefix);
	if (r == -EDOM)
		errors_add(errs, SEVERITY_ERROR, ERROR_HOST_BITS, place,
			   "prefix %.64s has host bits set; meant %s?", text,
			   prefix_format(&prefix, meant));
	else if (r == -ERANGE)
		errors_add(errs, SEVERITY_ERROR, ERROR_PREFIX_LENGTH, place,
			   "prefix %.64s is longer than its addresses", text);
	else
		errors_add(errs, SEVERITY_ERROR, ERROR_PREFIX, place,
			   "\"%.64s\" is not an address or prefix", text);
	return 0;
}

static int add_line(struct prefix_list *list, char *line, struct place *place, struct errors *errs)
{
	char *saved, *word;
	int r = 0;

	line[strcspn(line, "#")] = '\0';
	for (word = strtok_r(line, " \t\r\n,", &saved); word && r == 0;
	     word = strtok_r(NULL, " \t\r\n,", &saved)) {
		place->column = (unsigned)(word - line) + 1;
		r = add_prefix(list, word, place, errs);
	}
	return r;
}

/* A line without its end; -EMSGSIZE, -EILSEQ (a NUL). Returns 1, or 0 at the end. */
static int next_line(FILE *in, char line[MAX_LINE + 1])
{
	size_t length = 0;
	int c;

	while ((c = getc(in)) != EOF && c != '\n') {
		if (c == '\0')
			return -EILSEQ;
		if (length == MAX_LINE)
			return -EMSGSIZE;
		line[length++] = (char)c;
	}
	line[length] = '\0';
	return c != EOF || length > 0;
}

int input_prefixes(struct cli *cli, FILE *in, const char *name, struct prefix_list *ret)
{
	struct place place = {.file = name};
	struct errors errs = {0};
	char line[MAX_LINE + 1];
	int r = 0;

	while (r == 0 && errs.failed < MOST_ERRORS && (r = next_line(in, line)) > 0) {
		place.line++;
		r = add_line(ret, line, &place, &errs);
		if (r == 0 && ret->count > FW_MAX_LIVE)
			r = -E2BIG;
	}
	place.line++;
	place.column = 1;
	if (r == -EILSEQ || r == -EMSGSIZE)
		errors_add(&errs, SEVERITY_ERROR, ERROR_PREFIX, &place,
			   r == -EILSEQ ? "a NUL byte: this is not text"
					: "a line above %d bytes: this is not a list of addresses",
			   MAX_LINE);
	if (r == -E2BIG)
		errors_add(&errs, SEVERITY_ERROR, ERROR_TOO_MANY, NULL,
			   "%s has more than %d addresses", name, FW_MAX_LIVE);
	if (r == 0 && ferror(in))
		r = -errno;
	if (errors_failed(&errs))
		return cli_fail_errors(cli, WIRE_ERROR_BAD_REQUEST, &errs);
	errors_clear(&errs);
	if (r < 0)
		return cli_fail_errno(cli, r, name);
	return 0;
}

int input_prefix_argument(struct cli *cli, const struct call *call, struct prefix_list *ret)
{
	const char *const *words;
	size_t count = call_many(call, &words);
	int r;

	if (count != 1 || strcmp(words[0], "-") != 0)
		return input_prefix_words(cli, words, count, ret);
	r = input_prefixes(cli, stdin, "stdin", ret);
	if (r == 0 && ret->count == 0)
		return cli_fail(cli, WIRE_ERROR_BAD_REQUEST, "stdin holds no prefixes");
	return r;
}

int input_prefix_words(struct cli *cli, const char *const *words, size_t count,
		       struct prefix_list *ret)
{
	struct errors errs = {0};
	int r = 0;

	for (size_t i = 0; i < count && r == 0; i++)
		r = add_prefix(ret, words[i], NULL, &errs);
	if (errors_failed(&errs))
		return cli_fail_errors(cli, WIRE_ERROR_BAD_REQUEST, &errs);
	errors_clear(&errs);
	return r < 0 ? cli_fail_errno(cli, r, "prefixes") : 0;
}
