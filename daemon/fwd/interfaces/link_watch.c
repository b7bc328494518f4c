// SPDX-License-Identifier: MIT
/* What netlink says goes to the datapath; what the datapath did about it goes to the log. */
#include "daemon/fwd/parts.h"

#include <string.h>

#include "common/base/log.h"
#include "daemon/fwd/interfaces/links.h"

static void link_changed(void *userdata, const struct link_change *change)
{
	struct app *app = userdata;
	char note[512] = "";
	int ret = datapath_link_changed(app->dp, change, note, sizeof(note));

	if (note[0])
		log_warning("%s", note);
	else if (ret < 0)
		log_warning("%s: %s", change->name, strerror(-ret));
	if (ret != 0)
		app_tell_status(app);
}

static int links_ready(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct app *app = userdata;
	int ret = links_read(app->links);

	(void)source, (void)fd, (void)revents;
	if (ret < 0)
		log_warning("cannot read about network interfaces: %s", strerror(-ret));
	return 0;
}

int link_watch_start(struct app *app, struct errors *errs)
{
	int ret = links_open(link_changed, app, &app->links);

	if (ret >= 0)
		ret = sd_event_add_io(app->loop, NULL, links_fd(app->links), EPOLLIN, links_ready,
				      app);
	return ret < 0 ? errors_system(errs, ret, "cannot watch network interfaces") : 0;
}

void link_watch_stop(struct app *app)
{
	app->links = links_close(app->links);
}
