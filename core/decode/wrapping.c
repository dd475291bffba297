#include "decode/decode.h"

const char *dj_wrapping_name(dj_wrapping w)
{
	static const char *const name[] = {"", "gzip", "zstd", "xz", "bzip2", "zip", "xlsx", "sqlite"};

	return name[w];
}
