// SPDX-License-Identifier: MIT
/* The top of the config and its small sections, as tables. */
#include "common/policy/config/config_fields.h"

#include <net/if.h>
#include <stddef.h>
#include <string.h>

#include "common/base/memory.h"

const struct word words_pass_drop[] = {
	{"pass", FW_ACTION_PASS, "accept"}, {"drop", FW_ACTION_DROP, "deny"}, {0}};

static const struct word words_on_stop[] = {
	{"keep", STOP_KEEP, "leave"}, {"detach", STOP_DETACH, "remove"}, {0}};
static const struct word words_boot_fail[] = {
	{"closed", BOOT_FAIL_CLOSED, "drop"}, {"open", BOOT_FAIL_OPEN, "pass"}, {0}};
static const struct word words_mode[] = {
	{"native", ATTACH_NATIVE, "driver"}, {"generic", ATTACH_GENERIC, "skb"}, {0}};
static const struct word words_on_unsupported[] = {
	{"fail", UNSUPPORTED_FAIL, "error"}, {"generic", UNSUPPORTED_GENERIC, "skb"}, {0}};

#define IN(type, member) offsetof(struct type, member)

static const struct field fields_root[] = {
	{"$schema", FIELD_READ, .read = read_schema},
	{"include", .type = FIELD_NOTE}, /* done when the document was read */
	{"enforce", FIELD_BOOL, .offset = IN(config, enforce)},
	{"interfaces", FIELD_READ, .read = read_interfaces},
	{"defaults", FIELD_OBJECT, .offset = IN(config, defaults), .section = &section_defaults},
	{"events", FIELD_OBJECT, .offset = IN(config, events), .section = &section_events},
	{"permitted_cidrs", FIELD_READ, .read = read_permitted},
	{"sets", FIELD_READ, .read = read_sets},
	{"limits", FIELD_READ, .read = read_limits},
	{"management", FIELD_OBJECT, .section = &section_management},
	{"rules", FIELD_READ, .read = read_rules},
};
const struct section section_root = {"config", fields_root, array_size(fields_root), NULL, 0};

#define IN_DEFAULTS(member) (IN(config, defaults.member) - IN(config, defaults))
static const struct field fields_defaults[] = {
	{"action", FIELD_WORD, .offset = IN_DEFAULTS(action), .words = words_pass_drop},
	{"malformed", FIELD_WORD, .offset = IN_DEFAULTS(malformed), .words = words_pass_drop},
	{"non_ip", FIELD_WORD, .offset = IN_DEFAULTS(non_ip), .words = words_pass_drop},
	{"on_stop", FIELD_WORD, .offset = IN_DEFAULTS(on_stop), .words = words_on_stop},
	{"boot_fail", FIELD_WORD, .offset = IN_DEFAULTS(boot_fail), .words = words_boot_fail},
};
const struct section section_defaults = {"defaults", fields_defaults, array_size(fields_defaults),
					 NULL, 0};

#define IN_EVENTS(member) (IN(config, events.member) - IN(config, events))
static const struct field fields_events[] = {
	{"rate", FIELD_READ, .offset = IN_EVENTS(rate), .read = read_event_rate},
	{"sample", FIELD_READ, .offset = IN_EVENTS(every), .read = read_sample},
};
const struct section section_events = {"events", fields_events, array_size(fields_events), NULL, 0};

static bool read_zone_name(struct reader *reader, const cJSON *node, void *target)
{
	return read_text(reader, node, "the name of a zone") &&
	       read_name(reader, node, false, target);
}

static const struct field fields_interface[] = {
	{"zone", FIELD_READ, .offset = IN(config_interface, zone), .read = read_zone_name},
	{"mode", FIELD_WORD, .offset = IN(config_interface, mode), .words = words_mode},
	{"on_unsupported", FIELD_WORD, .offset = IN(config_interface, on_unsupported),
	 .words = words_on_unsupported},
	{"attach", FIELD_NOT, .offset = IN(config_interface, detached)},
};
const struct section section_interface = {"interface", fields_interface,
					  array_size(fields_interface), NULL, 0};

static const struct field fields_management[] = {
	{"allow", FIELD_READ, .required = true, .read = read_allow},
};
const struct section section_management = {"management", fields_management,
					   array_size(fields_management), NULL, 0};

bool read_schema(struct reader *reader, const cJSON *node, void *target)
{
	(void)target;
	return read_text(reader, node, "a string");
}

static bool read_permitted_prefix(struct reader *reader, const cJSON *node, void *target)
{
	const char *text = read_text(reader, node, "a prefix such as \"192.0.2.0/24\"");
	struct prefix prefix;

	if (!text || !read_prefix_text(reader, node, text, &prefix))
		return false;
	return prefix_list_add(target, &prefix) == 0 || reader_no_memory(reader);
}

bool read_permitted(struct reader *reader, const cJSON *node, void *target)
{
	const cJSON *item;
	bool good = true;

	(void)target;
	if (!cJSON_IsArray(node)) {
		reader_type_error(reader, node, "a list of prefixes");
		return false;
	}
	/* An empty list is valid: no source is permitted. */
	reader->config->has_permitted = true;
	cJSON_ArrayForEach (item, node)
		good &= read_permitted_prefix(reader, item, &reader->config->permitted);
	return good;
}

/* The same as dev_valid_name in the kernel's net/core/dev.c. */
bool good_interface_name(const char *name)
{
	return *name && strlen(name) < IFNAMSIZ && strcmp(name, ".") && strcmp(name, "..") &&
	       !strpbrk(name, "/: \t\n\v\f\r");
}

static bool read_interface(struct reader *reader, const cJSON *node)
{
	struct config *config = reader->config;
	struct config_interface *interface;

	if (!good_interface_name(node->string)) {
		reader_key_error(reader, ERROR_NAME, node,
				 "\"%.70s\" cannot be the name of an interface", node->string);
		return false;
	}
	if (config->interface_count == FW_MAX_INTERFACES - 1) {
		reader_key_error(reader, ERROR_TOO_MANY, node, "more than %d interfaces",
				 FW_MAX_INTERFACES - 1);
		return false;
	}
	if (config_find_interface(config, node->string) >= 0) {
		reader_key_error(reader, ERROR_DUPLICATE_ID, node,
				 "interface \"%s\" is given twice", node->string);
		return false;
	}
	interface = array_grow(&config->interfaces, config->interface_count, sizeof(*interface));
	if (!interface)
		return reader_no_memory(reader);
	config->interface_count++;
	strcpy(interface->name, node->string);
	interface->place = sources_key_place(reader->sources, node);
	return read_section(reader, &section_interface, node, interface);
}

bool read_interfaces(struct reader *reader, const cJSON *node, void *target)
{
	const cJSON *item;
	bool good = true;

	(void)target;
	if (!cJSON_IsObject(node)) {
		reader_type_error(reader, node, "an object of interfaces by name");
		return false;
	}
	cJSON_ArrayForEach (item, node)
		good &= is_comment(item) ? read_comment(reader, item)
					 : read_interface(reader, item);
	return good;
}
