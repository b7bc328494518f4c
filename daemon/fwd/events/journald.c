// SPDX-License-Identifier: MIT
/*
 * The journal: one entry for each event, with its members as fields.
 *
 * An entry is a datagram in the journal's native protocol, as sd_journal_sendv(3) sends it. That
 * function waits for a slow journal, and returns success if there is none. Here an entry that is not
 * accepted at once waits in a buffer; an entry that does not fit into the buffer is lost and counted.
 * After an error the buffer is tried again by the timer, and by events, once in a millisecond.
 */
#include "daemon/fwd/events/journald.h"

#include <ctype.h>
#include <endian.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>

#include "common/base/clock.h"
#include "common/base/memory.h"

#define DEFAULT_SOCKET	"/run/systemd/journal/socket"
#define LEAST_BUFFER	65536
#define FINISH_TRIES	10	/* 100 ms each */
#define AGAIN_NS	1000000 /* 1 ms */
#define PRIORITY_PACKET "6"	/* informational */
#define PRIORITY_NOTICE "5"

/* Entries that wait: the length of each, and its bytes. Nothing is moved: it may be large. */
struct ring {
	char *data;
	size_t start;
	size_t used;
	size_t size;
};

struct journal {
	struct event_output output;
	struct sockaddr_un address;
	int fd;
	FILE *text; /* memory stream: the entry that is written now */
	char *text_data;
	size_t text_size;
	struct ring waiting;
	int error;	/* of the last attempt to send, or 0 */
	uint64_t again; /* clock_ns: from then on an event tries it again */
	uint64_t lost;
};

static struct journal *journal_of(const struct event_output *output)
{
	return (struct journal *)((char *)output - offsetof(struct journal, output));
}

/* ---- an entry ---- */

static void put_field(FILE *out, const char *name, const char *value)
{
	size_t length = strlen(value);
	uint64_t size = htole64(length);

	if (!memchr(value, '\n', length)) {
		fprintf(out, "%s=%s\n", name, value);
		return;
	}
	fprintf(out, "%s\n", name);
	fwrite(&size, sizeof(size), 1, out);
	fwrite(value, 1, length, out);
	fputc('\n', out);
}

/* The values of a list are fields of the same name. */
static void put_value(FILE *out, const char *name, enum event_kind kind,
		      const union event_value *value)
{
	switch (kind) {
	case EVENT_KIND_NUMBER:
		fprintf(out, "%s=%llu\n", name, (unsigned long long)value->number);
		break;
	case EVENT_KIND_SECONDS:
		fprintf(out, "%s=%.15g\n", name, value->seconds);
		break;
	case EVENT_KIND_LIST:
		for (size_t i = 0; i < value->list.count && i < EVENT_LIST_MAX; i++)
			put_field(out, name, value->list.items[i]);
		break;
	case EVENT_KIND_TIME:
	case EVENT_KIND_TYPE:
	case EVENT_KIND_WORD:
	case EVENT_KIND_TEXT:
	case EVENT_KIND_SENTENCE:
		put_field(out, name, value->text);
		break;
	}
}

static void put_entry(FILE *out, const struct event *event)
{
	struct event_view view;
	char name[32] = "FWD_";

	event_view(event, &view);
	fputs("MESSAGE=", out);
	event_put_message(out, &view, false); /* one line */
	fputc('\n', out);
	put_field(out, "PRIORITY",
		  event->type == FW_EVENT_PACKET ? PRIORITY_PACKET : PRIORITY_NOTICE);
	put_field(out, "SYSLOG_IDENTIFIER", "fwd");
	for (enum event_field field = 0; field < EVENT_FIELD_MAX; field++) {
		size_t at = strlen("FWD_");

		for (const char *p = event_fields[field].name; *p && at < sizeof(name) - 1; p++)
			name[at++] = (char)toupper((unsigned char)*p);
		name[at] = '\0';
		if (event_has(&view, field))
			put_value(out, name, event_fields[field].kind, &view.values[field]);
	}
}

/* ---- entries that wait ---- */

static void ring_put(struct ring *ring, const void *data, size_t length)
{
	size_t at = (ring->start + ring->used) % ring->size;
	size_t first = length < ring->size - at ? length : ring->size - at;

	memcpy(ring->data + at, data, first);
	memcpy(ring->data, (const char *)data + first, length - first);
	ring->used += length;
}

/* A part of what waits, which may be in two pieces. Returns how many. */
static size_t ring_part(const struct ring *ring, size_t offset, size_t length, struct iovec ret[2])
{
	size_t at = (ring->start + offset) % ring->size;
	size_t first = length < ring->size - at ? length : ring->size - at;

	ret[0] = (struct iovec){ring->data + at, first};
	ret[1] = (struct iovec){ring->data, length - first};
	return first < length ? 2 : 1;
}

/* The length of the entry at an offset. */
static uint32_t ring_length(const struct ring *ring, size_t offset)
{
	struct iovec parts[2];
	uint32_t length;

	ring_part(ring, offset, sizeof(length), parts);
	memcpy(&length, parts[0].iov_base, parts[0].iov_len);
	memcpy((char *)&length + parts[0].iov_len, parts[1].iov_base, parts[1].iov_len);
	return length;
}

static void ring_drop(struct ring *ring, size_t length)
{
	ring->start = (ring->start + length) % ring->size;
	ring->used -= length;
}

/* ---- sending ---- */

static ssize_t send_first(struct journal *journal, uint32_t length)
{
	struct iovec parts[2];
	struct msghdr message = {
		.msg_name = &journal->address,
		.msg_namelen = sizeof(journal->address),
		.msg_iov = parts,
		.msg_iovlen = ring_part(&journal->waiting, sizeof(length), length, parts),
	};

	return sendmsg(journal->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* Send what waits. Returns 0, or why the next entry is not accepted now. */
static int flush(struct event_output *output)
{
	struct journal *journal = journal_of(output);
	struct ring *waiting = &journal->waiting;
	int error = 0;

	while (waiting->used && !error) {
		uint32_t length = ring_length(waiting, 0);
		ssize_t sent = send_first(journal, length);

		if (sent >= 0 || errno == EMSGSIZE) {
			journal->lost += sent < 0;
			ring_drop(waiting, sizeof(length) + length);
		} else if (errno != EINTR) {
			error = errno == ENOBUFS ? -EAGAIN : -errno;
		}
	}
	journal->error = error;
	journal->again = clock_ns() + AGAIN_NS;
	return error;
}

/* For an event: not for each one of many, while the journal accepts none. */
static int flush_sometimes(struct journal *journal)
{
	if (journal->error && clock_ns() < journal->again)
		return journal->error;
	return flush(&journal->output);
}

/* The entry's length in the memory stream, which begins again; 0: no memory for all of it. */
static uint32_t finish_entry(struct journal *journal)
{
	off_t length = -1;

	/* glibc reports no error of a memory stream that could not grow: the end is missing. */
	if (fflush(journal->text) == 0 && !ferror(journal->text))
		length = ftello(journal->text);
	if (length > 0 && (length > UINT32_MAX || journal->text_data[length - 1] != '\n'))
		length = -1;
	clearerr(journal->text);
	rewind(journal->text);
	return length > 0 ? (uint32_t)length : 0;
}

static bool has_room(const struct journal *journal, uint32_t length)
{
	return length && sizeof(length) + length <= journal->waiting.size - journal->waiting.used;
}

static int write_event(struct event_output *output, const struct event *event)
{
	struct journal *journal = journal_of(output);
	uint32_t length;

	put_entry(journal->text, event);
	length = finish_entry(journal);
	if (length && !has_room(journal, length))
		flush_sometimes(journal);
	if (!has_room(journal, length)) {
		journal->lost++;
		return -ENOBUFS;
	}
	ring_put(&journal->waiting, &length, sizeof(length));
	ring_put(&journal->waiting, journal->text_data, length);
	return flush_sometimes(journal);
}

static uint64_t lost(const struct event_output *output)
{
	return journal_of(output)->lost;
}

/* ---- its life ---- */

static void journal_free(struct journal *journal)
{
	if (journal->text)
		fclose(journal->text);
	if (journal->fd >= 0)
		close(journal->fd);
	free(journal->text_data);
	free(journal->waiting.data);
	free(journal);
}

/* Those that still wait are lost, after a second at most. */
static uint64_t close_journal(struct event_output *output)
{
	struct journal *journal = journal_of(output);
	uint64_t count;

	for (int i = 0; i < FINISH_TRIES && flush(output) == -EAGAIN; i++)
		poll(NULL, 0, 100);
	count = journal->lost;
	for (size_t at = 0; at < journal->waiting.used; count++)
		at += sizeof(uint32_t) + ring_length(&journal->waiting, at);
	journal_free(journal);
	return count;
}

static const struct event_output_ops ops = {
	.write = write_event, .flush = flush, .lost = lost, .close = close_journal};

/* 0 or a negative errno. */
static int set_up(struct journal *journal, const char *path, size_t buffer)
{
	journal->output.ops = &ops;
	journal->address.sun_family = AF_UNIX;
	if (strlen(path) >= sizeof(journal->address.sun_path))
		return -ENAMETOOLONG;
	strcpy(journal->address.sun_path, path);
	journal->waiting.size = buffer > LEAST_BUFFER ? buffer : LEAST_BUFFER;
	journal->waiting.data = malloc(journal->waiting.size);
	journal->text = open_memstream(&journal->text_data, &journal->text_size);
	if (!journal->waiting.data || !journal->text)
		return -ENOMEM;
	journal->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	return journal->fd < 0 ? -errno : 0;
}

int journald_open(const struct event_writer_options *options, struct event_output **ret,
		  struct errors *errs)
{
	const char *path = options->path ? options->path : DEFAULT_SOCKET;
	struct journal *journal = calloc(1, sizeof(*journal));
	int r = -ENOMEM;

	if (journal) {
		journal->fd = -1;
		r = set_up(journal, path, options->buffer);
	}
	if (r < 0) {
		if (journal)
			journal_free(journal);
		return errors_system(errs, r, "cannot use the socket of the journal %s", path);
	}
	*ret = &journal->output;
	return 0;
}
