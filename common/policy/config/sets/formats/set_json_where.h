/* SPDX-License-Identifier: MIT */
/*
 * Addresses of a JSON file that wait for the other keys of their objects: the service of a prefix
 * may come before or after it.
 */
#ifndef FWD_SET_JSON_WHERE_H
#define FWD_SET_JSON_WHERE_H

#include "common/policy/config/sets/formats/set_json.h"
#include "common/policy/config/sets/formats/set_where.h"

/* An object around the current value. */
struct where_object {
	struct where_object *parent;
	where_bits has;	 /* conditions whose key it has */
	where_bits good; /* those that its values meet */
	size_t first;	 /* the first waiting byte inside it */
};

struct json_where {
	const struct set_where *wheres;
	size_t count;
	where_bits asked; /* conditions on the current value */
	where_bits seen;  /* conditions whose key was found next to an address */
	bool any;	  /* an address was found */
	struct where_object *object;
	char *waiting; /* records of waiting addresses */
	size_t used, size;
};

/* An object begins; it must outlive where_leave. */
void where_enter(struct json_where *where, struct where_object *object);

/* A key of the current object; its value follows. */
void where_key(struct json_where *where, const char *key);

/* A value other than an object or a list. */
void where_value(struct json_where *where, const char *text);

/* An address. 0; -E2BIG: too many wait; -ENOMEM. */
int where_add(struct json_where *where, const char *text, const struct set_json_place *place);

/* The object ends: visit addresses for which all conditions are true. False: stop. */
bool where_leave(struct json_where *where, set_json_visit *visit, void *userdata);

/* A condition whose key no object around an address has, or NULL. */
const struct set_where *where_unseen(const struct json_where *where);

void where_clear(struct json_where *where);

#endif
