#include "plugin/plugin.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static int unknown_role(const char *word, const dj_vocabulary *v, dj_arena *a, dj_err *err)
{
	const char **names = dj_arena_alloc(a, v->n_roles + 1, sizeof *names), *meant;

	for (size_t i = 0; i < v->n_roles; i++)
		names[i] = v->role[i].name;
	meant = dj_text_nearest(word, names, v->n_roles);
	if (meant)
		return dj_fail(err, DJ_USAGE, "no role is called '%s' (did you mean '%s'?)", word, meant);
	char *list = dj_text_list(names, v->n_roles);

	dj_fail(err, DJ_USAGE, "no role is called '%s' (there are %s)", word, list);
	free(list);
	return DJ_USAGE;
}

int dj_with_parse(dj_with *out, const char *text, const dj_vocabulary *v, dj_arena *a, dj_err *err)
{
	const char  *equals = strchr(text, '='), *at, *comma;
	const char **dataset;
	size_t       most = 1;

	if (!equals)
		return dj_fail(err, DJ_USAGE, "--with %s: write ROLE=DATASET[,DATASET]", text);
	*out = (dj_with){.role = dj_arena_dupn(a, text, (size_t)(equals - text))};
	if (!dj_vocabulary_role(v, out->role))
		return unknown_role(out->role, v, a, err);
	for (at = equals; *at; at++)
		most += *at == ',';
	dataset = dj_arena_alloc(a, most, sizeof *dataset);
	out->dataset = dataset;
	if (!equals[1])
		return DJ_OK;
	for (at = equals + 1; at; at = comma ? comma + 1 : NULL) {
		comma = strchr(at, ',');
		const char *name = dj_arena_dupn(a, at, comma ? (size_t)(comma - at) : strlen(at));

		if (!*name)
			return dj_fail(err, DJ_USAGE, "--with %s: a dataset's name is empty", text);
		for (size_t i = 0; i < out->n_datasets; i++)
			if (strcmp(dataset[i], name) == 0)
				return dj_fail(err, DJ_USAGE, "--with %s: '%s' is there twice", text, name);
		dataset[out->n_datasets++] = name;
	}
	return DJ_OK;
}
