// SPDX-License-Identifier: MIT
#include "tests/fuzz/control/world.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <systemd/sd-journal.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/policy/config/config.h"
#include "daemon/fwd/control/verbs.h"
#include "daemon/fwd/events/event_writer.h"
#include "daemon/fwd/events/hub.h"
#include "daemon/fwd/history/history.h"
#include "daemon/fwd/interfaces/interfaces.h"
#include "daemon/fwd/live/live.h"
#include "daemon/fwd/live/live_book.h"
#include "daemon/fwd/model/model.h"
#include "daemon/fwd/parts.h"
#include "daemon/fwd/transaction/transaction.h"
#include "tests/fuzz/control/fake_datapath.h"

/* Something of each kind that a request can name. */
static const char policy[] =
	"{\"interfaces\": {\"eth0\": {\"zone\": \"wan\"}, \"eth1\": {\"zone\": \"lan\"}},\n"
	" \"permitted_cidrs\": [\"10.0.0.0/8\"],\n"
	" \"management\": {\"allow\": [{\"src\": \"198.51.100.0/28\", \"proto\": \"tcp\"}]},\n"
	" \"sets\": {\"in\": {\"elements\": [\"192.0.2.0/24\", \"2001:db8::/32\"]},\n"
	"          \"live\": {\"live\": true, \"timeout\": \"10m\", \"max\": 4}},\n"
	" \"limits\": {\"l\": {\"rate\": \"10/s\", \"per\": [\"src/32\", \"rule\"]},\n"
	"            \"b\": {\"rate\": \"1MB/s\", \"per\": \"src/32\", \"over\": \"block\"}},\n"
	" \"rules\": [{\"id\": \"a\", \"match\": {\"src\": \"@in\"}, \"action\": \"pass\"},\n"
	"           {\"id\": \"b\", \"match\": {\"proto\": \"icmp\"}, \"limit\": \"l\","
	" \"comment\": \"\u00e4\u20ac\U0001f600\"},\n"
	"           {\"id\": \"c\", \"match\": {\"src\": \"!@live\", \"proto\": \"tcp\","
	" \"dport\": \"1-99\"}, \"limit\": \"b\", \"log\": true}]}\n";

/* The audit of a fuzzer is not for the journal. */
int sd_journal_send_with_location(const char *file, const char *line, const char *func,
				  const char *format, ...)
{
	(void)file, (void)line, (void)func, (void)format;
	return 0;
}

/* ---- live sets without maps ---- */

static int write_entry(void *userdata, unsigned set_id, const struct prefix *prefix,
		       const struct fw_live_value *value)
{
	(void)userdata, (void)set_id, (void)prefix, (void)value;
	return 0;
}

static int erase_entry(void *userdata, unsigned set_id, const struct prefix *prefix)
{
	(void)userdata, (void)set_id, (void)prefix;
	return 0;
}

static void count_blocks(void *userdata, int family, uint32_t count)
{
	(void)userdata, (void)family, (void)count;
}

static uint64_t now(void *userdata)
{
	(void)userdata;
	return clock_ns();
}

static void close_maps(void *userdata)
{
	(void)userdata;
}

/* ---- the app ---- */

static void expect(bool true_thing, const char *what)
{
	if (true_thing)
		return;
	fprintf(stderr, "fuzz: %s: %s\n", what, strerror(errno));
	abort();
}

static void make_folder(struct world *world)
{
	FILE *file;

	strcpy(world->folder, "/dev/shm/fwd-fuzz.XXXXXX");
	expect(mkdtemp(world->folder), "cannot make a folder");
	snprintf(world->config_path, sizeof(world->config_path), "%s/fwd.json", world->folder);
	snprintf(world->state_path, sizeof(world->state_path), "%s/state", world->folder);
	snprintf(world->socket_path, sizeof(world->socket_path), "%s/sock", world->folder);
	file = fopen(world->config_path, "w");
	expect(file && fputs(policy, file) >= 0 && fclose(file) == 0, "cannot write the config");
}

/* Of app.c, which starts what is not here: nobody waits for the status. */
void app_report_status(const struct app *app)
{
	(void)app;
}

void world_start(struct world *world)
{
	static const struct live_ops ops = {write_entry, erase_entry, count_blocks, now,
					    close_maps};
	const struct config_overrides overrides = {0};
	const struct event_writer_options log = {
		.format = "jsonl", .path = "/dev/null", .buffer = 65536};
	struct app *app = &world->app;
	struct errors errs = {0};

	*world = (struct world){0};
	make_folder(world);
	log_set_level(LOG_LEVEL_ERROR);
	app->options.config_path = world->config_path;
	app->options.state_dir = world->state_path;
	app->options.socket_path = world->socket_path;
	app->dp = calloc(1, sizeof(*app->dp));
	expect(app->dp && sd_event_new(&app->loop) >= 0, "cannot start");
	app->live = live_new(&ops, NULL);
	app->events = hub_new();
	expect(app->events && event_writer_open(app->events, &log, &app->event_log, &errs) == 0,
	       "no event log");
	expect(history_open(world->state_path, &app->history, &errs) == 0, "no history");
	expect(transaction_part_start(app, &errs) == 0 &&
		       transaction_open(app->transaction, app->loop, app->dp, app->history,
					app->events, &errs) == 0,
	       "nothing can wait");
	expect(model_new(app->dp, app->live, world->config_path, &overrides, &app->model) == 0,
	       "no model");
	if (transaction_load(app->transaction, app->model, &errs) < 0)
		fprintf(stderr, "%s", errors_text(&errs));
	expect(!errors_failed(&errs), "the policy is refused");
	history_release(app->history);
	expect(interfaces_start(app, &errs) == 0, "no interfaces");
	expect(core_start(app, &errs) == 0, "no core");
	expect(control_open(&app->core, ctl_verb_of, app->loop, world->socket_path, &app->control,
			    &errs) == 0,
	       "no socket");
	errors_clear(&errs);
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *place)
{
	(void)status, (void)type, (void)place;
	return remove(path);
}

void world_stop(struct world *world)
{
	struct app *app = &world->app;

	app->control = control_close(app->control);
	app->interfaces = interfaces_free(app->interfaces);
	core_stop(app);
	transaction_unload(app->transaction);
	app->model = model_free(app->model);
	transaction_close(app->transaction);
	app->history = history_close(app->history);
	transaction_part_stop(app);
	app->live = live_close(app->live);
	app->event_log = event_writer_close(app->event_log);
	app->events = hub_free(app->events);
	free(app->dp);
	app->loop = sd_event_unref(app->loop);
	nftw(world->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

void world_run(struct world *world)
{
	while (sd_event_run(world->app.loop, 0) > 0)
		;
}

int world_connect(struct world *world, enum ctl_access access)
{
	struct ctl_client *client;
	int ends[2];

	expect(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) == 0,
	       "no socket");
	expect(client_new(world->app.control, ends[0], &client) == 0, "no client");
	expect(client_set_access(client, access) >= 0, "no access");
	client_update(client);
	return ends[1];
}
