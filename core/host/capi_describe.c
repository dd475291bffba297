/* The C face: what a plugin's struct says of itself. */
#include "host/capi.h"

#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const types[] = {NULL, "integer", "number", "text", "boolean"};

/* Words separated by spaces, as an array in the arena. */
static const char *const *split(dj_arena *a, const char *text, size_t *n)
{
	const char **word;
	size_t       most = text ? strlen(text) / 2 + 1 : 0;

	*n = 0;
	word = dj_arena_alloc(a, most, sizeof *word);
	while (text && *text) {
		size_t length = strcspn(text, " \t\n");

		if (length)
			word[(*n)++] = dj_arena_dupn(a, text, length);
		text += length + (text[length] != '\0');
	}
	return word;
}

static size_t take_needs(dj_arena *a, dj_says_need *to, const dj_need *from, dj_says *says)
{
	size_t n = 0;

	for (size_t i = 0; i < DJ_MAX_NEEDS && from[i].role; i++) {
		if (strcmp(from[i].role, "findings") == 0) {
			says->needs_findings = split(a, from[i].columns, &says->n_needs_findings);
			continue;
		}
		to[n].role = from[i].role;
		to[n].column = split(a, from[i].columns, &to[n].n_columns);
		n++;
	}
	return n;
}

static const char *fallback(dj_arena *a, const dj_param *p)
{
	char text[32];

	switch (p->type) {
	case DJ_INTEGER: return dj_arena_fmt(a, "%lld", (long long)p->value.integer);
	case DJ_BOOLEAN: return p->value.integer ? "true" : "false";
	case DJ_REAL: dj_real_text(text, p->value.real); return dj_arena_dup(a, text);
	default: return p->value.text;
	}
}

static void take_param(dj_host *h, dj_says_param *to, const dj_param *p)
{
	if (p->type < DJ_INTEGER || p->type > DJ_BOOLEAN)
		dj_host_failed(h, "error", 0,
		               "DJ_PLUGIN: a param's type is DJ_INTEGER, DJ_REAL, DJ_TEXT or DJ_BOOLEAN", NULL);
	*to = (dj_says_param){.name = p->name,
	                      .type = types[p->type],
	                      .fallback = fallback(h->arena, p),
	                      .unit = p->unit,
	                      .help = dj_capi_words(h->arena, p->help)};
	to->choice = split(h->arena, p->choices, &to->n_choices);
	if ((p->type != DJ_INTEGER && p->type != DJ_REAL) || p->min == p->max)
		return;
	/* min < max: both. min > max: min alone. An infinite end is none. */
	to->has_min = isfinite(p->min);
	to->min = p->min;
	to->has_max = p->min < p->max && isfinite(p->max);
	to->max = p->max;
}

void dj_capi_describe(dj_host *h, const dj_plugin *p)
{
	dj_says_need  needs[DJ_MAX_NEEDS], wants[DJ_MAX_NEEDS];
	dj_says_param params[DJ_MAX_PARAMS];
	dj_says       says = {.name = p->name,
	                      .version = p->version,
	                      .kind = p->kind,
	                      .summary = dj_capi_words(h->arena, p->summary),
	                      .caveat = dj_capi_words(h->arena, p->caveat),
	                      .source = p->source,
	                      .api = p->major,
	                      .need = needs,
	                      .want = wants,
	                      .param = params,
	                      .shard = p->shard,
	                      .has_run = p->run != NULL};

	says.n_needs = take_needs(h->arena, needs, p->needs, &says);
	says.n_wants = take_needs(h->arena, wants, p->wants, &says);
	for (; says.n_params < DJ_MAX_PARAMS && p->params[says.n_params].name; says.n_params++)
		take_param(h, &params[says.n_params], &p->params[says.n_params]);
	dj_host_describe(h, &says);
}
