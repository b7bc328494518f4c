/* SPDX-License-Identifier: MIT */
/*
 * Inside the compiler. Steps, in this order, each a file:
 *
 *	compile_names    names to slots
 *	compile_limits   rates to GCRA constants
 *	compile_rules    rules to clauses, the rules of the image
 *	compile_fields   values of fields to rows
 *	compile_tables   prefixes to rows
 *	compile_arena    tables to what the datapath walks
 *	compile_shadow   which rules can never match
 *
 * A *clause* is a rule without "or" between static prefixes and live sets: the
 * datapath ands what the rows say with the live tests of a rule, so `src:
 * ["10.0.0.0/8", "@banned"]` becomes two clauses of one slot.
 */
#ifndef FWD_COMPILE_H
#define FWD_COMPILE_H

#include "policy.h"
#include "rows.h"

/* How a clause takes the static prefixes in "any" of one side. */
enum side_mode {
	SIDE_ALL,     /* there are none, or this clause is about a live set instead */
	SIDE_INSIDE,  /* the address is in one of them */
	SIDE_OUTSIDE, /* it is in none of them: another clause has those */
};

struct clause {
	const struct config_rule *rule;
	uint32_t kinds;	    /* bits of enum fw_kind that it can match */
	enum side_mode src; /* negated prefixes count in every mode */
	enum side_mode dst;
};

struct set_families {
	bool has4;
	bool has6;
};

struct compile {
	const struct config *config;
	struct errors *errs;
	struct policy *policy; /* being built */
	struct rows *rows;
	struct set_families *families; /* of each config set's prefixes */
	struct config_rule permitted;  /* the implicit rules */
	struct config_rule not_permitted;
	struct clause clauses[FW_MAX_RULES];
	unsigned clause_count;
};

/* Each returns 0, -EBADMSG with errors added, or -ENOMEM. */
int compile_names(struct compile *compile);
int compile_limits(struct compile *compile);
int compile_rules(struct compile *compile);
int compile_fields(struct compile *compile);
int compile_tables(struct compile *compile);
int compile_arena(struct compile *compile);
int compile_shadow(struct compile *compile);

/* The number of a row, or -EBADMSG with the error added: what (in words) of rule did not fit. */
int compile_row(struct compile *compile, const struct row *row, const struct config_rule *rule,
		const char *what);

/* What a set of addresses asks of the datapath. */
bool address_has_static(const struct compile *compile, const struct address_match *match);
bool address_is_given(const struct address_match *match);

/* The names of fields in the config. */
const char *field_name(enum fw_field field);

/* Constants of a limit, without slot. -ERANGE: the rate or the burst is beyond 64 bits of ticks. */
int limit_compile(const struct config_limit *config, struct fw_limit *ret);

#endif
