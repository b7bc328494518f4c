// SPDX-License-Identifier: MIT
#include "common/program/start.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "common/base/log.h"

void program_open_standard_fds(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

enum program_exit program_finish_output(void)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return PROGRAM_EXIT_OK;
	log_error("cannot write to stdout");
	return PROGRAM_EXIT_FAILED;
}
