/* SPDX-License-Identifier: MIT */
/* What the tests of the config reader share. */
#ifndef TEST_CONFIG_SUPPORT_H
#define TEST_CONFIG_SUPPORT_H

#include "common/base/memory.h"
#include "common/policy/config/config.h"

/*
 * Read, parse and validate a text, and report what is wrong as "CODE LINE:COLUMN" for
 * each error and warning in their order of printing, with a blank between;
 * "" if nothing is. Malloced.
 */
char *reported(const char *text);

/* The same of a file. */
char *told_of_file(const char *path, const struct config_overrides *overrides);

/* The whole messages about a file. Malloced. */
char *told_in_words(const char *path);

/* The errors of a list in that form; malloced. */
char *codes_of(const struct errors *errs);

/* A text that stands at %s in a frame, and what is reported of the whole; NULL: nothing. */
struct row {
	const char *value;
	const char *codes;
};
void check_rows(const char *frame, const struct row *rows, size_t count);

/* A config that must be good; the test fails otherwise. */
struct config *config_of(const char *text);
struct config *config_of_file(const char *path, const struct config_overrides *overrides);

/* The only rule's match of {"sets": ..., "rules": [{"id": "r", "match": MATCH, ...}]}. */
struct config *config_of_match(const char *match);

static inline void free_config(struct config **config)
{
	config_free(*config);
}
#define cleanup_config cleanup(free_config)

static inline void free_document(struct document **document)
{
	document_free(*document);
}
#define cleanup_document cleanup(free_document)

/* A folder for files of a test; removed with what is in it by folder_free. */
struct folder {
	char path[64];
};
struct folder folder_new(void);
void folder_free(struct folder *folder);
#define cleanup_folder cleanup(folder_free)

/* Write a file, and folders before it; returns its path, malloced. */
char *folder_write(const struct folder *folder, const char *name, const char *text);

/* Write main.json, with one set "s" of the file "feed" and more keys of it; its path, malloced. */
char *set_file_config(const struct folder *folder, const char *more);

/* The prefixes of a list, separated by blanks, malloced. */
char *texts_of(const struct prefix_list *list);

/* The whole of a file, malloced; the test fails if it cannot be read. */
char *file_text(const char *path, size_t *ret_length);

/* How often to try what is done many times: less under valgrind. */
unsigned rounds(unsigned many);

#endif
