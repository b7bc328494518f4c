/* SPDX-License-Identifier: MIT */
/*
 * The fields of a match, each described once.
 *
 * The reader of configs, the validator, the compiler, the diff and explain use this table: their
 * work depends on the *form* of a field only. So a new field of an existing form is a row here, its
 * parser in ebpf/parse/ and its tests; docs/adding-a-field.md has the steps.
 */
#ifndef FWD_MATCH_FIELDS_H
#define FWD_MATCH_FIELDS_H

#include "common/base/words.h"
#include "common/policy/fields/match.h"

/* How a field is written, stored, compiled and printed. */
enum match_form {
	FORM_ZONES,	 /* zones: they narrow the interfaces of the match */
	FORM_INTERFACES, /* config_match.interfaces */
	FORM_FAMILIES,	 /* config_match.families */
	FORM_ADDRESSES,	 /* prefixes and sets: struct address_match */
	FORM_NUMBERS,	 /* numbers, ranges and words: struct range_list */
	FORM_FRAGMENTS,	 /* the same, all values by words, or true or false */
	FORM_FLAGS,	 /* config_match.tcp_flags */
	FORM_WIDE,	 /* numbers and ranges of more than 16 bits, kept as prefixes */
	FORM_MACS,	 /* MAC addresses and prefixes of them, kept as prefixes */
};

/* In the order in which they are read. */
enum match_id {
	MATCH_ZONE,
	MATCH_INTERFACE,
	MATCH_FAMILY,
	MATCH_SRC,
	MATCH_DST,
	MATCH_PROTO,
	MATCH_SPORT,
	MATCH_DPORT,
	MATCH_ICMP_TYPE,
	MATCH_ICMP_CODE,
	MATCH_TCP_FLAGS,
	MATCH_VLAN,
	MATCH_FRAGMENT,
	MATCH_LENGTH,
	MATCH_DSCP,
	MATCH_TTL,
	MATCH_FLOW_LABEL,
	MATCH_SRC_MAC,
	MATCH_DST_MAC,
	MATCH_FIELD_MAX
};

#define MATCH_NO_ARRAY FW_FIELD_MAX

struct match_field {
	const char *name; /* in the config */
	enum match_form form;
	size_t offset;		  /* of struct range_list or struct address_match in a match */
	uint32_t high;		  /* the highest value; the lowest is 0 */
	const struct word *words; /* for values; or NULL */
	/* The array of its rows by value: classes[base + value]; or MATCH_NO_ARRAY. */
	enum fw_field array;
	uint32_t base;
	uint32_t values;
	uint8_t bits;	/* of a value that is kept as prefixes; 0: it is not */
	uint32_t kinds; /* bits of enum fw_kind: only these kinds have it; 0: as in `needs` */
	/* FW_HAS_*, FW_IS_*: only packets with one of these have the field; 0: all have. */
	uint8_t needs;
	/* Offset and bytes of a packet's value in struct fw_explanation. */
	uint8_t value_offset;
	uint8_t value_size;
	bool addressing; /* it is about the source or destination of a packet, not its form */
};

extern const struct match_field match_fields[MATCH_FIELD_MAX];

/* Kinds that have IPv4, IPv6 addresses. */
#define KINDS4 (1u << FW_KIND_IP4)
#define KINDS6 (1u << FW_KIND_IP6 | 1u << FW_KIND_LINK6)

/* A table of the image: its field, the family of its prefixes, and its packets. */
struct match_table {
	enum match_id field;
	int family;
	uint32_t kinds;
	const char *text; /* for errors: "an IPv4 source" */
};
extern const struct match_table match_tables[FW_TABLE_MAX];

/* The field of an array of the image. Each array has one. */
const struct match_field *match_field_of(enum fw_field array);

/* Fields that only some protocols carry. */
struct match_carrier {
	uint8_t needs;	      /* of the fields */
	uint32_t kinds;	      /* bits of enum fw_kind */
	uint8_t protocols[4]; /* up to 0 */
};
#define MATCH_CARRIERS 4
extern const struct match_carrier match_carriers[MATCH_CARRIERS];

/* Can a packet of one of the match's protocols have fields that need this? */
bool match_allows(const struct config_match *match, uint8_t needs);

/* Does the match restrict the field? Zones: never, as they were resolved to interfaces. */
bool match_is_given(const struct match_field *field, const struct config_match *match);

/* All that the fields of a match need: FW_HAS_*, FW_IS_*. */
unsigned match_needs(const struct config_match *match);

/* The ranges of a form with ranges, else NULL; the prefixes of a form with prefixes, else NULL. */
const struct range_list *match_ranges(const struct match_field *field,
				      const struct config_match *match);
const struct address_match *match_addresses(const struct match_field *field,
					    const struct config_match *match);

/*
 * By this field: do all values that one match accepts also match another; do both accept some
 * value? True for families and fields stored as prefixes, which the compiler checks in its tables.
 */
bool match_covers(const struct match_field *field, const struct config_match *outer,
		  const struct config_match *inner);
bool match_overlaps(const struct match_field *field, const struct config_match *a,
		    const struct config_match *b);

struct fw_explanation;

/* The value that the programs read in a packet. False: it has no such field. */
bool match_value(const struct match_field *field, const struct fw_explanation *answer,
		 uint32_t *ret);

/* The same for a field stored as prefixes: the key that is looked up in its tables. */
bool match_host(const struct match_field *field, const struct fw_explanation *answer,
		struct prefix *ret);

/*
 * FORM_WIDE: one value; add the prefixes of a range, 0 or -ENOMEM; the range that prefixes from
 * *next on are, for printing, or false: there are no more.
 */
struct prefix wide_host(const struct match_field *field, uint32_t value);
int wide_add(const struct match_field *field, const struct range *range, struct prefix_list *list);
bool wide_next(const struct match_field *field, const struct prefix_list *list, size_t *next,
	       struct range *ret);

/*
 * FORM_MACS: "02:00:5e:00:00:01" or "02:00:5e:00:00:00/24". Errors are those of prefix_parse. The text;
 * buffer holds PREFIX_TEXT bytes.
 */
int mac_parse(const char *text, struct prefix *ret);
const char *mac_format(const struct prefix *prefix, char *buffer);

/* Free all that a match owns. */
void config_match_clear(struct config_match *match);

#endif
