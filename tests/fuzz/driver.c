/*
 * Runs a fuzz target without a fuzzer: its seeds, then mutations of them from a fixed stream. So each target is a test in
 * every build, and libFuzzer's (clang, -DDJ_FUZZ=ON) where time is had. Usage: TARGET ROUNDS SEED_FOLDER...
 */
#include "base/file.h"
#include "base/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { MOST = 1 << 16, SEEDS = 512 };

typedef struct seed {
	char  *bytes;
	size_t n;
} seed;

static size_t read_seeds(seed *out, const char *folder)
{
	char **name = NULL;
	size_t n = 0, taken = 0;

	if (dj_folder_list(&name, &n, folder, NULL) < 0)
		return 0;
	for (size_t i = 0; i < n && taken < SEEDS; i++) {
		char *path = dj_path_join(folder, name[i]);
		if (dj_file_read(&out[taken].bytes, &out[taken].n, path, MOST, NULL) >= 0)
			taken++;
		free(path);
	}
	dj_names_free(name, n);
	return taken;
}

/* A few small changes: a byte turned, a stretch doubled, cut or taken from another seed. */
static size_t mutate(char *to, const seed *seeds, size_t n_seeds, dj_random_state *r)
{
	static const char interesting[] = "\"',;\\\n\r\t{}[]:0-+.eE\0\x7f\x80\xff\xef\xbb\xbf";
	const seed       *from = &seeds[dj_random_between(r, 0, (int64_t)n_seeds - 1)];
	size_t            n = from->n;

	memcpy(to, from->bytes, n);
	for (int64_t change = dj_random_between(r, 1, 6); change > 0 && n > 1; change--) {
		size_t at = (size_t)dj_random_between(r, 0, (int64_t)n - 1);
		size_t stretch = (size_t)dj_random_between(r, 1, (int64_t)(n - at < 64 ? n - at : 64));
		switch (dj_random_between(r, 0, 3)) {
		case 0: to[at] = (char)dj_random_bits(r); break;
		case 1: to[at] = interesting[dj_random_between(r, 0, sizeof interesting - 2)]; break;
		case 2:
			memmove(to + at, to + at + stretch, n - at - stretch);
			n -= stretch;
			break;
		default:
			if (n + stretch > MOST)
				break;
			memmove(to + at + stretch, to + at, n - at);
			n += stretch;
		}
	}
	return n;
}

int main(int argc, char **argv)
{
	static seed     seeds[SEEDS];
	dj_random_state r = dj_random_seed(1, "fuzz");
	long            rounds = argc > 1 ? atol(argv[1]) : 0;
	char           *text = dj_alloc_zero(1, MOST + 1);
	size_t          n_seeds = 0;

	for (int i = 2; i < argc && n_seeds == 0; i++)
		n_seeds = read_seeds(seeds, argv[i]);
	if (n_seeds == 0 || rounds <= 0) {
		fprintf(stderr, "usage: %s ROUNDS SEED_FOLDER... (no seed was read)\n", argv[0]);
		return 2;
	}
	for (size_t i = 0; i < n_seeds; i++)
		LLVMFuzzerTestOneInput((const uint8_t *)seeds[i].bytes, seeds[i].n);
	for (long i = 0; i < rounds; i++) {
		size_t n = mutate(text, seeds, n_seeds, &r);
		LLVMFuzzerTestOneInput((const uint8_t *)text, n);
	}
	for (size_t i = 0; i < n_seeds; i++)
		free(seeds[i].bytes);
	free(text);
	printf("%zu seeds, %ld mutations: nothing fell over\n", n_seeds, rounds);
	return 0;
}
