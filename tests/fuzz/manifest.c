/* dataset.json from anyone: what is taken can be written and taken again, and is then the same text. */
#include "store/manifest.h"

#include "store/workspace.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static dj_vocabulary *v; /* read once; a fuzzer calls this a million times */
	dj_manifest          *m = NULL, *again = NULL;
	dj_err                err = {0};

	if (!v) {
		char *toolkit = dj_toolkit_folder();
		if (dj_vocabulary_load(&v, toolkit, &err) < 0)
			abort();
		free(toolkit);
	}
	if (dj_manifest_parse(&m, (const char *)data, n, "/nowhere", v, &err) >= 0) {
		char *text = dj_manifest_text(m);
		if (dj_manifest_parse(&again, text, strlen(text), "/nowhere", v, &err) < 0)
			abort();
		char *second = dj_manifest_text(again);
		assert(strcmp(text, second) == 0);
		free(second);
		free(text);
	}
	dj_manifest_free(again);
	dj_manifest_free(m);
	return 0;
}
