// SPDX-License-Identifier: MIT
#include "tests/unit/policy/compiled.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/policy/fields/fields.h"
#include "common/policy/compile/rows.h"

#define TEXT_SIZE 4096

static char *with_quotes(const char *text)
{
	char *copy = strdup(text);

	cr_assert(copy);
	for (char *c = copy; *c; c++)
		if (*c == '\'')
			*c = '"';
	return copy;
}

static struct config *parse(const char *text)
{
	struct document *document = NULL;
	struct config *config = NULL;
	struct errors errs = {0};
	int err = document_read_text("test.json", text, strlen(text), &document, &errs);

	if (err == 0)
		err = config_parse(document, NULL, &config, &errs);
	if (err < 0)
		errors_print(&errs, stderr, false);
	cr_assert(err == 0, "not a config: %s", text);
	errors_clear(&errs);
	document_free(document);
	return config;
}

struct compiled compile_text(const char *text, const struct slots *previous)
{
	cleanup_free char *json = with_quotes(text);
	struct compiled compiled = {.config = parse(json)};

	compiled.err = policy_compile(compiled.config, previous, &compiled.policy, &compiled.errs);
	cr_assert((compiled.err == 0) == (compiled.policy != NULL));
	cr_assert((compiled.err == -EBADMSG) == errors_failed(&compiled.errs));
	return compiled;
}

struct compiled compile_rules_text(const char *rules)
{
	cleanup_free char *text = NULL;

	cr_assert(asprintf(&text,
			   "{'interfaces': {'eth0': {'zone': 'wan'}, 'eth1': {'zone': 'lan'},"
			   " 'eth2': {'zone': 'lan'}},\n"
			   "'sets': {'both': {'elements': ['10.0.0.0/8', '2001:db8::/32']},"
			   " 'only4': {'elements': ['192.0.2.0/24', '198.51.100.0/24']},"
			   " 'only6': {'elements': ['2001:db8:6::/48']},"
			   " 'x': {'live': true}, 'y': {'live': true}, 'z': {'live': true}},\n"
			   "'limits': {'slow': {'rate': '10/s'}, 'fast': {'rate': '1GB/s'},"
			   " 'on': {'rate': '10/s', 'within': 'continue'}},\n"
			   "'rules': [\n%s]}",
			   rules) > 0);
	return compile_text(text, NULL);
}

void compiled_clear(struct compiled *compiled)
{
	policy_free(compiled->policy);
	config_free(compiled->config);
	errors_clear(&compiled->errs);
	*compiled = (struct compiled){0};
}

char *compiled_errors(const struct compiled *compiled)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	cr_assert(out);
	for (size_t i = 0; i < compiled->errs.count; i++) {
		const struct error *error = &compiled->errs.list[i];

		fprintf(out, "%u:%s: %s\n", error->line, error_code_name(error->code),
			error->message);
	}
	fclose(out);
	return text;
}

struct sample sample_of(enum fw_kind kind)
{
	struct sample sample = {.kind = kind};

	for (int i = 0; i < FW_FIELD_MAX; i++)
		sample.values[i] = -1;
	if (kind == FW_KIND_IP4)
		sample.src = sample.dst = "203.0.113.1";
	if (kind == FW_KIND_IP6 || kind == FW_KIND_LINK6)
		sample.src = sample.dst = "2001:db8:ffff::1";
	sample.values[FW_FIELD_INTERFACE] = 0;
	sample.values[FW_FIELD_VLAN] = 0;
	return sample;
}

static uint32_t class_of(const struct sample *sample, enum fw_field field)
{
	const struct match_field *info = match_field_of(field);
	int value = field == FW_FIELD_KIND ? (int)sample->kind : sample->values[field];

	return info->base + (value < 0 ? info->values : (uint32_t)value);
}

/* Longest prefix match, the slow way. */
static uint32_t row_of_address(const struct policy *policy, enum fw_table table, const char *text)
{
	uint32_t row = policy->image->header.table_miss[table];
	int longest = -1;
	struct prefix host;

	cr_assert(prefix_parse(text, &host) == 0, "%s", text);
	for (size_t i = 0; i < policy->tables[table].count; i++) {
		const struct policy_entry *entry = &policy->tables[table].entries[i];

		if (entry->prefix.length > longest && prefix_contains(&entry->prefix, &host)) {
			longest = entry->prefix.length;
			row = entry->row;
		}
	}
	return row;
}

/* source: a field, or FW_SOURCE_TABLES + a table. */
static void and_row(const struct policy *policy, unsigned source, struct row *candidates,
		    uint32_t number)
{
	struct row row;

	cr_assert(number < rows_count(policy->rows, source));
	policy_row(policy, source, number, &row);
	for (int i = 0; i < FW_RULE_WORDS; i++)
		candidates->words[i] &= row.words[i];
}

static void and_address(const struct policy *policy, enum fw_table table, struct row *candidates,
			const char *text)
{
	and_row(policy, FW_SOURCE_TABLES + table, candidates, row_of_address(policy, table, text));
}

static void and_addresses(const struct policy *policy, const struct sample *sample,
			  struct row *candidates)
{
	bool ip4 = sample->kind == FW_KIND_IP4;

	if (!sample->src)
		return;
	and_address(policy, ip4 ? FW_TABLE_SRC4 : FW_TABLE_SRC6, candidates, sample->src);
	and_address(policy, ip4 ? FW_TABLE_DST4 : FW_TABLE_DST6, candidates, sample->dst);
}

static void append(char *text, const char *format, ...)
{
	size_t length = strlen(text);
	va_list args;

	va_start(args, format);
	vsnprintf(text + length, TEXT_SIZE - length, format, args);
	va_end(args);
}

static void append_rule(char *text, const struct policy *policy, const struct fw_rule *rule)
{
	append(text, "%s%s", *text ? " " : "", slots_name(policy->slots, FW_NAME_RULE, rule->slot));
	for (int i = 0; i < FW_LIVE_PER_RULE && rule->live[i].set_id; i++)
		append(text, "%s%s %sin %s", i ? ", " : "(",
		       rule->live[i].flags & FW_LIVE_DST ? "dst" : "src",
		       rule->live[i].flags & FW_LIVE_NEGATE ? "not " : "",
		       slots_name(policy->slots, FW_NAME_LIVE_SET, rule->live[i].set_id));
	if (rule->live[0].set_id)
		append(text, ")");
}

const char *matches(const struct policy *policy, const struct sample *sample)
{
	static char text[TEXT_SIZE];
	const struct fw_image *image = policy->image;
	struct row candidates;

	memset(&candidates, 0xff, sizeof(candidates));
	for (int field = 0; field < FW_FIELD_MAX; field++)
		if (image->header.fields >> field & 1)
			and_row(policy, field, &candidates,
				policy->numbers[class_of(sample, field)]);
	and_addresses(policy, sample, &candidates);
	text[0] = '\0';
	for (unsigned i = 0; i < image->header.rules; i++)
		if (row_has(&candidates, i))
			append_rule(text, policy, policy_rule(policy, i));
	return text;
}

const char *matches_value(const struct policy *policy, enum fw_field field, int value)
{
	struct sample sample = sample_of(FW_KIND_IP4);

	sample.values[field] = value;
	return matches(policy, &sample);
}

const char *matches_addresses(const struct policy *policy, const char *src, const char *dst)
{
	struct sample sample = sample_of(strchr(src, ':') ? FW_KIND_IP6 : FW_KIND_IP4);

	sample.src = src;
	sample.dst = dst;
	return matches(policy, &sample);
}
