// SPDX-License-Identifier: MIT
/*
 * The rows that can be selected at all, those that packets of one clause select, and one such
 * packet.
 *
 * Impossible packets are excluded: an IP packet always has a protocol and a TTL, a packet with
 * ports is TCP, UDP or SCTP, and no address has the row of a prefix that longer prefixes fill.
 */
#include "common/policy/compile/cover/cover.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/policy/compile/addresses/points.h"

/* Can a packet of the kind lack the field? */
static bool can_lack(const struct match_field *field, enum fw_kind kind)
{
	if (!field->needs)
		return false;
	return field->needs != FW_IS_IP || !(1u << kind & (KINDS4 | KINDS6));
}

static const uint8_t *protocols_of(const struct config_match *match, enum fw_kind kind)
{
	static const uint8_t of_link6[4] = {58};
	unsigned needs = match_needs(match);

	if (kind == FW_KIND_LINK6)
		return of_link6;
	for (size_t i = 0; i < MATCH_CARRIERS; i++)
		if (match_carriers[i].kinds >> kind & 1 && match_carriers[i].needs & needs)
			return match_carriers[i].protocols;
	return NULL;
}

/* ---- spaces ---- */

/* The marked rows, without the row of all rules. */
static int take_marked(struct cover_space *space, const uint8_t *marks, uint32_t count)
{
	space->rows = malloc(count * sizeof(*space->rows));
	if (!space->rows)
		return -ENOMEM;
	for (uint32_t row = 1; row < count; row++)
		if (marks[row])
			space->rows[space->count++] = row;
	return 0;
}

static int field_space(struct cover *cover, const struct match_field *field)
{
	const struct policy *policy = cover->compile->policy;
	uint32_t count = rows_count(policy->rows, field->array);
	struct cover_space *space = &cover->spaces[field->array];
	cleanup_free uint8_t *marks = calloc(count, 1);

	if (!marks)
		return -ENOMEM;
	for (uint32_t value = 0; value < field->values; value++)
		marks[policy->numbers[field->base + value]] = 1;
	space->absent = policy->numbers[field->base + field->values];
	space->has_absent = marks[space->absent];
	return take_marked(space, marks, count);
}

static int table_space(struct cover *cover, enum fw_table table)
{
	const struct compile *compile = cover->compile;
	const struct policy *policy = compile->policy;
	unsigned source = FW_SOURCE_TABLES + table;
	uint32_t count = rows_count(policy->rows, source);
	cleanup_free uint8_t *marks = malloc(count);

	if (!marks)
		return -ENOMEM;
	cover->spaces[source].absent = NO_ROW;
	/* The entries of a patched table are unknown. In such a table no address may have row 0. */
	memset(marks, compile->edited >> table & 1, count);
	marks[0] |= policy->known->keeps;
	if (!(compile->edited >> table & 1))
		points_rows(policy->tables[table].entries, policy->tables[table].count,
			    policy->image->header.table_miss[table], count, marks);
	marks[0] &= !policy->known->keeps;
	if (take_marked(&cover->spaces[source], marks, count))
		return -ENOMEM;
	cover->reached[table] = steal(&marks);
	return 0;
}

int cover_spaces(struct cover *cover)
{
	uint32_t fields = cover->compile->policy->image->header.fields;
	int err = 0;

	for (unsigned i = 0; i < FW_FIELD_MAX && !err; i++)
		if (fields >> i & 1)
			err = field_space(cover, match_field_of((enum fw_field)i));
	for (unsigned i = 0; i < FW_TABLE_MAX && !err; i++)
		err = table_space(cover, (enum fw_table)i);
	return err;
}

/* ---- rows of one clause ---- */

struct cover_rows cover_rows(struct cover *cover, unsigned source)
{
	const struct cover_packet *packet = &cover->packet;
	struct cover_rows rows = {.cover = cover, .source = source};

	if (source == FW_FIELD_PROTO)
		rows.protocols = protocols_of(&cover->compile->clauses[packet->number].rule->match,
					      packet->kind);
	return rows;
}

/* The next row, whether it has the clause or not. */
static uint32_t next_row(struct cover_rows *rows)
{
	const struct cover_space *space = &rows->cover->spaces[rows->source];
	uint32_t next = rows->next++;

	if (rows->protocols)
		return next < 4 && rows->protocols[next]
			       ? rows->cover->compile->policy
					 ->numbers[FW_BASE_PROTO + rows->protocols[next]]
			       : NO_ROW;
	if (next < space->count)
		return space->rows[next];
	if (next == space->count && space->absent != NO_ROW && !space->has_absent &&
	    can_lack(match_field_of((enum fw_field)rows->source), rows->cover->packet.kind))
		return space->absent;
	return NO_ROW;
}

uint32_t cover_next(struct cover_rows *rows)
{
	struct cover *cover = rows->cover;
	uint32_t row;

	do {
		row = next_row(rows);
		cover->looks -= cover->looks != 0;
	} while (row != NO_ROW &&
		 !rows_have(cover->compile->policy->rows, rows->source, row, cover->packet.number));
	return row;
}

/* ---- a packet ---- */

static uint32_t first_flags(const struct config_match *match)
{
	uint32_t flags = 0;

	while (flags < FW_HIGHEST_TCP_FLAGS && !flags_suit(match, flags))
		flags++;
	return flags;
}

/* The value that means "absent" if the interface has no slot. */
static uint32_t first_interface(const struct compile *compile, const struct config_match *match)
{
	int slot = -ENOENT;

	if (match->interfaces)
		slot = slots_find(
			compile->policy->slots, FW_NAME_INTERFACE,
			compile->config->interfaces[__builtin_ctzll(match->interfaces)].name);
	return slot < 0 ? FW_MAX_INTERFACES : (uint32_t)slot;
}

/* A value that a match accepts. */
static uint32_t first_value(const struct compile *compile, const struct match_field *field,
			    const struct config_match *match)
{
	if (field->form == FORM_INTERFACES)
		return first_interface(compile, match);
	if (field->form == FORM_FLAGS)
		return first_flags(match);
	return match_ranges(field, match)->items[0].low;
}

/* The row of a field that one packet of the clause selects; NO_ROW: there is no such packet. */
static uint32_t field_row(struct cover *cover, const struct match_field *field)
{
	const struct compile *compile = cover->compile;
	const struct config_match *match = &compile->clauses[cover->packet.number].rule->match;
	const struct cover_space *space = &cover->spaces[field->array];
	uint32_t value = 0, row;

	if (field->array == FW_FIELD_PROTO && protocols_of(match, cover->packet.kind)) {
		struct cover_rows rows = cover_rows(cover, field->array);

		return cover_next(&rows);
	}
	/* A value that no rule names matches the fewest rules. */
	if (match_is_given(field, match))
		value = first_value(compile, field, match);
	else if (space->has_absent || can_lack(field, cover->packet.kind))
		value = field->values;
	row = compile->policy->numbers[field->base + value];
	return rows_have(compile->policy->rows, field->array, row, cover->packet.number) ? row
											 : NO_ROW;
}

static uint32_t table_row(struct cover *cover, enum fw_table table)
{
	uint32_t row = cover->compile->table_rows[table][cover->packet.number];
	struct cover_rows rows;

	/* The row of the last prefix with a clause; most such rows belong to an address. */
	if (row == NO_ROW || cover->reached[table][row])
		return row;
	rows = cover_rows(cover, FW_SOURCE_TABLES + table);
	row = cover_next(&rows);
	return row == NO_ROW && cover->reached[table][0] ? 0 : row;
}

static bool add_source(struct cover_packet *packet, unsigned source, uint32_t row)
{
	packet->sources[packet->count] = source;
	packet->rows[packet->count++] = row;
	return row != NO_ROW;
}

enum cover_end cover_example(struct cover *cover, unsigned number, enum fw_kind kind)
{
	const struct fw_header *header = &cover->compile->policy->image->header;
	uint32_t fields = header->fields & ~(1u << FW_FIELD_KIND);
	struct cover_packet *packet = &cover->packet;
	bool good = true;

	packet->number = number;
	packet->kind = kind;
	packet->count = 0;
	/* Addresses first: most rules differ in them. */
	for (unsigned i = 0; i < FW_TABLE_MAX && good; i++)
		if (match_tables[i].kinds >> kind & 1 &&
		    (i < FW_FIRST_FRAME_TABLE || header->frame))
			good = add_source(packet, FW_SOURCE_TABLES + i,
					  table_row(cover, (enum fw_table)i));
	for (unsigned i = FW_FIELD_MAX; i-- > 0 && good;)
		if (fields >> i & 1)
			good = add_source(packet, i,
					  field_row(cover, match_field_of((enum fw_field)i)));
	return good ? COVER_OPEN : COVER_NONE;
}
