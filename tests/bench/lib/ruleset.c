// SPDX-License-Identifier: MIT
#include "tests/bench/lib/ruleset.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>

#define FAR_TRIES 64

/* ---- shapes ---- */

struct range16 {
	uint16_t low, high;
};

/* Per cent of rules; what remains of ports are arbitrary ranges. */
struct shape {
	const char *name;
	unsigned any_src, any_dst;	     /* addresses */
	unsigned shortest_src, shortest_dst; /* lengths of the others: from here to 32 */
	unsigned any_sport, known_sport;     /* ports: any; a well-known port or range */
	unsigned any_dport, known_dport;
	unsigned any_proto, tcp;
	unsigned reuse; /* addresses that another rule has too */
};

static const struct shape shapes[PROFILE_MAX] = {
	[PROFILE_ACL] = {"acl", 35, 3, 16, 20, 97, 3, 20, 75, 12, 70, 60},
	[PROFILE_FW] = {"fw", 40, 35, 8, 16, 70, 25, 20, 70, 10, 65, 70},
	[PROFILE_IPC] = {"ipc", 12, 12, 16, 16, 80, 17, 35, 60, 25, 55, 60},
	[PROFILE_HARD] = {"hard", 45, 45, 8, 8, 30, 0, 30, 0, 40, 60, 30},
	[PROFILE_UNIFORM] = {"uniform", 0, 0, 24, 24, 0, 50, 0, 50, 0, 50, 0},
};

static const uint16_t known_ports[] = {
	20,   21,   22,	  23,	25,   53,   67,	  68,	 69,	80,   88,   110,  111,
	119,  123,  135,  137,	138,  139,  143,  161,	 162,	179,  194,  389,  443,
	445,  465,  500,  514,	515,  520,  554,  587,	 631,	636,  873,  989,  990,
	993,  995,  1080, 1194, 1433, 1434, 1521, 1701,	 1723,	1812, 1813, 2049, 2181,
	3128, 3306, 3389, 4500, 5060, 5061, 5222, 5432,	 5900,	5985, 6379, 6443, 6667,
	8000, 8080, 8443, 9000, 9090, 9200, 9418, 10000, 11211, 27017};

static const struct range16 known_ranges[] = {{1024, 65535},  {0, 1023},      {6000, 6063},
					      {137, 139},     {20, 21},	      {8000, 8099},
					      {33434, 33534}, {49152, 65535}, {5900, 5999}};

const char *profile_name(enum profile profile)
{
	return shapes[profile].name;
}

/* ---- making rules ---- */

static bool chance(struct random *random, unsigned percent)
{
	return random_below(random, 100) < percent;
}

static uint32_t mask_of(unsigned length)
{
	return length ? ~0U << (32 - length) : 0;
}

/*
 * An address: of an earlier rule, within one of a handful of networks (as an
 * organisation has them), or anywhere.
 */
static void random_net(struct ruleset *set, const struct shape *shape, bool src, uint32_t *ret,
		       uint32_t *ret_mask)
{
	unsigned shortest = src ? shape->shortest_src : shape->shortest_dst, length;
	struct random *random = &set->random;
	const struct bench_rule *other;
	uint32_t base = random_next(random);

	if (set->count && chance(random, shape->reuse)) {
		other = &set->rules[random_below(random, set->count)];
		*ret = src ? other->src : other->dst;
		*ret_mask = src ? other->src_mask : other->dst_mask;
		if (*ret_mask)
			return;
	}
	if (shape->reuse && chance(random, 70))
		base = (10 + random_below(random, 8)) << 24 | (base & 0xffffff);
	/* Longer ones are more frequent. */
	length = shortest + random_below(random, 33 - shortest);
	if (chance(random, 50) && length < 24)
		length = chance(random, 50) ? 24 : 32;
	*ret_mask = mask_of(length);
	*ret = base & *ret_mask;
}

static struct range16 random_ports(struct random *random, unsigned any, unsigned known)
{
	unsigned choice = random_below(random, 100);
	uint16_t a, b;

	if (choice < any)
		return (struct range16){0, 65535};
	if (choice < any + known) {
		if (chance(random, 12))
			return known_ranges[random_below(random, sizeof(known_ranges) /
									 sizeof(known_ranges[0]))];
		a = known_ports[random_below(random, sizeof(known_ports) / sizeof(known_ports[0]))];
		if (chance(random, 25))
			a = (uint16_t)random_next(random);
		return (struct range16){a, a};
	}
	a = (uint16_t)random_next(random);
	b = (uint16_t)random_next(random);
	return a < b ? (struct range16){a, b} : (struct range16){b, a};
}

static void random_rule(struct ruleset *set, const struct shape *shape, struct bench_rule *rule)
{
	struct random *random = &set->random;
	bool any_src = chance(random, shape->any_src), any_dst = chance(random, shape->any_dst);
	struct range16 sport, dport;

	/* Rules for all addresses are few, and about one port. */
	if (any_src && any_dst && !chance(random, 10))
		*(chance(random, 50) ? &any_src : &any_dst) = false;
	if (!any_src)
		random_net(set, shape, true, &rule->src, &rule->src_mask);
	if (!any_dst)
		random_net(set, shape, false, &rule->dst, &rule->dst_mask);
	if (!chance(random, shape->any_proto))
		rule->proto = chance(random, shape->tcp) ? IPPROTO_TCP : IPPROTO_UDP;
	sport = random_ports(random, shape->any_sport, shape->known_sport);
	dport = random_ports(random, shape->any_dport, shape->known_dport);
	if (any_src && any_dst) {
		dport.low = dport.high = (uint16_t)random_next(random);
		if (!rule->proto)
			rule->proto = IPPROTO_TCP;
	}
	rule->sport_low = sport.low;
	rule->sport_high = sport.high;
	rule->dport_low = dport.low;
	rule->dport_high = dport.high;
}

struct ruleset *ruleset_make(enum profile profile, unsigned count, uint64_t seed)
{
	struct ruleset *set = calloc(1, sizeof(*set));

	if (!set)
		return NULL;
	set->rules = calloc(count, sizeof(*set->rules));
	if (!set->rules)
		return ruleset_free(set);
	set->random.state = seed * 0x9e3779b97f4a7c15ULL | 1;
	for (; set->count + 1 < count; set->count++)
		random_rule(set, &shapes[profile], &set->rules[set->count]);
	set->rules[count - 1].sport_high = set->rules[count - 1].dport_high = 65535;
	set->count = count;
	return set;
}

struct ruleset *ruleset_free(struct ruleset *set)
{
	if (set)
		free(set->rules);
	free(set);
	return NULL;
}

/* ---- the config ---- */

static void print_net(FILE *out, const char *name, uint32_t address, uint32_t mask)
{
	struct in_addr in = {htonl(address)};

	if (mask)
		fprintf(out, ", \"%s\": \"%s/%d\"", name, inet_ntoa(in), __builtin_popcount(mask));
}

static void print_ports(FILE *out, const char *name, uint16_t low, uint16_t high)
{
	if (low || high != 65535)
		fprintf(out, ", \"%s\": \"%u-%u\"", name, low, high);
}

void ruleset_config(const struct ruleset *set, const char *feed, FILE *out)
{
	fputs("{\"enforce\": true, \"interfaces\": {\"b0\": {}}, ", out);
	if (feed)
		fprintf(out, "\"sets\": {\"feed\": {\"file\": \"%s\"}}, ", feed);
	fputs("\"rules\": [\n", out);
	if (feed)
		fputs("{\"id\": \"feed\", \"match\": {\"src\": \"@feed\"}, \"action\": "
		      "\"drop\"},\n",
		      out);
	for (unsigned i = 0; i < set->count; i++) {
		const struct bench_rule *rule = &set->rules[i];

		fprintf(out, "%s{\"id\": \"r%u\", \"match\": {\"family\": \"ipv4\"", i ? ",\n" : "",
			i);
		print_net(out, "src", rule->src, rule->src_mask);
		print_net(out, "dst", rule->dst, rule->dst_mask);
		if (rule->proto)
			fprintf(out, ", \"proto\": %u", rule->proto);
		print_ports(out, "sport", rule->sport_low, rule->sport_high);
		print_ports(out, "dport", rule->dport_low, rule->dport_high);
		fputs("}, \"action\": \"drop\"}", out);
	}
	fputs("\n]}\n", out);
}

static void print_nft_net(FILE *out, const char *name, uint32_t address, uint32_t mask)
{
	struct in_addr in = {htonl(address)};

	if (mask)
		fprintf(out, " ip %s %s/%d", name, inet_ntoa(in), __builtin_popcount(mask));
}

static void print_nft_ports(FILE *out, const char *name, uint16_t low, uint16_t high)
{
	if (low == high)
		fprintf(out, " th %s %u", name, low);
	else if (low || high != 65535)
		fprintf(out, " th %s %u-%u", name, low, high);
}

void ruleset_nft(const struct ruleset *set, FILE *out)
{
	fputs("table netdev bench {\n chain in {\n"
	      "  type filter hook ingress device \"fwb\" priority 0;\n",
	      out);
	for (unsigned i = 0; i < set->count; i++) {
		const struct bench_rule *rule = &set->rules[i];
		bool ports = rule->sport_low || rule->sport_high != 65535 || rule->dport_low ||
			     rule->dport_high != 65535;

		fputs(" ", out);
		print_nft_net(out, "saddr", rule->src, rule->src_mask);
		print_nft_net(out, "daddr", rule->dst, rule->dst_mask);
		if (rule->proto)
			fprintf(out, " meta l4proto %u", rule->proto);
		else if (ports)
			fputs(" meta l4proto { 6, 17 }", out);
		print_nft_ports(out, "sport", rule->sport_low, rule->sport_high);
		print_nft_ports(out, "dport", rule->dport_low, rule->dport_high);
		fputs(" drop\n", out);
	}
	fputs(" }\n}\n", out);
}

/* ---- keys ---- */

unsigned ruleset_match(const struct ruleset *set, const struct bench_key *key)
{
	uint32_t src = ntohl(key->src[0]), dst = ntohl(key->dst[0]);
	uint16_t sport = ntohs(key->sport), dport = ntohs(key->dport);
	unsigned i = 0;

	for (; i < set->count; i++) {
		const struct bench_rule *rule = &set->rules[i];

		if ((src & rule->src_mask) == rule->src && (dst & rule->dst_mask) == rule->dst &&
		    sport >= rule->sport_low && sport <= rule->sport_high &&
		    dport >= rule->dport_low && dport <= rule->dport_high &&
		    (!rule->proto || rule->proto == key->proto))
			break;
	}
	return i;
}

static const struct bench_rule *any_rule(struct ruleset *set)
{
	return &set->rules[random_below(&set->random, set->count > 1 ? set->count - 1 : 1)];
}

static uint16_t port_in(struct ruleset *set, uint16_t low, uint16_t high)
{
	return htons((uint16_t)(low + random_below(&set->random, high - low + 1U)));
}

/* Each field of a rule of its own, which may be one and the same. */
static struct bench_key key_of(struct ruleset *set, const struct bench_rule *src,
			       const struct bench_rule *dst, const struct bench_rule *ports)
{
	struct random *random = &set->random;
	struct bench_key key = {0};

	key.src[0] = htonl(src->src | (random_next(random) & ~src->src_mask));
	key.dst[0] = htonl(dst->dst | (random_next(random) & ~dst->dst_mask));
	key.sport = port_in(set, ports->sport_low, ports->sport_high);
	key.dport = port_in(set, ports->dport_low, ports->dport_high);
	key.proto = ports->proto;
	if (!key.proto)
		key.proto = chance(random, 50) ? IPPROTO_TCP : IPPROTO_UDP;
	return key;
}

struct bench_key ruleset_key(struct ruleset *set)
{
	const struct bench_rule *rule = any_rule(set);

	return key_of(set, rule, rule, rule);
}

struct bench_key ruleset_far_key(struct ruleset *set)
{
	struct bench_key key;

	for (int i = 0; i < FAR_TRIES; i++) {
		key = key_of(set, any_rule(set), any_rule(set), any_rule(set));
		if (ruleset_match(set, &key) + 1 >= set->count)
			break;
	}
	return key;
}
