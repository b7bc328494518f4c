// SPDX-License-Identifier: MIT
/* A first policy for this host, without fwd. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/grammar/input.h"
#include "cli/init/first_policy.h"
#include "cli/init/survey.h"
#include "cli/verbs/commands.h"
#include "common/base/memory.h"
#include "common/base/replace_file.h"
#include "common/policy/rewrite/print.h"

static const struct print_style style = {.unit = {"  ", 2}};

static char *policy_text(const cJSON *policy, size_t *ret_size)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, ret_size);

	if (!out)
		return NULL;
	print_text(out, policy, &style);
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}

/* ---- the file ---- */

static int check_free(struct cli *cli, const char *path)
{
	struct stat there;

	if (!path || cli->settings.force)
		return 0;
	if (lstat(path, &there) == 0)
		return cli_fail(cli, WIRE_ERROR_CONFLICT,
				"%s is there already; --force overwrites it", path);
	return errno == ENOENT ? 0 : cli_fail_errno(cli, -errno, path);
}

/* Never replace a file that was created meanwhile. */
static int write_new(const char *path, const char *text, size_t size)
{
	cleanup_fd int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	ssize_t written;

	if (fd < 0)
		return -errno;
	written = write(fd, text, size);
	if (written == (ssize_t)size && fsync(fd) == 0)
		return 0;
	written = written < 0 || written == (ssize_t)size ? -errno : -ENOSPC;
	unlink(path);
	return (int)written;
}

static int write_over(const char *path, const char *text, size_t size)
{
	const struct replace_owner owner = {.mode = 0644, .uid = (uid_t)-1, .gid = (gid_t)-1};
	cleanup_free char *parent = strdup(path), *name = strdup(path);
	cleanup_fd int folder = -1;

	if (!parent || !name)
		return -ENOMEM;
	folder = open(dirname(parent), O_DIRECTORY | O_RDONLY | O_CLOEXEC);
	if (folder < 0)
		return -errno;
	return replace_file(folder, basename(name), text, size, &owner);
}

static int write_policy(struct cli *cli, const char *path, const cJSON *policy)
{
	cleanup_free char *text = NULL;
	size_t size = 0;
	int r;

	text = policy_text(policy, &size);
	if (!text)
		return cli_fail_errno(cli, -ENOMEM, path);
	r = cli->settings.force ? write_over(path, text, size) : write_new(path, text, size);
	if (r == -EEXIST)
		return check_free(cli, path);
	return r < 0 ? cli_fail_errno(cli, r, path) : 0;
}

/* ---- the result: what was found ---- */

static void add_words(cJSON *result, const char *key, const struct prefix_list *list)
{
	cJSON *array = cJSON_AddArrayToObject(result, key);
	char text[PREFIX_TEXT];

	for (size_t i = 0; i < list->count; i++)
		cJSON_AddItemToArray(array,
				     cJSON_CreateString(prefix_format(&list->items[i], text)));
}

static void add_listeners(cJSON *result, const struct survey *found, const struct plan *plan)
{
	cJSON *array = cJSON_AddArrayToObject(result, "listening");
	char text[PREFIX_TEXT];

	for (size_t i = 0; i < found->listener_count; i++) {
		const struct survey_listener *listener = &found->listeners[i];
		const struct socket_info *socket = &listener->socket;
		cJSON *item;

		if (!plan_is_wide(found, plan, listener))
			continue;
		item = cJSON_CreateObject();
		cJSON_AddStringToObject(item, "proto",
					socket->protocol == IPPROTO_TCP ? "tcp" : "udp");
		cJSON_AddStringToObject(item, "address", prefix_format(&socket->local, text));
		cJSON_AddNumberToObject(item, "port", socket->local_port);
		cJSON_AddStringToObject(item, "process", listener->process);
		cJSON_AddBoolToObject(item, "reachable", plan_is_reachable(listener));
		cJSON_AddItemToArray(array, item);
	}
}

static void add_unfiltered(cJSON *result, const struct survey *found, const cJSON *interfaces)
{
	cJSON *array = cJSON_AddArrayToObject(result, "not_filtered");

	for (size_t i = 0; i < found->link_count; i++) {
		const struct survey_link *link = &found->links[i];

		if (!link->is_loopback && !cJSON_GetObjectItemCaseSensitive(interfaces, link->name))
			cJSON_AddItemToArray(array, cJSON_CreateString(link->name));
	}
}

static cJSON *describe(const struct survey *found, const struct plan *plan, cJSON *policy,
		       const char *path)
{
	cJSON *result = cJSON_CreateObject();

	if (path)
		cJSON_AddStringToObject(result, "file", path);
	cJSON_AddStringToObject(result, "wan", plan->wan);
	add_words(result, "lan_networks", &plan->lan_networks);
	add_words(result, "management", &plan->management);
	cJSON_AddBoolToObject(result, "dhcp", plan->has_dhcp4);
	cJSON_AddBoolToObject(result, "dhcp6", plan->has_dhcp6);
	cJSON_AddBoolToObject(result, "lan_ends", plan->lan_ends);
	cJSON_AddBoolToObject(result, "overlaps", plan->overlaps);
	add_unfiltered(result, found, field(policy, "interfaces"));
	add_listeners(result, found, plan);
	cJSON_AddItemToObject(result, "policy", policy);
	return result;
}

/* ---- the run ---- */

static int make(struct cli *cli, const struct plan_wish *wish, const char *path, cJSON **ret)
{
	struct survey found = {0};
	struct plan plan = {0};
	char error[PLAN_ERROR] = "";
	cJSON *policy;
	int r = survey_read(getenv("SSH_CONNECTION"), &found);

	if (r < 0)
		return cli_fail_errno(cli, r, "what is on this host");
	r = plan_make(&found, wish, &plan, error);
	if (r < 0) {
		survey_clear(&found);
		return *error ? cli_fail(cli, WIRE_ERROR_BAD_REQUEST, "%s", error)
			      : cli_fail_errno(cli, r, "init");
	}
	policy = first_policy(&plan);
	r = path ? write_policy(cli, path, policy) : 0;
	if (r == 0)
		*ret = describe(&found, &plan, policy, path);
	else
		cJSON_Delete(policy);
	plan_clear(&plan);
	survey_clear(&found);
	return r;
}

int run_init(struct cli *cli, const struct call *call)
{
	const char *path = call_value(call, "output");
	cleanup_free const char **lans = NULL;
	cleanup_free const char **prefixes = NULL;
	struct prefix_list management = {0};
	struct plan_wish wish = {.wan = call_value(call, "wan"), .management = &management};
	cJSON *result = NULL;
	size_t count;
	int r;

	if (path && strcmp(path, "-") == 0)
		path = NULL;
	if (call_repeated(call, "lan", &lans, &wish.lan_count) < 0 ||
	    call_repeated(call, "management", &prefixes, &count) < 0)
		return cli_fail_errno(cli, -ENOMEM, "command line");
	wish.lans = lans;
	r = check_free(cli, path);
	if (r == 0)
		r = input_prefix_words(cli, prefixes, count, &management);
	if (r == 0)
		r = make(cli, &wish, path, &result);
	if (r == 0)
		cli->output->result(cli, call, result);
	cJSON_Delete(result);
	prefix_list_clear(&management);
	return r;
}

/* ---- for people ---- */

static void note_list(struct cli *cli, const char *what, const cJSON *array, const char *none)
{
	cleanup_free char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	const cJSON *item;

	if (!out)
		return;
	cJSON_ArrayForEach (item, array)
		fprintf(out, "%s%s", item == array->child ? "" : ", ", item->valuestring);
	if (!cJSON_GetArraySize(array))
		fputs(none, out);
	fclose(out);
	cli_note(cli, "  %-12s %s", what, text);
}

static void note_listeners(struct cli *cli, const cJSON *listening)
{
	const cJSON *item;

	if (!cJSON_GetArraySize(listening))
		return;
	cli_note(cli, "These services listen; from wan only management.allow reaches them, or a "
		      "rule that you add:");
	cJSON_ArrayForEach (item, listening) {
		const char *process = field_text(item, "process"), *address;

		address = field_text(item, "address");
		cli_note(cli, strchr(address, ':') ? "  %s [%s]:%.0f%s%s%s" : "  %s %s:%.0f%s%s%s",
			 field_text(item, "proto"), address, field_number(item, "port"),
			 *process ? " " : "", process,
			 field_true(item, "reachable")
				 ? ", reached by packets that look like replies"
				 : "");
	}
}

static void note_next(struct cli *cli, const char *file)
{
	cli_note(cli, "It is in monitor mode. Next:");
	cli_note(cli, "  fwctl check %s", file);
	cli_note(cli, "  fwd -c %s, in the foreground, or systemctl start fwd", file);
	cli_note(cli, "  fwctl monitor, which shows what it would drop; fwctl explain says why");
	cli_note(cli, "  \"enforce\": true in %s, and fwctl reload --confirm 5m", file);
	cli_note(cli, "  fwctl confirm, if you are still there");
}

void print_init(struct cli *cli, const struct call *call, const cJSON *result)
{
	const char *file = field_text(result, "file");

	(void)call;
	if (*file) {
		text_put_line(cli->out, file);
		fputs(": written\n", cli->out);
	} else {
		print_text(cli->out, field(result, "policy"), &style);
	}
	cli_note(cli, "Found on this host:");
	cli_note(cli, "  %-12s %s%s%s", "wan", field_text(result, "wan"),
		 field_true(result, "dhcp") ? ", DHCP" : "",
		 field_true(result, "dhcp6") ? ", DHCPv6" : "");
	note_list(cli, "lan", field(result, "lan_networks"), "none");
	note_list(cli, "management", field(result, "management"),
		  "none: you are not connected by SSH, and --mgmt names no prefix");
	note_list(cli, "not filtered", field(result, "not_filtered"), "none");
	if (field_true(result, "lan_ends"))
		cli_note(cli, "A network of the LAN is assigned for a time: when it changes, "
			      "update the set lan_networks.");
	if (field_true(result, "overlaps"))
		cli_note(cli, "A network of the uplink is also in the LAN: forged addresses of the "
			      "LAN are not dropped there.");
	note_listeners(cli, field(result, "listening"));
	note_next(cli, *file ? file : "FILE");
}
