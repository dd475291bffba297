/* verdict: OUTPUT-LIMIT "findings" */
#include <datajam/plugin.h>

static void run(dj_jam *jam)
{
	dj_query *q = dj_select(jam, "SELECT min(_row) FROM incidents");
	int64_t row = dj_next(q) ? dj_integer(q, 0) : 0;
	for (long k = 0;; k++)
		dj_finding(jam, .title = "x", .score = 1, .subjects = {{"region", dj_format(jam, "%ld", k)}},
		           .evidence = {&row, 1});
}

DJ_PLUGIN(.name = "native-flood-of-findings", .version = "1.0.0", .kind = "detection",
          .summary = "More findings than anybody reads.",
          .needs = {{"incidents", "n"}}, .run = run);
