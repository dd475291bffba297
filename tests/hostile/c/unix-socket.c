/* verdict: SANDBOX-VIOLATION */
#include <sys/socket.h>
#include <sys/un.h>

static void run(dj_jam *jam)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX, .sun_path = "/run/dbus/system_bus_socket"};
	int                s = socket(AF_UNIX, SOCK_STREAM, 0);

	if (connect(s, (struct sockaddr *)&to, sizeof to) == 0)
		dj_note(jam, "connected");
}
