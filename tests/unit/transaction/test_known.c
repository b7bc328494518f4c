// SPDX-License-Identifier: MIT
/* boot.json: what a policy leaves for a start that can use nothing else. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/memory.h"
#include "daemon/fwd/transaction/boot/known.h"

static void free_document(struct document **document)
{
	document_free(*document);
}

static void free_config(struct config **config)
{
	config_free(*config);
}

static void free_json(cJSON **json)
{
	cJSON_Delete(*json);
}

struct given {
	struct document *document;
	struct config *config;
};

static void give(const char *text, struct given *ret)
{
	struct errors errs = {0};

	*ret = (struct given){0};
	cr_assert_eq(document_read_text("t", text, strlen(text), &ret->document, &errs), 0);
	cr_assert_eq(document_set_folder(ret->document, "/etc/fwd"), 0);
	cr_assert_eq(config_parse(ret->document, NULL, &ret->config, &errs), 0, "%s",
		     errors_text(&errs));
	errors_clear(&errs);
}

/* What it leaves, read as strictly as a config. */
static cJSON *leave(const char *text, struct given *ret)
{
	cleanup(free_document) struct document *document = NULL;
	cleanup(free_config) struct config *config = NULL;
	cleanup_free char *written = NULL;
	struct errors errs = {0};
	cJSON *policy;

	give(text, ret);
	policy = known_policy(ret->config, ret->document);
	written = cJSON_PrintUnformatted(policy);
	cr_assert_eq(document_read_text("boot.json", written, strlen(written), &document, &errs),
		     0);
	cr_assert_eq(config_parse(document, NULL, &config, &errs), 0, "%s: %s", written,
		     errors_text(&errs));
	cr_assert_eq(config_validate(config, &errs), 0, "%s", written);
	cr_expect_eq(errs.failed, 0);
	errors_clear(&errs);
	return policy;
}

static void clear(struct given *given)
{
	config_free(given->config);
	document_free(given->document);
}

static const struct {
	const char *text;
	bool closed;
} choices[] = {
	{"{}", false},
	{"{\"enforce\": true}", true},
	{"{\"enforce\": true, \"defaults\": {\"boot_fail\": \"open\"}}", false},
	{"{\"enforce\": true, \"defaults\": {\"boot_fail\": \"closed\"}}", true},
	{"{\"defaults\": {\"boot_fail\": \"closed\"}}", true},
	{"{\"enforce\": false, \"defaults\": {\"boot_fail\": \"open\"}}", false},
};

Test(known, closed_or_open)
{
	for (size_t i = 0; i < array_size(choices); i++) {
		struct given given;
		cleanup(free_json) cJSON *policy = leave(choices[i].text, &given);
		const cJSON *defaults = cJSON_GetObjectItem(policy, "defaults");
		const char *action = cJSON_GetStringValue(cJSON_GetObjectItem(defaults, "action"));

		cr_expect_eq(known_is_closed(given.config), choices[i].closed, "%s",
			     choices[i].text);
		cr_expect_str_eq(action, choices[i].closed ? "drop" : "pass");
		/* A closed one drops only where the policy did. */
		cr_expect_eq(cJSON_IsTrue(cJSON_GetObjectItem(policy, "enforce")),
			     choices[i].closed && given.config->enforce, "%s", choices[i].text);
		clear(&given);
	}
}

Test(known, closed_keeps_management)
{
	static const char text[] =
		"{\"enforce\": true, \"interfaces\": {\"eth0\": {\"zone\": \"wan\"}, \"eth1\": {}},"
		" \"defaults\": {\"non_ip\": \"drop\", \"action\": \"pass\"},"
		" \"permitted_cidrs\": [\"192.0.2.0/24\"],"
		" \"limits\": {\"l\": {\"rate\": \"1/s\"}},"
		" \"sets\": {\"admins\": {\"elements\": [\"192.0.2.1\"]},"
		"            \"not\": {\"elements\": [\"192.0.2.9\"]},"
		"            \"other\": {\"elements\": [\"192.0.2.2\"]}},"
		" \"management\": {\"allow\": [{\"src\": [\"@admins\", \"!@not\"],"
		"                              \"zone\": \"wan\"}]},"
		" \"rules\": [{\"id\": \"a\", \"match\": {\"src\": \"@other\"}, \"limit\": "
		"\"l\"}]}";
	struct given given;
	cleanup(free_json) cJSON *policy = leave(text, &given);
	const cJSON *sets = cJSON_GetObjectItem(policy, "sets");

	cr_expect_eq(cJSON_GetArraySize(cJSON_GetObjectItem(policy, "interfaces")), 2);
	cr_expect_eq(cJSON_GetArraySize(sets), 2, "only what management.allow names");
	cr_expect(cJSON_HasObjectItem(sets, "admins") && cJSON_HasObjectItem(sets, "not"));
	cr_expect(!cJSON_HasObjectItem(policy, "permitted_cidrs"));
	cr_expect(!cJSON_HasObjectItem(policy, "limits"));
	cr_expect_str_eq(cJSON_GetStringValue(cJSON_GetObjectItem(
				 cJSON_GetObjectItem(policy, "defaults"), "non_ip")),
			 "drop");
	clear(&given);
}

/* What is made of a closed policy is the same again: restarts in a row lose nothing. */
Test(known, closed_of_closed)
{
	struct given given, again;
	cleanup(free_json) cJSON *policy =
		leave("{\"enforce\": true, \"interfaces\": {\"eth0\": {}}, \"management\":"
		      " {\"allow\": [{\"src\": \"192.0.2.1\"}]}, \"defaults\": {\"boot_fail\": "
		      "\"closed\"}}",
		      &given);
	cleanup_free char *text = cJSON_PrintUnformatted(policy);
	cleanup(free_json) cJSON *second = leave(text, &again);

	cr_expect(cJSON_Compare(policy, second, true));
	clear(&given);
	clear(&again);
}

Test(known, file_is_whole_or_nothing)
{
	cleanup(free_json) cJSON *policy = NULL;
	cleanup_free char *text = NULL;
	size_t length;
	bool closed = false;

	text = known_encode(true, cJSON_Parse("{\"enforce\": true}"), &length);
	cr_assert_eq(known_decode(text, length, &closed, &policy), 0);
	cr_expect(closed && cJSON_IsTrue(cJSON_GetObjectItem(policy, "enforce")));
	for (size_t cut = 0; cut < length; cut++) {
		cJSON *none = NULL;

		cr_expect_eq(known_decode(text, cut, &closed, &none), -EBADMSG, "cut at %zu", cut);
		text[cut] ^= 1;
		cr_expect_eq(known_decode(text, length, &closed, &none), -EBADMSG, "bit at %zu",
			     cut);
		text[cut] ^= 1;
	}
}

Test(known, is_there)
{
	char folder[] = "/tmp/fwd-known.XXXXXX", path[64];
	FILE *file;

	cr_expect_eq(known_is_there("/nosuch/state"), 0);
	cr_assert(mkdtemp(folder));
	cr_expect_eq(known_is_there(folder), 0);
	snprintf(path, sizeof(path), "%s/revisions", folder);
	cr_assert_eq(mkdir(path, 0700), 0);
	cr_expect_eq(known_is_there(folder), 0, "a folder without revisions");
	snprintf(path, sizeof(path), "%s/revisions/1", folder);
	file = fopen(path, "w");
	fclose(file);
	cr_expect_eq(known_is_there(folder), 1);
	cr_expect_eq(known_is_there(path), -ENOTDIR);
	unlink(path);
	snprintf(path, sizeof(path), "%s/boot.json", folder);
	file = fopen(path, "w");
	fclose(file);
	cr_expect_eq(known_is_there(folder), 1);
	unlink(path);
	snprintf(path, sizeof(path), "%s/revisions", folder);
	rmdir(path);
	rmdir(folder);
}

/* Without management.allow, connections to sshd go on; with it, it is all there is. */
Test(known, keeps_ssh)
{
	cleanup(free_json) cJSON *managed =
		cJSON_Parse("{\"rules\": [], \"management\": {\"allow\": [{}]}}");
	cleanup(free_json) cJSON *open = cJSON_Parse("{}");

	cr_expect_eq(known_keep_ssh(managed), 0);
	cr_expect_eq(cJSON_GetArraySize(cJSON_GetObjectItem(managed, "rules")), 0);
	cr_expect_eq(known_keep_ssh(open), 0);
}
