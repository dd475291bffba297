#include "decode/inside.h"

#include <string.h>

static const struct {
	const char *name;
	size_t      at, n;
	const char *magic;
} known[] = {
    [DJ_WRAPPING_NONE] = {"", 0, 0, ""},
    [DJ_WRAPPING_GZIP] = {"gzip", 0, 3, "\x1f\x8b\x08"},
    [DJ_WRAPPING_ZSTD] = {"zstd", 0, 4, "\x28\xb5\x2f\xfd"},
    [DJ_WRAPPING_XZ] = {"xz", 0, 6,
                        "\xfd"
                        "7zXZ"},
    [DJ_WRAPPING_BZIP2] = {"bzip2", 0, 3, "BZh"},
    [DJ_WRAPPING_ZIP] = {"zip", 0, 4, "PK\3\4"},
    [DJ_WRAPPING_XLSX] = {"xlsx", 0, 0, ""}, /* a zip until its entries are known */
    [DJ_WRAPPING_SQLITE] = {"sqlite", 0, 16, "SQLite format 3"},
    [DJ_WRAPPING_TAR] = {"tar", 257, 5, "ustar"},
};

const char *dj_wrapping_name(dj_wrapping w)
{
	return known[w].name;
}

/* "BZh" begins words too: a level and the first block's mark, or that of the end, follow. */
static bool is_bzip2(const char *s, size_t n)
{
	return n >= 10 && s[3] >= '1' && s[3] <= '9' &&
	       (memcmp(s + 4, "1AY&SY", 6) == 0 || memcmp(s + 4, "\x17\x72\x45\x38\x50\x90", 6) == 0);
}

dj_wrapping dj_wrapping_find(const char *s, size_t n)
{
	for (size_t w = DJ_WRAPPING_GZIP; w < DJ_COUNT(known); w++)
		if (known[w].n && n >= known[w].at + known[w].n &&
		    memcmp(s + known[w].at, known[w].magic, known[w].n) == 0)
			return w == DJ_WRAPPING_BZIP2 && !is_bzip2(s, n) ? DJ_WRAPPING_NONE : (dj_wrapping)w;
	return n >= 4 && memcmp(s, "PK\5\6", 4) == 0 ? DJ_WRAPPING_ZIP : DJ_WRAPPING_NONE; /* an empty one */
}
