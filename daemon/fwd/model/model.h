/* SPDX-License-Identifier: MIT */
/*
 * The model: the running policy as front ends see it. It owns the document and
 * the config, turns edits into new generations, and knows what is not saved.
 *
 * An edit copies the document, changes the copy, then parses, validates,
 * compiles and applies it; on any error the running policy is as before.
 */
#ifndef FWD_MODEL_H
#define FWD_MODEL_H

#include "common/policy/compile/policy.h"
#include "common/policy/config/config.h"
#include "daemon/fwd/datapath/datapath.h"
#include "daemon/fwd/datapath/generation/generation.h"
#include "daemon/fwd/live/live.h"
#include "daemon/fwd/model/change.h"

struct model;

/* dp and live are borrowed. overrides are copied. */
int model_new(struct datapath *dp, struct live *live, const char *config_path,
	      const struct config_overrides *overrides, struct model **ret);
struct model *model_free(struct model *model);

/* Read the config file and make it the running policy; drops unsaved edits. -EBADMSG: see errs. */
int model_reload(struct model *model, struct change *change, struct errors *errs);

/* Make another document (taken) the running policy: one more unsaved edit. As an edit below. */
int model_apply(struct model *model, struct change *change, struct document *document,
		struct errors *errs);

/* From now on, set what limits that answer SYNs need of the host's settings (--set-sysctls). */
void model_set_sysctls(struct model *model, bool set);

/* Read these settings again, and update what packets use of them. Call every few seconds. */
void model_refresh_cookies(struct model *model);

/* Add a warning for each thing that the running policy needs and the host lacks now. */
void model_check_host(const struct model *model, struct errors *errs);

/* The running config, slots and document; borrowed until the next change. */
const struct config *model_config(const struct model *model);
const struct slots *model_slots(const struct model *model);
struct document *model_document(const struct model *model);
struct datapath *model_datapath(const struct model *model);
struct live *model_live(const struct model *model);
const char *model_config_path(const struct model *model);

/* Live edits since the last load of the file: the running policy differs from it. */
unsigned model_unsaved(const struct model *model);
/* For an edit that was taken back by another: there are as many again as before. */
void model_set_unsaved(struct model *model, unsigned unsaved);

/*
 * Copies of set files that could not be written: try again, as long as an old one would be read at
 * a restart. errs has no more than warnings.
 */
void model_retry_copies(struct model *model, struct errors *errs);

/*
 * ---- a policy that waits for its confirmation ----
 *
 * Until it is settled, all edits and reloads are refused with -EBUSY (code PENDING). Live sets
 * and blocks are not part of a policy, and can be edited.
 */

bool model_is_pending(const struct model *model);

/* Does what waits differ from the policy before it by more than text: has it taken an -i away? */
bool model_pending_ends_option(const struct model *model);

/* The config that is returned to at the deadline; NULL: nothing waits. As model_config. */
const struct config *model_config_before(const struct model *model);

/*
 * Keep the policy. -ENOENT: none waits; -ETIME: its time is over, call model_revert. errs has
 * warnings then, if copies of its set files cannot be written.
 */
int model_confirm(struct model *model, struct errors *errs);

/* Return to the policy before, as packets did at the deadline, or earlier. -ENOENT. */
int model_revert(struct model *model);

/*
 * After a restart of fwd: the maps hold a policy that waits, and the one before. Take up both as
 * they are, from their documents (taken), without applying anything. On failure nothing
 * has changed, and the caller returns to the policy before (datapath_revert).
 */
int model_adopt_pending(struct model *model, struct document *document, struct document *before,
			unsigned unsaved, struct errors *errs);

/* What is about to become active. */
struct model_change {
	const struct change *change; /* what was asked for */
	const struct document *document;
	const struct config *config;
	const struct policy *policy;
	uint64_t until; /* 0: confirmed at once, or a dry run */
};

/*
 * Called with each new policy before it becomes active, but for the first one. A negative
 * errno refuses it, with the reason in errs.
 */
typedef int (*model_guard)(void *userdata, const struct model_change *change, struct errors *errs);
void model_set_guard(struct model *model, model_guard guard, void *userdata);

/*
 * ---- edits: each is a new generation or none ----
 *
 * Texts are one JSON value each, read as strictly as the file; errors in them have
 * the place "argument:line:column". All return -EBADMSG with errs if the edited
 * policy is not valid, and what policy_apply returns if it cannot be applied.
 */

/*
 * All edits leave things as they are, successfully, if what they ask for is so already. -EEXIST
 * stands for another thing of this name.
 *
 * before: id of the rule to stand in front of, or NULL for the end. -ENOENT: no such `before`.
 */
int model_rule_add(struct model *model, struct change *change, const char *json, const char *before,
		   struct errors *errs);
/*
 * Change fields of a rule, which stays where it is and keeps what it has counted. json: an object
 * that is merged into the rule's (RFC 7396). -ENOENT.
 */
int model_rule_set(struct model *model, struct change *change, const char *id, const char *json,
		   struct errors *errs);
/* Stand in front of another rule of the list, or behind it. -ENOENT, with *ret_unknown set. */
int model_rule_move(struct model *model, struct change *change, const char *id, const char *anchor,
		    bool behind, const char **ret_unknown, struct errors *errs);
/* Another id for a rule, which keeps its slot, so its counters and bucket. Not with a deadline. */
int model_rule_rename(struct model *model, struct change *change, const char *id, const char *name,
		      struct errors *errs);
int model_rule_delete(struct model *model, struct change *change, const char *id,
		      struct errors *errs);
/* Returns 1; 0: it was so already, nothing is done. */
int model_rule_enable(struct model *model, struct change *change, const char *id, bool enable,
		      struct errors *errs);

/*
 * Elements of inline sets; live sets go to live_add. -ENOENT: no such set; -EINVAL: not an
 * inline set. Returns how many were new; 0: nothing is done.
 */
int model_set_add(struct model *model, struct change *change, const char *name,
		  const struct prefix_list *prefixes, struct errors *errs);
/* Returns how many were removed; those that are not in the set are passed over. */
int model_set_delete(struct model *model, struct change *change, const char *name,
		     const struct prefix_list *prefixes, struct errors *errs);

/*
 * What the running policy would be with an inline set of these prefixes in place of a set; nothing
 * is applied. The caller frees both. -ENOENT: no such set.
 */
int model_compile_set(struct model *model, const char *name, const struct prefix_list *prefixes,
		      struct config **ret_config, struct policy **ret_policy, struct errors *errs);

/* What became of a set whose file was read again. */
struct set_change {
	char name[FW_NAME_SIZE];
	size_t before, entries; /* how many it had, and has */
	size_t added, removed;	/* prefixes */
	bool is_kept;		/* its file cannot be used: it keeps what it had */
};
struct set_reload {
	struct set_change *items;
	size_t count;
};
void set_reload_clear(struct set_reload *reload);

/*
 * Read the files of these sets again, of all sets from files if count is 0. All else stays as it runs,
 * and is as unsaved as before. -ENOENT: no such set; -EINVAL: not from a file. No new generation if all
 * files hold what they held. On success *ret is for the caller to clear.
 */
int model_set_reload(struct model *model, struct change *change, const char *const *names,
		     size_t count, struct set_reload *ret, struct errors *errs);

/* A new set, an object as in "sets". */
int model_set_create(struct model *model, struct change *change, const char *name, const char *json,
		     struct errors *errs);
int model_set_remove(struct model *model, struct change *change, const char *name,
		     struct errors *errs);
/* What refers to a set, in words, for the caller to free; NULL: nothing. */
char *model_set_users(const struct model *model, const char *name);

/* Fields of a limit, of an interface or of "defaults", as model_rule_set. */
int model_limit_set(struct model *model, struct change *change, const char *name, const char *json,
		    struct errors *errs);
int model_interface_set(struct model *model, struct change *change, const char *name,
			const char *json, struct errors *errs);
int model_defaults_set(struct model *model, struct change *change, const char *json,
		       struct errors *errs);

/* Enforce the policy, or only watch what it would do. */
int model_enforce(struct model *model, struct change *change, bool enforce, struct errors *errs);

int model_limit_add(struct model *model, struct change *change, const char *name, const char *json,
		    struct errors *errs);
int model_limit_delete(struct model *model, struct change *change, const char *name,
		       struct errors *errs);

/*
 * Interfaces, to be attached or detached by hand. zone and mode: as in the config, or NULL. One that
 * is detached gets its entry back as it was.
 */
int model_interface_add(struct model *model, struct change *change, const char *name,
			const char *zone, const char *mode, struct errors *errs);
int model_interface_delete(struct model *model, struct change *change, const char *name,
			   struct errors *errs);
/*
 * Delete, or if rules name it or its zone, keep it as detached. is_there: there is a device of this
 * name. -ENOENT.
 */
int model_interface_detach(struct model *model, struct change *change, const char *name,
			   bool is_there, struct errors *errs);

/*
 * Return from an edit that was made just now to the document before it (a copy, taken), which had so
 * many unsaved edits: at once if the edit waits for its confirmation, else by another edit.
 */
int model_take_back(struct model *model, const struct change *change, struct document *before,
		    unsigned unsaved, struct errors *errs);

#endif
