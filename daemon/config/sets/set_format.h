/* SPDX-License-Identifier: MIT */
/*
 * The formats of set files: where in a line the address is.
 *
 *	lines	an address, prefix or range a line; # and ; begin a comment. Also what
 *		FireHOL (netset, ipset) and Spamhaus (DROP as text) publish.
 *	csv	RFC 4180, but a record is a line; the first names the columns. Lines
 *		that begin with # are comments.
 *	jsonl	an object a line, with the address as a string under a key. Objects without
 *		the key whose "type" is "metadata" say nothing (Spamhaus).
 */
#ifndef FWD_SET_FORMAT_H
#define FWD_SET_FORMAT_H

#include "config.h"
#include "line_reader.h"

#define SET_TEXT 256 /* bytes that hold any text of interest, and its NUL */

struct set_parser {
	enum set_format format;
	const char *column; /* name of the column, or the key */
	bool has_header;    /* CSV: seen */
	size_t index;	    /* CSV: of the column */
};

/*
 * Find the text of a line. Returns 1; 0: the line says nothing; -EINVAL: it is
 * not what the format says, and *ret_why a sentence about that; -ENOENT: a CSV
 * header without the column. *ret_column: where the text starts in the line, from 0.
 */
int set_format_text(struct set_parser *parser, const struct line *line, char text[SET_TEXT],
		    size_t *ret_column, const char **ret_why);

#endif
