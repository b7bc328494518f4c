// SPDX-License-Identifier: MIT
/* What boot.json holds: a closed or an open policy, made of a config. */
#include <string.h>

#include "common/base/memory.h"
#include "daemon/fwd/transaction/boot/known.h"

bool known_is_closed(const struct config *config)
{
	if (config->defaults.boot_fail == BOOT_FAIL_AS_BEFORE)
		return config->enforce;
	return config->defaults.boot_fail == BOOT_FAIL_CLOSED;
}

/* Does a value have the name of a set ("@name", "!@name") somewhere in it? */
static bool names_set(const cJSON *value, const char *name)
{
	const char *text = cJSON_GetStringValue(value);
	const cJSON *item;

	if (text)
		return text[text[0] == '!'] == '@' &&
		       strcmp(text + (text[0] == '!') + 1, name) == 0;
	cJSON_ArrayForEach (item, value) {
		if (names_set(item, name))
			return true;
	}
	return false;
}

/* Copy a section of the document, if it has it. */
static cJSON *copy_section(cJSON *policy, const cJSON *root, const char *name)
{
	const cJSON *section = cJSON_GetObjectItemCaseSensitive(root, name);
	cJSON *copy = section ? cJSON_Duplicate(section, true) : NULL;

	if (copy)
		cJSON_AddItemToObject(policy, name, copy);
	return copy;
}

/* The sets that management.allow names; files by absolute paths. */
static void copy_sets(cJSON *policy, const struct config *config, const cJSON *root)
{
	const cJSON *management = cJSON_GetObjectItemCaseSensitive(policy, "management");
	const cJSON *set, *sets = cJSON_GetObjectItemCaseSensitive(root, "sets");
	cJSON *copies = cJSON_CreateObject();

	cJSON_ArrayForEach (set, sets) {
		int index = config_find_set(config, set->string);
		cJSON *copy;

		if (index < 0 || !names_set(management, set->string))
			continue;
		copy = cJSON_Duplicate(set, true);
		if (config->sets[index].file)
			cJSON_ReplaceItemInObjectCaseSensitive(
				copy, "file", cJSON_CreateString(config->sets[index].file));
		cJSON_AddItemToObject(copies, set->string, copy);
	}
	cJSON_AddItemToObject(policy, "sets", copies);
}

static void set_text(cJSON *object, const char *name, const char *text)
{
	cJSON_DeleteItemFromObjectCaseSensitive(object, name);
	cJSON_AddStringToObject(object, name, text);
}

/* What a machine needs to keep its address, and connections over a narrow path. */
static const char *const link_rules[] = {
	"{\"id\": \"boot/dhcp4\", \"match\": {\"proto\": \"udp\", \"sport\": 67, \"dport\": 68},"
	" \"action\": \"pass\"}",
	"{\"id\": \"boot/dhcp6\", \"match\": {\"proto\": \"udp\", \"sport\": 547, \"dport\": 546},"
	" \"action\": \"pass\"}",
	"{\"id\": \"boot/mtu4\", \"match\": {\"proto\": \"icmp\", \"icmp_type\": 3, \"icmp_code\": "
	"4},"
	" \"action\": \"pass\"}",
	"{\"id\": \"boot/mtu6\", \"match\": {\"proto\": \"icmpv6\", \"icmp_type\": 2},"
	" \"action\": \"pass\"}",
};

static void close_policy(cJSON *policy, const struct config *config, const cJSON *root,
			 cJSON *defaults)
{
	cJSON *rules = cJSON_CreateArray();

	cJSON_AddBoolToObject(policy, "enforce", config->enforce);
	set_text(defaults, "action", "drop");
	copy_section(policy, root, "management");
	copy_sets(policy, config, root);
	for (size_t i = 0; i < array_size(link_rules); i++)
		cJSON_AddItemToArray(rules, cJSON_Parse(link_rules[i]));
	cJSON_AddItemToObject(policy, "rules", rules);
}

cJSON *known_policy(const struct config *config, const struct document *document)
{
	const cJSON *root = document_root((struct document *)document);
	cJSON *policy = cJSON_CreateObject(), *defaults;

	if (!policy)
		return NULL;
	copy_section(policy, root, "interfaces");
	copy_section(policy, root, "events");
	defaults = copy_section(policy, root, "defaults");
	if (!defaults)
		defaults = cJSON_AddObjectToObject(policy, "defaults");
	if (known_is_closed(config)) {
		close_policy(policy, config, root, defaults);
		return policy;
	}
	set_text(defaults, "action", "pass");
	set_text(defaults, "malformed", "pass");
	set_text(defaults, "non_ip", "pass");
	return policy;
}
