/* verdict: SANDBOX-VIOLATION */
/* The descriptor of a snapshot is the worker's own; what it holds must stay as it is. */
#include <unistd.h>

static void run(dj_jam *jam)
{
	for (int fd = 4; fd < 16; fd++)
		if (pwrite(fd, "x", 1, 0) == 1)
			dj_note(jam, "wrote to a descriptor");
}
