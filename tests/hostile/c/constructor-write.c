/* verdict: OK */
#include <fcntl.h>
#include <unistd.h>

__attribute__((constructor)) static void early(void)
{
	if (open("@HOME@/written", O_WRONLY | O_CREAT, 0644) >= 0 || open("/tmp/datajam-written", O_RDWR | O_CREAT, 0644) >= 0)
		_exit(9);
}

static void run(dj_jam *jam)
{
	(void)jam;
}
