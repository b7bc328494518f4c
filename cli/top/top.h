/* SPDX-License-Identifier: MIT */
/*
 * fwctl top: rates, from the difference of fwd's counters between two samples.
 *
 *	sample   fwd's counters at one moment: its replies to a few requests
 *	rates    two samples -> one JSON document: what -j prints
 *	view     that document as lines that fit a terminal
 *	screen   the terminal, by ncurses: lines, keys, size
 */
#ifndef FWCTL_TOP_H
#define FWCTL_TOP_H

#include <stdbool.h>
#include <stdio.h>

#include "cli/core/cli.h"
#include "cli/output/output.h"

/* Replies of fwd. All 0: none yet. */
struct sample {
	double at;     /* CLOCK_MONOTONIC, in s */
	cJSON *status; /* results of the ops of the same name */
	cJSON *stats;
	cJSON *keys; /* {"NAME": result of limit.show with top}, of limits that are limiting */
};

/* Request a sample. previous (may be empty) shows which limits are limiting. -1 after cli_fail. */
int sample_take(struct cli *cli, const struct sample *previous, struct sample *ret);
void sample_clear(struct sample *sample);

/*
 * The difference between two samples per second, highest first. A counter that
 * is smaller than before was cleared in between, and counts from 0.
 */
cJSON *rates_between(const struct sample *before, const struct sample *now);

/* A line of a view: its first bytes are in the colour. */
struct view_line {
	const char *text;
	enum colour colour;
	size_t coloured;
};

/*
 * The format of a view, and its output. rows 0: all rows, at most VIEW_ROWS of each kind.
 */
struct view {
	unsigned columns;
	unsigned rows;
	void (*put_line)(void *context, const struct view_line *line);
	void *context;
};
#define VIEW_ROWS 10

/* Put the lines, none longer than the view's columns; in a narrow view some cells are left out. */
void view_lines(const cJSON *rates, const struct view *view);

/* ---- the terminal ---- */

struct screen;

/*
 * Takes over the terminal, by ncurses, if out is one and the output is text; else lines are only
 * printed. NULL: no memory.
 */
struct screen *screen_open(struct cli *cli);
/* Show rates, in place of the earlier ones; the caller keeps them. */
void screen_show(struct screen *screen, const cJSON *rates);
/* Read the terminal's current size. */
void screen_resize(struct screen *screen);
/* The descriptor from which keys are read; -1: none. */
int screen_keys(const struct screen *screen);
/* Read the keys that were pressed; true if one of them is `q`, which ends top. */
bool screen_quits(struct screen *screen);
/* Restore the terminal. NULL is allowed; returns NULL. */
struct screen *screen_close(struct screen *screen);

#endif
