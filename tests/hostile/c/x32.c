/* verdict: SANDBOX-VIOLATION; only: x64 */
/* The same numbers with one bit more: 39 is getpid. */
static void run(dj_jam *jam)
{
	long answer = 0x40000000 + 39;

	__asm__ volatile("syscall" : "+a"(answer) : : "memory", "rcx", "r11");
	if (answer != 12345)
		dj_note(jam, "went through");
}
