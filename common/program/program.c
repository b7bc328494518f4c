// SPDX-License-Identifier: MIT
#include "common/program/program.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/errors/errors_log.h"
#include "common/base/log.h"
#include "common/base/memory.h"
#include "common/program/notify.h"
#include "common/program/rights/sanitizer.h"
#include "common/protocol/wire.h"

static const struct option_row common_rows[] = {
	{"socket", "fwd's control socket (" WIRE_SOCKET ")", "PATH", "FWD_SOCKET",
	 .kind = OPTION_TEXT, .member = offsetof(struct program, socket_path)},
	{"user", "run as this user, if root starts it", "NAME", .kind = OPTION_TEXT,
	 .member = offsetof(struct program, user)},
	{"verbose", "say more on stderr", .letter = 'v', .kind = OPTION_FLAG,
	 .member = offsetof(struct program, verbose)},
};

/* As option_list_parse. */
static int read_options(const struct program_kind *kind, int argc, char **argv,
			struct program *program)
{
	struct option_list list = kind->options;
	cleanup_free struct option_row *rows =
		calloc(list.count + array_size(common_rows), sizeof(*rows));

	if (!rows)
		return -ENOMEM;
	if (list.count)
		memcpy(rows, list.rows, list.count * sizeof(*rows));
	memcpy(rows + list.count, common_rows, sizeof(common_rows));
	list.rows = rows;
	list.count += array_size(common_rows);
	program->socket_path = WIRE_SOCKET;
	program->user = kind->privileges.user;
	return option_list_parse(&list, argc, argv, program);
}

/* Log what is wrong; the exit code. */
static enum program_exit fail(struct errors *errs, int error, enum program_exit code)
{
	if (!errs->failed)
		log_error("cannot start: %s", strerror(-error));
	errors_log(errs);
	return code;
}

static int give_up_rights(const struct program_kind *kind, const struct program *program,
			  struct errors *errs)
{
	struct privileges privileges = kind->privileges;
	int r;

	privileges.user = program->user;
	r = privileges_drop(&privileges, errs);
	if (r < 0)
		return r;
	if (BUILT_WITH_SANITIZER)
		log_warning("built with a sanitizer: system calls are not limited");
	return syscalls_limit(&kind->syscalls, errs);
}

static enum program_exit run(const struct program_kind *kind, struct program *program,
			     struct errors *errs)
{
	int r = kind->prepare ? kind->prepare(program, errs) : 0;

	if (r < 0)
		return fail(errs, r, PROGRAM_EXIT_FAILED);
	r = give_up_rights(kind, program, errs);
	if (r < 0)
		return fail(errs, r, PROGRAM_EXIT_PERMISSION);
	r = kind->start(program, errs);
	if (r >= 0)
		r = notify_ready(program->loop);
	if (r < 0)
		return fail(errs, r, PROGRAM_EXIT_FAILED);
	errors_log(errs); /* warnings */
	r = sd_event_loop(program->loop);
	notify_stopping();
	return r < 0 ? PROGRAM_EXIT_FAILED : (enum program_exit)r;
}

/* The loop and what it handles, then run; the exit code. */
static enum program_exit run_in_loop(const struct program_kind *kind, struct program *program)
{
	const struct signal_list signals = {kind->signals, kind->signal_count, program};
	enum program_exit code;
	struct errors errs = {0};
	int r;

	signals_block(&signals);
	r = sd_event_new(&program->loop);
	if (r >= 0)
		r = signals_add(program->loop, &signals);
	code = r < 0 ? fail(&errs, r, PROGRAM_EXIT_FAILED) : run(kind, program, &errs);
	if (kind->stop)
		kind->stop(program);
	program->loop = sd_event_unref(program->loop);
	errors_clear(&errs);
	return code;
}

int program_run(const struct program_kind *kind, int argc, char **argv, struct program *program)
{
	int r;

	program_close_inherited_fds();
	program_open_standard_fds();
	r = read_options(kind, argc, argv, program);
	if (r != 0)
		return r > 0 ? program_finish_output() : PROGRAM_EXIT_USAGE;
	if (program->verbose)
		log_set_level(LOG_LEVEL_DEBUG);
	return run_in_loop(kind, program);
}
