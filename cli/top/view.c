// SPDX-License-Identifier: MIT
/*
 * Lines of fixed columns, so that numbers keep their place while they change. The
 * kinds of rows share the lines of the terminal.
 */
#include <string.h>

#include "cli/output/output.h"
#include "cli/top/top.h"
#include "common/base/memory.h"

#define NUMBER_WIDTH 11
#define NAME_WIDTH   16 /* of texts after the first */
#define FIXED_ROWS   5	/* the headline and the totals */
#define MAX_CELLS    5
#define CELL_TEXT    128

struct cells {
	char text[MAX_CELLS][CELL_TEXT];
	enum colour colour; /* of the first one */
};

/* A kind of rows. */
struct kind {
	const char *list; /* in the document */
	const char *titles[MAX_CELLS + 1];
	unsigned texts; /* columns of text, which come first; the others are numbers */
	void (*put)(const cJSON *item, struct cells *ret);
};

static void put_text(char cell[CELL_TEXT], const char *text)
{
	snprintf(cell, CELL_TEXT, "%s", text);
}

static void put_packets(char cell[CELL_TEXT], double packets)
{
	char text[HUMAN_TEXT];

	/* A few packets in a long interval must not show as 0. */
	if (packets > 0 && packets < 9.95)
		snprintf(cell, CELL_TEXT, "%.1f", packets);
	else
		put_text(cell, human_count(packets, text));
}

static void put_bits(char cell[CELL_TEXT], double bits)
{
	static const char *const units[] = {"", "k", "M", "G", "T", "P", "E"};
	size_t unit = 0;

	for (; bits >= 999.5 && unit + 1 < array_size(units); unit++)
		bits /= 1000;
	snprintf(cell, CELL_TEXT, "%.*f %sbit", unit && bits < 99.95 ? 1 : 0, bits, units[unit]);
}

/* Two cells: packets, bits. */
static void put_rates(struct cells *cells, unsigned first, const cJSON *rates)
{
	put_packets(cells->text[first], field_number(rates, "packets_per_s"));
	put_bits(cells->text[first + 1], field_number(rates, "bits_per_s"));
}

static void put_reason(const cJSON *item, struct cells *ret)
{
	const char *interface = field_text(item, "interface");
	char text[HUMAN_TEXT];

	put_text(ret->text[0], field_text(item, "reason"));
	put_text(ret->text[1], human_name(field_text(item, "outcome"), text));
	put_text(ret->text[2], *interface ? interface : "(none)");
	put_rates(ret, 3, item);
	ret->colour = outcome_colour(field_text(item, "outcome"));
}

static void put_rule(const cJSON *item, struct cells *ret)
{
	put_text(ret->text[0], field_text(item, "id"));
	put_rates(ret, 1, item);
}

static void put_limit(const cJSON *item, struct cells *ret)
{
	put_text(ret->text[0], field_text(item, "name"));
	put_packets(ret->text[1], field_number(item, "keys"));
	put_packets(ret->text[2], field_number(field(item, "passed"), "packets_per_s"));
	put_rates(ret, 3, field(item, "over"));
	if (field_number(field(item, "over"), "packets_per_s") > 0)
		ret->colour = YELLOW;
}

static void put_key(const cJSON *item, struct cells *ret)
{
	put_text(ret->text[0], field_text(item, "key"));
	put_text(ret->text[1], field_text(item, "limit"));
	put_packets(ret->text[2], field_number(item, "limited_per_s"));
}

static const struct kind kinds[] = {
	{"reasons", {"REASON", "OUTCOME", "INTERFACE", "PACKETS/S", "BITS/S"}, 3, put_reason},
	{"rules", {"RULE", "PACKETS/S", "BITS/S"}, 1, put_rule},
	{"limits", {"LIMIT", "KEYS", "PASSED/S", "OVER/S", "OVER BITS/S"}, 1, put_limit},
	{"keys", {"LIMITED KEY", "LIMIT", "OVER/S"}, 2, put_key},
};

/* ---- lines ---- */

/* Cut or padded to the width, in characters; one that cannot be shown becomes '?'. */
static void put_cell(FILE *out, const char *text, unsigned width, bool right)
{
	char cut[CELL_TEXT];
	size_t length;

	put_text(cut, text);
	text_clean(cut);
	for (char *at = cut; *at; at++)
		*at = *at == '\n' || *at == '\t' ? '?' : *at;
	length = strlen(cut);
	if (length > width) {
		length = width;
		/* Do not cut inside a character. */
		while (length && ((unsigned char)cut[length] & 0xc0) == 0x80)
			length--;
		cut[length] = '\0';
	}
	fprintf(out, "%*s%s%*s", right ? (int)(width - length) : 0, "", cut,
		right ? 0 : (int)(width - length), "");
}

/* The columns of a kind that fit: the first one gets the remaining width. */
struct columns {
	unsigned shown[MAX_CELLS];
	unsigned count;
	unsigned first_width;
};

static unsigned column_width(const struct kind *kind, unsigned column)
{
	return column < kind->texts ? NAME_WIDTH : NUMBER_WIDTH;
}

/* If not all fit, the last text is left out first, then the first number. */
static struct columns fit_columns(const struct kind *kind, unsigned room)
{
	struct columns ret = {0};
	unsigned others = 0, texts = kind->texts, drop;

	while (ret.count < MAX_CELLS && kind->titles[ret.count]) {
		ret.shown[ret.count] = ret.count;
		others += ret.count ? column_width(kind, ret.count) + 1 : 0;
		ret.count++;
	}
	while (ret.count > 2 && others + NAME_WIDTH > room) {
		drop = texts > 1 ? --texts : 1;
		others -= column_width(kind, ret.shown[drop]) + 1;
		ret.count--;
		memmove(&ret.shown[drop], &ret.shown[drop + 1],
			(ret.count - drop) * sizeof(ret.shown[0]));
	}
	ret.first_width = room > others ? room - others : 0;
	return ret;
}

static void put_line(const struct view *view, const struct kind *kind, const char *const *texts,
		     enum colour colour)
{
	const struct columns columns = fit_columns(kind, view->columns);
	cleanup_free char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return;
	put_cell(out, texts[0], columns.first_width, false);
	for (unsigned i = 1; i < columns.count; i++) {
		unsigned column = columns.shown[i];

		fputc(' ', out);
		put_cell(out, texts[column], column_width(kind, column), column >= kind->texts);
	}
	if (fclose(out) == 0)
		view->put_line(view->context,
			       &(struct view_line){text, colour,
						   colour == BOLD ? size : columns.first_width});
}

static void put_empty(const struct view *view)
{
	view->put_line(view->context, &(struct view_line){"", PLAIN, 0});
}

static void put_kind(const cJSON *rates, const struct view *view, const struct kind *kind,
		     unsigned rows)
{
	const cJSON *item;

	if (rows == 0)
		return;
	put_empty(view);
	put_line(view, kind, kind->titles, BOLD);
	cJSON_ArrayForEach (item, field(rates, kind->list)) {
		const char *texts[MAX_CELLS];
		struct cells cells = {0};

		if (rows-- == 0)
			break;
		kind->put(item, &cells);
		for (unsigned i = 0; i < MAX_CELLS; i++)
			texts[i] = cells.text[i];
		put_line(view, kind, texts, cells.colour);
	}
}

/* A part that does not fit is left out with all that follow: no part is cut. */
static void put_head(const cJSON *rates, const struct view *view)
{
	bool enforce = strcmp(field_text(rates, "mode"), "enforce") == 0;
	const char *time = field_text(rates, "time"), *clock = strchr(time, 'T');
	char text[HUMAN_TEXT], parts[4][CELL_TEXT], line[4 * CELL_TEXT];
	size_t length = 0;

	snprintf(parts[0], CELL_TEXT, "fwd %s, %s", enforce ? "enforcing" : "in monitor mode",
		 human_policy(rates, text));
	snprintf(parts[1], CELL_TEXT, ", up %s",
		 human_seconds(field_number(rates, "uptime_s"), text));
	snprintf(parts[2], CELL_TEXT, ", %s",
		 human_many(field_number(rates, "blocks"), "block", text));
	/* Only the clock of the time, which is after the date. */
	snprintf(parts[3], CELL_TEXT, "; %.1f s to %.12s", field_number(rates, "seconds"),
		 clock ? clock + 1 : time);
	for (size_t i = 0; i < array_size(parts); i++) {
		if (i && length + strlen(parts[i]) > view->columns)
			break;
		length += (size_t)snprintf(line + length, sizeof(line) - length, "%s", parts[i]);
	}
	if (length > view->columns)
		line[view->columns] = '\0';
	view->put_line(view->context, &(struct view_line){line, PLAIN, 0});
}

static void put_total(const cJSON *total, struct cells *ret)
{
	char text[HUMAN_TEXT];

	put_text(ret->text[0], human_name(total->string, text));
	put_rates(ret, 1, total);
}

static void put_totals(const cJSON *rates, const struct view *view)
{
	const struct kind kind = {"totals", {"TOTAL", "PACKETS/S", "BITS/S"}, 1, put_total};

	put_kind(rates, view, &kind, 3);
}

/* Divide the lines among the kinds: each gets at most its number of rows. */
static void share(const cJSON *rates, const struct view *view, unsigned rows[array_size(kinds)])
{
	unsigned wanted[array_size(kinds)], room = view->rows, more = 1;

	room = room > FIXED_ROWS + 1 ? room - FIXED_ROWS - 1 : 0;
	for (size_t i = 0; i < array_size(kinds); i++) {
		wanted[i] = (unsigned)cJSON_GetArraySize(field(rates, kinds[i].list));
		rows[i] = 0;
		if (!view->rows)
			rows[i] = wanted[i] < VIEW_ROWS ? wanted[i] : VIEW_ROWS;
	}
	/* One row each, round-robin; the first of a kind also needs its title and an empty line. */
	while (view->rows && more) {
		more = 0;
		for (size_t i = 0; i < array_size(kinds); i++) {
			unsigned costs = rows[i] ? 1 : 3;

			if (rows[i] == wanted[i] || room < costs)
				continue;
			room -= costs;
			rows[i]++;
			more = 1;
		}
	}
}

void view_lines(const cJSON *rates, const struct view *view)
{
	unsigned rows[array_size(kinds)];

	share(rates, view, rows);
	put_head(rates, view);
	put_totals(rates, view);
	for (size_t i = 0; i < array_size(kinds); i++)
		put_kind(rates, view, &kinds[i], rows[i]);
}
