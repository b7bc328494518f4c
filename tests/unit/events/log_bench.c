// SPDX-License-Identifier: MIT
#include "tests/unit/events/log_bench.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "common/policy/compile/slots.h"
#include "daemon/fwd/events/event_log.h"
#include "tests/unit/events/samples.h"

static char folder[] = "/tmp/fwd-events-XXXXXX";
char log_path[64], log_rotated[64];
static struct slots *log_slots;

void log_set_up(void)
{
	signal(SIGPIPE, SIG_IGN);
	alarm(300); /* under valgrind on a busy machine all takes long */
	cr_assert_not_null(mkdtemp(folder));
	snprintf(log_path, sizeof(log_path), "%s/log", folder);
	snprintf(log_rotated, sizeof(log_rotated), "%s/log.1", folder);
	log_slots = sample_slots();
}

void log_tear_down(void)
{
	slots_free(log_slots);
	char name[80];

	for (unsigned i = 1; i <= 9; i++) {
		snprintf(name, sizeof(name), "%s.%u", log_path, i);
		unlink(name);
	}
	unlink(log_path);
	unlink(log_rotated);
	rmdir(folder);
}

struct event_log *open_log(const char *sink, size_t buffer)
{
	struct event_log *log = NULL;
	int ret = event_log_open(sink_find(sink), log_path, buffer, &log);

	cr_assert(ret == 0, "open: %s", strerror(-ret));
	return log;
}

int write_sample(struct event_log *log)
{
	struct event event;

	sample_decode(0, log_slots, &event);
	return event_log_write(log, &event);
}

int count_lines(const char *file)
{
	char *text = read_text(file);
	int lines = 0;

	for (const char *c = text; *c; c++)
		lines += *c == '\n';
	free(text);
	return lines;
}

int count_documents(const char *file)
{
	char *text = read_text(file);
	cJSON *json = cJSON_Parse(text);
	int count = cJSON_IsArray(json) ? cJSON_GetArraySize(json) : -1;

	cJSON_Delete(json);
	free(text);
	return count;
}
