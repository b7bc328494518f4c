// SPDX-License-Identifier: MIT
#include "tests/bench/lib/policies.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/abi/fw_limits.h"
#include "tests/bench/lib/traffic/listener.h"

/* ---- addresses: four words in host order; IPv4 in the first ---- */

struct net {
	uint32_t words[4];
	unsigned length;
};

static uint32_t mask_word(unsigned length, unsigned word)
{
	unsigned bits = length > word * 32 ? length - word * 32 : 0;

	return bits >= 32 ? ~0U : bits ? ~0U << (32 - bits) : 0;
}

/* Lengths from shortest to longest; the bit at `shortest` (from 1) is 0, so that MEET_NEAR can set it. */
static struct net random_net(struct work *work, unsigned shortest, unsigned longest)
{
	struct net net = {.length = shortest + random_below(&work->random, longest - shortest + 1)};

	for (unsigned i = 0; i < 4; i++)
		net.words[i] = random_next(&work->random) & mask_word(net.length, i);
	if (work->family == 6)
		net.words[0] = 0x20000000 | (net.words[0] & 0x0fffffff);
	net.words[(shortest - 1) / 32] &= ~(1U << (31 - (shortest - 1) % 32));
	return net;
}

static void print_net(FILE *out, unsigned family, const struct net *net)
{
	uint32_t words[4] = {htonl(net->words[0]), htonl(net->words[1]), htonl(net->words[2]),
			     htonl(net->words[3])};
	char text[INET6_ADDRSTRLEN];

	inet_ntop(family == 4 ? AF_INET : AF_INET6, words, text, sizeof(text));
	fprintf(out, "%s/%u", text, net->length);
}

/* A random address of a net, as on the wire; near: of its neighbour (see random_net). */
static void address_in(struct work *work, const struct net *net, unsigned near, uint32_t *ret)
{
	for (unsigned i = 0; i < 4; i++) {
		uint32_t mask = mask_word(net->length, i);
		uint32_t word = net->words[i] | (random_next(&work->random) & ~mask);

		if (near && (near - 1) / 32 == i)
			word |= 1U << (31 - (near - 1) % 32);
		ret[i] = htonl(word);
	}
}

static void random_address(struct work *work, uint32_t *ret)
{
	static const struct net any4 = {{0x0a000000}, 8}, any6 = {{0x20010db8}, 32};

	address_in(work, work->family == 4 ? &any4 : &any6, 0, ret);
}

/* Packets from anywhere in 10/8 or 2001:db8::/32 to there. */
static void fill_anything(struct work *work)
{
	for (uint32_t i = 0; i < work->key_count; i++) {
		struct bench_key *key = &work->keys[i];

		random_address(work, key->src);
		random_address(work, key->dst);
		key->sport = (uint16_t)random_next(&work->random);
		key->dport = (uint16_t)random_next(&work->random);
	}
}

/* As many sources as count says, each about as often. */
static void fill_sources(struct work *work)
{
	uint32_t count = work->meet == MEET_ONE_SOURCE ? 1 : work->count;

	fill_anything(work);
	for (uint32_t i = 0; i < work->key_count; i++)
		work->keys[i].src[0] = htonl(0x0a000000 + random_below(&work->random, count));
}

#define HEAD "{\"enforce\": true, \"interfaces\": {\"b0\": {}}"

void policy_empty(struct work *work)
{
	fprintf(work->config, HEAD "}");
	fill_anything(work);
}

/* ---- rules ---- */

struct acl {
	struct net src, dst;
	bool tcp;
	unsigned low, high; /* destination ports */
};

/*
 * In the manner of access lists: destinations more specific than sources, some
 * sources anywhere, well-known ports and a few ranges, three in four UDP as our
 * packets are.
 */
static struct acl random_acl(struct work *work, bool last)
{
	static const uint16_t services[] = {53, 123, 161, 443, 500, 514, 1812, 3478, 4500, 5060};
	unsigned base = work->family == 4 ? 0 : 32;
	struct acl acl = {
		.src = random_net(work, base + 16, base + 28),
		.dst = random_net(work, base + 20, base + 32),
		.tcp = !last && random_below(&work->random, 4) == 0,
	};

	if (random_below(&work->random, 4) == 0) {
		acl.low = random_below(&work->random, 60000);
		acl.high = acl.low + random_below(&work->random, 5000);
	} else {
		acl.low = acl.high = services[random_below(&work->random, 10)];
	}
	return acl;
}

static void print_acl(struct work *work, const struct acl *acl, unsigned number)
{
	FILE *out = work->config;

	fprintf(out, "%s{\"id\": \"r%u\", \"match\": {\"src\": \"", number ? "," : "", number);
	print_net(out, work->family, &acl->src);
	fputs("\", \"dst\": \"", out);
	print_net(out, work->family, &acl->dst);
	fprintf(out, "\", \"proto\": \"%s\", \"dport\": \"%u-%u\"}, \"action\": \"drop\"}\n",
		acl->tcp ? "tcp" : "udp", acl->low, acl->high);
}

static void fill_acls(struct work *work, const struct acl *acls)
{
	fill_anything(work);
	for (uint32_t i = 0; i < work->key_count && work->meet != MEET_NOTHING; i++) {
		struct bench_key *key = &work->keys[i];
		const struct acl *acl = &acls[work->count - 1];

		while (work->meet == MEET_ANY) {
			acl = &acls[random_below(&work->random, work->count)];
			if (!acl->tcp)
				break;
		}
		address_in(work, &acl->src, 0, key->src);
		address_in(work, &acl->dst, 0, key->dst);
		key->dport = htons((uint16_t)(acl->low + random_below(&work->random,
								      acl->high - acl->low + 1)));
	}
}

void policy_rules(struct work *work)
{
	struct acl *acls = calloc(work->count, sizeof(*acls));

	if (!acls)
		abort();
	fprintf(work->config, HEAD ", \"rules\": [\n");
	for (unsigned i = 0; i < work->count; i++) {
		acls[i] = random_acl(work, i == work->count - 1);
		print_acl(work, &acls[i], i);
	}
	fputs("]}", work->config);
	fill_acls(work, acls);
	free(acls);
}

/* ---- sets ---- */

/* Half of them /24 or /48, as in feeds and routing tables. */
static struct net random_set_net(struct work *work, unsigned number)
{
	struct net net = work->family == 4 ? random_net(work, 17, 32) : random_net(work, 36, 64);
	unsigned usual = work->family == 4 ? 24 : 48;

	if (number % 2 && net.length > usual) {
		net.length = usual;
		for (unsigned i = 0; i < 4; i++)
			net.words[i] &= mask_word(usual, i);
	}
	return net;
}

/* Elements, and packets from them. quote: around each. */
static void print_set(struct work *work, const char *quote)
{
	struct net *nets = calloc(work->count, sizeof(*nets));
	unsigned near = work->meet != MEET_NEAR ? 0 : work->family == 4 ? 17 : 36;

	if (!nets)
		abort();
	for (unsigned i = 0; i < work->count; i++) {
		nets[i] = random_set_net(work, i);
		fprintf(work->config, "%s%s", i ? ",\n" : "", quote);
		print_net(work->config, work->family, &nets[i]);
		fputs(quote, work->config);
	}
	fill_anything(work);
	for (uint32_t i = 0; i < work->key_count; i++)
		address_in(work, &nets[random_below(&work->random, work->count)], near,
			   work->keys[i].src);
	free(nets);
}

void policy_set(struct work *work)
{
	fputs(HEAD ", \"sets\": {\"s\": {\"elements\": [", work->config);
	print_set(work, "\"");
	fputs("]}}, \"rules\": [{\"id\": \"set\", \"match\": {\"src\": \"@s\"},"
	      "\"action\": \"drop\"}]}",
	      work->config);
}

void policy_set_nft(struct work *work)
{
	fputs("table netdev bench {\n set s {\n  type ipv4_addr\n  flags interval\n  auto-merge\n"
	      "  elements = {",
	      work->config);
	print_set(work, "");
	fputs("}\n }\n chain in {\n  type filter hook ingress device \"fwb\" priority 0;\n"
	      "  ip saddr @s drop\n }\n}\n",
	      work->config);
}

void policy_permitted(struct work *work)
{
	fprintf(work->config, HEAD ", \"permitted_cidrs\": [\"10.0.0.0/8\", \"192.168.0.0/16\","
				   "\"2001:db8::/32\", \"fd00::/8\"]}");
	fill_anything(work);
	for (uint32_t i = 0; i < work->key_count && work->meet == MEET_NOTHING; i++)
		work->keys[i].src[0] = htonl(random_next(&work->random) | 0xc0a90000);
}

/* ---- limits ---- */

static void print_limit(struct work *work, const char *limit)
{
	fprintf(work->config,
		HEAD ", \"limits\": {\"l\": {%s}}, \"rules\": [{\"id\": \"limited\","
		     " \"match\": {\"proto\": \"udp\"}, \"limit\": \"l\"}]}",
		limit);
	fill_sources(work);
}

void policy_limit_none(struct work *work)
{
	fputs(HEAD ", \"rules\": [{\"id\": \"limited\", \"match\": {\"proto\": \"udp\"},"
		   " \"action\": \"pass\"}]}",
	      work->config);
	fill_sources(work);
}

void policy_limit_rule(struct work *work)
{
	print_limit(work, "\"rate\": \"1000000000/s\", \"burst\": 1000000000, \"per\": \"rule\"");
}

void policy_limit_source(struct work *work)
{
	print_limit(work, "\"rate\": \"1000000000/s\", \"burst\": 1000000000, \"per\": \"src/32\"");
}

void policy_limit_million(struct work *work)
{
	print_limit(work, "\"rate\": \"1000000000/s\", \"burst\": 1000000000, \"per\": \"src/32\","
			  " \"max\": 1000000");
}

void policy_limit_levels(struct work *work)
{
	print_limit(work, "\"rate\": \"1000000000/s\", \"burst\": 1000000000,"
			  " \"per\": [\"src/32\", \"src/24\", \"rule\"]");
}

void policy_limit_window(struct work *work)
{
	print_limit(work, "\"rate\": \"1000000000/s\", \"per\": \"src/32\","
			  " \"algorithm\": \"sliding_window\"");
}

void policy_limit_over(struct work *work)
{
	print_limit(work, "\"rate\": \"1/min\", \"burst\": 1, \"per\": \"src/32\"");
}

/* LIMITS limits per source with "within": "continue", all on the way of each packet, and a rule that passes. */
static void print_continuing(struct work *work, unsigned limits)
{
	fputs(HEAD ", \"limits\": {", work->config);
	for (unsigned i = 0; i < limits; i++)
		fprintf(work->config,
			"%s\"l%u\": {\"rate\": \"1000000000/s\", \"burst\": 1000000000,"
			" \"per\": \"src/32\", \"within\": \"continue\"}",
			i ? ", " : "", i);
	fputs("}, \"rules\": [", work->config);
	for (unsigned i = 0; i < limits; i++)
		fprintf(work->config,
			"{\"id\": \"limited%u\", \"match\": {\"proto\": \"udp\"},"
			" \"limit\": \"l%u\"}, ",
			i, i);
	fputs("{\"id\": \"decides\", \"match\": {\"proto\": \"udp\"},"
	      " \"action\": \"pass\"}]}",
	      work->config);
	fill_sources(work);
}

void policy_limit_continue(struct work *work)
{
	print_continuing(work, 1);
}

void policy_limits_continue(struct work *work)
{
	print_continuing(work, FW_LIMITS_ON_WAY);
}

/* A canary and the rule that it rehearses, with one limit per source. */
void policy_limit_canary(struct work *work)
{
	fputs(HEAD ", \"limits\": {\"l\": {\"rate\": \"1000000000/s\","
		   " \"burst\": 1000000000, \"per\": \"src/32\"}}, \"rules\": ["
		   "{\"id\": \"canary\", \"match\": {\"proto\": \"udp\"}, \"limit\": \"l\","
		   " \"enforce\": false},"
		   "{\"id\": \"limited\", \"match\": {\"proto\": \"udp\"}, \"limit\": \"l\"}]}",
	      work->config);
	fill_sources(work);
}

static void print_cookie(struct work *work, const char *whose)
{
	fprintf(work->config,
		HEAD ", \"limits\": {\"l\": {\"rate\": \"1/h\", \"burst\": 1,"
		     " \"algorithm\": \"syn_cookie\", \"cookies\": {\"for\": \"%s\"}}},"
		     " \"rules\": [{\"id\": \"syns\", \"match\": {\"proto\": \"tcp\"},"
		     " \"limit\": \"l\"}]}",
		whose);
	fill_sources(work);
	for (uint32_t i = 0; i < work->key_count; i++)
		work->keys[i].proto = IPPROTO_TCP;
}

void policy_limit_cookie(struct work *work)
{
	print_cookie(work, "synproxy");
}

void policy_limit_cookie_local(struct work *work)
{
	print_cookie(work, "local");
	for (uint32_t i = 0; i < work->key_count; i++) {
		work->keys[i].dst[0] = htonl(LISTENER_ADDRESS);
		work->keys[i].dport = htons(LISTENER_PORT);
	}
}

void policy_many_fields(struct work *work)
{
	fprintf(work->config,
		HEAD ", \"rules\": [{\"id\": \"all\", \"match\": {\"interface\": \"b0\","
		     "\"family\": \"ipv4\", \"src\": \"10.0.0.0/8\", \"dst\": \"10.0.0.0/8\","
		     "\"proto\": \"udp\", \"sport\": \"0-65535\", \"dport\": \"0-65535\","
		     "\"vlan\": \"untagged\", \"fragment\": false, \"length\": \"20-1500\","
		     "\"dscp\": 0, \"ttl\": \"2-255\"}, \"action\": \"drop\"}]}");
	fill_anything(work);
}
