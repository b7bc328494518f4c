// SPDX-License-Identifier: MIT
#include "cli/policy/policy_file.h"

#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>

#include "cli/core/client.h"
#include "cli/core/fail_errors.h"
#include "common/base/memory.h"
#include "common/policy/rewrite/rewrite.h"

static void free_document(struct document **document)
{
	document_free(*document);
}

static void free_config(struct config **config)
{
	config_free(*config);
}

const char *policy_file_name(const char *path)
{
	return strcmp(path, "-") == 0 ? "stdin" : path;
}

static int read_stdin(struct document **ret, struct errors *errs)
{
	const struct place place = {.file = "stdin"};
	cleanup_free char *text = NULL;
	size_t size = 0;
	ssize_t length;

	errno = 0;
	length = getdelim(&text, &size, EOF, stdin); /* the whole stdin: no byte is EOF */
	if (length < 0 && ferror(stdin)) {
		errors_add(errs, SEVERITY_ERROR, ERROR_FILE, &place, "%s", strerror(errno));
		return -EBADMSG;
	}
	return document_read_text("stdin", text ? text : "", length > 0 ? (size_t)length : 0, ret,
				  errs);
}

int policy_file_document(const char *path, const char *folder, struct document **ret,
			 struct errors *errs)
{
	int r;

	if (strcmp(path, "-") != 0)
		return document_read_file_in(path, folder, ret, errs);
	r = read_stdin(ret, errs);
	return r == 0 && folder ? document_set_folder(*ret, folder) : r;
}

static char *folder_of(const char *path)
{
	cleanup_free char *copy = strdup(path);

	return copy ? realpath(dirname(copy), NULL) : NULL;
}

/* Take from a document the parts that are sent. */
static int fill(struct document *document, const char *path, struct policy_file *file)
{
	bool is_stdin = strcmp(path, "-") == 0;
	const char *text;
	size_t length;

	text = document_text(document, &length);
	file->merged = !text;
	file->name = strdup(policy_file_name(path));
	file->folder = is_stdin ? NULL : folder_of(path);
	if (text) {
		file->text = strndup(text, length);
		file->length = length;
	} else {
		file->text = rewrite_text(NULL, 0, document_root(document), &file->length);
	}
	return file->text && file->name && (file->folder || is_stdin) ? 0 : -ENOMEM;
}

int policy_file_read(struct cli *cli, const char *path, struct policy_file *ret)
{
	cleanup(free_document) struct document *document = NULL;
	struct policy_file file = {0};
	struct errors errs = {0};
	int r;

	r = policy_file_document(path, NULL, &document, &errs);
	if (r < 0 && errors_failed(&errs))
		return cli_fail_errors(cli, WIRE_ERROR_INVALID, &errs);
	errors_clear(&errs);
	if (r == 0)
		r = fill(document, path, &file);
	if (r < 0) {
		policy_file_clear(&file);
		return cli_fail_errno(cli, r, path);
	}
	*ret = file;
	return 0;
}

void policy_file_clear(struct policy_file *file)
{
	free(file->text);
	free(file->name);
	free(file->folder);
	*file = (struct policy_file){0};
}

int policy_file_send(struct cli *cli, const struct policy_file *file, cJSON *args)
{
	cJSON_AddStringToObject(args, "name", file->name);
	if (file->folder)
		cJSON_AddStringToObject(args, "folder", file->folder);
	return client_upload(cli, file->text, file->length);
}

void policy_file_explain(struct cli *cli, const char *path, const struct policy_file *file)
{
	cleanup(free_document) struct document *document = NULL;
	cleanup(free_config) struct config *config = NULL;
	struct errors errs = {0};
	int r;

	if (!file->merged || cli->error != WIRE_ERROR_INVALID)
		return;
	r = document_read_file(path, &document, &errs);
	if (r == 0)
		r = config_parse(document, NULL, &config, &errs);
	if (r == 0)
		config_validate(config, &errs);
	if (errors_failed(&errs))
		cli_fail_errors(cli, WIRE_ERROR_INVALID, &errs);
	errors_clear(&errs);
}
