#include "store/fields.h"

#include "base/text.h"

#include <string.h>

static int keep(const char **out, const char *s, const char *name, const char *where, dj_arena *a,
                dj_err *err)
{
	const char *wrong = dj_text_wrong(s, strlen(s), true);

	if (wrong)
		return dj_fail(err, DJ_FAIL, "%s: %s: %s", where, name, wrong);
	*out = dj_arena_dup(a, s);
	return DJ_OK;
}

int dj_fields_text(const char **out, const cJSON *object, const char *name, const char *where, dj_arena *a,
                   dj_err *err)
{
	const char *s = NULL;
	int         rc = dj_json_text(&s, object, name, where, err);

	return rc < 0 || !s ? rc : keep(out, s, name + (*name == '!'), where, a, err);
}

int dj_fields_texts(const char *const **out, size_t *n, const cJSON *object, const char *name, bool alone,
                    const char *where, dj_arena *a, dj_err *err)
{
	const char  *bare = name + (*name == '!');
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(object, bare), *item;
	const char **texts;
	size_t       count = 0;
	int          rc;

	if (alone && cJSON_IsString(list)) {
		texts = dj_arena_alloc(a, 1, sizeof *texts);
		*out = texts;
		*n = 1;
		return keep(texts, list->valuestring, bare, where, a, err);
	}
	list = NULL;
	rc = dj_json_array(&list, object, name, where, err);
	if (rc < 0 || !list)
		return rc;
	texts = dj_arena_alloc(a, (size_t)cJSON_GetArraySize(list) + 1, sizeof *texts);
	cJSON_ArrayForEach(item, list)
	{
		if (!cJSON_IsString(item))
			return dj_fail(err, DJ_FAIL, "%s: %s[%zu] is not a text (put it in double quotes)", where, bare,
			               count);
		if (keep(&texts[count], item->valuestring, bare, where, a, err) < 0)
			return DJ_FAIL;
		count++;
	}
	*out = texts;
	*n = count;
	return DJ_OK;
}

int dj_fields_words(dj_words *out, const cJSON *object, const char *name, const char *where, dj_arena *a,
                    dj_err *err)
{
	static const char *const languages[] = {"en", "fr"};
	const char              *bare = name + (*name == '!');
	const cJSON             *words = cJSON_GetObjectItemCaseSensitive(object, bare);
	char                    *inner;
	int                      rc;

	if (!cJSON_IsObject(words))
		return dj_fields_text(&out->en, object, name, where, a, err);
	inner = dj_arena_fmt(a, "%s: %s", where, bare);
	rc = dj_json_only(words, languages, 2, inner, err);
	if (rc == DJ_OK)
		rc = dj_fields_text(&out->en, words, "en", inner, a, err);
	if (rc == DJ_OK)
		rc = dj_fields_text(&out->fr, words, "fr", inner, a, err);
	return rc;
}

int dj_fields_format(const cJSON *object, const char *where, dj_err *err)
{
	int64_t format = 0;
	int     rc = dj_json_integer(&format, object, "!format", where, err);

	if (rc == DJ_OK && format != 1)
		return dj_fail(err, DJ_FAIL,
		               "%s: format is %lld, this datajam knows 1 (use the datajam it was written for)", where,
		               (long long)format);
	return rc;
}

void dj_words_json(dj_buf *out, const char *name, dj_words w)
{
	if (!w.en && !w.fr)
		return;
	dj_json_open(out, name, '{');
	dj_json_add_text(out, "en", w.en);
	dj_json_add_text(out, "fr", w.fr);
	dj_buf_char(out, '}');
}
