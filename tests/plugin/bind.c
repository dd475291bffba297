/* Runs bind.test: see there for how a case is written. */
#include "datasets.h"

#include "cases.h"
#include "plugin/plugin.h"

static const test_dataset datasets[] = {
    {"bank", "transactions", "to_account=ACC amount=AMT at=WHEN -BRANCH", "\"date\":\"2024-05-01\",", NULL,
     2},
    {"till", "transactions", "amount=A at=T", "\"made\":true,", NULL, 2},
    {"counts", "incidents", "n=N region=REGION", NULL, NULL, 2},
    {"cells", "incidents", "date=D region=R -SEX", NULL, NULL, 2},
    {"folk", "people", "person=ID gender=G phone=P", "\"made\":true,", NULL, 2},
};

/* "transactions(amount at) ads(price)" */
static size_t read_needs(dj_role_need *out, char *text, dj_arena *a)
{
	size_t n = 0;
	char  *save = NULL;

	for (char *role = strtok_r(text, ")", &save); role; role = strtok_r(NULL, ")", &save)) {
		char *open = strchr(role, '('), *inner = NULL;

		role += strspn(role, " ");
		if (!open)
			continue;
		*open++ = '\0';
		const char **column = dj_arena_alloc(a, 16, sizeof *column);

		out[n] = (dj_role_need){.role = role, .column = column};
		for (char *c = strtok_r(open, " ", &inner); c; c = strtok_r(NULL, " ", &inner))
			column[out[n].n_columns++] = c;
		n++;
	}
	return n;
}

static void show_role(dj_buf *got, const dj_binding *b, const dj_bound_role *r)
{
	dj_buf_fmt(got, "%s%s:", got->n ? " ; " : "", r->name);
	for (size_t m = 0; m < r->n_members; m++) {
		const dj_bound_source *s = &b->source[r->member[m].source];

		dj_buf_fmt(got, " %s.%s(", s->dataset->name, s->table->name);
		for (size_t k = 0; k < r->n_columns; k++) {
			const dj_bound_cell *cell = &r->member[m].cell[k];

			dj_buf_fmt(got, "%s%s%s%s", k ? " " : "", r->column[k].name,
			           cell->column ? "<-"
			           : cell->fill ? "="
			                        : "-",
			           cell->column ? cell->column
			           : cell->fill ? cell->fill
			                        : "");
		}
		dj_buf_char(got, ')');
	}
	if (!r->n_members) {
		dj_buf_text(got, " (");
		for (size_t k = 0; k < r->n_columns; k++)
			dj_buf_fmt(got, "%s%s-", k ? " " : "", r->column[k].name);
		dj_buf_char(got, ')');
	}
}

static void show(dj_buf *got, const dj_binding *b)
{
	for (size_t i = 0; i < b->n_roles; i++)
		show_role(got, b, &b->role[i]);
	for (size_t i = 0; i < b->n_left_out; i++)
		dj_buf_fmt(got, " ; left out %s", b->left_out[i]);
	if (b->reads_protected)
		dj_buf_fmt(got, " ; protected %s", b->reads_protected);
	if (b->newest)
		dj_buf_fmt(got, " ; now %s", b->newest);
}

static void show_error(dj_buf *got, const dj_err *err)
{
	dj_buf_text(got, err->code == DJ_USAGE ? "! USAGE " : "! ");
	for (const char *c = err->text; *c; c++) {
		if (*c == '\n')
			dj_buf_text(got, " / ");
		else
			dj_buf_char(got, *c);
	}
}

/* Where a message ends in what another room says (an unknown dataset), the case has a '*'. */
static void cut(dj_buf *got, const char *after)
{
	char *at = got->data ? strstr(got->data, after) : NULL;

	if (at) {
		at[strlen(after)] = '\0';
		got->n = strlen(got->data);
		dj_buf_char(got, '*');
	}
}

static void load(const dj_workspace *w, const dj_vocabulary *v, char *names)
{
	char *save = NULL;

	for (char *name = strtok_r(names, " ", &save); name; name = strtok_r(NULL, " ", &save))
		for (size_t i = 0; i < sizeof datasets / sizeof datasets[0]; i++)
			if (strcmp(datasets[i].name, name) == 0)
				write_dataset(w, v, &datasets[i]);
}

static const char jam_json[] = "{\"format\":1,\"roles\":{\"incidents\":[\"counts\"]}}";

/* "[names] needs | wants | with" */
static int bind(dj_buf *got, char *input, bool jam, dj_arena *a, dj_err *out)
{
	dj_err         err = {0};
	dj_vocabulary *v = shipped_vocabulary();
	char          *folder = scratch_folder(), *names = input + 1, *needs = strchr(input, ']'), *wants, *with,
	     *save = NULL;
	dj_workspace         *w = NULL;
	dj_catalogue         *c = NULL;
	const dj_binding     *b;
	dj_role_need          need[8], want[8];
	dj_plugin_description d = {.name = "thing", .need = need, .want = want};
	dj_with               flags[8];
	size_t                n_flags = 0;
	int                   rc;

	*needs++ = '\0';
	wants = strchr(needs, '|');
	*wants++ = '\0';
	with = strchr(wants, '|');
	*with++ = '\0';
	d.n_needs = read_needs(need, needs, a);
	d.n_wants = read_needs(want, wants, a);
	fine(dj_workspace_init(folder, &err));
	if (jam) {
		char *path = dj_path_join(folder, "jam.json");
		fine(dj_file_write(path, jam_json, sizeof jam_json - 1, &err));
		free(path);
	}
	fine(dj_workspace_open(&w, folder, &err));
	load(w, v, names);
	fine(dj_catalogue_open(&c, w, v, &err));
	rc = DJ_OK;
	for (char *one = strtok_r(with, " ", &save); one && rc == DJ_OK; one = strtok_r(NULL, " ", &save))
		rc = dj_with_parse(&flags[n_flags++], one, v, a, out);
	if (rc == DJ_OK && (rc = dj_plugin_bind(&b, &d, c, v, w, flags, n_flags, a, out)) == DJ_OK)
		show(got, b);
	dj_catalogue_free(c);
	dj_workspace_free(w);
	dj_vocabulary_free(v);
	scratch_end(folder);
	return rc;
}

static void run(dj_buf *got, const char *verb, const char *input, size_t n)
{
	dj_arena *a = dj_arena_new();
	dj_err    err = {0};

	(void)n;
	if (bind(got, dj_arena_dup(a, input), strcmp(verb, "jam") == 0, a, &err) < 0)
		show_error(got, &err);
	cut(got, "! USAGE --with incidents: ");
	dj_arena_free(a);
}

static void cases(void **state)
{
	(void)state;
	cases_run("bind.test", run);
}

static void too_many_snapshots(void **state)
{
	dj_vocabulary        *v = shipped_vocabulary();
	char                 *folder = scratch_folder();
	dj_arena             *a = dj_arena_new();
	dj_workspace         *w = NULL;
	dj_catalogue         *c = NULL;
	const dj_binding     *b;
	const char           *names[12], *column = "region";
	dj_role_need          need = {"incidents", &column, 1};
	dj_plugin_description d = {.name = "thing", .need = &need, .n_needs = 1};
	dj_with               with = {"incidents", names, 10};
	dj_err                err = {0};

	(void)state;
	fine(dj_workspace_init(folder, &err));
	fine(dj_workspace_open(&w, folder, &err));
	for (int i = 0; i < 12; i++) {
		names[i] = dj_arena_fmt(a, "d%c", 'a' + i);
		write_dataset(w, v, &(test_dataset){names[i], "incidents", "region=R", NULL, NULL, 1});
	}
	fine(dj_catalogue_open(&c, w, v, &err));
	fine(dj_plugin_bind(&b, &d, c, v, w, &with, 1, a, &err));
	assert_int_equal(b->n_databases, 10);
	assert_int_equal(b->source[9].database, 9);
	with.n_datasets = 11;
	wrong(dj_plugin_bind(&b, &d, c, v, w, &with, 1, a, &err), "11 snapshots");
	dj_catalogue_free(c);
	dj_workspace_free(w);
	dj_vocabulary_free(v);
	dj_arena_free(a);
	scratch_end(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(cases), cmocka_unit_test(too_many_snapshots)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
