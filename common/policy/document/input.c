// SPDX-License-Identifier: MIT
#include "common/policy/document/document.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "common/base/memory.h"

int input_open(const char *path, size_t max, struct stat *ret_info)
{
	/* Without O_NONBLOCK, opening a FIFO would wait for a writer. */
	cleanup_fd int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0 || fstat(fd, ret_info) < 0)
		return -errno;
	if (S_ISDIR(ret_info->st_mode))
		return -EISDIR;
	if (!S_ISREG(ret_info->st_mode))
		return -EINVAL;
	if ((uintmax_t)ret_info->st_size > max)
		return -EFBIG;
	return steal_fd(&fd);
}

bool input_has_changed(int fd, const struct stat *info)
{
	struct stat now;

	return fstat(fd, &now) < 0 || now.st_size != info->st_size ||
	       now.st_mtim.tv_sec != info->st_mtim.tv_sec ||
	       now.st_mtim.tv_nsec != info->st_mtim.tv_nsec;
}

/* Read to the end of a file, which must not have grown meanwhile. */
static int read_all(int fd, struct input *input)
{
	size_t capacity = (size_t)input->info.st_size + 1;

	input->text = malloc(capacity + 1);
	if (!input->text)
		return -ENOMEM;
	while (input->length < capacity) {
		ssize_t got = read(fd, input->text + input->length, capacity - input->length);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (got == 0)
			break;
		input->length += (size_t)got;
	}
	if (input->length == capacity || input_has_changed(fd, &input->info))
		return -EAGAIN; /* a process is writing it */
	input->text[input->length] = '\0';
	return 0;
}

static int read_file(const char *path, size_t max, struct input *input)
{
	cleanup_fd int fd = input_open(path, max, &input->info);

	return fd < 0 ? fd : read_all(fd, input);
}

int input_report(const char *path, int err, enum severity severity, enum error_code code,
		 const struct place *place, struct errors *errs)
{
	struct place whole = {.file = path};
	const char *why = err == -EFBIG	    ? "is too large"
			  : err == -E2BIG   ? "has too many lines"
			  : err == -ENOTSUP ? "is packed, but neither by gzip nor by zstd"
			  : err == -EBADMSG ? "is packed, and damaged or cut off"
			  : err == -EILSEQ  ? "is UTF-16: make it ASCII or UTF-8"
			  : err == -EINVAL  ? "is not a regular file"
			  : err == -EAGAIN  ? "changed while it was read"
			  : err == -ETXTBSY ? "may be incomplete: a process has it open for writing"
					    : strerror(-err);

	if (place)
		errors_add(errs, severity, code, place, "%s: %s", path, why);
	else
		errors_add(errs, severity, code, &whole, "cannot be read: %s", why);
	return err;
}

int input_read(const char *path, size_t max, struct input *ret, enum severity severity,
	       enum error_code code, const struct place *place, struct errors *errs)
{
	struct input input = {0};
	int err = read_file(path, max, &input);

	if (err == 0) {
		*ret = input;
		return 0;
	}
	free(input.text);
	return input_report(path, err, severity, code, place, errs);
}
