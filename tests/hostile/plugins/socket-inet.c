/* verdict: SANDBOX-VIOLATION */
#define _GNU_SOURCE
#include <datajam/plugin.h>
#include <sys/socket.h>

static void run(dj_jam *jam)
{
	(void)jam;
	socket(AF_INET, SOCK_STREAM, 0);
}

DJ_PLUGIN(.name = "socket-inet", .version = "1.0.0", .kind = "detection",
          .summary = "Speaks to the world.", .run = run);
