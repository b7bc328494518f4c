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

#include "config.h"
#include "datapath.h"
#include "live.h"
#include "policy.h"

struct model;

/* dp and live are borrowed. overrides are copied. */
int model_new(struct datapath *dp, struct live *live, const char *config_path,
	      const struct config_overrides *overrides, struct model **ret);
struct model *model_free(struct model *model);

/* Read the config file and make it the running policy; drops unsaved edits. -EBADMSG: see errs. */
int model_reload(struct model *model, struct errors *errs);

/* The running config, slots and document; borrowed until the next change. */
const struct config *model_config(const struct model *model);
const struct slots *model_slots(const struct model *model);
struct document *model_document(const struct model *model);
struct datapath *model_datapath(const struct model *model);
struct live *model_live(const struct model *model);
const char *model_config_path(const struct model *model);

/* Live edits since the last load of the file: the running policy differs from it. */
unsigned model_unsaved(const struct model *model);

/* ---- edits: each is a new generation or none. -ENOENT, -EEXIST, -EBADMSG (see errs). ---- */

/* before: id of the rule to stand in front of, or NULL for the end. json: one rule object. */
int model_rule_add(struct model *model, const cJSON *json, const char *before, struct errors *errs);
int model_rule_delete(struct model *model, const char *id, struct errors *errs);
int model_rule_enable(struct model *model, const char *id, bool enable, struct errors *errs);
/* Elements of inline sets; live sets go to live_add. */
int model_set_add(struct model *model, const char *name, const struct prefix_list *prefixes,
		  struct errors *errs);
int model_set_delete(struct model *model, const char *name, const struct prefix_list *prefixes,
		     struct errors *errs);
int model_limit_add(struct model *model, const char *name, const cJSON *json, struct errors *errs);
int model_limit_delete(struct model *model, const char *name, struct errors *errs);
/* Interfaces, attached or detached by hand. */
int model_interface_add(struct model *model, const char *name, struct errors *errs);
int model_interface_delete(struct model *model, const char *name, struct errors *errs);

#endif
