// SPDX-License-Identifier: MIT
/* Command lines, and what is asked of fwd for them. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "cli/grammar/call.h"
#include "cli/grammar/setting_rows.h"
#include "common/base/memory.h"

#define MAX_WORDS 16

/* Read words up to a NULL. */
static int parse(struct cli *cli, const char *const *words, struct call *ret)
{
	char *argv[MAX_WORDS + 2] = {(char *)"fwctl"};
	int argc = 1;

	for (; *words; words++)
		argv[argc++] = (char *)*words;
	*cli = (struct cli){.settings = settings_default(), .fd = -1};
	return call_parse(cli, argc, argv, ret);
}

Test(parse, repeated)
{
	const char *const words[] = {"init",	   "--lan",  "eth1",	"--wan=eth0",
				     "--lan=eth2", "--mgmt", "::1/128", NULL};
	cleanup_free const char **lans = NULL;
	size_t count = 0;
	struct call call;
	struct cli cli;

	cr_assert_eq(parse(&cli, words, &call), 0, "%s", cli.message);
	cr_expect_str_eq(call_value(&call, "wan"), "eth0");
	cr_assert_eq(call_repeated(&call, "lan", &lans, &count), 0);
	cr_assert_eq(count, 2);
	cr_expect_str_eq(lans[0], "eth1");
	cr_expect_str_eq(lans[1], "eth2");
	call_clear(&call);
	cli_clear(&cli);
}

static const struct {
	const char *words[MAX_WORDS];
	const char *op;
	const char *args;
} good[] = {
	{{"status"}, "status", "{}"},
	{{"rule", "list"}, "rule.list", "{}"},
	{{"rule", "delete", "web"}, "rule.delete", "{\"id\":\"web\"}"},
	{{"-j", "rule", "-s", "/x", "delete", "web"}, "rule.delete", "{\"id\":\"web\"}"},
	{{"rule", "delete", "--", "-j"}, "rule.delete", "{\"id\":\"-j\"}"},
	{{"rule", "add", "{}"}, "rule.add", "{\"rule\":\"{}\"}"},
	{{"rule", "add", "{}", "--before", "web"},
	 "rule.add",
	 "{\"rule\":\"{}\",\"before\":\"web\"}"},
	{{"rule", "add", "--before=web", "{}"}, "rule.add", "{\"rule\":\"{}\",\"before\":\"web\"}"},
	{{"set", "add", "bad", "192.0.2.1", "2001:db8::/32", "--timeout", "1h"},
	 "set.add",
	 "{\"name\":\"bad\",\"prefixes\":[\"192.0.2.1\",\"2001:db8::/32\"],\"timeout\":\"1h\"}"},
	{{"rule", "set", "web", "match.dport=[80, 443]", "log=true", "comment=", "limit=5/s"},
	 "rule.set",
	 "{\"id\":\"web\",\"fields\":\"{\\\"match\\\":{\\\"dport\\\":[80,443]},\\\"log\\\":true,"
	 "\\\"comment\\\":null,\\\"limit\\\":\\\"5/s\\\"}\"}"},
	{{"rule", "set", "web", "{}"}, "rule.set", "{\"id\":\"web\",\"fields\":\"{}\"}"},
	{{"interface", "set", "eth0", "zone=lan"},
	 "iface.set",
	 "{\"name\":\"eth0\",\"fields\":\"{\\\"zone\\\":\\\"lan\\\"}\"}"},
	{{"set", "delete", "old"}, "set.delete", "{\"name\":\"old\"}"},
	{{"rule", "delete", "x", "--missing-ok"},
	 "rule.delete",
	 "{\"id\":\"x\",\"missing_ok\":true}"},
	{{"set", "add", "bad", "-"}, "set.add", "{\"name\":\"bad\",\"prefixes\":[\"-\"]}"},
	{{"block", "192.0.2.1", "--for", "10m", "--reason", "-j"},
	 "block",
	 "{\"prefixes\":[\"192.0.2.1\"],\"timeout\":\"10m\",\"reason\":\"-j\"}"},
	{{"explain", "in", "eth0", "udp", "192.0.2.1:1", ">", "192.0.2.2:2"},
	 "explain",
	 "{\"packet\":\"in eth0 udp 192.0.2.1:1 > 192.0.2.2:2\"}"},
	{{"explain", "-ieth0", "--hex", "00"},
	 "explain",
	 "{\"frame\":\"00\",\"interface\":\"eth0\"}"},
	{{"iface", "attach", "eth0", "--mode", "generic"},
	 "iface.attach",
	 "{\"name\":\"eth0\",\"mode\":\"generic\"}"},
	{{"monitor", "-jn5", "--reason", "rule"}, "monitor", "{}"},
	{{"stats", "-a"}, "stats", "{}"},
	{{"stats", "-at"}, "stats", "{}"},
	{{"stats", "reset"}, "stats.reset", "{}"},
	{{"stats", "reset", "a", "b"}, "stats.reset", "{\"rules\":[\"a\",\"b\"]}"},
	{{"--if-revision", "3", "stats", "reset", "reset"},
	 "stats.reset",
	 "{\"rules\":[\"reset\"]}"},
	{{"blocks", "flush"}, "blocks.flush", "{}"},
	{{"blocks", "-j", "flush", "--reason", "limit dns"},
	 "blocks.flush",
	 "{\"reason\":\"limit dns\"}"},
	{{"blocks", "flush", "--reason="}, "blocks.flush", "{\"reason\":\"\"}"},
	{{"block", "::1", "--for", "0"}, "block", "{\"prefixes\":[\"::1\"],\"timeout\":\"0\"}"},
	{{"block", "::1", "--for", "forever"},
	 "block",
	 "{\"prefixes\":[\"::1\"],\"timeout\":\"forever\"}"},
	{{"history", "-n", "7"}, "history", "{\"limit\":7}"},
	{{"limit", "show", "x", "--top", "0"}, "limit.show", "{\"name\":\"x\",\"top\":0}"},
};

Test(parse, good)
{
	for (size_t i = 0; i < array_size(good); i++) {
		cleanup_free char *text = NULL;
		struct call call;
		struct cli cli;
		cJSON *args;

		cr_assert(parse(&cli, good[i].words, &call) == 0, "row %zu: %s", i, cli.message);
		args = call_args(&call);
		text = cJSON_PrintUnformatted(args);
		cr_expect_str_eq(op_name(call.verb->op), good[i].op);
		cr_expect_str_eq(text, good[i].args, "row %zu: %s", i, text);
		cJSON_Delete(args);
		call_clear(&call);
		cli_clear(&cli);
	}
}

/* What is reported of a usage error; its code is always bad_request. */
static const struct {
	const char *words[MAX_WORDS];
	const char *message;
} bad[] = {
	{{NULL}, "no command is given; see fwctl --help"},
	{{"rule"}, "rule needs a verb; see fwctl rule --help"},
	{{"stat"}, "there is no command \"stat\"; did you mean \"stats\"?"},
	{{"ruel", "list"}, "there is no command \"ruel\"; did you mean \"rule\"?"},
	{{"rule", "frobnicate"}, "rule has no verb \"frobnicate\"; see fwctl rule --help"},
	{{"rule", "delte", "x"}, "rule has no verb \"delte\"; did you mean \"delete\"?"},
	{{"flush", "x"}, "there is no command \"flush\"; did you mean \"set flush\"?"},
	{{"xyzzy"}, "there is no command \"xyzzy\"; see fwctl --help"},
	{{"rule", "delete"}, "ID is missing; see fwctl rule delete --help"},
	{{"set", "add", "x"}, "PREFIX is missing; see fwctl set add --help"},
	{{"stats", "rest"}, "unexpected word \"rest\"; see fwctl stats --help"},
	{{"stats", "--all", "reset"}, "unexpected word \"reset\"; see fwctl stats --help"},
	{{"stats", "--", "reset"}, "unexpected word \"reset\"; see fwctl stats --help"},
	{{"stats", "reset", "--all"}, "unknown option --all"},
	{{"status", "x"}, "unexpected word \"x\"; see fwctl status --help"},
	{{"blocks", "b"}, "unexpected word \"b\"; see fwctl blocks --help"},
	{{"blocks", "--reason", "x", "flush"}, "unknown option --reason; did you mean --json?"},
	{{"blocks", "flush", "x"}, "unexpected word \"x\"; see fwctl blocks flush --help"},
	{{"blocks", "flush", "--reason"}, "--reason needs a value"},
	{{"status", "-x"}, "unknown option -x"},
	{{"status", "-jx"}, "unknown option -x"},
	{{"status", "--xyz", "x"}, "unknown option --xyz"},
	{{"block", "x", "--reson", "y"}, "unknown option --reson; did you mean --reason?"},
	{{"block", "x", "--for"}, "--for needs a value"},
	{{"block", "x", "--for", "1m", "--for", "2m"}, "--for is given twice"},
	{{"-s"}, "-s needs a value"},
	{{"-s", "", "status"}, "--socket \"\" must not be empty"},
	{{"--json=yes", "status"}, "--json takes no value"},
	{{"--color", "blue", "status"}, "--color \"blue\" must be auto, always or never"},
	{{"--wait", "soon", "status"},
	 "--wait \"soon\" is not a time such as 500ms, 90s, 10m or 1h30m"},
	{{"--wait", "0", "status"}, "--wait \"0\" must be above 0"},
	{{"--wait", "25d", "status"}, "--wait \"25d\" is not a time from 1ms to 24d"},
	{{"--confirm", "1.5m", "reload"},
	 "--confirm \"1.5m\" is not a time such as 500ms, 90s, 10m or 1h30m"},
	{{"try", "f", "--for", "0"}, "--for \"0\" must be above 0"},
	{{"block", "::1", "--for", "5x"},
	 "--for \"5x\" is not a time such as 500ms, 90s, 10m or 1h30m"},
	{{"top", "--interval", "99999999d"}, "--interval \"99999999d\" is too long"},
	{{"history", "-n", "1000000000000000"}, "--limit \"1000000000000000\" is too large"},
	{{"history", "-n", "1x"}, "--limit must be a whole number, not \"1x\""},
	{{"history", "-n", "0"}, "--limit must be at least 1"},
	{{"monitor", "-n", "00"}, "--count must be at least 1"},
	{{"top", "-n0"}, "--count must be at least 1"},
	{{"monitor", "--count", "-1"}, "--count must be a whole number, not \"-1\""},
	{{"monitor", "--count", ""}, "--count must be a whole number, not \"\""},
	{{"monitor", "--outcome", "dorp"}, "--outcome cannot be \"dorp\"; did you mean \"drop\"?"},
	{{"iface", "attach", "x", "--mode", "zzz"},
	 "--mode cannot be \"zzz\"; it is one of: native, generic"},
	{{"iface", "attach", "an-interface-too-long"},
	 "\"an-interface-too-long\" is not an interface's name"},
	{{"save", "--confirm", "5m"},
	 "save takes no --confirm, which is for what changes the running policy; nothing was done"},
	{{"--confirm=5m", "try", "x.json"},
	 "try takes no --confirm, which is for what changes the running policy; nothing was done"},
	{{"block", "::1", "--confirm", "5m"},
	 "block takes no --confirm, which is for what changes the running policy; nothing was "
	 "done"},
	{{"status", "-f"},
	 "status takes no --force, which is for what could cut you off, save and init; nothing was "
	 "done"},
	{{"rule", "list", "--if-revision", "3"},
	 "rule list takes no --if-revision, which is for commands that write; nothing was done"},
	{{"rule", "add", "@/nonexistent"}, "/nonexistent: No such file or directory"},
};

Test(parse, bad)
{
	for (size_t i = 0; i < array_size(bad); i++) {
		struct call call;
		struct cli cli;

		cr_assert(parse(&cli, bad[i].words, &call) < 0, "row %zu", i);
		cr_expect_str_eq(cli.message, bad[i].message, "row %zu: %s", i, cli.message);
		cr_expect(cli.error == WIRE_ERROR_BAD_REQUEST);
		call_clear(&call);
		cli_clear(&cli);
	}
}

Test(parse, settings)
{
	const char *const words[] = {"-j",     "--socket=/tmp/x", "--color", "never",
				     "status", "--wait",	  "250ms",   NULL};
	struct call call;
	struct cli cli;

	cr_assert(parse(&cli, words, &call) == 0);
	cr_expect(cli.settings.json && cli.settings.color == COLOR_NEVER);
	cr_expect(cli.settings.wait_ms == 250);
	cr_expect_str_eq(cli.settings.socket_path, "/tmp/x");
	call_clear(&call);
}

Test(parse, environment)
{
	const char *const words[] = {"status", NULL}, *const flag[] = {"-s/tmp/y", "status", NULL};
	struct call call;
	struct cli cli;

	setenv("FWD_SOCKET", "/tmp/x", 1);
	cr_assert(parse(&cli, words, &call) == 0);
	cr_expect_str_eq(cli.settings.socket_path, "/tmp/x");
	call_clear(&call);
	cr_assert(parse(&cli, flag, &call) == 0);
	cr_expect_str_eq(cli.settings.socket_path, "/tmp/y");
	call_clear(&call);
}

/* --help wins over what is missing or wrong behind it. */
Test(parse, help)
{
	const char *const words[][4] = {
		{"--help"}, {"help", "rule"}, {"rule", "-h"}, {"rule", "delete", "--help"}};

	for (size_t i = 0; i < array_size(words); i++) {
		struct call call;
		struct cli cli;

		cr_assert(parse(&cli, words[i], &call) == 0, "row %zu", i);
		cr_expect(cli.settings.help);
		cr_expect(!!call.object == (i > 0));
		cr_expect(!!call.verb == (i == 3));
		call_clear(&call);
	}
}

Test(parse, json_from_a_file)
{
	const char *words[] = {"rule", "add", "@/tmp/fwctl-test-XXXXXX", NULL};
	char path[] = "@/tmp/fwctl-test-XXXXXX";
	int fd = mkstemp(path + 1);
	struct call call;
	struct cli cli;

	cr_assert(fd >= 0 && write(fd, "{\"id\":\"x\"}\n", 11) == 11);
	close(fd);
	words[2] = path;
	cr_assert(parse(&cli, words, &call) == 0);
	cr_expect_str_eq(call_value(&call, "rule"), "{\"id\":\"x\"}\n");
	call_clear(&call);
	unlink(path + 1);
}
