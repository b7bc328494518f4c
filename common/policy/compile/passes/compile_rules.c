// SPDX-License-Identifier: MIT
/*
 * Rules to clauses. "Any" of one side may mix static prefixes with live sets:
 * each such alternative is a clause, and both sides together are their product.
 *
 * A packet that matches several clauses of a rule is judged once by rules that
 * decide. Rules after which evaluation continues (log, canaries) would count it
 * once per clause, so their clauses exclude each other.
 */
#include "common/policy/compile/compile.h"

#include <errno.h>
#include <string.h>

#define KIND_BIT(kind) (1u << FW_KIND_##kind)
#define KINDS_IP       (KIND_BIT(IP4) | KIND_BIT(IP6))
#define KINDS_NO_IP    (KIND_BIT(ARP) | KIND_BIT(OTHER))
#define PROTO_ICMP6    58

/* One alternative of one side. */
struct choice {
	enum side_mode mode;
	struct fw_live_test tests[FW_LIVE_PER_RULE];
	unsigned test_count;
};

/* One side of a rule while its choices are walked: 0 is the static one, n the n-th live set. */
struct side {
	const struct address_match *match;
	uint8_t direction; /* FW_LIVE_DST or 0 */
	bool exclusive;
};

static bool is_live(const struct compile *compile, size_t set)
{
	return compile->config->sets[set].kind == SET_LIVE;
}

bool address_has_static(const struct compile *compile, const struct address_match *match)
{
	if (match->any_prefixes.count)
		return true;
	for (size_t i = 0; i < match->any_set_count; i++)
		if (!is_live(compile, match->any_sets[i]))
			return true;
	return false;
}

static bool is_any(const struct address_match *match)
{
	return match->any_prefixes.count == 0 && match->any_set_count == 0;
}

/* True if some static prefix in "any" is of the family. */
static bool static_has(const struct compile *compile, const struct address_match *match, int family)
{
	for (size_t i = 0; i < match->any_prefixes.count; i++)
		if (match->any_prefixes.items[i].family == family)
			return true;
	for (size_t i = 0; i < match->any_set_count; i++) {
		const struct set_families *families = &compile->families[match->any_sets[i]];

		if (family == 4 ? families->has4 : families->has6)
			return true;
	}
	return false;
}

static bool names_link6(const struct config_match *match)
{
	return ranges_have(&match->fields[FW_FIELD_PROTO], PROTO_ICMP6) ||
	       match->fields[FW_FIELD_ICMP_TYPE].count > 0;
}

/* Kinds that a rule can match, addresses aside. */
static uint32_t rule_kinds(const struct config_match *match)
{
	uint32_t kinds = match->families & ~KIND_BIT(LINK6);

	if (kinds == 0)
		kinds = KINDS_IP;
	if ((kinds & KIND_BIT(IP6)) && names_link6(match))
		kinds |= KIND_BIT(LINK6);
	if (address_is_given(&match->src) || address_is_given(&match->dst))
		kinds &= ~KINDS_NO_IP;
	for (size_t i = 0; i < MATCH_FIELD_MAX; i++)
		if (match_fields[i].kinds && match_is_given(&match_fields[i], match))
			kinds &= match_fields[i].kinds;
	return kinds;
}

/* The kinds that remain if a side's addresses must be in its static prefixes. */
static uint32_t inside_kinds(const struct compile *compile, const struct address_match *match,
			     enum side_mode mode, uint32_t kinds)
{
	if (mode != SIDE_INSIDE)
		return kinds;
	if (!static_has(compile, match, 4))
		kinds &= ~KIND_BIT(IP4);
	if (!static_has(compile, match, 6))
		kinds &= ~(KIND_BIT(IP6) | KIND_BIT(LINK6));
	return kinds;
}

/* 0, or -E2BIG: one live set too many. */
static int add_test(const struct compile *compile, const struct side *side, struct choice *choice,
		    size_t set, uint8_t flags)
{
	int slot = slots_find(compile->policy->slots, FW_NAME_LIVE_SET,
			      compile->config->sets[set].name);

	if (choice->test_count == FW_LIVE_PER_RULE)
		return -E2BIG;
	choice->tests[choice->test_count++] =
		(struct fw_live_test){(uint8_t)slot, flags | side->direction};
	return 0;
}

/* Clauses for live set number n: the sets before it are other clauses' if exclusive. */
static int choose_live(const struct compile *compile, const struct side *side, unsigned n,
		       struct choice *choice)
{
	const struct address_match *match = side->match;
	unsigned seen = 0;
	int err = 0;

	for (size_t i = 0; i < match->any_set_count && seen < n && err == 0; i++) {
		if (!is_live(compile, match->any_sets[i]))
			continue;
		seen++;
		if (seen == n)
			err = add_test(compile, side, choice, match->any_sets[i], 0);
		else if (side->exclusive)
			err = add_test(compile, side, choice, match->any_sets[i], FW_LIVE_NEGATE);
	}
	return err;
}

/*
 * Choice n of a side. Returns 1; 0: there are no more; 2: skip this one (the
 * side has no static prefixes); -E2BIG.
 */
static int choose(const struct compile *compile, const struct side *side, unsigned n,
		  struct choice *ret)
{
	const struct address_match *match = side->match;
	bool has_static = address_has_static(compile, match);
	struct choice choice = {.mode = SIDE_ALL};
	unsigned lives = 0;
	int err = 0;

	for (size_t i = 0; i < match->any_set_count; i++)
		lives += is_live(compile, match->any_sets[i]);
	if (n > lives)
		return 0;
	if (n == 0 && has_static)
		choice.mode = SIDE_INSIDE;
	else if (n == 0 && !is_any(match))
		return 2;
	else if (n > 0 && has_static && side->exclusive)
		choice.mode = SIDE_OUTSIDE;
	if (n > 0)
		err = choose_live(compile, side, n, &choice);
	for (size_t i = 0; i < match->not_set_count && err == 0; i++)
		if (is_live(compile, match->not_sets[i]))
			err = add_test(compile, side, &choice, match->not_sets[i], FW_LIVE_NEGATE);
	if (err < 0)
		return err;
	*ret = choice;
	return 1;
}

bool limit_goes_on(const struct config *config, const struct config_rule *rule)
{
	return rule->limit != CONFIG_NO_LIMIT && !rule->canary &&
	       config->limits[rule->limit].within == WITHIN_GOES_ON;
}

static void fill_rule(const struct compile *compile, const struct config_rule *rule,
		      enum fw_reason reason, struct fw_rule *out)
{
	const struct slots *slots = compile->policy->slots;

	out->slot = (uint16_t)slots_find(slots, FW_NAME_RULE, rule->id);
	out->limit = FW_NO_SLOT;
	out->action = (uint8_t)rule->action;
	out->reason = (uint8_t)reason;
	if (rule->limit != CONFIG_NO_LIMIT) {
		const char *name = compile->config->limits[rule->limit].name;

		out->limit = (uint16_t)slots_find(slots, FW_NAME_LIMIT, name);
		out->action = FW_ACTION_PASS;
	}
	if (limit_goes_on(compile->config, rule))
		out->flags |= FW_RULE_GOES_ON;
	if (rule->canary)
		out->flags |= FW_RULE_CANARY;
	if (rule->log || out->action == FW_ACTION_LOG) {
		out->flags |= FW_RULE_LOG;
		out->log_every = rule->log_every ? rule->log_every : 1;
	}
}

static int add_clause(struct compile *compile, const struct config_rule *rule,
		      enum fw_reason reason, const struct choice *src, const struct choice *dst)
{
	uint32_t kinds = rule_kinds(&rule->match);
	struct fw_rule *out;

	kinds = inside_kinds(compile, &rule->match.src, src->mode, kinds);
	kinds = inside_kinds(compile, &rule->match.dst, dst->mode, kinds);
	if (reason == FW_REASON_PERMITTED || reason == FW_REASON_NOT_PERMITTED)
		kinds &= KINDS_IP;
	if (kinds == 0)
		return 0;
	if (src->test_count + dst->test_count > FW_LIVE_PER_RULE)
		return -E2BIG;
	if (compile->clause_count == FW_MAX_RULES) {
		errors_add(compile->errs, SEVERITY_ERROR, ERROR_RULES, &rule->place,
			   "rule \"%s\" does not fit: there can be %u rules, and each live set "
			   "next to other addresses counts as one more",
			   rule->id, FW_MAX_RULES);
		return -EBADMSG;
	}
	out = &compile->policy->image->rules[compile->clause_count];
	fill_rule(compile, rule, reason, out);
	memcpy(out->live, src->tests, src->test_count * sizeof(src->tests[0]));
	memcpy(out->live + src->test_count, dst->tests, dst->test_count * sizeof(dst->tests[0]));
	compile->clauses[compile->clause_count] =
		(struct clause){rule, kinds, src->mode, dst->mode, (uint16_t)compile->clause_count};
	compile->clause_count++;
	return 0;
}

static int expand(struct compile *compile, const struct config_rule *rule, enum fw_reason reason)
{
	bool exclusive = rule->canary || rule->action == FW_ACTION_LOG ||
			 limit_goes_on(compile->config, rule);
	struct side src = {&rule->match.src, 0, exclusive};
	struct side dst = {&rule->match.dst, FW_LIVE_DST, exclusive};
	struct choice from, to;
	int more = 1;

	for (unsigned i = 0; (more = choose(compile, &src, i, &from)) > 0; i++) {
		if (more == 2)
			continue;
		for (unsigned j = 0; (more = choose(compile, &dst, j, &to)) > 0; j++) {
			int err = more == 1 ? add_clause(compile, rule, reason, &from, &to) : 0;

			if (err < 0)
				return err;
		}
		if (more < 0)
			return more;
	}
	return more;
}

static int add_rules(struct compile *compile, const struct config_rule *rules, size_t count,
		     enum fw_reason reason)
{
	int ret = 0;

	for (size_t i = 0; i < count; i++) {
		int err = rules[i].disabled ? 0 : expand(compile, &rules[i], reason);

		if (err == -E2BIG) {
			errors_add(compile->errs, SEVERITY_ERROR, ERROR_LIVE, &rules[i].place,
				   "rule \"%s\" uses more than %u live sets at once", rules[i].id,
				   FW_LIVE_PER_RULE);
			ret = -EBADMSG;
		} else if (err < 0) {
			return err;
		}
	}
	return ret;
}

int compile_rules(struct compile *compile)
{
	const struct config *config = compile->config;
	struct fw_header *header = &compile->policy->image->header;
	int err, failed = 0;

	err = add_rules(compile, config->management, config->management_count,
			FW_REASON_MANAGEMENT);
	header->management = compile->clause_count;
	failed |= err;
	if (err == 0 || err == -EBADMSG)
		failed |= add_rules(compile, config->rules, config->rule_count, FW_REASON_RULE);
	if (failed == 0 && config->has_permitted && config->permitted.count)
		failed = add_rules(compile, &compile->permitted, 1, FW_REASON_PERMITTED);
	if (failed == 0 && config->has_permitted)
		failed = add_rules(compile, &compile->not_permitted, 1, FW_REASON_NOT_PERMITTED);
	header->rules = compile->clause_count;
	header->words = (compile->clause_count + 63) / 64;
	return failed ? -EBADMSG : 0;
}
