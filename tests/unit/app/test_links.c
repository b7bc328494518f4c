// SPDX-License-Identifier: MIT
/* Links in a network namespace of the test's own; without root there is none, and the tests skip. */
#include <criterion/criterion.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/memory.h"
#include "daemon/fwd/interfaces/links.h"

struct seen {
	int count;
	int gone;
	struct link_change last;
	char names[1024]; /* of all changes, in order */
};

static void see(void *userdata, const struct link_change *change)
{
	struct seen *seen = userdata;

	seen->count++;
	seen->gone += change->gone;
	seen->last = *change;
	if (strlen(seen->names) + sizeof(change->name) + 2 < sizeof(seen->names)) {
		strcat(seen->names, change->name);
		strcat(seen->names, " ");
	}
}

static struct links *open_links(struct seen *seen)
{
	struct links *links = NULL;

	if (unshare(CLONE_NEWNET) < 0)
		cr_skip_test("network namespaces need root");
	cr_assert(links_open(see, seen, &links) == 0);
	return links;
}

static void run(const char *command)
{
	cr_assert(system(command) == 0, "%s", command);
}

/* Read until nothing more comes. */
static void read_all(struct links *links)
{
	for (int i = 0; i < 5; i++) {
		cr_assert(links_read(links) == 0);
		usleep(10000);
	}
}

Test(links, tells_of_what_is_there)
{
	struct seen seen = {0};
	struct links *links = open_links(&seen);

	read_all(links);
	cr_expect(strstr(seen.names, "lo "), "%s", seen.names);
	links_close(links);
}

Test(links, follows_a_link)
{
	struct seen seen = {0};
	struct links *links = open_links(&seen);
	int ifindex;

	read_all(links);
	run("ip link add fw0 type veth peer name fw1");
	seen.names[0] = '\0';
	read_all(links);
	cr_expect(strstr(seen.names, "fw0 ") && strstr(seen.names, "fw1 "), "%s", seen.names);
	run("ip link set fw0 mtu 1400");
	read_all(links);
	cr_expect_str_eq(seen.last.name, "fw0");
	cr_expect(seen.last.mtu == 1400 && seen.last.xdp_prog_id == 0);
	ifindex = seen.last.ifindex;
	run("ip link set fw0 name wan0");
	read_all(links);
	cr_expect_str_eq(seen.last.name, "wan0");
	cr_expect(seen.last.ifindex == ifindex && !seen.last.gone);
	run("ip link del wan0");
	read_all(links);
	cr_expect(seen.gone == 2);
	links_close(links);
}

/* A port that leaves its bridge still exists. */
Test(links, bridge_port_is_not_gone)
{
	struct seen seen = {0};
	struct links *links = open_links(&seen);

	if (system("ip link add br0 type bridge 2>/dev/null") != 0)
		cr_skip_test("no bridges in this kernel");
	run("ip link add fw0 type veth peer name fw1 && ip link set fw0 master br0");
	read_all(links);
	run("ip link set fw0 nomaster");
	read_all(links);
	cr_expect(seen.gone == 0);
	links_close(links);
}

/* More changes than the socket holds: a new dump finds what is gone. */
Test(links, overrun)
{
	struct seen seen = {0};
	struct links *links = open_links(&seen);
	char path[] = "/tmp/fwd-links.XXXXXX", command[64];
	int fd = mkstemp(path);
	FILE *batch = fd < 0 ? NULL : fdopen(fd, "w");

	alarm(300);
	cr_assert_not_null(batch);
	run("ip link add fw0 type veth peer name fw1");
	read_all(links);
	for (int i = 0; i < 4000; i++)
		fprintf(batch, "link set fw1 mtu %d\n", 1400 + i % 2);
	fprintf(batch, "link del fw0\n");
	fclose(batch);
	snprintf(command, sizeof(command), "ip -batch %s", path);
	run(command);
	unlink(path);
	read_all(links);
	cr_expect(seen.count < 4000, "nothing was dropped: not a test");
	cr_expect(seen.gone == 2, "%d gone", seen.gone);
	links_close(links);
}
