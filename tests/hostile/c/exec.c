/* verdict: SANDBOX-VIOLATION; loose */
#include <unistd.h>

static void run(dj_jam *jam)
{
	char *argv[] = {(char[]){"true"}, NULL}, *envp[] = {NULL};

	execve("/bin/true", argv, envp);
	dj_note(jam, "still here");
}
