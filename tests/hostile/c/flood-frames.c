/* verdict: OUTPUT-LIMIT; says: progress */
/* PROGRESS as fast as the pipe takes it; the host's own call would hold it to ten a second. */
#include <stdint.h>
#include <string.h>
#include <unistd.h>

static void run(dj_jam *jam)
{
	char          frame[28];
	const int64_t done[2] = {1, 2};

	(void)jam;
	for (uint32_t k = 1;; k++) {
		const uint32_t head[3] = {16, 4, k};

		memcpy(frame, head, 12);
		memcpy(frame + 12, done, 16);
		if (write(3, frame, sizeof frame) < 0)
			_exit(0);
	}
}
