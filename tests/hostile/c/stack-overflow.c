/* verdict: MEMORY; says: stack is full; release-only */
static int deeper(volatile int n)
{
	volatile char room[512];

	room[n & 511] = 1;
	return deeper(n + 1) + room[n & 511];
}

static void run(dj_jam *jam)
{
	if (deeper(0))
		dj_note(jam, "the bottom");
}
