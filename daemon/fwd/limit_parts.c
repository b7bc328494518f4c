// SPDX-License-Identifier: MIT
/* The parts for limits: bans, and notices of limits. */
#include "daemon/fwd/parts.h"

#include <errno.h>

#include "daemon/fwd/limits/bans.h"
#include "daemon/fwd/limits/limit_notices.h"

int bans_start(struct app *app, struct errors *errs)
{
	const struct bans_needs needs = {app->dp, app->live, app->model, app->events};
	int ret = bans_new(&needs, &app->bans);

	return ret < 0 ? errors_system(errs, ret, "cannot take bans") : 0;
}

void bans_stop(struct app *app)
{
	app->bans = bans_free(app->bans);
}

int limit_notices_start(struct app *app, struct errors *errs)
{
	const struct limit_notices_needs needs = {app->dp, app->model, app->events};

	app->limit_notices = limit_notices_new(&needs);
	return app->limit_notices ? 0 : errors_system(errs, -ENOMEM, "cannot watch limits");
}

void limit_notices_stop(struct app *app)
{
	app->limit_notices = limit_notices_free(app->limit_notices);
}
