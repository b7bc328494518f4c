// SPDX-License-Identifier: MIT
#include "cli/grammar/setting_rows.h"

#include <stdlib.h>
#include <string.h>

#include "cli/grammar/grammar.h"
#include "common/base/memory.h"
#include "common/base/units.h"
#include "common/protocol/wire.h"

#define DEFAULT_WAIT_MS 30000
#define MOST_WAIT_MS	(24 * 86400 * 1000U) /* fits an int */

static const char *const when_words[] = {"auto", "always", "never", NULL};

static const char *set_json(struct settings *settings, const char *value)
{
	(void)value;
	settings->json = true;
	return NULL;
}

static const char *set_socket(struct settings *settings, const char *value)
{
	settings->socket_path = value;
	return *value ? NULL : "must not be empty";
}

static const char *set_color(struct settings *settings, const char *value)
{
	for (unsigned i = 0; when_words[i]; i++) {
		if (strcmp(value, when_words[i]) == 0) {
			settings->color = (enum color_when)i;
			return NULL;
		}
	}
	return "must be auto, always or never";
}

static const char *set_wait(struct settings *settings, const char *value)
{
	uint64_t ns;
	const char *problem = duration_problem(value, &ns);

	if (problem)
		return problem;
	if (ns / 1000000 > MOST_WAIT_MS || ns < 1000000)
		return "is not a time from 1ms to 24d";
	settings->wait_ms = (int)(ns / 1000000);
	return NULL;
}

static const char *set_if_revision(struct settings *settings, const char *value)
{
	char *end;
	unsigned long long number = strtoull(value, &end, 10);

	settings->if_revision = (double)number;
	return *value >= '1' && *value <= '9' && !*end && number < 1ULL << 53
		       ? NULL
		       : "is not the number of a revision";
}

static const char *set_confirm(struct settings *settings, const char *value)
{
	uint64_t ns;

	settings->confirm = value;
	return duration_problem(value, &ns);
}

static const char *set_force(struct settings *settings, const char *value)
{
	(void)value;
	settings->force = true;
	return NULL;
}

static const char *set_dry_run(struct settings *settings, const char *value)
{
	(void)value;
	settings->dry_run = true;
	return NULL;
}

static const char *set_help(struct settings *settings, const char *value)
{
	(void)value;
	settings->help = true;
	return NULL;
}

static const char *set_version(struct settings *settings, const char *value)
{
	(void)value;
	settings->version = true;
	return NULL;
}

static const struct setting rows[] = {
	{"json", 'j', NULL, NULL, NULL, 0, NULL, set_json,
	 "print one JSON document, errors included"},
	{"socket", 's', "PATH", NULL, "FWD_SOCKET", 0, NULL, set_socket,
	 "fwd's control socket (" WIRE_SOCKET ")"},
	{"color", 0, "WHEN", when_words, NULL, 0, NULL, set_color, "auto, always or never (auto)"},
	{"wait", 0, "TIME", NULL, NULL, 0, NULL, set_wait,
	 "how long to wait for fwd's reply (30s)"},
	{"if-revision", 0, "N", NULL, NULL, OP_TAKES_REVISION, "commands that write",
	 set_if_revision, "write only if the running policy is revision N (else exit with 6)"},
	{"confirm", 0, "TIME", NULL, NULL, OP_TAKES_CONFIRM, "what changes the running policy",
	 set_confirm, "take the change back after TIME, unless fwctl confirm keeps it"},
	{"force", 'f', NULL, NULL, NULL, OP_TAKES_FORCE, "what could cut you off, save and init",
	 set_force, "even if it cuts you off (for a time only); save, init: replace a file"},
	{"dry-run", 0, NULL, NULL, NULL, OP_TAKES_DRY,
	 "what changes the policy, blocks, sets or the mark of stats", set_dry_run,
	 "check everything and report what would change; change nothing"},
	{"help", 'h', NULL, NULL, NULL, 0, NULL, set_help, "explain the command, and exit"},
	{"version", 'V', NULL, NULL, NULL, 0, NULL, set_version, "print fwctl's version, and exit"},
};

const struct setting *setting_at(size_t index)
{
	return index < array_size(rows) ? &rows[index] : NULL;
}

bool setting_suits(const struct setting *setting, const struct verb *verb)
{
	return (verb_takes(verb) & setting->takes) == setting->takes;
}

struct settings settings_default(void)
{
	struct settings settings = {.socket_path = WIRE_SOCKET, .wait_ms = DEFAULT_WAIT_MS};

	for (size_t i = 0; i < array_size(rows); i++) {
		const char *value = rows[i].env ? getenv(rows[i].env) : NULL;

		if (value && *value)
			rows[i].set(&settings, value);
	}
	return settings;
}
