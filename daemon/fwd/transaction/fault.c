// SPDX-License-Identifier: MIT
/* What is wrong with the config file, in words. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/base/errors/errors_json.h"
#include "common/base/log.h"
#include "common/base/memory.h"
#include "daemon/fwd/transaction/saved/saved_file.h"
#include "daemon/fwd/transaction/transaction_internal.h"

static const char *const runs_names[] = {
#define BOOT_AS_NAME(name, text) text,
	BOOT_RUNS(BOOT_AS_NAME)};

/* The first error in one line: "fwd.json:3:5: a comma too many [E0002]". */
static char *first_line(const struct errors *errs)
{
	const struct error *error = NULL;
	char *text;
	int length;

	for (size_t i = 0; i < errs->count && !error; i++)
		error = errs->list[i].severity == SEVERITY_ERROR ? &errs->list[i] : NULL;
	if (!error)
		return strdup("out of memory");
	if (error->file && error->line)
		length = asprintf(&text, "%s:%u:%u: %s [%s]", error->file, error->line,
				  error->column, error->message, error_code_name(error->code));
	else
		length = asprintf(&text, "%s%s%s [%s]", error->file ? error->file : "",
				  error->file ? ": " : "", error->message,
				  error_code_name(error->code));
	return length < 0 ? NULL : text;
}

void boot_note_errors(struct boot *boot, const struct errors *errs)
{
	cJSON_Delete(boot->errors);
	free(boot->first);
	boot->errors = cJSON_CreateArray();
	errors_json(errs, boot->errors);
	boot->first = first_line(errs);
	clock_text(clock_realtime_ns(), boot->time);
}

static void forget(struct boot *boot)
{
	cJSON_Delete(boot->errors);
	boot->errors = NULL;
	free(boot->first);
	boot->first = NULL;
	free(boot->why_passed);
	boot->why_passed = NULL;
	boot->is_due = false;
	boot->runs = BOOT_RUNS_FILE;
}

/* What runs instead of the file. Returns text. */
static const char *what_runs(const struct transaction *transaction, char *text, size_t size)
{
	switch (transaction->boot.runs) {
	case BOOT_RUNS_REVISION:
		snprintf(text, size, "revision %" PRIu64 " runs instead",
			 history_revision(transaction->history));
		break;
	case BOOT_RUNS_CLOSED:
		snprintf(text, size, "closed, only management and link packets pass");
		break;
	case BOOT_RUNS_OPEN:
		snprintf(text, size, "open, everything passes");
		break;
	case BOOT_RUNS_FILE:
	case BOOT_RUNS_MAX:
		snprintf(text, size, "%s", "");
		break;
	}
	return text;
}

/* Malloced; NULL: nothing runs instead of the file, or no memory. */
static char *sentence(const struct transaction *transaction)
{
	char runs[96], *text;

	if (boot_runs(transaction) == BOOT_RUNS_FILE)
		return NULL;
	if (asprintf(&text,
		     "the config file %s cannot be used (%s): %s; repair it and run fwctl reload",
		     transaction->options.config_path,
		     transaction->boot.first ? transaction->boot.first : "",
		     what_runs(transaction, runs, sizeof(runs))) < 0)
		return NULL;
	return text;
}

static void report_unusable(struct transaction *transaction, const char *text)
{
	log_error("%s", text);
	hub_send(transaction->events, config_unusable, .text = text);
}

void boot_report(struct transaction *transaction)
{
	cleanup_free char *text = sentence(transaction);

	if (text)
		report_unusable(transaction, text);
}

void boot_file_good(struct transaction *transaction)
{
	cleanup_free char *text = NULL;
	bool was_bad;

	was_bad = transaction->boot.first;
	forget(&transaction->boot);
	if (!was_bad || asprintf(&text, "the config file %s can be used again",
				 transaction->options.config_path) < 0)
		return;
	log_info("%s", text);
	hub_send(transaction->events, config_good, .text = text);
}

void boot_file_refused(struct transaction *transaction, const struct errors *errs)
{
	cleanup_free char *text = NULL;

	boot_note_errors(&transaction->boot, errs);
	if (asprintf(&text,
		     "the config file %s cannot be loaded (%s): revision %" PRIu64 " goes on",
		     transaction->options.config_path,
		     transaction->boot.first ? transaction->boot.first : "",
		     history_revision(transaction->history)) >= 0)
		report_unusable(transaction, text);
}

void boot_file_passed_over(struct transaction *transaction, const char *why)
{
	free(transaction->boot.why_passed);
	transaction->boot.why_passed = why ? strdup(why) : NULL;
}

const char *boot_status_text(const struct transaction *transaction, char *text, size_t size)
{
	char runs[96];

	text[0] = '\0';
	if (boot_runs(transaction) != BOOT_RUNS_FILE)
		snprintf(text, size, "; the config file cannot be used: %s",
			 what_runs(transaction, runs, sizeof(runs)));
	else if (transaction->boot.first)
		snprintf(text, size, "; the config file could not be loaded: %s",
			 transaction->boot.first);
	else if (transaction->boot.why_passed)
		snprintf(text, size, "; the config file is not what runs: %s",
			 transaction->boot.why_passed);
	return text;
}

cJSON *boot_fault_json(const struct transaction *transaction)
{
	cleanup_free char *text = sentence(transaction);
	cJSON *json;

	if (!text)
		return NULL;
	json = cJSON_CreateObject();
	cJSON_AddStringToObject(json, "config", transaction->options.config_path);
	cJSON_AddStringToObject(json, "runs", runs_names[transaction->boot.runs]);
	cJSON_AddNumberToObject(json, "revision", (double)history_revision(transaction->history));
	cJSON_AddStringToObject(json, "error",
				transaction->boot.first ? transaction->boot.first : "");
	cJSON_AddStringToObject(json, "message", text);
	return json;
}

__attribute__((format(printf, 2, 3))) static void add(cJSON *list, const char *format, ...)
{
	cleanup_free char *text = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	if (text)
		cJSON_AddItemToArray(list, cJSON_CreateString(text));
}

/*
 * The file was changed and then applied, as by "fwctl apply" of the config file itself: nothing is
 * to be loaded. Compared by bytes, and only if the lengths are the same.
 */
static bool file_is_what_runs(const struct transaction *transaction)
{
	const struct revision *revision;
	cleanup_free char *text = NULL;
	struct stat info;
	const char *why;
	bool same = false;
	FILE *file;

	if (history_load(transaction->history, history_revision(transaction->history), &revision,
			 &why) < 0 ||
	    stat(transaction->options.config_path, &info) < 0 || !S_ISREG(info.st_mode) ||
	    (uint64_t)info.st_size != revision->length)
		return false;
	text = malloc(revision->length);
	file = text ? fopen(transaction->options.config_path, "re") : NULL;
	if (!file)
		return false;
	same = fread(text, 1, revision->length, file) == revision->length &&
	       memcmp(text, revision->text, revision->length) == 0;
	fclose(file);
	return same;
}

void boot_add_problems(struct transaction *transaction, cJSON *list)
{
	const struct boot *boot = &transaction->boot;
	cleanup_free char *text = sentence(transaction);
	const char *path = transaction->options.config_path;

	if (text)
		add(list, "%s", text);
	else if (boot->first)
		add(list, "the config file %s could not be loaded at %s (%s)", path, boot->time,
		    boot->first);
	else if (boot->why_passed)
		add(list, "the config file %s is not what runs: %s", path, boot->why_passed);
	else if (saved_file_has_changed(transaction->saved) && !file_is_what_runs(transaction))
		add(list,
		    "the config file %s, or what it includes, has changed since it was read, and "
		    "is not loaded: fwctl diff saved shows what a reload would change",
		    path);
}

cJSON *boot_errors_json(const struct transaction *transaction)
{
	const cJSON *errors = transaction->boot.errors;

	return errors ? cJSON_Duplicate(errors, true) : NULL;
}
