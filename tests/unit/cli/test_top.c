// SPDX-License-Identifier: MIT
/* Rates between two samples, and the lines that show them. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "cli/output/output.h"
#include "cli/top/top.h"
#include "common/base/memory.h"

/* packets, with 100 bytes each */
#define COUNT(packets) "{\"packets\":" #packets ",\"bytes\":" #packets "00}"
#define TOTALS(passed, dropped)                                         \
	"{\"totals\":{\"passed\":" COUNT(passed) ",\"dropped\":" COUNT( \
		dropped) "},"                                           \
			 "\"events\":{\"written\":" #dropped "},"

static const char *const first = TOTALS(
	1000, 10) "\"interfaces\":[{\"name\":\"eth0\",\"reasons\":["
		  "{\"reason\":\"default\",\"outcome\":\"pass\",\"packets\":1000,\"bytes\":100000},"
		  "{\"reason\":\"rule\",\"outcome\":\"drop\",\"packets\":10,\"bytes\":1000}]}],"
		  "\"rules\":[{\"id\":\"a\",\"packets\":5,\"bytes\":500},{\"id\":\"gone\","
		  "\"packets\":9,\"bytes\":900},"
		  "{\"id\":\"b\",\"packets\":100,\"bytes\":10000},{\"id\":\"quiet\",\"packets\":7,"
		  "\"bytes\":700}],"
		  "\"limits\":[{\"name\":\"dns\",\"keys\":1,\"passed\":" COUNT(
			  5) ",\"over\":" COUNT(0) "}]}";

/* Two seconds later: b was cleared, "new" is new, a reason was not there before. */
static const char *const second = TOTALS(
	3000, 20) "\"interfaces\":[{\"name\":\"eth0\",\"reasons\":["
		  "{\"reason\":\"default\",\"outcome\":\"pass\",\"packets\":3000,\"bytes\":300000},"
		  "{\"reason\":\"over_limit\",\"outcome\":\"drop\",\"packets\":4,\"bytes\":400},"
		  "{\"reason\":\"rule\",\"outcome\":\"drop\",\"packets\":16,\"bytes\":1600}]}],"
		  "\"rules\":[{\"id\":\"a\",\"packets\":9,\"bytes\":900},{\"id\":\"b\",\"packets\":"
		  "60,\"bytes\":6000},"
		  "{\"id\":\"quiet\",\"packets\":7,\"bytes\":700},{\"id\":\"new\",\"packets\":2,"
		  "\"bytes\":200}],"
		  "\"limits\":[{\"name\":\"dns\",\"keys\":3,\"passed\":" COUNT(
			  25) ",\"over\":" COUNT(8) "}]}";

static cJSON *rates_of(const char *before_text, const char *now_text)
{
	struct sample before = {
		.at = 10,
		.stats = cJSON_Parse(before_text),
		.keys = cJSON_Parse("{\"dns\":{\"top\":[{\"key\":\"192.0.2.1\",\"limited\":5}]}}")};
	struct sample now = {
		.at = 12,
		.stats = cJSON_Parse(now_text),
		.status = cJSON_Parse("{\"mode\":\"enforce\",\"revision\":8,\"generation\":7}"),
		.keys = cJSON_Parse("{\"dns\":{\"top\":["
				    "{\"key\":\"192.0.2.9\",\"limited\":900},"
				    "{\"key\":\"192.0.2.1\",\"limited\":12}]}}")};
	cJSON *rates;

	cr_assert(before.stats && now.stats && now.status && now.keys && before.keys);
	rates = rates_between(&before, &now);
	sample_clear(&before);
	sample_clear(&now);
	return rates;
}

static void expect_list(const cJSON *rates, const char *list, const char *key, const char *wanted)
{
	char names[256] = "";
	const cJSON *item;

	cJSON_ArrayForEach (item, field(rates, list)) {
		strcat(names, field_text(item, key));
		strcat(names, " ");
	}
	cr_expect_str_eq(names, wanted, "%s: %s", list, names);
}

Test(top, rates)
{
	cJSON *rates = rates_of(first, second);
	const cJSON *totals = field(rates, "totals"), *limit = field(rates, "limits")->child;

	cr_expect_eq(field_number(rates, "seconds"), 2);
	cr_expect_eq(field_number(field(totals, "passed"), "packets_per_s"), 1000);
	cr_expect_eq(field_number(field(totals, "passed"), "bits_per_s"), 800000);
	cr_expect_eq(field_number(field(totals, "dropped"), "packets_per_s"), 5);
	expect_list(rates, "reasons", "reason", "default rule over_limit ");
	expect_list(rates, "rules", "id", "b a new ");
	cr_expect_eq(field_number(field(rates, "rules")->child, "packets_per_s"), 30);
	cr_expect_eq(field_number(field(limit, "passed"), "packets_per_s"), 10);
	cr_expect_eq(field_number(field(limit, "over"), "packets_per_s"), 4);
	cr_expect_eq(field_number(limit, "keys"), 3);
	expect_list(rates, "keys", "key", "192.0.2.1 ");
	cr_expect_eq(field_number(field(rates, "keys")->child, "limited_per_s"), 3.5);
	cr_expect_eq(field_number(field(rates, "events"), "written"), 5);
	cJSON_Delete(rates);
}

Test(top, rates_of_what_fwd_should_not_say)
{
	static const char *const odd[] = {
		"{}", "[]", "{\"rules\":[1,{}],\"limits\":{},\"interfaces\":[{\"reasons\":5}]}",
		"{\"totals\":[1,2],\"events\":[3],\"limits\":[{\"name\":7,\"over\":-4}]}"};

	for (size_t i = 0; i < array_size(odd); i++) {
		cJSON_Delete(rates_of(odd[i], odd[i]));
		cJSON_Delete(rates_of(first, odd[i]));
		cJSON_Delete(rates_of(odd[i], second));
	}
}

/* Rows of long and hostile names. */
static cJSON *many_rates(unsigned count)
{
	static const struct {
		const char *list, *key;
	} lists[] = {{"reasons", "reason"}, {"rules", "id"}, {"limits", "name"}, {"keys", "key"}};
	cJSON *rates = rates_of(first, second);

	for (size_t i = 0; i < array_size(lists); i++) {
		for (unsigned j = 0; j < count; j++) {
			cJSON *item = cJSON_CreateObject();

			cJSON_AddStringToObject(
				item, lists[i].key,
				j % 2 ? "\033[2Jclear\r\n\xc3\xa4\xc3\xa4\xff\xe2\x80\xae"
				      : "a-name-of-sixty-three-bytes-as-they-may-"
					"have-it-in-the-config-xx");
			cJSON_AddStringToObject(item, "interface", "\n\n\n");
			cJSON_AddNumberToObject(item, "packets_per_s", 1e18);
			cJSON_AddNumberToObject(item, "bits_per_s", 1e300);
			cJSON_AddItemToArray((cJSON *)field(rates, lists[i].list), item);
		}
	}
	return rates;
}

static void put_line(void *context, const struct view_line *line)
{
	cr_expect_leq(line->coloured, strlen(line->text));
	fprintf(context, "%s\n", line->text);
}

Test(top, view_fits)
{
	static const unsigned rows[] = {0, 8, 10, 24, 25, 50, 200},
			      columns[] = {20, 40, 76, 80, 81, 132, 400};
	cJSON *rates = many_rates(30);

	for (size_t i = 0; i < array_size(rows) * array_size(columns); i++) {
		cleanup_free char *text = NULL;
		unsigned lines = 0;
		size_t size = 0;
		FILE *out = open_memstream(&text, &size);
		const struct view view = {.rows = rows[i % array_size(rows)],
					  .columns = columns[i / array_size(rows)],
					  .put_line = put_line,
					  .context = out};

		view_lines(rates, &view);
		fclose(out);
		for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
			size_t width = 0;

			for (char *at = line; *at; at++)
				width += ((unsigned char)*at & 0xc0) != 0x80;
			cr_expect(width <= view.columns, "%zu > %u: %s", width, view.columns, line);
			cr_expect_null(strpbrk(line, "\033\r"));
		}
		for (size_t at = 0; at < size; at++)
			lines += text[at] == '\n' || text[at] == '\0';
		cr_expect(view.rows == 0 || lines <= view.rows, "%u lines in %u rows", lines,
			  view.rows);
		cr_expect(view.rows < 24 || lines >= 20, "%u lines", lines);
	}
	cJSON_Delete(rates);
}
