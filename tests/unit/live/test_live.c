// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/abi/fw_limits.h"
#include "tests/unit/live/fake_maps.h"

#define SECOND 1000000000ULL

static struct fake_maps maps;
static struct live *live;

static void setup(void)
{
	maps = (struct fake_maps){.now = 100 * SECOND};
	live = live_new(&fake_ops, &maps);
	cr_assert(live);
}

static void teardown(void)
{
	live = live_close(live);
	fake_clear(&maps);
}

TestSuite(live, .init = setup, .fini = teardown);

static struct prefix p(const char *text)
{
	struct prefix prefix;

	cr_assert(prefix_parse(text, &prefix) == 0, "%s", text);
	return prefix;
}

static int add(unsigned set_id, const char *text, uint64_t seconds)
{
	struct prefix prefix = p(text);

	return live_add(live, set_id, &prefix, seconds * SECOND, 0, NULL, NULL);
}

static bool has(unsigned set_id, const char *text)
{
	struct prefix host = p(text);

	return fake_has(&maps, set_id, &host);
}

Test(live, add_refresh_delete)
{
	struct prefix prefix = p("192.0.2.0/24");
	const struct live_entry *entry;
	bool is_new;

	cr_assert(live_add(live, 0, &prefix, 10 * SECOND, 0, "scans", &is_new) == 0 && is_new);
	cr_assert(maps.blocks4 == 1 && maps.blocks6 == 0);
	cr_assert(has(0, "192.0.2.7") && !has(0, "192.0.3.7") && !has(1, "192.0.2.7"));

	maps.now += 5 * SECOND;
	cr_assert(live_add(live, 0, &prefix, 10 * SECOND, 0, NULL, &is_new) == 0 && !is_new);
	entry = live_find(live, 0, &prefix);
	cr_assert(entry && entry->expires == 115 * SECOND && entry->created == 100 * SECOND);
	cr_assert_str_eq(entry->reason, "scans");
	cr_assert(live_next_expiry(live) == 115 * SECOND);

	cr_assert(live_delete(live, 0, &prefix) == 0 && live_delete(live, 0, &prefix) == -ENOENT);
	cr_assert(maps.count == 0 && maps.blocks4 == 0 && !live_find(live, 0, &prefix));
	cr_assert(live_next_expiry(live) == FW_FOREVER);
}

Test(live, forever_and_back)
{
	add(3, "2001:db8::/32", 0);
	cr_assert(live_next_expiry(live) == FW_FOREVER && maps.blocks6 == 0);
	add(3, "2001:db8::/32", 5);
	cr_assert(live_next_expiry(live) == 105 * SECOND);
	add(3, "2001:db8::/32", 0);
	cr_assert(live_next_expiry(live) == FW_FOREVER);
	cr_assert(live_expire(live, 1000 * SECOND) == 0 && has(3, "2001:db8::1"));
}

/* The trie of the kernel finds only the longest: it must know the others' ends. */
Test(live, nested)
{
	struct prefix outer = p("10.0.0.0/8");

	add(0, "10.1.2.3", 5);
	add(0, "10.0.0.0/8", 20);
	add(0, "10.1.0.0/16", 10);
	maps.now += 6 * SECOND;
	cr_assert(has(0, "10.1.2.3"), "its own time is over, but the /8 still holds");
	cr_assert(live_expire(live, maps.now) == 1 && maps.count == 2);
	cr_assert(has(0, "10.1.2.3"));
	maps.now += 6 * SECOND;
	cr_assert(has(0, "10.1.2.3"), "the /16 is over, the /8 is not");
	live_delete(live, 0, &outer);
	cr_assert(!has(0, "10.1.2.3") && !has(0, "10.2.0.1"));
}

Test(live, shortened_cover)
{
	add(0, "10.0.0.0/8", 0);
	add(0, "10.1.0.0/16", 10);
	add(0, "10.0.0.0/8", 5);
	maps.now += 7 * SECOND;
	cr_assert(has(0, "10.1.2.3") && !has(0, "10.2.2.3"));
	maps.now += 7 * SECOND;
	cr_assert(!has(0, "10.1.2.3"));
}

Test(live, limits)
{
	struct prefix a = p("192.0.2.1"), b = p("2001:db8::1");

	cr_assert(live_add(live, 1, &a, 0, 1, NULL, NULL) == 0);
	cr_assert(live_add(live, 1, &b, 0, 1, NULL, NULL) == -ENOSPC);
	cr_assert(live_add(live, 1, &a, 0, 1, NULL, NULL) == 0, "a refresh needs no room");
	cr_assert(live_add(live, 2, &b, 0, 1, NULL, NULL) == 0, "another set has its own");
	cr_assert(live_add(live, FW_MAX_LIVE_SETS, &a, 0, 0, NULL, NULL) == -EINVAL);
}

Test(live, failed_writes_change_nothing)
{
	struct prefix prefix = p("192.0.2.1"), other = p("192.0.2.2");

	live_add(live, 0, &prefix, 5 * SECOND, 0, NULL, NULL);
	maps.fail = -ENOSPC;
	cr_assert(live_add(live, 0, &other, 0, 0, NULL, NULL) == -ENOSPC);
	cr_assert(live_add(live, 0, &prefix, 0, 0, NULL, NULL) == -ENOSPC);
	maps.fail = 0;
	cr_assert(!live_find(live, 0, &other) && maps.blocks4 == 1);
	cr_assert(live_next_expiry(live) == 105 * SECOND);
	cr_assert(live_expire(live, 105 * SECOND) == 1 && maps.count == 0);
}

Test(live, list_is_sorted)
{
	static const char *const texts[] = {"10.0.0.0/8",   "10.0.0.0/16", "10.128.0.1",
					    "192.0.2.0/24", "::/0",	   "2001:db8::/32"};
	const struct live_entry *list;

	for (int i = 5; i >= 0; i--)
		add(7, texts[i], 10);
	cr_assert(live_list(live, 7, &list) == 6);
	for (int i = 0; i < 6; i++) {
		struct prefix want = p(texts[i]);

		cr_assert(prefix_compare(&list[i].prefix, &want) == 0, "%s", texts[i]);
	}
	cr_assert(live_list(live, 8, &list) == 0);
	cr_assert(live_flush(live, 7) == 6 && maps.count == 0);
	cr_assert(live_list(live, 7, &list) == 0);
}

Test(live, adopt)
{
	struct prefix outer = p("10.0.0.0/8"), inner = p("10.0.0.1");
	struct fw_live_value old = {200 * SECOND, 200 * SECOND, 50 * SECOND, {0}}, value;

	cr_assert(live_adopt(live, 0, &outer, &old) == 0);
	cr_assert(live_adopt(live, 0, &outer, &old) == -EEXIST);
	old.expires = 150 * SECOND;
	cr_assert(live_adopt(live, 0, &inner, &old) == 0);
	cr_assert(maps.writes == 0 && maps.blocks4 == 0);
	live_publish(live);
	cr_assert(maps.blocks4 == 2);
	cr_assert(live_value(live, 0, &inner, &value) == 0);
	cr_assert(value.expires == 150 * SECOND && value.effective == 200 * SECOND);
	cr_assert(live_next_expiry(live) == 150 * SECOND);
}

/* ---- against a plain list ---- */

static uint64_t random_state;

static uint32_t pick(uint32_t below)
{
	random_state = random_state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (uint32_t)(random_state >> 33) % below;
}

/* Few addresses, so that prefixes nest and repeat. */
static struct prefix random_prefix(void)
{
	struct prefix prefix = {.family = pick(2) ? 4 : 6};

	prefix.length = (uint8_t)pick(11);
	prefix.addr[0] = (uint8_t)(pick(256) & (0xff00 >> (prefix.length < 8 ? prefix.length : 8)));
	if (prefix.length > 8)
		prefix.addr[1] = (uint8_t)(pick(256) & (0xff00 >> (prefix.length - 8)));
	return prefix;
}

/* Every entry of the maps says what the plain truth says: the latest end of all that cover it. */
static void check_effective(void)
{
	for (size_t i = 0; i < maps.count; i++) {
		const struct fake_entry *entry = &maps.entries[i];
		uint64_t latest = 0;

		for (size_t j = 0; j < maps.count; j++) {
			const struct fake_entry *other = &maps.entries[j];

			if (other->set_id == entry->set_id &&
			    prefix_contains(&other->prefix, &entry->prefix) &&
			    other->value.expires > latest)
				latest = other->value.expires;
		}
		cr_assert(entry->value.effective == latest);
	}
}

static void check_counts(void)
{
	const struct live_entry *list;
	size_t listed = 0;

	for (unsigned set = 0; set < 3; set++) {
		size_t count = live_list(live, set, &list);

		listed += count;
		for (size_t i = 0; i < count; i++) {
			const struct fake_entry *entry = fake_find(&maps, set, &list[i].prefix);

			cr_assert(entry && entry->value.expires == list[i].expires);
			cr_assert(i == 0 ||
				  prefix_compare(&list[i - 1].prefix, &list[i].prefix) < 0);
		}
	}
	cr_assert(listed == maps.count);
}

Test(live, random_edits)
{
	random_state = 1;
	for (int step = 0; step < 20000; step++) {
		struct prefix prefix = random_prefix();
		unsigned set_id = pick(3), what = pick(10);

		maps.now += pick(3) * SECOND / 10;
		if (what < 6)
			live_add(live, set_id, &prefix, pick(4) ? pick(60) * SECOND : 0, 0,
				 pick(2) ? "why" : NULL, NULL);
		else if (what < 9)
			live_delete(live, set_id, &prefix);
		else if (pick(500) == 0)
			live_flush(live, set_id);
		live_expire(live, maps.now);
		cr_assert(live_next_expiry(live) > maps.now);
		if (step % 20 == 0) {
			check_effective();
			check_counts();
		}
	}
}

Test(live, many)
{
	random_state = 2;
	maps.only_count = true;
	for (unsigned i = 0; i < 100000; i++) {
		uint32_t addr = pick(0x7fffffff) * 2654435761u;
		struct prefix prefix = prefix_host(4, &addr);

		cr_assert(live_add(live, 0, &prefix, SECOND * (1 + pick(1000)), 0, NULL, NULL) ==
			  0);
	}
	cr_assert(maps.blocks4 > 99000);
	cr_assert(live_expire(live, maps.now + 2000 * SECOND) > 99000 && maps.blocks4 == 0);
}
