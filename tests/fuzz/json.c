/* JSON from anyone: what the check takes, the builder takes too. */
#include "base/json.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	cJSON *json = NULL;
	dj_err err = {0};
	int    checked = dj_json_check((const char *)data, n, 0, &err);
	int    parsed = dj_json_parse(&json, (const char *)data, n, &err);

	assert((checked < 0) == (parsed < 0));
	assert(parsed < 0 || json);
	cJSON_Delete(json);
	return 0;
}
