/* From what a person wrote after `load` to a dataset.json, there already or to be made. */
#include "intake/parts.h"

#include "base/file.h"
#include "base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MANIFEST_MOST = 4 << 20, NAME_MOST = 48, ROOTS = 3 };

static const char *keep(dj_intake *in, char *text)
{
	const char *kept = dj_arena_dup(in->a, text);

	free(text);
	return kept;
}

static const char *join(dj_intake *in, const char *folder, const char *name)
{
	return keep(in, dj_path_join(folder, name));
}

/* datasets/NAME/dataset.json below the workspace, what was built, or the toolkit. */
static const char *manifest_of(dj_intake *in, const char *root, const char *name)
{
	return dj_arena_fmt(in->a, "%s/datasets/%s/dataset.json", root, name);
}

static bool same_file(const char *a, const char *b)
{
	struct stat x, y;

	return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* "HT_2013-2020" gives ht_2013_2020. */
const char *dj_intake_name(dj_intake *in, const char *text)
{
	dj_buf name = {0};

	for (const char *p = text; *p && name.n < NAME_MOST; p++) {
		char c = *p >= 'A' && *p <= 'Z' ? (char)(*p - 'A' + 'a') : *p;
		bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
		if (name.n == 0 && c >= '0' && c <= '9')
			dj_buf_text(&name, "t_");
		if (word)
			dj_buf_char(&name, c);
		else if (name.n > 0 && name.data[name.n - 1] != '_')
			dj_buf_char(&name, '_');
	}
	while (name.n > 0 && name.data[name.n - 1] == '_')
		name.data[--name.n] = '\0';
	if (name.n == 0 || strcmp(name.data, "rejects") == 0 || dj_text_starts(name.data, "sqlite_")) {
		char *other = dj_fmt("data%s%s", name.n ? "_" : "", name.n ? name.data : "");
		other[strlen(other) < NAME_MOST ? strlen(other) : NAME_MOST] = '\0';
		dj_buf_free(&name);
		return keep(in, other);
	}
	return keep(in, dj_buf_take(&name));
}

/* By a file's stem, without what it is packed with: "crime.csv.gz" gives crime. */
static const char *name_from(dj_intake *in, const char *file)
{
	static const char *const packed[] = {".gz", ".zst", ".xz", ".bz2"};
	const char              *last = strcmp(file, "-") == 0 ? "stdin" : dj_intake_title(in, file);
	char                    *stem = dj_path_stem(last);
	bool                     twice = false;

	for (size_t i = 0; i < DJ_COUNT(packed); i++)
		twice = twice || dj_text_ends(last, packed[i]);
	if (twice) {
		char *inner = dj_path_stem(stem);
		free(stem);
		stem = inner;
	}
	const char *name = dj_intake_name(in, stem);
	free(stem);
	return name;
}

static int read_manifest(dj_intake *in, const char *path, dj_err *err)
{
	char  *text = NULL;
	size_t n = 0;
	int    rc = dj_file_read(&text, &n, path, MANIFEST_MOST, err);

	if (rc == DJ_OK) {
		in->manifest_path = path;
		in->written = dj_arena_dupn(in->a, text, n);
		rc = dj_manifest_read(&in->manifest, path, in->v, err);
	}
	free(text);
	return rc;
}

/* The one source that a dataset.json reads (all its tables, when they are of a database), where it stands; NULL: none such. */
static char *source_path(const dj_manifest *m)
{
	const dj_source_spec *source = &m->table[0].source[0];
	const char           *path = source->path;

	for (size_t k = 0; path && k < m->n_tables; k++) {
		const dj_table_spec *t = &m->table[k];
		if (t->n_sources != 1 || !t->source[0].path || strcmp(t->source[0].path, path) != 0)
			path = NULL;
	}
	if (!path)
		return m->n_tables == 1 && m->table[0].n_sources == 1 ? dj_strdup(source->url) : NULL;
	return strcmp(path, "-") == 0 ? dj_strdup("-") : dj_path_join(m->folder, path);
}

/* The dataset.json at `path`, which is there, must be of this bare file. */
static int must_be_of_file(dj_intake *in, const char *path, const char *file, dj_err *err)
{
	int rc = read_manifest(in, path, err);

	if (rc < 0)
		return dj_fail_in(err, "%s describes the dataset %s already (mend it, or say --replace)", path,
		                  in->name);
	char *source = source_path(in->manifest);
	if (!source || (strcmp(source, file) != 0 && !same_file(source, file)))
		rc = dj_fail(
		    err, DJ_USAGE,
		    "the name %s is taken: %s describes %s (--as NAME gives this one another name, --replace takes "
		    "that one's)",
		    in->name, path, source ? source : "other sources");
	free(source);
	return rc;
}

static int find_bare(dj_intake *in, const char *file, dj_err *err)
{
	in->name = in->o->as ? in->o->as : name_from(in, file);
	if (strcmp(in->name, "rejects") == 0)
		return dj_fail(err, DJ_USAGE, "the name rejects is kept for rejected rows (--as NAME gives another)");
	if (!dj_name_ok(in->name, NAME_MOST, true))
		return dj_fail(err, DJ_USAGE,
		               "'%s' is no name for a dataset (a-z, 0-9 and _, beginning with a letter, at most %d)",
		               in->name, NAME_MOST);
	in->manifest_path = manifest_of(in, in->w->root, in->name);
	in->fresh = in->o->replace || !dj_file_exists(in->manifest_path);
	if (!in->fresh)
		return must_be_of_file(in, in->manifest_path, file, err);
	if (!in->o->replace && dj_file_exists(dj_arena_fmt(in->a, "%s/current/%s", in->w->state, in->name)))
		return dj_fail(
		    err, DJ_USAGE,
		    "the name %s is taken by a dataset that was loaded from elsewhere (--as NAME gives this one "
		    "another name, --replace takes that one's)",
		    in->name);
	return DJ_OK;
}

/* A manifest that stands elsewhere may not take the place of the workspace's own dataset of that name. */
static int find_described(dj_intake *in, const char *path, dj_err *err)
{
	if (read_manifest(in, path, err) < 0)
		return err->code;
	in->name = in->o->as ? in->o->as : in->manifest->name;
	if (!dj_name_ok(in->name, NAME_MOST, true))
		return dj_fail(err, DJ_USAGE,
		               "'%s' is no name for a dataset (a-z, 0-9 and _, beginning with a letter, at most %d)",
		               in->name, NAME_MOST);
	const char *own = manifest_of(in, in->w->root, in->name);
	if (dj_file_exists(own) && !same_file(own, path) && !in->o->replace)
		return dj_fail(
		    err, DJ_USAGE,
		    "the name %s is taken by %s (--as NAME gives this one another name, --replace takes that one's)",
		    in->name, own);
	return DJ_OK;
}

static int unknown_name(dj_intake *in, dj_err *err)
{
	char      **names[ROOTS] = {NULL};
	size_t      n[ROOTS] = {0};
	const char *roots[ROOTS] = {in->w->root, in->w->built, in->w->toolkit}, *all[200], *meant;
	size_t      count = 0;

	for (int k = 0; k < ROOTS; k++) {
		const char *folder = join(in, roots[k], "datasets");
		if (dj_folder_exists(folder) && dj_folder_list(&names[k], &n[k], folder, NULL) == DJ_OK)
			for (size_t i = 0; i < n[k] && count < 200; i++)
				if (dj_file_exists(manifest_of(in, roots[k], names[k][i])) &&
				    dj_text_find(names[k][i], all, count) == count)
					all[count++] = names[k][i];
	}
	char *list = dj_text_list(all, count);
	meant = dj_text_nearest(in->source, all, count);
	if (meant)
		dj_fail(err, DJ_USAGE, "there is no file, folder or dataset '%s' (did you mean '%s'?)", in->source,
		        meant);
	else
		dj_fail(err, DJ_USAGE, "there is no file, folder or dataset '%s' (datasets that are described: %s)",
		        in->source, list);
	free(list);
	for (int k = 0; k < ROOTS; k++)
		dj_names_free(names[k], n[k]);
	return DJ_USAGE;
}

static int find_named(dj_intake *in, bool *found, dj_err *err)
{
	const char *roots[ROOTS] = {in->w->root, in->w->built, in->w->toolkit};

	*found = false;
	if (!dj_name_ok(in->source, NAME_MOST, true))
		return DJ_OK;
	for (int k = 0; k < ROOTS; k++) {
		const char *path = roots[k] ? manifest_of(in, roots[k], in->source) : NULL;
		if (!path || !dj_file_exists(path))
			continue;
		*found = true;
		return find_described(in, path, err);
	}
	return DJ_OK;
}

int dj_intake_find(dj_intake *in, const char **file, dj_err *err)
{
	struct stat is;
	const char *source = in->source, *inside;
	bool        found;

	*file = NULL;
	if (strcmp(source, "-") == 0)
		return find_bare(in, *file = source, err);
	if (dj_intake_is_url(source))
		return find_bare(in, *file = source, err);
	if (strstr(source, "://"))
		return dj_fail(err, DJ_USAGE, "%s: only http:// and https:// are fetched", source);
	if (!*source)
		return dj_fail(err, DJ_USAGE,
		               "the source is empty (a file, a folder with dataset.json, or a name is needed)");

	bool there = stat(source, &is) == 0;
	if (!there && errno != ENOENT && errno != ENOTDIR)
		return dj_fail_errno(err, "%s", source);
	if (there && S_ISREG(is.st_mode) && strcmp(dj_path_name(source), "dataset.json") != 0) {
		char *real = dj_path_real(source);
		*file = real ? keep(in, real) : source;
		return find_bare(in, *file, err);
	}
	if (there && S_ISREG(is.st_mode))
		return find_described(in, source, err);
	inside = join(in, source, "dataset.json");
	if (there && S_ISDIR(is.st_mode) && dj_file_exists(inside))
		return find_described(in, inside, err);
	int rc = find_named(in, &found, err);
	if (rc < 0 || found)
		return rc;
	if (there && S_ISDIR(is.st_mode))
		return dj_fail(err, DJ_USAGE,
		               "%s is a folder without a dataset.json (name a file in it, or describe it there)",
		               source);
	if (there)
		return dj_fail(err, DJ_USAGE, "%s is neither a file nor a folder (pipe it in: load - < %s)", source,
		               source);
	return unknown_name(in, err);
}
