/* SPDX-License-Identifier: MIT */
/*
 * Do earlier clauses take all packets that match a clause? One of them may cover it in every field,
 * or several cover it in every field but one, and in that one together.
 *
 * A positive answer is exact: no packet reaches a clause that is reported as taken. Searches that
 * take too long end without answer. (After an edit patched an address table, rows count that may
 * have no address any more: then less is found.)
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

/* Clauses with the same live tests. */
struct cover_live {
	struct fw_live_test tests[FW_LIVE_PER_RULE];
	struct row clauses;
};

/* A packet that matches the current clause, and the earlier clauses that also match it. */
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

/* Begin without earlier clauses. NULL: no memory. */
struct cover *cover_new(struct compile *compile);
struct cover *cover_free(struct cover *cover);

/* Add a clause to the earlier ones, if it ends the packet. 0 or -ENOMEM. */
int cover_add(struct cover *cover, unsigned number);

enum cover_end {
	COVER_NONE,  /* no packet of this kind matches the clause, even alone */
	COVER_OPEN,  /* packets may reach it */
	COVER_TAKEN, /* earlier clauses take all of them */
};

/* The result for a clause's packets of one kind. COVER_TAKEN: by the clauses set in takers. */
enum cover_end cover_kind(struct cover *cover, unsigned number, enum fw_kind kind,
			  struct row *takers);

/* Does one clause cover all of another's packets of one kind? cover_pair.c */
bool cover_pair(struct cover *cover, unsigned outer, unsigned inner, enum fw_kind kind);

/* Do several cover the current clause, for which there is a packet? cover_many.c */
bool cover_many(struct cover *cover, struct row *takers);

/* The rows of each source that can be selected. 0 or -ENOMEM. cover_space.c */
int cover_spaces(struct cover *cover);

/* Construct a packet for the current clause. COVER_OPEN: it exists; or COVER_NONE. */
enum cover_end cover_example(struct cover *cover, unsigned number, enum fw_kind kind);

/* The rows of one source that packets of the current clause select. */
struct cover_rows {
	struct cover *cover;
	unsigned source;
	const uint8_t *protocols; /* only those are possible, up to 0; or NULL */
	uint32_t next;
};

struct cover_rows cover_rows(struct cover *cover, unsigned source);

/* The next row, possibly a repeated one; NO_ROW: there are no more. */
uint32_t cover_next(struct cover_rows *rows);

#endif
