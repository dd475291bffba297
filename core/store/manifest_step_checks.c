/* What can be said against a step before the table is known that it is for. */
#include "store/manifest_members.h"

#include "base/calendar.h"
#include "base/text.h"

#include <string.h>

bool dj_bound_read(double *out, bool *is_time, const char *text, size_t n)
{
	int64_t seconds;

	*is_time = false;
	if (dj_text_real(text, n, out))
		return true;
	if (!dj_seconds(&seconds, text, n))
		return false;
	*is_time = true;
	*out = (double)seconds;
	return true;
}

static int check_filter(const dj_step *s, const char *where, dj_err *err)
{
	bool   bounds = s->at_least || s->at_most, time[2] = {false, false};
	int    tests = (s->is.text != NULL) + (s->is_not.text != NULL) + s->empty + s->not_empty + bounds;
	double v;

	if (tests > 1)
		return s->is.text && s->is_not.text
		           ? dj_fail(err, DJ_FAIL, "%s: is and is_not together (make it two steps)", where)
		           : dj_fail(err, DJ_FAIL, "%s: more than one test (make each a step of its own)", where);
	if (tests == 0 || (!bounds && !s->empty && !s->not_empty && s->is.n + s->is_not.n == 0))
		return dj_fail(
		    err, DJ_FAIL,
		    "%s: a filter needs is or is_not, with at least one value, or empty, not_empty, at_least or at_most",
		    where);
	for (int i = 0; i < 2; i++) {
		const char *bound = i ? s->at_most : s->at_least;
		if (bound && !dj_bound_read(&v, &time[i], bound, strlen(bound)))
			return dj_fail(err, DJ_FAIL, "%s: %s '%s' is no number and no ISO date", where,
			               i ? "at_most" : "at_least", bound);
	}
	if (s->at_least && s->at_most && time[0] != time[1])
		return dj_fail(err, DJ_FAIL, "%s: at_least '%s' and at_most '%s' are a number and a date", where,
		               s->at_least, s->at_most);
	return DJ_OK;
}

/* "rec-{}-{}": two parts are never next to each other, or nobody knows where one ends. */
static int check_pattern(const dj_step *s, const char *where, dj_err *err)
{
	size_t holes = 0;

	for (const char *p = s->pattern; (p = strstr(p, "{}")) != NULL; p += 2) {
		if (dj_text_starts(p + 2, "{}"))
			return dj_fail(err, DJ_FAIL, "%s: pattern '%s' has two parts with nothing between them", where,
			               s->pattern);
		holes++;
	}
	if (holes != s->parts.n)
		return dj_fail(err, DJ_FAIL, "%s: pattern '%s' has %zu part%s {}, to names %zu column%s", where,
		               s->pattern, holes, holes == 1 ? "" : "s", s->parts.n, s->parts.n == 1 ? "" : "s");
	return DJ_OK;
}

static int check_split(const dj_step *s, const char *where, dj_err *err)
{
	if (!s->separator == !s->pattern)
		return dj_fail(err, DJ_FAIL, "%s: say separator or pattern, one of them", where);
	if (s->parts.n == 0)
		return dj_fail(err, DJ_FAIL, "%s: to names no column", where);
	return s->pattern ? check_pattern(s, where, err) : DJ_OK;
}

static int check_map(const dj_step *s, const char *where, dj_err *err)
{
	static const char *const words[] = {"keep", "null", "reject"};

	if (s->table.n == 0)
		return dj_fail(err, DJ_FAIL, "%s: values has no value in it", where);
	if (s->otherwise && dj_text_find(s->otherwise, words, 3) == 3)
		return dj_fail(err, DJ_FAIL, "%s: else '%s' is none of keep, null and reject", where, s->otherwise);
	return DJ_OK;
}

static int check_unpivot(const dj_step *s, const char *where, dj_err *err)
{
	if (!s->from != !s->to)
		return dj_fail(err, DJ_FAIL, "%s: from and to go together", where);
	if ((s->columns.text != NULL) + (s->from != NULL) + (s->matching != NULL) != 1)
		return dj_fail(err, DJ_FAIL, "%s: say columns, or from and to, or matching, one of them", where);
	if (s->columns.text && s->columns.n == 0)
		return dj_fail(err, DJ_FAIL, "%s: columns is an empty list", where);
	if (dj_text_same_nocase(s->name, s->value))
		return dj_fail(err, DJ_FAIL, "%s: name and value are the same column", where);
	return DJ_OK;
}

static int check_matrix(const dj_step *s, const char *where, dj_err *err)
{
	if (dj_text_same_nocase(s->from, s->to) || dj_text_same_nocase(s->from, s->weight) ||
	    dj_text_same_nocase(s->to, s->weight))
		return dj_fail(err, DJ_FAIL, "%s: from, to and weight must be three columns", where);
	return DJ_OK;
}

static int check_join(const dj_step *s, const char *where, dj_err *err)
{
	static const char *const tables[] = {"places", "regions"}, *const ways[] = {"name", "code", "any"};

	if (dj_text_find(s->with, tables, 2) == 2)
		return dj_fail(err, DJ_FAIL, "%s: with '%s' is none of places and regions", where, s->with);
	if (s->by && dj_text_find(s->by, ways, 3) == 3)
		return dj_fail(err, DJ_FAIL, "%s: by '%s' is none of name, code and any", where, s->by);
	if (s->region && strcmp(s->with, "places") != 0)
		return dj_fail(err, DJ_FAIL, "%s: region tells places of one name apart (leave it out)", where);
	if (s->fields.n == 0)
		return dj_fail(err, DJ_FAIL, "%s: to names no column", where);
	return DJ_OK;
}

static bool is_empty(const char *text)
{
	return text && !*text;
}

/* What a step writes must be named. */
static int check_names(const dj_step *s, const char *where, dj_err *err)
{
	bool wrong = is_empty(s->column) || is_empty(s->to) || is_empty(s->from) || is_empty(s->name) ||
	             is_empty(s->weight) || is_empty(s->region) ||
	             (s->op == DJ_STEP_UNPIVOT && is_empty(s->value));

	for (size_t i = 0; i < s->parts.n; i++)
		wrong = wrong || !*s->parts.text[i];
	for (size_t i = 0; i < s->fields.n; i++)
		wrong = wrong || !*s->fields.pair[i][1];
	return wrong ? dj_fail(err, DJ_FAIL, "%s: a column's name is empty", where) : DJ_OK;
}

int dj_manifest_check_step(const dj_step *s, const char *where, dj_err *err)
{
	if (check_names(s, where, err) < 0)
		return DJ_FAIL;
	if (is_empty(s->open))
		return dj_fail(err, DJ_FAIL, "%s: open is empty (the text before the suffix, such as \"[\")", where);
	if (s->op == DJ_STEP_SUFFIX && strcmp(s->column, s->to) == 0)
		return dj_fail(err, DJ_FAIL, "%s: column and to are the same column", where);
	if (is_empty(s->separator))
		return dj_fail(err, DJ_FAIL, "%s: separator is empty (such as \";\")", where);
	if (is_empty(s->matching))
		return dj_fail(err, DJ_FAIL, "%s: matching is empty (the text that the columns begin with)", where);
	if (s->op == DJ_STEP_DATE && !strchr(s->pattern, '%'))
		return dj_fail(err, DJ_FAIL, "%s: pattern '%s' has no part such as %%Y, %%m or %%d", where,
		               s->pattern);
	if (s->op == DJ_STEP_COALESCE && s->columns.n == 0)
		return dj_fail(err, DJ_FAIL, "%s: columns is an empty list", where);
	switch (s->op) {
	case DJ_STEP_FILTER: return check_filter(s, where, err);
	case DJ_STEP_SPLIT: return check_split(s, where, err);
	case DJ_STEP_MAP: return check_map(s, where, err);
	case DJ_STEP_UNPIVOT: return check_unpivot(s, where, err);
	case DJ_STEP_MATRIX: return check_matrix(s, where, err);
	case DJ_STEP_JOIN: return check_join(s, where, err);
	default: return DJ_OK;
	}
}
