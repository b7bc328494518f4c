// SPDX-License-Identifier: MIT
/* Live rates: each refresh is the difference of two samples of fwd's counters. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>

#include "cli/core/signals.h"
#include "cli/top/top.h"
#include "cli/verbs/commands.h"
#include "common/base/clock.h"
#include "common/base/memory.h"
#include "common/base/units.h"

#define DEFAULT_INTERVAL_MS 1000
#define LEAST_INTERVAL_MS   100
#define MOST_INTERVAL_MS    (24 * 3600 * 1000)

struct top {
	struct cli *cli;
	struct screen *screen;
	struct sample before;
	cJSON *rates; /* as shown; NULL: none yet */
	int signals;
	int interval_ms;
	unsigned long long left; /* refreshes */
};

/* Wait until then; redraws after a change of the terminal's size. 0: the end, as after `q`. */
static int wait_until(struct top *top, int64_t then)
{
	struct pollfd ready[] = {
		{.fd = top->signals, .events = POLLIN},
		{.fd = fileno(top->cli->out)}, /* only whether its reader is gone */
		{.fd = screen_keys(top->screen), .events = POLLIN},
	};

	for (;;) {
		int64_t left = then - clock_ms();
		struct signalfd_siginfo signal;

		if (left <= 0)
			return 1;
		if (poll(ready, array_size(ready), (int)left) < 0 && errno != EINTR)
			return cli_fail_errno(top->cli, -errno, "poll");
		if (ready[1].revents & (POLLERR | POLLHUP))
			return 0;
		if (ready[2].revents && screen_quits(top->screen))
			return 0;
		if (ready[2].revents & (POLLERR | POLLHUP))
			return 0;
		if (!(ready[0].revents & POLLIN) ||
		    read(top->signals, &signal, sizeof(signal)) != sizeof(signal))
			continue;
		if (signal.ssi_signo != SIGWINCH)
			return 0;
		screen_resize(top->screen);
		if (top->rates)
			screen_show(top->screen, top->rates);
	}
}

static int refresh(struct top *top)
{
	struct sample now;

	if (sample_take(top->cli, &top->before, &now) < 0)
		return -1;
	cJSON_Delete(top->rates);
	top->rates = rates_between(&top->before, &now);
	screen_show(top->screen, top->rates);
	sample_clear(&top->before);
	top->before = now;
	return 0;
}

static int follow(struct top *top)
{
	const struct sample nothing = {0};
	int64_t next;
	int r;

	if (sample_take(top->cli, &nothing, &top->before) < 0)
		return -1;
	top->screen = screen_open(top->cli);
	if (!top->screen)
		return cli_fail_errno(top->cli, -ENOMEM, "terminal");
	next = clock_ms();
	for (; top->left > 0 && !ferror(top->cli->out); top->left--) {
		/* After a refresh longer than the interval, the next ones are not early. */
		next = next + top->interval_ms > clock_ms() ? next + top->interval_ms
							    : clock_ms() + top->interval_ms;
		r = wait_until(top, next);
		if (r <= 0)
			return r;
		r = refresh(top);
		if (r < 0)
			return r;
	}
	return 0;
}

static int read_options(struct cli *cli, const struct call *call, struct top *top)
{
	const char *count = call_value(call, "count"), *interval = call_value(call, "interval");
	uint64_t ns = 0;

	top->left = count ? strtoull(count, NULL, 10) : ~0ULL;
	top->interval_ms = DEFAULT_INTERVAL_MS;
	if (!interval)
		return 0;
	/* The grammar already checked that it is a time. */
	if (duration_parse(interval, &ns) < 0 || ns / 1000000 < LEAST_INTERVAL_MS ||
	    ns / 1000000 > MOST_INTERVAL_MS)
		return cli_fail(cli, WIRE_ERROR_BAD_REQUEST,
				"--interval \"%.64s\" is not a time from 100ms to 1d", interval);
	top->interval_ms = (int)(ns / 1000000);
	return 0;
}

int run_top(struct cli *cli, const struct call *call)
{
	struct top top = {.cli = cli, .signals = -1};
	int r = read_options(cli, call, &top);

	if (r == 0) {
		top.signals = signals_open(true);
		r = top.signals < 0 ? cli_fail_errno(cli, top.signals, "signals") : follow(&top);
	}
	screen_close(top.screen);
	sample_clear(&top.before);
	cJSON_Delete(top.rates);
	close_fd(&top.signals);
	return r;
}
