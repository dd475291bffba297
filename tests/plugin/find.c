/* Finding plugins: by name, by path, what is broken, what was meant. */
#include "store_test.h"

#include "plugin/plugin.h"

typedef struct world {
	char         *dir;
	dj_workspace *w;
	dj_arena     *arena;
} world;

static void put(const world *x, const char *root, const char *path, const char *text)
{
	char  *file = dj_fmt("%s/%s/%s", x->dir, root, path), *folder = dj_strdup(file);
	dj_err err = {0};

	*strrchr(folder, '/') = '\0';
	fine(dj_folder_make(folder, &err));
	if (text)
		fine(dj_file_write(file, text, strlen(text), &err));
	free(folder);
	free(file);
}

static int set_up(void **state)
{
	world *x = dj_alloc_zero(1, sizeof *x);
	char  *ws;
	dj_err err = {0};

	x->dir = scratch_folder();
	x->arena = dj_arena_new();
	ws = dj_path_join(x->dir, "ws");
	fine(dj_workspace_init(ws, &err));
	fine(dj_workspace_open(&x->w, ws, &err));
	free(x->w->toolkit);
	x->w->toolkit = dj_path_join(x->dir, "kit");
	put(x, "ws", "plugins/mine/plugin.lua", "return {}");
	put(x, "ws", "plugins/both/plugin.lua", "return { 'ours' }");
	put(x, "kit", "plugins/both/plugin.lua", "return { 'theirs' }");
	put(x, "kit", "plugins/structuring/plugin.c", "int x;");
	free(ws);
	*state = x;
	return 0;
}

static int tear_down(void **state)
{
	world *x = *state;

	dj_workspace_free(x->w);
	dj_arena_free(x->arena);
	scratch_end(x->dir);
	free(x);
	return 0;
}

static void by_name(void **state)
{
	world                *x = *state;
	const dj_plugin_file *f;
	dj_err                err = {0};

	fine(dj_plugin_find(&f, x->w, "mine", x->arena, &err));
	assert_string_equal(f->shown, "plugins/mine/plugin.lua");
	assert_int_equal(f->lang, DJ_LANG_LUA);
	assert_string_equal(f->text, "return {}");
	assert_false(f->in_toolkit);
	fine(dj_plugin_find(&f, x->w, "both", x->arena, &err)); /* the workspace's own comes first */
	assert_string_equal(f->text, "return { 'ours' }");
	fine(dj_plugin_find(&f, x->w, "structuring", x->arena, &err));
	assert_int_equal(f->lang, DJ_LANG_C);
	assert_true(f->in_toolkit);
	wrong(dj_plugin_find(&f, x->w, "structurign", x->arena, &err), "did you mean 'structuring'");
	assert_int_equal(err.code, DJ_USAGE);
	wrong(dj_plugin_find(&f, x->w, "zzz", x->arena, &err), "there are both, mine and structuring");
}

static void by_path(void **state)
{
	world                *x = *state;
	const dj_plugin_file *f;
	char  *folder = dj_path_join(x->dir, "ws/plugins/mine"), *file = dj_path_join(folder, "plugin.lua");
	dj_err err = {0};

	fine(dj_plugin_find(&f, x->w, folder, x->arena, &err));
	assert_string_equal(f->name, "mine");
	fine(dj_plugin_find(&f, NULL, file, x->arena, &err));
	assert_string_equal(f->name, "mine");
	wrong(dj_plugin_find(&f, x->w, "./not/there", x->arena, &err), "no such plugin folder");
	assert_int_equal(err.code, DJ_USAGE);
	free(folder);
	free(file);
}

static void broken(void **state)
{
	static const struct {
		const char *path, *text, *name, *says;
	} cases[] = {
	    {"plugins/empty/plugin.lua", "", "empty", "the file is empty"},
	    {"plugins/twice/plugin.c", "x", NULL, NULL},
	    {"plugins/twice/plugin.lua", "x", "twice", "plugin.lua and plugin.c"},
	    {"plugins/none/README.md", "x", "none", "no plugin.lua and no plugin.c"},
	    {"plugins/Upper/plugin.lua", "x", "./Upper", NULL},
	    {"plugins/compiled/plugin.lua", "\033Lua", "compiled", "compiled Lua"},
	    {"plugins/latin/plugin.lua", "-- caf\xe9", "latin", "no UTF-8 text (byte 7"},
	    {"plugins/folder/plugin.lua/x", "x", "folder", ""},
	};
	world                *x = *state;
	const dj_plugin_file *f;
	dj_plugin_file       *all;
	size_t                n, n_broken = 0;
	dj_err                err = {0};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		put(x, "ws", cases[i].path, cases[i].text);
		if (cases[i].says)
			wrong(dj_plugin_find(&f, x->w, cases[i].name, x->arena, &err), cases[i].says);
	}
	fine(dj_plugin_list(&all, &n, x->w, x->arena, &err));
	assert_int_equal(n, 10); /* a broken one is listed too, with why */
	for (size_t i = 0; i < n; i++)
		n_broken += all[i].broken != NULL;
	assert_int_equal(n_broken, 7);
}

static void listed_in_order(void **state)
{
	world          *x = *state;
	dj_plugin_file *all;
	size_t          n;
	dj_err          err = {0};

	fine(dj_plugin_list(&all, &n, x->w, x->arena, &err));
	assert_int_equal(n, 3);
	assert_string_equal(all[0].name, "both");
	assert_string_equal(all[1].name, "mine");
	assert_string_equal(all[2].name, "structuring");
	assert_true(all[2].in_toolkit && !all[0].in_toolkit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(by_name, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(by_path, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(broken, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(listed_in_order, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
