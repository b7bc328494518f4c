// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/abi/fw_limits.h"
#include "tests/unit/config/support.h"

/* What is reported of a main file, next to parts that were written before. */
static char *told_of_main(const struct folder *folder, const char *text)
{
	cleanup_free char *path = folder_write(folder, "main.json", text);

	return told_of_file(path, NULL);
}

static struct config *config_of_main(const struct folder *folder, const char *text)
{
	cleanup_free char *path = folder_write(folder, "main.json", text);

	return config_of_file(path, NULL);
}

static void write_part(const struct folder *folder, const char *name, const char *text)
{
	free(folder_write(folder, name, text));
}

Test(include, parts_are_joined_in_order)
{
	static const char *const rules[] = {"m", "b1", "b2", "c1", "a1"};
	cleanup_folder struct folder folder = folder_new();
	cleanup_config struct config *config = NULL;

	write_part(
		&folder, "d/b.json",
		"{\"rules\": [{\"id\": \"b1\", \"action\": \"pass\"}, {\"id\": \"b2\", \"limit\": "
		"\"l\"}],"
		"\"permitted_cidrs\": [\"10.0.0.0/8\"], \"comment\": \"b\", \"$schema\": \"x\"}");
	write_part(&folder, "d/c.json",
		   "{\"limits\": {\"l\": {\"rate\": \"1/s\"}}, \"interfaces\": {\"c\": {}},"
		   "\"rules\": [{\"id\": \"c1\", \"action\": \"pass\"}],"
		   "\"management\": {\"allow\": [{\"dport\": 23}], \"comment\": \"c\"}}");
	write_part(&folder, "a.json",
		   "{\"sets\": {\"s\": {\"live\": true}},"
		   "\"rules\": [{\"id\": \"a1\", \"match\": {\"src\": \"@t\"}, \"action\": "
		   "\"pass\"}]}");
	config = config_of_main(
		&folder,
		"{\"include\": [\"d/*.json\", \"a.json\"], \"sets\": {\"t\": {\"live\": true}},"
		"\"rules\": [{\"id\": \"m\", \"match\": {\"src\": \"@s\"}, \"action\": \"drop\"}],"
		"\"permitted_cidrs\": [\"192.0.2.0/24\"],"
		"\"management\": {\"allow\": [{\"dport\": 22}], \"comment\": \"m\"}}");
	cr_assert_eq(config->rule_count, 5);
	for (size_t i = 0; i < 5; i++)
		cr_expect_str_eq(config->rules[i].id, rules[i]);
	cr_expect_eq(config->permitted.count, 2);
	cr_expect_eq(config->management_count, 2);
	cr_expect_eq(config->set_count, 2);
	cr_expect_eq(config->interface_count, 1);
	cr_expect_not_null(strstr(config->rules[1].place.file, "/d/b.json"));
	cr_expect_eq(config->rules[2].place.line, 1);
}

Test(include, one_name_and_sections_only_there)
{
	cleanup_folder struct folder folder = folder_new();
	cleanup_config struct config *config = NULL;

	write_part(&folder, "a.json", "{\"permitted_cidrs\": [\"10.0.0.0/8\"]}");
	config = config_of_main(&folder, "{\"include\": \"a.json\"}");
	cr_expect(config->has_permitted);
	cr_expect_eq(config->permitted.count, 1);
}

Test(include, absolute_names_and_odd_folders)
{
	cleanup_folder struct folder folder = folder_new();
	cleanup_free char *part = folder_write(&folder, "a.json", "{\"rules\": []}");
	cleanup_free char *text = NULL, *main = NULL, *codes = NULL;

	cr_assert_geq(asprintf(&text, "{\"include\": [\"%s\", \"p[1].json\"]}", part), 0);
	write_part(&folder, "odd [x]*/p1.json", "{\"permitted_cidrs\": []}");
	main = folder_write(&folder, "odd [x]*/main.json", text);
	codes = told_of_file(main, NULL);
	cr_expect_str_eq(codes, "", "a folder's name is no pattern: %s", codes);
}

static const struct {
	const char *part; /* p.json */
	const char *main;
	const char *codes;
} rows[] = {
	{"{}", "{\"include\": []}", ""},
	{"{}", "{\"include\": [\"none/*.json\"]}", ""},
	{"{}", "{\"include\": [\"none.json\"]}", "E0008 1:14"},
	{"{}", "{\"include\": [\"\"]}", "E0102 1:14"},
	{"{}", "{\"include\": null}", "E0102 1:13"},
	{"{}", "{\"include\": {\"a\": \"p.json\"}}", "E0102 1:13"},
	{"{}", "{\"include\": [\".\"]}", "E0008 1:14"},
	{"{}", "{\"include\": [\"p.json\", \"p.json\"]}", "E0008 1:24"},
	{"{}", "{\"include\": [\"./p.json\", \"*.json\"]}", "E0008 1:26 E0008 1:26"},
	{"{}", "{\"include\": [\"main.json\"]}", "E0008 1:14"},
	{"", "{\"include\": \"p.json\"}", "E0002 1:1"},
	{"[]", "{\"include\": \"p.json\"}", "E0102 1:1"},
	{"null", "{\"include\": \"p.json\"}", "E0102 1:1"},
	{"{\"include\": []}", "{\"include\": \"p.json\"}", "E0009 1:2"},
	{"{\"enforce\": true}", "{\"include\": \"p.json\"}", "E0009 1:2"},
	{"{\"rulez\": []}", "{\"include\": \"p.json\"}", "E0009 1:2"},
	{"{\"rules\": {}}", "{\"rules\": [], \"include\": \"p.json\"}", "E0102 1:2"},
	{"{\"rules\": 1}", "{\"include\": \"p.json\"}", "E0102 1:11"},
	{"{\"sets\": {\"a\": {\"live\": true}}}",
	 "{\"sets\": {\"a\": {\"live\": true}}, \"include\": \"p.json\"}", "E0107 1:11"},
	{"{\"interfaces\": {\"a\": {}}}", "{\"interfaces\": {\"a\": {}}, \"include\": \"p.json\"}",
	 "E0107 1:17"},
	{"{\"rules\": [{\"id\": \"r\", \"action\": \"drop\"}]}",
	 "{\"rules\": [{\"id\": \"r\", \"action\": \"drop\"}], \"include\": \"p.json\"}",
	 "E0107 1:19"},
	{"{\"sets\": {\"a\": {}, \"a\": {}}}", "{\"include\": \"p.json\"}",
	 "E0109 1:16 E0007 1:20"},
	{"{\"rules\": [{\"id\": \"r\", \"action\": \"drop\", \"x\": 1}]}",
	 "{\"include\": \"p.json\", \"y\": 1}", "E0101 1:23 E0101 1:42"},
};

Test(include, rows)
{
	for (size_t i = 0; i < array_size(rows); i++) {
		cleanup_folder struct folder folder = folder_new();
		cleanup_free char *codes = NULL;

		write_part(&folder, "p.json", rows[i].part);
		codes = told_of_main(&folder, rows[i].main);
		cr_expect_str_eq(codes, rows[i].codes, "%s in %s: %s, not %s", rows[i].part,
				 rows[i].main, codes, rows[i].codes);
	}
}

Test(include, links_to_itself_and_what_is_no_file)
{
	cleanup_folder struct folder folder = folder_new();
	cleanup_free char *link = NULL, *codes = NULL;

	cr_assert_geq(asprintf(&link, "%s/link.json", folder.path), 0);
	cr_assert_eq(symlink("main.json", link), 0);
	codes = told_of_main(&folder, "{\"include\": [\"link.json\", \"/dev/null\"]}");
	cr_expect_str_eq(codes, "E0008 1:14 E0008 1:27", "%s", codes);
}

/* Half of a policy must not be missing in silence. */
Test(include, a_folder_that_cannot_be_read)
{
	cleanup_folder struct folder folder = folder_new();
	cleanup_free char *link = NULL, *codes = NULL;

	cr_assert_geq(asprintf(&link, "%s/loop", folder.path), 0);
	cr_assert_eq(symlink("loop", link), 0);
	codes = told_of_main(&folder, "{\"include\": [\"loop/*.json\"]}");
	cr_expect_str_eq(codes, "E0008 1:14", "%s", codes);
}

Test(include, too_many_files)
{
	cleanup_folder struct folder folder = folder_new();
	cleanup_free char *codes = NULL, *codes_more = NULL;

	for (int i = 0; i < FW_MAX_INCLUDES; i++) {
		char name[32];

		snprintf(name, sizeof(name), "d/%03d.json", i);
		write_part(&folder, name, "{}");
	}
	codes = told_of_main(&folder, "{\"include\": \"d/*.json\"}");
	cr_expect_str_eq(codes, "");
	write_part(&folder, "d/one-more.json", "{}");
	codes_more = told_of_main(&folder, "{\"include\": \"d/*.json\"}");
	cr_expect_str_eq(codes_more, "E0008 1:13", "%s", codes_more);
}
