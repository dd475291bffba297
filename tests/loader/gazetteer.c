/* Every way to write a province or territory is that one, and tallies are right however they are put together. */
#include "../base/cases.h"

#include "base/file.h"
#include "base/random.h"
#include "loader/gazetteer.h"
#include "loader/tally.h"

static dj_arena           *arena;
static const dj_gazetteer *regions;

static char *read_toolkit(const char *relative)
{
	const char *source = getenv("DJ_SOURCE");
	char       *path = dj_path_join(source ? source : "../..", relative), *text = NULL;
	size_t      n;
	dj_err      err = {0};

	if (dj_file_read(&text, &n, path, 1 << 20, &err) < 0)
		fail_msg("%s", err.text);
	free(path);
	return text;
}

static int read_regions(void **state)
{
	char  *table = read_toolkit("datasets/regions/regions.csv");
	char  *names = read_toolkit("datasets/regions/region_names.csv");
	dj_err err = {0};

	(void)state;
	arena = dj_arena_new();
	if (dj_gazetteer_read(&regions, "regions", table, names, arena, &err) < 0)
		fail_msg("%s", err.text);
	free(table);
	free(names);
	return 0;
}

static int free_regions(void **state)
{
	(void)state;
	dj_arena_free(arena);
	return 0;
}

static const char *find(dj_names_kind kind, const char *text)
{
	dj_buf room = {0};
	int    row = dj_gazetteer_find(regions, kind, text, strlen(text), NULL, &room);

	dj_buf_free(&room);
	return row == DJ_PLACE_SEVERAL ? "several"
	       : row < 0               ? "-"
	                               : regions->cell[(size_t)row * regions->n_fields];
}

static void spellings(void **state)
{
	static const struct {
		const char *region, *spelling[24];
	} all[] = {
	    {"CAN", {"Canada", "CANADA", "CA", "CAN", "2016A000011124", "Canada [11124]"}},
	    {"10",
	     {"10", "NL", "CA-NL", "2016A000210", "2021A000210", "Newfoundland and Labrador",
	      "Terre-Neuve-et-Labrador", "Nfld.", "NFLD", "T.-N.", "Nfld. & Lab.", "NF", "N.L.", "T.-N.-L.",
	      "Newfoundland", "Newfoundland and Labrador [10]"}},
	    {"11",
	     {"11", "PE", "CA-PE", "2016A000211", "Prince Edward Island", "P.E.I.", "PEI", "P. E. I.", "Î.-P.-É.",
	      "Ile-du-Prince-Edouard", "ÎLE-DU-PRINCE-ÉDOUARD"}},
	    {"12",
	     {"12", "NS", "CA-NS", "2016A000212", "Nova Scotia", "N.S.", "N.-É.", "N.-E.", "Nouvelle-Écosse"}},
	    {"13", {"13", "NB", "CA-NB", "2016A000213", "New Brunswick", "N.B.", "N.-B.", "Nouveau Brunswick"}},
	    {"24",
	     {"24", "QC", "CA-QC", "2016A000224", "2021A000224", "Quebec", "Québec", "QUÉBEC", "Que.", "Qué.",
	      "P.Q.", "PQ", "Quebec [24]", "Quebec (24)"}},
	    {"35", {"35", "ON", "CA-ON", "2016A000235", "Ontario", "Ont.", "ont", "ONTARIO", " Ontario "}},
	    {"46", {"46", "MB", "CA-MB", "2016A000246", "Manitoba", "Man.", "Manitoba [46]"}},
	    {"47", {"47", "SK", "CA-SK", "2016A000247", "Saskatchewan", "Sask."}},
	    {"48",
	     {"48", "AB", "CA-AB", "2016A000248", "2021A000248", "Alberta", "Alta.", "Alta", "Alberta [48]",
	      "ab"}},
	    {"59",
	     {"59", "BC", "CA-BC", "2016A000259", "British Columbia", "B.C.", "B. C.", "C.-B.",
	      "Colombie-Britannique"}},
	    {"60",
	     {"60", "YT", "CA-YT", "2016A000260", "Yukon", "Yukon Territory", "Y.T.", "Territoire du Yukon"}},
	    {"61",
	     {"61", "NT", "CA-NT", "2016A000261", "Northwest Territories", "NWT", "N.W.T.", "T.N.-O.",
	      "Territoires du Nord-Ouest"}},
	    {"62", {"62", "NU", "CA-NU", "2016A000262", "Nunavut", "Nvt."}},
	};

	(void)state;
	assert_int_equal(regions->n, DJ_COUNT(all));
	for (size_t i = 0; i < DJ_COUNT(all); i++)
		for (size_t k = 0; k < DJ_COUNT(all[i].spelling) && all[i].spelling[k]; k++)
			if (strcmp(find(DJ_NAMES_ANY, all[i].spelling[k]), all[i].region) != 0)
				fail_msg("'%s' is %s, not %s", all[i].spelling[k], find(DJ_NAMES_ANY, all[i].spelling[k]),
				         all[i].region);
}

static void not_guessed(void **state)
{
	static const char *const none[] = {
	    "", " ", "Atlantis", "Alberta [59]", "Alberta and Ontario", "4", "\xff", "Oz [48]", "]", "[]", "()"};

	(void)state;
	for (size_t i = 0; i < DJ_COUNT(none); i++)
		assert_string_equal(find(DJ_NAMES_ANY, none[i]), "-");
	assert_string_equal(find(DJ_NAMES_WORDS, "48"), "-");
	assert_string_equal(find(DJ_NAMES_CODES, "Alberta"), "-");
	assert_string_equal(find(DJ_NAMES_CODES, "Alberta [48]"), "48");
}

/* Whatever a region's own row says of it is also a name of it, and no name is that of two. */
static void names_are_whole(void **state)
{
	(void)state;
	for (size_t row = 0; row < regions->n; row++)
		for (size_t f = 0; f < regions->n_fields; f++) {
			const char *field = regions->field[f], *cell = regions->cell[row * regions->n_fields + f];
			if (strcmp(field, "level") != 0 && strcmp(field, "parent") != 0)
				assert_string_equal(find(DJ_NAMES_ANY, cell), regions->cell[row * regions->n_fields]);
		}
}

/* Whatever stands in a cell: a row or none, and no byte read or written outside. */
static void any_bytes(void **state)
{
	static const char *const pieces[] = {
	    "st",           "ste ", "St. ", "[", "]", "(", ")",  "48", "Alb", "erta", "\xC3", "\xA9",
	    "\xEF\xAC\x81", "ß",    ",",    " ", ".", "",  "QC", "\n", "İ",   "ǆ",    "-",    "st st st st"};
	dj_random_state r = dj_random_seed(7, "gazetteer");
	dj_buf          text = {0}, room = {0};

	(void)state;
	for (int i = 0; i < 50000; i++) {
		dj_buf_reset(&text);
		for (int64_t n = dj_random_between(&r, 0, 8); n > 0; n--)
			dj_buf_text(&text, pieces[dj_random_between(&r, 0, DJ_COUNT(pieces) - 1)]);
		char *exact = dj_strndup(text.data, text.n); /* an overrun is outside of the block */
		int row = dj_gazetteer_find(regions, (dj_names_kind)dj_random_between(&r, 0, 2), exact, text.n, NULL,
		                            &room);
		assert_true(row >= DJ_PLACE_SEVERAL && row < (int)regions->n);
		free(exact);
	}
	dj_buf_free(&text);
	dj_buf_free(&room);
}

/* 5,000 values in one tally, and in three that are merged in another order: the same words. */
static void tallies_merge(void **state)
{
	dj_tally one = {0}, part[3] = {{0}}, sum = {0};
	dj_buf   a = {0}, b = {0};
	char     text[32];

	(void)state;
	for (int i = 0; i < 20000; i++) {
		int n = snprintf(text, sizeof text, "value %d", (i * 7919) % 5000 % (1 + i % 4999));
		dj_tally_add(&one, text, (size_t)n);
		dj_tally_add(&part[i * 13 % 7 % 3], text, (size_t)n);
	}
	for (int i = 3; i-- > 0;)
		dj_tally_merge(&sum, &part[i]);
	dj_tally_put(&a, &one, 2000);
	dj_tally_put(&b, &sum, 2000);
	assert_string_equal(a.data, b.data);
	assert_int_equal(one.total, sum.total);
	dj_buf_free(&a);
	dj_buf_free(&b);
	dj_tally_free(&one);
	dj_tally_free(&sum);
	for (int i = 0; i < 3; i++)
		dj_tally_free(&part[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(spellings), cmocka_unit_test(not_guessed),   cmocka_unit_test(names_are_whole),
	    cmocka_unit_test(any_bytes), cmocka_unit_test(tallies_merge),
	};

	return cmocka_run_group_tests(tests, read_regions, free_regions);
}
