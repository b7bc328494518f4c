/* SPDX-License-Identifier: MIT */
/* A set file that is being read; internal to common/policy/config/sets. */
#ifndef FWD_SET_READER_H
#define FWD_SET_READER_H

#include "common/policy/config/config_fields.h"
#include "common/policy/config/sets/formats/set_format.h"

struct set_reader {
	struct reader *reader;
	struct config_set *set;
	const cJSON *node; /* "file" */
	enum severity severity;
	struct prefix_list list;
	struct line line; /* being read */
	struct place place;
	size_t column; /* of the text in it, from 0 */
	bool failed;
	bool full;		     /* no more entries are taken */
	bool has_notation;	     /* an address in another notation was warned of */
	unsigned bad;		     /* lines */
	unsigned first_bad;	     /* line */
	size_t skipped;		     /* entries in reserved space, left out */
	struct prefix_content *copy; /* of the state directory, once it was asked for */
	uint64_t copy_time;
};

/* ---- set_entry.c ---- */

/* An error in the file, at the current line. format has two %s. */
void set_add_error(struct set_reader *in, enum error_code code, const char *format, const char *a,
		   const char *b);

/* A line that is not what it should be: counted, and an error unless such lines are skipped. */
void set_add_bad_line(struct set_reader *in, enum error_code code, const char *format,
		      const char *a, const char *b);

/* Add what a text says: an address, prefix or range. */
void set_add_text(struct set_reader *in, char text[SET_TEXT]);

/* ---- set_keep.c ---- */

/* The set as the running config has it, if it is from a file there too; or NULL. */
const struct config_set *set_find_last(const struct reader *reader, const struct config_set *set);

/* How many entries the set had, in the running config or in its copy; 0: none are known. */
size_t set_count_last(struct set_reader *in);

/* Give the set what it had before, with a warning. False: no memory. */
bool set_keep_last(struct set_reader *in);

/* Give the set what it had before, if it ever had anything. */
bool set_take_last(struct set_reader *in);

/* ---- set_sense.c ---- */

/* Is a prefix so wide that a list can hardly mean it? */
bool set_is_too_wide(const struct config_set *set, const struct prefix *prefix);

/* Is it in, or does it have, space that is private, of the host itself or of the link? */
bool set_is_reserved(const struct prefix *prefix);

/*
 * Does what was read make sense as a whole? False: it is refused, and in->failed; or *ret_keep: it is
 * good, but "keep-last" is what the set wants of such a change.
 */
bool set_makes_sense(struct set_reader *in, bool *ret_keep);

#endif
