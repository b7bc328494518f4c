// SPDX-License-Identifier: MIT
/*
 * The datapath by hand, without the rest of fwd: for tests of the datapath alone.
 *
 *	dp_tool PIN_DIR|- COMMAND [ARGUMENT]...
 *
 * Commands, done in order:
 *	apply FILE	compile a config and make it the active generation
 *	attach IF, generic IF, any IF	native; generic; native or else generic
 *	detach IF	unpin
 *	show		attachments and the generation, a line each
 *	stats		reason counters that are not 0
 *	explain IF HEX	what the programs say of a frame
 *	run IF HEX	run the chain on a frame, with its side effects
 *	watch SECONDS	follow the interfaces as netlink would report, and say what was done
 *	sleep SECONDS	ready PATH (make a file)
 */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>

#include <bpf/libbpf.h>

#include "common/base/log.h"
#include "common/base/memory.h"
#include "common/policy/compile/policy.h"
#include "daemon/fwd/datapath/attach/attachments.h"
#include "daemon/fwd/datapath/buckets/limit_state.h"
#include "daemon/fwd/datapath/counters/counters.h"
#include "daemon/fwd/datapath/datapath.h"
#include "daemon/fwd/datapath/explain/explain.h"
#include "daemon/fwd/datapath/explain/testing.h"
#include "daemon/fwd/datapath/generation/generation.h"
#include "daemon/fwd/datapath/panic/panic_switch.h"
#include "daemon/fwd/datapath/trial/trial.h"

static const char *const reasons[] = {FW_REASONS(FW_AS_NAME)};
static const char *const outcomes[] = {FW_OUTCOMES(FW_AS_NAME)};
static const char *const states[] = {"missing", "down", "dispatcher", "alone"};

static int apply(struct datapath *dp, const char *path, struct errors *errs)
{
	struct document *document = NULL;
	struct config *config = NULL;
	struct policy *policy = NULL;
	int err = document_read_file(path, &document, errs);

	if (!err)
		err = config_parse(document, NULL, &config, errs);
	if (!err)
		err = config_validate(config, errs);
	if (!err)
		err = policy_compile(config, datapath_slots(dp), &policy, errs);
	if (!err)
		err = policy_apply(dp, policy, errs);
	policy_free(policy);
	config_free(config);
	document_free(document);
	return err;
}

static int attach(struct datapath *dp, const char *name, enum attach_mode mode,
		  enum on_unsupported on_unsupported, struct errors *errs)
{
	struct config_interface interface = {.mode = mode, .on_unsupported = on_unsupported};
	const struct slots *slots = datapath_slots(dp);
	int slot = slots ? slots_find(slots, FW_NAME_INTERFACE, name) : -1;

	snprintf(interface.name, sizeof(interface.name), "%s", name);
	return datapath_attach(dp, &interface, slot > 0 ? slot : 1, errs);
}

static int show(struct datapath *dp)
{
	const struct attachment *list;
	size_t count = datapath_attachments(dp, &list);

	printf("generation %u%s\n", datapath_generation(dp),
	       datapath_adopted(dp) ? ", adopted" : "");
	for (size_t i = 0; i < count; i++)
		printf("%s (%s, %d, slot %u, mtu %u): %s %s%s prog %u repairs %llu%s%s\n",
		       list[i].name, list[i].current_name, list[i].ifindex, list[i].slot,
		       list[i].mtu, states[list[i].state],
		       list[i].mode == ATTACH_GENERIC ? "generic" : "native",
		       list[i].frags ? " frags" : "", list[i].prog_id,
		       (unsigned long long)list[i].repairs, list[i].note[0] ? ": " : "",
		       list[i].note);
	return 0;
}

static int stats(struct datapath *dp)
{
	for (unsigned interface = 0; interface < FW_MAX_INTERFACES; interface++) {
		for (unsigned reason = 0; reason < FW_REASON_MAX; reason++) {
			struct fw_count counts[FW_OUTCOME_MAX];
			int err = datapath_reason_stats(dp, interface, reason, counts);

			if (err)
				return err;
			for (unsigned i = 0; i < FW_OUTCOME_MAX; i++)
				if (counts[i].packets)
					printf("slot %u %s %s %llu\n", interface, reasons[reason],
					       outcomes[i], counts[i].packets);
		}
	}
	return 0;
}

/* Bytes from hex digits; their number. */
static size_t read_hex(const char *text, unsigned char *frame, size_t size)
{
	size_t length = 0;

	for (; text[0] && text[1] && length < size; text += 2) {
		unsigned byte;

		sscanf(text, "%2x", &byte);
		frame[length++] = byte;
	}
	return length;
}

static int explain(struct datapath *dp, const char *name, const char *hex)
{
	struct fw_explanation explanation;
	unsigned char frame[2048];
	size_t length = read_hex(hex, frame, sizeof(frame));
	int err = datapath_explain(dp, JUDGE_RUNNING, if_nametoindex(name), frame, length,
				   &explanation);

	if (!err)
		printf("%s %s generation %u rule %d\n", reasons[explanation.reason],
		       outcomes[explanation.outcome], explanation.generation,
		       explanation.rule == FW_NO_SLOT ? -1 : explanation.rule);
	return err;
}

static int run(struct datapath *dp, const char *name, const char *hex)
{
	unsigned char frame[2048];
	size_t length = read_hex(hex, frame, sizeof(frame));
	uint32_t verdict, ns;
	int err = datapath_run(dp, if_nametoindex(name), frame, length, 1000, &verdict, &ns);

	if (!err)
		printf("verdict %u, %u ns\n", verdict, ns);
	return err;
}

/* ---- following the interfaces, by asking ten times a second ---- */

static void report(struct datapath *dp, const struct link_change *change)
{
	char note[512];
	int err = datapath_link_changed(dp, change, note, sizeof(note));

	if (note[0])
		printf("note: %s\n", note);
	if (err < 0)
		printf("error: %s\n", strerror(-err));
}

static void look_at(struct datapath *dp, int ifindex, const char *name)
{
	struct link_change change = {.ifindex = ifindex};
	struct ifreq request = {0};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	snprintf(change.name, sizeof(change.name), "%s", name);
	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	if (ioctl(fd, SIOCGIFMTU, &request) == 0)
		change.mtu = request.ifr_mtu;
	close(fd);
	bpf_xdp_query_id(ifindex, 0, &change.xdp_prog_id);
	report(dp, &change);
}

static void look_for_gone(struct datapath *dp)
{
	const struct attachment *list;
	size_t count = datapath_attachments(dp, &list);

	for (size_t i = 0; i < count; i++) {
		struct link_change change = {.ifindex = list[i].ifindex, .gone = true};
		char name[IF_NAMESIZE];

		if (list[i].ifindex && !if_indextoname(list[i].ifindex, name))
			report(dp, &change);
	}
}

static int watch(struct datapath *dp, double seconds)
{
	for (int i = 0; i < seconds * 10; i++) {
		struct if_nameindex *all = if_nameindex();

		for (struct if_nameindex *one = all; one && one->if_index; one++)
			look_at(dp, one->if_index, one->if_name);
		if_freenameindex(all);
		look_for_gone(dp);
		usleep(100 * 1000);
	}
	return 0;
}

static int make_file(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0600);

	return fd < 0 ? -errno : close(fd);
}

/* ---- commands ---- */

static int do_command(struct datapath *dp, char **args, struct errors *errs)
{
	if (strcmp(args[0], "apply") == 0)
		return apply(dp, args[1], errs);
	if (strcmp(args[0], "attach") == 0)
		return attach(dp, args[1], ATTACH_NATIVE, UNSUPPORTED_FAIL, errs);
	if (strcmp(args[0], "generic") == 0)
		return attach(dp, args[1], ATTACH_GENERIC, UNSUPPORTED_FAIL, errs);
	if (strcmp(args[0], "any") == 0)
		return attach(dp, args[1], ATTACH_NATIVE, UNSUPPORTED_GENERIC, errs);
	if (strcmp(args[0], "detach") == 0)
		return datapath_detach(dp, args[1], errs);
	if (strcmp(args[0], "unpin") == 0)
		return datapath_unpin(dp, errs);
	if (strcmp(args[0], "show") == 0)
		return show(dp);
	if (strcmp(args[0], "stats") == 0)
		return stats(dp);
	if (strcmp(args[0], "sweep") == 0)
		return printf("swept %d\n", datapath_sweep_buckets(dp)) < 0;
	if (strcmp(args[0], "explain") == 0)
		return explain(dp, args[1], args[2]);
	if (strcmp(args[0], "run") == 0)
		return run(dp, args[1], args[2]);
	if (strcmp(args[0], "watch") == 0)
		return watch(dp, atof(args[1]));
	if (strcmp(args[0], "sleep") == 0)
		return usleep(atof(args[1]) * 1e6);
	if (strcmp(args[0], "ready") == 0)
		return make_file(args[1]);
	fprintf(stderr, "no command %s\n", args[0]);
	return -EINVAL;
}

static int arguments_of(const char *command)
{
	static const char *const none[] = {"show", "stats", "unpin", "sweep"};

	for (size_t i = 0; i < array_size(none); i++)
		if (strcmp(command, none[i]) == 0)
			return 0;
	return strcmp(command, "explain") == 0 || strcmp(command, "run") == 0 ? 2 : 1;
}

int main(int argc, char **argv)
{
	struct datapath_options options = {0};
	struct datapath *dp = NULL;
	struct errors errs = {0};
	int err, i;

	if (argc < 2)
		return 2;
	setvbuf(stdout, NULL, _IOLBF, 0);
	log_take_libraries();
	options.pin_dir = argv[1];
	options.no_pins = strcmp(argv[1], "-") == 0;
	err = datapath_open(&options, &dp, &errs);
	for (i = 2; !err && i < argc; i += 1 + arguments_of(argv[i])) {
		if (i + arguments_of(argv[i]) >= argc)
			err = -EINVAL;
		else
			err = do_command(dp, &argv[i], &errs);
	}
	errors_print(&errs, stderr, false);
	if (err)
		fprintf(stderr, "dp_tool: %s\n", strerror(err < 0 ? -err : err));
	errors_clear(&errs);
	datapath_close(dp);
	return err ? 1 : 0;
}
