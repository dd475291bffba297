/* verdict: FAILED */
#include <unistd.h>

static void run(dj_jam *jam)
{
	close(3);
	dj_note(jam, "into nothing");
}
