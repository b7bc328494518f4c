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
	bool has_notation;	     /* there was a warning of an address in another notation */
	unsigned bad;		     /* lines */
	unsigned first_bad;	     /* line */
	size_t skipped;		     /* entries in reserved space, left out */
	struct prefix_content *copy; /* of the state directory, once it is needed */
	uint64_t copy_time;
};

/* ---- set_entry.c ---- */

/* An error in the file, at the current line. format has two %s. */
void set_add_error(struct set_reader *in, enum error_code code, const char *format, const char *a,
		   const char *b);

/* An invalid line: counted, and an error unless such lines are skipped. */
void set_add_bad_line(struct set_reader *in, enum error_code code, const char *format,
		      const char *a, const char *b);

/* Add the entry of a text: an address, prefix or range. */
void set_add_text(struct set_reader *in, char text[SET_TEXT]);

/* ---- set_keep.c ---- */

/* The set of the running config, if it is also from a file there; or NULL. */
const struct config_set *set_find_last(const struct reader *reader, const struct config_set *set);

/* The number of entries that the set had, in the running config or in its copy; 0: unknown. */
size_t set_count_last(struct set_reader *in);

/* Give the set its earlier entries, with a warning. False: no memory. */
bool set_keep_last(struct set_reader *in);

/* Give the set its earlier entries, if there are any. */
bool set_take_last(struct set_reader *in);

/* ---- set_sense.c ---- */

/* Is a prefix too wide for a list? */
bool set_is_too_wide(const struct config_set *set, const struct prefix *prefix);

/* Does it overlap private, loopback or link-local space? */
bool set_is_reserved(const struct prefix *prefix);

/*
 * Are the entries plausible as a whole? False: they are refused, and in->failed is set; or
 * *ret_keep: they are valid, but the set's option for such a change is "keep-last".
 */
bool set_makes_sense(struct set_reader *in, bool *ret_keep);

#endif
