/* SPDX-License-Identifier: MIT */
/* Config files, read with the caller's permissions: fwd receives texts, never paths. */
#ifndef FWCTL_POLICY_FILE_H
#define FWCTL_POLICY_FILE_H

#include "cli/core/cli.h"
#include "common/policy/config/config.h"

struct policy_file {
	char *text; /* the file's; if it includes others, one text of all */
	size_t length;
	char *name;   /* for places */
	char *folder; /* absolute; NULL: stdin has none */
	bool merged;  /* merged from several files: places in the text are not those of a file */
};

/* The name of a path in messages: "-" is stdin. */
const char *policy_file_name(const char *path);

/*
 * Read a config with its includes, as fwd does; "-" is stdin. folder: absolute, where relative
 * paths in it start; NULL: the folder of the file. Returns as document_read_file.
 */
int policy_file_document(const char *path, const char *folder, struct document **ret,
			 struct errors *errs);

/* Read a file, or stdin if path is "-". All errors of its JSON are reported. -1 after cli_fail. */
int policy_file_read(struct cli *cli, const char *path, struct policy_file *ret);
void policy_file_clear(struct policy_file *file);

/* Send it for the next request, and add its name and folder to args. -1 after cli_fail. */
int policy_file_send(struct cli *cli, const struct policy_file *file, cJSON *args);

/*
 * After errors that fwd found in what was sent: if their places are in a merged text, report
 * them with the places in the files, as far as fwctl finds the same errors.
 */
void policy_file_explain(struct cli *cli, const char *path, const struct policy_file *file);

#endif
