// SPDX-License-Identifier: MIT
#include "cli/policy/policy_side.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/core/client.h"
#include "cli/output/output.h"
#include "cli/policy/moment.h"
#include "cli/policy/policy_file.h"
#include "common/base/memory.h"
#include "common/policy/config/config_fields.h"

static bool is_number(const char *word)
{
	return *word >= '1' && *word <= '9' && word[strspn(word, "0123456789")] == '\0';
}

bool policy_side_is_file(const char *word)
{
	return !is_number(word) && *word != '@' && strcmp(word, "running") != 0 &&
	       strcmp(word, "saved") != 0;
}

/* Append a piece of a text, which stays the caller's. */
static int append(struct policy_side *side, const cJSON *piece)
{
	const char *text = field_text(piece, "text");
	size_t length = strlen(text);
	char *grown = realloc(side->text, side->length + length + 1);

	if (!grown)
		return -ENOMEM;
	memcpy(grown + side->length, text, length + 1);
	side->text = grown;
	side->length += length;
	return 0;
}

/* Fetch all pieces of the text that `which` selects; *ret_last: the last reply without piece. */
static int fetch(struct cli *cli, const cJSON *which, struct policy_side *side, cJSON **ret_last)
{
	cJSON *piece = NULL;
	double total;

	do {
		cJSON *args = cJSON_Duplicate(which, true);

		cJSON_Delete(piece);
		piece = NULL;
		cJSON_AddNumberToObject(args, "offset", (double)side->length);
		if (client_request(cli, OP_TEXT, args, &piece) < 0)
			return -1;
		total = field_number(piece, "total");
		if (append(side, piece) < 0 ||
		    (field_number(piece, "bytes") == 0 && (double)side->length < total)) {
			cJSON_Delete(piece);
			return cli_fail(cli, WIRE_ERROR_FAILED, "cannot fetch the policy's text");
		}
	} while ((double)side->length < total);
	*ret_last = piece;
	return 0;
}

/* Make paths of set files absolute, so that they are the same in every text. */
static int resolve_files(cJSON *root, const char *folder)
{
	const cJSON *sets = field(root, "sets");
	cJSON *set;

	cJSON_ArrayForEach (set, sets) {
		cJSON *file = cJSON_GetObjectItemCaseSensitive(set, "file");
		cleanup_free char *path = NULL;

		if (!cJSON_IsString(file) || file->valuestring[0] == '/')
			continue;
		if (asprintf(&path, "%s/%s", folder, file->valuestring) < 0) {
			path = NULL;
			return -ENOMEM;
		}
		if (!cJSON_SetValuestring(file, path))
			return -ENOMEM;
	}
	return 0;
}

static int parse(struct cli *cli, struct policy_side *side, const char *folder)
{
	side->root = cJSON_ParseWithLength(side->text, side->length);
	if (!side->root || resolve_files(side->root, folder) < 0)
		return cli_fail(cli, WIRE_ERROR_FAILED, "cannot read the policy's text");
	return 0;
}

static int get_file(struct cli *cli, const char *path, struct policy_side *side)
{
	struct policy_file file;
	int r = policy_file_read(cli, path, &file);

	if (r < 0)
		return r;
	side->text = steal(&file.text);
	side->length = file.length;
	r = parse(cli, side, file.folder ? file.folder : ".");
	policy_file_clear(&file);
	return r;
}

static int get_from_fwd(struct cli *cli, const cJSON *which, bool whole, struct policy_side *side)
{
	cJSON *last = NULL;
	int r = fetch(cli, which, side, &last);

	if (r == 0) {
		side->header = cJSON_DetachItemFromObjectCaseSensitive(last, "revision");
		r = whole ? parse(cli, side, field_text(last, "folder")) : 0;
	}
	cJSON_Delete(last);
	return r;
}

static int get(struct cli *cli, const cJSON *which, bool whole, struct policy_side *ret)
{
	struct policy_side side = {0};

	if (get_from_fwd(cli, which, whole, &side) < 0) {
		policy_side_clear(&side);
		return -1;
	}
	*ret = side;
	return 0;
}

/* A word that is not a file may be a misspelled keyword. */
static int check_file(struct cli *cli, const char *word)
{
	struct suggestion suggestion = {.written = word};
	char text[SUGGESTION_TEXT];

	suggestion_offer(&suggestion, "running", NULL);
	suggestion_offer(&suggestion, "saved", NULL);
	if (!suggestion.best || access(word, F_OK) == 0)
		return 0;
	return cli_fail(cli, WIRE_ERROR_NOT_FOUND, "there is no file \"%s\"%s", word,
			suggestion_text(&suggestion, text));
}

int policy_side_get(struct cli *cli, const char *word, struct policy_side *ret)
{
	struct policy_side side = {0};
	double number = 0;
	cJSON *which;
	int r;

	if (policy_side_is_file(word)) {
		r = check_file(cli, word);
		if (r == 0)
			r = get_file(cli, word, &side);
		if (r < 0)
			policy_side_clear(&side);
		else
			*ret = side;
		return r;
	}
	if ((is_number(word) || *word == '@') && moment_revision(cli, word, false, &number) < 0)
		return -1;
	which = cJSON_CreateObject();
	if (number > 0)
		cJSON_AddNumberToObject(which, "revision", number);
	if (strcmp(word, "saved") == 0)
		cJSON_AddTrueToObject(which, "saved");
	r = get(cli, which, true, ret);
	cJSON_Delete(which);
	return r;
}

int policy_side_fetch(struct cli *cli, double revision, struct policy_side *ret)
{
	cJSON *which = cJSON_CreateObject();
	int r;

	if (revision > 0)
		cJSON_AddNumberToObject(which, "revision", revision);
	r = get(cli, which, false, ret);
	cJSON_Delete(which);
	return r;
}

void policy_side_clear(struct policy_side *side)
{
	cJSON_Delete(side->root);
	cJSON_Delete(side->header);
	free(side->text);
	*side = (struct policy_side){0};
}
