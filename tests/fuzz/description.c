/* What a plugin says of itself: JSON from a process that a stranger's code may own. */
#include "plugin/plugin.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	dj_plugin_description *d = NULL;
	dj_arena              *a = dj_arena_new();
	dj_err                 err = {0};

	(void)dj_description_parse(&d, (const char *)data, n, "structuring", a, &err);
	dj_arena_free(a);
	return 0;
}
