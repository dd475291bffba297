#include "loader/json_shape.h"

#include <string.h>

bool dj_json_path_parse(const char ***out, size_t *n, const char *path, dj_arena *a)
{
	char *name = dj_arena_dup(a, path), *to = name;

	*out = dj_arena_alloc(a, DJ_JSON_PATH_MOST, sizeof **out);
	*n = 0;
	if (strcmp(path, ".") == 0)
		return true;
	for (const char *from = path;; from++) {
		if (*from == '.' || *from == '\0') {
			bool last = *from == '\0';
			if (*n == DJ_JSON_PATH_MOST || to == name)
				return false;
			*to++ = '\0'; /* in place of the dot or the end, or before them */
			(*out)[(*n)++] = name;
			name = to;
			if (last)
				return true;
			continue;
		}
		from += *from == '\\' && from[1];
		*to++ = *from;
	}
}

char *dj_json_path_write(const char *const *name, size_t n, dj_arena *a)
{
	dj_buf path = {0};

	for (size_t i = 0; i < n; i++) {
		if (i)
			dj_buf_char(&path, '.');
		for (const char *p = name[i]; *p; p++) {
			if (*p == '.' || *p == '\\')
				dj_buf_char(&path, '\\');
			dj_buf_char(&path, *p);
		}
	}
	return dj_buf_keep(&path, a);
}
