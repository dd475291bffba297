#include "plugin/plugin.h"

#include "base/json.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* "plugin.name=value": where each piece begins. Names hold no dot, so one before the '=' ends the plugin's name. */
typedef struct piece {
	const char *plugin; /* NULL: not said */
	size_t      n_plugin;
	const char *name;
	size_t      n_name;
	const char *value; /* NULL: there is no '=' */
} piece;

static piece take_apart(const char *given)
{
	const char *equals = strchr(given, '='), *dot;
	size_t      left = equals ? (size_t)(equals - given) : strlen(given);
	piece       p = {.name = given, .n_name = left, .value = equals ? equals + 1 : NULL};

	dot = memchr(given, '.', left);
	if (dot) {
		p.plugin = given;
		p.n_plugin = (size_t)(dot - given);
		p.name = dot + 1;
		p.n_name = left - p.n_plugin - 1;
	}
	return p;
}

static bool is(const char *s, size_t n, const char *word)
{
	return strlen(word) == n && memcmp(s, word, n) == 0;
}

static size_t find(const dj_plugin_description *d, const piece *p)
{
	size_t i = 0;

	while (i < d->n_params && !is(p->name, p->n_name, d->param[i].name))
		i++;
	return i;
}

bool dj_params_takes(const dj_plugin_description *d, const char *given)
{
	piece p = take_apart(given);

	if (p.plugin && !is(p.plugin, p.n_plugin, d->name))
		return false;
	return find(d, &p) < d->n_params;
}

static int unknown(const dj_plugin_description *d, const piece *p, dj_arena *a, dj_err *err)
{
	const char **names = dj_arena_alloc(a, d->n_params + 1, sizeof *names);
	const char  *word = dj_arena_dupn(a, p->name, p->n_name), *meant;

	if (!d->n_params)
		return dj_fail(err, DJ_USAGE, "%s has no params, so no '%s'", d->name, word);
	for (size_t i = 0; i < d->n_params; i++)
		names[i] = d->param[i].name;
	meant = dj_text_nearest(word, names, d->n_params);
	char *list = dj_text_list(names, d->n_params);

	if (meant)
		dj_fail(err, DJ_USAGE, "%s has no param '%s' (did you mean '%s'?)", d->name, word, meant);
	else
		dj_fail(err, DJ_USAGE, "%s has no param '%s' (it has %s)", d->name, word, list);
	free(list);
	return DJ_USAGE;
}

/* ---- One value ---- */

/* 7 and 7.5 as people write them: bounds of an integer param show no ".0". */
static const char *number_text(double v, dj_arena *a)
{
	char text[32];

	if (v == floor(v) && fabs(v) < 1e15)
		return dj_arena_fmt(a, "%lld", (long long)v);
	dj_real_text(text, v);
	return dj_arena_dup(a, text);
}

static int check_bounds(const dj_param_spec *s, double v, const char *text, dj_arena *a, dj_err *err)
{
	const char *unit = s->unit ? dj_arena_fmt(a, " %s", s->unit) : "";

	if (s->has_min && v < s->min)
		return dj_fail(err, DJ_USAGE, "param %s: %s is under its least value, %s%s", s->name, text,
		               number_text(s->min, a), unit);
	if (s->has_max && v > s->max)
		return dj_fail(err, DJ_USAGE, "param %s: %s is over its greatest value, %s%s", s->name, text,
		               number_text(s->max, a), unit);
	return DJ_OK;
}

static int read_integer(const char **out, const dj_param_spec *s, const char *text, dj_arena *a, dj_err *err)
{
	int64_t i;
	double  r;
	size_t  n = strlen(text);

	if (!dj_text_integer(text, n, &i)) {
		if (dj_text_real(text, n, &r) && fabs(r) < 1e15)
			return dj_fail(err, DJ_USAGE, "param %s: %s is not a whole number (take %s or %s)", s->name, text,
			               number_text(floor(r), a), number_text(floor(r) + 1, a));
		return dj_fail(err, DJ_USAGE, "param %s: '%s' is not a whole number", s->name, text);
	}
	*out = dj_arena_fmt(a, "%lld", (long long)i);
	return check_bounds(s, (double)i, *out, a, err);
}

static int read_number(const char **out, const dj_param_spec *s, const char *text, dj_arena *a, dj_err *err)
{
	double r;
	char   canonical[32];

	if (!dj_text_real(text, strlen(text), &r))
		return dj_fail(err, DJ_USAGE, "param %s: '%s' is not a number (write it as 9500 or 0.25)", s->name,
		               text);
	dj_real_text(canonical, r);
	*out = dj_arena_dup(a, canonical);
	return check_bounds(s, r, text, a, err);
}

static int read_boolean(const char **out, const dj_param_spec *s, const char *text, dj_err *err)
{
	static const char *const yes[] = {"true", "yes", "1"}, *const no[] = {"false", "no", "0"};

	for (size_t i = 0; i < 3; i++) {
		if (strcmp(text, yes[i]) == 0)
			return *out = "true", DJ_OK;
		if (strcmp(text, no[i]) == 0)
			return *out = "false", DJ_OK;
	}
	return dj_fail(err, DJ_USAGE, "param %s: '%s' is neither true nor false", s->name, text);
}

static int read_text(const char **out, const dj_param_spec *s, const char *text, dj_arena *a, dj_err *err)
{
	const char *wrong = dj_text_wrong(text, strlen(text), false);

	if (wrong)
		return dj_fail(err, DJ_USAGE, "param %s: %s", s->name, wrong);
	for (size_t i = 0; i < s->n_choices; i++)
		if (strcmp(text, s->choice[i]) == 0)
			return *out = s->choice[i], DJ_OK;
	if (s->n_choices) {
		const char *meant = dj_text_nearest(text, s->choice, s->n_choices);
		char       *list = dj_text_list(s->choice, s->n_choices);

		dj_fail(err, DJ_USAGE, "param %s: no choice is called '%s' (%s%s%sthere are %s)", s->name, text,
		        meant ? "did you mean '" : "", meant ? meant : "", meant ? "'? " : "", list);
		free(list);
		return DJ_USAGE;
	}
	*out = dj_arena_dup(a, text);
	return DJ_OK;
}

static int read_value(const char **out, const dj_param_spec *s, const char *text, dj_arena *a, dj_err *err)
{
	switch (s->type) {
	case DJ_PARAM_INTEGER: return read_integer(out, s, text, a, err);
	case DJ_PARAM_NUMBER: return read_number(out, s, text, a, err);
	case DJ_PARAM_BOOLEAN: return read_boolean(out, s, text, err);
	case DJ_PARAM_TEXT: break;
	}
	return read_text(out, s, text, a, err);
}

/* ---- All values ---- */

static int take(dj_param_value *value, const dj_plugin_description *d, const char *given, bool others,
                dj_arena *a, dj_err *err)
{
	piece  p = take_apart(given);
	size_t at;

	if (!p.value || !p.n_name)
		return dj_fail(err, DJ_USAGE, "param '%s' has no value (write NAME=VALUE)", given);
	if (p.plugin && !is(p.plugin, p.n_plugin, d->name))
		return DJ_OK;
	at = find(d, &p);
	if (at == d->n_params)
		return others && !p.plugin ? DJ_OK : unknown(d, &p, a, err);
	if (value[at].given)
		return dj_fail(err, DJ_USAGE, "param %s of %s is given twice", value[at].name, d->name);
	value[at].given = true;
	return read_value(&value[at].text, &d->param[at], p.value, a, err);
}

int dj_params_bind(const dj_param_value **out, const dj_plugin_description *d, const char *const *given,
                   size_t n_given, bool others, dj_arena *a, dj_err *err)
{
	dj_param_value *value = dj_arena_alloc(a, d->n_params + 1, sizeof *value);
	int             rc;

	for (size_t i = 0; i < d->n_params; i++)
		value[i] = (dj_param_value){
		    .name = d->param[i].name, .type = d->param[i].type, .text = d->param[i].fallback};
	for (size_t i = 0; i < n_given; i++)
		if ((rc = take(value, d, given[i], others, a, err)) < 0)
			return rc;
	for (size_t i = 0; i < d->n_params; i++)
		if (!value[i].text)
			return dj_fail(err, DJ_USAGE, "%s must be told its param %s (--param %s=..., a %s: %s)", d->name,
			               value[i].name, value[i].name, dj_param_type_name(value[i].type),
			               d->param[i].help.en ? d->param[i].help.en : d->param[i].help.fr);
	*out = value;
	return DJ_OK;
}

char *dj_params_json(const dj_param_value *v, size_t n, dj_arena *a)
{
	dj_buf text = {0};

	dj_buf_char(&text, '{');
	for (size_t i = 0; i < n; i++)
		dj_json_add_text(&text, v[i].name, v[i].text);
	dj_buf_char(&text, '}');
	return dj_buf_keep(&text, a);
}
