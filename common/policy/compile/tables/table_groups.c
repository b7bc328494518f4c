// SPDX-License-Identifier: MIT
/* Groups of prefixes, of a set or of a rule's own list, and the rules that use them. */
#include "common/policy/compile/tables/table_build.h"

#include <errno.h>
#include <stdlib.h>

#include "common/base/memory.h"

int table_family(enum fw_table table)
{
	return match_tables[table].family;
}

const char *table_text(enum fw_table table)
{
	return match_tables[table].text;
}

static enum group_origin origin_of(const struct compile *compile, const struct config_rule *rule)
{
	const struct config *config = compile->config;

	if (rule == &compile->permitted || rule == &compile->not_permitted)
		return GROUP_IMPLICIT;
	return config->management_count && rule >= config->management &&
			       rule < config->management + config->management_count
		       ? GROUP_MANAGEMENT
		       : GROUP_RULE;
}

/* The group of a list of a rule; those of sets are first, by index. */
static struct group *group_of(struct table_build *build, const struct config_rule *rule,
			      const struct prefix_list *list)
{
	const struct match_field *match_field = &match_fields[match_tables[build->table].field];
	size_t first = build->compile->config->set_count;
	struct group *group;

	/* Clauses of a rule are adjacent, so it is among the last two. */
	for (size_t i = build->group_count; i > first && i + 2 > build->group_count; i--)
		if (build->groups[i - 1].list == list)
			return &build->groups[i - 1];
	group = &build->groups[build->group_count++];
	group->list = list;
	group->origin = origin_of(build->compile, rule);
	group->negated = list == &match_addresses(match_field, &rule->match)->not_prefixes;
	group->name = rule->id;
	return group;
}

struct prefix_content *table_content(const struct group *group)
{
	struct prefix_list copy = {0};

	if (group->content)
		return prefix_content_share(group->content);
	for (size_t i = 0; i < group->list->count; i++) {
		if (prefix_list_add(&copy, &group->list->items[i]) < 0) {
			prefix_list_clear(&copy);
			return NULL;
		}
	}
	return prefix_content_new(&copy);
}

static int group_use(struct group *group, const struct clause *clause, unsigned number, bool inside)
{
	struct use *use = array_grow(&group->uses, group->use_count, sizeof(*use));

	if (!use)
		return -ENOMEM;
	*use = (struct use){(uint16_t)number, inside};
	group->use_count++;
	group->rule = clause->rule;
	return 0;
}

static int use_sets(struct table_build *build, const struct clause *clause, unsigned number,
		    const size_t *sets, size_t count, bool inside)
{
	int err = 0;

	for (size_t i = 0; i < count && err == 0; i++)
		if (build->compile->config->sets[sets[i]].kind != SET_LIVE)
			err = group_use(&build->groups[sets[i]], clause, number, inside);
	return err;
}

static int use_list(struct table_build *build, const struct clause *clause, unsigned number,
		    const struct prefix_list *list, bool inside)
{
	return list->count ? group_use(group_of(build, clause->rule, list), clause, number, inside)
			   : 0;
}

static int use_clause(struct table_build *build, unsigned number)
{
	const struct clause *clause = &build->compile->clauses[number];
	const struct match_table *table = &match_tables[build->table];
	const struct address_match *match =
		match_addresses(&match_fields[table->field], &clause->rule->match);
	enum side_mode mode = clause_mode(clause, table->field);
	bool inside = mode == SIDE_INSIDE;
	int err = 0;

	/* Its kinds distinguish such packets. */
	if (!(clause->kinds & table->kinds)) {
		row_set(&build->unaware, number);
		return 0;
	}
	if (!inside)
		row_set(&build->unaware, number);
	if (mode != SIDE_ALL) {
		err = use_list(build, clause, number, &match->any_prefixes, inside);
		if (err == 0)
			err = use_sets(build, clause, number, match->any_sets, match->any_set_count,
				       inside);
	}
	if (err == 0)
		err = use_list(build, clause, number, &match->not_prefixes, false);
	if (err == 0)
		err = use_sets(build, clause, number, match->not_sets, match->not_set_count, false);
	return err;
}

int table_make_groups(struct table_build *build)
{
	const struct config *config = build->compile->config;
	size_t most = config->set_count + 2 * (size_t)build->compile->clause_count;
	int err = 0;

	build->groups = calloc(most + 1, sizeof(*build->groups));
	if (!build->groups)
		return -ENOMEM;
	build->group_count = config->set_count;
	for (size_t i = 0; i < config->set_count; i++)
		build->groups[i] = (struct group){.list = &config->sets[i].prefixes,
						  .content = config->sets[i].content,
						  .origin = GROUP_SET,
						  .name = config->sets[i].name};
	for (unsigned i = 0; i < build->compile->clause_count && err == 0; i++)
		err = use_clause(build, build->compile->by_rank[i]);
	return err;
}
