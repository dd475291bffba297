/* verdict: FAILED; says: it counted 5 findings */
/* DONE with numbers that nothing stands behind. */
#include <stdint.h>
#include <string.h>
#include <unistd.h>

static void run(dj_jam *jam)
{
	char           frame[68];
	const uint32_t head[3] = {56, 16, 1};
	const int64_t  count[7] = {5, 0, 0, 0, 0, 0, 0};

	(void)jam;
	memcpy(frame, head, 12);
	memcpy(frame + 12, count, 56);
	if (write(3, frame, sizeof frame) > 0)
		_exit(0);
}
