/* report_of CASE.json OUT.html: the report of a made workspace, for tests/browser and for looking at the page. */
#include "base/file.h"
#include "report/report.h"
#include "world.h"

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
	const dj_report_options o = {.written = "2026-01-02T03:04:05Z"};
	char                    folder[] = "/tmp/datajam-report-XXXXXX";
	const char             *source = getenv("DJ_SOURCE");
	world                   x = {0};
	dj_err                  err = {0};
	int                     rc = DJ_USAGE;

	if (argc != 3) {
		fprintf(stderr, "usage: report_of CASE.json OUT.html\n");
		return 2;
	}
	if (!mkdtemp(folder)) {
		perror(folder);
		return 1;
	}
	if ((rc = world_make(&x, folder, source ? source : "../..", argv[1], &err)) == DJ_OK)
		rc = dj_report_write(argv[2], x.w, x.c, x.r, &o, &err);
	if (rc < 0)
		fprintf(stderr, "report_of: %s\n", err.text);
	world_free(&x);
	(void)dj_tree_remove(folder, NULL);
	return rc < 0;
}
