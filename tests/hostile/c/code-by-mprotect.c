/* verdict: SANDBOX-VIOLATION */
#include <string.h>
#include <sys/mman.h>

static void run(dj_jam *jam)
{
	static const unsigned char give_back[] = {0xc3};
	void                      *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	memcpy(page, give_back, sizeof give_back);
	if (mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0)
		dj_note(jam, "made code");
}
