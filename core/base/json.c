#include "base/json.h"

#include "base/file.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int dj_json_parse(cJSON **out, const char *text, size_t n, dj_err *err)
{
	int rc = dj_json_check(text, n, 0, err);

	if (rc < 0)
		return rc;
	*out = cJSON_ParseWithLength(text, n);
	return *out ? DJ_OK : dj_fail(err, DJ_FAIL, "the JSON library refused what the check took");
}

int dj_json_read(cJSON **out, const char *path, size_t most, dj_err *err)
{
	char  *text;
	size_t n;
	int    rc = dj_file_read(&text, &n, path, most, err);

	if (rc < 0)
		return rc;
	rc = dj_json_parse(out, text, n, err);
	free(text);
	return rc < 0 ? dj_fail_in(err, "%s", path) : DJ_OK;
}

/* The member `name` (a '!' before it: it must be there), or NULL; null counts as not there. */
static int member(const cJSON **out, const cJSON *object, const char *name, const char *where, dj_err *err)
{
	bool must = name[0] == '!';

	*out = cJSON_GetObjectItemCaseSensitive(object, name + must);
	if (cJSON_IsNull(*out))
		*out = NULL;
	if (must && !*out)
		return dj_fail(err, DJ_FAIL, "%s: \"%s\" is missing", where, name + 1);
	return DJ_OK;
}

static int not_a(const char *what, const char *name, const char *where, dj_err *err)
{
	return dj_fail(err, DJ_FAIL, "%s: \"%s\" must be %s", where, name + (name[0] == '!'), what);
}

int dj_json_text(const char **out, const cJSON *object, const char *name, const char *where, dj_err *err)
{
	const cJSON *m;
	int          rc = member(&m, object, name, where, err);

	if (rc < 0 || !m)
		return rc;
	if (!cJSON_IsString(m))
		return not_a("text", name, where, err);
	*out = m->valuestring;
	return DJ_OK;
}

int dj_json_integer(int64_t *out, const cJSON *object, const char *name, const char *where, dj_err *err)
{
	const cJSON *m;
	int          rc = member(&m, object, name, where, err);

	if (rc < 0 || !m)
		return rc;
	if (!cJSON_IsNumber(m))
		return not_a("a whole number", name, where, err);
	if (fabs(m->valuedouble) > 9007199254740992.0) /* 2^53: above, neighbours are one double */
		return not_a("a whole number below 2^53", name, where, err);
	if ((double)(int64_t)m->valuedouble != m->valuedouble)
		return not_a("a whole number", name, where, err);
	*out = (int64_t)m->valuedouble;
	return DJ_OK;
}

int dj_json_real(double *out, const cJSON *object, const char *name, const char *where, dj_err *err)
{
	const cJSON *m;
	int          rc = member(&m, object, name, where, err);

	if (rc < 0 || !m)
		return rc;
	if (!cJSON_IsNumber(m) || !isfinite(m->valuedouble))
		return not_a("a number", name, where, err);
	*out = m->valuedouble;
	return DJ_OK;
}

int dj_json_bool(bool *out, const cJSON *object, const char *name, const char *where, dj_err *err)
{
	const cJSON *m;
	int          rc = member(&m, object, name, where, err);

	if (rc < 0 || !m)
		return rc;
	if (!cJSON_IsBool(m))
		return not_a("true or false", name, where, err);
	*out = cJSON_IsTrue(m);
	return DJ_OK;
}

int dj_json_object(const cJSON **out, const cJSON *object, const char *name, const char *where, dj_err *err)
{
	const cJSON *m;
	int          rc = member(&m, object, name, where, err);

	if (rc < 0 || !m)
		return rc;
	if (!cJSON_IsObject(m))
		return not_a("an object, { ... }", name, where, err);
	*out = m;
	return DJ_OK;
}

int dj_json_array(const cJSON **out, const cJSON *object, const char *name, const char *where, dj_err *err)
{
	const cJSON *m;
	int          rc = member(&m, object, name, where, err);

	if (rc < 0 || !m)
		return rc;
	if (!cJSON_IsArray(m))
		return not_a("a list, [ ... ]", name, where, err);
	*out = m;
	return DJ_OK;
}

int dj_json_only(const cJSON *object, const char *const *names, size_t n, const char *where, dj_err *err)
{
	const cJSON *m;

	cJSON_ArrayForEach(m, object)
	{
		if (dj_text_find(m->string, names, n) < n)
			continue;
		const char *meant = dj_text_nearest(m->string, names, n);
		if (meant)
			return dj_fail(err, DJ_FAIL, "%s: unknown \"%s\" (did you mean \"%s\"?)", where, m->string,
			               meant);
		char *all = dj_text_list(names, n);
		dj_fail(err, DJ_FAIL, "%s: unknown \"%s\" (known are %s)", where, m->string, all);
		free(all);
		return DJ_FAIL;
	}
	return DJ_OK;
}
