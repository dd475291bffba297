/* verdict: SANDBOX-VIOLATION; says: when asked what it is; nine; loose */
#include <sys/socket.h>

__attribute__((constructor)) static void early(void)
{
	socket(AF_INET, SOCK_STREAM, 0);
}

static void run(dj_jam *jam)
{
	(void)jam;
}
