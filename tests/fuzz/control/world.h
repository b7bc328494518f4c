/* SPDX-License-Identifier: MIT */
/* An fwd around the control socket: all of it but the kernel's side. */
#ifndef FUZZ_CONTROL_WORLD_H
#define FUZZ_CONTROL_WORLD_H

#include "daemon/fwd/app.h"
#include "daemon/fwd/control/server.h"

struct world {
	char folder[64]; /* of the config, the state and the socket */
	char config_path[96];
	char state_path[96];
	char socket_path[96];
	struct app app;
};

void world_start(struct world *world);
/* Its folder is removed, too. */
void world_stop(struct world *world);

/* Let the loop do what there is to do. */
void world_run(struct world *world);

/* A client that may do so much; returns the other end of its socket. */
int world_connect(struct world *world, enum ctl_access access);

#endif
