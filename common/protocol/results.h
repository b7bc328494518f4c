/* SPDX-License-Identifier: MIT */
/*
 * The fields of results as data: name, type, unit and meaning. The reference of docs/protocol.md is
 * written from it, and tests compare replies with it.
 */
#ifndef FWD_RESULTS_H
#define FWD_RESULTS_H

#include <stdbool.h>
#include <stddef.h>

enum field_type {
	FIELD_TEXT,
	FIELD_TEXTS,  /* a list of them */
	FIELD_COUNT,  /* a whole number, not negative */
	FIELD_NUMBER, /* any number */
	FIELD_BOOL,
	FIELD_ONE,    /* an object: a record */
	FIELD_LIST,   /* a list of records */
	FIELD_OBJECT, /* an object whose members are described elsewhere, as `help` says */
};

struct op_field {
	const char *name; /* NULL ends a list */
	enum field_type type;
	bool optional;	  /* not in every such object */
	const char *unit; /* of a number; "" if it has none */
	const char *help;
	const struct op_record *record; /* of FIELD_ONE and FIELD_LIST */
};

#define OP_MAX_FIELDS 32

struct op_record {
	const char *name;	      /* its name in other records and in the documents */
	const struct op_record *also; /* a record whose fields it includes; or NULL */
	struct op_field fields[OP_MAX_FIELDS];
};

/* clang-format off */
#define FIELD(type, name, unit, help) {name, FIELD_##type, false, unit, help, NULL}
#define MAYBE(type, name, unit, help) {name, FIELD_##type, true, unit, help, NULL}
#define FIELD_OF(type, name, record, help) {name, FIELD_##type, false, "", help, record}
#define MAYBE_OF(type, name, record, help) {name, FIELD_##type, true, "", help, record}

#define CHANGED MAYBE(BOOL, "changed", "", "false: what was asked for was so already")
#define DRY_RUN MAYBE(BOOL, "dry_run", "", "true: nothing was done, as it was asked for")
#define WARNINGS MAYBE_OF(LIST, "warnings", &record_problem, "what is odd, but was done")
#define PAGE(record, help)                                                                       \
	FIELD(COUNT, "total", "", "items in all"),                                               \
	FIELD(COUNT, "offset", "", "items before the first one of this page"),                   \
	FIELD_OF(LIST, "items", record, help)
/* clang-format on */

/* Records that several ops share (results.c), and records next to `ok`. */
extern const struct op_record record_nothing, record_problem, record_count, record_counts,
	record_marked, record_edit, record_entry, record_interface, record_events, record_trial,
	record_pending, record_panic, record_fault;

/* The field of a record or of those that it includes; NULL: no field has that name. */
const struct op_field *op_field(const struct op_record *record, const char *name);

#endif
