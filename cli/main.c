// SPDX-License-Identifier: MIT
/* fwctl: the client of fwd's control socket. */
#include "cli/fwctl.h"

int main(int argc, char **argv)
{
	return cli_main(argc, argv, stdout, stderr);
}
