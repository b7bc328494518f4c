// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/abi/fw_limits.h"
#include "common/base/errors/errors.h"
#include "common/base/memory.h"

static char *line_of(void *userdata, const char *file, unsigned line)
{
	const char *const *lines = userdata;

	return strcmp(file, "a.json") == 0 && line <= 3 ? strdup(lines[line - 1]) : NULL;
}

Test(errors, text_is_sorted_with_excerpts)
{
	static const char *const lines[] = {"{", "\t\"é\": 1", "\033[2J \xff\xc2\x9b x"};
	struct errors errs = {.line_of = line_of, .userdata = (void *)lines};
	cleanup_free char *text = NULL;

	cr_expect_not(errors_failed(&errs));
	errors_add(&errs, SEVERITY_WARNING, ERROR_SHADOWED, &(struct place){"b.json", 1, 1}, "b");
	cr_expect_not(errors_failed(&errs));
	errors_add(&errs, SEVERITY_ERROR, ERROR_SYNTAX, &(struct place){"a.json", 3, 8}, "third");
	errors_add(&errs, SEVERITY_ERROR, ERROR_SYNTAX, &(struct place){"a.json", 2, 7}, "n %d", 2);
	errors_add(&errs, SEVERITY_ERROR, ERROR_FILE, &(struct place){"a.json", 0, 0}, "whole");
	errors_add(&errs, SEVERITY_ERROR, ERROR_SYSTEM, NULL, "no place");
	cr_expect(errors_failed(&errs));
	cr_expect_eq(errs.failed, 4);
	cr_expect_eq(errs.warned, 1);

	text = errors_text(&errs);
	cr_expect_str_eq(text, "error: no place [E0901]\n"
			       "a.json: error: whole [E0001]\n"
			       "a.json:2:7: error: n 2 [E0002]\n"
			       "    \t\"é\": 1\n"
			       "    \t     ^\n"
			       "a.json:3:8: error: third [E0002]\n"
			       "    ?[2J ?? x\n"
			       "           ^\n"
			       "b.json:1:1: warning: b [W0406]\n");
	errors_clear(&errs);
	cr_expect_eq(errs.count, 0);
	cr_expect_not_null(errs.line_of, "clearing forgets errors, not where lines come from");
}

Test(errors, of_the_system)
{
	struct errors errs = {0};

	cr_expect_eq(errors_system(&errs, -ENOENT, "cannot open %s", "a"), -ENOENT);
	cr_assert_eq(errs.count, 1);
	cr_expect(errors_failed(&errs));
	cr_expect_eq(errs.list[0].code, ERROR_SYSTEM);
	cr_expect_str_eq(errs.list[0].message, "cannot open a: No such file or directory");
	errors_clear(&errs);
}

static char *long_line(void *userdata, const char *file, unsigned line)
{
	char *text = malloc(100001);

	(void)userdata, (void)file, (void)line;
	memset(text, 'x', 100000);
	text[100000] = '\0';
	text[50000 - 1] = '!';
	return text;
}

Test(errors, long_lines_are_cut_about_the_column)
{
	struct errors errs = {.line_of = long_line};
	const struct error *error;

	errors_add(&errs, SEVERITY_ERROR, ERROR_SYNTAX, &(struct place){"a", 1, 50000}, "m");
	error = &errs.list[0];
	cr_expect_lt(strlen(error->excerpt), 200);
	cr_expect_eq(error->excerpt[error->caret - 1], '!');
	cr_expect_eq(strncmp(error->excerpt, "...x", 4), 0);
	errors_clear(&errs);
}

Test(errors, only_so_many_are_kept)
{
	struct errors errs = {0};
	cleanup_free char *text = NULL;

	for (int i = 0; i < FW_MAX_ERRORS + 7; i++)
		errors_add(&errs, SEVERITY_ERROR, ERROR_SYNTAX, NULL, "number %d", i);
	cr_expect_eq(errs.count, FW_MAX_ERRORS);
	cr_expect_eq(errs.failed, FW_MAX_ERRORS + 7);
	text = errors_text(&errs);
	cr_expect_not_null(strstr(text, "... and 7 more\n"));
	errors_clear(&errs);
}

Test(errors, colour)
{
	struct errors errs = {0};
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	errors_add(&errs, SEVERITY_ERROR, ERROR_SYNTAX, &(struct place){"a", 1, 2}, "m");
	errors_print(&errs, out, true);
	fclose(out);
	cr_expect_str_eq(text, "\033[1ma:1:2:\033[0m \033[1;31merror:\033[0m m [E0002]\n");
	free(text);
	errors_clear(&errs);
}

Test(errors, codes_are_unique_and_named)
{
	for (int i = 0; i < ERROR_CODE_MAX; i++) {
		const char *name = error_code_name((enum error_code)i);

		cr_expect(strlen(name) == 5 && strchr("EW", name[0]), "%s", name);
		for (int j = 0; j < i; j++)
			cr_expect_str_neq(name, error_code_name((enum error_code)j));
	}
}
