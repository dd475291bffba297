#include "loader/said.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>

void dj_said_add(dj_said *s, bool warning, const char *fmt, ...)
{
	char    line[600];
	dj_buf  shown = {0};
	va_list args;

	if (s->n == DJ_SAID_MOST) {
		s->more++;
		return;
	}
	va_start(args, fmt);
	int n = vsnprintf(line, sizeof line, fmt, args);
	va_end(args);
	if (n < 0)
		return;
	/* A stranger's header stands in it: escapes would do things to a terminal, and a cut letter is no UTF-8. */
	dj_text_show(&shown, line, (size_t)n < sizeof line ? (size_t)n : sizeof line - 1);
	s->line[s->n].warning = warning;
	s->line[s->n++].text = dj_buf_keep(&shown, s->arena);
}
