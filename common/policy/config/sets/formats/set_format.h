/* SPDX-License-Identifier: MIT */
/*
 * The formats of set files that are read line by line: the place of the address in a line.
 *
 *	lines	an address, prefix or range a line; #, ; and // begin a comment, and so does ! at
 *		the beginning of a line. Used by FireHOL (netset, ipset), Spamhaus (DROP as text).
 *	csv	RFC 4180, but a record is a line; columns by name or number, with commas or another
 *		separator. Lines that begin with # or // are comments.
 *	jsonl	an object a line, with the address as a string under a key. Objects without
 *		the key whose "type" is "metadata" say nothing (Spamhaus).
 *	p2p	PeerGuardian: "name:first-last".
 *
 * set_json.h has the format "json".
 */
#ifndef FWD_SET_FORMAT_H
#define FWD_SET_FORMAT_H

#include "common/policy/config/config.h"
#include "common/policy/config/sets/formats/set_where.h"
#include "common/policy/config/sets/input/line_reader.h"

#define SET_TEXT 256 /* bytes for the longest text of interest, with its NUL */
#define SET_WHY	 256 /* bytes for the longest sentence about an error */

struct set_parser {
	const struct config_set *set;
	bool has_header; /* CSV: the columns are known */
	bool has_end;	 /* CSV: one of them is the end of a range */
	bool in_comment; /* CSV: a comment names the column */
	size_t index;	 /* CSV: of the columns, from 0 */
	size_t end_index;
	size_t where_index[SET_WHERES]; /* of the columns that conditions use */
	unsigned looked_at; /* CSV: records that were checked for a range in two columns */
};

/*
 * Find the text of a line: an address, prefix or "first-last". Returns 1; 0: the line has none;
 * -EINVAL: it is not in the format; -ENOENT: the file lacks columns that the set names, or has
 * more. Then why is a sentence about that. *ret_column: where the text starts in the line, from 0.
 */
int set_format_text(struct set_parser *parser, const struct line *line, char text[SET_TEXT],
		    size_t *ret_column, char why[SET_WHY]);

/* set_csv.c: the same for a line of CSV. */
int set_csv_text(struct set_parser *parser, const struct line *line, char text[SET_TEXT],
		 size_t *ret_column, char why[SET_WHY]);

/*
 * The setting that might read a text that is not an address: "; ..." in buffer, or "". Returns
 * buffer.
 */
const char *set_format_hint(const struct config_set *set, const char *text, char buffer[SET_WHY]);

/* Remove a port: "192.0.2.1:80", "[2001:db8::1]:80". False: no port, text is unchanged. */
bool set_format_drop_port(char text[SET_TEXT]);

#endif
