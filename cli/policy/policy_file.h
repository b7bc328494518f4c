/* SPDX-License-Identifier: MIT */
/* Config files, read with the operator's own eyes: fwd is given texts, never paths. */
#ifndef FWCTL_POLICY_FILE_H
#define FWCTL_POLICY_FILE_H

#include "cli/core/cli.h"
#include "common/policy/config/config.h"

struct policy_file {
	char *text; /* the file's; if it includes others, one text of all */
	size_t length;
	char *name;   /* for places */
	char *folder; /* absolute; NULL: stdin has none */
	bool merged;  /* the text is no file's: places in it mean nothing to the operator */
};

/* What people are told of a path: "-" is stdin. */
const char *policy_file_name(const char *path);

/*
 * A config as fwd reads it, with what it includes; "-" is stdin. folder: where relative paths in
 * it start, absolute; NULL: the file's. As document_read_file.
 */
int policy_file_document(const char *path, const char *folder, struct document **ret,
			 struct errors *errs);

/* Read a file, or stdin if path is "-". All mistakes of its JSON are told. -1 after cli_fail. */
int policy_file_read(struct cli *cli, const char *path, struct policy_file *ret);
void policy_file_clear(struct policy_file *file);

/* Send it for the next request, and say in args what it is. -1 after cli_fail. */
int policy_file_send(struct cli *cli, const struct policy_file *file, cJSON *args);

/*
 * fwd has found mistakes in what was sent: if they have places in a merged text, tell them as
 * the files have them, as far as fwctl can find them too.
 */
void policy_file_explain(struct cli *cli, const char *path, const struct policy_file *file);

#endif
