#include "host/describe.h"

#include "base/json.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

/* ---- Checks: what the author should hear first ---- */

static int check_words(dj_words w, const char *what, size_t most, bool must, dj_err *err)
{
	const char *in[2] = {w.en, w.fr};
	bool        any = false;

	for (int i = 0; i < 2; i++) {
		if (in[i] && strlen(in[i]) > most)
			return dj_fail(err, DJ_FAIL, "%s has %zu bytes (at most %zu)", what, strlen(in[i]), most);
		if (in[i] && dj_text_wrong(in[i], strlen(in[i]), false))
			return dj_fail(err, DJ_FAIL, "%s: %s", what, dj_text_wrong(in[i], strlen(in[i]), false));
		any = any || (in[i] && *in[i]);
	}
	return any || !must ? DJ_OK : dj_fail(err, DJ_FAIL, "%s is missing", what);
}

static int check_names(const dj_says *d, dj_err *err)
{
	static const char *const kinds[] = {"detection", "mapping", "visualisation", "transform",
	                                    "visualization"};

	if (!d->name || !dj_name_ok(d->name, 48, false))
		return dj_fail(err, DJ_FAIL, "name %s (small letters, digits and -, a letter first, at most 48)",
		               d->name ? "is not one" : "is missing");
	if (!d->version || !dj_version_ok(d->version))
		return dj_fail(err, DJ_FAIL, "version %s (three numbers: 1.0.0)",
		               d->version ? "is not one" : "is missing");
	if (dj_text_find(d->kind, kinds, DJ_COUNT(kinds)) == DJ_COUNT(kinds))
		return dj_fail(err, DJ_FAIL, "kind %s%.40s%s (detection, mapping, visualisation or transform)",
		               d->kind ? "\"" : "", d->kind ? d->kind : "is missing",
		               d->kind ? "\" is not known" : "");
	return DJ_OK;
}

static int check_needs(const dj_says_need *need, size_t n, const char *what, dj_err *err)
{
	for (size_t i = 0; i < n; i++) {
		if (!dj_name_ok(need[i].role, 48, true))
			return dj_fail(err, DJ_FAIL, "%s: \"%.60s\" is no name of a role", what, need[i].role);
		for (size_t k = 0; k < i; k++)
			if (strcmp(need[k].role, need[i].role) == 0)
				return dj_fail(err, DJ_FAIL, "%s.%s is there twice", what, need[i].role);
		if (!need[i].n_columns)
			return dj_fail(err, DJ_FAIL, "%s.%s names no columns", what, need[i].role);
		for (size_t k = 0; k < need[i].n_columns; k++) {
			const char *c = need[i].column[k];

			if (!*c || strlen(c) > 64 || dj_text_wrong(c, strlen(c), false))
				return dj_fail(err, DJ_FAIL, "%s.%s: \"%.60s\" is no name of a column", what, need[i].role,
				               c);
			if (strcmp(c, "_row") == 0 || strcmp(c, "_dataset") == 0)
				return dj_fail(err, DJ_FAIL, "%s.%s: %s is always there (leave it away)", what, need[i].role,
				               c);
		}
	}
	return DJ_OK;
}

static int check_default(const dj_says_param *p, dj_err *err)
{
	int64_t integer;
	double  v;
	size_t  n = p->fallback ? strlen(p->fallback) : 0;
	bool    number = strcmp(p->type, "integer") == 0 || strcmp(p->type, "number") == 0;

	if ((p->has_min || p->has_max) && !number)
		return dj_fail(err, DJ_FAIL, "params.%s: min and max are for numbers", p->name);
	if (p->has_min && p->has_max && p->min > p->max)
		return dj_fail(err, DJ_FAIL, "params.%s: min %g is above max %g", p->name, p->min, p->max);
	if (p->n_choices && strcmp(p->type, "text") != 0)
		return dj_fail(err, DJ_FAIL, "params.%s: choices are for text", p->name);
	if (!p->fallback)
		return DJ_OK;
	if (number && !dj_text_real(p->fallback, n, &v) &&
	    !(dj_text_integer(p->fallback, n, &integer) && (v = (double)integer, true)))
		return dj_fail(err, DJ_FAIL, "params.%s: the default \"%.40s\" is no number", p->name, p->fallback);
	if (number && ((p->has_min && v < p->min) || (p->has_max && v > p->max)))
		return dj_fail(err, DJ_FAIL, "params.%s: the default %s is out of its own bounds", p->name,
		               p->fallback);
	for (size_t i = 0; i < p->n_choices; i++)
		if (strcmp(p->choice[i], p->fallback) == 0)
			return DJ_OK;
	if (p->n_choices)
		return dj_fail(err, DJ_FAIL, "params.%s: the default \"%.40s\" is none of its choices", p->name,
		               p->fallback);
	return DJ_OK;
}

static int check_params(const dj_says *d, dj_err *err)
{
	int rc;

	if (d->n_params > DJ_SAYS_PARAMS)
		return dj_fail(err, DJ_FAIL, "%zu params (at most %d)", d->n_params, DJ_SAYS_PARAMS);
	for (size_t i = 0; i < d->n_params; i++) {
		const dj_says_param *p = &d->param[i];
		char                 what[80];

		if (!p->name || !dj_name_ok(p->name, 32, true))
			return dj_fail(err, DJ_FAIL,
			               "params: \"%.60s\" is no name (small letters, digits and _, at most 32)",
			               p->name ? p->name : "");
		for (size_t k = 0; k < i; k++)
			if (strcmp(d->param[k].name, p->name) == 0)
				return dj_fail(err, DJ_FAIL, "params.%s is there twice", p->name);
		snprintf(what, sizeof what, "params.%s.help", p->name);
		if ((rc = check_words(p->help, what, 200, true, err)) < 0 || (rc = check_default(p, err)) < 0)
			return rc;
	}
	return DJ_OK;
}

static int check(const dj_says *d, dj_err *err)
{
	int rc;

	if ((rc = check_names(d, err)) < 0 || (rc = check_words(d->summary, "summary", 200, true, err)) < 0 ||
	    (rc = check_words(d->caveat, "caveat", 400, false, err)) < 0 ||
	    (rc = check_words((dj_words){d->source, NULL}, "source", 200, false, err)) < 0)
		return rc;
	if (d->api != 0 && d->api != 1)
		return dj_fail(err, DJ_FAIL, "api is %lld (this datajam has 1)", (long long)d->api);
	if ((rc = check_needs(d->need, d->n_needs, "needs", err)) < 0 ||
	    (rc = check_needs(d->want, d->n_wants, "wants", err)) < 0)
		return rc;
	return check_params(d, err);
}

/* ---- JSON ---- */

static void put_needs(dj_buf *out, const char *name, const dj_says_need *need, size_t n)
{
	dj_json_open(out, name, '{');
	for (size_t i = 0; i < n; i++)
		dj_json_add_texts(out, need[i].role, need[i].column, need[i].n_columns);
	dj_buf_char(out, '}');
}

static void put_bound(dj_buf *out, const char *name, bool has, double v)
{
	if (!has)
		return;
	dj_json_key(out, name);
	dj_json_put_real(out, v);
}

static void put_param(dj_buf *out, const dj_says_param *p)
{
	dj_json_open(out, NULL, '{');
	dj_json_add_text(out, "name", p->name);
	dj_json_add_text(out, "type", p->type);
	dj_json_add_text(out, "default", p->fallback);
	put_bound(out, "min", p->has_min, p->min);
	put_bound(out, "max", p->has_max, p->max);
	if (p->n_choices)
		dj_json_add_texts(out, "choices", p->choice, p->n_choices);
	dj_json_add_text(out, "unit", p->unit);
	dj_words_json(out, "help", p->help);
	dj_buf_char(out, '}');
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const dj_says_param *)a)->name, ((const dj_says_param *)b)->name);
}

static void put_params(dj_buf *out, const dj_says *d)
{
	dj_says_param sorted[DJ_SAYS_PARAMS];

	if (d->n_params)
		memcpy(sorted, d->param, d->n_params * sizeof *sorted);
	qsort(sorted, d->n_params, sizeof *sorted, by_name);
	dj_json_open(out, "params", '[');
	for (size_t i = 0; i < d->n_params; i++)
		put_param(out, &sorted[i]);
	dj_buf_char(out, ']');
}

int dj_says_json(dj_buf *out, const dj_says *says, dj_err *err)
{
	const dj_says *d = says;
	int            rc = check(d, err);

	if (rc < 0)
		return rc;
	dj_buf_char(out, '{');
	dj_json_add_text(out, "name", d->name);
	dj_json_add_text(out, "version", d->version);
	dj_json_add_text(out, "kind", strcmp(d->kind, "visualization") == 0 ? "visualisation" : d->kind);
	dj_words_json(out, "summary", d->summary);
	dj_words_json(out, "caveat", d->caveat);
	dj_json_add_text(out, "source", d->source);
	dj_json_add_integer(out, "api", 1);
	put_needs(out, "needs", d->need, d->n_needs);
	dj_json_add_texts(out, "needs_findings", d->needs_findings, d->n_needs_findings);
	put_needs(out, "wants", d->want, d->n_wants);
	put_params(out, d);
	dj_json_add_text(out, "shard", d->shard);
	dj_json_add_bool(out, "has_run", d->has_run);
	dj_buf_char(out, '}');
	return DJ_OK;
}
