#include "store/care.h"

#include "base/calendar.h"
#include "base/file.h"
#include "base/json.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { RECORD_MOST = 8 << 20 };

void dj_today(char out[DJ_DAY_ROOM])
{
	char now[21];

	dj_instant_text(now, (int64_t)time(NULL), true);
	memcpy(out, now, DJ_DAY_ROOM - 1);
	out[DJ_DAY_ROOM - 1] = '\0';
}

/* Days as the manifest has them compare as texts. */

bool dj_care_embargo(const dj_manifest *m, const char *today)
{
	return m->embargo_until && strcmp(today, m->embargo_until) < 0;
}

bool dj_care_overdue(const dj_manifest *m, const char *today)
{
	return m->delete_by && strcmp(today, m->delete_by) > 0;
}

/* ---- Terms ---- */

static char *record_path(const dj_workspace *w, const char *dataset)
{
	return dj_fmt("%s/terms/%s.json", w->state, dataset);
}

static void digest_of(char hex[65], const char *terms)
{
	dj_digest digest = dj_sha256_of(terms, strlen(terms));

	dj_digest_hex(hex, &digest);
}

bool dj_care_accepted(const dj_workspace *w, const char *dataset, const char *terms)
{
	char       *path = record_path(w, dataset), hex[65];
	const char *accepted = NULL;
	cJSON      *json = NULL;
	bool        is = false;

	digest_of(hex, terms);
	if (dj_file_exists(path) && dj_json_read(&json, path, RECORD_MOST, NULL) == DJ_OK)
		is = dj_json_text(&accepted, json, "!sha256", "terms", NULL) == DJ_OK && strcmp(accepted, hex) == 0;
	cJSON_Delete(json);
	free(path);
	return is;
}

int dj_care_accept(const dj_workspace *w, const char *dataset, const char *terms, dj_err *err)
{
	char  *path = record_path(w, dataset), *folder = dj_path_join(w->state, "terms"), hex[65], now[21];
	dj_buf json = {0};
	int    rc = dj_folder_make(folder, err);

	digest_of(hex, terms);
	dj_instant_text(now, (int64_t)time(NULL), true);
	dj_json_open(&json, NULL, '{');
	dj_json_add_integer(&json, "format", 1);
	dj_json_add_text(&json, "dataset", dataset);
	dj_json_add_text(&json, "accepted", now);
	dj_json_add_text(&json, "sha256", hex);
	dj_json_add_text(&json, "terms", terms);
	dj_buf_text(&json, "}\n");
	if (rc == DJ_OK)
		rc = dj_file_write(path, json.data, json.n, err);
	dj_buf_free(&json);
	free(folder);
	free(path);
	return rc;
}
