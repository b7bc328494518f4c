// SPDX-License-Identifier: MIT
/* The shapes of well-known lists, and files that make no sense. */
#include <criterion/criterion.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/policy/config/sets/formats/set_path.h"
#include "tests/unit/config/support.h"

/* tests/golden/good/feeds.json: what its sets hold, in their order. */
static const struct {
	const char *set, *prefixes;
} shapes[] = {
	{"firehol", "192.0.2.1 198.51.100.0/24"},
	{"spamhaus", "192.0.2.0/25 203.0.113.0/24"},
	{"spamhaus-json", "192.0.2.0/24 2001:db8:1::/48"},
	{"dshield", "192.0.2.0/24 198.51.100.0/24"},
	{"dshield-names", "192.0.2.0/24 198.51.100.0/24"},
	{"feodo", "192.0.2.10 192.0.2.11"},
	{"feodo-json", "192.0.2.10 192.0.2.11"},
	{"sslbl", "192.0.2.20 198.51.100.20"},
	{"iocs", "192.0.2.30 2001:db8::30"},
	{"bogons", "0.0.0.0/8 10.0.0.0/8 192.0.2.0/24 224.0.0.0/3 8000::/1 fe80::/10"},
	{"bogons-public", "192.0.2.0/24 224.0.0.0/3"},
	{"plain", "192.0.2.40 192.0.2.41 2001:db8::40"},
	{"emerging", "192.0.2.0/26 192.0.2.99"},
	{"exits", "192.0.2.50 198.51.100.50"},
	{"ipsum", "192.0.2.60 192.0.2.61"},
	{"reputation", "192.0.2.70 192.0.2.71"},
	{"aws", "192.0.2.0/28 198.51.100.0/25 2001:db8:10::/44"},
	{"google", "192.0.2.32/27 203.0.113.0/25 2001:db8:20::/48"},
	{"azure", "192.0.2.64/28 198.51.100.64 2001:db8:30::/48"},
	{"github", "192.0.2.80/28 192.0.2.96/28 2001:db8:40::/48"},
	{"cloudflare", "192.0.2.112/28 2001:db8:50::/48"},
	{"fastly", "192.0.2.128/28 2001:db8:60::/48"},
	{"oracle", "192.0.2.144/28 192.0.2.160/28"},
	{"list", "192.0.2.176 2001:db8::176"},
	{"hosts", "192.0.2.90 198.51.100.90"},
	{"aws-s3", "192.0.2.16/28 192.0.2.32/28 2001:db8:11::/48"},
	{"aws-s3-here", "192.0.2.16/28 2001:db8:11::/48 2001:db8:12::/48"},
	{"google-cloud", "192.0.2.80/28 2001:db8:20::/44 2001:db8:30::/44"},
	{"azure-tag", "192.0.2.96/28 2001:db8:40::/48"},
	{"azure-region", "192.0.2.128/28 2001:db8:42::/48"},
	{"azure-number", "192.0.2.112/28 192.0.2.128/28 2001:db8:42::/48"},
	{"github-hooks", "192.0.2.80/28"},
	{"oracle-osn", "192.0.2.160/28"},
	{"spamhaus-rir", "2001:db8:1::/48"},
	{"maxmind-country", "192.0.2.208/29"},
	{"exit-nodes", "192.0.2.50 198.51.100.50"},
	{"p2p", "192.0.2.1 192.0.2.2/31 192.0.2.4/30 192.0.2.8/31 198.51.100.0/24"},
	{"p2p-gzip", "192.0.2.1 192.0.2.2/31 192.0.2.4/30 192.0.2.8/31 198.51.100.0/24 "
		     "203.0.113.0/26"},
	{"aws-zstd", "192.0.2.0/28 198.51.100.0/25"},
	{"maxmind", "192.0.2.200/29 192.0.2.208/29 198.51.100.208/29 2001:db8:70::/48"},
	{"ranges", "192.0.2.0/25 2001:db8::/112"},
	{"ranges-begin", "192.0.2.0 2001:db8::"},
	{"numbers", "192.0.2.0/29 192.0.2.16"},
	{"comments", "192.0.2.210 192.0.2.212/30"},
	{"marked", "192.0.2.220 192.0.2.221"},
	{"ports", "192.0.2.230 192.0.2.231 2001:db8::230"},
	{"deny", "192.0.2.240 2001:db8:f::/48"},
};

Test(feeds, shapes)
{
	cleanup_config struct config *config =
		config_of_file(SOURCE_DIR "/tests/golden/good/feeds.json", NULL);

	cr_assert_eq(config->set_count, array_size(shapes));
	for (size_t i = 0; i < array_size(shapes); i++) {
		cleanup_free char *texts = texts_of(&config->sets[i].prefixes);

		cr_expect_str_eq(config->sets[i].name, shapes[i].set);
		cr_expect_str_eq(texts, shapes[i].prefixes, "%s: %s", shapes[i].set, texts);
	}
}

/* What is odd about a file, by its set's keys: codes with their places, or prefixes. */
static const struct {
	const char *more, *text, *result;
} rows[] = {
/* Ranges of which the set names only the beginning. */
#define START ", \"format\": \"csv\", \"column\": \"start_ip\""
	{START, "start_ip,end_ip\n192.0.2.0,192.0.2.255\n", "E0215 1:1"},
	{START, "x,START_IP,start_ip,END_IP\n1,2,192.0.2.0,192.0.2.255\n", "E0215 1:1"},
	{START ", \"end_column\": \"end_ip\"", "start_ip,end_ip\n192.0.2.0,192.0.2.255\n",
	 "192.0.2.0/24"},
	{START ", \"end_column\": \"end_ip\"", "end_ip,start_ip\n192.0.2.255,192.0.2.0\n",
	 "192.0.2.0/24"},
	{START ", \"end_column\": \"end\"", "start_ip,end_ip\n", "E0215 1:1"},
	{START ", \"end_column\": false", "start_ip,end_ip\n192.0.2.0,192.0.2.255\n", "192.0.2.0"},
	{START ", \"end_column\": 2", "start_ip,x\n192.0.2.0,192.0.2.1\n192.0.2.4,\n",
	 "192.0.2.0/31 192.0.2.4"},
	{", \"format\": \"csv\", \"column\": \"a\"", "a,b\n192.0.2.0,192.0.2.255\n", "E0215 2:1"},
	{", \"format\": \"csv\", \"column\": 1", "192.0.2.0,192.0.2.255\n", "E0215 1:1"},
	{", \"format\": \"csv\", \"column\": 1", "192.0.2.1,198.51.100.255\n", "192.0.2.1"},
	{", \"format\": \"csv\", \"column\": 1, \"end_column\": 2", "192.0.2.9,192.0.2.1\n",
	 "E0203 1:1"},
	{", \"format\": \"csv\", \"column\": 1, \"end_column\": 2", "192.0.2.0/24,192.0.2.1\n",
	 "E0203 1:1"},
	{", \"format\": \"csv\", \"column\": 1, \"end_column\": 3", "192.0.2.0,192.0.2.1\n",
	 "E0203 1:1"},
	/* Headers and separators. */
	{", \"format\": \"csv\", \"column\": \"ip\"", "#first,ip\n192.0.2.1,192.0.2.2\n",
	 "E0215 2:1"},
	{", \"format\": \"csv\", \"column\": \"ip\", \"header\": \"comment\"",
	 "# about ip\n#first,ip\nx,192.0.2.2\n", "192.0.2.2"},
	{", \"format\": \"csv\", \"column\": \"ip\", \"header\": \"comment\"", "x,192.0.2.2\n",
	 "E0215 1:1"},
	{", \"format\": \"csv\", \"column\": \"ip\", \"header\": \"none\"", "", "E0109 1:66"},
	{", \"format\": \"csv\", \"column\": 1, \"header\": \"comment\"", "", "E0109 1:63"},
	{", \"format\": \"csv\", \"column\": 2, \"header\": \"first\"", "x,ip\nx,192.0.2.2\n",
	 "192.0.2.2"},
	{", \"format\": \"csv\", \"column\": 2", "x,ip\nx,192.0.2.2\n", "E0203 1:3"},
	{", \"format\": \"csv\", \"column\": \"ip\"", "ip\twhy\n192.0.2.1\tx\n", "E0215 1:1"},
	{", \"format\": \"csv\", \"column\": 2, \"separator\": \"blank\"",
	 "  a \t 192.0.2.1 \nb 192.0.2.2\nc\n", "E0203 3:1"},
	{", \"format\": \"csv\", \"column\": 2, \"separator\": \"tab\"",
	 "\t192.0.2.1\na b\t 192.0.2.2 \t\n", "192.0.2.1 192.0.2.2"},
	{", \"format\": \"csv\", \"column\": 2, \"separator\": \"pipe\"", "a|192.0.2.1|b\n",
	 "192.0.2.1"},
	{", \"separator\": \"tab\"", "", "E0109 1:33"},
	{", \"format\": \"csv\", \"column\": 0", "", "E0202 1:60"},
	{", \"format\": \"jsonl\", \"column\": 1", "", "E0102 1:62"},
	/* Ports, comments, beginnings. */
	{"", "192.0.2.1:80\n", "E0203 1:1"},
	{", \"ports\": \"ignore\"", "192.0.2.1:80\n[::1]:1\n[::2]\n2001:db8::1:80\n",
	 "192.0.2.1 ::1 ::2 2001:db8::1:80"},
	{", \"ports\": \"ignore\"",
	 "192.0.2.1:\n[::1]x\n[::1\n::1]:1\n192.0.2.1:x\n192.0.2.0/24:1\n",
	 "E0203 1:1 E0203 2:1 E0203 3:1 E0203 4:1 E0203 5:1 E0203 6:1"},
	{"", "!192.0.2.1\n", "E0203 1:1"},
	{"", "! 192.0.2.1\n", "E0203 1:1"},
	{"", "! of 192.0.2.1\n//192.0.2.1\n192.0.2.2 // x\n", "192.0.2.2"},
	{"", "http://192.0.2.1/\n", "E0203 1:1"},
	{", \"begins\": \"deny \"", "deny 192.0.2.1\nallow x\ndeny y\n", "E0203 3:6"},
	{", \"begins\": \"deny \"", "192.0.2.1\n", "E0219 1:25"},
	{", \"begins\": \"\"", "192.0.2.1\n", "E0104 1:43"},
	{", \"format\": \"p2p\"", "a:b:192.0.2.0-192.0.2.255\n#x\n\nc:192.0.2.1\n",
	 "192.0.2.0/24 192.0.2.1"},
	{", \"format\": \"p2p\"", "192.0.2.0-192.0.2.255\na:\nb:c\n", "E0203 1:1 E0203 3:3"},
/* JSON. */
#define PATH(path) ", \"format\": \"json\", \"path\": \"" path "\""
	{PATH("[]"), "[\"192.0.2.1\"]", "192.0.2.1"},
	{PATH("[]"), "[\n  \"192.0.2.1\",\n  \"x\"]", "E0203 3:3"},
	{PATH("[]"), "[\"192.0.2.1\",]", "E0002 1:14"},
	{PATH("[]"), "[\"192.0.2.1\"", "E0002 1:13"},
	{PATH("[]"), "[\"192.0.2.1\"] x", "E0002 1:15"},
	{PATH("[]"), "[\"192.0.2.1]\n", "E0002 1:13"},
	{PATH("[]"), "[1]", "E0215 1:2"},
	{PATH("[]"), "[null, \"::1\"]", "::1"},
	{PATH("[]"), "[nul]", "E0002 1:2"},
	{PATH("[]"), "[[\"192.0.2.1\"]]", "E0215 1:2"},
	{PATH("a"), "{\"a\": [\"192.0.2.1\"]}", "E0215 1:7"},
	{PATH("a.b"), "{\"a\": [{\"b\": \"192.0.2.1\"}]}", "E0215 0:1"},
	{PATH("a"), "{\"b\": \"192.0.2.1\", \"a\": \"192\\u002e0.2.2\", \"\\u00e4\": 1e5}",
	 "192.0.2.2"},
	{PATH("[].a"), "[{\"b\": 1}, {}, {\"a\": \"192.0.2.1\", \"c\": {\"a\": \"::\"}}]",
	 "192.0.2.1"},
	{PATH("[]"), "[]", "E0219 1:25"},
	{PATH("[]") ", \"min\": 0", "[]", ""},
	{PATH("[]"), "", "E0002 1:1"},
	{PATH("[]"), "<html>", "E0002 1:1"},
	{PATH("["), "", "E0105 1:59"},
	{PATH("a..b"), "", "E0105 1:59"},
	{PATH(""), "", "E0105 1:59"},
	{PATH("a[0]"), "", "E0105 1:59"},
	{PATH("[]a"), "", "E0105 1:59"},
	{", \"format\": \"json\"", "", "E0103 1:16"},
	/* What is not believed. */
	{"", "", "E0219 1:25"},
	{"", "# nothing\n; at all\n", "E0219 1:25"},
	{", \"min\": 0", "# nothing\n", ""},
	{", \"min\": 3", "::1\n::2\n", "E0219 1:25"},
	{", \"min\": 5, \"max\": 4", "::1\n", "E0202 1:40"},
	{"", "192.0.2.1\n0.0.0.0/0\n", "E0220 2:1"},
	{"", "::/0\n", "E0220 1:1"},
	{"", "2000::/3\n", "E0220 1:1"},
	{"", "2000::/11\n", "E0220 1:1"},
	{"", "2400::/12\n", "2400::/12"},
	{"", "192.0.0.0/7\n", "E0220 1:1"},
	{"", "192.0.0.0/8\n224.0.0.0/3\n8000::/1\n4000::/2\n::/8\n", NULL},
	{"", "0.0.0.1-255.255.255.254\n", "E0220 1:1"},
	{", \"widest4\": 0, \"max_share\": 100", "0.0.0.0/0\n", "0.0.0.0/0"},
	{", \"widest4\": 0", "0.0.0.0/0\n", "E0220 1:25"},
	{", \"widest4\": 1", "0.0.0.0/0\n", "E0220 1:1"},
	{", \"widest4\": 16", "192.0.0.0/15\n", "E0220 1:1"},
	{", \"widest6\": 0, \"max_share\": 100", "::/0\n", "::/0"},
	{", \"widest4\": 1", "0.0.0.0/2\n0.0.0.0/2\n64.0.0.0/3\n",
	 "0.0.0.0/2 0.0.0.0/2 64.0.0.0/3"},
	{", \"widest4\": 1, \"max_share\": 42", "0.0.0.0/2\n64.0.0.0/3\n", "E0220 1:25"},
	{", \"bad_lines\": \"skip\"", "192.0.2.1\n0.0.0.0/0\n", "E0220 2:1"},
	{", \"reserved\": \"skip\"", "10.0.0.0/8\n", "E0219 1:25"},
};

Test(feeds, rows)
{
	for (size_t i = 0; i < array_size(rows); i++) {
		cleanup_folder struct folder folder = folder_new();
		cleanup_free char *feed = folder_write(&folder, "feed", rows[i].text);
		cleanup_free char *path = set_file_config(&folder, rows[i].more), *codes = NULL;
		cleanup_config struct config *config = NULL;
		cleanup_free char *texts = NULL;

		codes = told_of_file(path, NULL);
		if (*codes || (rows[i].result && *rows[i].result == 'E')) {
			cr_expect_str_eq(codes, rows[i].result ? rows[i].result : "", "%s %s: %s",
					 rows[i].more, rows[i].text, codes);
			continue;
		}
		config = config_of_file(path, NULL);
		texts = texts_of(&config->sets[0].prefixes);
		if (rows[i].result)
			cr_expect_str_eq(texts, rows[i].result, "%s %s: %s", rows[i].more,
					 rows[i].text, texts);
	}
}

/* Each key is for some kinds and formats; a message says so. */
Test(feeds, hints)
{
	static const struct {
		const char *more, *text, *hint;
	} hints[] = {
		{"", "192.0.2.1:80\n", "\"ports\": \"ignore\""},
		{"", "192.0.2.1\t192.0.2.255\t24\n", "\"format\": \"csv\""},
		{"", "192.0.2.1,x\n", "\"format\": \"csv\""},
		{"", "{\"a\": 1}\n", "\"format\": \"json\""},
		{"", "<!DOCTYPE html>\n", "web page"},
		{"", "name:192.0.2.0-192.0.2.9\n", "\"p2p\""},
		{", \"format\": \"csv\", \"column\": \"a\"", "a;b\n", "\"semicolon\""},
		{", \"format\": \"csv\", \"column\": \"a\"", "#a,b\n1,2\n", "\"comment\""},
		{", \"format\": \"json\", \"path\": \"x\"", "{\"y\": [\"192.0.2.1\"]}", "\"y[]\""},
		{", \"format\": \"jsonl\"", "[\n", "\"format\": \"json\""},
		{", \"format\": \"json\", \"path\": \"a\"", "{\"a\": \"::1\"}\n{", "\"jsonl\""},
	};

	for (size_t i = 0; i < array_size(hints); i++) {
		cleanup_folder struct folder folder = folder_new();
		cleanup_free char *feed = folder_write(&folder, "feed", hints[i].text);
		cleanup_free char *path = set_file_config(&folder, hints[i].more), *text = NULL;

		text = told_in_words(path);
		cr_expect_not_null(strstr(text, hints[i].hint), "%s: %s", hints[i].hint, text);
	}
}

/* ---- changes ---- */

static void write_lines(const struct folder *folder, unsigned count)
{
	cleanup_free char *path = NULL;
	FILE *file;

	cr_assert_geq(asprintf(&path, "%s/feed", folder->path), 0);
	file = fopen(path, "w");
	for (unsigned i = 0; i < count; i++)
		fprintf(file, "192.0.2.%u\n", i);
	fclose(file);
}

Test(feeds, changes)
{
	static const struct {
		const char *more;
		unsigned before, after;
		const char *codes;
		size_t count;
		bool problem;
	} changes[] = {
		{"", 10, 5, "", 5, false},
		{"", 10, 4, "W0318 1:25", 4, true},
		{"", 10, 40, "", 40, false},
		{"", 10, 41, "W0318 1:25", 41, true},
		{", \"on_shrink\": \"accept\"", 10, 4, "", 4, false},
		{", \"on_shrink\": \"accept\"", 10, 50, "W0318 1:25", 50, true},
		{", \"on_growth\": \"accept\"", 10, 50, "", 50, false},
		{", \"on_growth\": \"keep-last\"", 10, 50, "W0314 1:25 W0314 1:25", 10, false},
		{", \"on_shrink\": \"keep-last\"", 10, 0, "W0314 1:25 W0314 1:25", 10, false},
		{"", 10, 0, "E0219 1:25", 0, false},
		{", \"min\": 0", 10, 0, "W0318 1:25", 0, true},
		{", \"on_error\": \"keep-last\"", 10, 0, "W0314", 10, false},
		{", \"on_error\": \"keep-last\", \"min\": 8", 10, 7, "W0314", 10, false},
	};

	for (size_t i = 0; i < array_size(changes); i++) {
		cleanup_folder struct folder folder = folder_new();
		cleanup_free char *path = set_file_config(&folder, changes[i].more), *codes = NULL,
				  *problem = NULL;
		cleanup_config struct config *last = NULL, *now = NULL;
		struct config_overrides overrides = {0};

		write_lines(&folder, changes[i].before);
		last = config_of_file(path, NULL);
		overrides.last = last;
		write_lines(&folder, changes[i].after);
		codes = told_of_file(path, &overrides);
		if (*changes[i].codes == 'W' && changes[i].codes[5] == '\0')
			cr_expect_not_null(strstr(codes, "W0314"), "%zu: %s", i, codes);
		else
			cr_expect_str_eq(codes, changes[i].codes, "%zu: %s", i, codes);
		if (*changes[i].codes == 'E')
			continue;
		now = config_of_file(path, &overrides);
		cr_expect_eq(now->sets[0].prefixes.count, changes[i].count, "%zu", i);
		problem = config_set_problem(now, 0);
		cr_expect_eq(problem != NULL, changes[i].problem, "%zu: %s", i, problem);
		/* An edit reads no file, and forgets no problem. */
		overrides = (struct config_overrides){.last = now, .keep_files = true};
		config_free(last);
		last = config_of_file(path, &overrides);
		free(problem);
		problem = config_set_problem(last, 0);
		cr_expect_eq(problem != NULL, changes[i].problem, "%zu: %s", i, problem);
	}
}

/* Reserved addresses are odd where a rule drops them. */
Test(feeds, reserved)
{
	static const struct {
		const char *more, *action, *src, *codes;
	} uses[] = {
		{"", "drop", "@s", "W0319 1:11"},
		{"", "pass", "@s", ""},
		{"", "drop", "!@s", ""},
		{", \"reserved\": \"accept\"", "drop", "@s", ""},
		{", \"reserved\": \"skip\"", "drop", "@s", ""},
	};
	static const char *const spaces[] = {"0.0.0.0",	  "10.1.0.0/16",    "100.64.0.0/10",
					     "127.0.0.1", "169.254.1.1",    "172.16.0.0/12",
					     "::1",	  "192.168.0.0/17", "fc00::/7",
					     "fe80::1",	  "fd00::/8",	    "172.0.0.0/11"};

	for (size_t i = 0; i < array_size(uses) * array_size(spaces); i++) {
		size_t use = i % array_size(uses);
		cleanup_folder struct folder folder = folder_new();
		cleanup_free char *feed = folder_write(&folder, "feed", ""), *text = NULL;
		cleanup_free char *path = NULL, *codes = NULL;
		FILE *file = fopen(feed, "w");

		fprintf(file, "192.0.2.1\n%s\n", spaces[i / array_size(uses)]);
		fclose(file);
		cr_assert_geq(
			asprintf(&text,
				 "{\"sets\": {\"s\": {\"file\": \"feed\"%s}}, \"rules\": [{\"id\": "
				 "\"r\", \"match\": {\"src\": \"%s\"}, \"action\": \"%s\"}]}",
				 uses[use].more, uses[use].src, uses[use].action),
			0);
		path = folder_write(&folder, "main.json", text);
		codes = told_of_file(path, NULL);
		cr_expect_str_eq(codes, uses[use].codes, "%s %s: %s", spaces[i / array_size(uses)],
				 uses[use].more, codes);
	}
}

/* A file that is not used says nothing about what the set keeps. */
Test(feeds, reserved_and_kept)
{
	cleanup_folder struct folder folder = folder_new();
	cleanup_free char *path = set_file_config(&folder, ", \"on_error\": \"keep-last\"");
	cleanup_config struct config *last = NULL, *kept = NULL;
	struct config_overrides overrides = {0};

	free(folder_write(&folder, "feed", "192.0.2.1\n"));
	last = config_of_file(path, NULL);
	overrides.last = last;
	free(folder_write(&folder, "feed", "10.0.0.1\nbad\n"));
	kept = config_of_file(path, &overrides);
	cr_expect(kept->sets[0].is_kept);
	cr_expect_eq(kept->sets[0].reserved_count, 0);

	free(folder_write(&folder, "feed", "10.0.0.1\n"));
	config_free(last);
	last = config_of_file(path, NULL);
	overrides.last = last;
	free(folder_write(&folder, "feed", "192.0.2.1\nbad\n"));
	config_free(kept);
	kept = config_of_file(path, &overrides);
	cr_expect_eq(kept->sets[0].reserved_count, 1);
}
