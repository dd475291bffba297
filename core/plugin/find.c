#include "plugin/plugin.h"

#include "base/file.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static const char *const file_names[] = {[DJ_LANG_LUA] = "plugin.lua", [DJ_LANG_C] = "plugin.c"};

const char *dj_lang_name(dj_lang l)
{
	return l == DJ_LANG_C ? "c" : "lua";
}

static bool has_file(const char *folder, dj_lang lang)
{
	char *file = dj_path_join(folder, file_names[lang]);
	bool  there = dj_file_exists(file);

	free(file);
	return there;
}

/* Why text can not be a plugin's source, or NULL. A compiled Lua chunk begins with an escape character. */
static const char *wrong_text(const char *text, size_t n, dj_arena *a)
{
	size_t valid;

	if (!n)
		return "the file is empty";
	if (text[0] == '\033')
		return "this is compiled Lua, not its source (a plugin is read as text)";
	if (memchr(text, '\0', n))
		return "this is no text file (it has NUL bytes)";
	valid = dj_utf8_valid(text, n);
	if (valid < n)
		return dj_arena_fmt(a, "this is no UTF-8 text (byte %zu; save the file as UTF-8)", valid + 1);
	return NULL;
}

/* Fills *out for a folder that is there; what is wrong with it goes to out->broken. */
static void read_folder(dj_plugin_file *out, const char *folder, bool in_toolkit, dj_arena *a)
{
	bool        lua = has_file(folder, DJ_LANG_LUA), c = has_file(folder, DJ_LANG_C);
	const char *name = dj_arena_dup(a, dj_path_name(folder));
	dj_err      err = {0};
	char       *text, *path;
	size_t      n;

	*out = (dj_plugin_file){.name = name, .folder = dj_arena_dup(a, folder), .in_toolkit = in_toolkit};
	out->lang = c && !lua ? DJ_LANG_C : DJ_LANG_LUA;
	out->shown = dj_arena_fmt(a, "plugins/%s/%s", name, file_names[out->lang]);
	path = dj_path_join(folder, file_names[out->lang]);
	out->file = dj_arena_dup(a, path);
	free(path);

	if (!dj_name_ok(name, 48, false))
		out->broken =
		    "the folder's name is the plugin's: a to z, 0 to 9 and -, a letter first, at most 48 (rename it)";
	else if (lua && c)
		out->broken = "the folder has plugin.lua and plugin.c, a plugin is one file (remove one)";
	else if (!lua && !c)
		out->broken = "the folder has no plugin.lua and no plugin.c";
	if (out->broken) { /* what is wrong is the folder */
		out->shown = out->folder;
		return;
	}
	if (dj_file_read(&text, &n, out->file, DJ_PLUGIN_MOST_BYTES, &err) < 0) {
		out->broken = dj_arena_dup(a, err.text);
		return;
	}
	out->broken = wrong_text(text, n, a);
	if (!out->broken) {
		out->text = dj_arena_dupn(a, text, n);
		out->n = n;
		out->digest = dj_sha256_of(text, n);
	}
	free(text);
}

/* ---- All of them ---- */

typedef struct shelf { /* a list being made */
	dj_plugin_file *file;
	size_t          n, cap;
	dj_arena       *arena;
} shelf;

static bool on_shelf(const shelf *s, const char *name)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->file[i].name, name) == 0)
			return true;
	return false;
}

static void put_folder(shelf *s, const char *folder, bool in_toolkit)
{
	if (s->n == s->cap) {
		s->cap = s->cap ? 2 * s->cap : 16;
		s->file = dj_realloc(s->file, s->cap, sizeof *s->file);
	}
	read_folder(&s->file[s->n++], folder, in_toolkit, s->arena);
}

/* Names come in byte order from the folder, so each shelf is by name. Hidden folders are nobody's plugins. */
static int put_all(shelf *s, const char *root, bool in_toolkit, dj_err *err)
{
	char  *plugins = dj_path_join(root, "plugins"), **names = NULL;
	size_t n = 0;
	int    rc = dj_folder_exists(plugins) ? dj_folder_list(&names, &n, plugins, err) : DJ_OK;

	for (size_t i = 0; i < n; i++) {
		char *folder = dj_path_join(plugins, names[i]);

		if (names[i][0] != '.' && dj_folder_exists(folder) && !on_shelf(s, names[i]))
			put_folder(s, folder, in_toolkit);
		free(folder);
	}
	dj_names_free(names, n);
	free(plugins);
	return rc;
}

int dj_plugin_list(dj_plugin_file **out, size_t *n, const dj_workspace *w, dj_arena *a, dj_err *err)
{
	shelf s = {.arena = a};
	char *toolkit = w ? dj_strdup(w->toolkit) : dj_toolkit_folder();
	int   rc = w ? put_all(&s, w->root, false, err) : DJ_OK;

	/* a workspace inside the toolkit's own folder has one shelf, not two */
	if (rc >= 0 && !(w && strcmp(w->root, toolkit) == 0))
		rc = put_all(&s, toolkit, true, err);
	if (rc >= 0) {
		*out = dj_arena_alloc(a, s.n + 1, sizeof **out);
		if (s.n)
			memcpy(*out, s.file, s.n * sizeof *s.file);
		*n = s.n;
	}
	free(s.file);
	free(toolkit);
	return rc;
}

/* ---- One of them ---- */

static bool is_path(const char *word)
{
	return strchr(word, '/') || strcmp(word, ".") == 0 || strcmp(word, "..") == 0;
}

/* The folder that a path means: itself, or the one that holds it when it is a plugin's file. NULL: neither. free() it. */
static char *folder_of(const char *path)
{
	char *real = dj_path_real(path);

	if (real && !dj_folder_exists(real)) {
		const char *name = dj_path_name(real);

		if (strcmp(name, "plugin.lua") == 0 || strcmp(name, "plugin.c") == 0) {
			real[(size_t)(name - real) - 1] = '\0';
		} else {
			free(real);
			return NULL;
		}
	}
	return real;
}

static int check_found(const dj_plugin_file *f, dj_err *err)
{
	if (f->broken)
		return dj_fail(err, DJ_FAIL, "%s: %s", f->shown, f->broken);
	return DJ_OK;
}

static int unknown(const dj_workspace *w, const char *word, dj_arena *a, dj_err *err)
{
	dj_plugin_file *all;
	size_t          n;
	const char    **names;
	int             rc = dj_plugin_list(&all, &n, w, a, err);

	if (rc < 0)
		return rc;
	if (!n)
		return dj_fail(err, DJ_USAGE, "no plugin '%s': there is none yet (datajam new NAME)", word);
	names = dj_arena_alloc(a, n, sizeof *names);
	for (size_t i = 0; i < n; i++) {
		if (strcmp(all[i].name, word) == 0)
			return check_found(&all[i], err); /* a folder is called so, but no plugin may be */
		names[i] = all[i].name;
	}
	const char *meant = dj_text_nearest(word, names, n);
	char       *list = dj_text_list(names, n);

	if (meant)
		dj_fail(err, DJ_USAGE, "no plugin '%s' (did you mean '%s'? There are %s)", word, meant, list);
	else
		dj_fail(err, DJ_USAGE, "no plugin '%s' (there are %s)", word, list);
	free(list);
	return DJ_USAGE;
}

static int find_by_path(const dj_plugin_file **out, const dj_workspace *w, const char *path, dj_arena *a,
                        dj_err *err)
{
	char           *folder = folder_of(path), *toolkit;
	dj_plugin_file *file = dj_arena_alloc(a, 1, sizeof *file);

	if (!folder)
		return dj_fail(err, DJ_USAGE,
		               "%s: no such plugin folder (a plugin is a folder with plugin.lua or plugin.c)", path);
	toolkit = w ? dj_path_join(w->toolkit, "plugins/") : NULL;
	read_folder(file, folder, toolkit && dj_text_starts(folder, toolkit), a);
	free(toolkit);
	free(folder);
	*out = file;
	return check_found(file, err);
}

static char *shelf_folder(const char *root, const char *name)
{
	char *plugins = dj_path_join(root, "plugins"), *folder = dj_path_join(plugins, name);

	free(plugins);
	if (dj_folder_exists(folder))
		return folder;
	free(folder);
	return NULL;
}

int dj_plugin_find(const dj_plugin_file **out, const dj_workspace *w, const char *word, dj_arena *a,
                   dj_err *err)
{
	char           *toolkit, *folder = NULL;
	dj_plugin_file *file;
	bool            in_toolkit = false;

	if (is_path(word))
		return find_by_path(out, w, word, a, err);
	if (!dj_name_ok(word, 48, false))
		return unknown(w, word, a, err);
	if (w)
		folder = shelf_folder(w->root, word);
	if (!folder) {
		toolkit = w ? dj_strdup(w->toolkit) : dj_toolkit_folder();
		folder = shelf_folder(toolkit, word);
		in_toolkit = folder != NULL;
		free(toolkit);
	}
	if (!folder && (has_file(word, DJ_LANG_LUA) || has_file(word, DJ_LANG_C)))
		return find_by_path(out, w, word, a, err);
	if (!folder)
		return unknown(w, word, a, err);
	file = dj_arena_alloc(a, 1, sizeof *file);
	read_folder(file, folder, in_toolkit, a);
	free(folder);
	*out = file;
	return check_found(file, err);
}
