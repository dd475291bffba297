#include "fetch/fetch.h"

#include <stdlib.h>

void dj_fetched_free(dj_fetched *f)
{
	free(f->path);
	free(f->etag);
	free(f->last_modified);
	free(f->final_url);
	*f = (dj_fetched){0};
}
