/* Runs manifest.test: see there for how a case is written. */
#include "store_test.h"

#include "base/text.h"
#include "store/manifest.h"

static void add(dj_buf *out, const char *what, const char *value)
{
	if (value)
		dj_buf_fmt(out, " %s%s%s", what, *what ? " " : "", value);
}

/* What stands in the plain table is not said. */
static void describe_sources(dj_buf *out, const dj_table_spec *t)
{
	for (size_t i = 0; i < t->n_sources; i++) {
		const dj_source_spec *s = &t->source[i];
		char                  hex[65];
		if (t->n_sources > 1)
			add(out, "", s->path);
		if (t->n_sources > 1 || s->auth_secret)
			add(out, "", s->url);
		if (s->digest_said) {
			dj_digest_hex(hex, &s->digest);
			dj_buf_fmt(out, " %.8s", hex);
		}
		if (s->auth_secret)
			dj_buf_fmt(out, " %s=%s", s->auth_header, s->auth_secret);
	}
}

static void describe_place(dj_buf *out, const dj_table_spec *t)
{
	add(out, "member", t->member);
	add(out, "sheet", t->sheet);
	add(out, "from", t->from);
	add(out, "encoding", t->encoding);
	add(out, "rows", t->rows);
	if (t->n_keep)
		dj_buf_fmt(out, " keep %zu", t->n_keep);
	for (size_t i = 0; i < t->n_indexes; i++)
		dj_buf_fmt(out, " index %zu", t->index[i].n);
	if (t->rtree_lat)
		dj_buf_fmt(out, " rtree %s %s", t->rtree_lat, t->rtree_lon);
}

static void describe(dj_buf *out, const dj_manifest *m)
{
	dj_buf_reset(out);
	dj_buf_text(out, m->name);
	for (size_t i = 0; i < m->n_tables; i++) {
		const dj_table_spec *t = &m->table[i];
		dj_buf_fmt(out, "; %s", t->name);
		describe_sources(out, t);
		describe_place(out, t);
		if (t->n_steps)
			dj_buf_fmt(out, " steps %zu", t->n_steps);
		if (t->n_columns)
			dj_buf_fmt(out, " columns %zu", t->n_columns);
		for (size_t k = 0; k < t->n_mappings; k++)
			dj_buf_fmt(out, " %s %zu", t->mapping[k].role, t->mapping[k].n);
	}
}

/* What was read, written canonically and read again, is the same and is written the same. */
static void comes_back(const dj_manifest *m, const char *want, const dj_vocabulary *v)
{
	char        *text = dj_manifest_text(m), *again_text;
	dj_manifest *again = NULL;
	dj_buf       got = {0};
	dj_err       err = {0};

	fine(dj_manifest_parse(&again, text, strlen(text), NULL, v, &err));
	describe(&got, again);
	assert_string_equal(got.data, want);
	again_text = dj_manifest_text(again);
	assert_string_equal(again_text, text);
	dj_manifest_free(again);
	dj_buf_free(&got);
	free(again_text);
	free(text);
}

static void check(const char *json, const char *want, int line, const dj_vocabulary *v)
{
	dj_manifest *m = NULL;
	dj_err       err = {0};
	dj_buf       got = {0};
	int          rc = dj_manifest_parse(&m, json, strlen(json), "/somewhere", v, &err);

	if (rc < 0) {
		if (want[0] != '!' || !strstr(err.text, want + 2))
			fail_msg("manifest.test:%d: %s", line, err.text);
		return;
	}
	describe(&got, m);
	if (want[0] != '=' || strcmp(got.data, want + 3) != 0)
		fail_msg("manifest.test:%d: got %s", line, got.data);
	comes_back(m, want + 3, v);
	dj_buf_free(&got);
	dj_manifest_free(m);
}

static void cases(void **state)
{
	dj_vocabulary *v = shipped_vocabulary();
	FILE          *file = fopen("manifest.test", "r");
	dj_buf         json = {0};
	char          *line = NULL;
	size_t         cap = 0;
	int            number = 0, ran = 0;

	(void)state;
	assert_non_null(file);
	for (ssize_t n; (n = getline(&line, &cap, file)) > 0;) {
		number++;
		if (line[n - 1] == '\n')
			line[n - 1] = '\0';
		if (line[0] == '#' || line[0] == '\0')
			continue;
		if (line[0] != '=' && line[0] != '!') {
			bool table = line[0] == 'T' && line[1] == ' ';
			if (table)
				dj_buf_text(&json, "{\"format\": 1, \"name\": \"d\", \"tables\": [{\"source\": \"d.csv\", ");
			dj_buf_text(&json, table ? line + 2 : line);
			dj_buf_char(&json, '\n');
			continue;
		}
		if (dj_text_starts(json.data, "{\"format\": 1, \"name\": \"d\","))
			dj_buf_text(&json, "}]}");
		check(json.data, line, number, v);
		dj_buf_reset(&json);
		ran++;
	}
	assert_true(ran > 40);
	free(line);
	fclose(file);
	dj_buf_free(&json);
	dj_vocabulary_free(v);
}

static const char full[] =
    "{\"format\": 1, \"name\": \"d\", \"tables\": [{\"source\": \"data/d.csv\", \"columns\": {"
    "\"v\": {\"type\": \"real\"}, \"who\": {\"sensitivity\": \"none\"}, \"sex\": {\"protected\": false},"
    "\"caste\": {\"protected\": true}, \"note\": {\"sensitivity\": \"direct\"}, \"g\": {\"protected\": false}},"
    "\"steps\": [{\"op\": \"filter\", \"column\": \"s\", \"is_not\": \"x\"}],"
    "\"roles\": {\"people\": {\"person\": \"who\", \"gender\": \"g\", \"given_name\": \"age\"}}}]}";

static void tells_types_and_sensitivity(void **state)
{
	dj_vocabulary       *v = shipped_vocabulary();
	dj_manifest         *m = NULL;
	const dj_table_spec *t;
	dj_err               err = {0};

	(void)state;
	fine(dj_manifest_parse(&m, full, strlen(full), NULL, v, &err));
	t = &m->table[0];
	assert_int_equal(dj_table_spec_type(t, v, "v"), DJ_COL_REAL);
	assert_int_equal(dj_table_spec_type(t, v, "who"), DJ_COL_TEXT);
	assert_int_equal(dj_table_spec_type(t, v, "other"), DJ_COL_UNKNOWN);
	assert_int_equal(dj_table_spec_sensitivity(t, v, "who"),
	                 DJ_SENSITIVITY_DIRECT); /* the role's, never less */
	assert_int_equal(dj_table_spec_sensitivity(t, v, "note"), DJ_SENSITIVITY_DIRECT);
	assert_int_equal(dj_table_spec_sensitivity(t, v, "other"), DJ_SENSITIVITY_NONE);
	assert_true(dj_table_spec_protects(t, v, "g"));        /* the role's, never less */
	assert_true(dj_table_spec_protects(t, v, "caste"));    /* declared */
	assert_true(dj_table_spec_protects(t, v, "religion")); /* by its name */
	assert_false(dj_table_spec_protects(t, v, "sex"));     /* declared, and fills nothing */
	assert_false(dj_table_spec_protects(t, v, "age"));     /* fills a column that is not */
	assert_int_equal(t->header, -1);
	assert_string_equal(t->step[0].is_not.text[0], "x");
	dj_manifest_free(m);
	dj_vocabulary_free(v);
}

/* Renamed, mapped or split: what a column was made of says how to treat it. */
static void steps_keep_protection(void **state)
{
	static const char json[] =
	    "{\"format\": 1, \"name\": \"d\", \"tables\": [{\"source\": \"d.csv\","
	    "\"columns\": {\"who\": {\"sensitivity\": \"direct\"}, \"m\": {\"protected\": false}}, \"steps\": ["
	    "{\"op\": \"rename\", \"column\": \"gender\", \"to\": \"g\"},"
	    "{\"op\": \"map\", \"column\": \"g\", \"values\": {\"F\": \"1\"}, \"to\": \"coded\"},"
	    "{\"op\": \"coalesce\", \"columns\": [\"a\", \"coded\"], \"to\": \"first\"},"
	    "{\"op\": \"split\", \"column\": \"who\", \"separator\": \",\", \"to\": [\"last\", \"given\"]},"
	    "{\"op\": \"map\", \"column\": \"g\", \"values\": {\"F\": \"1\"}, \"to\": \"m\"},"
	    "{\"op\": \"constant\", \"to\": \"k\", \"value\": \"CA\"}]}]}";
	dj_vocabulary       *v = shipped_vocabulary();
	dj_manifest         *m = NULL;
	const dj_table_spec *t;
	dj_err               err = {0};

	(void)state;
	fine(dj_manifest_parse(&m, json, strlen(json), NULL, v, &err));
	t = &m->table[0];
	assert_true(dj_table_spec_protects(t, v, "g"));
	assert_true(dj_table_spec_protects(t, v, "coded"));
	assert_true(dj_table_spec_protects(t, v, "first"));
	assert_false(dj_table_spec_protects(t, v, "m")); /* declared */
	assert_false(dj_table_spec_protects(t, v, "k"));
	assert_int_equal(dj_table_spec_sensitivity(t, v, "given"), DJ_SENSITIVITY_DIRECT);
	assert_int_equal(dj_table_spec_sensitivity(t, v, "k"), DJ_SENSITIVITY_NONE);
	dj_manifest_free(m);
	dj_vocabulary_free(v);
}

static void reads_a_file(void **state)
{
	dj_vocabulary *v = shipped_vocabulary();
	char          *dir = scratch_folder(), *path = dj_path_join(dir, "dataset.json");
	dj_manifest   *m = NULL;
	dj_err         err = {0};

	(void)state;
	wrong(dj_manifest_read(&m, path, v, &err), "dataset.json: no such file");
	fine(dj_file_write(path, full, strlen(full), &err));
	fine(dj_manifest_read(&m, path, v, &err));
	char *file = dj_path_join(m->folder, m->table[0].source[0].path), *want = dj_path_join(dir, "data/d.csv");
	char *a = dj_path_real(m->folder), *b = dj_path_real(dir);
	assert_string_equal(a, b);
	assert_true(dj_text_ends(file, "data/d.csv"));
	dj_manifest_free(m);
	fine(dj_file_write(path, "{", 1, &err));
	wrong(dj_manifest_read(&m, path, v, &err), path);
	free(a);
	free(b);
	free(file);
	free(want);
	free(path);
	scratch_end(dir);
	dj_vocabulary_free(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(cases),
	    cmocka_unit_test(tells_types_and_sensitivity),
	    cmocka_unit_test(steps_keep_protection),
	    cmocka_unit_test(reads_a_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
