// SPDX-License-Identifier: MIT
/* The parts for interfaces: attachments at the start and at the stop, and netlink. */
#include "daemon/fwd/parts.h"

#include <errno.h>

#include "common/base/errors/errors_log.h"
#include "daemon/fwd/interfaces/interfaces.h"

static void changed(void *userdata)
{
	app_report_status(userdata);
}

int interfaces_start(struct app *app, struct errors *errs)
{
	const struct interfaces_needs needs = {app->dp, app->model, app->events, changed, app};
	int ret;

	app->interfaces = interfaces_new(&needs);
	if (!app->interfaces)
		return -ENOMEM;
	ret = interfaces_attach(app->interfaces, errs);
	if (ret < 0)
		app->interfaces = interfaces_free(app->interfaces);
	return ret;
}

void interfaces_stop(struct app *app)
{
	struct errors errs = {0};

	if (app->detach && interfaces_detach(app->interfaces, &errs) < 0) {
		/* It needs the maps, and the stages in them. */
		app->detach = false;
		app->exit_code = app->exit_code ? app->exit_code : PROGRAM_EXIT_FAILED;
		errors_add(&errs, SEVERITY_WARNING, ERROR_SYSTEM, NULL,
			   "the datapath stays for interfaces that could not be detached; the next "
			   "start or "
			   "stop of fwd tries it again");
	}
	errors_log(&errs);
	errors_clear(&errs);
	app->interfaces = interfaces_free(app->interfaces);
}

int link_watch_start(struct app *app, struct errors *errs)
{
	int ret = interfaces_watch(app->interfaces, app->loop);

	return ret < 0 ? errors_system(errs, ret, "cannot watch network interfaces") : 0;
}

void link_watch_stop(struct app *app)
{
	interfaces_unwatch(app->interfaces);
}
