// SPDX-License-Identifier: MIT
/*
 * A terminal has a second screen, which leaves what was on the first one as it
 * was. Each refresh is written at once, from the top left: nothing flickers.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "memory.h"
#include "output.h"
#include "top.h"

#define PLAIN_COLUMNS 100
#define LEAST_COLUMNS 76
#define LEAST_ROWS    8

/* The second screen; no cursor; what is too long is cut off. And back. */
#define ENTER "\033[?1049h\033[?25l\033[?7l"
#define LEAVE "\033[?7h\033[?25h\033[?1049l"
#define HOME  "\033[H"
#define CLEAR "\033[J" /* what is below */

struct screen {
	struct cli *cli;
	bool takes_over;
	bool shown; /* something, already */
};

struct screen *screen_open(struct cli *cli)
{
	struct screen *screen = calloc(1, sizeof(*screen));
	const char *term = getenv("TERM");

	if (!screen)
		return NULL;
	screen->cli = cli;
	screen->takes_over = !cli->settings.json && isatty(fileno(cli->out)) && term &&
			     strcmp(term, "dumb") != 0;
	if (screen->takes_over)
		fputs(ENTER, cli->out);
	return screen;
}

static struct view view_of(const struct screen *screen)
{
	struct view view = {.columns = PLAIN_COLUMNS, .colour = screen->cli->colour};
	struct winsize size;

	if (!screen->takes_over)
		return view;
	view.columns = 80;
	view.rows = 24;
	if (ioctl(fileno(screen->cli->out), TIOCGWINSZ, &size) == 0 && size.ws_col && size.ws_row) {
		view.columns = size.ws_col;
		view.rows = size.ws_row;
	}
	view.columns = view.columns < LEAST_COLUMNS ? LEAST_COLUMNS : view.columns;
	view.rows = view.rows < LEAST_ROWS ? LEAST_ROWS : view.rows;
	return view;
}

/* The lines of a view, each cleared to its end, and none below: the last row ends without newline. */
static void put_over(FILE *out, const char *text)
{
	fputs(HOME, out);
	for (; *text; text++) {
		if (*text == '\n')
			fputs(text[1] ? "\033[K\r\n" : "\033[K", out);
		else
			fputc(*text, out);
	}
	fputs(CLEAR, out);
}

void screen_show(struct screen *screen, const cJSON *rates)
{
	const struct view view = view_of(screen);
	cleanup_free char *text = NULL;
	FILE *out = screen->cli->out, *memory;
	size_t size = 0;

	if (screen->cli->settings.json) {
		screen->cli->output->event(screen->cli, rates);
	} else if (!screen->takes_over) {
		fputs(screen->shown ? "\n" : "", out);
		view_print(out, rates, &view);
	} else {
		memory = open_memstream(&text, &size);
		if (!memory)
			return;
		view_print(memory, rates, &view);
		fclose(memory);
		put_over(out, text);
	}
	screen->shown = true;
	fflush(out);
}

struct screen *screen_close(struct screen *screen)
{
	if (screen && screen->takes_over) {
		fputs(LEAVE, screen->cli->out);
		fflush(screen->cli->out);
	}
	free(screen);
	return NULL;
}
