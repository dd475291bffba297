#include "generate/first_look.h"

#include "base/file.h"
#include "generate/towns.h"
#include "generate/world.h"

#include <stdlib.h>
#include <string.h>

static const char truth_header[] = "kind,subject_type,subject,first,last,hard,note";

size_t dj_world_count(const dj_world *w, int base, size_t least)
{
	size_t n = (size_t)(base * w->scale + 0.5);

	return n < least ? least : n;
}

void dj_world_truth(dj_sheet *to, const char *kind, const char *subject_type, const char *subject,
                    int64_t first, int64_t last, bool hard, const char *note)
{
	dj_sheet_text(to, kind);
	dj_sheet_text(to, subject_type);
	dj_sheet_text(to, subject);
	dj_sheet_day(to, first);
	dj_sheet_day(to, last);
	dj_sheet_integer(to, hard);
	dj_sheet_text(to, note);
	dj_sheet_end(to);
}

static int write_places(dj_world *w, const char *folder, dj_err *err)
{
	(void)w;
	return dj_towns_write(folder, err);
}

/* A dataset's folder, its files, and last of all its dataset.json (taken over from `manifest`). */
static int make_dataset(dj_world *w, const char *folder, const char *name, char *manifest,
                        int (*write)(dj_world *, const char *, dj_err *), dj_err *err)
{
	char *at = dj_path_join(folder, name), *json = dj_path_join(at, "dataset.json");
	int   rc;

	if ((rc = dj_folder_make(at, err)) == DJ_OK && (rc = dj_tree_remove(json, err)) == DJ_OK &&
	    (rc = write(w, at, err)) == DJ_OK)
		rc = dj_file_write(json, manifest, strlen(manifest), err);
	free(at);
	free(json);
	free(manifest);
	return rc;
}

int dj_first_look_make(uint64_t seed, double scale, const char *folder, dj_err *err)
{
	dj_world w = {.seed = seed, .scale = scale};
	char    *truth = dj_path_join(folder, "truth");
	int      rc;

	if ((rc = dj_folder_make(truth, err)) < 0 ||
	    (rc = dj_sheet_open(&w.planted, truth, "planted.csv", truth_header, err)) < 0 ||
	    (rc = dj_sheet_open(&w.lookalike, truth, "lookalikes.csv", truth_header, err)) < 0)
		goto out;
	if ((rc = make_dataset(&w, folder, "places", dj_manifest_of_places(), write_places, err)) == DJ_OK &&
	    (rc = make_dataset(&w, folder, "bank", dj_manifest_of_bank(seed), dj_bank_write, err)) == DJ_OK)
		rc = make_dataset(&w, folder, "reports", dj_manifest_of_reports(seed), dj_reports_write, err);
out:
	rc = dj_sheet_close(&w.planted, rc, err);
	rc = dj_sheet_close(&w.lookalike, rc, err);
	free(truth);
	return rc;
}
