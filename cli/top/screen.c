// SPDX-License-Identifier: MIT
/* The terminal of top, by ncurses, which restores the earlier contents. */
#include <locale.h>
#include <ncurses.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "cli/top/top.h"
#include "common/base/memory.h"

#define PLAIN_COLUMNS 100
#define LEAST_COLUMNS 20

struct screen {
	struct cli *cli;
	SCREEN *terminal; /* NULL: the lines are printed */
	bool shown;	  /* lines were drawn before */
};

static void take_colours(void)
{
	static const short colours[] = {[RED] = COLOR_RED,
					[GREEN] = COLOR_GREEN,
					[YELLOW] = COLOR_YELLOW,
					[CYAN] = COLOR_CYAN};

	if (start_color() == ERR || use_default_colors() == ERR)
		return;
	for (short i = RED; i < (short)array_size(colours); i++)
		init_pair(i, colours[i], -1);
}

/* Keys arrive unbuffered and without echo, reads do not block; no cursor. */
static void take_terminal(const struct screen *screen)
{
	cbreak();
	noecho();
	nodelay(stdscr, TRUE);
	curs_set(0);
	if (screen->cli->colour)
		take_colours();
}

struct screen *screen_open(struct cli *cli)
{
	struct screen *screen = calloc(1, sizeof(*screen));

	if (!screen)
		return NULL;
	screen->cli = cli;
	if (cli->settings.json || !isatty(fileno(cli->out)))
		return screen;
	setlocale(LC_CTYPE, "");
	/* On a terminal that ncurses does not support, the lines are printed. */
	screen->terminal = newterm(NULL, cli->out, stdin);
	if (screen->terminal && !tigetstr("cup")) {
		endwin();
		delscreen(screen->terminal);
		screen->terminal = NULL;
	}
	if (screen->terminal)
		take_terminal(screen);
	return screen;
}

static void draw_line(void *context, const struct view_line *line)
{
	int *row = context;
	attr_t look = line->colour == BOLD ? A_BOLD : A_NORMAL;

	if (line->colour > BOLD)
		look = COLOR_PAIR(line->colour);
	/* Also the last cell: it is drawn, and nothing is erased after it. */
	move((*row)++, 0);
	attron(look);
	addnstr(line->text, (int)line->coloured);
	attroff(look);
	addstr(line->text + line->coloured);
}

static void draw(const cJSON *rates)
{
	int row = 0;
	const struct view view = {.columns =
					  (unsigned)(COLS < LEAST_COLUMNS ? LEAST_COLUMNS : COLS),
				  .rows = (unsigned)LINES,
				  .put_line = draw_line,
				  .context = &row};

	erase();
	view_lines(rates, &view);
	refresh();
}

static void print_line(void *context, const struct view_line *line)
{
	const struct screen *screen = context;
	FILE *out = screen->cli->out;
	char first[512];

	snprintf(first, sizeof(first), "%.*s", (int)line->coloured, line->text);
	text_put_colour(out, screen->cli->colour && line->colour != PLAIN, line->colour, first);
	fprintf(out, "%s\n", line->text + strlen(first));
}

static void print(struct screen *screen, const cJSON *rates)
{
	const struct view view = {
		.columns = PLAIN_COLUMNS, .put_line = print_line, .context = screen};

	if (screen->cli->settings.json) {
		screen->cli->output->event(screen->cli, rates);
	} else {
		fputs(screen->shown ? "\n" : "", screen->cli->out);
		view_lines(rates, &view);
	}
	fflush(screen->cli->out);
}

void screen_show(struct screen *screen, const cJSON *rates)
{
	if (screen->terminal)
		draw(rates);
	else
		print(screen, rates);
	screen->shown = true;
}

void screen_resize(struct screen *screen)
{
	struct winsize size;

	if (screen->terminal && ioctl(fileno(screen->cli->out), TIOCGWINSZ, &size) == 0 &&
	    size.ws_row && size.ws_col)
		resizeterm(size.ws_row, size.ws_col);
}

int screen_keys(const struct screen *screen)
{
	return screen->terminal && isatty(STDIN_FILENO) ? STDIN_FILENO : -1;
}

bool screen_quits(struct screen *screen)
{
	int key;

	while (screen->terminal && (key = getch()) != ERR) {
		if (key == 'q' || key == 'Q')
			return true;
	}
	return false;
}

struct screen *screen_close(struct screen *screen)
{
	if (screen && screen->terminal) {
		endwin();
		delscreen(screen->terminal);
	}
	free(screen);
	return NULL;
}
