// SPDX-License-Identifier: MIT
/* "did you mean": the known word with the fewest edits from the written one. */
#include "common/policy/config/config_fields.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "common/base/memory.h"

#define LONGEST 40 /* words beyond that get no suggestion */

static unsigned least(unsigned a, unsigned b, unsigned c)
{
	unsigned smaller = a < b ? a : b;

	return smaller < c ? smaller : c;
}

/* Damerau and Levenshtein, neighbours swapped at most once; case does not count. */
static unsigned edits(const char *a, const char *b)
{
	unsigned rows[3][LONGEST + 1];
	unsigned *before = rows[0], *above = rows[1], *row = rows[2];
	size_t width = strlen(b);

	for (size_t j = 0; j <= width; j++)
		above[j] = (unsigned)j;
	for (size_t i = 1; a[i - 1]; i++) {
		unsigned *recycled = before;

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= width; j++) {
			int x = tolower((unsigned char)a[i - 1]);
			int y = tolower((unsigned char)b[j - 1]);

			row[j] = least(above[j] + 1, row[j - 1] + 1, above[j - 1] + (x != y));
			if (i > 1 && j > 1 && x == tolower((unsigned char)b[j - 2]) &&
			    y == tolower((unsigned char)a[i - 2]) && before[j - 2] + 1 < row[j])
				row[j] = before[j - 2] + 1;
		}
		before = above;
		above = row;
		row = recycled;
	}
	return above[width];
}

void suggestion_offer(struct suggestion *suggestion, const char *name, const char *stands_for)
{
	size_t length = strlen(suggestion->written);
	unsigned distance;

	if (length > LONGEST || strlen(name) > LONGEST)
		return;
	distance = edits(suggestion->written, name);
	/* A third of the letters may be wrong: beyond that it is another word. */
	if (distance > 1 + length / 4 || distance >= length)
		return;
	if (suggestion->best && suggestion->distance <= distance)
		return;
	suggestion->best = stands_for ? stands_for : name;
	suggestion->distance = distance;
}

const char *suggestion_text(const struct suggestion *suggestion, char *buffer)
{
	if (suggestion->best)
		snprintf(buffer, SUGGESTION_TEXT, "; did you mean \"%s\"?", suggestion->best);
	else
		buffer[0] = '\0';
	return buffer;
}
