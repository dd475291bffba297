#include "generate/generate.h"

#include "base/text.h"
#include "generate/first_look.h"

#include <stdlib.h>
#include <string.h>

static const dj_scenario scenarios[] = {
    {"first-look",
     "a bank's payments, incident reports and towns: structuring, pass-through, an unusual month, hotspots",
     {"places", "bank", "reports"},
     dj_first_look_make},
};

const dj_scenario *dj_scenarios(size_t *n)
{
	*n = sizeof scenarios / sizeof *scenarios;
	return scenarios;
}

static int no_such(const char *name, dj_err *err)
{
	enum { N = sizeof scenarios / sizeof *scenarios };
	const char *names[N];

	for (size_t i = 0; i < N; i++)
		names[i] = scenarios[i].name;
	const char *meant = dj_text_nearest(name, names, N);
	char       *all = dj_text_list(names, N);
	int         rc = meant ? dj_fail(err, DJ_NOTFOUND, "no scenario '%s' (did you mean '%s'?)", name, meant)
	                       : dj_fail(err, DJ_NOTFOUND, "no scenario '%s' (there is %s)", name, all);
	free(all);
	return rc;
}

int dj_generate(const char *scenario, uint64_t seed, double scale, const char *folder, dj_err *err)
{
	if (!(scale >= 0.01 && scale <= 1000))
		return dj_fail(err, DJ_USAGE, "the scale must be 0.01 to 1000");
	for (size_t i = 0; i < sizeof scenarios / sizeof *scenarios; i++)
		if (strcmp(scenarios[i].name, scenario) == 0)
			return scenarios[i].make(seed, scale, folder, err);
	return no_such(scenario, err);
}
