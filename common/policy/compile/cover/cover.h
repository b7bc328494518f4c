/* SPDX-License-Identifier: MIT */
/*
 * Is all that suits a clause taken before by others? By one that covers it in every field, or by
 * several that cover it in every field but one, and in that one together.
 *
 * Each is exact in what it claims: a clause that is called taken meets no packet. What takes too
 * long to find is not claimed. (Where an edit patched an address table, rows count that no
 * address may have any more: then less is found.)
 */
#ifndef FWD_COVER_H
#define FWD_COVER_H

#include "common/policy/compile/compile.h"

/* What selects rows for one packet: fields, and the tables of its kind. */
#define COVER_SOURCES FW_ROW_SOURCES

/* The rows that values of a source select; the row of all rules is left out. */
struct cover_space {
	uint32_t *rows;
	uint32_t count;
	uint32_t absent; /* what packets without the field select; an address table: NO_ROW */
	bool has_absent; /* some value selects the same */
};

/* Clauses that ask the same of live sets. */
struct cover_live {
	struct fw_live_test tests[FW_LIVE_PER_RULE];
	struct row clauses;
};

/* A packet that suits the clause in question, and which clauses before suit it, too. */
struct cover_packet {
	unsigned number;
	enum fw_kind kind;
	unsigned count;
	unsigned sources[COVER_SOURCES];
	uint32_t rows[COVER_SOURCES];
	struct few first[COVER_SOURCES + 1]; /* [n]: by the first n sources */
	struct few last[COVER_SOURCES + 1];  /* [n]: by the sources from the n-th on */
};

struct cover {
	struct compile *compile;
	struct cover_space spaces[FW_SOURCE_MAX];
	uint8_t *reached[FW_TABLE_MAX]; /* [row]: some address has it. NULL: all may be */
	struct row before;		/* clauses that end the packet, without live sets */
	struct cover_live *live;	/* and those with */
	size_t live_count;
	const struct row *only; /* of all these, only those that are set here; or NULL: all */
	uint64_t pair_looks;	/* left, for comparing pairs */
	uint64_t looks;		/* left, for several clauses together */
	struct cover_packet packet;
};

/* No clause stands before the others yet. NULL: no memory. */
struct cover *cover_new(struct compile *compile);
struct cover *cover_free(struct cover *cover);

/* From now on a clause stands before those in question, if it ends the packet. 0 or -ENOMEM. */
int cover_add(struct cover *cover, unsigned number);

enum cover_end {
	COVER_NONE,  /* no packet of this kind suits the clause, even if it were alone */
	COVER_OPEN,  /* packets may come to it */
	COVER_TAKEN, /* clauses before take all of them */
};

/* What becomes of a clause's packets of one kind. COVER_TAKEN: by those that are set in takers. */
enum cover_end cover_kind(struct cover *cover, unsigned number, enum fw_kind kind,
			  struct row *takers);

/* Does one clause cover all of another's packets of one kind? cover_pair.c */
bool cover_pair(struct cover *cover, unsigned outer, unsigned inner, enum fw_kind kind);

/* Do several cover the clause in question? Of it there is a packet. cover_many.c */
bool cover_many(struct cover *cover, struct row *takers);

/* What can be selected of each source. 0 or -ENOMEM. cover_space.c */
int cover_spaces(struct cover *cover);

/* Make up a packet for the clause in question. COVER_OPEN: it is there; or COVER_NONE. */
enum cover_end cover_example(struct cover *cover, unsigned number, enum fw_kind kind);

/* The rows of one source that packets of the clause in question select. */
struct cover_rows {
	struct cover *cover;
	unsigned source;
	const uint8_t *protocols; /* only those are possible, up to 0; or NULL */
	uint32_t next;
};

struct cover_rows cover_rows(struct cover *cover, unsigned source);

/* The next, maybe again; NO_ROW: there are no more. */
uint32_t cover_next(struct cover_rows *rows);

#endif
