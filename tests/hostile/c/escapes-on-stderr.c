/* verdict: OK; quiet */
#include <unistd.h>

static void run(dj_jam *jam)
{
	static const char text[] = "\033[2J\033]0;owned\007\0\xff\xfe\n";

	(void)jam;
	if (write(2, text, sizeof text - 1) < 0)
		_exit(1);
}
