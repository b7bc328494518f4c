// SPDX-License-Identifier: MIT
/*
 * Live edits next to a set file of a million prefixes: what one takes, from the call of
 * the model to packets. Each edit is undone by its opposite, which is measured too.
 *
 *	bench_edits [--json] [--quick] [--only TEXT]
 */
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/memory.h"
#include "daemon/fwd/live/live.h"
#include "daemon/fwd/model/model.h"
#include "tests/bench/lib/measure.h"
#include "tests/bench/lib/traffic/feed.h"

struct scene {
	const char *name;
	unsigned family;
	uint32_t feed;	  /* prefixes of the file */
	uint32_t inlined; /* elements of the inline set */
	unsigned rules;	  /* next to those that use the sets */
};

static const struct scene scenes[] = {
	{"no feed", 4, 0, 10, 10},
	{"1M prefixes", 4, 1000000, 10, 10},
	{"1M, 1000 rules", 4, 1000000, 10, 1000},
	{"1M, 100k inline", 4, 1000000, 100000, 10},
	{"100k, IPv6", 6, 100000, 10, 10},
};

struct bench {
	struct datapath *dp;
	struct live *live;
	struct model *model;
	struct change change;
	struct random random;
	unsigned family;
	struct prefix_list some; /* what is added and deleted */
	char rule[FW_NAME_SIZE + 256];
};

/* ---- edits ---- */

static void new_prefixes(struct bench *bench, size_t count)
{
	const struct feed feed = {.family = bench->family};

	prefix_list_clear(&bench->some);
	for (size_t i = 0; i < count; i++) {
		struct prefix prefix = feed_prefix(&bench->random, &feed, (uint32_t)i);

		if (prefix_list_add(&bench->some, &prefix))
			abort();
	}
}

static int rule_add(struct bench *bench, struct errors *errs)
{
	return model_rule_add(bench->model, &bench->change,
			      "{\"id\": \"new\", \"match\": {\"proto\": \"tcp\", \"dport\": "
			      "2323}, \"action\": \"drop\"}",
			      NULL, errs);
}

static int rule_add_address(struct bench *bench, struct errors *errs)
{
	char text[PREFIX_TEXT];

	new_prefixes(bench, 1);
	snprintf(bench->rule, sizeof(bench->rule),
		 "{\"id\": \"new\", \"match\": {\"src\": \"%s\"}, \"action\": \"drop\"}",
		 prefix_format(bench->some.items, text));
	return model_rule_add(bench->model, &bench->change, bench->rule, NULL, errs);
}

static int rule_delete(struct bench *bench, struct errors *errs)
{
	return model_rule_delete(bench->model, &bench->change, "new", errs);
}

static int limit_add(struct bench *bench, struct errors *errs)
{
	return model_limit_add(bench->model, &bench->change, "new", "{\"rate\": \"10/s\"}", errs);
}

static int limit_delete(struct bench *bench, struct errors *errs)
{
	return model_limit_delete(bench->model, &bench->change, "new", errs);
}

static int inline_add(struct bench *bench, struct errors *errs)
{
	new_prefixes(bench, 1);
	return model_set_add(bench->model, &bench->change, "inline", &bench->some, errs);
}

static int inline_add_100(struct bench *bench, struct errors *errs)
{
	new_prefixes(bench, 100);
	return model_set_add(bench->model, &bench->change, "inline", &bench->some, errs);
}

static int inline_delete(struct bench *bench, struct errors *errs)
{
	return model_set_delete(bench->model, &bench->change, "inline", &bench->some, errs);
}

static int live_add_some(struct bench *bench, size_t count)
{
	unsigned id = (unsigned)slots_find(model_slots(bench->model), FW_NAME_LIVE_SET, "live");
	bool is_new;
	int err = 0;

	new_prefixes(bench, count);
	for (size_t i = 0; i < bench->some.count && !err; i++)
		err = live_add(bench->live, id, &bench->some.items[i], 0, 1000000, "", &is_new);
	return err;
}

static int live_one(struct bench *bench, struct errors *errs)
{
	(void)errs;
	return live_add_some(bench, 1);
}

static int live_many(struct bench *bench, struct errors *errs)
{
	(void)errs;
	return live_add_some(bench, 100000);
}

static int live_remove(struct bench *bench, struct errors *errs)
{
	unsigned id = (unsigned)slots_find(model_slots(bench->model), FW_NAME_LIVE_SET, "live");
	int err = 0;

	(void)errs;
	for (size_t i = 0; i < bench->some.count; i++)
		err = live_delete(bench->live, id, &bench->some.items[i]);
	return err == -ENOENT ? 0 : err;
}

static const struct edit {
	const char *name, *undo_name;
	int (*edit)(struct bench *bench, struct errors *errs);
	int (*undo)(struct bench *bench, struct errors *errs);
} edits[] = {
	{"rule add", "rule delete", rule_add, rule_delete},
	{"rule add, a source", "rule delete, a source", rule_add_address, rule_delete},
	{"limit add", "limit delete", limit_add, limit_delete},
	{"inline set add 1", "inline set delete 1", inline_add, inline_delete},
	{"inline set add 100", "inline set delete 100", inline_add_100, inline_delete},
	{"live set add 1", "live set delete 1", live_one, live_remove},
	{"live set add 100000", "live set delete 100000", live_many, live_remove},
};

/* ---- scenes ---- */

static int write_config(const char *folder, const struct scene *scene)
{
	struct random random = {12345};
	const struct feed feed = {.family = scene->family};
	char path[256], text[PREFIX_TEXT];
	FILE *out;

	snprintf(path, sizeof(path), "%s/fwd.json", folder);
	out = fopen(path, "w");
	if (!out)
		return -1;
	fputs("{\"sets\": {\"live\": {\"live\": true}, \"inline\": {\"elements\": [", out);
	for (uint32_t i = 0; i < scene->inlined; i++) {
		struct prefix prefix = feed_prefix(&random, &feed, i);

		fprintf(out, "%s\"%s\"", i ? ", " : "", prefix_format(&prefix, text));
	}
	fprintf(out, "]}%s},\n\"rules\": [",
		scene->feed ? ", \"feed\": {\"file\": \"set.netset\"}" : "");
	if (scene->feed)
		fputs("{\"id\": \"feed\", \"match\": {\"src\": \"@feed\"}, \"action\": "
		      "\"drop\"},\n",
		      out);
	for (unsigned i = 0; i < scene->rules; i++)
		fprintf(out,
			"{\"id\": \"r%u\", \"match\": {\"dst\": \"10.%u.%u.0/24\", \"dport\": %u},"
			" \"action\": \"pass\"},\n",
			i, i / 256, i % 256, 1000 + i);
	fputs("{\"id\": \"live\", \"match\": {\"src\": \"@live\"}, \"action\": \"drop\"},\n"
	      "{\"id\": \"inline\", \"match\": {\"src\": \"@inline\"}, \"action\": \"pass\"}]}",
	      out);
	return fclose(out);
}

static int time_it(struct bench *bench, int (*edit)(struct bench *, struct errors *),
		   struct series *series)
{
	struct errors errs = {0};
	double start = bench_ms();
	int r = edit(bench, &errs);

	series_add(series, bench_ms() - start);
	if (r < 0) {
		fprintf(stderr, "bench: %s\n", strerror(-r));
		errors_print(&errs, stderr, false);
	}
	errors_clear(&errs);
	return r < 0 ? r : 0;
}

static void print_row(const struct scene *scene, const char *name, const struct series *series,
		      bool json)
{
	printf(json ? "{\"scene\": \"%s\", \"edit\": \"%s\", \"ms\": %.4f, \"spread\": %.4f}\n"
		    : "%-18s %-24s %10.4f %8.4f\n",
	       scene->name, name, series_median(series), series_spread(series));
	fflush(stdout);
}

static int run_edits(struct bench *bench, const struct scene *scene,
		     const struct bench_options *options)
{
	unsigned rounds = options->quick ? 5 : 15;

	for (size_t i = 0; i < array_size(edits); i++) {
		struct series does = {0}, undoes = {0};
		int err = 0;

		for (unsigned round = 0; round < rounds && !err; round++) {
			err = time_it(bench, edits[i].edit, &does);
			if (!err)
				err = time_it(bench, edits[i].undo, &undoes);
		}
		if (err)
			return err;
		print_row(scene, edits[i].name, &does, options->json);
		print_row(scene, edits[i].undo_name, &undoes, options->json);
	}
	return 0;
}

static int load(struct bench *bench, const char *folder)
{
	const struct datapath_options dp_options = {.no_pins = true};
	struct errors errs = {0};
	char path[256];
	int err = datapath_open(&dp_options, &bench->dp, &errs);

	snprintf(path, sizeof(path), "%s/fwd.json", folder);
	if (!err)
		err = live_open(bench->dp, &bench->live);
	if (!err)
		err = model_new(bench->dp, bench->live, path, NULL, &bench->model);
	if (!err)
		err = model_reload(bench->model, &bench->change, &errs);
	if (err)
		errors_print(&errs, stderr, false);
	errors_clear(&errs);
	return err;
}

static int run_scene(const struct scene *scene, const struct bench_options *options)
{
	const struct feed feed = {.family = scene->family, .count = scene->feed};
	struct bench bench = {.random = {777}, .family = scene->family};
	char folder[] = "/tmp/fwd-bench.XXXXXX";
	int err;

	if (!mkdtemp(folder))
		return -1;
	err = feed_write(folder, &feed) || write_config(folder, scene);
	if (!err)
		err = load(&bench, folder);
	if (!err)
		err = run_edits(&bench, scene, options);
	model_free(bench.model);
	live_close(bench.live);
	datapath_close(bench.dp);
	prefix_list_clear(&bench.some);
	feed_remove(folder);
	return err;
}

int main(int argc, char **argv)
{
	struct bench_options options = bench_options_read(argc, argv);
	int failed = 0;

	libbpf_set_print(NULL);
	if (!options.json)
		printf("%-18s %-24s %10s %8s\n", "next to", "edit", "ms", "+-");
	for (size_t i = 0; i < array_size(scenes); i++) {
		if (options.only && !strstr(scenes[i].name, options.only))
			continue;
		if (run_scene(&scenes[i], &options)) {
			fprintf(stderr, "bench: \"%s\" failed\n", scenes[i].name);
			failed = 1;
		}
	}
	return failed;
}
