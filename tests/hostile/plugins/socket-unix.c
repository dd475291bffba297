/* verdict: SANDBOX-VIOLATION */
#define _GNU_SOURCE
#include <datajam/plugin.h>
#include <sys/socket.h>

static void run(dj_jam *jam)
{
	(void)jam;
	socket(AF_UNIX, SOCK_STREAM, 0);
}

DJ_PLUGIN(.name = "socket-unix", .version = "1.0.0", .kind = "detection",
          .summary = "Speaks to the machine.", .run = run);
