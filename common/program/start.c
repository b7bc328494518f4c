// SPDX-License-Identifier: MIT
#include "common/program/start.h"

#include <fcntl.h>
#include <stdio.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "common/base/log.h"

void program_close_inherited_fds(void)
{
	int passed = sd_listen_fds(0);

	close_range((unsigned)(SD_LISTEN_FDS_START + (passed > 0 ? passed : 0)), ~0U, 0);
}

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
