/* verdict: SANDBOX-VIOLATION */
#include <fcntl.h>
#include <unistd.h>

static void run(dj_jam *jam)
{
	int fd = open("@HOME@/written", O_WRONLY | O_CREAT, 0644);

	if (write(fd, "x", 1) == 1)
		dj_note(jam, "wrote a file");
}
