// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/log.h"

/* What a call writes to stderr, without the program's name in front. */
static char *logged(void (*call)(void), bool journal)
{
	char *text = calloc(1, 4096);
	FILE *file = tmpfile();
	int saved = dup(2);
	struct stat info;
	char stream[64];

	cr_assert_not_null(file);
	fflush(stderr);
	dup2(fileno(file), 2);
	fstat(2, &info);
	snprintf(stream, sizeof(stream), "%lu:%lu", (unsigned long)info.st_dev,
		 (unsigned long)info.st_ino + !journal);
	setenv("JOURNAL_STREAM", stream, 1);
	call();
	fflush(stderr);
	dup2(saved, 2);
	close(saved);
	rewind(file);
	cr_assert_geq(fread(text, 1, 4095, file), 0);
	fclose(file);
	return text;
}

static void say(void)
{
	log_error("one %d", 1);
	log_warning("two\nlines\n");
	log_info("three");
	log_debug("four");
}

Test(log, lines_for_people)
{
	char *text = logged(say, false);

	cr_expect_not_null(strstr(text, ": error: one 1\n"));
	cr_expect_not_null(strstr(text, ": warning: two\n"));
	cr_expect_not_null(strstr(text, ": warning: lines\n"));
	cr_expect_not_null(strstr(text, ": three\n"));
	cr_expect_null(strstr(text, "four"));
	free(text);
}

Test(log, lines_for_the_journal)
{
	char *text;

	log_set_level(LOG_LEVEL_DEBUG);
	text = logged(say, true);
	cr_expect_str_eq(text, "<3>one 1\n<4>two\n<4>lines\n<6>three\n<7>four\n");
	free(text);
}
