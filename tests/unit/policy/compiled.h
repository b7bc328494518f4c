/* SPDX-License-Identifier: MIT */
/* Policies from texts, and what they say of a packet. */
#ifndef TEST_COMPILED_H
#define TEST_COMPILED_H

#include "common/policy/compile/policy.h"

struct compiled {
	struct config *config;
	struct policy *policy; /* NULL: refused */
	int err;	       /* of policy_compile */
	struct errors errs;    /* of policy_compile */
};

/* Compile a config. Its text has ' for ". The test fails if it is no config. */
struct compiled compile_text(const char *text, const struct slots *previous);

/* The same with three interfaces, sets and limits, and these rules: "{'id': 'a', ...}, ...". */
struct compiled compile_rules_text(const char *rules);

void compiled_clear(struct compiled *compiled);

/* All errors and warnings, one a line: "line:code: message". The caller frees it. */
char *compiled_errors(const struct compiled *compiled);

/* A packet as the classifier sees it. Values below 0: the packet has none. */
struct sample {
	enum fw_kind kind;
	const char *src; /* NULL: not IP */
	const char *dst;
	int values[FW_FIELD_MAX]; /* not KIND */
};

/* An IPv4, IPv6, ... packet without anything in it. */
struct sample sample_of(enum fw_kind kind);

/*
 * The rules that match, by the image and the tables alone, in their order: "a b".
 * A rule with live tests shows them: "a(src in x, dst not in y)".
 */
const char *matches(const struct policy *policy, const struct sample *sample);

/* What matches when one field has a value (of an IPv4 packet), or not (value -1). */
const char *matches_value(const struct policy *policy, enum fw_field field, int value);

/* What matches a packet between two addresses. */
const char *matches_addresses(const struct policy *policy, const char *src, const char *dst);

#endif
