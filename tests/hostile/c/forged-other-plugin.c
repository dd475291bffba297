/* verdict: FAILED; says: says that it is of another plugin */
/* A FAILED frame that names another plugin's file, written to the result pipe itself. */
#include <stdint.h>
#include <string.h>
#include <unistd.h>

static size_t put(char *at, const char *text)
{
	uint32_t n = (uint32_t)strlen(text);

	memcpy(at, &n, 4);
	memcpy(at + 4, text, n);
	return 4 + n;
}

static void run(dj_jam *jam)
{
	char     frame[256] = {0};
	size_t   n = 12;
	uint32_t head[3] = {0, 17, 1};
	int64_t  line = 7;

	(void)jam;
	n += put(frame + n, "error");
	n += put(frame + n, "plugins/good/plugin.lua");
	memcpy(frame + n, &line, 8);
	n += 8;
	n += put(frame + n, "it is good that is broken");
	n += put(frame + n, "");
	head[0] = (uint32_t)n - 12;
	memcpy(frame, head, 12);
	if (write(3, frame, n) > 0)
		_exit(0);
}
