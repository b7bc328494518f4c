// SPDX-License-Identifier: MIT
/*
 * Lines of fixed columns, so that numbers stand still while they change. What
 * room there is for rows is shared by the kinds of rows that there are.
 */
#include <string.h>

#include "memory.h"
#include "output.h"
#include "top.h"

#define NUMBER_WIDTH 11
#define NAME_WIDTH   16 /* of texts behind the first */
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
	unsigned texts; /* so many columns of text come first, the others are numbers */
	void (*put)(const cJSON *item, struct cells *ret);
};

static void put_text(char cell[CELL_TEXT], const char *text)
{
	snprintf(cell, CELL_TEXT, "%s", text);
}

static void put_packets(char cell[CELL_TEXT], double packets)
{
	char text[HUMAN_TEXT];

	/* Few in a long interval are not none. */
	if (packets > 0 && packets < 9.95)
		snprintf(cell, CELL_TEXT, "%.1f", packets);
	else
		put_text(cell, human_count(packets, text));
}

static void put_bits(char cell[CELL_TEXT], double bits)
{
	static const char *const units[] = {"", "k", "M", "G", "T"};
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

/* Cut to the width and padded to it: characters, as what cannot be shown is one '?'. */
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
		/* Not half a character. */
		while (length && ((unsigned char)cut[length] & 0xc0) == 0x80)
			length--;
		cut[length] = '\0';
	}
	fprintf(out, "%*s%s%*s", right ? (int)(width - length) : 0, "", cut,
		right ? 0 : (int)(width - length), "");
}

static void put_line(FILE *out, const struct view *view, const struct kind *kind,
		     const char *const *texts, enum colour colour)
{
	static const char *const codes[] = {[PLAIN] = "",
					    [BOLD] = "\033[1m",
					    [RED] = "\033[31m",
					    [GREEN] = "\033[32m",
					    [YELLOW] = "\033[33m"};
	unsigned left = view->columns, count = 0, others;

	while (count < MAX_CELLS && kind->titles[count])
		count++;
	others = (kind->texts - 1) * (NAME_WIDTH + 1) + (count - kind->texts) * (NUMBER_WIDTH + 1);
	left = left > others + NAME_WIDTH ? left - others : NAME_WIDTH;
	fputs(view->colour ? codes[colour] : "", out);
	put_cell(out, texts[0], left, false);
	fputs(view->colour && colour != BOLD ? "\033[0m" : "", out);
	for (unsigned i = 1; i < count; i++) {
		fputc(' ', out);
		put_cell(out, texts[i], i < kind->texts ? NAME_WIDTH : NUMBER_WIDTH,
			 i >= kind->texts);
	}
	fputs(view->colour && colour == BOLD ? "\033[0m\n" : "\n", out);
}

static void put_kind(FILE *out, const cJSON *rates, const struct view *view,
		     const struct kind *kind, unsigned rows)
{
	const cJSON *item;

	if (rows == 0)
		return;
	fputc('\n', out);
	put_line(out, view, kind, kind->titles, BOLD);
	cJSON_ArrayForEach (item, field(rates, kind->list)) {
		const char *texts[MAX_CELLS];
		struct cells cells = {0};

		if (rows-- == 0)
			break;
		kind->put(item, &cells);
		for (unsigned i = 0; i < MAX_CELLS; i++)
			texts[i] = cells.text[i];
		put_line(out, view, kind, texts, cells.colour);
	}
}

static void put_head(FILE *out, const cJSON *rates, const struct view *view)
{
	bool enforce = strcmp(field_text(rates, "mode"), "enforce") == 0;
	const char *time = field_text(rates, "time"), *clock = strchr(time, 'T');
	char up[HUMAN_TEXT], blocks[HUMAN_TEXT], line[CELL_TEXT];

	/* Of the time, what changes: its clock, behind the date. */
	snprintf(line, sizeof(line), "fwd %s, generation %.0f, up %s, %s; %.1f s to %.12s",
		 enforce ? "enforcing" : "in monitor mode", field_number(rates, "generation"),
		 human_seconds(field_number(rates, "uptime_s"), up),
		 human_many(field_number(rates, "blocks"), "block", blocks),
		 field_number(rates, "seconds"), clock ? clock + 1 : time);
	put_cell(out, line, strlen(line) < view->columns ? (unsigned)strlen(line) : view->columns,
		 false);
	fputc('\n', out);
}

static void put_total(const cJSON *total, struct cells *ret)
{
	char text[HUMAN_TEXT];

	put_text(ret->text[0], human_name(total->string, text));
	put_rates(ret, 1, total);
}

static void put_totals(FILE *out, const cJSON *rates, const struct view *view)
{
	const struct kind kind = {"totals", {"TOTAL", "PACKETS/S", "BITS/S"}, 1, put_total};

	put_kind(out, rates, view, &kind, 3);
}

/* Shares of the room: each kind has as many rows as there are, and no more than fit. */
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
	/* A row each, in turn; the first one of a kind brings its title and an empty line. */
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

void view_print(FILE *out, const cJSON *rates, const struct view *view)
{
	unsigned rows[array_size(kinds)];

	share(rates, view, rows);
	put_head(out, rates, view);
	put_totals(out, rates, view);
	for (size_t i = 0; i < array_size(kinds); i++)
		put_kind(out, rates, view, &kinds[i], rows[i]);
}
