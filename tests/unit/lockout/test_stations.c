// SPDX-License-Identifier: MIT
/* MAC addresses of probes, and probes of which something is not known. */
#include <criterion/criterion.h>
#include <net/if_arp.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/policy/fields/fields.h"
#include "daemon/fwd/lockout/probe.h"
#include "daemon/fwd/lockout/variants.h"

static struct prefix mac(const char *text)
{
	struct prefix prefix;

	cr_assert_eq(mac_parse(text, &prefix), 0, "%s", text);
	return prefix;
}

Test(stations, arp)
{
	static const uint8_t question[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2,   0, 0, 0, 0,
					   0xc0, 0x08, 0x06, 0,	   1,	 8,    0,   6, 4, 0, 1,
					   2,	 0,    0,    0,	   0,	 0xc0, 192, 0, 2, 2, 0,
					   0,	 0,    0,    0,	   0,	 192,  0,   2, 1};
	struct probe probe = {.kind = PROBE_ARP, .operation = ARPOP_REQUEST};
	uint8_t frame[PACKET_MAX_FRAME];

	prefix_parse("192.0.2.2", &probe.packet.src);
	prefix_parse("192.0.2.1", &probe.packet.dst);
	probe.packet.has_src_mac = probe.packet.has_dst_mac = true;
	memcpy(probe.packet.src_mac, mac("02:00:00:00:00:c0").addr, 6);
	memset(probe.packet.dst_mac, 0xff, 6);
	cr_assert_eq(probe_frame(&probe, frame), 60);
	cr_expect_arr_eq(frame, question, sizeof(question));
	probe.operation = ARPOP_REPLY;
	memcpy(probe.packet.dst_mac, mac("02:00:00:00:00:e0").addr, 6);
	probe_frame(&probe, frame);
	cr_expect_eq(frame[21], ARPOP_REPLY);
	cr_expect_arr_eq(frame + 32, probe.packet.dst_mac, 6, "who asked is known");
}

/* ---- variants ---- */

/* A rule for each text. */
static struct config *config_with(const char *const *texts, size_t count)
{
	struct config *config = calloc(1, sizeof(*config));

	config->rules = calloc(count, sizeof(*config->rules));
	config->rule_count = count;
	for (size_t i = 0; i < count; i++) {
		struct prefix prefix = mac(texts[i] + (texts[i][0] == '!'));
		struct address_match *match = &config->rules[i].match.src_mac;

		prefix_list_add(texts[i][0] == '!' ? &match->not_prefixes : &match->any_prefixes,
				&prefix);
	}
	return config;
}

static void free_config(struct config *config)
{
	for (size_t i = 0; i < config->rule_count; i++)
		config_match_clear(&config->rules[i].match);
	free(config->rules);
	free(config);
}

/* How many of a probe's variants come from an address of this prefix. */
static unsigned count_in(const struct variants *variants, const struct probe *probe,
			 const char *text)
{
	struct prefix prefix = mac(text), at = {.family = 6, .length = 48};
	unsigned count = 0;

	for (size_t i = 0; i < variants_count(variants, probe); i++) {
		struct probe variant = variants_make(variants, probe, i);

		cr_expect(variant.packet.has_src_mac);
		memcpy(at.addr, variant.packet.src_mac, 6);
		count += prefix_contains(&prefix, &at);
	}
	return count;
}

Test(variants, of_what_rules_ask_for)
{
	static const char *const texts[] = {"02:00:00:00:00:c0", "!04:00:00:00:00:00/8",
					    "02:00:00:00:00:00/24"};
	struct config *config = config_with(texts, array_size(texts));
	struct probe probe = {.any_sender = true, .any_label = true};
	struct variants variants;

	variants_find(NULL, NULL, &variants);
	cr_expect_eq(variants_count(&variants, &probe), 1, "no rules");
	variants_find(config, config, &variants);
	cr_expect_eq(variants_count(&variants, &probe), 4, "each prefix, and none of them");
	cr_expect_eq(count_in(&variants, &probe, "02:00:00:00:00:c0"), 1);
	cr_expect_eq(count_in(&variants, &probe, "02:00:00:00:00:00/24"), 2);
	cr_expect_eq(count_in(&variants, &probe, "04:00:00:00:00:00/8"), 1);
	cr_expect(variants_are_all(&variants, &probe));
	cr_expect_str_eq(variants_unknown(&variants, &probe), "the MAC address that it comes from");
	probe.any_sender = false;
	cr_expect_eq(variants_count(&variants, &probe), 1, "it is known");
	config->rules[0].disabled = config->rules[1].disabled = config->rules[2].disabled = true;
	variants_find(NULL, config, &variants);
	probe.any_sender = true;
	cr_expect_eq(variants_count(&variants, &probe), 1, "rules that are off");
	free_config(config);
}

Test(variants, of_too_many)
{
	const char *texts[] = {"02:00:00:00:00:01", "02:00:00:00:00:02", "02:00:00:00:00:03",
			       "02:00:00:00:00:04", "02:00:00:00:00:05", "02:00:00:00:00:06",
			       "02:00:00:00:00:07", "02:00:00:00:00:08", "02:00:00:00:00:09"};
	struct config *config = config_with(texts, 8), *more = config_with(texts, 9);
	struct probe probe = {.any_sender = true};
	struct variants variants;

	variants_find(config, NULL, &variants);
	cr_expect_eq(variants_count(&variants, &probe), 9);
	cr_expect(variants_are_all(&variants, &probe));
	variants_find(config, more, &variants);
	cr_expect_eq(variants_count(&variants, &probe), 9);
	cr_expect_not(variants_are_all(&variants, &probe));
	probe.any_sender = false;
	cr_expect(variants_are_all(&variants, &probe), "nothing of it is not known");
	free_config(config);
	free_config(more);
}

Test(variants, of_labels)
{
	struct config *config = config_with(NULL, 0);
	struct config_rule rule = {0};
	struct range range = {0, 0xfffff};
	struct probe probe = {.any_label = true};
	struct variants variants;

	config->rules = realloc(config->rules, sizeof(rule));
	config->rules[0] = rule;
	config->rule_count = 1;
	wide_add(&match_fields[MATCH_FLOW_LABEL], &(struct range){7, 7},
		 &config->rules[0].match.flow_label.any_prefixes);
	variants_find(config, NULL, &variants);
	cr_assert_eq(variants_count(&variants, &probe), 2);
	cr_expect_neq(variants_make(&variants, &probe, 0).packet.flow_label, 7);
	cr_expect_eq(variants_make(&variants, &probe, 1).packet.flow_label, 7);
	wide_add(&match_fields[MATCH_FLOW_LABEL], &range,
		 &config->rules[0].match.flow_label.any_prefixes);
	variants_find(config, NULL, &variants);
	cr_expect_not(variants_are_all(&variants, &probe), "there is none that no rule has");
	free_config(config);
}
