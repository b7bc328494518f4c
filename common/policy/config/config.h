/* SPDX-License-Identifier: MIT */
/*
 * The config as written by the operator, checked and typed, but not resolved.
 *
 * A *document* is the JSON text (or several, merged by "include") with the
 * place of every value. Reading it gives a struct config; validation checks
 * several values together. Live edits change the document, and `save` prints it:
 * an edit duplicates it, changes the copy, and parses that.
 */
#ifndef FWD_CONFIG_H
#define FWD_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "common/abi/fw_abi.h"
#include "common/base/errors/errors.h"
#include "common/base/prefix/prefix_content.h"
#include "common/base/units.h"
#include "common/policy/document/config_document.h"
#include "common/policy/fields/match.h"

struct set_path;

/* ---- the config ---- */

#define CONFIG_NO_LIMIT ((size_t)-1)

struct config_rule {
	char id[FW_NAME_SIZE];
	int64_t priority; /* lower first; 0 unless given; ties in list order */
	struct config_match match;
	enum fw_action action;
	size_t limit;  /* index of config.limits, or CONFIG_NO_LIMIT */
	bool canary;   /* "enforce": false */
	bool disabled; /* "enabled": false */
	bool log;
	uint32_t log_every; /* 1/N; 1 unless given */
	unsigned position;  /* in its list, from 0 */
	struct place place;
};

enum set_kind { SET_INLINE, SET_FILE, SET_LIVE };
enum set_on_error { SET_ERROR_FAIL, SET_ERROR_KEEP_LAST };
enum set_on_change { SET_CHANGE_WARN, SET_CHANGE_ACCEPT, SET_CHANGE_KEEP_LAST };
enum set_bad_lines { SET_LINES_FAIL, SET_LINES_SKIP };
enum set_format {
	SET_FORMAT_LINES,
	SET_FORMAT_JSONL,
	SET_FORMAT_CSV,
	SET_FORMAT_JSON,
	SET_FORMAT_P2P
};
enum set_header { SET_HEADER_FIRST, SET_HEADER_COMMENT, SET_HEADER_NONE };
enum set_ports { SET_PORTS_FAIL, SET_PORTS_IGNORE };
enum set_reserved { SET_RESERVED_WARN, SET_RESERVED_ACCEPT, SET_RESERVED_SKIP };
/* Addresses that this router needs: its own, gateways, resolvers, management. */
enum set_needed { SET_NEEDED_WARN, SET_NEEDED_ACCEPT };

/* A column of a CSV file, by name or number; or a key of JSON lines. */
struct set_column {
	char *name;
	uint32_t number; /* from 1; 0: it has a name */
	bool none;	 /* "end_column": false */
};

/* The bytes that a set file had, packed if it is, when it was read. */
struct set_file_stamp {
	bool is_known;
	uint64_t size;
	uint32_t checksum; /* CRC-32 */
};

struct config_set {
	char name[FW_NAME_SIZE];
	enum set_kind kind;
	struct prefix_list prefixes;	/* inline elements, or the file's content; sorted */
	struct prefix_content *content; /* the owner of the prefixes; NULL: SET_LIVE */
	char *file;   /* SET_FILE: path, made absolute against the config's folder */
	bool is_kept; /* SET_FILE: the file could not be used; these are the earlier entries */
	struct set_file_stamp stamp; /* SET_FILE: of the file as it was read */
	char *source; /* SET_FILE: the options of reading, as text: equal if they are the same */
	enum set_format format;
	struct set_column column, end_column;
	uint32_t separator; /* a character, 0: a comma; a blank is any run of blanks and tabs */
	enum set_header header;
	struct set_path *paths; /* SET_FORMAT_JSON */
	size_t path_count;
	struct set_where
		*wheres; /* the addresses that are accepted; with JSON, JSON lines and CSV */
	size_t where_count;
	char *begins; /* only lines that begin so count; or NULL */
	enum set_ports ports;
	enum set_on_error on_error;
	enum set_on_change on_shrink; /* less than half of what it was */
	enum set_on_change on_growth; /* more than four times of that */
	enum set_bad_lines bad_lines;
	enum set_reserved reserved;
	enum set_needed needed;
	size_t reserved_count; /* entries in reserved space; counted for warnings */
	struct prefix reserved_first;
	char *problem;	 /* the warning of the last read of the file; or NULL */
	int64_t min;	 /* entries */
	int64_t widest4; /* the shortest prefix of global unicast space that is accepted */
	int64_t widest6;
	int64_t max_share;   /* of a family's global unicast space, in percent */
	uint64_t max;	     /* entries */
	uint64_t timeout_ns; /* SET_LIVE: default for new entries; 0: forever */
	struct place place;
};

/* "cookies" of a limit of algorithm syn_cookie: how SYNs over it are answered. */
struct config_cookies {
	enum fw_cookie_kind kind; /* FW_COOKIE_NONE: another algorithm */
	int64_t mss;		  /* sent to IPv4 clients; to IPv6 ones 20 less */
	int64_t wscale;		  /* sent for SYNPROXY */
};

/* The treatment of packets over a limit: enum fw_action, or the key is also banned. */
enum limit_over {
	LIMIT_PASSES = FW_ACTION_PASS,
	LIMIT_DROPS = FW_ACTION_DROP,
	LIMIT_BLOCKS = FW_ACTION_MAX
};

/* The treatment of packets within a limit: the rule passes them, or later rules decide. */
enum limit_within { WITHIN_PASSES, WITHIN_GOES_ON };

/* "block": a ban begins with first_ns and is twice as long each time, up to max_ns. */
struct config_ban {
	uint64_t first_ns;
	uint64_t max_ns;
	uint64_t quiet_ns;	/* time after a ban's end until it is forgotten */
	char set[FW_NAME_SIZE]; /* the live set; "": the block list */
	bool forgeable;		/* also for packets whose source may be forged */
};

/* One key of a limit, with its rate and burst. */
struct config_level {
	struct rate rate;
	uint64_t burst; /* in the rate's unit; windows: the units of the rate in one */
	enum fw_limit_key key;
	uint8_t prefix4;
	uint8_t prefix6;
};

struct config_limit {
	char name[FW_NAME_SIZE];
	struct config_level levels[FW_MAX_LEVELS]; /* rates are of one unit */
	unsigned level_count;
	unsigned rate_count; /* as given: 1, or one for each level; 0 */
	unsigned burst_count;
	enum fw_algorithm algorithm;
	int64_t max; /* keys */
	enum limit_over over;
	struct config_ban ban; /* LIMIT_BLOCKS */
	enum fw_when_full when_full;
	enum limit_within within;
	struct config_cookies cookies;
	struct place place;
};

enum attach_mode { ATTACH_NATIVE, ATTACH_GENERIC };
enum on_unsupported { UNSUPPORTED_FAIL, UNSUPPORTED_GENERIC };
enum on_stop { STOP_KEEP, STOP_DETACH };
/*
 * If neither the config nor a revision can be used at a start. AS_BEFORE: closed if fwd enforced.
 */
enum boot_fail { BOOT_FAIL_AS_BEFORE, BOOT_FAIL_CLOSED, BOOT_FAIL_OPEN };

struct config_interface {
	char name[16];		 /* IFNAMSIZ */
	char zone[FW_NAME_SIZE]; /* "" if none */
	enum attach_mode mode;
	enum on_unsupported on_unsupported;
	bool detached; /* "attach": false: in the policy, but not filtered */
	struct place place;
};

struct config {
	bool enforce;
	bool has_permitted; /* permitted_cidrs is given, even if empty */
	struct prefix_list permitted;
	struct {
		enum fw_action action;
		enum fw_action malformed;
		enum fw_action non_ip;
		enum on_stop on_stop;
		enum boot_fail boot_fail;
	} defaults;
	struct {
		struct rate rate; /* amount 0: no limit */
		uint32_t every;
	} events;
	struct config_interface *interfaces;
	size_t interface_count;
	struct config_set *sets;
	size_t set_count;
	struct config_limit *limits;
	size_t limit_count;
	struct config_rule *management; /* ids "management/0", ... unless given */
	size_t management_count;
	struct config_rule *rules; /* in order of evaluation: priority, then list order */
	size_t rule_count;
	struct sources *sources; /* the texts of the places; kept by the config */
	bool partial;		 /* some parts have errors: missing names may be in them */
};

/* Values of the command line, which override the file. */
struct config_overrides {
	const char *const *interfaces; /* -i */
	size_t interface_count;
	bool drop_packets; /* --drop-packets: enforce */
	bool has_mode;	   /* --mode, for all interfaces */
	enum attach_mode mode;
	/* The running config, or NULL: sets with "on_error": "keep-last" use its entries. */
	const struct config *last;
	/* Sets from files of `last` are taken from there, not read: for edits, not for reloads. */
	bool keep_files;
	/* But these sets, by name, are read. */
	const char *const *read_again;
	size_t read_again_count;
	/* The folder with copies of sets, for keep-last without `last`; NULL: none. */
	const char *state_dir;
	/*
	 * For a set file that cannot be used, its copy in state_dir is used, regardless of the
	 * set's options; without a copy it is an error. For revisions that run instead of the
	 * config file.
	 */
	bool use_copies;
	/*
	 * Sets from files have their last entries, from `last` or from their copies: the files may
	 * have unconfirmed content. The file of a set without earlier entries is read.
	 */
	bool copies_first;
	struct progress *progress; /* of reading set files; or NULL */
};

/*
 * Read a document into a config. overrides may be NULL. Set files are read here.
 * Returns 0 (warnings may have been added), -EBADMSG with errors added, -ENOMEM.
 */
int config_parse(const struct document *document, const struct config_overrides *overrides,
		 struct config **ret, struct errors *errs);

/* Checks over several values: what rules refer to, ranges against families, lock-outs. As above. */
int config_validate(const struct config *config, struct errors *errs);

/* Where packets to other hosts go. */
struct cookie_reach {
	bool forwards4, forwards6;
	struct prefix_list own; /* addresses of this host */
};

/*
 * A warning for each rule with a limit that answers SYNs for sockets of this host, if the rule also
 * covers other hosts. host NULL: unknown; then only for rules without "dst".
 */
void config_check_cookie_reach(const struct config *config, const struct cookie_reach *host,
			       struct errors *errs);

/*
 * A line of the config's files, malloced, for errors that others add about it:
 *	errs->line_of = config_line_of; errs->userdata = config;
 */
char *config_line_of(void *config, const char *file, unsigned line);

/* The warning about a set's file when it was last read and accepted: malloced, or NULL. */
char *config_set_problem(const struct config *config, size_t set);

/* An address that this router needs; what: "a gateway", static. */
struct needed_address {
	struct prefix prefix;
	const char *what;
};
struct needed_list {
	struct needed_address *items;
	size_t count;
};

/* Is there a set for config_check_needed: from a file, and dropped by a rule? */
bool config_drops_feeds(const struct config *config);

/* A warning for each such set that covers one of the addresses, or a source of management.allow. */
void config_check_needed(const struct config *config, const struct needed_list *needed,
			 struct errors *errs);

/* Index by name, or -ENOENT. */
int config_find_set(const struct config *config, const char *name);
int config_find_limit(const struct config *config, const char *name);
int config_find_rule(const struct config *config, const char *id);
int config_find_interface(const struct config *config, const char *name);

/* The number of detached interfaces. */
size_t config_count_detached(const struct config *config);

/* The key of a level, as in "per": "rule", "src/32,128". Returns buffer. */
#define LEVEL_KEY_TEXT 24
const char *level_key_format(const struct config_level *level, char buffer[LEVEL_KEY_TEXT]);

/* The keys of all levels, with ", " between them. */
#define LIMIT_KEY_TEXT 128
const char *limit_key_format(const struct config_limit *limit, char buffer[LIMIT_KEY_TEXT]);

/* Its rates, with ", " between them; one if they are all equal. */
#define LIMIT_RATE_TEXT (FW_MAX_LEVELS * (UNITS_TEXT + 2))
const char *limit_rate_format(const struct config_limit *limit, char buffer[LIMIT_RATE_TEXT]);

/* ---- the fields of a config, for the schema, the documentation and completion ---- */

struct config_field {
	const char *section; /* "config" (the top), "rule", "match", ... */
	const char *name;
	const char *const *words; /* the possible words, NULL at the end; or NULL */
	bool required;
	bool ranged; /* a number from low to high, or a range or list of such */
	int64_t low, high;
};

/* Call visit for every field of every section. */
void config_each_field(void (*visit)(const struct config_field *field, void *userdata),
		       void *userdata);

/* Free; NULL and half-built configs are allowed. Returns NULL. */
struct config *config_free(struct config *config);

#endif
