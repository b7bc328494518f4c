/* SPDX-License-Identifier: MIT */
/*
 * Fields described as data: what a section of the config may hold, of which
 * type and range, and where it goes. One loop (fields.c) reads them all; the
 * JSON Schema and the documentation are checked against the same tables.
 */
#ifndef FWD_CONFIG_FIELDS_H
#define FWD_CONFIG_FIELDS_H

#include "common/base/words.h"
#include "common/policy/config/config.h"
#include "common/policy/document/config_sources.h"

struct id_index;

/* What a parse carries along. */
struct reader {
	const struct document *document;
	struct sources *sources;
	struct config *config;
	const struct config *last;     /* the running config, for on_error keep-last; or NULL */
	bool keep_files;	       /* sets from files are what they are there */
	const char *const *read_again; /* but these */
	size_t read_again_count;
	const char *state_dir; /* where copies of their content are, or NULL */
	bool use_copies;       /* as in config_overrides */
	bool copies_first;     /* as there */
	size_t file_lines;     /* of all set files so far */
	size_t file_bytes;
	size_t file_entries;	   /* of all sets that were read from files so far */
	struct progress *progress; /* or NULL */
	unsigned notations;	   /* addresses that were warned of */
	struct errors *errs;
	struct id_index *ids; /* of the list of rules that is read */
	const char *subject;  /* whose fields are read, for errors that have no place; or NULL */
	bool guess;	      /* the document has mistakes: what refers elsewhere may be there */
	bool no_memory;
};

enum field_type {
	FIELD_BOOL,
	FIELD_NOT,    /* a bool that is stored negated */
	FIELD_WORD,   /* one of words, stored as an enum */
	FIELD_NUMBER, /* low to high, stored as int64_t */
	FIELD_RANGES, /* numbers, ranges and words, or a list of them: struct range_list */
	FIELD_OBJECT, /* a section of its own */
	FIELD_READ,   /* by a function */
	FIELD_NOTE,   /* not read */
};

struct section;

struct field {
	const char *name;
	enum field_type type;
	bool required;
	size_t offset; /* of where it goes, in the target of its section */
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
	const struct section *also; /* a section whose fields stand in the same object; or NULL */
	size_t also_offset;
};

/* The n-th field of a section; of section_match. */
struct field section_field(const struct section *section, size_t number);
struct field section_match_field(size_t number);

extern const struct section section_root, section_defaults, section_events, section_interface,
	section_management, section_allow, section_set, section_limit, section_rule, section_match,
	section_log, section_cookies, section_block;

/* The loop: read an object. False: something in it was wrong (errors were added). */
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
/* Notes that there was no memory; returns false. */
bool reader_no_memory(struct reader *reader);

/* ---- did you mean ---- */

/* Offers names one by one; the nearest to what was written is kept. */
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
/* A prefix as text; errors name what is wrong with it. */
bool read_prefix_text(struct reader *reader, const cJSON *node, const char *text,
		      struct prefix *ret);
/* "comment", which every object may have: so nothing can be named that. */
bool is_comment(const cJSON *node);
bool read_comment(struct reader *reader, const cJSON *node);
/* An id or name: letters, digits and ._:/- */
bool read_name(struct reader *reader, const cJSON *node, bool key, char ret[FW_NAME_SIZE]);
/* What the kernel takes as the name of an interface. */
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

/* Give a set the content of another, and what was found out about it. False: no memory. */
bool set_share(struct config_set *set, const struct config_set *from);

/* Free what a set holds, but for its content. */
void config_set_clear(struct config_set *set);

/* set_options.c: how the file of a set is read, and whether that fits together. */
extern const struct section section_set_file;
bool check_set_file(struct reader *reader, const cJSON *node, struct config_set *set);

/* Sets whose content can hardly be meant as the rules use it. */
void validate_sets(const struct config *config, struct errors *errs);

/* A warning for those rules that match nothing, as all their interfaces are detached. */
void validate_detached(const struct config *config, struct errors *errs);

/* Read the file of a set into its prefixes, or say what is wrong with it. node: the set's "file". */
bool read_set_file(struct reader *reader, const cJSON *node, struct config_set *set);

/* "cookies" of a limit: as it is if not given; and, when all is read, if it suits the limit. */
void cookies_default(struct config_cookies *cookies);
bool check_cookies(struct reader *reader, const cJSON *node, struct config_limit *limit);
/* limit_block.c: does what a limit (node) says of bans fit together? */
extern const struct config_ban config_ban_default;
bool check_ban(struct reader *reader, const cJSON *node, const struct config_limit *limit);

/* Free what a rule holds. */
void config_rule_clear(struct config_rule *rule);

/* Contradictions within one rule. management: it is an entry of management.allow. */
void validate_rule(const struct config *config, const struct config_rule *rule, bool management,
		   struct errors *errs);

extern const struct word words_actions[], words_pass_drop[];

#endif
