// SPDX-License-Identifier: MIT
#include "folder.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void folder_make(struct folder *folder)
{
	strcpy(folder->path, "/tmp/fwd-history.XXXXXX");
	cr_assert(mkdtemp(folder->path));
}

void folder_remove(const struct folder *folder)
{
	char command[96];

	snprintf(command, sizeof(command), "rm -rf '%s'", folder->path);
	cr_assert(system(command) == 0);
}
