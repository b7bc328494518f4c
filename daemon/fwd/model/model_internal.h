/* SPDX-License-Identifier: MIT */
/* Inside the model: how an edit becomes the running policy. */
#ifndef FWD_MODEL_INTERNAL_H
#define FWD_MODEL_INTERNAL_H

#include "daemon/fwd/model/model.h"

/* Own copies of what config_overrides borrows. */
struct model_overrides {
	struct config_overrides view; /* points at names */
	char **names;
	char *state_dir;
};

/* The policy before the one that waits for its confirmation, whole. */
struct model_held {
	struct document *document;
	struct config *config;
	struct slots *slots;
	struct errors warnings;
	unsigned unsaved;
	char *override; /* an -i that only it has; NULL: none */
};

/* A rule that keeps its slot under another id. */
struct model_rename {
	const char *before; /* NULL: none does */
	const char *now;
};

/* A change as the model makes it: what was asked for, and what its kind of edit needs. */
struct edit {
	struct change *change;
	bool keeps_files; /* sets from files are not read again */
	bool overridden;  /* it takes an -i away, and so is a change */
	struct model_rename rename;
	struct set_reload *set_reload; /* only files of sets are read again: these; or NULL */
	const char *const *read_again; /* their names */
};

struct model {
	struct datapath *dp; /* borrowed */
	struct live *live;   /* borrowed */
	char *config_path;
	struct model_overrides overrides;
	struct document *document;
	struct config *config;
	struct slots *slots;
	struct known_addresses
		*known;		/* address tables of the running policy, for edits, or NULL */
	struct errors warnings; /* of the running policy */
	unsigned unsaved;
	bool sets_sysctls;	 /* fwd --set-sysctls */
	bool copies_trouble;	 /* copies of sets could not be written, which was logged */
	struct model_held *held; /* what is returned to at the deadline; NULL: nothing waits */
	model_guard guard;
	void *guard_userdata;
};

/*
 * Make a document the running policy: parse, validate, compile, apply; then it
 * is the model's. On failure nothing has changed and the document is freed.
 */
int model_install(struct model *model, const struct edit *edit, struct document *document,
		  unsigned unsaved, struct errors *errs);

/*
 * The same for an edited copy: one more unsaved edit. Warnings that the policy had before
 * are not reported again: they are not about the edit.
 */
int model_install_edit(struct model *model, struct change *change, struct document *document,
		       struct errors *errs);

/* The same for an edit of a kind of its own. */
int model_install_beside(struct model *model, const struct edit *edit, struct document *document,
			 unsigned unsaved, struct errors *errs);

/*
 * The same for the running document, of which files of sets are read again (read_again):
 * it is as unsaved as before. If nothing has changed, nothing is applied.
 */
int model_install_sets(struct model *model, const struct edit *edit, struct errors *errs);

/* How a document is read: the overrides of the command line, and what the edit says. */
struct config_overrides model_reading(const struct model *model, const struct edit *edit);

/* The names of the running policy; after adoption, those of the fwd before. */
const struct slots *model_running_slots(const struct model *model);
/* Flush live sets that a policy had and another has not. */
void model_flush_gone(struct model *model, const struct slots *before, const struct slots *now);

/* ---- pending.c ---- */

/* Put the running policy aside, into a held that has no more than the names of one not known. */
void model_hold(struct model *model, struct model_held *held);
void model_free_held(struct model *model);

/* Of the -i again: takes a name that an edit took away; NULL is allowed. */
void model_return_override(struct model *model, char *name);

/* ---- overrides.c ---- */

bool model_is_override(const struct model *model, const char *name);

/*
 * Install an edit in which an interface has this document's entry, or none: it is not one of -i any
 * more. While a policy waits, the one before it still has that -i.
 */
int model_install_without(struct model *model, struct change *change, const char *name,
			  struct document *document, struct errors *errs);

/* Would an option of fwd override this edit? -EBADMSG: yes, and errs names the option. */
int model_check_mode(const struct model *model, const char *mode, struct errors *errs);
int model_check_enforce(const struct model *model, bool enforce, struct errors *errs);

/* Index of the rule with this id in the document's list, or -ENOENT. */
int model_find_rule(const cJSON *rules, const char *id);

/* Member of an object, made if it is missing. NULL: no memory, or of another type. */
cJSON *model_object(cJSON *root, const char *name);
cJSON *model_array(cJSON *root, const char *name);

/* ---- same.c ---- */

/* Is a document the running one; with a config of it, by what its set files hold, too? */
bool model_is_same(const struct model *model, struct document *document,
		   const struct config *config);

/* ---- set_files.c ---- */

/* Note how the sets differ between the running config and the one that was read. */
void set_reload_compare(struct set_reload *reload, const struct config *before,
			const struct config *now);

/* The files hold what they held: take over what was found out about them. */
void set_reload_keep(struct model *model, const struct edit *edit, struct config *config,
		     struct errors *errs);

/* ---- copies.c ---- */

/* Write copies of those sets of the running policy that have none. Trouble is a warning. */
void copies_write(struct model *model, struct errors *errs);

/* ---- warnings.c ---- */

/* Replace what is remembered by the warnings among errs. */
void warnings_remember(struct errors *remembered, const struct errors *errs);

/* Take out of errs the warnings that are remembered. */
void warnings_forget(struct errors *errs, const struct errors *remembered);

/* ---- cookies.c ---- */

/*
 * Before a policy with limits that answer SYNs is applied: give packets the settings of
 * this host, and warn of what it lacks. -EOPNOTSUPP: not on this kernel; errs says whose.
 */
int model_prepare_cookies(struct model *model, const struct config *config, struct errors *errs);

/* Cleanup attribute of a document. */
void model_free_document(struct document **document);

#endif
