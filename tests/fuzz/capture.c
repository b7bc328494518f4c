// SPDX-License-Identifier: MIT
/* Captures (pcap, pcapng) of any link, made into frames for explain. */
#include "cli/explain/capture.h"

#include "tests/fuzz/input_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LARGEST 65535 /* a frame that explain takes */

/* Instead of all of fwctl: only that it failed matters. */
int cli_fail(struct cli *cli, enum wire_error error, const char *format, ...)
{
	cli->error = error;
	cli->message = (char *)format;
	return -1;
}

int cli_fail_errno(struct cli *cli, int error, const char *what)
{
	(void)error;
	return cli_fail(cli, WIRE_ERROR_FAILED, what);
}

/* All that is promised can be read. */
static unsigned sum(const struct capture_frame *frame)
{
	unsigned total = 0;

	if (frame->captured > frame->length || frame->length > LARGEST)
		abort();
	for (size_t i = 0; i < frame->captured; i++)
		total += frame->bytes[i];
	return total;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct capture *capture;
	struct capture_frame frame;
	struct cli cli = {.fd = -1};
	volatile unsigned total = 0;
	char path[64];
	int fd = input_file(data, size, path), r;

	r = capture_open(&cli, path, &capture);
	if (r == 0) {
		while ((r = capture_next(&cli, capture, &frame)) > 0)
			total += sum(&frame);
		capture_close(capture);
	}
	if ((r < 0) != (cli.message != NULL))
		abort();
	close(fd);
	return 0;
}
