// SPDX-License-Identifier: MIT
/* Options as rows: each type with its range, and what is refused, in one line that names it. */
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/program/options.h"

struct values {
	bool flag;
	const char *text, *path;
	uint64_t number, bytes, time, buffer, keep;
	unsigned even;
};

static const char *set_even(void *options, const char *value)
{
	struct values *values = options;

	values->even = (unsigned)(*value - '0');
	return values->even % 2 ? "is odd" : NULL;
}

#define MEMBER(name) .member = offsetof(struct values, name)

static const struct option_row rows[] = {
	{"flag", "a flag", .letter = 'f', .kind = OPTION_FLAG, MEMBER(flag)},
	{"text", "a text", "TEXT", "TEST_TEXT", 't', OPTION_TEXT, MEMBER(text)},
	{"path", "a path", "PATH", .kind = OPTION_PATH, MEMBER(path)},
	{"number", "a number", "N", .kind = OPTION_NUMBER, .min = 1, .max = 9, MEMBER(number)},
	{"bytes", "bytes", "BYTES", .kind = OPTION_BYTES, .or_zero = true, .min = 4096,
	 MEMBER(bytes)},
	{"buffer", "bytes", "BYTES", .kind = OPTION_BYTES, .max = 1 << 20, MEMBER(buffer)},
	{"time", "a time", "TIME", "TEST_TIME", .kind = OPTION_TIME, .or_zero = true,
	 .min = 100000000, .max = 60000000000, MEMBER(time)},
	{"keep", "a number", "N", .kind = OPTION_NUMBER, MEMBER(keep)},
	{"even", "an even number", "N", .kind = OPTION_OTHER, .set = set_even},
};

static const struct option_list list = {
	.program = "fwd-test",
	.about = "A test.\n",
	.after = "The end.\n",
	.rows = rows,
	.count = array_size(rows),
};

static int parse(const char *const *words, struct values *ret)
{
	char *argv[16] = {"fwd-test"};
	int argc = 1;

	while (*words)
		argv[argc++] = (char *)*words++;
	return option_list_parse(&list, argc, argv, ret);
}

Test(program_options, all_types)
{
	const char *const words[] = {"-ft",	 "word",    "--path=/tmp", "--number",
				     "9",	 "--bytes", "64Ki",	   "--buffer=1Mi",
				     "--time",	 "1m",	    "--keep",	   "123456789012345678",
				     "--even=4", NULL};
	struct values values = {0};

	cr_assert(parse(words, &values) == 0);
	cr_expect(values.flag && values.number == 9 && values.even == 4);
	cr_expect_str_eq(values.text, "word");
	cr_expect_str_eq(values.path, "/tmp");
	cr_expect(values.bytes == 65536 && values.buffer == 1 << 20);
	cr_expect(values.time == 60000000000 && values.keep == 123456789012345678);
}

Test(program_options, zero_where_it_is_allowed)
{
	const char *const words[] = {"--bytes",	 "0", "--time",	  "0",
				     "--buffer", "0", "--keep=0", NULL};
	struct values values = {.bytes = 1, .time = 1, .buffer = 1, .keep = 1};

	cr_assert(parse(words, &values) == 0);
	cr_expect(!values.bytes && !values.time && !values.buffer && !values.keep);
}

Test(program_options, command_line_wins_over_the_environment)
{
	const char *const words[] = {"--text", "argument", NULL};
	struct values values = {.text = "default"};

	setenv("TEST_TEXT", "environment", 1);
	setenv("TEST_TIME", "2s", 1);
	cr_assert(parse(words + 2, &values) == 0);
	cr_expect_str_eq(values.text, "environment");
	cr_expect(values.time == 2000000000);
	cr_assert(parse(words, &values) == 0);
	cr_expect_str_eq(values.text, "argument");
}

static const struct {
	const char *words[3];
	const char *line;
} bad[] = {
	{{"--bogus"}, "unknown option --bogus; see fwd-test --help"},
	{{"-fx"}, "unknown option -x; see fwd-test --help"},
	{{"-t"}, "option -t needs a value; see fwd-test --help"},
	{{"--flag=yes"}, "option --flag takes no value; see fwd-test --help"},
	{{"word"}, "\"word\" is not an option; see fwd-test --help"},
	{{"--text="}, "--text \"\" must not be empty"},
	{{"--path", "tmp"}, "--path \"tmp\" must be an absolute path"},
	{{"--number", "0"}, "--number \"0\" must be a number from 1 to 9"},
	{{"--number", "10"}, "--number \"10\" must be a number from 1 to 9"},
	{{"--number", "-1"}, "--number \"-1\" must be a number from 1 to 9"},
	{{"--number", "1x"}, "--number \"1x\" must be a number from 1 to 9"},
	{{"--number", " 1"}, "--number \" 1\" must be a number from 1 to 9"},
	{{"--number="}, "--number \"\" must be a number from 1 to 9"},
	{{"--keep", "1234567890123456789"}, "--keep \"1234567890123456789\" must be a number"},
	{{"--bytes", "4095"}, "--bytes \"4095\" must be 0 or a number of bytes, at least 4Ki"},
	{{"--bytes", "x"}, "--bytes \"x\" must be 0 or a number of bytes, at least 4Ki"},
	{{"--buffer", "2Mi"}, "--buffer \"2Mi\" must be a number of bytes, at most 1Mi"},
	{{"--time", "99ms"}, "--time \"99ms\" must be 0 or a time from 100ms to 1m"},
	{{"--time", "2m"}, "--time \"2m\" must be 0 or a time from 100ms to 1m"},
	{{"--time", "x"}, "--time \"x\" is not a time such as 500ms, 90s, 10m or 1h30m"},
	{{"--even", "3"}, "--even \"3\" is odd"},
};

/* What a call writes to a stream, malloced. */
static char *written(FILE **stream, const char *const *words, int expected)
{
	FILE *saved = *stream;
	struct values values = {0};
	char *text = NULL;
	size_t size = 0;
	int r;

	*stream = open_memstream(&text, &size);
	r = parse(words, &values);
	fclose(*stream);
	*stream = saved;
	cr_expect(r == expected, "%s: %d", words[0], r);
	return text;
}

Test(program_options, refused_values)
{
	for (size_t i = 0; i < array_size(bad); i++) {
		const char *const words[] = {bad[i].words[0], bad[i].words[1], NULL};
		char *text = written(&stderr, words, -EINVAL);
		char *line = strstr(text, "error: ");

		cr_assert(line, "%s", text);
		line[strcspn(line, "\n")] = '\0';
		cr_expect_str_eq(line + 7, bad[i].line);
		free(text);
	}
}

Test(program_options, refused_environment)
{
	const char *const none[] = {NULL};
	struct values values = {0};
	char *text = NULL;
	size_t size = 0;
	FILE *saved = stderr;

	setenv("TEST_TIME", "often", 1);
	stderr = open_memstream(&text, &size);
	cr_expect(parse(none, &values) == -EINVAL);
	fclose(stderr);
	stderr = saved;
	cr_expect(strstr(text, "error: TEST_TIME \"often\" is not a time"), "%s", text);
	free(text);
}

Test(program_options, help_has_each_row)
{
	const char *const help[] = {"--help", NULL}, *const version[] = {"-V", NULL},
			  *const json[] = {"-V", "-j", NULL};
	char *text = written(&stdout, help, 1);

	cr_expect(strncmp(text, "usage: fwd-test [OPTION]...\nA test.\n\n", 37) == 0, "%s", text);
	for (size_t i = 0; i < array_size(rows); i++)
		cr_expect(strstr(text, rows[i].name) && strstr(text, rows[i].help));
	cr_expect(strstr(text, "  -t, --text TEXT"));
	cr_expect(strstr(text, "a text; environment: TEST_TEXT\n"));
	cr_expect(strstr(text, "\n\nThe end.\n"));
	free(text);
	text = written(&stdout, version, 1);
	cr_expect_str_eq(text, "fwd-test " FWD_VERSION "\n");
	free(text);
	text = written(&stdout, json, 1);
	cr_expect_str_eq(text, "{\"ok\":true,\"result\":{\"fwd-test\":\"" FWD_VERSION "\"}}\n");
	free(text);
}
