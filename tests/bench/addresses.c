// SPDX-License-Identifier: MIT
/*
 * Address tables: ns a lookup, compiled and by LPM_TRIE, in the same run.
 *
 *	bench_addresses [--json] [--quick] [--only TEXT]
 *
 * Each round measures no lookup, LPM_TRIE and the compiled table one after the
 * other, on the same random keys; the prices are over no lookup. Both must find
 * the same number of hits. The last columns say what filling takes.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "common/policy/compile/addresses/address_table.h"
#include "tests/bench/lookup.skel.h"
#include "tests/bench/lib/measure.h"
#include "common/base/memory.h"
#include "tests/bench/lib/random.h"
#include "tests/bench/lib/runner.h"

enum lookup { LOOKUP_NONE, LOOKUP_TRIE, LOOKUP_COMPILED, LOOKUP_MAX };

enum shape {
	SHAPE_FEED,    /* from /17 (/32) on, half of them /24 (/48) at most, anywhere */
	SHAPE_HOSTS,   /* addresses anywhere */
	SHAPE_CORNERS, /* the same, all of them within few /12 (/32) */
};

struct test {
	const char *name;
	unsigned family;
	enum shape shape;
	uint32_t count;
	bool hit; /* else keys are anywhere that the shape could be */
};

static const struct test tests[] = {
	{"1 prefix, hit", 4, SHAPE_FEED, 1, true},
	{"16 prefixes, hit", 4, SHAPE_FEED, 16, true},
	{"1k prefixes, hit", 4, SHAPE_FEED, 1000, true},
	{"100k prefixes, hit", 4, SHAPE_FEED, 100000, true},
	{"1M prefixes, hit", 4, SHAPE_FEED, 1000000, true},
	{"1M prefixes, miss", 4, SHAPE_FEED, 1000000, false},
	{"1M hosts, hit", 4, SHAPE_HOSTS, 1000000, true},
	{"1M hosts, miss", 4, SHAPE_HOSTS, 1000000, false},
	{"1M hosts in corners, hit", 4, SHAPE_CORNERS, 1000000, true},
	{"1 prefix, IPv6, hit", 6, SHAPE_FEED, 1, true},
	{"1k prefixes, IPv6, hit", 6, SHAPE_FEED, 1000, true},
	{"100k prefixes, IPv6, hit", 6, SHAPE_FEED, 100000, true},
	{"100k prefixes, IPv6, miss", 6, SHAPE_FEED, 100000, false},
	{"100k prefixes in corners, IPv6, hit", 6, SHAPE_CORNERS, 100000, true},
	{"100k hosts, IPv6, hit", 6, SHAPE_HOSTS, 100000, true},
};

struct bench {
	struct bench_options options;
	uint32_t repeat;
	unsigned rounds;
};

/* One case: its prefixes, and where they are. */
struct tables {
	struct policy_entry *entries;
	size_t count;
	struct arena arena;
	struct lookup_bpf *bpf;
	double build_ms, fill_ms, trie_ms;
};

struct result {
	struct series ns[LOOKUP_MAX];
	struct series over[LOOKUP_MAX];
	uint64_t hits[LOOKUP_MAX];
};

/* ---- prefixes ---- */

static void random_addr(struct random *random, const struct test *test, uint8_t addr[16])
{
	uint32_t words[4];

	for (int i = 0; i < 4; i++)
		words[i] = random_next(random);
	if (test->family == 6)
		words[0] = 0x20000000 | (words[0] & 0x1fffffff);
	/* 16 corners of 2^20 addresses, or of as many /52s. */
	if (test->shape == SHAPE_CORNERS && test->family == 4)
		words[0] = (words[0] >> 28) * 0x11000000 | (words[0] & 0xfffff);
	else if (test->shape == SHAPE_CORNERS)
		words[0] = 0x2a000000 | (words[0] & 15) << 16;
	for (int i = 0; i < 4; i++)
		words[i] = htonl(words[i]);
	memcpy(addr, words, 16);
}

static unsigned random_length(struct random *random, const struct test *test, uint32_t number)
{
	unsigned bits = test->family == 4 ? 32 : 128, shortest = test->family == 4 ? 17 : 32;
	unsigned longest = test->family == 4 ? 32 : 64, usual = test->family == 4 ? 24 : 48;
	unsigned length;

	if (test->shape == SHAPE_HOSTS || (test->shape == SHAPE_CORNERS && test->family == 4))
		return bits;
	length = shortest + random_below(random, longest - shortest + 1);
	return number % 2 && length > usual ? usual : length;
}

static struct prefix random_prefix(struct random *random, const struct test *test, uint32_t number)
{
	struct prefix prefix = {.family = (uint8_t)test->family};
	uint8_t addr[16];

	prefix.length = (uint8_t)random_length(random, test, number);
	random_addr(random, test, addr);
	for (unsigned i = 0; i < prefix.length; i++)
		prefix.addr[i / 8] |= addr[i / 8] & (0x80 >> i % 8);
	return prefix;
}

static int compare_entries(const void *a, const void *b)
{
	const struct policy_entry *left = a, *right = b;

	return prefix_compare(&left->prefix, &right->prefix);
}

static int make_entries(struct tables *tables, const struct test *test, struct random *random)
{
	size_t kept = 0;

	tables->entries = calloc(test->count, sizeof(*tables->entries));
	if (!tables->entries)
		return -ENOMEM;
	for (uint32_t i = 0; i < test->count; i++)
		tables->entries[i] = (struct policy_entry){random_prefix(random, test, i), 1};
	qsort(tables->entries, test->count, sizeof(*tables->entries), compare_entries);
	for (size_t i = 0; i < test->count; i++)
		if (!kept || compare_entries(&tables->entries[kept - 1], &tables->entries[i]))
			tables->entries[kept++] = tables->entries[i];
	tables->count = kept;
	return 0;
}

static void fill_keys(const struct tables *tables, const struct test *test, struct random *random,
		      struct bench_key *keys)
{
	for (uint32_t i = 0; i < BENCH_KEYS; i++) {
		const struct prefix *prefix =
			&tables->entries[random_below(random, (uint32_t)tables->count)].prefix;
		uint8_t addr[16];

		random_addr(random, test, addr);
		for (unsigned bit = 0; test->hit && bit < prefix->length; bit++) {
			addr[bit / 8] &= (uint8_t) ~(0x80 >> bit % 8);
			addr[bit / 8] |= prefix->addr[bit / 8] & (0x80 >> bit % 8);
		}
		memcpy(keys[i].src, addr, 16);
	}
}

/* ---- tables ---- */

static int fill_trie(const struct tables *tables, int fd, unsigned family)
{
	size_t addr_size = family == 4 ? 4 : 16, key_size = 4 + addr_size;
	char *keys cleanup_free = malloc(tables->count * key_size);
	uint32_t *rows cleanup_free = malloc(tables->count * sizeof(*rows));
	uint32_t count = (uint32_t)tables->count;

	if (!keys || !rows)
		return -ENOMEM;
	for (size_t i = 0; i < tables->count; i++) {
		uint32_t length = tables->entries[i].prefix.length;

		memcpy(keys + i * key_size, &length, 4);
		memcpy(keys + i * key_size + 4, tables->entries[i].prefix.addr, addr_size);
		rows[i] = tables->entries[i].row;
	}
	return bpf_map_update_batch(fd, keys, rows, &count, NULL);
}

static int fill_small(const struct tables *tables, int fd)
{
	size_t size = 2 * FW_SMALL_BLOCKS * sizeof(struct fw_block);
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (memory == MAP_FAILED)
		return -errno;
	memcpy(memory, tables->arena.blocks, tables->arena.lines * FW_LINE_BYTES);
	munmap(memory, size);
	return 0;
}

static int fill_arena(const struct tables *tables, int outer)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_MMAPABLE | BPF_F_INNER_MAP);
	size_t blocks = arena_block_count(&tables->arena), size = blocks * sizeof(struct fw_block);
	uint32_t zero = 0;
	int fd cleanup_fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "arena", sizeof(uint32_t),
					   sizeof(struct fw_block), (uint32_t)blocks, &opts);
	void *memory = MAP_FAILED;

	if (fd >= 0)
		memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED)
		return -errno;
	memcpy(memory, tables->arena.blocks, tables->arena.lines * FW_LINE_BYTES);
	munmap(memory, size);
	return bpf_map_update_elem(outer, &zero, &fd, BPF_ANY) ? -errno : 0;
}

static int load_tables(struct tables *tables, const struct test *test, const struct frame *frame)
{
	struct bpf_program *prog;
	double start = bench_ms();
	uint32_t root;
	int err = address_table_build(&tables->arena, (int)test->family, tables->entries,
				      tables->count, 0, &root);

	tables->build_ms = bench_ms() - start;
	tables->bpf = lookup_bpf__open();
	if (err || !tables->bpf)
		return err ? err : -errno;
	tables->bpf->rodata->knob_family = test->family;
	tables->bpf->rodata->knob_offset = frame->offset;
	tables->bpf->rodata->knob_root = root;
	tables->bpf->rodata->knob_arena = arena_flags(&tables->arena);
	bpf_map__set_max_entries(tables->bpf->maps.trie, (uint32_t)tables->count);
	bpf_map__set_key_size(tables->bpf->maps.trie, test->family == 4 ? 8 : 20);
	bpf_object__for_each_program (prog, tables->bpf->obj)
		bpf_program__set_expected_attach_type(prog, 0);
	err = lookup_bpf__load(tables->bpf);
	if (err)
		return err;
	start = bench_ms();
	err = arena_flags(&tables->arena) & FW_ARENA_SMALL
		      ? fill_small(tables, bpf_map__fd(tables->bpf->maps.smalls))
		      : fill_arena(tables, bpf_map__fd(tables->bpf->maps.arenas));
	tables->fill_ms = bench_ms() - start;
	if (err)
		return err;
	start = bench_ms();
	err = fill_trie(tables, bpf_map__fd(tables->bpf->maps.trie), test->family);
	tables->trie_ms = bench_ms() - start;
	return err;
}

static void clear_tables(struct tables *tables)
{
	lookup_bpf__destroy(tables->bpf);
	arena_clear(&tables->arena);
	free(tables->entries);
}

/* ---- one case ---- */

static int run_rounds(const struct bench *bench, const struct tables *tables,
		      const struct runner *runner, const struct frame *frame, struct result *result)
{
	const struct bpf_program *progs[LOOKUP_MAX] = {
		[LOOKUP_NONE] = tables->bpf->progs.lookup_none,
		[LOOKUP_TRIE] = tables->bpf->progs.lookup_trie,
		[LOOKUP_COMPILED] = tables->bpf->progs.lookup_compiled,
	};
	uint32_t verdict;
	double ns[LOOKUP_MAX];

	/* A round that warms up, and is forgotten. */
	for (unsigned round = 0; round <= bench->rounds; round++) {
		for (int i = 0; i < LOOKUP_MAX; i++) {
			int err = runner_aim(runner, bpf_program__fd(progs[i]));

			if (!err)
				err = runner_time(runner, frame, bench->repeat, &ns[i], &verdict);
			if (err)
				return err;
		}
		for (int i = 0; round && i < LOOKUP_MAX; i++) {
			series_add(&result->ns[i], ns[i]);
			series_add(&result->over[i], ns[i] - ns[LOOKUP_NONE]);
		}
	}
	memcpy(result->hits, tables->bpf->bss->hits, sizeof(result->hits));
	return 0;
}

/* That the case did what it says. (Hits of the two differ by where in the keys a run starts.) */
static int check_hits(const struct bench *bench, const struct test *test,
		      const struct result *result)
{
	uint64_t all = (uint64_t)bench->repeat * (bench->rounds + 1);
	uint64_t trie = result->hits[LOOKUP_TRIE], compiled = result->hits[LOOKUP_COMPILED];
	uint64_t apart = trie > compiled ? trie - compiled : compiled - trie;

	if (test->hit ? trie == all && compiled == all : apart <= all / 100)
		return 0;
	fprintf(stderr, "bench: \"%s\": %lu hits by trie, %lu compiled, of %lu\n", test->name, trie,
		compiled, all);
	return -1;
}

static int run_test(const struct bench *bench, const struct test *test, struct tables *tables,
		    struct result *result)
{
	struct frame frame = frame_make(test->family, 0);
	struct random random = {0x9e3779b97f4a7c15ULL};
	struct runner runner;
	int err = runner_open(&runner, &frame, BENCH_KEYS, 0);

	if (err)
		return err;
	err = make_entries(tables, test, &random);
	if (!err)
		err = load_tables(tables, test, &frame);
	if (!err) {
		fill_keys(tables, test, &random, runner.keys);
		err = run_rounds(bench, tables, &runner, &frame, result);
	}
	if (!err)
		err = check_hits(bench, test, result);
	runner_close(&runner);
	return err;
}

static void show(const struct bench *bench, const struct test *test, const struct tables *tables,
		 const struct result *result)
{
	double trie = series_median(&result->over[LOOKUP_TRIE]);
	double compiled = series_median(&result->over[LOOKUP_COMPILED]);
	double spread = series_spread(&result->over[LOOKUP_COMPILED]);
	double mb = (double)arena_block_count(&tables->arena) * sizeof(struct fw_block) / 1e6;

	if (bench->options.json)
		printf("{\"case\": \"%s\", \"prefixes\": %zu, \"none_ns\": %.1f, "
		       "\"trie_ns\": %.1f, \"compiled_ns\": %.1f, \"spread_ns\": %.1f, "
		       "\"arena_mb\": %.2f, \"build_ms\": %.1f, \"fill_ms\": %.1f, "
		       "\"trie_fill_ms\": %.1f, \"rounds\": %u}\n",
		       test->name, tables->count, series_median(&result->ns[LOOKUP_NONE]), trie,
		       compiled, spread, mb, tables->build_ms, tables->fill_ms, tables->trie_ms,
		       bench->rounds);
	else
		printf("%-36s %9.1f %9.1f %7.1f %9.2f %9.1f %8.1f %9.1f\n", test->name, trie,
		       compiled, spread, mb, tables->build_ms, tables->fill_ms, tables->trie_ms);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	struct bench bench = {.options = bench_options_read(argc, argv)};
	int failed = 0;

	bench.rounds = bench.options.quick ? 5 : 9;
	bench.repeat = bench.options.quick ? 100000 : 2 * BENCH_KEYS;
	bench_pin(1);
	libbpf_set_print(NULL);
	if (!bench.options.json)
		printf("%-36s %9s %9s %7s %9s %9s %8s %9s\n", "ns a lookup", "LPM_TRIE", "compiled",
		       "+-", "MB", "build ms", "fill ms", "trie ms");
	for (size_t i = 0; i < array_size(tests); i++) {
		struct result result = {0};
		struct tables tables = {0};

		if (bench.options.only && !strstr(tests[i].name, bench.options.only))
			continue;
		if (run_test(&bench, &tests[i], &tables, &result)) {
			fprintf(stderr, "bench: \"%s\" failed\n", tests[i].name);
			failed = 1;
		} else {
			show(&bench, &tests[i], &tables, &result);
		}
		clear_tables(&tables);
	}
	return failed;
}
