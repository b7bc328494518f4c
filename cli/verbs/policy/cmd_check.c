// SPDX-License-Identifier: MIT
/* Validate config files as fwd would, without fwd and without the kernel. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/core/progress_line.h"
#include "cli/policy/policy_file.h"
#include "cli/verbs/commands.h"
#include "common/abi/fw_limits.h"
#include "common/base/errors/errors_json.h"
#include "common/base/memory.h"
#include "common/policy/compile/policy.h"

static void free_document(struct document **document)
{
	document_free(*document);
}

static void free_config(struct config **config)
{
	config_free(*config);
}

static void free_policy(struct policy **policy)
{
	policy_free(*policy);
}

/* {"file", "enforce", "rules": N, ...}: the contents of a valid config. */
static cJSON *describe(const char *path, const struct config *config, const struct errors *errs)
{
	size_t canaries = 0, disabled = 0, prefixes = 0;
	cJSON *json = cJSON_CreateObject();

	for (size_t i = 0; i < config->rule_count; i++) {
		canaries += config->rules[i].canary;
		disabled += config->rules[i].disabled;
	}
	for (size_t i = 0; i < config->set_count; i++)
		prefixes += config->sets[i].prefixes.count;
	cJSON_AddStringToObject(json, "file", policy_file_name(path));
	cJSON_AddBoolToObject(json, "enforce", config->enforce);
	cJSON_AddNumberToObject(json, "interfaces", (double)config->interface_count);
	cJSON_AddNumberToObject(json, "detached", (double)config_count_detached(config));
	cJSON_AddNumberToObject(json, "rules", (double)config->rule_count);
	cJSON_AddNumberToObject(json, "canaries", (double)canaries);
	cJSON_AddNumberToObject(json, "disabled", (double)disabled);
	cJSON_AddNumberToObject(json, "management", (double)config->management_count);
	cJSON_AddNumberToObject(json, "sets", (double)config->set_count);
	cJSON_AddNumberToObject(json, "prefixes", (double)prefixes);
	cJSON_AddNumberToObject(json, "limits", (double)config->limit_count);
	cJSON_AddNumberToObject(json, "permitted", (double)config->permitted.count);
	errors_json(errs, cJSON_AddArrayToObject(json, "warnings"));
	return json;
}

/* All steps that only read; *ret: a description if they succeed. */
static int check(const char *path, const char *folder, struct progress *progress, cJSON **ret,
		 struct errors *errs)
{
	const struct config_overrides overrides = {.progress = progress};
	cleanup(free_document) struct document *document = NULL;
	cleanup(free_config) struct config *config = NULL;
	cleanup(free_policy) struct policy *policy = NULL;
	int r;

	progress_begin(progress, PROGRESS_CONFIG, NULL);
	r = policy_file_document(path, folder, &document, errs);
	if (r == 0)
		r = config_parse(document, &overrides, &config, errs);
	if (r == 0)
		r = config_validate(config, errs);
	if (r == 0)
		config_check_cookie_reach(config, NULL, errs);
	if (r == 0 && !errors_failed(errs)) {
		errs->line_of = config_line_of;
		errs->userdata = config;
		progress_begin(progress, PROGRESS_COMPILE, NULL);
		r = policy_compile(config, NULL, &policy, errs);
	}
	if (r < 0)
		return r;
	if (errors_failed(errs))
		return -EBADMSG;
	*ret = describe(path, config, errs);
	return 0;
}

/* A message may quote the contents of a file. */
static void print_errors(struct cli *cli, struct errors *errs)
{
	if (cli->settings.json)
		return;
	for (size_t i = 0; i < errs->count; i++)
		text_clean(errs->list[i].message);
	errors_print(errs, cli->err, cli->colour_err);
}

/* The errors of all files: their number, and the list for -j. */
struct tally {
	size_t files, bad, errors;
	cJSON *problems;
};

static int report_result(struct cli *cli, const struct tally *tally)
{
	char errors[HUMAN_TEXT], files[HUMAN_TEXT];

	cli_fail(cli, WIRE_ERROR_INVALID, "%s in %s",
		 human_many((double)tally->errors, "error", errors),
		 human_many((double)tally->bad, "file", files));
	/* In text output they were already printed, with excerpts. */
	if (cli->settings.json)
		cli->details = cJSON_Duplicate(tally->problems, true);
	return -1;
}

static void check_file(struct cli *cli, const char *path, const char *folder, cJSON *files,
		       struct tally *tally)
{
	struct errors errs = {0};
	struct progress_line line;
	struct progress progress = {.report = progress_line_report, .userdata = &line};
	cJSON *description = NULL;
	int r;

	progress_line_begin(&line, cli);
	r = check(path, folder, &progress, &description, &errs);
	progress_line_end(&line);

	if (r < 0 && !errors_failed(&errs))
		errors_add(&errs, SEVERITY_ERROR, ERROR_SYSTEM, &(struct place){.file = path}, "%s",
			   strerror(-r));
	print_errors(cli, &errs);
	errors_json(&errs, tally->problems);
	tally->errors += errs.failed;
	tally->bad += r < 0;
	if (description)
		cJSON_AddItemToArray(files, description);
	errors_clear(&errs);
}

static int check_files_in(struct cli *cli, const struct call *call, const char *folder,
			  const char *const *paths, size_t count)
{
	cJSON *result = cJSON_CreateObject(), *files = cJSON_AddArrayToObject(result, "files");
	struct tally tally = {.problems = cJSON_CreateArray()};
	int r = 0;

	for (size_t i = 0; i < count; i++)
		check_file(cli, paths[i], folder, files, &tally);
	if (tally.bad == 0 || !cli->settings.json)
		cli->output->result(cli, call, result);
	if (tally.bad > 0)
		r = report_result(cli, &tally);
	cJSON_Delete(result);
	cJSON_Delete(tally.problems);
	return r;
}

/* --folder as an absolute path; NULL without it. */
static int find_folder(struct cli *cli, const struct call *call, char **ret)
{
	const char *path = call_value(call, "folder");
	cleanup_free char *folder = path ? realpath(path, NULL) : NULL;
	struct stat status;

	if (path && (!folder || stat(folder, &status) < 0))
		return cli_fail(cli, WIRE_ERROR_BAD_REQUEST, "--folder %s: %s", path,
				strerror(errno));
	if (path && !S_ISDIR(status.st_mode))
		return cli_fail(cli, WIRE_ERROR_BAD_REQUEST, "--folder %s: %s", path,
				strerror(ENOTDIR));
	*ret = steal(&folder);
	return 0;
}

/* Check all given files, without fwd. */
static int check_files(struct cli *cli, const struct call *call, const char *const *paths,
		       size_t count)
{
	cleanup_free char *folder = NULL;

	if (find_folder(cli, call, &folder) < 0)
		return -1;
	return check_files_in(cli, call, folder, paths, count);
}
int run_check(struct cli *cli, const struct call *call)
{
	const char *const *paths;
	size_t count = call_many(call, &paths);

	if (call_value(call, "lockout") && count > 1)
		return cli_fail(cli, WIRE_ERROR_BAD_REQUEST, "--lockout takes one FILE, or none");
	if (call_value(call, "lockout") && call_value(call, "folder"))
		return cli_fail(cli, WIRE_ERROR_BAD_REQUEST, "--folder does not go with --lockout");
	if (call_value(call, "lockout"))
		return check_lockout(cli, call, count ? paths[0] : NULL);
	if (count == 0)
		return cli_fail(cli, WIRE_ERROR_BAD_REQUEST,
				"FILE is missing; see fwctl check --help");
	return check_files(cli, call, paths, count);
}

/* "fwd.json: good: 2 interfaces, 5 rules (1 only monitors), 3 sets with 120 elements, 1 limit" */
static void put_file(struct cli *cli, const cJSON *file)
{
	double canaries = field_number(file, "canaries"), disabled = field_number(file, "disabled");
	char text[HUMAN_TEXT];

	text_put_line(cli->out, field_text(file, "file"));
	fputs(": ", cli->out);
	text_put_colour(cli->out, cli->colour, GREEN, "good");
	fprintf(cli->out, ": %s", human_many(field_number(file, "interfaces"), "interface", text));
	if (field_number(file, "detached") > 0)
		fprintf(cli->out, " (%.0f detached)", field_number(file, "detached"));
	fprintf(cli->out, ", %s", human_many(field_number(file, "rules"), "rule", text));
	if (canaries > 0)
		fprintf(cli->out, " (%.0f only monitor%s%s", canaries, canaries == 1 ? "s" : "",
			disabled > 0 ? ", " : ")");
	if (disabled > 0)
		fprintf(cli->out, "%s%.0f disabled)", canaries > 0 ? "" : " (", disabled);
	fprintf(cli->out, ", %s", human_many(field_number(file, "sets"), "set", text));
	if (field_number(file, "prefixes") > 0)
		fprintf(cli->out, " with %s",
			human_many(field_number(file, "prefixes"), "element", text));
	fprintf(cli->out, ", %s", human_many(field_number(file, "limits"), "limit", text));
	fprintf(cli->out, "; mode %s\n", field_true(file, "enforce") ? "enforce" : "monitor");
}

void print_check(struct cli *cli, const struct call *call, const cJSON *result)
{
	const cJSON *file;

	if (call_value(call, "lockout"))
		print_lockout(cli, result);
	cJSON_ArrayForEach (file, field(result, "files"))
		put_file(cli, file);
}
