/* verdict: SANDBOX-VIOLATION; only: x64 */
/* The 32-bit way into the kernel, where other numbers mean other calls: 20 is getpid there, writev here. */
static void run(dj_jam *jam)
{
	long answer = 20;

	__asm__ volatile("int $0x80" : "+a"(answer) : : "memory", "r8", "r9", "r10", "r11");
	if (answer > 0)
		dj_note(jam, "went through");
}
