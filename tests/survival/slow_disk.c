// SPDX-License-Identifier: MIT
/*
 * A disk that hangs, for one process: preloaded, it makes every call that waits for the disk wait
 * as many milliseconds as stand in the file $SLOW_DISK. When the file is gone, so is the wait.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define STEP_MS 10

/* One that is just being written is empty for a moment: then as it was. */
static long wanted_ms(long before)
{
	const char *path = getenv("SLOW_DISK");
	FILE *file = path ? fopen(path, "re") : NULL;
	long ms = 0;

	if (file && fscanf(file, "%ld", &ms) != 1)
		ms = before;
	if (file)
		fclose(file);
	return ms;
}

static void hang(void)
{
	const struct timespec step = {.tv_nsec = STEP_MS * 1000000};

	long ms = wanted_ms(0);

	for (long waited = 0; waited < ms; waited += STEP_MS) {
		nanosleep(&step, NULL);
		ms = wanted_ms(ms);
	}
}

int fsync(int fd);
int fdatasync(int fd);
int renameat(int from_fd, const char *from, int to_fd, const char *to);

int fsync(int fd)
{
	int (*next)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");

	hang();
	return next(fd);
}

int fdatasync(int fd)
{
	int (*next)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");

	hang();
	return next(fd);
}

int renameat(int from_fd, const char *from, int to_fd, const char *to)
{
	int (*next)(int, const char *, int, const char *) =
		(int (*)(int, const char *, int, const char *))dlsym(RTLD_NEXT, "renameat");

	hang();
	return next(from_fd, from, to_fd, to);
}
