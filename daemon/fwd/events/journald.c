// SPDX-License-Identifier: MIT
/*
 * The journal: one entry for each event, with its members as fields.
 *
 * An entry is a datagram in the journal's native protocol, as sd_journal_sendv(3) sends it. That
 * function waits for a slow journal, and returns success if there is none. Here an entry that is not
 * accepted at once waits in a buffer; an entry that does not fit into the buffer is lost and counted.
 */
#include "daemon/fwd/events/journald.h"

#include <ctype.h>
#include <endian.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "common/base/memory.h"

#define DEFAULT_SOCKET	"/run/systemd/journal/socket"
#define LEAST_BUFFER	65536
#define FINISH_TRIES	10  /* 100 ms each */
#define PRIORITY_PACKET "6" /* informational */
#define PRIORITY_NOTICE "5"

struct journal {
	struct event_output output;
	struct sockaddr_un address;
	int fd;
	FILE *text; /* memory stream: the entry that is written now */
	char *text_data;
	size_t text_size;
	char *buffer; /* entries that wait: the length of each, and its bytes */
	size_t used;
	size_t size;
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

/* ---- sending ---- */

/* Send what waits. Returns 0, or why the next entry is not accepted now. */
static int flush(struct event_output *output)
{
	struct journal *journal = journal_of(output);
	size_t at = 0;
	int error = 0;

	while (at < journal->used && !error) {
		const char *entry = journal->buffer + at + sizeof(uint32_t);
		uint32_t length;
		ssize_t sent;

		memcpy(&length, journal->buffer + at, sizeof(length));
		sent = sendto(journal->fd, entry, length, MSG_DONTWAIT | MSG_NOSIGNAL,
			      (const struct sockaddr *)&journal->address, sizeof(journal->address));
		if (sent >= 0 || errno == EMSGSIZE) {
			journal->lost += sent < 0;
			at += sizeof(length) + length;
		} else if (errno != EINTR) {
			error = errno == ENOBUFS ? -EAGAIN : -errno;
		}
	}
	journal->used -= at;
	memmove(journal->buffer, journal->buffer + at, journal->used);
	return error;
}

static int write_event(struct event_output *output, const struct event *event)
{
	struct journal *journal = journal_of(output);
	uint32_t length;

	put_entry(journal->text, event);
	if (fflush(journal->text) != 0 || ftello(journal->text) < 0)
		return -ENOMEM;
	length = (uint32_t)ftello(journal->text);
	rewind(journal->text);
	if (journal->used + sizeof(length) + length > journal->size)
		flush(output);
	if (journal->used + sizeof(length) + length > journal->size) {
		journal->lost++;
		return -ENOBUFS;
	}
	memcpy(journal->buffer + journal->used, &length, sizeof(length));
	memcpy(journal->buffer + journal->used + sizeof(length), journal->text_data, length);
	journal->used += sizeof(length) + length;
	return flush(output);
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
	free(journal->buffer);
	free(journal);
}

/* Those that still wait are lost, after a second at most. */
static uint64_t close_journal(struct event_output *output)
{
	struct journal *journal = journal_of(output);
	uint64_t count;
	uint32_t length;

	for (int i = 0; i < FINISH_TRIES && flush(output) == -EAGAIN; i++)
		poll(NULL, 0, 100);
	count = journal->lost;
	for (size_t at = 0; at < journal->used; at += sizeof(length) + length) {
		memcpy(&length, journal->buffer + at, sizeof(length));
		count++;
	}
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
	journal->size = buffer > LEAST_BUFFER ? buffer : LEAST_BUFFER;
	journal->buffer = malloc(journal->size);
	journal->text = open_memstream(&journal->text_data, &journal->text_size);
	if (!journal->buffer || !journal->text)
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
