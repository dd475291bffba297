/* verdict: SANDBOX-VIOLATION; says: network; nine; loose */
#include <netinet/in.h>
#include <sys/socket.h>

static void run(dj_jam *jam)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(443), .sin_addr = {htonl(0x01010101)}};
	int                s = socket(AF_INET, SOCK_STREAM, 0);

	if (connect(s, (struct sockaddr *)&to, sizeof to) == 0)
		dj_note(jam, "connected");
}
