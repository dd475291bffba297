/* made.h - a world made in a folder of the test's own, and its sheets read back. */
#ifndef DJ_TESTS_MADE_H
#define DJ_TESTS_MADE_H

#include "base/file.h"
#include "base/mem.h"
#include "generate/generate.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static inline char *made_folder(uint64_t seed, double scale)
{
	char  *folder = dj_strdup("/tmp/datajam-test-XXXXXX");
	dj_err err = {0};

	assert_non_null(mkdtemp(folder));
	if (dj_generate("first-look", seed, scale, folder, &err) < 0)
		fail_msg("%s", err.text);
	return folder;
}

static inline void made_remove(char *folder)
{
	dj_tree_remove(folder, NULL);
	free(folder);
}

typedef struct made_sheet {
	char  *text;
	char **cell; /* rows * columns; the header is left out */
	size_t rows, columns;
} made_sheet;

/* Reads a sheet that the generator wrote: quotes are round whole cells and doubled inside. */
static inline made_sheet made_read(const char *folder, const char *name)
{
	made_sheet s = {0};
	size_t     n, cells = 0, header = 0;
	dj_err     err = {0};
	char      *path = dj_path_join(folder, name), *to;

	if (dj_file_read(&s.text, &n, path, 1 << 28, &err) < 0)
		fail_msg("%s", err.text);
	free(path);
	s.cell = dj_alloc_zero(n, sizeof *s.cell);
	for (char *at = s.text; *at;) {
		bool quoted = *at == '"';

		s.cell[cells++] = to = at += quoted;
		while (quoted ? *at != '"' || at[1] == '"' : *at != ',' && *at != '\n') {
			at += quoted && *at == '"';
			*to++ = *at++;
		}
		at += quoted;
		if (*at == '\n' && !header)
			header = cells;
		at++;
		*to = '\0';
	}
	s.columns = header;
	s.rows = cells / header - 1;
	assert_int_equal(cells % header, 0);
	memmove(s.cell, s.cell + header, s.rows * header * sizeof *s.cell);
	return s;
}

static inline const char *made_cell(const made_sheet *s, size_t row, size_t column)
{
	return s->cell[row * s->columns + column];
}

static inline void made_free(made_sheet *s)
{
	free(s->cell);
	free(s->text);
}

#endif
