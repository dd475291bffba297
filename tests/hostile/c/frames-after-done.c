/* verdict: FAILED; says: after its last message */
#include <stdint.h>
#include <string.h>
#include <unistd.h>

static void run(dj_jam *jam)
{
	char           frame[68] = {0};
	const uint32_t head[3] = {56, 16, 1}, again[3] = {56, 16, 2};

	(void)jam;
	memcpy(frame, head, 12);
	if (write(3, frame, sizeof frame) < 0)
		_exit(0);
	memcpy(frame, again, 12);
	if (write(3, frame, sizeof frame) > 0)
		_exit(0);
}
