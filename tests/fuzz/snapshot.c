/* Tables out of any bytes: what the writer of snapshots makes of them is what SQLite's own inserts make, and sound. */
#include "store/snapshot_reference.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	world w;

	world_make(&w, data, n);
	if (!world_is_fine(&w, NULL, NULL))
		abort();
	world_free(&w);
	return 0;
}
