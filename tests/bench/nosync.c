/*
 * LD_PRELOADed by the benchmark into datajam, which has no switch for this: syncing does nothing, as with SQLite's
 * PRAGMA synchronous = OFF. Only for comparing with peers that do not sync either.
 */
#include <unistd.h>

int fsync(int fd)
{
	(void)fd;
	return 0;
}

int fdatasync(int fd)
{
	(void)fd;
	return 0;
}
