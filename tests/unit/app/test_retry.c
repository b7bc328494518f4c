// SPDX-License-Identifier: MIT
/* The seconds between attempts that fail. */
#include <criterion/criterion.h>

#include "common/base/memory.h"
#include "daemon/fwd/interfaces/retry.h"

Test(retry, delays_grow)
{
	static const unsigned delays[] = {1, 2, 4, 8, 16, 32, 60, 60};
	struct retry retry = {0};

	cr_expect(retry_is_due(&retry), "at once");
	cr_expect(retry_is_due(&retry), "each second, as long as nothing fails");
	for (size_t i = 0; i < array_size(delays); i++) {
		unsigned seconds = 1;

		retry_failed(&retry);
		while (!retry_is_due(&retry))
			seconds++;
		cr_expect_eq(seconds, delays[i], "attempt %zu after %u s", i, seconds);
	}
}
