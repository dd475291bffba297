/* From what a person names to a published snapshot: the whole way, with the caged loader of this build. */
#include "intake_test.h"

static void a_bare_file(void **state)
{
	const jam      *j = *state;
	dj_load_options o = options_of(j);

	put_file(j, "My Data-1.csv", "a;b\n1;x\n2;y\n");
	dj_load_result *r = must_load(j, "My Data-1.csv", &o);
	assert_string_equal(r->dataset, "my_data_1");
	assert_int_equal(r->n_tables, 1);
	assert_int_equal(r->table[0].rows, 2);
	assert_int_equal(r->table[0].n_columns, 2);
	assert_int_equal(r->table[0].column[0].type, DJ_COL_INTEGER);
	assert_true(says(r, "semicolons"));
	assert_true(r->manifest_written);
	assert_false(r->unchanged);

	dj_load_result *again = must_load(j, "My Data-1.csv", &o);
	assert_true(again->unchanged);
	assert_false(again->manifest_written);
	assert_string_equal(again->djs1, r->djs1);
	assert_int_equal(again->table[0].rows, 2);
	dj_load_result_free(again);

	again = must_load(j, "=my_data_1", &o); /* by its name, from the dataset.json that was written */
	assert_true(again->unchanged);
	dj_load_result_free(again);
	dj_load_result_free(r);
	assert_true(ask(j, "my_data_1", "SELECT sum(a) FROM my_data_1") == 3);
	assert_true(temporary_is_empty(j));
}

static void the_manifest_is_the_persons(void **state)
{
	const jam      *j = *state;
	dj_load_options o = options_of(j);
	dj_err          err = {0};

	put_file(j, "x.csv", "g,n\nAlberta [48],1\nCanada,2\n");
	dj_load_result_free(must_load(j, "x.csv", &o));
	char  *path = in_jam(j, "datasets/x/dataset.json"), *text = NULL;
	size_t n;
	assert_int_equal(dj_file_read(&text, &n, path, 1 << 20, &err), DJ_OK);
	assert_non_null(strstr(text, "\"licence\": \"\""));
	assert_non_null(strstr(text, "\"source\": \"../../x.csv\"")); /* the workspace can be moved */
	free(text);
	free(path);

	const char *edited =
	    "{\"format\":1, \"name\":\"x\",\n\n \"tables\":[{\"name\":\"x\",\"source\":\"../../x.csv\",\"steps\":["
	    "{\"op\":\"filter\",\"column\":\"g\",\"is_not\":[\"Canada\"]},"
	    "{\"op\":\"suffix\",\"column\":\"g\",\"open\":\"[\",\"close\":\"]\",\"to\":\"code\"}]}]}";
	put_file(j, "datasets/x/dataset.json", edited);
	dj_load_result *r = must_load(j, "x.csv", &o);
	assert_int_equal(r->table[0].rows, 1);
	assert_false(r->manifest_written); /* and stays as the person wrote it */
	dj_load_result_free(r);
	assert_true(ask(j, "x", "SELECT code FROM x WHERE g = 'Alberta'") == 48);
}

static void roles_said_outright(void **state)
{
	const jam      *j = *state;
	const char     *role[] = {"incidents:date=REF_DATE,n=VALUE"};
	dj_load_options o = options_of(j);

	put_file(j, "crime.csv", "REF_DATE,VALUE,GEO\n2017,9,AB\n2018-03,15.0,AB\nsoon,2,AB\n2019,many,AB\n");
	o.role = role;
	o.n_roles = 1;
	dj_load_result *r = must_load(j, "crime.csv", &o);
	assert_int_equal(r->table[0].rows, 2);
	assert_int_equal(r->rejects, 2);
	assert_true(says(r, "rejected"));
	dj_load_result_free(r);
	assert_true(ask(j, "crime", "SELECT sum(VALUE) FROM crime") == 24);
	assert_true(ask(j, "crime", "SELECT REF_DATE = '2018-03-01' FROM crime WHERE VALUE = 15") == 1);
	assert_true(
	    ask(j, "crime", "SELECT line FROM rejects WHERE \"column\" = 'VALUE' AND raw = '2019,many,AB'") == 5);
	assert_true(ask(j, "crime", "SELECT byte FROM rejects WHERE line = 4") == 45);

	r = must_load(j, "crime.csv", &o); /* unchanged, and it still says that rows were rejected */
	assert_true(r->unchanged);
	assert_int_equal(r->rejects, 2);
	dj_load_result_free(r);
}

static void roles_proposed(void **state)
{
	const jam      *j = *state;
	dj_load_options o = options_of(j);

	put_file(j, "who.csv", "rec_id,surname,date_of_birth\n1,a,1990-01-01\n2,b,1991-01-01\n");
	dj_load_result *r = must_load(j, "who.csv", &o);
	assert_true(says(r, "people:person=rec_id,family_name=surname,birth_date=date_of_birth"));
	assert_int_equal(r->table[0].column[0].type, DJ_COL_TEXT); /* an id is text, as written */
	dj_load_result_free(r);

	put_file(j, "stat.csv", "REF_DATE,GEO,Violations,VALUE\n2017,AB,x,9\n");
	r = must_load(j, "stat.csv", &o);
	assert_true(says(
	    r, "reject what does not fit: --role 'incidents:date=REF_DATE,n=VALUE,type=Violations,region=GEO'"));
	assert_int_equal(r->table[0].column[0].type, DJ_COL_INTEGER); /* not taken: 2017 stays 2017 */
	dj_load_result_free(r);

	put_file(j, "alerts.csv", "ALERT_KEY,ACCOUNT_ID,CUSTOMER_ID\n0,1,2\n"); /* names accounts, lists none */
	r = must_load(j, "alerts.csv", &o);
	assert_int_equal(r->n_messages, 0);
	dj_load_result_free(r);
}

/* The start of the file speaks for a role, its end does not bear it: nothing is rejected for a guess. */
static void a_proposal_is_taken_back(void **state)
{
	const jam      *j = *state;
	dj_load_options o = options_of(j);
	dj_buf          text = {0};

	dj_buf_text(&text, "incident_id,incident_date,region\n");
	for (int i = 0; i < 60000; i++)
		dj_buf_fmt(&text, "%d,2017-01-02,Alberta\n", i);
	dj_buf_text(&text, "60000,spring 2018,Alberta\n");
	put_file(j, "late.csv", text.data);
	dj_buf_free(&text);
	dj_load_result *r = must_load(j, "late.csv", &o);
	assert_int_equal(r->table[0].rows, 60001);
	assert_int_equal(r->rejects, 0);
	assert_true(says(r, "not all values fit the role incidents"));
	dj_load_result_free(r);
	assert_true(ask(j, "late", "SELECT count(*) FROM late WHERE typeof(incident_id) = 'integer'") == 60001);
}

static void from_standard_input(void **state)
{
	const jam      *j = *state;
	dj_load_options o = options_of(j);
	int             keep = dup(STDIN_FILENO), ends[2];

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "{\"a\":1}\n{\"a\":2}\n", 16), 16);
	close(ends[1]);
	dup2(ends[0], STDIN_FILENO);
	o.as = "piped";
	dj_load_result *r = must_load(j, "=-", &o);
	dup2(keep, STDIN_FILENO);
	close(keep);
	close(ends[0]);
	assert_string_equal(r->table[0].format, "ndjson");
	assert_int_equal(r->table[0].rows, 2);
	dj_load_result_free(r);
	assert_true(temporary_is_empty(j));
}

static void fails_with(const jam *j, const char *source, const dj_load_options *o, int code,
                       const char *words)
{
	dj_load_result *r = NULL;
	dj_err          err = {0};
	int             rc = try_load(j, &r, source, o, &err);

	if (rc >= 0)
		fail_msg("%s was loaded", source);
	if (!strstr(err.text, words))
		fail_msg("want \"%s\" in \"%s\"", words, err.text);
	assert_int_equal(rc, code);
	assert_true(temporary_is_empty(j));
}

static void bad_sources(void **state)
{
	const jam      *j = *state;
	dj_load_options o = options_of(j);

	put_file(j, "first.csv", "a,b\n1,2\n");
	put_file(j, "other/first.csv", "a,b\n1,2\n");
	put_file(j, "empty.csv", "");
	put_file(j, "zip.csv", "PK\3\4xxxxx");
	put_file(j, "described/dataset.json",
	         "{\"format\":1,\"name\":\"d\",\"tables\":[{\"source\":\"gone.csv\"}]}");
	put_file(j, "wrong/dataset.json", "{\"format\":1,\"name\":\"d\",\"tabels\":[]}");
	put_file(j, "digest/a.csv", "a,b\n1,2\n");
	put_file(j, "digest/dataset.json",
	         "{\"format\":1,\"name\":\"d\",\"tables\":[{\"source\":\"a.csv\",\"sha256\":"
	         "\"0000000000000000000000000000000000000000000000000000000000000000\"}]}");
	dj_load_result_free(must_load(j, "first.csv", &o));

	fails_with(j, "=ftp://example.org/a.csv", &o, DJ_USAGE, "only http:// and https://");
	fails_with(j, "nothing.csv", &o, DJ_USAGE, "there is no file, folder or dataset");
	fails_with(j, "=frst", &o, DJ_USAGE, "did you mean 'first'?");
	fails_with(j, "other", &o, DJ_USAGE, "a folder without a dataset.json");
	fails_with(j, "empty.csv", &o, DJ_FAIL, "is empty");
	fails_with(j, "zip.csv", &o, DJ_FAIL, "zip");
	fails_with(j, "described", &o, DJ_USAGE, "gone.csv: no such file");
	fails_with(j, "wrong", &o, DJ_FAIL, "tabels");
	fails_with(j, "digest", &o, DJ_FAIL, "its SHA-256 is");
	fails_with(j, "other/first.csv", &o, DJ_USAGE, "the name first is taken");

	put_file(j, "elsewhere/dataset.json",
	         "{\"format\":1,\"name\":\"taken\",\"tables\":[{\"source\":\"../first.csv\"}]}");
	dj_load_result_free(must_load(j, "elsewhere", &o));
	put_file(j, "taken.csv", "a,b\n1,2\n");
	fails_with(j, "taken.csv", &o, DJ_USAGE, "taken by a dataset that was loaded from elsewhere");

	dj_load_options named = o;
	named.as = "Bad Name";
	fails_with(j, "other/first.csv", &named, DJ_USAGE, "is no name for a dataset");
	named.as = "second";
	dj_load_result_free(must_load(j, "other/first.csv", &named));
	named = o;
	named.replace = true;
	dj_load_result_free(must_load(j, "other/first.csv", &named));

	const char *role[] = {"incidents:date=nothing"};
	named = o;
	named.role = role;
	named.n_roles = 1;
	named.as = "third";
	fails_with(j, "other/first.csv", &named, DJ_FAIL, "there is no column 'nothing'");
	role[0] = "incidnts:date=a";
	fails_with(j, "other/first.csv", &named, DJ_USAGE, "did you mean 'incidents'?");
	role[0] = "incidents";
	fails_with(j, "other/first.csv", &named, DJ_USAGE, "like incidents:date=REF_DATE,n=VALUE");
	role[0] = "incidents:no_such=a,date";
	fails_with(j, "other/first.csv", &named, DJ_FAIL, "there is no column 'a,date'");
}

/* What says nothing, or nothing true, is not believed. */
static void bad_loaders(void **state)
{
	const jam      *j = *state;
	dj_load_options o = options_of(j);

	put_file(j, "x.csv", "a,b\n1,2\n");
	o.loader = "/bin/true";
	fails_with(j, "x.csv", &o, DJ_FAIL, "ended without an answer");
	o.loader = "/bin/false";
	fails_with(j, "x.csv", &o, DJ_FAIL, "the loader was ended (FAILED");
	o.loader = "/nowhere/datajam-loader";
	fails_with(j, "x.csv", &o, DJ_FAIL, "build datajam whole");
}

/* A load that fails leaves what was there. */
static void the_old_one_stays(void **state)
{
	const jam      *j = *state;
	dj_load_options o = options_of(j);

	put_file(j, "x.csv", "a,b\n1,2\n");
	dj_load_result_free(must_load(j, "x.csv", &o));
	put_file(j, "x.csv", "a,b\n1,\"2\n");
	fails_with(j, "x.csv", &o, DJ_FAIL, "never closed");
	assert_true(ask(j, "x", "SELECT b FROM x") == 2);
}

static void several_tables(void **state)
{
	const jam      *j = *state;
	dj_load_options o = options_of(j);

	put_file(j, "two/a.csv", "x\n1\nno\n");
	put_file(j, "two/b.json", "[{\"y\":\"text\"}]");
	put_file(
	    j, "two/dataset.json",
	    "{\"format\":1,\"name\":\"two\",\"tables\":[{\"name\":\"a\",\"source\":\"a.csv\",\"columns\":{\"x\":{\"type\":"
	    "\"integer\"}}},{\"name\":\"b\",\"source\":\"b.json\"}]}");
	dj_load_result *r = must_load(j, "two", &o);
	assert_int_equal(r->n_tables, 2);
	assert_int_equal(r->table[0].rejects, 1);
	assert_int_equal(r->table[1].rows, 1);
	dj_load_result_free(r);
	assert_true(ask(j, "two", "SELECT count(*) FROM rejects WHERE tab = 'a' AND raw = 'no'") == 1);
}

static void real_data(void **state)
{
	static const struct {
		const char *file, *name;
		int         header;
		const char *sql;
		double      answer;
	} cases[] = {
	    {"statcan/alberta.csv", "alberta", -1, "SELECT count(*) FROM alberta", 80},
	    {"statcan/alberta.csv", "alberta", -1,
	     "SELECT VALUE FROM alberta WHERE REF_DATE = 2017 AND Statistics = 'Actual incidents'", 9},
	    {"statcan/alberta.csv", "alberta", -1,
	     "SELECT VALUE FROM alberta WHERE REF_DATE = 2018 AND Statistics = 'Actual incidents'", 15},
	    {"statcan/provinces.csv", "provinces", -1, "SELECT count(*) FROM provinces", 880},
	    {"statcan/provinces.csv", "provinces", -1, "SELECT count(*) FROM provinces WHERE SYMBOL IS NOT NULL",
	     0},
	    {"fbi/HT_2013-2020.csv", "ht_2013_2020", -1, "SELECT count(*) FROM ht_2013_2020", 4417},
	    {"fbi/HT_2013-2020.csv", "ht_2013_2020", -1, "SELECT sum(ACTUAL_COUNT) FROM ht_2013_2020", 9599},
	    {"tip-flows/2014.csv", "t_2014", 0, "SELECT count(*) FROM t_2014", 2698},
	    {"tip-flows/2014.csv", "t_2014", 0, "SELECT count(*) FROM (SELECT DISTINCT * FROM t_2014)", 1605},
	    {"febrl/dataset1.csv", "dataset1", -1, "SELECT count(*) FROM dataset1", 1000},
	    {"febrl/dataset1.csv", "dataset1", -1, "SELECT count(*) FROM dataset1 WHERE state LIKE ' %'", 0},
	    {"networks/MONTREALGANG.csv", "montrealgang", -1, "SELECT count(*) FROM montrealgang", 35},
	    {"networks/LONDON_GANG.csv", "london_gang", -1, "SELECT count(*) FROM london_gang", 54},
	    {"mse/UKdat.csv", "ukdat", -1, "SELECT sum(count) FROM ukdat", 2744},
	    {"amlsim/tx.csv", "tx", -1, "SELECT count(*) FROM tx", 45},
	    {"amlsim/accounts.csv", "accounts", -1, "SELECT count(*) FROM accounts", 30},
	    {"amlsim/cash_tx.csv", "cash_tx", -1, "SELECT count(*) FROM cash_tx", 88},
	    {"amlsim/alerts.csv", "alerts", -1, "SELECT count(*) FROM alerts", 2},
	};
	const jam *j = *state;
	char      *data = dj_fmt("%s/../shared/data", getenv("DJ_SOURCE"));

	if (!dj_folder_exists(data)) {
		free(data);
		print_message("skipped: no ../shared/data\n");
		skip();
	}
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		dj_load_options o = options_of(j);
		char           *source = dj_fmt("=%s/%s", data, cases[i].file);
		o.header = cases[i].header;
		dj_load_result *r = must_load(j, source, &o);
		assert_string_equal(r->dataset, cases[i].name);
		assert_int_equal(r->rejects, 0);
		dj_load_result_free(r);
		double got = ask(j, cases[i].name, cases[i].sql);
		if (got != cases[i].answer)
			fail_msg("%s: %s: want %g, got %g", cases[i].file, cases[i].sql, cases[i].answer, got);
		free(source);
	}
	free(data);
}

/* Options win over a dataset.json that is there, and are written to it. */
static void options_are_written(void **state)
{
	const jam      *j = *state;
	dj_load_options o = options_of(j);

	put_file(j, "flows.csv", "Nepal,India\nNepal,Canada\n");
	dj_load_result_free(must_load(j, "flows.csv", &o));
	assert_true(ask(j, "flows", "SELECT count(*) FROM flows") ==
	            1); /* nothing tells its first line from a header */
	o.header = 0;
	dj_load_result *r = must_load(j, "flows.csv", &o);
	assert_true(r->manifest_written);
	dj_load_result_free(r);
	o.header = -1;
	r = must_load(j, "flows.csv", &o);
	assert_true(r->unchanged);
	assert_int_equal(r->table[0].rows, 2);
	dj_load_result_free(r);
}

/* What the Statistics Canada table needs to fill `incidents`, without hand work on the table itself. */
static void statcan_by_steps(void **state)
{
	const jam      *j = *state;
	dj_load_options o = options_of(j);
	char           *file = dj_fmt("%s/../shared/data/statcan/provinces.csv", getenv("DJ_SOURCE"));

	if (!dj_file_exists(file)) {
		free(file);
		print_message("skipped: no ../shared/data\n");
		skip();
	}
	char *manifest = dj_fmt(
	    "{\"format\":1,\"name\":\"crime\",\"tables\":[{\"source\":\"%s\",\"steps\":["
	    "{\"op\":\"filter\",\"column\":\"Statistics\",\"is\":[\"Actual incidents\"]},"
	    "{\"op\":\"filter\",\"column\":\"GEO\",\"is_not\":[\"Canada\"]},"
	    "{\"op\":\"suffix\",\"column\":\"GEO\",\"open\":\"[\",\"close\":\"]\",\"to\":\"code\"}],"
	    "\"roles\":{\"incidents\":{\"date\":\"REF_DATE\",\"n\":\"VALUE\",\"region\":\"code\",\"type\":\"Violations\"}}}]}",
	    file);
	put_file(j, "crime/dataset.json", manifest);
	dj_load_result *r = must_load(j, "crime", &o);
	assert_int_equal(r->rejects, 0);
	assert_true(r->table[0].rows == 50);
	dj_load_result_free(r);
	assert_true(ask(j, "crime", "SELECT VALUE FROM crime WHERE code = '48' AND REF_DATE = '2018-01-01'") ==
	            15);
	assert_true(ask(j, "crime", "SELECT count(*) FROM crime WHERE GEO = 'Canada' OR VALUE IS NULL") == 0);
	free(manifest);
	free(file);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, jam_begin, jam_end)
	const struct CMUnitTest tests[] = {
	    TEST(a_bare_file),
	    TEST(the_manifest_is_the_persons),
	    TEST(roles_said_outright),
	    TEST(roles_proposed),
	    TEST(a_proposal_is_taken_back),
	    TEST(from_standard_input),
	    TEST(bad_sources),
	    TEST(bad_loaders),
	    TEST(the_old_one_stays),
	    TEST(several_tables),
	    TEST(real_data),
	    TEST(options_are_written),
	    TEST(statcan_by_steps),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
