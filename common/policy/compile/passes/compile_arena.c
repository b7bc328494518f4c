// SPDX-License-Identifier: MIT
/* The last step for addresses: all four tables into one arena. */
#include "common/policy/compile/compile.h"

#include <errno.h>

static int report_size(struct compile *compile, enum fw_table table)
{
	static const char *const names[] = {FW_TABLES(FW_AS_NAME)};

	errors_add(
		compile->errs, SEVERITY_ERROR, ERROR_ENTRIES, NULL,
		"the address tables do not fit into %u MiB; %zu prefixes of table %s are too many",
		FW_MAX_ARENA_BLOCKS / (1024 * 1024 / (unsigned)sizeof(struct fw_block)),
		compile->policy->tables[table].count, names[table]);
	return -EBADMSG;
}

int compile_arena(struct compile *compile)
{
	struct policy *policy = compile->policy;
	struct fw_header *header = &policy->image->header;
	struct arena *arena = &policy->known->arena;

	for (unsigned i = 0; i < FW_TABLE_MAX; i++) {
		const struct policy_table *table = &policy->tables[i];
		int family = match_tables[i].family;
		int err;

		if (compile->edited >> i & 1)
			continue;
		err = address_table_build(arena, family, table->entries, table->count,
					  header->table_miss[i], &header->table_root[i]);
		if (err)
			return err == -E2BIG ? report_size(compile, i) : err;
		policy->known->edited[i].root = header->table_root[i];
	}
	header->arena = arena_flags(arena);
	if (!policy->known->editing)
		policy->known->fresh_lines = arena->lines;
	return 0;
}
