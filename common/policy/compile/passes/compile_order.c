// SPDX-License-Identifier: MIT
/*
 * Clauses to places. For a packet, only columns are searched in which each of its
 * rows has rules, so rules of a column should match the same packets, and few.
 *
 * Rules after which the search continues come first, in their order, together
 * with as many others as fill the last of their columns. The rest is *clustered*:
 * the field that distinguishes most of the rules is chosen; rules that are narrow
 * in it are sorted by it, the others are clustered by the other fields. The
 * result is divided into columns.
 *
 * The last column may be incomplete. It gets the last rules in the order of
 * evaluation, so that columns can be in order of the rank of their first rule.
 */
#include "common/policy/compile/compile.h"

#include <errno.h>
#include <string.h>

#include "common/base/memory.h"

enum dimension { SRC, DST, SPORT, DPORT, PROTO, DIMENSIONS };

#define ADDRESS_SPAN (1ULL << 33) /* IPv4, then the first half of IPv6's network prefixes */

/* A wider range does not distinguish much. */
static const uint64_t narrow_width[DIMENSIONS] = {
	[SRC] = 1ULL << 24, [DST] = 1ULL << 24, [SPORT] = 1 << 12, [DPORT] = 1 << 12, [PROTO] = 1,
};

struct span {
	uint64_t low;
	uint64_t high;
};

struct box {
	uint16_t clause;
	uint16_t rank;
	struct span spans[DIMENSIONS];
};

struct ordering {
	struct compile *compile;
	struct box *boxes;
	size_t count;
};

/* ---- spans of a clause ---- */

static void cover(struct span *span, uint64_t low, uint64_t high)
{
	if (low < span->low)
		span->low = low;
	if (high > span->high)
		span->high = high;
}

static void cover_prefix(struct span *span, const struct prefix *prefix)
{
	unsigned bits = prefix->length < 32 ? 32 - prefix->length : 0;
	uint64_t low = prefix->family == 6 ? ADDRESS_SPAN / 2 : 0;

	for (int byte = 0; byte < 4; byte++)
		low += (uint64_t)prefix->addr[byte] << (24 - 8 * byte);
	cover(span, low, low + (1ULL << bits) - 1);
}

static void cover_list(struct span *span, const struct prefix_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		cover_prefix(span, &list->items[i]);
}

/*
 * Sets are sorted, so the first prefix begins first. The last one may end within an earlier
 * one: the span is not exact then, as it need not be.
 */
static void cover_set(struct span *span, const struct config_set *set)
{
	if (!set->prefixes.count)
		return;
	cover_prefix(span, &set->prefixes.items[0]);
	cover_prefix(span, &set->prefixes.items[set->prefixes.count - 1]);
}

static struct span span_addresses(const struct compile *compile, const struct address_match *match,
				  enum side_mode mode)
{
	struct span span = {UINT64_MAX, 0};

	if (mode != SIDE_INSIDE)
		return (struct span){0, ADDRESS_SPAN};
	cover_list(&span, &match->any_prefixes);
	for (size_t i = 0; i < match->any_set_count; i++)
		if (compile->config->sets[match->any_sets[i]].kind != SET_LIVE)
			cover_set(&span, &compile->config->sets[match->any_sets[i]]);
	return span;
}

static struct span span_field(const struct clause *clause, enum fw_field field, uint64_t values)
{
	const struct range_list *list = &clause->rule->match.fields[field];

	if (!list->count)
		return (struct span){0, values};
	return (struct span){list->items[0].low, list->items[list->count - 1].high};
}

static struct box make_box(const struct compile *compile, unsigned number)
{
	const struct clause *clause = &compile->clauses[number];
	const struct config_match *match = &clause->rule->match;
	struct box box = {.clause = (uint16_t)number, .rank = clause->rank};

	box.spans[SRC] = span_addresses(compile, &match->src, clause->src);
	box.spans[DST] = span_addresses(compile, &match->dst, clause->dst);
	box.spans[SPORT] = span_field(clause, FW_FIELD_SPORT, 65535);
	box.spans[DPORT] = span_field(clause, FW_FIELD_DPORT, 65535);
	box.spans[PROTO] = span_field(clause, FW_FIELD_PROTO, 255);
	return box;
}

/* ---- clustering ---- */

static bool is_narrow(const struct box *box, unsigned dimension)
{
	const struct span *span = &box->spans[dimension];

	return span->high - span->low < narrow_width[dimension];
}

static int compare_boxes(const void *a, const void *b, void *userdata)
{
	const struct box *left = a, *right = b;
	const unsigned *dimension = userdata;
	const struct span *x = &left->spans[*dimension], *y = &right->spans[*dimension];
	bool narrow = is_narrow(left, *dimension);

	if (narrow != is_narrow(right, *dimension))
		return narrow ? -1 : 1;
	if (narrow && x->low != y->low)
		return x->low < y->low ? -1 : 1;
	if (narrow && x->high != y->high)
		return x->high < y->high ? -1 : 1;
	return left->rank < right->rank ? -1 : 1;
}

static int compare_ranks(const void *a, const void *b)
{
	const struct box *left = a, *right = b;

	return left->rank < right->rank ? -1 : 1;
}

static bool same_span(const struct box *a, const struct box *b, unsigned dimension)
{
	return a->spans[dimension].low == b->spans[dimension].low &&
	       a->spans[dimension].high == b->spans[dimension].high;
}

/* Sort by a dimension: first the narrow ones, whose number is returned. */
static size_t sort_boxes(struct box *boxes, size_t count, unsigned dimension)
{
	size_t narrow = 0;

	qsort_r(boxes, count, sizeof(*boxes), compare_boxes, &dimension);
	while (narrow < count && is_narrow(&boxes[narrow], dimension))
		narrow++;
	return narrow;
}

/* How well the dimension by which boxes are sorted distinguishes them. */
static uint64_t score(const struct box *boxes, size_t narrow, unsigned dimension)
{
	size_t distinct = narrow != 0;

	for (size_t i = 1; i < narrow; i++)
		distinct += !same_span(&boxes[i - 1], &boxes[i], dimension);
	return distinct < 2 ? 0 : narrow * (64 - (uint64_t)__builtin_clzll(distinct));
}

/* The dimension, of those given, that distinguishes most; DIMENSIONS: none does. */
static unsigned choose(struct box *boxes, size_t count, unsigned dimensions)
{
	unsigned best = DIMENSIONS;
	uint64_t most = 0;

	for (unsigned i = 0; i < DIMENSIONS; i++) {
		uint64_t got;

		if (!(dimensions >> i & 1))
			continue;
		got = score(boxes, sort_boxes(boxes, count, i), i);
		if (got > most) {
			most = got;
			best = i;
		}
	}
	return best;
}

static void cluster(struct box *boxes, size_t count, unsigned dimensions)
{
	unsigned dimension = count > FW_PAGE_RULES ? choose(boxes, count, dimensions) : DIMENSIONS;
	size_t narrow, end;

	if (dimension == DIMENSIONS) {
		qsort(boxes, count, sizeof(*boxes), compare_ranks);
		return;
	}
	dimensions &= ~(1U << dimension);
	narrow = sort_boxes(boxes, count, dimension);
	/* Columns with only one value are clustered again. */
	for (size_t i = 0; i < narrow; i = end) {
		for (end = i + 1; end < narrow; end++)
			if (!same_span(&boxes[i], &boxes[end], dimension))
				break;
		if (end - i > FW_PAGE_RULES)
			cluster(boxes + i, end - i, dimensions);
	}
	cluster(boxes + narrow, count - narrow, dimensions);
}

/* ---- places ---- */

bool rule_goes_on(const struct fw_rule *rule)
{
	return rule->action == FW_ACTION_LOG || rule->flags & (FW_RULE_CANARY | FW_RULE_GOES_ON) ||
	       rule->live[0].set_id;
}

/* Move walked clauses to the front, in their order. Returns the number of columns. */
static unsigned take_walked(const struct compile *compile, struct box *boxes, size_t count)
{
	const struct fw_rule *rules = compile->policy->image->rules;
	size_t going_on = 0, others, walked = 0, rest = 0;
	cleanup_free struct box *sorted = malloc(count * sizeof(*sorted));

	if (!sorted)
		return UINT32_MAX;
	for (size_t i = 0; i < count; i++)
		going_on += rule_goes_on(&rules[boxes[i].clause]);
	rest = (going_on + FW_PAGE_RULES - 1) / FW_PAGE_RULES * FW_PAGE_RULES;
	if (rest > count)
		rest = count;
	others = rest - going_on;
	for (size_t i = 0; i < count; i++) {
		bool take = rule_goes_on(&rules[boxes[i].clause]);

		if (!take && others) {
			take = true;
			others--;
		}
		sorted[take ? walked++ : rest++] = boxes[i];
	}
	memcpy(boxes, sorted, count * sizeof(*boxes));
	return (unsigned)((walked + FW_PAGE_RULES - 1) / FW_PAGE_RULES);
}

static int compare_columns(const void *a, const void *b)
{
	return compare_ranks(a, b);
}

/* Cluster whole columns, then sort each by rank, then the columns by their first rank. */
static void order_columns(struct box *boxes, size_t count)
{
	size_t column = FW_PAGE_RULES * sizeof(*boxes);

	cluster(boxes, count, (1U << DIMENSIONS) - 1);
	for (size_t i = 0; i < count; i += FW_PAGE_RULES)
		qsort(boxes + i, FW_PAGE_RULES, sizeof(*boxes), compare_ranks);
	if (count)
		qsort(boxes, count / FW_PAGE_RULES, column, compare_columns);
}

/* Move the clauses and their rules to the places of the boxes. */
static int place_clauses(struct compile *compile, const struct box *boxes)
{
	struct fw_image *image = compile->policy->image;
	size_t count = compile->clause_count;
	cleanup_free struct clause *clauses = malloc(count * sizeof(*clauses));
	cleanup_free struct fw_rule *rules = malloc(count * sizeof(*rules));

	if (!clauses || !rules)
		return -ENOMEM;
	memcpy(clauses, compile->clauses, count * sizeof(*clauses));
	memcpy(rules, image->rules, count * sizeof(*rules));
	for (size_t i = 0; i < count; i++) {
		compile->clauses[i] = clauses[boxes[i].clause];
		image->rules[i] = rules[boxes[i].clause];
	}
	return 0;
}

static int order_many(struct compile *compile)
{
	struct fw_header *header = &compile->policy->image->header;
	size_t count = compile->clause_count, walked, whole;
	cleanup_free struct box *boxes = malloc(count * sizeof(*boxes));

	if (!boxes)
		return -ENOMEM;
	for (unsigned i = 0; i < count; i++)
		boxes[i] = make_box(compile, i);
	walked = take_walked(compile, boxes, count);
	if (walked == UINT32_MAX)
		return -ENOMEM;
	header->walked = (uint8_t)walked;
	walked *= FW_PAGE_RULES;
	if (walked < count) {
		whole = (count - walked) / FW_PAGE_RULES * FW_PAGE_RULES;
		order_columns(boxes + walked, whole);
	}
	return place_clauses(compile, boxes);
}

int compile_order(struct compile *compile)
{
	struct fw_image *image = compile->policy->image;
	struct fw_header *header = &image->header;
	unsigned count = compile->clause_count;
	int err = 0;

	header->columns = 1;
	header->walked = count != 0;
	if (count > FW_PAGE_RULES) {
		header->columns = (uint8_t)((count + FW_PAGE_RULES - 1) / FW_PAGE_RULES);
		err = order_many(compile);
	}
	for (unsigned i = 0; i < count && err == 0; i++) {
		image->ranks[i] = compile->clauses[i].rank;
		compile->by_rank[compile->clauses[i].rank] = (uint16_t)i;
		if (i % FW_PAGE_RULES == 0)
			header->first_rank[i / FW_PAGE_RULES] = compile->clauses[i].rank;
	}
	return err;
}
