// SPDX-License-Identifier: MIT
#include "cli/core/progress_line.h"

#include <string.h>
#include <unistd.h>

#include "cli/text/text.h"
#include "common/base/clock.h"

#define SHOW_AFTER_MS 500
#define WIDTH	      79

bool progress_wanted(const struct cli *cli)
{
	return !cli->settings.json && isatty(fileno(cli->err));
}

void progress_line_begin(struct progress_line *line, const struct cli *cli)
{
	*line = (struct progress_line){.show_at = clock_ms() + SHOW_AFTER_MS};
	if (progress_wanted(cli))
		line->out = cli->err;
}

static void describe(struct progress_line *line, const struct progress_report *report)
{
	double read = (double)report->bytes / 1e6, total = (double)report->total / 1e6;

	switch (report->step) {
	case PROGRESS_CONFIG:
		strcpy(line->text, "reading the config ...");
		break;
	case PROGRESS_SET:
		snprintf(line->text, sizeof(line->text), "reading set %.30s: ", report->name);
		if (report->total)
			snprintf(line->text + strlen(line->text),
				 sizeof(line->text) - strlen(line->text),
				 "%llu lines, %.1f of %.1f MB", (unsigned long long)report->lines,
				 read, total);
		else
			strcat(line->text, "...");
		break;
	case PROGRESS_COMPILE:
		strcpy(line->text, "compiling the policy ...");
		break;
	case PROGRESS_APPLY:
		strcpy(line->text, "switching to the policy ...");
		break;
	case PROGRESS_RECORD:
		strcpy(line->text, "writing to the disk ...");
		break;
	case PROGRESS_MAX:
		break;
	}
}

void progress_line_report(void *userdata, const struct progress_report *report)
{
	struct progress_line *line = userdata;

	describe(line, report);
	text_clean(line->text);
	progress_line_show(line);
}

void progress_line_take(struct progress_line *line, const cJSON *progress)
{
	const struct progress_report report = {
		.step = progress_step_find(field_text(progress, "step")),
		.name = field_text(progress, "set"),
		.lines = (uint64_t)field_number(progress, "lines"),
		.bytes = (uint64_t)field_number(progress, "bytes"),
		.total = (uint64_t)field_number(progress, "total"),
	};

	progress_line_report(line, &report);
}

int progress_line_show(struct progress_line *line)
{
	int64_t left = line->show_at - clock_ms();

	if (!line->out || !line->text[0])
		return -1;
	if (left > 0)
		return (int)left;
	/* Wide enough to cover what was there before. */
	fprintf(line->out, "\r%-*.*s", WIDTH, WIDTH, line->text);
	fflush(line->out);
	line->shown = true;
	return -1;
}

void progress_line_end(struct progress_line *line)
{
	if (line->shown)
		fprintf(line->out, "\r%*s\r", WIDTH, "");
	line->shown = false;
}
