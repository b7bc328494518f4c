// SPDX-License-Identifier: MIT
#include "daemon/fwd/control/arguments.h"

#include <string.h>

#include "common/base/memory.h"

static const char *const type_names[] = {
	[OP_STRING] = "a string",
	[OP_STRINGS] = "a list of strings",
	[OP_COUNT] = "a whole number",
	[OP_BOOL] = "true or false",
};

static bool has_type(const cJSON *value, enum op_type type)
{
	const cJSON *item;

	switch (type) {
	case OP_STRING:
		return cJSON_IsString(value);
	case OP_BOOL:
		return cJSON_IsBool(value);
	case OP_COUNT:
		return cJSON_IsNumber(value) && value->valuedouble >= 0 &&
		       value->valuedouble <= 9007199254740992.0 &&
		       value->valuedouble == (double)(uint64_t)value->valuedouble;
	case OP_STRINGS:
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

int ctl_check_args(struct ctl_request *request, const struct ctl_verb *verb)
{
	const struct op_argument *own = verb->row->arguments;
	const cJSON *value;

	cJSON_ArrayForEach (value, request->args) {
		const struct op_argument *arg = op_argument(verb->row, value->string);

		if (!arg)
			return ctl_fail(request, WIRE_ERROR_BAD_REQUEST,
					"%s takes no argument \"%.64s\"", verb->op, value->string);
		if (!has_type(value, op_type(arg)))
			return ctl_fail(request, WIRE_ERROR_BAD_REQUEST,
					"argument \"%s\" of %s must be %s", arg->key, verb->op,
					type_names[op_type(arg)]);
	}
	for (size_t i = 0; i < OP_MAX_ARGUMENTS && own[i].key; i++) {
		if (own[i].flags & OP_REQUIRED &&
		    !cJSON_GetObjectItemCaseSensitive(request->args, own[i].key))
			return ctl_fail(request, WIRE_ERROR_BAD_REQUEST,
					"%s needs the argument \"%s\"", verb->op, own[i].key);
	}
	return 0;
}
