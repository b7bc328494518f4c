// SPDX-License-Identifier: MIT
/* Entries for the journal: their fields, and a journal that is slow or absent. */
#include <criterion/criterion.h>
#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/base/memory.h"
#include "common/policy/compile/slots.h"
#include "common/records/types/interface.h"
#include "daemon/fwd/events/journald.h"
#include "tests/unit/events/log_bench.h"
#include "tests/unit/events/samples.h"
#include "tests/unit/lib/valgrind.h"

static struct event_output *output;
static struct slots *slots;

static void set_up(void)
{
	struct errors errs = {0};
	struct event_writer_options options = {.path = log_path};

	log_set_up();
	slots = sample_slots();
	cr_assert(journald_open(&options, &output, &errs) == 0);
}

static void tear_down(void)
{
	slots_free(slots);
	log_tear_down();
}

TestSuite(journald, .init = set_up, .fini = tear_down);

/* The journal's end of the socket. */
static int listen_there(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	strcpy(address.sun_path, log_path);
	cr_assert(fd >= 0);
	cr_assert(bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0);
	return fd;
}

static int write_event(size_t index)
{
	struct event event;

	sample_decode(index, slots, &event);
	return output->ops->write(output, &event);
}

/* The fields as lines "NAME=value", whose own newlines are "|"; "" if there is no entry. */
static char *receive(int fd)
{
	static char lines[16384];
	char entry[8192], *out = lines;
	ssize_t length = recv(fd, entry, sizeof(entry), 0);

	for (const char *at = entry, *end; length > 0 && at < entry + length; at = end + 1) {
		const char *equals;
		uint64_t size;

		end = memchr(at, '\n', (size_t)(entry + length - at));
		cr_assert_not_null(end, "the last field ends");
		equals = memchr(at, '=', (size_t)(end - at));
		out = mempcpy(out, at, (size_t)(end - at));
		if (!equals) {
			memcpy(&size, end + 1, sizeof(size));
			at = end + 1 + sizeof(size);
			end = at + le64toh(size);
			cr_assert(end < entry + length && *end == '\n', "a value of its length");
			*out++ = '=';
			for (; at < end; at++)
				*out++ = *at == '\n' ? '|' : *at;
		}
		*out++ = '\n';
	}
	*out = '\0';
	return lines;
}

static void expect(const char *lines, const char *field)
{
	char text[512];

	snprintf(text, sizeof(text), "\n%s\n", field);
	cr_expect(strstr(lines, text) || strncmp(lines, text + 1, strlen(text) - 1) == 0,
		  "%s is not in\n%s", field, lines);
}

Test(journald, fields)
{
	static const struct {
		size_t sample;
		const char *fields[8];
	} rows[] = {
		{0,
		 {"MESSAGE=would drop eth0 tcp 192.0.2.7:40000 > 203.0.113.9:443 syn, 60 bytes: "
		  "rule scan",
		  "PRIORITY=6", "SYSLOG_IDENTIFIER=fwd", "FWD_TYPE=packet", "FWD_SPORT=40000",
		  "FWD_TIME=2026-11-21T08:15:04.123Z", "FWD_RULE=scan"}},
		{SAMPLE_PACKETS + 1,
		 {"PRIORITY=5", "FWD_TYPE=limit_stopped", "FWD_RULES=amp-dns", "FWD_RULES=h",
		  "FWD_SECONDS=83.25", "FWD_BYTES=98765432109"}},
		{SAMPLE_PACKETS + 8,
		 {"MESSAGE=config: \"rate\" is none, \\ neither?is ?this?",
		  "FWD_TEXT=config: \"rate\" is none, \\ neither|is \tthis\x01"}},
	};
	int fd = listen_there();

	for (size_t i = 0; i < array_size(rows); i++) {
		const char *lines;

		cr_assert(write_event(rows[i].sample) == 0);
		lines = receive(fd);
		for (size_t j = 0; j < array_size(rows[i].fields) && rows[i].fields[j]; j++)
			expect(lines, rows[i].fields[j]);
		cr_expect(!strstr(lines, "FWD_RULES=i\n"), "the first eight");
	}
	for (size_t i = 0; i < SAMPLE_COUNT; i++) {
		cr_assert(write_event(i) == 0);
		cr_expect(strstr(receive(fd), "\nFWD_TYPE="), "sample %zu", i);
	}
	cr_expect(output->ops->close(output) == 0);
	close(fd);
}

/* It never waits: what does not fit is counted, and what waits is sent later. */
Test(journald, slow)
{
	unsigned written = 0, received = 0;
	uint64_t lost;
	int fd = listen_there();

	for (int r = 0; r != -ENOBUFS; written++) {
		cr_assert(written < 100000);
		r = write_event(0);
		cr_assert(r == 0 || r == -EAGAIN || r == -ENOBUFS, "%d", r);
	}
	cr_expect(output->ops->lost(output) == 1);
	for (int i = 0; i < 1000; i++)
		written += write_event(i % SAMPLE_COUNT) != 1;
	lost = output->ops->lost(output);
	for (int r = -EAGAIN; r == -EAGAIN;) {
		while (*receive(fd))
			received++;
		r = output->ops->flush(output);
	}
	while (*receive(fd))
		received++;
	cr_expect(received + lost == written, "%u and %lu of %u", received, (unsigned long)lost,
		  written);
	cr_expect(output->ops->close(output) == lost);
	close(fd);
}

Test(journald, absent)
{
	int fd;

	cr_expect(write_event(0) == -ENOENT);
	cr_expect(output->ops->lost(output) == 0, "it waits");
	fd = listen_there();
	cr_expect(output->ops->flush(output) == 0);
	expect(receive(fd), "FWD_TYPE=packet");
	close(fd);
	cr_expect(write_event(0) == -ECONNREFUSED, "its socket is there, and it is not");
	cr_expect(output->ops->close(output) == 1, "the last one");
}

/* The buffer goes round: entries that wait come whole, and in order. */
Test(journald, order)
{
	static char *expected[SAMPLE_COUNT];
	static size_t sent[20000];
	size_t written = 0, received = 0;
	int fd = listen_there();

	for (size_t i = 0; i < SAMPLE_COUNT; i++) {
		cr_assert(write_event(i) == 0);
		expected[i] = strdup(receive(fd));
		cr_assert(*expected[i]);
	}
	for (size_t i = 0; i < array_size(sent); i++) {
		const char *lines = i % 2 ? receive(fd) : "";

		if (write_event(i % SAMPLE_COUNT) != -ENOBUFS)
			sent[written++] = i % SAMPLE_COUNT;
		if (*lines)
			cr_assert_str_eq(lines, expected[sent[received++]], "entry %zu", received);
	}
	cr_expect(output->ops->lost(output) > 0, "it was full");
	while (received < written) {
		const char *lines = receive(fd);

		if (*lines)
			cr_assert_str_eq(lines, expected[sent[received++]], "entry %zu", received);
		else
			output->ops->flush(output);
	}
	cr_expect_str_eq(receive(fd), "");
	cr_expect(output->ops->close(output) == array_size(sent) - written);
	for (size_t i = 0; i < SAMPLE_COUNT; i++)
		free(expected[i]);
	close(fd);
}

/* An address space that cannot grow; of a sanitizer or valgrind it must. */
#ifndef __SANITIZE_ADDRESS__
Test(journald, no_memory)
{
	const size_t size = 32 << 20;
	const struct event_writer_options options = {.path = log_path, .buffer = 1 << 20};
	char *text = malloc(size);
	const struct interface_changed_event data = {.interface = text, .text = "up"};
	const struct event event = {.type = FW_EVENT_INTERFACE_CHANGED, .data = &data};
	struct errors errs = {0};
	struct rlimit limit;
	int fd = listen_there();

	if (under_valgrind())
		cr_skip();
	output->ops->close(output);
	cr_assert(text && journald_open(&options, &output, &errs) == 0);
	memset(text, 'x', size - 1);
	text[size - 1] = '\0';
	cr_assert(getrlimit(RLIMIT_AS, &limit) == 0);
	limit.rlim_cur = 1;
	cr_assert(setrlimit(RLIMIT_AS, &limit) == 0);
	cr_expect(output->ops->write(output, &event) == -ENOBUFS);
	limit.rlim_cur = limit.rlim_max;
	cr_assert(setrlimit(RLIMIT_AS, &limit) == 0);
	cr_expect(output->ops->lost(output) == 1);
	cr_expect(write_event(0) == 0);
	expect(receive(fd), "FWD_TYPE=packet");
	cr_expect_str_eq(receive(fd), "", "no part of the one that was lost");
	cr_expect(output->ops->close(output) == 1);
	free(text);
	close(fd);
}
#endif
