/* SPDX-License-Identifier: MIT */
/* What a document is made of; internal to common/policy. */
#ifndef FWD_DOCUMENT_H
#define FWD_DOCUMENT_H

#include <sys/stat.h>

#include "common/policy/document/config_document.h"
#include "common/policy/document/config_sources.h"

struct document {
	cJSON *root;
	struct sources *sources;
	size_t file_count; /* so many sources are what it was read from; then come those of edits */
	char *folder;	   /* what relative paths of the config start from */
	char **includes; /* the patterns of "include" with their folder, as include_find takes them */
	size_t include_count;
};

/* A file of input, at most max bytes. The text ends with a NUL that length does not count. */
struct input {
	char *text;
	size_t length;
	struct stat info;
};

/* Open a regular file of at most max bytes, without waiting for a FIFO's writer. */
int input_open(const char *path, size_t max, struct stat *ret_info);

/* Is an open file another now than info says, in size or time of change? */
bool input_has_changed(int fd, const struct stat *info);

/* Why a file could not be read, added as input_read does. Returns err. */
int input_tell(const char *path, int err, enum severity severity, enum error_code code,
	       const struct place *place, struct errors *errs);

/*
 * Read a regular file. What is wrong is added to errs at place (NULL: at the
 * file itself), as an error or a warning. Returns 0 or a negative errno.
 */
int input_read(const char *path, size_t max, struct input *ret, enum severity severity,
	       enum error_code code, const struct place *place, struct errors *errs);

/*
 * Read the files that "include" of a document's root names, merge them into
 * it, and take "include" out. path, info: of the file that the root is from,
 * info NULL: not from a file. from: the folder where relative patterns start, NULL:
 * the file's. used: bytes read so far.
 */
int include_files(struct document *document, const char *path, const char *from,
		  const struct stat *info, size_t used, struct errors *errs);

/*
 * Add what can be told about a document although it has mistakes: as
 * config_parse, but silent about what the mistakes may have hidden.
 */
void config_tell(const struct document *document, struct errors *errs);

#endif
