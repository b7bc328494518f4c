// SPDX-License-Identifier: MIT
#include "tests/unit/config/support.h"
#include "tests/unit/lib/valgrind.h"

#include <criterion/criterion.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int compare_errors(const void *a, const void *b)
{
	const struct error *left = a, *right = b;
	int order = strcmp(left->file ? left->file : "", right->file ? right->file : "");

	if (order)
		return order;
	if (left->line != right->line)
		return left->line < right->line ? -1 : 1;
	return (left->column > right->column) - (left->column < right->column);
}

char *codes_of(const struct errors *errs)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (errs->count)
		qsort(errs->list, errs->count, sizeof(*errs->list), compare_errors);
	for (size_t i = 0; i < errs->count; i++)
		fprintf(out, "%s%s %u:%u", i ? " " : "", error_code_name(errs->list[i].code),
			errs->list[i].line, errs->list[i].column);
	fclose(out);
	return text;
}

/* Parse and validate; takes the document. The config, if it is good. */
static struct config *finish(struct document *document, const struct config_overrides *overrides,
			     struct errors *errs)
{
	cleanup_config struct config *config = NULL;
	int err;

	if (!document)
		return NULL;
	err = config_parse(document, overrides, &config, errs);
	cr_assert_eq(err == 0, config != NULL, "config_parse: %d", err);
	if (err == 0)
		err = config_validate(config, errs);
	document_free(document);
	cr_assert_eq(err < 0, errors_failed(errs), "%d with %zu errors", err, errs->failed);
	return err == 0 ? steal(&config) : NULL;
}

static struct config *read_text(const char *text, struct errors *errs)
{
	struct document *document = NULL;
	int err = document_read_text("test.json", text, strlen(text), &document, errs);

	cr_assert_eq(err == 0, document != NULL, "document_read_text: %d", err);
	cr_assert_eq(err < 0, errors_failed(errs), "%d with %zu errors", err, errs->failed);
	return finish(document, NULL, errs);
}

static struct config *read_file(const char *path, const struct config_overrides *overrides,
				struct errors *errs)
{
	struct document *document = NULL;
	int err = document_read_file(path, &document, errs);

	cr_assert_eq(err == 0, document != NULL, "document_read_file: %d", err);
	cr_assert_eq(err < 0, errors_failed(errs), "%d with %zu errors", err, errs->failed);
	return finish(document, overrides, errs);
}

char *reported(const char *text)
{
	struct errors errs = {0};
	char *codes;

	config_free(read_text(text, &errs));
	codes = codes_of(&errs);
	errors_clear(&errs);
	return codes;
}

char *told_of_file(const char *path, const struct config_overrides *overrides)
{
	struct errors errs = {0};
	char *codes;

	config_free(read_file(path, overrides, &errs));
	codes = codes_of(&errs);
	errors_clear(&errs);
	return codes;
}

char *told_in_words(const char *path)
{
	struct errors errs = {0};
	char *text;

	config_free(read_file(path, NULL, &errs));
	text = errors_text(&errs);
	errors_clear(&errs);
	return text;
}

static struct config *must_be_good(struct config *config, struct errors *errs)
{
	cleanup_free char *text = errors_text(errs);

	cr_assert_not_null(config, "%s", text);
	errors_clear(errs);
	return config;
}

void check_rows(const char *frame, const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		cleanup_free char *text = NULL, *codes = NULL;
		const char *expected = rows[i].codes ? rows[i].codes : "";

		cr_assert_geq(asprintf(&text, frame, rows[i].value), 0);
		codes = reported(text);
		cr_expect_str_eq(codes, expected, "%s: %s, not %s", text, codes, expected);
	}
}

struct config *config_of(const char *text)
{
	struct errors errs = {0};
	struct config *config = read_text(text, &errs);

	return must_be_good(config, &errs);
}

struct config *config_of_file(const char *path, const struct config_overrides *overrides)
{
	struct errors errs = {0};
	struct config *config = read_file(path, overrides, &errs);

	return must_be_good(config, &errs);
}

struct config *config_of_match(const char *match)
{
	cleanup_free char *text = NULL;

	cr_assert_geq(
		asprintf(&text,
			 "{\"interfaces\": {\"a\": {\"zone\": \"x\"}, \"b\": {\"zone\": \"x\"}, "
			 "\"c\": {\"zone\": \"y\"}},"
			 "\"sets\": {\"in\": {\"elements\": [\"192.0.2.0/24\"]}, "
			 "\"live\": {\"live\": true}},"
			 "\"rules\": [{\"id\": \"r\", \"match\": %s, \"action\": \"drop\"}]}",
			 match),
		0);
	return config_of(text);
}

struct folder folder_new(void)
{
	struct folder folder = {"/tmp/fwd-unit.XXXXXX"};

	cr_assert_not_null(mkdtemp(folder.path));
	return folder;
}

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *at)
{
	(void)info, (void)type, (void)at;
	return remove(path);
}

void folder_free(struct folder *folder)
{
	cr_expect_eq(nftw(folder->path, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

char *folder_write(const struct folder *folder, const char *name, const char *text)
{
	char *path = NULL;
	FILE *file;

	cr_assert_geq(asprintf(&path, "%s/%s", folder->path, name), 0);
	for (char *slash = path + strlen(folder->path) + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		mkdir(path, 0755);
		*slash = '/';
	}
	file = fopen(path, "w");
	cr_assert_not_null(file, "%s", path);
	fputs(text, file);
	fclose(file);
	return path;
}

char *set_file_config(const struct folder *folder, const char *more)
{
	cleanup_free char *text = NULL;

	cr_assert_geq(asprintf(&text, "{\"sets\": {\"s\": {\"file\": \"feed\"%s}}}", more), 0);
	return folder_write(folder, "main.json", text);
}

char *file_text(const char *path, size_t *ret_length)
{
	FILE *file = fopen(path, "r");
	struct stat info;
	char *text;

	cr_assert_not_null(file, "%s", path);
	cr_assert_eq(fstat(fileno(file), &info), 0);
	text = malloc((size_t)info.st_size + 1);
	cr_assert_not_null(text);
	*ret_length = fread(text, 1, (size_t)info.st_size, file);
	cr_assert_eq(*ret_length, info.st_size);
	text[*ret_length] = '\0';
	fclose(file);
	return text;
}

unsigned rounds(unsigned many)
{
	return under_valgrind() ? many / 100 + 1 : many;
}

char *texts_of(const struct prefix_list *list)
{
	char buffer[PREFIX_TEXT], *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	for (size_t i = 0; i < list->count; i++)
		fprintf(out, "%s%s", i ? " " : "", prefix_format(&list->items[i], buffer));
	fclose(out);
	return text;
}
