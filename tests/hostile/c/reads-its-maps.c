/* verdict: SANDBOX-VIOLATION; says: files */
#include <fcntl.h>
#include <unistd.h>

static void run(dj_jam *jam)
{
	char    text[4096];
	int     fd = open("/proc/self/maps", O_RDONLY);
	ssize_t n = read(fd, text, sizeof text - 1);

	if (n < 0)
		return;
	text[n] = '\0';
	dj_log(jam, text);
	dj_note(jam, "read a file");
}
