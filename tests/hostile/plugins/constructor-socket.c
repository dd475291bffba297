/* verdict: SANDBOX-VIOLATION */
#define _GNU_SOURCE
#include <datajam/plugin.h>
#include <sys/socket.h>

__attribute__((constructor)) static void early(void)
{
	socket(AF_INET, SOCK_STREAM, 0);
}

static void run(dj_jam *jam)
{
	(void)jam;
}

DJ_PLUGIN(.name = "constructor-socket", .version = "1.0.0", .kind = "detection",
          .summary = "Speaks to the world before anybody asked it anything.", .run = run);
