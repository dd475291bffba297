/*
 * A stranger's archive, spreadsheet or database: it is decoded or refused, and no more is written than was allowed. Seeds
 * are small; a fuzzer that changes a compressed one meets its checksum first, so members of zips are stored as they are.
 */
#include "base/file.h"
#include "decode/decode.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MOST = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void say(void *user, bool warning, const char *text)
{
	(void)user, (void)warning;
	assert(text[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	dj_decode_ask ask = {.bytes = n, .most = MOST, .say = say};
	dj_arena     *a = dj_arena_new();
	dj_decoded    out;
	dj_err        err = {0};

	ask.fd = dj_memfd_sealed("fuzz", data, n, NULL);
	ask.scratch_fd = memfd_create("scratch", MFD_CLOEXEC);
	ask.spare_fd = memfd_create("spare", MFD_CLOEXEC);
	if (ask.fd < 0 || ask.scratch_fd < 0 || ask.spare_fd < 0)
		abort();
	if (dj_decode(&out, &ask, a, &err) == DJ_OK)
		assert(out.fd == ask.fd || (out.fd == ask.scratch_fd && out.bytes <= MOST));
	else
		assert(err.text[0]);
	close(ask.fd);
	close(ask.scratch_fd);
	close(ask.spare_fd);
	dj_arena_free(a);
	return 0;
}
