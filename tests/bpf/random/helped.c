// SPDX-License-Identifier: MIT
#include "tests/bpf/random/helped.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_HELPERS 8

static int move_to(unsigned cpu)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(cpu % (unsigned)sysconf(_SC_NPROCESSORS_ONLN), &cpus);
	return sched_setaffinity(0, sizeof(cpus), &cpus) ? -errno : 0;
}

/* Another process: exits with 0 if its own tests were good. */
static int be_helper(const struct test *parent, helped_run *share, void *userdata, unsigned number)
{
	struct test test = {.group = parent->group,
			    .wan = parent->wan,
			    .lan = parent->lan,
			    .seed = parent->seed,
			    .packets = parent->packets};
	int err = move_to((unsigned)sched_getcpu() + number);

	if (!err)
		err = test_open(&test, true);
	if (!err)
		share(&test, userdata);
	else
		printf("FAIL  %s: helper %u: %s\n", test.group, number, strerror(-err));
	test_close(&test);
	/* _exit() writes nothing. */
	fflush(stdout);
	return err || test.failed ? 1 : 0;
}

void helped(struct test *test, unsigned count, helped_run *share, void *userdata)
{
	pid_t helpers[MAX_HELPERS];
	unsigned started = 0;

	fflush(stdout);
	while (started < count && started < MAX_HELPERS) {
		helpers[started] = fork();
		if (helpers[started] == 0)
			_exit(be_helper(test, share, userdata, started + 1));
		if (!check(test, helpers[started] > 0, "a helper", "%s", strerror(errno)))
			break;
		started++;
	}
	share(test, userdata);
	for (unsigned i = 0; i < started; i++) {
		int status = 0;

		if (waitpid(helpers[i], &status, 0) != helpers[i])
			status = -1;
		check(test, status == 0, "a helper", "ended with %d", status);
	}
}
