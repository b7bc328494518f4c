// SPDX-License-Identifier: MIT
/* Reads a config from a document: defaults, the command line's part, then every section. */
#include "common/policy/config/config_fields.h"
#include "common/policy/document/document.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"

#define DEFAULT_EVENT_RATE 1000 /* a second */

static void free_config(struct config **config)
{
	config_free(*config);
}

static struct config *config_new(const struct document *document)
{
	struct config *config = calloc(1, sizeof(*config));

	if (!config)
		return NULL;
	config->sources = sources_share(document->sources);
	config->defaults.action = FW_ACTION_PASS;
	config->defaults.malformed = FW_ACTION_DROP;
	config->defaults.non_ip = FW_ACTION_PASS;
	config->defaults.on_stop = STOP_KEEP;
	config->events.rate = (struct rate){
		.amount = DEFAULT_EVENT_RATE, .period_ns = 1000000000, .unit = RATE_PACKETS};
	config->events.every = 1;
	return config;
}

struct config *config_free(struct config *config)
{
	if (!config)
		return NULL;
	for (size_t i = 0; i < config->set_count; i++) {
		if (config->sets[i].content)
			prefix_content_drop(config->sets[i].content);
		else
			prefix_list_clear(&config->sets[i].prefixes);
		config_set_clear(&config->sets[i]);
	}
	for (size_t i = 0; i < config->rule_count; i++)
		config_rule_clear(&config->rules[i]);
	for (size_t i = 0; i < config->management_count; i++)
		config_rule_clear(&config->management[i]);
	prefix_list_clear(&config->permitted);
	free(config->interfaces);
	free(config->sets);
	free(config->limits);
	free(config->rules);
	free(config->management);
	sources_drop(config->sources);
	free(config);
	return NULL;
}

/* Interfaces of -i that the file does not have; added before any reference to them is read. */
static bool add_interfaces(struct reader *reader, const struct config_overrides *overrides)
{
	const cJSON *listed =
		cJSON_GetObjectItemCaseSensitive(reader->document->root, "interfaces");
	struct config *config = reader->config;

	for (size_t i = 0; i < overrides->interface_count; i++) {
		const char *name = overrides->interfaces[i];
		struct config_interface *interface;

		if (cJSON_GetObjectItemCaseSensitive(listed, name) ||
		    config_find_interface(config, name) >= 0)
			continue;
		if (!good_interface_name(name)) {
			reader_error(reader, ERROR_NAME, NULL,
				     "\"%.70s\" of -i cannot be the name of an interface", name);
			return false;
		}
		if (config->interface_count == FW_MAX_INTERFACES - 1) {
			reader_error(reader, ERROR_TOO_MANY, NULL,
				     "more than %d interfaces with those of -i",
				     FW_MAX_INTERFACES - 1);
			return false;
		}
		interface = array_grow(&config->interfaces, config->interface_count,
				       sizeof(*interface));
		if (!interface)
			return reader_no_memory(reader);
		config->interface_count++;
		strcpy(interface->name, name);
	}
	return true;
}

/* Flags override the file. */
static void override(struct config *config, const struct config_overrides *overrides)
{
	for (size_t i = 0; i < overrides->interface_count; i++) {
		int at = config_find_interface(config, overrides->interfaces[i]);

		if (at >= 0)
			config->interfaces[at].detached = false;
	}
	if (overrides->drop_packets)
		config->enforce = true;
	for (size_t i = 0; i < config->interface_count && overrides->has_mode; i++)
		config->interfaces[i].mode = overrides->mode;
}

static int parse(struct reader *reader, const struct config_overrides *overrides)
{
	static const struct config_overrides none = {0};
	struct errors_lines before = sources_show(reader->sources, reader->errs);
	bool good;

	if (!overrides)
		overrides = &none;
	reader->last = overrides->last;
	reader->keep_files = overrides->keep_files;
	reader->read_again = overrides->read_again;
	reader->read_again_count = overrides->read_again_count;
	reader->copies_first = overrides->copies_first;
	reader->state_dir = overrides->state_dir;
	reader->use_copies = overrides->use_copies;
	reader->progress = overrides->progress;
	good = add_interfaces(reader, overrides);
	good &= read_section(reader, &section_root, reader->document->root, reader->config);
	override(reader->config, overrides);
	sources_show_again(reader->errs, before);
	return reader->no_memory ? -ENOMEM : good ? 0 : -EBADMSG;
}

int config_parse(const struct document *document, const struct config_overrides *overrides,
		 struct config **ret, struct errors *errs)
{
	cleanup(free_config) struct config *config = config_new(document);
	struct reader reader = {
		.document = document, .sources = document->sources, .config = config, .errs = errs};
	int err;

	if (!config)
		return -ENOMEM;
	err = parse(&reader, overrides);
	if (err == 0) {
		*ret = steal(&config);
	} else if (err == -EBADMSG) {
		/* Valid values may still contradict others: reported in the same run. */
		config->partial = true;
		config_validate(config, errs);
	}
	return err;
}

void config_report_more(const struct document *document, struct errors *errs)
{
	cleanup(free_config) struct config *config = config_new(document);
	struct reader reader = {.document = document,
				.sources = document->sources,
				.config = config,
				.errs = errs,
				.guess = true};

	if (config)
		parse(&reader, NULL);
}

char *config_line_of(void *config, const char *file, unsigned line)
{
	struct sources *sources = ((const struct config *)config)->sources;

	return sources ? sources_line_of(sources, file, line) : NULL;
}

#define FIND(list, count, member, wanted)                \
	for (size_t i = 0; i < (count); i++) {           \
		if (!strcmp((list)[i].member, (wanted))) \
			return (int)i;                   \
	}                                                \
	return -ENOENT

int config_find_set(const struct config *config, const char *name)
{
	FIND(config->sets, config->set_count, name, name);
}

int config_find_limit(const struct config *config, const char *name)
{
	FIND(config->limits, config->limit_count, name, name);
}

int config_find_rule(const struct config *config, const char *id)
{
	FIND(config->rules, config->rule_count, id, id);
}

int config_find_interface(const struct config *config, const char *name)
{
	FIND(config->interfaces, config->interface_count, name, name);
}

size_t config_count_detached(const struct config *config)
{
	size_t count = 0;

	for (size_t i = 0; i < config->interface_count; i++)
		count += config->interfaces[i].detached;
	return count;
}

/* ---- the tables, for others ---- */

#define MAX_WORDS 64

static void visit_section(const struct section *section,
			  void (*visit)(const struct config_field *field, void *userdata),
			  void *userdata)
{
	for (size_t i = 0; i < section->count; i++) {
		struct field field = section_field(section, i);
		const char *words[MAX_WORDS] = {NULL};
		struct config_field shown = {.section = section->name,
					     .name = field.name,
					     .words = field.words ? words : NULL,
					     .required = field.required,
					     .ranged = field.high > field.low,
					     .low = field.low,
					     .high = field.high};

		for (size_t n = 0; field.words && field.words[n].name && n + 1 < MAX_WORDS; n++)
			words[n] = field.words[n].name;
		visit(&shown, userdata);
	}
}

void config_each_field(void (*visit)(const struct config_field *field, void *userdata),
		       void *userdata)
{
	static const struct section *const sections[] = {
		&section_root,	     &section_defaults, &section_events, &section_interface,
		&section_management, &section_allow,	&section_set,	 &section_set_file,
		&section_limit,	     &section_rule,	&section_match,	 &section_log,
		&section_cookies,    &section_block,
	};

	for (size_t i = 0; i < array_size(sections); i++)
		visit_section(sections[i], visit, userdata);
}
