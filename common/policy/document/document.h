/* SPDX-License-Identifier: MIT */
/* The parts of a document; internal to common/policy. */
#ifndef FWD_DOCUMENT_H
#define FWD_DOCUMENT_H

#include <sys/stat.h>

#include "common/policy/document/config_document.h"
#include "common/policy/document/config_sources.h"

struct document {
	cJSON *root;
	struct sources *sources;
	size_t file_count; /* the number of sources that it was read from; those of edits follow */
	char *folder;	   /* the folder from which relative paths of the config start */
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

/* Does an open file differ from info in size or time of change? */
bool input_has_changed(int fd, const struct stat *info);

/* Add the error of a file that could not be read, as input_read does. Returns err. */
int input_report(const char *path, int err, enum severity severity, enum error_code code,
		 const struct place *place, struct errors *errs);

/*
 * Read a regular file. Errors are added to errs at place (NULL: at the file
 * itself), as an error or a warning. Returns 0 or a negative errno.
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
 * Report further errors of a document that has errors: as config_parse, but
 * without those that the earlier errors may have caused.
 */
void config_report_more(const struct document *document, struct errors *errs);

#endif
