/* SPDX-License-Identifier: MIT */
/*
 * Internal to the compiler. The steps, in this order, one file each:
 *
 *	compile_names    names to slots
 *	compile_limits   rates to GCRA constants
 *	compile_rules    rules to clauses, the rules of the image
 *	compile_order    clauses to places: which share a column
 *	compile_again    which limits a packet can meet at a bucket that it has paid
 *	compile_fields   values of fields to rows
 *	compile_tables   prefixes to rows
 *	compile_arena    tables to the arena that the datapath walks
 *	compile_way      bound of the limits with "within": "continue" that a packet can meet
 *	compile_shadow   rules that can never match
 *	compile_door     limits that pass packets which later rules would drop
 *	compile_canary   canaries that take tokens from enforced rules
 *	compile_merge    fields with few rows to one
 *	compile_pool     rows to words of the pool
 *
 * A *clause* is a rule without "or" between static prefixes and live sets: the
 * datapath combines the rows with the live tests of a rule, so `src:
 * ["10.0.0.0/8", "@banned"]` becomes two clauses of one slot.
 */
#ifndef FWD_COMPILE_H
#define FWD_COMPILE_H

#include "common/policy/compile/policy.h"
#include "common/policy/compile/rows.h"
#include "common/policy/compile/states.h"
#include "common/policy/fields/fields.h"

/* How a clause takes the static prefixes in "any" of one side. */
enum side_mode {
	SIDE_ALL,     /* there are none, or this clause has a live set instead */
	SIDE_INSIDE,  /* the address is in one of them */
	SIDE_OUTSIDE, /* it is in none of them: another clause has those */
};

struct clause {
	const struct config_rule *rule;
	uint32_t kinds;	    /* bits of enum fw_kind that it can match */
	enum side_mode src; /* negated prefixes count in every mode */
	enum side_mode dst;
	uint16_t rank; /* its place in the order of evaluation; its own bit is its index */
};

struct set_families {
	bool has4;
	bool has6;
};

struct compile {
	const struct config *config;
	struct errors *errs;
	struct policy *policy;	       /* being built */
	struct known_addresses *known; /* tables of the policy before the edit, or NULL */
	unsigned edited;	       /* bits of tables that were patched */
	struct set_families *families; /* of each config set's prefixes */
	struct config_rule permitted;  /* the implicit rules */
	struct config_rule not_permitted;
	struct clause clauses[FW_MAX_RULES];
	unsigned clause_count;
	uint16_t by_rank[FW_MAX_RULES]; /* clauses in the order of evaluation */
	/* A row of each address table that has the clause, or NO_ROW. */
	uint32_t table_rows[FW_TABLE_MAX][FW_MAX_RULES];
};

/* Each returns 0, -EBADMSG with errors added, or -ENOMEM. */
int compile_names(struct compile *compile);
int compile_limits(struct compile *compile);
int compile_rules(struct compile *compile);
int compile_order(struct compile *compile);
int compile_again(struct compile *compile);
int compile_fields(struct compile *compile);
int compile_tables(struct compile *compile);
int compile_arena(struct compile *compile);
int compile_way(struct compile *compile);
int compile_shadow(struct compile *compile);
int compile_door(struct compile *compile);
int compile_canary(struct compile *compile);
int compile_merge(struct compile *compile);
int compile_pool(struct compile *compile);

/* The number of a row, or -EBADMSG with the error added: what (in words) of rule did not fit. */
int compile_row(struct compile *compile, unsigned source, const struct row *row,
		const struct config_rule *rule, const char *what);

/* Has "any" of a side prefixes, or sets that are not live? */
bool address_has_static(const struct compile *compile, const struct address_match *match);

/* Is there an address that both clauses have in its row? looks: as below. compile_door.c */
bool table_overlaps(const struct compile *compile, uint64_t *looks, enum fw_table table, unsigned a,
		    unsigned b);

/* Is it certain that no packet matches both clauses? Compares live sets, but not addresses. */
bool clauses_exclude(const struct compile *compile, unsigned a, unsigned b);

/* The search can continue after it: it must be walked in order. */
bool rule_goes_on(const struct fw_rule *rule);

/* Do packets within the rule's limit continue with later rules? */
bool limit_goes_on(const struct config *config, const struct config_rule *rule);

/* How a clause takes the prefixes of a table's field. */
static inline enum side_mode clause_mode(const struct clause *clause, enum match_id field)
{
	if (field == MATCH_SRC || field == MATCH_DST)
		return field == MATCH_SRC ? clause->src : clause->dst;
	return match_addresses(&match_fields[field], &clause->rule->match)->any_prefixes.count
		       ? SIDE_INSIDE
		       : SIDE_ALL;
}

/*
 * Does `outer` match all prefixes of a field, or all packets that `inner` matches? kinds: of the
 * relevant packets. looks: remaining reads of rows; at 0 the answer is no. cover/cover_pair.c
 */
bool cover_prefixes(const struct compile *compile, uint64_t *looks, enum match_id field,
		    unsigned outer, unsigned inner, uint32_t kinds);
bool cover_clause(const struct compile *compile, uint64_t *looks, unsigned outer, unsigned inner,
		  uint32_t families);

/* Constants of a limit, without slot. -ERANGE: the rate or the burst is beyond 64 bits of ticks. */
int limit_compile(const struct config_limit *config, struct fw_limit *ret);

#endif
