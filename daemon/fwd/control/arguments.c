// SPDX-License-Identifier: MIT
#include "daemon/fwd/control/arguments.h"

#include <string.h>

#include "common/base/memory.h"

static const char *const type_names[] = {
	[ARG_STRING] = "a string",
	[ARG_TEXTS] = "a list of strings",
	[ARG_COUNT] = "a whole number",
	[ARG_BOOL] = "true or false",
};

static bool has_type(const cJSON *value, enum ctl_type type)
{
	const cJSON *item;

	switch (type) {
	case ARG_STRING:
		return cJSON_IsString(value);
	case ARG_BOOL:
		return cJSON_IsBool(value);
	case ARG_COUNT:
		return cJSON_IsNumber(value) && value->valuedouble >= 0 &&
		       value->valuedouble <= 9007199254740992.0 &&
		       value->valuedouble == (double)(uint64_t)value->valuedouble;
	case ARG_TEXTS:
		if (!cJSON_IsArray(value))
			return false;
		cJSON_ArrayForEach (item, value) {
			if (!cJSON_IsString(item))
				return false;
		}
		return true;
	}
	return false;
}

/* Arguments that many verbs take; see enum ctl_privilege. */
static const struct ctl_arg of_writers[] = {{"if_revision", ARG_COUNT, false}};
static const struct ctl_arg of_guarded[] = {{"force", ARG_BOOL, false}};
static const struct ctl_arg of_changes[] = {
	{"confirm", ARG_STRING, false},
	{"dry_run", ARG_BOOL, false},
	{"force", ARG_BOOL, false},
};

static const struct ctl_arg *find_in(const struct ctl_arg *args, size_t count, const char *name)
{
	for (size_t i = 0; i < count && args[i].name; i++) {
		if (strcmp(args[i].name, name) == 0)
			return &args[i];
	}
	return NULL;
}

bool ctl_has_arg(const struct ctl_verb *verb, const char *name)
{
	return find_in(verb->args, CTL_MAX_ARGS, name);
}

static const struct ctl_arg *find_arg(const struct ctl_verb *verb, const char *name)
{
	const struct ctl_arg *arg = find_in(verb->args, CTL_MAX_ARGS, name);

	if (!arg && verb->privilege != CTL_READ)
		arg = find_in(of_writers, array_size(of_writers), name);
	if (!arg && verb->privilege == CTL_GUARDED)
		arg = find_in(of_guarded, array_size(of_guarded), name);
	if (!arg && (verb->privilege == CTL_SET || verb->privilege == CTL_CHANGE))
		arg = find_in(of_changes, array_size(of_changes), name);
	return arg;
}

int ctl_check_args(struct ctl_request *request, const struct ctl_verb *verb)
{
	const cJSON *value;

	cJSON_ArrayForEach (value, request->args) {
		const struct ctl_arg *arg = find_arg(verb, value->string);

		if (!arg)
			return ctl_fail(request, WIRE_ERROR_BAD_REQUEST,
					"%s takes no argument \"%.64s\"", verb->op, value->string);
		if (!has_type(value, arg->type))
			return ctl_fail(request, WIRE_ERROR_BAD_REQUEST,
					"argument \"%s\" of %s must be %s", arg->name, verb->op,
					type_names[arg->type]);
	}
	for (size_t i = 0; i < CTL_MAX_ARGS && verb->args[i].name; i++) {
		if (verb->args[i].required &&
		    !cJSON_GetObjectItemCaseSensitive(request->args, verb->args[i].name))
			return ctl_fail(request, WIRE_ERROR_BAD_REQUEST,
					"%s needs the argument \"%s\"", verb->op,
					verb->args[i].name);
	}
	return 0;
}
