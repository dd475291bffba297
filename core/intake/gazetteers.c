/* Regions and places for steps of kind join: the toolkit's own files, handed to the loader in its job. */
#include "intake/parts.h"

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { GAZETTEER_MOST = 4 << 20 };

static bool asks_for(const dj_manifest *m, const char *with)
{
	for (size_t k = 0; k < m->n_tables; k++)
		for (size_t i = 0; i < m->table[k].n_steps; i++)
			if (m->table[k].step[i].op == DJ_STEP_JOIN &&
			    (!with || strcmp(m->table[k].step[i].with, with) == 0))
				return true;
	return false;
}

static int add_file(dj_buf *json, const char *member, const char *relative, const dj_intake *in, dj_err *err)
{
	char  *path = dj_toolkit_dataset_file(in->w, relative), *text = NULL;
	size_t n;
	int    rc;

	if (!path)
		rc = dj_fail(err, DJ_FAIL, "%s of the toolkit is not there (build datajam whole: scripts/build)",
		             relative);
	else
		rc = dj_file_read(&text, &n, path, GAZETTEER_MOST, err);
	if (rc == DJ_OK)
		dj_json_add_text(json, member, text);
	free(text);
	free(path);
	return rc;
}

static int add_gazetteer(dj_buf *json, const char *name, const char *table, const char *names,
                         const dj_intake *in, dj_err *err)
{
	dj_json_open(json, NULL, '{');
	dj_json_add_text(json, "name", name);
	if (add_file(json, "table", table, in, err) < 0 || add_file(json, "names", names, in, err) < 0)
		return err->code;
	dj_buf_char(json, '}');
	return DJ_OK;
}

int dj_intake_gazetteers(dj_intake *in, dj_err *err)
{
	dj_buf json = {0};
	char   hex[65];
	int    rc;

	if (!asks_for(in->manifest, NULL))
		return DJ_OK;
	dj_buf_char(&json, '['); /* regions always: they tell places of one name apart */
	rc = add_gazetteer(&json, "regions", "regions/regions.csv", "regions/region_names.csv", in, err);
	if (rc == DJ_OK && asks_for(in->manifest, "places"))
		rc = add_gazetteer(&json, "places", "places/places.csv", "places/place_names.csv", in, err);
	if (rc == DJ_OK) {
		dj_buf_char(&json, ']');
		dj_digest digest = dj_sha256_of(json.data, json.n);
		dj_digest_hex(hex, &digest);
		in->gazetteers_sha256 = dj_arena_dup(in->a, hex);
		in->gazetteers = dj_buf_keep(&json, in->a);
	}
	dj_buf_free(&json);
	return rc;
}
