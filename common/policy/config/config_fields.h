/* SPDX-License-Identifier: MIT */
/*
 * Fields described as data: the fields of each section of the config, with type,
 * range and target. One loop (fields.c) reads them all; the JSON Schema and the
 * documentation are checked against the same tables.
 */
#ifndef FWD_CONFIG_FIELDS_H
#define FWD_CONFIG_FIELDS_H

#include "common/base/words.h"
#include "common/policy/config/config.h"
#include "common/policy/document/config_sources.h"

struct id_index;

/* The state of a parse. */
struct reader {
	const struct document *document;
	struct sources *sources;
	struct config *config;
	const struct config *last;     /* the running config, for on_error keep-last; or NULL */
	bool keep_files;	       /* sets from files have their entries from there */
	const char *const *read_again; /* except these */
	size_t read_again_count;
	const char *state_dir; /* the folder with copies of their content, or NULL */
	bool use_copies;       /* as in config_overrides */
	bool copies_first;     /* as there */
	size_t file_lines;     /* of all set files so far */
	size_t file_bytes;
	size_t file_entries;	   /* of all sets that were read from files so far */
	struct progress *progress; /* or NULL */
	unsigned notations;	   /* addresses with a warning */
	struct errors *errs;
	struct id_index *ids; /* of the list of rules that is read */
	const char *
		subject; /* the owner of the fields being read, for errors without place; or NULL */
	bool guess;	 /* the document has errors: missing targets of references may be in them */
	bool no_memory;
};

enum field_type {
	FIELD_BOOL,
	FIELD_NOT,    /* a bool that is stored negated */
	FIELD_WORD,   /* one of words, stored as an enum */
	FIELD_NUMBER, /* low to high, stored as int64_t */
	FIELD_RANGES, /* numbers, ranges and words, or a list of them: struct range_list */
	FIELD_OBJECT, /* a separate section */
	FIELD_READ,   /* by a function */
	FIELD_NOTE,   /* not read */
};

struct section;

struct field {
	const char *name;
	enum field_type type;
	bool required;
	size_t offset; /* of the value in the target of its section */
	int64_t low, high;
	const struct word *words;
	const struct section *section;
	/* Reads node to target + offset. False: an error was added, or there was no memory. */
	bool (*read)(struct reader *reader, const cJSON *node, void *target);
};

struct section {
	const char *name;
	const struct field *fields; /* NULL: made of match_fields */
	size_t count;
	const struct section *also; /* a section whose fields are in the same object; or NULL */
	size_t also_offset;
};

/* The n-th field of a section; of section_match. */
struct field section_field(const struct section *section, size_t number);
struct field section_match_field(size_t number);

extern const struct section section_root, section_defaults, section_events, section_interface,
	section_management, section_allow, section_set, section_limit, section_rule, section_match,
	section_log, section_cookies, section_block;

/* The loop: read an object. False: it has errors (which were added). */
bool read_section(struct reader *reader, const struct section *section, const cJSON *node,
		  void *target);

/* ---- errors ---- */

void reader_error(struct reader *reader, enum error_code code, const cJSON *node,
		  const char *format, ...) __attribute__((format(printf, 4, 5)));
void reader_warning(struct reader *reader, enum error_code code, const cJSON *node,
		    const char *format, ...) __attribute__((format(printf, 4, 5)));
/* At the key instead of the value. */
void reader_key_error(struct reader *reader, enum error_code code, const cJSON *node,
		      const char *format, ...) __attribute__((format(printf, 4, 5)));
/* "must be ..., not a number" */
void reader_type_error(struct reader *reader, const cJSON *node, const char *wanted);
/* Records that there was no memory; returns false. */
bool reader_no_memory(struct reader *reader);

/* ---- did you mean ---- */

/* Offers names one by one; the one nearest to the written word is kept. */
struct suggestion {
	const char *written;
	const char *best;
	unsigned distance;
};
void suggestion_offer(struct suggestion *suggestion, const char *name, const char *stands_for);
/* "; did you mean "x"?", or "" when nothing is near. buffer holds SUGGESTION_TEXT bytes. */
#define SUGGESTION_TEXT 96
const char *suggestion_text(const struct suggestion *suggestion, char *buffer);

/* ---- readers of values ---- */

/* A value that is a string, or NULL (reported: "must be `wanted`, not ..."). */
const char *read_text(struct reader *reader, const cJSON *node, const char *wanted);
bool read_number(struct reader *reader, const cJSON *node, int64_t low, int64_t high, int64_t *ret);
bool read_word(struct reader *reader, const cJSON *node, const struct word *words, unsigned *ret);
/* Calls read for a value, or for each element of a list, which must not be empty. */
bool read_one_or_more(struct reader *reader, const cJSON *node, void *target,
		      bool (*read)(struct reader *reader, const cJSON *node, void *target));
bool read_ranges(struct reader *reader, const cJSON *node, const struct field *field,
		 struct range_list *ret);
bool read_duration(struct reader *reader, const cJSON *node, void *target);
/* A prefix as text; errors describe what is invalid. */
bool read_prefix_text(struct reader *reader, const cJSON *node, const char *text,
		      struct prefix *ret);
/* "comment", which every object may have, and which is therefore not a name. */
bool is_comment(const cJSON *node);
bool read_comment(struct reader *reader, const cJSON *node);
/* An id or name: letters, digits and ._:/- */
bool read_name(struct reader *reader, const cJSON *node, bool key, char ret[FW_NAME_SIZE]);
/* A name that the kernel accepts for an interface. */
bool good_interface_name(const char *name);

/* Readers of fields, by section. */
bool read_schema(struct reader *reader, const cJSON *node, void *target);
bool read_permitted(struct reader *reader, const cJSON *node, void *target);
bool read_interfaces(struct reader *reader, const cJSON *node, void *target);
bool read_sets(struct reader *reader, const cJSON *node, void *target);
bool read_limits(struct reader *reader, const cJSON *node, void *target);
bool read_allow(struct reader *reader, const cJSON *node, void *target);
bool read_rules(struct reader *reader, const cJSON *node, void *target);
bool read_rate(struct reader *reader, const cJSON *node, void *target);
bool read_event_rate(struct reader *reader, const cJSON *node, void *target);
bool read_sample(struct reader *reader, const cJSON *node, void *target);
bool read_ban(struct reader *reader, const cJSON *node, void *target);
bool read_addresses(struct reader *reader, const cJSON *node, void *target);

/* Make prefixes the content of a set; takes them. False: no memory. */
bool set_hold(struct config_set *set, struct prefix_list *prefixes);

/* Give a set the content and the findings of another. False: no memory. */
bool set_share(struct config_set *set, const struct config_set *from);

/* Free a set's members, except its content. */
void config_set_clear(struct config_set *set);

/* set_options.c: how the file of a set is read, and whether its options are consistent. */
extern const struct section section_set_file;
bool check_set_file(struct reader *reader, const cJSON *node, struct config_set *set);

/* Warnings for sets whose content is unlikely for their use in rules. */
void validate_sets(const struct config *config, struct errors *errs);

/* A warning for rules that match nothing, as all their interfaces are detached. */
void validate_detached(const struct config *config, struct errors *errs);

/* Read the file of a set into its prefixes, or add its errors. node: the set's "file". */
bool read_set_file(struct reader *reader, const cJSON *node, struct config_set *set);

/*
 * "cookies" of a limit: its defaults; and, when all is read, whether it is consistent with the
 * limit.
 */
void cookies_default(struct config_cookies *cookies);
bool check_cookies(struct reader *reader, const cJSON *node, struct config_limit *limit);
/* limit_block.c: are the ban options of a limit (node) consistent? */
extern const struct config_ban config_ban_default;
bool check_ban(struct reader *reader, const cJSON *node, const struct config_limit *limit);

/* Free a rule's members. */
void config_rule_clear(struct config_rule *rule);

/* Contradictions within one rule. management: it is an entry of management.allow. */
void validate_rule(const struct config *config, const struct config_rule *rule, bool management,
		   struct errors *errs);

extern const struct word words_actions[], words_pass_drop[];

#endif
